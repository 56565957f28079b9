"""Which entities a selection means, and in which order."""

import pytest

from search.errors import QuerySyntaxError
from search.export.chosen import choose, construct
from search.export.errors import NothingSelected, SelectionRefused
from search.export.selection import read_selection
from tests.search.export.releases import BASE, BOOK, CODES, SHEET, STUB

PREFIX = "PREFIX weft: <https://w3id.org/weft#> "


def keys(opened, text):
    return [each.key for each in choose(opened, read_selection(text))]


def test_everything_comes_in_order_of_keys(hostile):
    assert keys(hostile, "") == [BOOK, CODES, SHEET]


def test_all_hits_come_however_many(sample):
    chosen = choose(sample, read_selection("kind:dataset"))
    assert len(list(chosen)) == chosen.total == sample.info.by_kind["dataset"]


def test_words_and_sparql_mean_the_same(sample):
    select = PREFIX + "SELECT ?e { ?e weft:kind 'book' ; weft:fromRecord ?r }"
    assert sorted(keys(sample, "kind:book")) == keys(sample, select)


def test_a_selected_entity_comes_once_and_in_order_of_keys(hostile):
    select = PREFIX + "SELECT ?entity { ?entity weft:fromRecord ?r } ORDER BY DESC(?r)"
    assert keys(hostile, select) == [BOOK, CODES, SHEET]


def test_a_text_search_in_sparql_selects(hostile):
    select = PREFIX + "SELECT ?e { SERVICE weft:search { ?e weft:query 'lamps' } }"
    assert keys(hostile, select) == [BOOK]


def test_a_stub_is_selected_by_its_iri_alone(hostile):
    chosen = choose(hostile, read_selection(f"SELECT ?e {{ VALUES ?e {{ <{BASE}id/{STUB}> }} }}"))
    assert [(each.key, each.document) for each in chosen] == [(STUB, None)]


def test_an_entity_that_was_merged_is_refused_with_its_successor(hostile):
    text = f"SELECT ?e {{ VALUES ?e {{ <{BASE}id/goneegoneegon> }} }}"
    with pytest.raises(SelectionRefused, match=f"it was merged into <{BASE}id/{BOOK}>"):
        choose(hostile, read_selection(text))


def test_an_iri_of_no_entity_is_refused(hostile):
    text = f"SELECT ?e {{ VALUES ?e {{ <{BASE}id/nothere> }} }}"
    with pytest.raises(SelectionRefused, match="is no entity of release 4"):
        choose(hostile, read_selection(text))


@pytest.mark.parametrize("text", ["nosuchword", "SELECT ?e { ?e <http://x/none> ?o }"])
def test_a_selection_that_matches_nothing_says_so(hostile, text):
    with pytest.raises(NothingSelected, match="nothing in release 4 matches"):
        choose(hostile, read_selection(text))


def test_a_construct_query_without_triples_says_so(hostile):
    text = "CONSTRUCT WHERE { ?s <http://x/none> ?o }"
    with pytest.raises(NothingSelected, match="nothing in release 4 matches"):
        construct(hostile, read_selection(text))


def test_an_empty_release_says_so(empty):
    with pytest.raises(NothingSelected, match="release 1 holds no entities"):
        choose(empty, read_selection(""))


def test_a_sparql_query_that_does_not_parse_says_where(hostile):
    with pytest.raises(QuerySyntaxError) as caught:
        choose(hostile, read_selection("SELECT ?e {\n ?e ?p }"))
    assert caught.value.line == 2
