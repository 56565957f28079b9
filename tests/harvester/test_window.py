"""The time line of a repository and the windows it is cut into."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harvester.client import HttpAnswer
from harvester.protocol import Granularity, format_datestamp, parse_datestamp
from harvester.window import (
    FIRST_RELEASE,
    GRANULE,
    TIME_ZONES,
    WINDOW_RECORDS,
    TimeLine,
    Window,
    is_ignored,
    n_windows,
    time_line,
)
from tests.harvester.fake_repository import (
    BROKEN,
    Asked,
    FakeRepository,
    Fault,
    error,
    listing,
    record_xml,
    spread,
    staged,
)

DAY, SECOND = Granularity.DAY, Granularity.SECOND


def line(earliest: str, latest: str, granularity: Granularity = DAY) -> TimeLine:
    return TimeLine(
        earliest=parse_datestamp(earliest)[0],
        latest=parse_datestamp(latest)[0],
        granularity=granularity,
    )


YEAR = line("2026-01-01", "2026-12-31")


# Splitting


@pytest.mark.parametrize(
    ("span", "n_parts", "spans"),
    [
        (
            "..",
            4,
            "..2026-04-01 2026-04-02..2026-07-01 2026-07-02..2026-09-30 2026-10-01..",
        ),
        ("2026-03-01..2026-03-02", 2, "2026-03-01..2026-03-01 2026-03-02..2026-03-02"),
        ("2026-03-01..2026-03-03", 2, "2026-03-01..2026-03-01 2026-03-02..2026-03-03"),
        ("2026-03-01..2026-03-02", 9, "2026-03-01..2026-03-01 2026-03-02..2026-03-02"),
        ("2026-03-01..2026-03-01", 2, "2026-03-01..2026-03-01"),
        ("2026-12-30..", 2, "2026-12-30..2026-12-30 2026-12-31.."),
        ("..2026-01-02", 2, "..2026-01-01 2026-01-02..2026-01-02"),
        ("..2025-01-01", 2, "..2025-01-01"),
        ("2027-01-01..", 2, "2027-01-01.."),
        ("..", 1, ".."),
        ("..", 0, ".."),
    ],
)
def test_parts_are_of_one_length_and_keep_open_sides(span, n_parts, spans):
    from_, _, until = span.partition("..")
    parts = YEAR.split(Window(from_=from_, until=until), n_parts)
    assert " ".join(f"{part.from_}..{part.until}" for part in parts) == spans


def test_parts_of_a_repository_of_seconds_are_written_in_seconds():
    seconds = line("2026-01-01", "2026-01-01T23:59:59Z", SECOND)
    assert seconds.split(Window(set_spec="a"), 2) == (
        Window(until="2026-01-01T11:59:59Z", set_spec="a"),
        Window(from_="2026-01-01T12:00:00Z", set_spec="a"),
    )


MOMENTS = st.datetimes(timezones=st.just(UTC))
LINES = st.builds(
    lambda ends, granularity: TimeLine(
        earliest=min(ends), latest=max(ends), granularity=granularity
    ),
    st.tuples(MOMENTS, MOMENTS),
    st.sampled_from(Granularity),
)


@st.composite
def lines_and_windows(draw) -> tuple[TimeLine, Window]:
    """Any time line and any window, which may lie outside it, with both, one or no open side."""
    drawn = draw(LINES)
    ends = sorted(draw(st.tuples(MOMENTS, MOMENTS)))
    from_, until = (
        draw(st.sampled_from(("", format_datestamp(end, drawn.granularity)))) for end in ends
    )
    return drawn, Window(from_=from_, until=until, set_spec=draw(st.sampled_from(("", "a"))))


def bounds(window: Window) -> tuple[datetime, datetime]:
    """First and last moment that a repository would put into a window."""
    from_ = window.from_ or "0001-01-01"
    until = window.until or "9999-12-31T23:59:59Z"
    return parse_datestamp(from_)[0], parse_datestamp(until)[0]


@given(lines_and_windows(), st.integers(1, 40))
def test_parts_cover_a_window_exactly_and_do_not_overlap(drawn, n_parts):
    line, window = drawn
    parts = line.split(window, n_parts)
    assert (parts[0].from_, parts[-1].until) == (window.from_, window.until)
    assert {part.set_spec for part in parts} == {window.set_spec}
    for before, after in pairwise(parts):
        assert before.until
        assert after.from_
        assert bounds(after)[0] - bounds(before)[1] == GRANULE[line.granularity]
    for part in parts:
        assert bounds(part)[0] <= bounds(part)[1]


@given(lines_and_windows(), st.integers(1, 40), MOMENTS)
def test_every_datestamp_of_a_window_lies_in_one_part(drawn, n_parts, moment):
    line, window = drawn
    datestamp = parse_datestamp(format_datestamp(moment, line.granularity))[0]
    assume(bounds(window)[0] <= datestamp <= bounds(window)[1])
    parts = map(bounds, line.split(window, n_parts))
    assert sum(first <= datestamp <= last for first, last in parts) == 1


@given(lines_and_windows(), st.integers(1, 40))
def test_there_are_as_many_parts_as_asked_for_or_as_granules_and_none_is_larger_by_two(
    drawn, n_parts
):
    line, window = drawn
    parts = line.split(window, n_parts)
    sizes = [line.n_granules(part) for part in parts]
    assert len(parts) == min(n_parts, line.n_granules(window))
    assert sum(sizes) == line.n_granules(window)
    assert max(sizes) - min(sizes) <= 1


@given(lines_and_windows(), st.randoms(use_true_random=False))
def test_halving_comes_down_to_the_granule_in_as_many_steps_as_it_has_binary_digits(drawn, chance):
    line, window = drawn
    n_steps = line.n_granules(window).bit_length()
    for _ in range(n_steps):
        window = chance.choice(line.split(window, 2))
    assert line.is_smallest(window)
    assert line.split(window, 2) == (window,)


# What a repository says of its time


@pytest.mark.parametrize(
    ("earliest", "expected"),
    [
        ("2014-02-03T14:41:33Z", datetime(2014, 2, 3, 14, 41, 33, tzinfo=UTC)),
        ("2014-02-03", datetime(2014, 2, 3, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", FIRST_RELEASE),
        ("1969-12-31", FIRST_RELEASE),
        ("1970-01-01", datetime(1970, 1, 1, tzinfo=UTC)),
        ("", FIRST_RELEASE),
        ("long ago", FIRST_RELEASE),
        ("2030-01-01", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_beginning_that_cannot_be_is_replaced(earliest, expected):
    assert time_line(earliest, datetime(2026, 1, 1, tzinfo=UTC), DAY).earliest == expected


def test_even_a_clock_before_the_protocol_gives_a_time_line():
    early = datetime(1980, 1, 1, tzinfo=UTC)
    assert time_line("", early, SECOND) == TimeLine(
        earliest=early, latest=early, granularity=SECOND
    )


@pytest.mark.parametrize(
    ("granularity", "moment", "since"),
    [
        (SECOND, "2026-02-01T00:00:00Z", "2026-01-31T23:59:59Z"),
        (SECOND, "2026-02-01", "2026-01-31T23:59:59Z"),
        (DAY, "2026-02-01T17:00:00Z", "2026-01-31"),
        (DAY, "2026-03-01", "2026-02-28"),
        (DAY, "", ""),
        (DAY, "yesterday", ""),
        (DAY, "0001-01-01", ""),
    ],
)
def test_since_is_one_granule_earlier_and_empty_where_nothing_is_known(granularity, moment, since):
    assert line("2026-01-01", "2026-12-31", granularity).since(moment) == since


# How many windows


@pytest.mark.parametrize(
    ("announced", "page_size", "lanes", "expected"),
    [
        (0, 100, 4, 1),
        (100, 100, 4, 1),
        (WINDOW_RECORDS, 100, 1, 1),
        (WINDOW_RECORDS + 1, 100, 1, 2),
        (100_000, 100, 1, 20),
        (999, 100, 4, 1),
        (1_000, 100, 4, 2),
        (2_500, 100, 4, 5),
        (50_000, 100, 4, 16),
        (100_000, 100, 4, 20),
        (8_091_628, 50, 1, 1_619),
        (60, 0, 2, 8),
    ],
)
def test_windows_are_of_a_bounded_size_enough_for_all_lanes_and_worth_their_pages(
    announced, page_size, lanes, expected
):
    assert n_windows(announced, page_size, lanes) == expected


# Dates that are not heeded

JANUARY = Window(from_="2026-01-01", until="2026-01-31")


@pytest.mark.parametrize(
    ("window", "datestamps", "ignored"),
    [
        pytest.param(JANUARY, [], False, id="an empty page"),
        pytest.param(JANUARY, ["2026-01-01", "2026-01-31T23:59:59Z"], False, id="within"),
        pytest.param(JANUARY, ["2025-12-31", "2026-02-01"], False, id="another time zone"),
        pytest.param(JANUARY, ["2025-12-30T23:59:59Z", "2026-02-02"], True, id="two days off"),
        pytest.param(JANUARY, ["2025-06-01", "2026-01-01"], False, id="half of them"),
        pytest.param(JANUARY, ["2025-06-01", "2026-07-01", "2026-01-01"], True, id="most of them"),
        pytest.param(JANUARY, ["", "soon"], False, id="unreadable"),
        pytest.param(JANUARY, ["", "soon", "2025-06-01"], True, id="the only readable one"),
        pytest.param(Window(), ["0001-01-01", "9999-12-31"], False, id="both sides open"),
        pytest.param(Window(until="2026-01-31"), ["2027-01-01"], True, id="after an until alone"),
        pytest.param(Window(until="2026-01-31"), ["0001-01-01"], False, id="before it"),
        pytest.param(Window(from_="2026-01-01"), ["2025-01-01"], True, id="before a from alone"),
        pytest.param(Window(from_="2026-01-01"), ["9999-12-31T23:59:59Z"], False, id="after it"),
    ],
)
def test_dates_are_ignored_when_most_of_a_page_lies_outside(window, datestamps, ignored):
    assert is_ignored(window, datestamps, allowed=TIME_ZONES) is ignored


@given(lines_and_windows(), st.lists(MOMENTS, max_size=6))
def test_what_lies_within_a_window_is_never_taken_for_ignored(drawn, moments):
    _, window = drawn
    first, last = bounds(window)
    within = [format_datestamp(each) for each in moments if first <= each <= last]
    assert not is_ignored(window, within, allowed=timedelta())


@given(st.lists(st.text()), st.text(), st.text())
def test_any_text_may_stand_for_a_datestamp(datestamps, from_, until):
    assert is_ignored(Window(from_=from_, until=until), datestamps, allowed=TIME_ZONES) in {
        True,
        False,
    }


def test_a_window_reads_as_people_write_it():
    assert [str(Window()), str(JANUARY), str(Window(from_="2026-01-01", set_spec="a"))] == [
        "the beginning..now",
        "2026-01-01..2026-01-31",
        "2026-01-01..now of set a",
    ]


def test_a_span_has_its_open_sides_filled_in():
    first, last = YEAR.span(Window(from_="2026-12-01"))
    assert last - first == timedelta(days=30)
    assert YEAR.span(Window(until="2020-01-01")) == (datetime(2020, 1, 1, tzinfo=UTC),) * 2


# Windows at work


def spans(fake: FakeRepository) -> list[str]:
    """What lists of records were begun, in order."""
    begun = [each for each in fake.requests if "metadataPrefix" in each]
    return [
        f"{each.get('from', '')}..{each.get('until', '')}"
        for each in begun
        if each["verb"] == "ListRecords"
    ]


async def test_a_list_is_cut_for_all_lanes_and_each_part_listed_once(run, stage):
    fake = FakeRepository(spread(60), page_size=2)
    report = await run(fake, parallel=2)
    assert (report.state, report.seen, report.announced) == ("complete", 60, 60)
    assert staged(stage) == list(range(60))
    assert spans(fake) == [
        "..",
        "..2026-01-06T03:59:59Z",
        "2026-01-06T04:00:00Z..2026-01-11T07:59:59Z",
        "2026-01-11T08:00:00Z..2026-01-16T11:59:59Z",
        "2026-01-16T12:00:00Z..2026-01-21T15:59:59Z",
        "2026-01-21T16:00:00Z..2026-01-26T19:59:59Z",
        "2026-01-26T20:00:00Z..",
    ]
    assert fake.n_sent == 60 + 2, "the page that announced the size, and each record once"


@pytest.mark.parametrize("parallel", [1, 2, 3, 4])
async def test_as_many_windows_are_in_flight_as_may_be_and_never_more(run, parallel):
    fake = FakeRepository(spread(160), page_size=4, date="2026-06-01T00:00:00Z")
    assert (await run(fake, parallel=parallel)).state == "complete"
    assert fake.most_lists_at_a_time == parallel


async def test_a_list_too_long_for_one_window_is_cut_by_its_size_alone(run):
    fake = FakeRepository(spread(WINDOW_RECORDS + 1, step=timedelta(minutes=5)), page_size=1_000)
    report = await run(fake)
    assert (report.state, report.seen) == ("complete", WINDOW_RECORDS + 1)
    assert fake.tokens[:3] == ["Identify", "", "..2026-01-16T11:59:59Z"]
    assert fake.most_lists_at_a_time == 1
    assert fake.n_sent == WINDOW_RECORDS + 1 + 1_000


async def test_a_long_list_of_unknown_size_is_cut_when_it_has_shown_its_length(run, stage):
    n = 4 * WINDOW_RECORDS + 3_000
    fake = FakeRepository(spread(n, step=timedelta(minutes=1)), page_size=2_000, announces=False)
    report = await run(fake)
    assert (report.state, report.announced) == ("complete", None)
    assert stage.source_states()["fake"].live == n
    assert fake.n_sent <= 2 * n


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("ignores", [(), ("lone until",)])
async def test_records_older_than_the_earliest_datestamp_are_not_lost(run, stage, order, ignores):
    fake = FakeRepository(
        spread(60)[::order], page_size=2, earliest="2026-01-10T00:00:00Z", ignores=ignores
    )
    assert (await run(fake, parallel=2)).state == "complete"
    assert staged(stage) == list(range(60))


async def test_records_newer_than_the_repositorys_clock_are_not_lost(run, stage):
    fake = FakeRepository(spread(60), page_size=2, date="2026-01-05T00:00:00Z")
    assert (await run(fake, parallel=2)).state == "complete"
    assert staged(stage) == list(range(60))


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("names", [("from",), ("until",), ("from", "until"), ("lone until",)])
async def test_a_repository_that_ignores_dates_is_harvested_all_the_same(run, stage, names, order):
    fake = FakeRepository(spread(60)[::order], page_size=2, ignores=names)
    report = await run(fake, parallel=2)
    assert (report.state, staged(stage)) == ("complete", list(range(60)))
    update = FakeRepository(spread(60)[::order], page_size=2, ignores=names)
    assert (await run(update, parallel=2)).state == "complete"


async def test_one_that_ignores_dates_and_has_all_records_in_one_day_is_listed_a_few_times_at_most(
    run, stage
):
    """No datestamp lies outside a window by more than the day that time zones are allowed."""
    n = 2 * WINDOW_RECORDS + 2_000
    fake = FakeRepository([record_xml(k) for k in range(n)], page_size=2_000)
    fake.ignores = ("from", "until")
    fake.on_request = lambda _: exceeds(fake, 60)
    report = await run(fake)
    assert (report.state, stage.source_states()["fake"].live) == ("complete", n)


def exceeds(fake: FakeRepository, n_requests: int) -> None:
    assert len(fake.requests) <= n_requests, "no end in sight"


@pytest.mark.parametrize("names", [("from",), ("until",), ("from", "until")])
async def test_a_repository_that_refuses_dates_is_listed_whole_in_every_run(run, stage, names):
    fake = FakeRepository(spread(60), page_size=2, refuses=names)
    assert (await run(fake, parallel=2)).state == "complete"
    assert staged(stage) == list(range(60))
    fake.records.append(record_xml(60, datestamp="2026-02-15T00:00:00Z"))
    assert (await run(fake, parallel=2)).state == "complete"
    assert staged(stage) == list(range(61))


# What was announced for the whole


def month() -> list[str]:
    """Two records a day, so that each of six windows has ten or eleven."""
    return spread(60, step=timedelta(hours=12))


def mistaken(*numbers: int, times: int) -> Fault:
    """Dated lists of records that hold one of these come back empty, so many times."""
    left = [times]

    def fault(asked: Asked) -> HttpAnswer | None:
        if asked.verb != "ListRecords" or ".." not in asked.key or not asked.holds(*numbers):
            return None
        left[0] -= 1
        return error("noRecordsMatch") if left[0] >= 0 else None

    return fault


async def test_windows_short_of_the_announced_total_have_the_empty_ones_listed_again(run, stage):
    fake = FakeRepository(month(), page_size=2, fault=mistaken(0, times=1))
    assert (await run(fake, parallel=2)).state == "complete"
    assert staged(stage) == list(range(60))
    assert spans(fake)[-1] == "..2026-01-06T03:59:59Z"
    assert (len(spans(fake)), len(set(spans(fake)))) == (8, 7)
    assert fake.n_sent == 60 + 2


async def test_if_that_does_not_help_the_whole_is_one_list(run, stage):
    fake = FakeRepository(month(), page_size=2, fault=mistaken(0, times=99))
    report = await run(fake, parallel=2)
    assert (report.state, report.seen) == ("complete", 60)
    assert staged(stage) == list(range(60))
    assert spans(fake)[7:] == ["..2026-01-06T03:59:59Z", ".."]


async def test_a_total_that_has_shrunk_since_is_not_looked_for(run, stage):
    """Records are withdrawn while the harvest runs, and their number with them."""
    fake = FakeRepository(month(), page_size=2)

    def withdraw(_: str) -> None:
        if len(fake.requests) in {4, 6}:
            fake.records.pop()

    fake.on_request = withdraw
    report = await run(fake, parallel=2)
    assert (report.state, staged(stage)) == ("complete", list(range(58)))
    assert fake.n_sent < 70


async def test_a_total_of_none_is_not_believed_while_windows_are_missing(run, stage):
    fake = FakeRepository(month(), page_size=2, fault=mistaken(0, times=1))
    fake.instead = {"ids ..2026-02-01T00:00:00Z": [error("noRecordsMatch")]}
    assert (await run(fake, parallel=2)).state == "complete"
    assert fake.instead == {"ids ..2026-02-01T00:00:00Z": []}
    assert staged(stage) == list(range(60))


async def test_an_empty_one_list_is_not_believed_after_more_was_announced(run, stage):
    def fault(asked: Asked) -> HttpAnswer | None:
        is_first = not any("until" in request for request in fake.requests)
        is_of_records = asked.verb == "ListRecords"
        return error("noRecordsMatch") if is_of_records and not is_first else None

    fake = FakeRepository(month(), page_size=2, refuses=("until",), fault=fault)
    report = await run(fake, parallel=2)
    assert (report.state, staged(stage)) == ("complete", list(range(60)))


async def test_a_list_begun_anew_that_comes_back_empty_is_not_believed(run, stage):
    whole = listing(*spread(2), token="2", size=4)  # noqa: S106  # no secret
    fake = FakeRepository(spread(4))
    fake.instead = {"": [whole, error("noRecordsMatch")], "2": [error("badResumptionToken")]}
    assert (await run(fake)).state == "complete"
    assert staged(stage) == [0, 1, 2, 3]


# What is left to the next run


async def test_a_shortfall_without_a_name_leaves_its_window_open_and_says_so(run, stage):
    report = await run(FakeRepository(month(), page_size=2, hidden={7}), parallel=2)
    assert (report.state, report.lost) == ("incomplete", ())
    said = (
        "the beginning..2026-01-06T03:59:59Z: 10 of 11 announced records arrived,"
        " 1 are listed nowhere"
    )
    assert (report.error, report.open_windows) == (said, (said,))
    assert staged(stage) == [n for n in range(60) if n != 7]


async def test_the_next_run_lists_that_window_and_what_is_new_and_nothing_else(run, stage):
    await run(FakeRepository(month(), page_size=2, hidden={7}), parallel=2)
    fake = FakeRepository(month(), page_size=2)
    report = await run(fake, parallel=2)
    assert (report.state, report.open_windows, staged(stage)) == ("complete", (), list(range(60)))
    assert spans(fake) == ["..2026-01-06T03:59:59Z", "2026-01-31T23:59:59Z.."]
    assert fake.n_sent == 11


async def test_in_the_run_after_nothing_of_it_is_left(run):
    await run(FakeRepository(month(), page_size=2, hidden={7}), parallel=2)
    await run(FakeRepository(month(), page_size=2), parallel=2)
    third = FakeRepository(month(), page_size=2)
    assert (await run(third, parallel=2)).state == "complete"
    assert len(third.requests) <= 3


async def test_a_window_that_stays_short_stays_open_and_costs_only_itself(run):
    await run(FakeRepository(month(), page_size=2, hidden={7}), parallel=2)
    for _ in range(2):
        fake = FakeRepository(month(), page_size=2, hidden={7})
        report = await run(fake, parallel=2)
        assert (report.state, len(report.open_windows)) == ("incomplete", 1)
        assert fake.n_sent <= 22


async def test_a_loss_of_an_earlier_run_does_not_make_the_whole_be_listed_again(run, stage):
    """Record 40 cannot be had and is named; record 7 is announced and listed nowhere."""

    def fault(asked: Asked) -> HttpAnswer | None:
        return BROKEN if asked.verb != "ListIdentifiers" and asked.holds(40) else None

    await run(FakeRepository(month(), page_size=2, hidden={7}, fault=fault), parallel=2)
    fake = FakeRepository(month(), page_size=2, fault=fault)
    report = await run(fake, parallel=2)
    assert (report.state, report.lost) == ("incomplete", ("oai:fake:40",))
    assert fake.n_sent <= 22
    assert staged(stage) == [n for n in range(60) if n != 40]
