"""Texts become XML that every parser takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from search.metadata.markup import MAX_TEXT, address, around, element, language, legal, whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("  a\x00b\x1fc ", "abc"),
        ("\ud800", ""),
        ("\ufffe\uffff", ""),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("Zoë \U0001f600", "Zoë \U0001f600"),
        ("a\x85b", "a\x85b"),
    ],
)
def test_what_xml_cannot_hold_goes_and_all_else_stays(text, expected):
    assert legal(text) == expected


def test_a_text_of_the_most_characters_stays_whole():
    assert legal("x" * MAX_TEXT) == "x" * MAX_TEXT
    assert legal("x" * (MAX_TEXT + 1)) == "x" * (MAX_TEXT - 1) + "…"


def test_an_element_is_escaped_and_leaves_out_what_is_empty():
    assert element("a", "<b> & c", xml_lang="en", x='"<\n') == (
        '<a xml:lang="en" x="&quot;&lt;">&lt;b&gt; &amp; c</a>'
    )
    assert element("a", "\x00", x="y") == ""
    assert element("a", "b", x="\x00") == "<a>b</a>"
    assert (whole("a", ""), whole("a", "", x="y")) == ("<a/>", '<a x="y"/>')
    assert (around("a", ""), around("a", "<b/>")) == ("", "<a><b/></a>")


@settings(deadline=None)  # the machine may be busy
@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_comes_back_from_a_parser_as_what_is_legal_of_it(text, attribute):
    root = etree.fromstring(whole("a", element("b", text, c=attribute)).encode())
    found = next(iter(root), None)
    assert (found is None) == (legal(text) == "")
    if found is not None:
        assert found.text == legal(text)
        assert found.get("c", "") == legal(attribute)


@pytest.mark.parametrize(
    ("iri", "is_one"),
    [
        ("https://spdx.org/licenses/CC-BY-4.0", True),
        ("http://a.example:8080/x?y=%20#z", True),
        ("javascript:alert(1)", False),
        ("https://a.example/%2", False),
        ("https://a.example/<b>", False),
        ("https://a.example/a b", False),
        ("https:///x", False),
        ("", False),
    ],
)
def test_only_a_web_address_is_written_as_one(iri, is_one):
    assert address(iri) == (iri if is_one else "")


@pytest.mark.parametrize(
    ("tag", "is_one"),
    [("en", True), ("de-CH-1901", True), ("e n", False), ("", False), ("_", False)],
)
def test_only_a_language_tag_is_written_as_one(tag, is_one):
    assert language(tag) == (tag if is_one else "")
