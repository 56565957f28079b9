"""Codes, names and locales become BCP 47."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.language import normalise


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("German", "de"),
        ("english", "en"),
        ("Deutsch", "de"),
        ("en_US", "en-US"),
        ("en-us", "en-US"),
        ("pt_BR", "pt-BR"),
        ("en_UK", "en-GB"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("ang", "ang"),
        ("oty", "oty"),
        (" fre ", "fr"),
    ],
)
def test_a_language_is_a_bcp_47_tag(text, tag):
    assert normalise(text) == tag


@pytest.mark.parametrize("text", ["english_uk", "und", "mul", "zxx", "xx", "", "n/a", "en_"])
def test_what_names_no_language_is_none(text):
    assert normalise(text) is None


@given(st.text())
def test_any_text_gives_a_tag_or_none(text):
    tag = normalise(text)
    assert tag is None or normalise(tag) == tag
