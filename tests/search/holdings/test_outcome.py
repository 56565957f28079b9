"""A whole list against a release."""

import io

import pytest

from search.holdings.errors import TooManyRows, UnreadableList
from search.holdings.outcome import open_outcome
from search.holdings.result import MAX_PARTS, MAX_PROBLEMS, Problem
from tests.search.holdings.release import Thing, releasing

THINGS = (
    Thing(key="a", title="Tides of the Severn", year=2016, names=("isbn:9783653064650",)),
    Thing(key="c", kind="chapter", title="Of bores and eagres", part_of="s"),
    Thing(key="d", kind="chapter", title="Of lamps and wicks", part_of="s"),
    Thing(key="s", names=("isbn:9780306406157",)),
)
LIST = b"""title,isbn,year
Tides,978-3-653-06465-0,2016
Tides of the Severn,,2016
Bores,0306406152,
Lamps,9783653064651,
Tides,978-3-653-06465-0,2016
"""


@pytest.fixture
def finder(tmp_path):
    with releasing(tmp_path, THINGS) as (_, _, finder):
        yield finder


def test_the_totals_are_the_rows_and_rows_given_twice_count_twice(finder):
    with open_outcome(io.BytesIO(LIST), finder, release=7) as outcome:
        totals = (outcome.matched, outcome.matched_part, outcome.suggested, outcome.unmatched)
        assert (outcome.rows, totals, outcome.release) == (5, (2, 1, 1, 1), 7)
        assert outcome.reasons == {"no identifier": 1, "chapter only": 1, "bad check digit": 1}
        assert [match.row for match in outcome.results] == [1, 2, 3, 4, 5]


def test_the_matched_entities_have_their_parts_with_them_and_no_suggestions(finder):
    with open_outcome(io.BytesIO(LIST), finder, release=1) as outcome:
        assert outcome.matched_keys == {"a", "c", "d"}


def test_results_can_be_gone_through_twice_at_once(finder):
    with open_outcome(io.BytesIO(LIST), finder, release=1) as outcome:
        pairs = list(zip(outcome.results, outcome.results, strict=True))
    assert [(one.row, other.row) for one, other in pairs] == [(n, n) for n in range(1, 6)]


def test_problems_stand_with_their_rows(finder):
    with open_outcome(io.BytesIO(LIST), finder, release=1) as outcome:
        assert outcome.problems == (Problem(4, "'9783653064651': bad check digit"),)


def test_problems_beyond_those_listed_are_counted(finder):
    rows = b"isbn\n" + b"9783653064651\n" * (MAX_PROBLEMS + 50)
    with open_outcome(io.BytesIO(rows), finder, release=1) as outcome:
        assert (len(outcome.problems), outcome.n_problems) == (MAX_PROBLEMS, MAX_PROBLEMS + 50)


def test_a_header_alone_is_a_list_without_rows(finder):
    with open_outcome(io.BytesIO(b"title,isbn\n"), finder, release=1) as outcome:
        assert (outcome.rows, list(outcome.results)) == (0, [])
        assert Problem(0, "the file has no rows") in outcome.problems


def test_more_rows_than_allowed_are_refused(finder):
    rows = io.BytesIO(b"10.1234/a\n" * 11)
    with (
        pytest.raises(TooManyRows, match="more than 10 rows"),
        open_outcome(rows, finder, release=1, limit_rows=10),
    ):
        pass


def test_what_is_no_list_is_refused(finder):
    with (
        pytest.raises(UnreadableList, match="a PDF"),
        open_outcome(io.BytesIO(b"%PDF-1.4"), finder, release=1),
    ):
        pass


def test_the_parts_of_a_journal_are_all_held_and_few_are_listed(tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    papers = (
        Thing(key=f"p{n:03}", kind="paper", title=f"Paper {n}", part_of="j") for n in range(150)
    )
    journal = Thing(key="j", kind="other", names=("issn:0028-0836",))
    with (
        releasing(folder, (journal, *papers)) as (_, _, finder),
        open_outcome(io.BytesIO(b"ISSN\n0028-0836\n"), finder, release=1) as outcome,
    ):
        (match,) = outcome.results
        assert (match.status, match.reason, match.entity) == ("matched_part", "part only", "p000")
        assert (len(match.parts), len(outcome.matched_keys)) == (MAX_PARTS, 150)
