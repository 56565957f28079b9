"""Both engines find the same documents, whatever is asked."""
# ruff: noqa: RUF001  # names and physics as they are written

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.document import Document
from search.errors import BadSearch
from search.query import parse_query
from search.text import tantivy_engine, tantivy_schema, whoosh_engine, whoosh_schema
from search.text.engine import FACETS, SearchRequest
from tests.search.text.contract import HOSTILE, LIBRARY, parsed

MORE = (
    Document(
        key="press",
        kind="book",
        title="Universal organisation: an international emergency",
        subjects=("Anthropologists", "added value", "ionization"),
        publisher="University of Łódź Press",
        creators=("محمّد نبيل", "D’Arcy-Thompson, Zoë"),
        identifiers=("isbn:9783161484100", "url:https://example.org/a_b?c=1"),
        year=2010,
    ),
    Document(
        key="later",
        kind="paper",
        title="Lateral internal intervals, later organized",
        abstract="x² + y₂ = ½ · the data’s “universe” of 1.5 GeV/c² (e+e− → μ+μ−)",
        identifiers=("doi:10.1000/a(b)c", "arxiv:hep-ph/9901001"),
        year=2011,
    ),
)
WORDS = [
    "university",
    "universal",
    "universities",
    "universe",
    "organic",
    "organized",
    "international",
    "internal",
    "intern",
    "later",
    "lateral",
    "emergency",
    "emergence",
    "anthropologist",
    "added",
    "adding",
    "ionized",
    "press",
    "thompson",
    "d'arcy",
    "zoe",
    "محمّد",
    "gev",
    "c2",
    "x2",
    "mu",
    "data's",
    "1.5",
    "9783161484100",
    "10.1000/a(b)c",
    "10.1000*",
    "hep-ph*",
    "example.org",
    "https://example.org/a_b?c=1",
    "hep-ph/9901001",
    "isbn:",
    "a_b",
]
FIELDED = st.tuples(
    st.sampled_from(
        ("", "title:", "subject:", "publisher:", "creator:", "identifier:", "abstract:")
    ),
    st.sampled_from(WORDS),
    st.sampled_from(("", "*")),
).map("".join)
ASKED = st.lists(
    st.one_of(FIELDED, st.sampled_from(("OR", "-boson", '"universal organisation"', "year:2010"))),
    min_size=1,
    max_size=4,
).map(" ".join)


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    path = tmp_path_factory.mktemp("agreement")
    for name, engine in (("tantivy", tantivy_engine), ("whoosh", whoosh_engine)):
        with engine.open_writer(path / name) as writer:
            for document in (*LIBRARY, *MORE):
                writer.add(document)
    with (
        tantivy_engine.open_index(path / "tantivy") as tantivy,
        whoosh_engine.open_index(path / "whoosh") as whoosh,
    ):
        yield tantivy, whoosh


def found(index, text):
    try:
        result = index.search(SearchRequest(query=parse_query(text), facets=FACETS, limit=50))
    except BadSearch as error:
        return str(error)
    marked = {hit.key: (hit.title, hit.snippet) for hit in result.hits}
    return result.total, marked, result.facets


def _is_read_alike(text: str) -> bool:
    """Whether no letter is one that only tantivy folds, or only its newer Unicode knows.

    `whoosh_schema` says which: letters of phonetics and of some African languages.
    """
    return all(
        tantivy_schema.words(f"x{letter}y") == whoosh_schema.words(f"x{letter}y")
        for letter in set(text)
    )


@given(text=st.one_of(ASKED, HOSTILE.filter(_is_read_alike)))
@settings(max_examples=300, deadline=None)
def test_a_query_finds_counts_and_marks_the_same(engines, text):
    if parsed(text) is None:
        return
    tantivy, whoosh = engines
    assert found(tantivy, text) == found(whoosh, text)


@pytest.mark.parametrize(
    "word", ["univresity", "organizd", "boosn", "lodzz", "thomson", "interneal"]
)
def test_a_misspelt_word_is_like_the_same_words(engines, word):
    tantivy, whoosh = engines
    assert tantivy.similar_words(word) == whoosh.similar_words(word) != ()
