"""RDF terms as text: legal whatever goes in, unchanged where it was legal."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.terms import date_literal, iri, is_absolute, literal, moment_literal

XSD = "http://www.w3.org/2001/XMLSchema#"


def _parsed(term):
    line = f"<http://s> <http://p> {term} .\n"
    ((quad),) = ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS)
    return quad.object


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("https://x.org/a?b=c#d", "<https://x.org/a?b=c#d>"),
        ("https://x.org/é/%C3%A9", "<https://x.org/é/%C3%A9>"),
        ("https://x.org/a b\n", "<https://x.org/a%20b%0A>"),
        ("https://x.org/100%", "<https://x.org/100%25>"),
        ("https://x.org/%zz[1]", "<https://x.org/%25zz%5B1%5D>"),
        ("https://x.org/#a#b", "<https://x.org/#a%23b>"),
        ('https://x.org/<"{}|^`\\', "<https://x.org/%3C%22%7B%7D%7C%5E%60%5C>"),
        ("https://x.org/\xa0\u3000", "<https://x.org/%C2%A0%E3%80%80>"),
        ("https://x.org/\ue000", "<https://x.org/%EE%80%80>"),
        ("https://x.org/\ud800", "<https://x.org/%3F>"),
    ],
)
def test_what_an_iri_may_not_hold_is_percent_encoded(text, term):
    assert iri(text) == term
    assert is_absolute(text)
    _parsed(term)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "//x",
        ":x",
        "1a:b",
        "http://x:y/",
        "http://[::1]/",
        "http://a@b@c/",
        "é:x",
        " http://x",
    ],
)
def test_text_that_can_be_no_absolute_iri_is_told(text):
    assert not is_absolute(text)


@given(st.text(st.characters()) | st.from_regex(r"\Ahttps?://[^/]{0,9}/.{0,9}"))
def test_every_absolute_iri_is_legal(text):
    if is_absolute(text):
        assert isinstance(_parsed(iri(text)), ox.NamedNode)


@given(st.text(st.characters()))
def test_every_text_is_a_literal_that_reads_back(text):
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    assert _parsed(literal(text)).value == expected


@pytest.mark.parametrize(
    "tag", ["en", "EN", "en-GB", "zh-Hant-TW", "sl-rozaj-1994", "en-a-bb", "de-x-a", "abcdefgh"]
)
def test_a_well_formed_language_tag_is_kept(tag):
    assert literal("a", tag) == f'"a"@{tag}'
    _parsed(literal("a", tag))


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "e",
        "en-",
        "en_GB",
        "en-a",
        "en-x",
        "de-419-DE",
        "aa-bbbbb-cccc",
        "en\n",
        "\u017fo",
        "x-a",
    ],
)
def test_a_language_tag_that_is_not_well_formed_is_left_out(tag):
    assert literal("a", tag) == '"a"'


@given(st.from_regex(r"\A[a-zA-Z]{1,9}(-[a-zA-Z0-9]{1,9}){0,4}\Z"))
def test_every_language_tag_written_is_legal(tag):
    assert _parsed(literal("a", tag)).value == "a"


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2012-02-29", "date"),
        ("2012-02", "gYearMonth"),
        ("2012", "gYear"),
        ("2011-02-29", "string"),
        ("2012-13", "string"),
        ("0000", "string"),
        ("20120229", "string"),
        ("٢٠١٢", "string"),
        ("+123", "string"),
        ("\n123", "string"),
        ("2012\n", "string"),
        ("", "string"),
    ],
)
def test_a_date_is_typed_as_finely_as_it_is_known(text, datatype):
    term = _parsed(date_literal(text))
    assert (term.value, term.datatype.value) == (text, XSD + datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2024-01-01T23:59:59Z", "dateTime"),
        ("2024-01-01", "date"),
        ("2024-02-30T00:00:00Z", "string"),
        ("2024-01-01T24:00:00Z", "string"),
        ("2024-01-01T00:00:00+01:00", "string"),
        ("yesterday", "string"),
    ],
)
def test_a_moment_is_typed_when_it_is_one(text, datatype):
    term = _parsed(moment_literal(text))
    assert (term.value, term.datatype.value) == (text, XSD + datatype)
