"""Fillers are no names; collaborations are written alike."""

import pytest

from graph.names import collaboration_of, is_filler


@pytest.mark.parametrize("text", ["", "No Author Available", "(:unav)", "None", "N/A", "-"])
def test_a_filler_is_no_name(text):
    assert is_filler(text)


@pytest.mark.parametrize("text", ["Noether, Emmy", "None, Jean", "CMS Collaboration"])
def test_a_name_is_no_filler(text):
    assert not is_filler(text)


@pytest.mark.parametrize(
    ("name", "collaboration"),
    [
        ("CMS Collaboration", "CMS Collaboration"),
        ("ATLAS collaboration", "ATLAS Collaboration"),
        ("The LHCb Collaboration", "LHCb Collaboration"),
        ("on behalf of the ALICE Collaboration", "ALICE Collaboration"),
        ("PHENIX COLLABORATION", "PHENIX Collaboration"),
        ("Collaboration", ""),
        ("Noether, Emmy", ""),
        ("Office of Collaboration Services", ""),
    ],
)
def test_a_collaboration_is_written_alike(name, collaboration):
    assert collaboration_of(name) == collaboration
