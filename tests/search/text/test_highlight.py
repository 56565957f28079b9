"""Highlighting: which pieces of a text are marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import parse_query
from search.text.engine import Fragment
from search.text.highlight import SNIPPET_CHARACTERS, Highlighter
from search.text.tantivy_schema import analyse as engine_analyse


def analyse(text: str) -> list[tuple[str, str]]:
    """A stand-in for an engine's analyser: the stem is the word without its s."""
    return [(word.rstrip("s"), word) for word in text.lower().replace("-", " ").split()]


def mark(query: str, text: str, field: str = "title") -> str:
    fragments = Highlighter(parse_query(query), analyse).mark(text, field)
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in fragments)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cats", "A [cat] and two [cats], a cats' catalogue".replace("cats'", "[cats]'")),
        ("cat*", "A [cat] and two [cats], a [cats]' [catalogue]"),
        ('"two cats"', "A cat and [two cats], a cats' catalogue"),
        ("two-ca*", "A cat and [two cats], a cats' catalogue"),
        ('"cat and" "and two"', "A [cat and two] cats, a cats' catalogue"),
        ("and OR two", "A cat [and] [two] cats, a cats' catalogue"),
        ("and -two", "A cat [and] two cats, a cats' catalogue"),
        ("title:and abstract:two", "A cat [and] two cats, a cats' catalogue"),
        ("*", "A cat and two cats, a cats' catalogue"),
        ('"a cats catalogue with"', "A cat and two cats, a cats' catalogue"),
    ],
)
def test_words_of_the_query_are_marked(query: str, expected: str):
    assert mark(query, "A cat and two cats, a cats' catalogue") == expected


def test_markup_stays_plain_text():
    assert mark("b", "<b>a</b> & b") == "<[b]>a</[b]> & [b]"


def test_a_snippet_is_taken_where_most_words_are():
    text = "one " + "filler " * 100 + "one two three " + "filler " * 100 + "two"
    fragments = Highlighter(parse_query("one two three"), analyse).snippet(text, "abstract")
    assert [part.text for part in fragments if part.is_match] == ["one", "two", "three"]
    assert fragments[0] == Fragment("… ", is_match=False)
    assert fragments[-1] == Fragment(" …", is_match=False)


def test_a_short_text_is_its_own_snippet():
    fragments = Highlighter(parse_query("b"), analyse).snippet("a b", "abstract")
    assert fragments == (Fragment("a ", is_match=False), Fragment("b", is_match=True))


WORDS = st.lists(st.sampled_from(["cat", "dog", "x" * 400, "-", "é", "\n"]), max_size=200)


@given(WORDS.map(" ".join), st.sampled_from(["cat", '"cat dog"', "c* dog", "*"]))
def test_marking_keeps_the_text_and_a_snippet_is_part_of_it(text: str, query: str):
    highlighter = Highlighter(parse_query(query), analyse)
    assert "".join(part.text for part in highlighter.mark(text, "title")) == text
    snippet = "".join(part.text for part in highlighter.snippet(text, "abstract"))
    assert snippet.removeprefix("… ").removesuffix(" …") in text
    assert len(snippet) <= SNIPPET_CHARACTERS + 4


PIECES = r"cat|cats|catalogue|the-cat|\cat|x\cat|two|and|Cat|cat_s|.|$cat$|dog|\to|\|ca|2|cats2"
QUERIES = ("cat", "two cats", '"two cat"', "ca*", "cat dog 2", '"cat dog" to', "two-ca*")


@given(
    text=st.lists(st.sampled_from(PIECES.split("|")), max_size=12).map(" ".join),
    query=st.sampled_from(QUERIES),
)
def test_a_letter_outside_ascii_changes_nothing_before_it(text, query):
    """Texts of ASCII are looked through in a faster way."""
    marked = Highlighter(parse_query(query), engine_analyse)
    before = marked.mark(f"{text} .", "title")
    beside = marked.mark(f"{text} . é", "title")
    assert (*before[:-1], Fragment(before[-1].text + " é", is_match=False)) == beside
