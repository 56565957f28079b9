"""What a selection is: everything, words, or SPARQL."""

import pytest

from search.errors import QueryRefused, QuerySyntaxError
from search.export.errors import SelectionRefused
from search.export.selection import Asks, keys_of_rows, read_selection

BASE = "http://x.org/"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("", Asks.EVERYTHING),
        ("  \n", Asks.EVERYTHING),
        ("*", Asks.EVERYTHING),
        ("higgs kind:dataset", Asks.WORDS),
        ("select data", Asks.WORDS),
        ("construct validity", Asks.WORDS),
        ("how to select {braces}", Asks.WORDS),
        ("\ud800", Asks.WORDS),
        ("SELECT ?e { ?e ?p ?o }", Asks.SOLUTIONS),
        ("select ?e where{?e ?p ?o}", Asks.SOLUTIONS),
        ("# a\nPREFIX x: <http://x/>\nBASE <http://y/> SELECT ?e { ?e x:p 1 }", Asks.SOLUTIONS),
        ("CONSTRUCT WHERE { ?s ?p ?o }", Asks.TRIPLES),
    ],
)
def test_a_selection_is_meant_as_it_is_written(text, asks):
    assert read_selection(text).asks is asks


@pytest.mark.parametrize("text", ["ASK { ?s ?p ?o }", "DESCRIBE ?s { ?s ?p ?o }"])
def test_a_form_that_selects_nothing_is_refused(text):
    with pytest.raises(SelectionRefused, match="selects no entities: write SELECT"):
        read_selection(text)


def test_an_update_is_refused():
    with pytest.raises(QueryRefused, match="DELETE is an update"):
        read_selection("DELETE WHERE { ?s ?p ?o }")


def test_a_query_in_words_that_does_not_parse_says_where():
    with pytest.raises(QuerySyntaxError) as caught:
        read_selection("higgs kind:(")
    assert (caught.value.line, caught.value.column) == (1, 12)


def test_keys_come_from_the_variable_named_entity():
    lines = ["?n\t?entity", f"<{BASE}id/zz>\t<{BASE}id/b>", f"<{BASE}id/yy>\t<{BASE}id/a>"]
    assert keys_of_rows(lines, BASE) == ["a", "b"]


def test_keys_come_from_the_first_variable_that_holds_entities_only():
    lines = ["?name\t?e\t?o", f'"x"\t<{BASE}id/b>\t<{BASE}id/c>', f'"y"\t<{BASE}id/b>\t1']
    assert keys_of_rows(lines, BASE) == ["b"]


def test_rows_that_are_no_entities_are_named():
    lines = ["?entity", f"<{BASE}id/b>", f"<{BASE}record/s/1>", "", '"text"', f"<{BASE}id/b#1>"]
    with pytest.raises(SelectionRefused) as caught:
        keys_of_rows(lines, BASE)
    assert str(caught.value) == (
        f"?entity does not hold entities only: row 2 has <{BASE}record/s/1>; row 3 has nothing;"
        f' row 4 has "text"; row 5 has <{BASE}id/b#1>; expected IRIs such as <{BASE}id/...>'
    )


def test_of_many_rows_that_are_none_five_are_named():
    lines = ["?e", *(f'"{number}"' for number in range(8))]
    with pytest.raises(SelectionRefused, match=r'row 5 has "4" and 3 more; expected'):
        keys_of_rows(lines, BASE)


def test_an_answer_without_rows_has_no_keys():
    assert keys_of_rows(["?e\t?name"], BASE) == []
