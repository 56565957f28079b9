"""Decisions in order, and the way that joins lead from record to record."""

import pytest

from graph.explain import explain
from graph.explain.decisions import Decision, chain
from graph.explain.view import View
from graph.match import RULES
from tests.graph.builders import BASE
from tests.graph.explain.explained import graph_of


def test_what_a_person_judged_is_told_before_what_rules_decided(tmp_path):
    weft, prov, graph_iri = "https://w3id.org/weft#", "http://www.w3.org/ns/prov#", "decisions"
    lines = f"<{BASE}id/aaaaaaaaaaaaa> <{weft}fromRecord> <{BASE}record/s/1> .\n"
    for rule, evidence in (("same-doi", "doi:10.5072/x"), ("person-same", "judged by a person")):
        decision, end = f"<{BASE}decision/{rule}>", f"<{BASE}{graph_iri}> .\n"
        lines += f'{decision} <{weft}rule> "{rule}" {end}{decision} <{prov}used> '
        lines += f"<{BASE}record/s/1> {end}{decision} <{weft}outcome> <{weft}together> {end}"
        lines += f'{decision} <{weft}evidence> "{evidence}" {end}'
    with graph_of(tmp_path, lines) as reader:
        told = explain(View(reader, BASE), "aaaaaaaaaaaaa").together
    assert [(each.rule, each.sentence) for each in told] == [
        ("person-same", RULES["person-same"]),
        ("same-doi", RULES["same-doi"]),
    ]


def _join(*records: str) -> Decision:
    return Decision(rule="same-doi", is_join=True, evidence="", records=records, at="")


@pytest.mark.parametrize(
    ("start", "goal", "way"),
    [
        ("a", "a", []),
        ("a", "x", []),
        ("a", "c", [("a", "b"), ("b", "c")]),
        ("d", "a", [("d", "b"), ("b", "a")]),
        ("z", "a", []),
        ("ac", "d", [("a", "d")]),
    ],
)
def test_the_way_between_records_is_the_shortest(start, goal, way):
    joins = [_join("a", "b"), _join("b", "c"), _join("b", "d"), _join("x", "y")]
    if start == "ac":
        joins.append(_join("a", "d"))
    assert chain(joins, start, goal) == way
