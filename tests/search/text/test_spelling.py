"""What may have been meant: the text as typed, with the words that find nothing replaced."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.document import Document
from search.errors import QuerySyntaxError
from search.query import parse_query
from search.text.engine import SearchRequest
from search.text.engines import ENGINES, open_index, open_writer
from search.text.spelling import correct, edits, likeliest

DOCUMENTS = (
    Document(
        key="a",
        kind="paper",
        title="Observation of the Higgs boson",
        creators=("Englert, François",),
        year=2012,
    ),
    Document(key="b", kind="dataset", title="Top quark mass in collisions", year=2013),
    Document(key="c", kind="dataset", title="Top quark charge", year=2014),
)
PIECES = 'hgigs|bozon|quarl|"quarl top"|OR|NOT|(|)|-|title:|top*|kind:paper|10.1/hgigs|Łódz|higgs'


@pytest.fixture(scope="module", params=ENGINES)
def index(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("spelling")
    with open_writer(path, request.param) as writer:
        for document in DOCUMENTS:
            writer.add(document)
    with open_index(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected", "total"),
    [
        ("hgigs bozon", "higgs boson", 1),
        ("Hgigs  AND   Boson", "higgs  AND   Boson", 1),
        ("(topp OR hgigs) quark", "(top OR higgs) quark", 2),
        ("title:colisions year:[2010 TO 2015]", "title:collisions year:[2010 TO 2015]", 1),
        ('"Top quark" chrage', '"Top quark" charge', 1),
        ("topp-quark", "top-quark", 2),
        ("creator:francios", "creator:francois", 1),
        ("Englret 2012-nonsense OR bozon", "englert 2012-nonsense OR boson", 1),
        ("bozon OR zzzzzzzzz", "boson OR zzzzzzzzz", 1),
        ("quarl quarl", "quark quark", 2),
        ('"quarl of" OR quarl', '"quarl of" OR quark', 2),
        ("-nothing quarl", "-nothing quark", 2),
        ("kind:dataset quarkk", "kind:dataset quark", 2),
    ],
)
def test_words_that_find_nothing_are_replaced_in_the_text(index, query, expected, total):
    assert index.search(SearchRequest(query=parse_query(query))).total < total
    assert correct(query, index) == (expected, total)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "zzzzzzzz",
        "higgs quark",
        '"hgigs bozon"',
        "kind:papre",
        "hgi*",
        "-hgigs",
        "13tev",
        "10.1234/hgigs",
        "hgigs quark",
        "hgigs bozon quarl chrage",
        r"$\hgigs$",
        "ab",
        "x" * 100,
    ],
)
def test_nothing_is_offered(index, query):
    assert correct(query, index) is None


def test_a_correction_is_offered_within_the_filters_only(index):
    assert correct("quarl", index, {"year": ("2013",)}) == ("quark", 1)
    assert correct("quarl", index, {"year": ("2012",)}) is None


def test_a_query_that_does_not_parse_is_refused_and_not_corrected(index):
    with pytest.raises(QuerySyntaxError):
        correct("hgigs (", index)
    with pytest.raises(QuerySyntaxError):
        correct("hgigs " * 20_000, index)


def test_a_long_query_costs_little(index):
    query = " ".join(f"quar{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(570))
    before_s = time.process_time()
    assert correct(query, index) is None
    assert time.process_time() - before_s < 1


@given(text=st.lists(st.sampled_from(PIECES.split("|")), max_size=9).map(" ".join))
@settings(deadline=None)
def test_a_correction_finds_as_many_as_it_says(index, text):
    try:
        parse_query(text)
    except QuerySyntaxError:
        return
    found = correct(text, index)
    if found is not None:
        assert found.query != text
        request = SearchRequest(query=parse_query(found.query))
        assert index.search(request).total == found.total > 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "", 0), ("a", "", 1), ("abc", "acb", 1), ("abc", "abd", 1), ("boson", "bosons", 1)],
)
def test_edits_are_counted(one, other, expected):
    assert edits(one, other) == edits(other, one) == expected


def test_short_words_may_differ_by_one_letter_only():
    assert likeliest("atls", ["atlas", "axbs"], lambda _: 1) == ("atlas",)
    assert likeliest("altss", ["atlas"], lambda _: 1) == ("atlas",)
    assert likeliest("tau", ["tua", "muon"], lambda _: 1) == ("tua",)
