"""Comparison of two reports."""

import pytest
from msgspec.structs import replace

from search.coverage.comparison import compare
from search.coverage.measure import measure
from search.coverage.report import Report, Value
from search.coverage.selection import Selection, read_selection
from search.coverage.table import Table


@pytest.fixture
def report(town_table: Table) -> Report:
    return measure(town_table, Selection())


def test_a_report_gains_nothing_against_itself(report):
    found = compare(report, report)
    assert (found.gained, found.lost) == ((), ())
    assert found.n_unchanged > 50


def test_gains_and_losses_carry_both_numbers(report):
    more = replace(report.totals, entities=report.totals.entities + 2, merged=0)
    found = compare(report, replace(report, release=9, totals=more))
    assert [(each.figure, each.of, each.difference) for each in found.gained] == [
        ("totals", ("entities",), 2)
    ]
    assert [(each.of, each.old, each.new, each.difference) for each in found.lost] == [
        (("merged",), report.totals.merged, 0, -report.totals.merged)
    ]
    assert (found.old_release, found.new_release) == (1, 9)


def test_what_one_report_lacks_is_null_and_has_no_difference(report):
    licences = replace(report.licences, rows=(Value("MIT", 3),))
    found = compare(report, replace(report, licences=licences))
    assert [(e.of, e.old, e.new, e.difference) for e in found.gained] == [(("MIT",), None, 3, None)]
    assert {each.figure for each in found.lost} == {"licences"}
    assert {each.new for each in found.lost} == {None}


def test_a_share_that_sinks_with_an_equal_number_is_a_loss(report):
    first = report.completeness[0]
    thinner = (replace(first, of=first.of + 7), *report.completeness[1:])
    found = compare(report, replace(report, completeness=thinner))
    assert found.gained == ()
    assert [(each.old_of, each.new_of) for each in found.lost] == [(first.of, first.of + 7)]


def test_reports_of_two_selections_are_not_compared(report, town_table):
    other = measure(town_table, read_selection(rolled_up=False))
    with pytest.raises(ValueError, match="one selection"):
        compare(report, other)
