"""Counting links: by kind, relation, source and year, worked out by hand."""

import json

import polars as pl
import pytest

from search.coverage.charts.links_by_year import MOST_RELATIONS, links_by_year
from search.coverage.link_counts import Cell, RelationCount, SourceCount, YearCount, count_links

SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "source": pl.String,
    "relation": pl.String,
    "target": pl.String,
    "source_kind": pl.String,
    "target_kind": pl.String,
    "source_is_stub": pl.Boolean,
    "target_is_stub": pl.Boolean,
    "stated_by": pl.List(pl.String),
    "year": pl.Int32,
}
LINKS = pl.DataFrame(
    [
        ("a", "Cites", "p", "dataset", "paper", False, False, ["x"], 2001),
        ("b", "Cites", "p", "dataset", "paper", False, True, ["x", "y"], 2001),
        ("c", "Cites", "q", "dataset", None, False, True, ["y"], None),
        ("d", "IsPartOf", "a", "dataset", "dataset", False, False, [], 1999),
        ("s", "IsPartOf", "a", "software", "dataset", True, False, ["z"], None),
    ],
    schema=SCHEMA,
    orient="row",
)
SIDES = LINKS.with_columns(stated_from=pl.Series(["both", "source", "target", "neither", "both"]))


def test_the_matrix_has_the_kinds_that_there_are_with_unknown_last():
    counts = count_links(LINKS)
    assert (counts.n, counts.n_stubs) == (5, 3)
    assert counts.from_kinds == ("dataset", "software")
    assert counts.to_kinds == ("dataset", "paper", "unknown")
    assert counts.matrix[0] == (
        Cell(from_kind="dataset", to_kind="dataset", n=1, n_stubs=0, level=1),
        Cell(from_kind="dataset", to_kind="paper", n=2, n_stubs=1, level=5),
        Cell(from_kind="dataset", to_kind="unknown", n=1, n_stubs=1, level=1),
    )
    assert [cell.n for cell in counts.matrix[1]] == [1, 0, 0]


def test_links_to_stubs_are_left_out_when_asked():
    counts = count_links(LINKS, with_stubs=False)
    assert (counts.n, counts.n_stubs) == (2, 0)
    assert counts.to_kinds == ("dataset", "paper")
    assert counts.relations == (
        RelationCount(relation="Cites", n=1, n_stubs=0, n_both=None),
        RelationCount(relation="IsPartOf", n=1, n_stubs=0, n_both=None),
    )


def test_relations_tell_how_many_links_both_ends_state():
    assert count_links(SIDES).relations == (
        RelationCount(relation="Cites", n=3, n_stubs=2, n_both=1),
        RelationCount(relation="IsPartOf", n=2, n_stubs=1, n_both=1),
    )


def test_a_link_counts_for_each_source_that_states_it():
    assert count_links(LINKS).sources == (
        SourceCount(source="x", n=2, n_alone=1),
        SourceCount(source="y", n=2, n_alone=1),
        SourceCount(source="z", n=1, n_alone=1),
    )


def test_years_are_those_of_what_a_link_starts_at_and_unknown_comes_last():
    assert count_links(LINKS).years == (
        YearCount(year=1999, relation="IsPartOf", n=1),
        YearCount(year=2001, relation="Cites", n=2),
        YearCount(year=None, relation="Cites", n=1),
        YearCount(year=None, relation="IsPartOf", n=1),
    )


@pytest.mark.parametrize("frame", [LINKS, SIDES], ids=["without sides", "with sides"])
def test_a_release_without_links_has_empty_figures(frame):
    counts = count_links(frame.clear())
    assert (counts.n, counts.n_stubs, counts.matrix, counts.relations) == (0, 0, (), ())
    assert (counts.sources, counts.years) == ((), ())


def test_the_chart_gives_a_colour_to_the_commonest_relations_and_one_to_all_others():
    rows = [("2001", f"relation {n}", n + 1) for n in range(MOST_RELATIONS + 2)]
    specification = json.loads(json.dumps(links_by_year(rows, "so many").specification))
    colour = specification["encoding"]["color"]["scale"]
    assert colour["domain"][0] == f"relation {MOST_RELATIONS + 1}"
    assert colour["domain"][-1] == "other relations"
    assert len(colour["domain"]) == len(colour["range"]) == MOST_RELATIONS + 1
    assert specification["description"] == "so many"
