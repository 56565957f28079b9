"""What is done with a window whose list broke, and that it always comes to an end."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.client import HttpAnswer
from harvester.lists.listing import Break
from harvester.lists.remedy import (
    MOST_RESTARTS,
    RESCUE_RECORDS,
    Case,
    Remedy,
    is_worth_splitting,
    n_parts,
    remedy,
)
from harvester.protocol import Granularity
from harvester.window import TimeLine, Window
from tests.harvester.fake_repository import (
    BROKEN,
    HTML,
    Asked,
    FakeRepository,
    cut,
    error,
    listing,
    record_xml,
    spread,
    staged,
)

LINE = TimeLine(
    earliest=datetime(2020, 1, 1, tzinfo=UTC),
    latest=datetime(2026, 1, 1, tzinfo=UTC),
    granularity=Granularity.SECOND,
)
SMALLEST = Window(from_="2025-01-01T00:00:00Z", until="2025-01-01T00:00:00Z")
DATES = (Break.REFUSED_DATES, Break.IGNORED_DATES)
LISTS = tuple(each for each in Break if each not in {*DATES, Break.TOO_LARGE})
"""Breaks that say nothing of dates or size."""
RESTARTABLE = (Break.EXPIRED, Break.AMBIGUOUS)


def case(how: Break, **changes) -> Case:
    usual = {
        "window": Window(),
        "size": 1_000,
        "n_missing": 500,
        "n_restarts": 0,
        "n_short": 0,
        "has_dates": True,
    }
    return Case(how=how, **{**usual, **changes})


def records(n: int) -> list[str]:
    return [record_xml(number) for number in range(n)]


def first_remedy(how: Break, **changes) -> Remedy:
    return remedy(case(how, **changes), LINE)


@pytest.mark.parametrize("how", DATES)
def test_where_dates_do_not_work_they_are_left_out(how):
    assert first_remedy(how) is Remedy.WITHOUT_DATES


def test_a_window_that_is_too_large_is_cut():
    assert first_remedy(Break.TOO_LARGE) is Remedy.SPLIT


@pytest.mark.parametrize("how", RESTARTABLE)
def test_a_lost_or_expired_token_costs_one_restart_before_the_window_is_halved(how):
    chosen = [first_remedy(how, n_restarts=n) for n in (0, 1)]
    assert chosen == [Remedy.AGAIN, Remedy.SPLIT]


@pytest.mark.parametrize("how", sorted(set(LISTS) - set(RESTARTABLE)))
def test_any_other_break_halves_at_once(how):
    assert first_remedy(how) is Remedy.SPLIT


@pytest.mark.parametrize("how", sorted(set(LISTS) - set(RESTARTABLE)))
@pytest.mark.parametrize(
    ("size", "chosen"),
    [
        (RESCUE_RECORDS, Remedy.ONE_BY_ONE),
        (0, Remedy.ONE_BY_ONE),
        (RESCUE_RECORDS + 1, Remedy.SPLIT),
        (None, Remedy.SPLIT),
    ],
)
def test_a_few_records_are_asked_for_one_by_one(how, size, chosen):
    assert first_remedy(how, size=size) is chosen


@pytest.mark.parametrize("how", RESTARTABLE)
def test_where_tokens_do_not_last_even_a_few_records_are_halved(how):
    """A list of their identifiers would break as theirs did."""
    chosen = [first_remedy(how, size=3, n_restarts=n) for n in (0, 1)]
    assert chosen == [Remedy.AGAIN, Remedy.SPLIT]


@pytest.mark.parametrize("how", sorted(set(LISTS) - {Break.SHORT}))
@pytest.mark.parametrize("cannot_be_cut", [{"window": SMALLEST}, {"has_dates": False}])
def test_what_cannot_be_halved_is_listed_anew_and_then_fetched_one_by_one(how, cannot_be_cut):
    chosen = [first_remedy(how, n_restarts=n, **cannot_be_cut) for n in range(MOST_RESTARTS + 1)]
    assert chosen == [Remedy.AGAIN, Remedy.AGAIN, Remedy.ONE_BY_ONE]


@pytest.mark.parametrize("cannot_be_cut", [{"window": SMALLEST}, {"has_dates": False}])
def test_a_short_list_that_cannot_be_halved_is_compared_with_its_identifiers(cannot_be_cut):
    assert first_remedy(Break.SHORT, **cannot_be_cut) is Remedy.ONE_BY_ONE


@pytest.mark.parametrize(
    ("n_short", "n_missing", "chosen"),
    [
        (0, 1, Remedy.SPLIT),
        (1, 100, Remedy.ONE_BY_ONE),
        (1, 101, Remedy.SPLIT),
        (2, 1, Remedy.ONE_BY_ONE),
    ],
)
def test_a_part_that_is_short_again_is_compared_with_its_identifiers(n_short, n_missing, chosen):
    """A list that ends after so many records is cured by halving; a wrong size is not."""
    assert first_remedy(Break.SHORT, n_short=n_short, n_missing=n_missing) is chosen


CASES = st.builds(
    Case,
    how=st.sampled_from(Break),
    window=st.sampled_from((Window(), SMALLEST, Window(until="1980-01-01T00:00:00Z"))),
    size=st.none() | st.integers(0, 10**9),
    n_missing=st.integers(0, 10**9),
    n_restarts=st.integers(0, 5),
    n_short=st.integers(0, 40),
    has_dates=st.booleans(),
)


@given(CASES)
def test_what_has_no_dates_or_one_granule_is_never_cut_but_for_its_size(case):
    if case.how is Break.TOO_LARGE or (case.has_dates and not LINE.is_smallest(case.window)):
        return
    assert remedy(case, LINE) is not Remedy.SPLIT


@given(CASES)
def test_nothing_is_listed_anew_more_often_than_it_may_be(case):
    if case.n_restarts >= MOST_RESTARTS:
        assert remedy(case, LINE) is not Remedy.AGAIN


def possible(window: Window, *, has_dates: bool, has_floor: bool) -> list[Break]:
    """How a window's list may break, the way harvester/root.py meets it."""
    ways = list(LISTS)
    if has_dates and not LINE.is_smallest(window):
        ways.append(Break.TOO_LARGE)
    if has_dates and (window.from_ or window.until or not has_floor):
        ways.extend(DATES)
    return ways


@given(st.data())
def test_every_chain_of_remedies_ends(data):
    """A window is broken again and again, by chance and with the worst of its parts taken.

    30 halvings lead from 6 years to a second; each of the windows on the way is listed anew once
    or twice at most, the dates are given up once, and a beginning is named once.
    """
    window, has_dates, has_floor = Window(), True, False
    n_restarts = n_short = n_steps = 0
    while n_steps <= (LINE.n_granules(Window()).bit_length() + 2) * (MOST_RESTARTS + 1) + 2:
        n_steps += 1
        how = data.draw(st.sampled_from(possible(window, has_dates=has_dates, has_floor=has_floor)))
        met = case(
            how,
            window=window,
            size=data.draw(st.none() | st.integers(RESCUE_RECORDS + 1, 10**6)),
            n_missing=data.draw(st.integers(101, 10**6)),
            n_restarts=n_restarts,
            n_short=n_short,
            has_dates=has_dates,
        )
        match remedy(met, LINE):
            case Remedy.AGAIN:
                n_restarts += 1
            case Remedy.SPLIT:
                window = data.draw(st.sampled_from(LINE.split(window, 2)))
                n_restarts = n_restarts if how in RESTARTABLE else 0
                n_short += how is Break.SHORT
            case Remedy.WITHOUT_DATES if window.until and not has_floor and not window.from_:
                has_floor = True
                window = Window(from_="2020-01-01T00:00:00Z", until=window.until)
            case Remedy.WITHOUT_DATES:
                window, has_dates, n_restarts, n_short = Window(), False, 0, 0
            case Remedy.ONE_BY_ONE:
                return
    pytest.fail(f"{n_steps} remedies and no end")


@pytest.mark.parametrize(
    ("announced", "n_nowhere", "window", "expected"),
    [
        (60, 30, Window(), True),
        (60, 6, Window(), True),
        (60, 5, Window(), False),
        (RESCUE_RECORDS, RESCUE_RECORDS, Window(), False),
        (60, 30, SMALLEST, False),
    ],
)
def test_parts_are_listed_where_a_tenth_or_more_is_named_by_no_list(
    announced, n_nowhere, window, expected
):
    assert is_worth_splitting(window, announced, n_nowhere, LINE) is expected


@pytest.mark.parametrize(
    ("announced", "expected"), [(None, 8), (5_000, 1), (5_001, 2), (100_000, 20)]
)
def test_a_list_of_unknown_size_is_cut_into_eight(announced, expected):
    assert n_parts(announced, 100, 1) == expected


# Remedies at work: faults that are healed, and the same where they persist


async def test_a_short_list_is_made_whole_by_asking_for_its_identifiers(run, stage):
    fake = FakeRepository(records(5))
    fake.instead["2"] = [listing(record_xml(2), token="", size=5)]
    report = await run(fake)
    assert (report.state, report.error, report.seen) == ("complete", None, 5)
    assert fake.tokens == ["Identify", "", "2", "ids ", "ids 2", "get 3", "ids 4", "get 4"]
    assert staged(stage) == [0, 1, 2, 3, 4]


async def test_a_short_list_whose_rest_is_listed_nowhere_is_incomplete_with_the_numbers(run, stage):
    short = {"ListRecords": 3, "ListIdentifiers": 3}
    report = await run(FakeRepository(records(5), longest=short))
    assert (report.state, report.seen, report.announced) == ("incomplete", 3, 5)
    said = "the beginning..now: 3 of 5 announced records arrived, 2 are listed nowhere"
    assert (report.error, report.open_windows) == (said, (said,))
    assert stage.source_states()["fake"].error == said


async def test_a_record_in_two_pages_does_not_hide_a_missing_one(run, stage):
    fake = FakeRepository(records(4))
    fake.instead["2"] = [listing(record_xml(1), record_xml(3), token="", size=4)]
    assert (await run(fake)).state == "complete"
    assert "get 2" in fake.tokens
    assert staged(stage) == [0, 1, 2, 3]


async def test_nor_does_it_where_the_missing_one_is_listed_nowhere(run):
    def fault(asked: Asked) -> HttpAnswer | None:
        page = [record_xml(1), record_xml(3)]
        headers = [each.partition("<metadata>")[0].removeprefix("<record>") for each in page]
        items = page if asked.verb == "ListRecords" else headers[1:]
        return listing(*items, token="", size=4, verb=asked.verb) if asked.start else None

    report = await run(FakeRepository(records(4), fault=fault))
    assert report.error == (
        "the beginning..now: 3 of 4 announced records arrived, 1 are listed nowhere"
    )


async def test_a_list_of_identifiers_that_ends_early_hides_nothing(run):
    """The list of records never gave a page, so only the identifiers announced a size."""

    def fault(asked: Asked) -> HttpAnswer | None:
        return BROKEN if asked.verb == "ListRecords" else None

    fake = FakeRepository(records(5), fault=fault, longest={"ListIdentifiers": 2})
    report = await run(fake)
    assert report.state == "incomplete"
    assert report.error == "the beginning..now: 2 records arrived, 3 are listed nowhere"


async def test_an_unreadable_page_costs_its_window_one_by_one(run, stage):
    fake = FakeRepository(records(4), instead={"2": [HTML, HTML]})
    assert (await run(fake)).state == "complete"
    assert staged(stage) == [0, 1, 2, 3]
    assert stage.source_states()["fake"].rejected == 0, "what was made up for is still counted"


@pytest.mark.parametrize(
    ("page", "reason"), [(HTML, "not-xml"), (cut(listing(record_xml(2))), "cut-page")]
)
async def test_an_unreadable_page_that_cannot_be_made_up_for_is_kept(run, stage, page, reason):
    def fault(asked: Asked) -> HttpAnswer | None:
        return page if asked.start else None

    report = await run(FakeRepository(records(4), fault=fault))
    assert report.state == "incomplete"
    assert "nor can its identifiers be listed" in report.error
    (rejection,) = stage.rejections()
    assert rejection.reason == reason
    assert stage.rejected_bytes(rejection.rejection_id) == page.body
    assert staged(stage) == [0, 1]
    assert (await run(FakeRepository(records(4)))).state == "complete"
    assert stage.source_states()["fake"].rejected == 0


async def test_a_first_page_that_cannot_be_read_is_kept_too(run, stage):
    fake = FakeRepository(records(4), fault=lambda _: HTML)
    report = await run(fake)
    assert report.state == "failed"
    assert stage.source_states()["fake"].rejection_reasons == {"not-xml": 1}


async def test_a_token_loop_is_got_round(run, stage):
    fake = FakeRepository(records(4), announces=False)
    loop = listing(record_xml(2), record_xml(3), token="2")  # noqa: S106  # no secret
    fake.instead["2"] = [loop] * 9
    assert (await run(fake)).state == "complete"
    assert staged(stage) == [0, 1, 2, 3]


async def test_a_token_loop_in_every_list_is_incomplete(run, stage):
    def fault(asked: Asked) -> HttpAnswer | None:
        token = "2" if asked.verb == "ListRecords" else "3"
        return listing(token=token, verb=asked.verb) if asked.start else None

    report = await run(FakeRepository(records(4), announces=False, fault=fault))
    assert report.state == "incomplete"
    assert "the repository repeats a resumption token" in report.error
    assert staged(stage) == [0, 1]


async def test_a_refused_token_makes_the_list_start_again(run, stage):
    fake = FakeRepository(records(5), instead={"4": [error("badResumptionToken")]})
    report = await run(fake)
    assert (report.state, report.seen, report.tally.unchanged) == ("complete", 5, 4)
    assert fake.tokens == ["Identify", "", "2", "4", "", "2", "4"]
    assert staged(stage) == [0, 1, 2, 3, 4]


async def test_where_every_token_is_refused_windows_become_as_small_as_a_page(run, stage):
    def fault(asked: Asked) -> HttpAnswer | None:
        return error("badResumptionToken") if asked.start else None

    fake = FakeRepository(spread(20), page_size=3, fault=fault)
    report = await run(fake)
    assert (report.state, report.error) == ("complete", None)
    assert staged(stage) == list(range(20))


async def test_where_dates_do_not_help_against_refused_tokens_it_is_said(run, stage):
    def fault(asked: Asked) -> HttpAnswer | None:
        return error("badResumptionToken") if asked.start else None

    report = await run(FakeRepository(records(5), fault=fault, refuses=("from", "until")))
    assert report.state == "incomplete"
    assert "the repository refuses its own resumption token" in report.error
    assert staged(stage) == [0, 1]
