"""Figures: their tables, words and the years that they draw."""

import pytest

from search.coverage.comparison import compare
from search.coverage.figures.compared import comparison_figure
from search.coverage.figures.figure import Line, Naming, shown, year_columns
from search.coverage.figures.listing import conditions, list_figures
from search.coverage.selection import Selection, Years
from tests.search.coverage.reports import empty_report, large_report, one_paper

MADE = "2026-01-02T03:04:05Z"


def figure(report, name, naming=None):
    return next(each for each in list_figures(report, naming or Naming()) if each.id == name)


def test_years_are_drawn_without_gaps():
    assert [label for label, _ in year_columns([2018, 2021], MADE)] == [
        "2018", "2019", "2020", "2021",
    ]  # fmt: skip


def test_years_far_outside_share_a_column_at_either_end():
    columns = year_columns([1500, 1800, 2020, 2027, 9999], MADE)
    assert (columns[0][0], columns[0][1]) == ("before 1968", range(1500, 1968))
    assert (columns[-1][0], columns[-1][1]) == ("after 2027", range(2028, 10000))
    assert len(columns) == 62


def test_only_old_years_are_drawn_as_they_are():
    assert [label for label, _ in year_columns([1500, 1501], MADE)] == ["1500", "1501"]
    assert [label for label, _ in year_columns([3000], MADE)] == ["3000"]
    assert year_columns([], MADE) == []


def test_growth_tells_the_works_without_a_year_beside_the_picture():
    growth = figure(large_report(), "growth")
    assert growth.summary == (
        "950\u202f400 works from 1500 to 9999, most of them in 9999 (1\u202f800)."
        " 1\u202f800 works have no year and are not in the picture."
    )
    assert growth.lines[0].cells == ("9999", 300, 300, 300, 300, 300, 300, 1800)
    assert growth.lines[-1].cells[0] == "no year"


def test_works_without_a_value_come_first_and_their_share_is_told():
    licences = figure(one_paper(), "licences")
    assert licences.lines == (Line(("not stated", 1, 1.0)),)
    assert licences.summary == "No work states one."


def test_unknown_access_is_not_closed():
    access = figure(one_paper(), "access")
    assert access.summary == "open is the commonest, in 1 of 1 works. Every work states one."
    assert "not closed" in access.how


def test_values_that_no_line_holds_are_counted():
    assert figure(large_report(), "subjects").n_unlisted == 300_000 - 50


def test_a_set_of_sources_leads_to_its_records_by_their_names():
    naming = Naming({"zenodo": "Zenodo"}, lambda names: "/records?" + ",".join(names))
    overlap = figure(one_paper(), "overlap", naming)
    assert overlap.lines == (Line(("Zenodo", 1), "/records?zenodo"),)
    assert overlap.summary == "One source delivered all 1 entities."


def test_sources_of_one_title_are_told_apart():
    naming = Naming({"zenodo": "Zenodo", "zenodo-dc": "Zenodo", "oapen": "OAPEN"})
    assert [naming.title(name) for name in ("zenodo", "zenodo-dc", "oapen", "new")] == [
        "Zenodo (zenodo)", "Zenodo (zenodo-dc)", "OAPEN", "new",
    ]  # fmt: skip


def test_sets_that_are_not_drawn_are_counted():
    assert "491 smaller sets are not drawn." in figure(large_report(), "overlap").summary


def test_completeness_has_one_line_a_field_for_people_and_one_a_cell_in_files():
    complete = figure(large_report(), "completeness")
    assert (len(complete.lines), len(complete.wide_lines)) == (135, 15)
    assert complete.wide_lines[0].cells[:3] == ("field_0", "", "33% (1 of 3)")
    assert complete.lines[0].cells[2:] == ("source-0", 1, 3, 1 / 3)


def test_link_coverage_tells_numerator_and_denominator_each_with_its_query():
    links = figure(one_paper(), "links")
    assert links.lines[0].cells == ("Papers with data", 1, 0, 1, 1.0)
    assert links.lines[0].asked == (None, 0, 1, 2, None)
    assert [query.text for query in links.queries] == [
        "SELECT (1 AS ?n) {}",
        "SELECT (2 AS ?n) {}",
        "SELECT (3 AS ?n) {}",
    ]


def test_a_measure_without_works_has_no_share():
    links = figure(empty_report(), "links")
    assert links.lines[0].cells == ("Papers with data", 0, 0, 0, None)
    assert links.summary == "Papers with data: there are none to count."


def test_a_comparison_names_what_grew_and_what_shrank():
    found = comparison_figure(compare(_paper_only(), one_paper()), Naming())
    rows = {line.cells[:2]: line.cells[2:] for line in found.lines}
    assert rows["Totals", "entities"] == (0, 1, "+1")
    assert rows["Source", "zenodo: records"] == (None, 1, None)
    back = comparison_figure(compare(one_paper(), _paper_only()), Naming())
    assert {line.cells[:2]: line.cells[2:] for line in back.lines}["Totals", "entities"] == (
        1, 0, -1,
    )  # fmt: skip


def test_equal_releases_are_told_to_be_equal():
    found = comparison_figure(compare(one_paper(), one_paper()), Naming())
    assert (found.lines, found.chart) == ((), None)
    assert found.summary == "No number that is counted here differs."


def _paper_only():
    report = empty_report()
    fields = {name: getattr(report, name) for name in report.__struct_fields__}
    return type(report)(**{**fields, "selection": Selection()})


def test_conditions_are_told_in_words():
    chosen = Selection(sources=("zenodo",), years=(Years(2010, None),), licences=("",))
    assert [label for _, _, label in conditions(chosen, Naming({"zenodo": "Zenodo"}))] == [
        "source Zenodo",
        "year 2010-",
        "licence not stated",
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1200, "1\u202f200"), (0.5, "50.0\u202f%"), ("2012", "2012"), (None, "\u2013")],
)
def test_cells_are_written_for_people(cell, text):
    assert shown(cell) == text
