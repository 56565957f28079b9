"""Figures of a release of eleven records, counted by hand."""

import polars as pl
import pytest
from msgspec.structs import replace as changed

from search.coverage.measure import measure
from search.coverage.report import KindCount, Value, YearCount
from search.coverage.selection import Selection, read_selection
from search.coverage.table import Table
from tests.search.coverage.asked import figures_of, n_queries


def test_a_part_counts_with_its_whole_unless_each_is_asked_for(town_table):
    rolled = measure(town_table, Selection())
    each = measure(town_table, read_selection(rolled_up=False))
    assert (rolled.totals.entities, rolled.totals.works_rolled_up) == (8, 7)
    assert KindCount(kind="dataset", entities=2, works=1) in rolled.totals.by_kind
    data = [report.link_coverage[1] for report in (rolled, each)]
    assert [(one.numerator, one.denominator) for one in data] == [(1, 1), (2, 2)]


def test_growth_has_a_row_for_the_unknown_year(town_table):
    assert measure(town_table, Selection()).growth.rows == (
        YearCount(2012, "dataset", 1),
        YearCount(None, "book", 1),
        YearCount(None, "chapter", 1),
        YearCount(None, "paper", 3),
        YearCount(None, "software", 1),
    )


def test_unknown_access_is_apart_from_closed(town_table):
    access = measure(town_table, Selection()).access
    assert access.rows == (Value("open", 1), Value("", 6))
    assert access.n_values == 1


def test_overlap_counts_exact_sets_of_sources(town_table):
    overlap = measure(town_table, Selection()).overlap
    assert [(each.sources, each.n) for each in overlap] == [
        (("zen",), 3),
        (("hep", "zen"), 2),
        (("pap",), 2),
        (("hep",), 1),
    ]


def test_a_link_to_something_undelivered_counts_and_is_told_apart(town_table):
    """Make the software a stub: the paper says as before that it is derived from it."""
    links = town_table.links.with_columns(
        target_is_stub=pl.col("target_is_stub") | (pl.col("target_kind") == "software")
    )
    table = Table(**{**_parts(town_table), "links": links})
    (coverage,) = (
        each
        for each in measure(table, Selection()).link_coverage
        if each.id == "papers-with-software"
    )
    assert (coverage.numerator, coverage.delivered, coverage.denominator) == (1, 0, 3)
    assert (coverage.share, coverage.share_delivered) == (1 / 3, 0.0)


def test_link_types_can_be_left_out(town_table):
    report = measure(town_table, read_selection(relations=["IsSupplementTo"]))
    found = {each.id: (each.numerator, each.relations) for each in report.link_coverage}
    assert found["papers-with-data"] == (1, ("IsSupplementTo",))
    assert found["papers-with-software"] == (0, ("IsSupplementTo",))


def test_a_books_own_parts_and_versions_are_no_link_to_anything(town_table):
    report = measure(town_table, read_selection(relations=["IsPartOf"]))
    (books,) = [each for each in report.link_coverage if each.id == "books-with-anything"]
    assert books.relations == ()
    assert books.numerator == 0


def test_a_work_has_the_links_of_all_its_parts_whatever_was_selected(town_table):
    """The set has no year; its part of 2012 supplements a paper."""
    report = measure(town_table, read_selection(years=["unknown"], kinds=["dataset"]))
    assert report.totals.entities == 1
    (data,) = [each for each in report.link_coverage if each.id == "data-with-papers"]
    assert (data.numerator, data.denominator) == (1, 1)


def test_a_selection_that_takes_nothing_has_no_share(town_table):
    report = measure(town_table, read_selection(publishers=["Nobody"]))
    assert report.totals.entities == 0
    assert {each.share for each in report.link_coverage} == {None}
    assert (report.growth.rows, report.overlap, report.completeness) == ((), (), ())


def test_completeness_counts_records_of_each_source(town_table):
    report = measure(town_table, Selection())
    found = {
        (row.source, row.field): (row.n, row.of)
        for row in report.completeness
        if row.field in {"licence", "relation", "identifier"}
    }
    assert found == {
        ("hep", "identifier"): (3, 3),
        ("hep", "licence"): (1, 3),
        ("hep", "relation"): (1, 3),
        ("pap", "identifier"): (2, 2),
        ("pap", "licence"): (0, 2),
        ("pap", "relation"): (1, 2),
        ("zen", "identifier"): (4, 5),
        ("zen", "licence"): (1, 5),
        ("zen", "relation"): (2, 5),
    }


def test_every_field_names_its_principle(town_table):
    report = measure(town_table, Selection())
    assert {field.fair for field in report.fields} == {
        *("F1", "F2", "A1", "I2", "I3", "R1", "R1.1", "R1.2", "R1.3"),
    }
    assert all(field.principle and "?source" in field.query for field in report.fields)


def test_every_figure_has_its_query(town_table):
    """Seven totals, growth, six values, two an overlap, one a field, three a share."""
    report = measure(town_table, Selection())
    assert n_queries(report) == 7 + 1 + 6 + 2 * 4 + 15 + 3 * 4


def test_an_incomplete_harvest_is_a_caveat(town_table):
    sources = town_table.sources.with_columns(
        state=pl.Series(["incomplete", "never", "complete"]), announced=pl.Series([70, None, 9])
    )
    report = measure(Table(**{**_parts(town_table), "sources": sources}), Selection())
    at = "2024-01-02T00:00:00Z"
    hep = f"hep: last harvested {at}, and the harvest is incomplete: records are missing;"
    assert report.caveats[-3:] == (
        f"{hep} it announced 70.",
        "pap: not harvested yet.",
        f"zen: last harvested {at}.",
    )


@pytest.mark.parametrize("text", ['" } #', "\\", "';\n", "ünïcode", "\u202e", "x" * 400])
def test_a_hostile_value_selects_nothing_and_breaks_no_query(town_table, town_data, text):
    from graph.release import open_release  # noqa: PLC0415  # only here
    from graph.store import open_graph  # noqa: PLC0415
    from tests.search.coverage.asked import figures_asked  # noqa: PLC0415

    selection = read_selection(publishers=[text], languages=[text], sources=[text])
    report = measure(town_table, selection)
    assert report.totals.entities == 0
    with open_graph(open_release(town_data).graph_path) as graph:
        assert figures_asked(report, graph).items() <= figures_of(report).items()


def test_only_the_commonest_subjects_are_listed(town_table):
    subjects = [[f"subject {n:03}" for n in range(80)]] * town_table.entities.height
    entities = town_table.entities.with_columns(subjects=pl.Series(subjects))
    found = measure(Table(**{**_parts(town_table), "entities": entities}), Selection()).subjects
    assert (len(found.rows), found.n_values) == (50, 80)
    assert found.rows[0] == Value("subject 000", 7)


def _parts(table: Table) -> dict[str, object]:
    return {name: getattr(table, name) for name in Table.__slots__}


def test_a_report_is_alike_for_equal_selections(town_table):
    one = measure(town_table, Selection())
    assert one == changed(one)
    assert one == measure(town_table, Selection())
