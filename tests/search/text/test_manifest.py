"""The manifest comes back as it was written, and says in what an index differs."""

import pytest

from search.errors import IndexDamaged
from search.text.manifest import (
    MANIFEST,
    Manifest,
    check_manifest,
    read_manifest,
    write_manifest,
)

WRITTEN = Manifest(engine="whoosh", layout=3, analysis="lodz")


def test_a_manifest_comes_back_as_it_was_written(tmp_path):
    write_manifest(tmp_path, WRITTEN)
    assert read_manifest(tmp_path) == WRITTEN
    check_manifest(tmp_path, WRITTEN)


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (Manifest(engine="tantivy", layout=3, analysis="lodz"), "by whoosh, not by tantivy"),
        (Manifest(engine="whoosh", layout=4, analysis="lodz"), "with other fields or analysers"),
        (Manifest(engine="whoosh", layout=3, analysis=""), "with other fields or analysers"),
    ],
)
def test_an_index_written_otherwise_is_refused(tmp_path, expected, message):
    write_manifest(tmp_path, WRITTEN)
    with pytest.raises(IndexDamaged, match=message):
        check_manifest(tmp_path, expected)


@pytest.mark.parametrize("left", [b"", b"[]", b"{", b'{"engine":"whoosh"}', b"\xff"])
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path, left):
    (tmp_path / MANIFEST).write_bytes(left)
    with pytest.raises(IndexDamaged, match=r"its weft-text\.json cannot be read"):
        read_manifest(tmp_path)
