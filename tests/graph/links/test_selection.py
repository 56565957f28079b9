"""Selections of links: what their SPARQL finds, whatever texts stand in them."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.links.selection import (
    CANONICAL,
    FROM_BOTH_ENDS,
    Selection,
    canonical,
    count_candidates,
    count_selected,
    page,
    ways_of,
)
from graph.relation import PREDICATES

B = "http://weft.test/id/"
STORE = """
@prefix w: <https://w3id.org/weft#> . @prefix s: <https://schema.org/> . @prefix : <http://weft.test/id/> .
@prefix cito: <http://purl.org/spar/cito/> . @prefix dc: <http://purl.org/dc/terms/> .
:data w:kind "dataset" ; s:publisher "A \\"B\\" \\\\" ; s:datePublished "2012-05" ;
  w:isSupplementTo :paper ; dc:isPartOf :whole ; s:about :paper .
:whole w:kind "dataset" .
:paper w:kind "paper" ; cito:cites :stub, :book .
:book w:kind "book" ; cito:cites :stub .
:code w:kind "software" ; w:isRelatedTo :paper .
:stub a w:Stub .
"""  # noqa: E501  # one line a subject


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    folder: Path = tmp_path_factory.mktemp("store")
    store = ox.Store(str(folder))
    store.load(STORE.encode(), format=ox.RdfFormat.TURTLE)
    return store


def rows(store: ox.Store, query: str) -> list[ox.QuerySolution]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return list(solutions)


def found(store: ox.Store, selection: Selection) -> set[str]:
    """Links as `start relation end`, a turned one with a minus."""
    listed = [
        f"{row['s'].value.removeprefix(B)}"
        f" {'-' if way.is_turned else ''}{PREDICATES[way.predicate]}"
        f" {row['o'].value.removeprefix(B)}"
        for row in rows(store, page(selection, 0, 100, 0, 100))
        for way in [selection.ways[int(row["way"].value)]]
    ]
    [[n_candidates]] = rows(store, count_candidates(selection))
    [[n_selected]] = rows(store, count_selected(selection, 100))
    assert len(listed) == len(set(listed)) == int(n_selected.value)
    assert selection.is_filtered or int(n_candidates.value) == len(listed)
    return set(listed)


ALL = {
    "data IsSupplementTo paper", "data IsPartOf whole", "paper Cites stub", "paper Cites book",
    "book Cites stub", "code IsRelatedTo paper",
}  # fmt: skip


def test_every_link_is_found_once(store):
    assert found(store, Selection()) == ALL


def test_from_both_ends_every_link_is_found_twice(store):
    both = found(store, Selection(ways=FROM_BOTH_ENDS))
    assert len(both) == 12
    assert "paper -IsSupplementTo data" in both
    assert found(store, Selection(ways=FROM_BOTH_ENDS, sources=(B + "paper",))) == {
        "paper -IsSupplementTo data", "paper Cites stub", "paper Cites book",
        "paper -IsRelatedTo code",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(at=B + "book"), {"paper Cites book", "book Cites stub"}),
        (Selection(at=B + "book", and_at=B + "paper"), {"paper Cites book"}),
        (Selection(at=B + "paper", and_at=B + "book"), {"paper Cites book"}),
        (Selection(at=B + "book", and_at=B + "book"), set()),
        (Selection(at=B + "nothing"), set()),
        (
            Selection(sources=(B + "book", B + "data"), targets=(B + "stub", B + "whole")),
            {"book Cites stub", "data IsPartOf whole"},
        ),
        (Selection(ways=ways_of({"IsPartOf"})), {"data IsPartOf whole"}),
        (Selection(ways=ways_of({"Obsoletes"})), set()),
        (
            Selection(source_kinds=("book", "software")),
            {"book Cites stub", "code IsRelatedTo paper"},
        ),
        (Selection(target_kinds=("unknown",)), {"paper Cites stub", "book Cites stub"}),
        (
            Selection(target_kinds=("unknown", "book")),
            {"paper Cites stub", "book Cites stub", "paper Cites book"},
        ),
        (Selection(with_stubs=False), ALL - {"paper Cites stub", "book Cites stub"}),
        (
            Selection(only_data=True),
            {"data IsSupplementTo paper", "data IsPartOf whole", "code IsRelatedTo paper"},
        ),
        (Selection(since="2012"), {"data IsSupplementTo paper", "data IsPartOf whole"}),
        (Selection(since="2012-06"), set()),
        (Selection(until="2012-05"), {"data IsSupplementTo paper", "data IsPartOf whole"}),
        (Selection(until="2012-04-30"), set()),
        (Selection(source_publisher='A "B" \\', target_kinds=("paper",)),
         {"data IsSupplementTo paper"}),
        (Selection(target_publisher="A"), set()),
    ],
)  # fmt: skip
def test_conditions_leave_links_out(store, selection, expected):
    assert found(store, selection) == expected


@pytest.mark.parametrize(
    "selection", [Selection(), Selection(with_stubs=False), Selection(at=B + "paper")]
)
def test_pages_of_one_stretch_follow_on_each_other(store, selection):
    whole = [str(row) for row in rows(store, page(selection, 0, 100, 0, 100))]
    parts = [
        str(row)
        for skip in range(len(whole))
        for row in rows(store, page(selection, 0, 100, skip, 1))
    ]
    assert parts == whole
    stretches = [
        str(row)
        for start in range(len(ALL))
        for row in rows(store, page(selection, start, 1, 0, 9))
    ]
    assert stretches == whole


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_text_breaks_the_query(publisher, date):
    empty = ox.Store()
    selection = Selection(source_publisher=publisher, since=date, target_publisher=date)
    assert rows(empty, page(selection, 0, 9, 0, 9)) == []


def test_an_inverse_relation_and_a_synonym_have_one_canonical_name():
    assert [canonical(name) for name in ("HasPart", "IsPublishedIn", "References", "MadeUp")] == [
        "IsPartOf", "IsPartOf", "Cites", "IsRelatedTo",
    ]  # fmt: skip
    assert len(CANONICAL) == len(PREDICATES)
