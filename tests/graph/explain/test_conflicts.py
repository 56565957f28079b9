"""Records of one thing that disagree, counted by field and pair of sources."""

from graph.explain import find_conflicts
from graph.explain.view import View
from tests.graph.builders import BASE
from tests.graph.explain.explained import graph_of, key_of, names


def test_disagreements_are_counted_by_field_and_pair_of_sources(view):
    found = find_conflicts(view)
    counted = {(each.field, each.sources): each.entities for each in found.counts}
    assert {pair: n for (field, pair), n in counted.items() if field == "publisher"} == {
        ("a", "c"): 1,
        ("b", "c"): 1,
    }
    assert {pair: n for (field, pair), n in counted.items() if field == "kind"} == {
        ("a", "b"): 1,
        ("b", "c"): 1,
    }
    # both books, the data and the paper: each record of theirs but one has a title of its own
    assert {pair: n for (field, pair), n in counted.items() if field == "title"} == {
        ("a", "b"): 3,
        ("a", "c"): 2,
        ("b", "c"): 2,
    }


def test_a_less_exact_date_is_no_disagreement(view):
    dates = find_conflicts(view, fields=("date",)).counts
    assert {each.sources for each in dates} == {("a", "c"), ("b", "c")}


def test_disagreements_are_listed_with_the_value_chosen(view):
    [conflict] = find_conflicts(view, fields=("version",)).conflicts
    assert (conflict.entity, conflict.chosen) == (key_of(view, "a/30"), "1")
    assert [(each.value, names(each.records)) for each in conflict.values] == [
        ("1", ["b/30"]),
        ("2", ["a/30"]),
    ]


def test_disagreements_of_one_source_are_those_it_has_a_part_in(view):
    found = find_conflicts(view, source="c", fields=("publisher", "version"))
    assert {each.sources for each in found.counts} == {("a", "c"), ("b", "c")}
    assert {each.field for each in found.conflicts} == {"publisher"}
    assert find_conflicts(view, source="d").conflicts == ()


def test_a_decision_on_records_of_no_entity_is_no_disagreement(tmp_path):
    graph_iri, decision = f"<{BASE}decisions>", f"<{BASE}decision/1>"
    weft = "https://w3id.org/weft#"
    lines = (
        f"{decision} <{weft}outcome> <{weft}together> {graph_iri} .\n"
        f"{decision} <http://www.w3.org/ns/prov#used> <{BASE}record/s/1> {graph_iri} .\n"
    )
    with graph_of(tmp_path, lines) as reader:
        assert find_conflicts(View(reader, BASE)).conflicts == ()
