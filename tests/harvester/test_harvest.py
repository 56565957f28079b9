"""One repository into the stage: ends, faults, cancellation and kills."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harvester.client import Client, Clock, HttpAnswer
from harvester.errors import StorageError
from harvester.harvest import HarvestReport, Progress, harvest
from harvester.record import Repository
from harvester.stage import Stage, open_stage
from tests.harvester.fake_repository import (
    BROKEN,
    HTML,
    Asked,
    FakeRepository,
    Fault,
    cut,
    error,
    handler_of,
    listing,
    lost,
    moment,
    number_of,
    over_http,
    record_xml,
    spread,
    staged,
)

BUSY = HttpAnswer(status=429, body=b"", retry_after="9000")


def records(n: int) -> list[str]:
    return [record_xml(number) for number in range(n)]


def content(stage: Stage) -> set[tuple[str, bytes, bool]]:
    """What is staged, whatever the order of its arrival."""
    return {(each.identifier, each.xml, each.is_deleted) for each in stage.records()}


def dies(fake: FakeRepository, key: str) -> None:
    """From page 4 on nothing answers any more."""
    if key == "4":
        fake.instead.update({each: [lost()] * 99 for each in ("4", "Identify")})


# Normal ends


async def test_a_whole_list_is_complete(run, stage):
    report = await run(FakeRepository(records(5)))
    assert (report.state, report.error, report.n_pages) == ("complete", None, 3)
    assert (report.seen, report.announced, report.tally.new) == (5, 5, 5)
    assert staged(stage) == [0, 1, 2, 3, 4]
    assert stage.source_states()["fake"].state == "complete"


async def test_a_list_without_any_token_is_complete(run, stage):
    fake = FakeRepository([], instead={"": [listing(*records(2))]})
    assert (await run(fake)).state == "complete"
    assert staged(stage) == [0, 1]


async def test_an_extra_empty_last_page_is_a_normal_end(run):
    fake = FakeRepository(records(2))
    fake.instead[""] = [listing(*records(2), token="end", size=2)]  # noqa: S106  # no secret
    fake.instead["end"] = [listing(token="", size=2)]
    report = await run(fake)
    assert (report.state, report.n_pages) == ("complete", 2)


async def test_no_records_match_is_an_empty_complete_result(run):
    report = await run(FakeRepository([]))
    assert (report.state, report.seen, report.announced) == ("complete", 0, None)


async def test_a_deleted_header_becomes_a_tombstone(run, stage):
    fake = FakeRepository([record_xml(1), record_xml(2, is_deleted=True)])
    report = await run(fake)
    assert (report.state, report.tally.deleted) == ("complete", 1)
    state = stage.source_states()["fake"]
    assert (state.live, state.deleted) == (1, 1)


async def test_a_rejected_record_counts_as_arrived_and_is_kept(run, stage):
    headless = "<record><metadata/></record>"
    report = await run(FakeRepository([record_xml(1), headless, record_xml(2)]))
    assert (report.state, report.seen, report.tally.rejected) == ("complete", 2, 1)
    assert [rejection.reason for rejection in stage.rejections()] == ["no-header"]


async def test_progress_is_reported_after_every_page(run):
    seen: list[Progress] = []
    await run(FakeRepository(records(3)), report=seen.append)
    assert seen == [
        Progress(source="fake", n_pages=1, n_records=2, seen=2, announced=3),
        Progress(source="fake", n_pages=2, n_records=3, seen=3, announced=3),
    ]


# The next run


async def test_the_next_run_asks_from_the_first_response_less_one_granule(run):
    await run(FakeRepository(records(1), date="2026-02-01T00:00:00Z"))
    update = FakeRepository([])
    report = await run(update)
    assert update.requests[1]["from"] == "2026-01-31T23:59:59Z"
    assert report.state == "complete"


async def test_a_repository_of_day_granularity_is_asked_by_days(run):
    day = "YYYY-MM-DD"
    await run(FakeRepository(records(1), granularity=day))
    update = FakeRepository([], granularity=day)
    await run(update)
    assert update.requests[1]["from"] == "2026-01-31"


async def test_an_unchanged_record_keeps_its_seq_over_runs(run, stage):
    later = "2026-02-01T00:00:00Z"
    update = [record_xml(n, title=title, datestamp=later) for n, title in ((1, "New"), (9, ""))]
    boundary = record_xml(0, datestamp="2026-01-31T23:59:59Z")
    await run(FakeRepository([boundary, *records(3)[1:]]))
    report = await run(FakeRepository([boundary, *update]))
    tally = report.tally
    assert (tally.new, tally.changed, tally.unchanged) == (1, 1, 1)
    numbers = [record.identifier.removeprefix("oai:fake:") for record in stage.records()]
    assert numbers == ["0", "2", "1", "9"]


async def test_a_run_with_nothing_new_asks_for_at_most_three_pages(run):
    """Identify, what is new, and whether nothing really is nothing."""
    await run(FakeRepository(spread(60), page_size=5), parallel=4)
    for _ in range(2):
        update = FakeRepository(spread(60), page_size=5)
        assert (await run(update, parallel=4)).state == "complete"
        assert len(update.requests) <= 3
        assert update.n_sent == 0


async def test_after_a_few_changes_only_these_are_received(run, stage):
    whole = FakeRepository(spread(3_000, step=timedelta(minutes=10)), page_size=100)
    assert (await run(whole, parallel=4)).seen == 3_000
    changed = [
        record_xml(number, title="New", datestamp=moment(timedelta(days=40, seconds=number)))
        for number in range(0, 3_000, 30)
    ]
    kept = [each for each in whole.records if number_of(each) % 30]
    update = FakeRepository([*kept, *changed], page_size=100, date="2026-04-01T00:00:00Z")
    report = await run(update, parallel=4)
    assert (report.state, report.tally.changed, update.n_sent) == ("complete", 100, 100)
    assert len(stage.source_states()) == 1
    assert stage.source_states()["fake"].live == 3_000


async def test_a_record_that_changes_while_the_harvest_runs_comes_with_the_next(run, stage):
    """It moves behind the pages that were read, or before them; the mark is from the beginning."""
    fake = FakeRepository(spread(9))

    def change(key: str) -> None:
        if key == "4":
            fake.records[0] = record_xml(0, title="New", datestamp="2026-02-01T00:00:01Z")

    fake.on_request = change
    assert (await run(fake)).state == "complete"
    assert (await run(fake)).tally.changed == 1
    record = stage.record("fake", "oai:fake:0")
    assert record is not None
    assert b"New" in record.xml


async def test_another_prefix_or_set_lists_everything_again(run):
    await run(FakeRepository(records(3)))
    for settings_ in ({"prefix": "datacite"}, {"prefix": "datacite", "set": "a"}):
        again = FakeRepository(records(3))
        assert (await run(again, **settings_)).seen == 3
        assert "from" not in again.requests[1]


# Sets


async def test_several_sets_are_listed_one_after_the_other(run, stage):
    fake = FakeRepository(
        [record_xml(0, sets=("a",)), record_xml(1, sets=("b",)), record_xml(2, sets=("c",))]
    )
    report = await run(fake, set=("a", "b"))
    assert (report.state, report.seen, report.announced) == ("complete", 2, 2)
    assert staged(stage) == [0, 1]
    assert [request.get("set") for request in fake.requests] == [None, "a", "b"]


async def test_a_record_in_two_sets_is_staged_once_and_missed_in_neither(run, stage):
    fake = FakeRepository([record_xml(n, sets=("a", "b")) for n in range(3)])
    report = await run(fake, set=("a", "b"))
    assert (report.state, report.tally.new, report.tally.unchanged) == ("complete", 3, 3)
    assert staged(stage) == [0, 1, 2]


async def test_what_is_new_is_asked_for_in_each_set(run):
    await run(FakeRepository(records(3)), set=("a", "b"))
    update = FakeRepository([])
    assert (await run(update, set=("a", "b"))).state == "complete"
    asked = [(each.get("set"), each.get("from")) for each in update.requests]
    since = "2026-01-31T23:59:59Z"
    assert [each for each in asked if each[0]] == [("a", since)] * 2 + [("b", since)] * 2


async def test_a_fault_in_one_set_leaves_that_one_to_the_next_run(run, stage):
    def of(spec: str, n: int) -> list[str]:
        return [record_xml(n + k, sets=(spec,)) for k in range(4)]

    fake = FakeRepository([*of("a", 0), *of("b", 4)], instead={"2  of b": [BUSY]})
    report = await run(fake, set=("a", "b"))
    assert (report.state, staged(stage)) == ("incomplete", [0, 1, 2, 3, 4, 5])
    again = FakeRepository(fake.records)
    assert (await run(again, set=("a", "b"))).state == "complete"
    assert staged(stage) == list(range(8))
    assert all("from" in each for each in again.requests if each.get("set") == "a")


async def test_losses_of_one_set_do_not_hide_a_shortfall_of_another(run, stage):
    """Set a has a record that cannot be had; a window of set b comes back empty by mistake."""
    of_a = [record_xml(n, sets=("a",)) for n in range(4)]
    days = [0, *(8 + n / 3 for n in range(59))]
    of_b = [
        record_xml(100 + n, datestamp=moment(timedelta(days=after)), sets=("b",))
        for n, after in enumerate(days)
    ]

    def fault(asked: Asked) -> HttpAnswer | None:
        if asked.verb != "ListIdentifiers" and asked.holds(0):
            return BROKEN
        is_window = asked.verb == "ListRecords" and ".." in asked.key
        return error("noRecordsMatch") if is_window and asked.holds(100) else None

    fake = FakeRepository([*of_a, *of_b], fault=fault)
    report = await run(fake, set=("a", "b"), parallel=2)
    assert report.lost == ("oai:fake:0",)
    assert staged(stage) == [1, 2, 3, *range(100, 160)]


# Samples


async def test_a_sample_stops_after_its_records_and_says_so(run, stage):
    report = await run(FakeRepository(records(9)), limit=3)
    assert (report.state, report.error) == ("incomplete", "sample of 3")
    assert staged(stage) == [0, 1, 2]


async def test_a_sample_as_large_as_the_list_is_complete(run):
    assert (await run(FakeRepository(records(4)), limit=4)).state == "complete"


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
async def test_the_run_after_a_sample_loses_and_repeats_nothing(run, stage, limit):
    await run(FakeRepository(records(6)), limit=limit)
    report = await run(FakeRepository(records(6)))
    assert (report.state, report.seen) == ("complete", 6)
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


# Faults of the repository as a whole


async def test_an_identify_that_fails_ends_failed(run, stage):
    report = await run(FakeRepository(records(1), instead={"Identify": [lost()] * 3}))
    assert report.state == "failed"
    assert "connection reset" in report.error
    assert stage.source_states()["fake"].state == "failed"


@pytest.mark.parametrize("answer", [HTML, BROKEN, error("badVerb")])
async def test_an_identify_that_is_broken_while_lists_work_costs_nothing(run, stage, answer):
    report = await run(FakeRepository(records(5), instead={"Identify": [answer] * 3}))
    assert (report.state, staged(stage)) == ("complete", [0, 1, 2, 3, 4])


async def test_an_unknown_prefix_ends_failed_with_the_repositorys_words(run):
    fake = FakeRepository(records(1), instead={"": [error("cannotDisseminateFormat")]})
    report = await run(fake)
    assert report.state == "failed"
    assert report.error.endswith("answers cannotDisseminateFormat: said so")


async def test_a_stage_that_fails_is_no_fault_of_the_repository(run, stage):
    connection = sqlite3.connect(stage.path)
    connection.execute("DROP TABLE record")
    connection.close()
    with pytest.raises(StorageError, match="no such table: record"):
        await run(FakeRepository(records(6)))


# A host that goes away, and the next run


async def test_a_lost_page_is_made_up_for_while_the_host_is_alive(run, stage):
    fake = FakeRepository(records(6), instead={"4": [lost()] * 3})
    assert (await run(fake)).state == "complete"
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


async def test_a_host_that_dies_leaves_what_came_and_says_how_much(run, stage):
    fake = FakeRepository(records(6))
    fake.on_request = partial(dies, fake)
    report = await run(fake)
    assert (report.state, report.seen) == ("incomplete", 4)
    assert report.error.endswith("4 of 6 announced records arrived")
    assert staged(stage) == [0, 1, 2, 3]


async def test_the_run_after_a_host_died_goes_on_from_the_checkpoint(run, stage):
    """Thousands of pages may lie before it."""
    fake = FakeRepository(records(6))
    fake.on_request = partial(dies, fake)
    await run(fake)
    again = FakeRepository(records(6))
    assert (await run(again)).state == "complete"
    assert again.tokens[:2] == ["Identify", "4"]
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


async def test_the_run_after_a_busy_host_goes_on_from_the_checkpoint(run, stage):
    report = await run(FakeRepository(records(6), instead={"4": [BUSY]}))
    assert (report.state, report.seen) == ("incomplete", 4)
    again = FakeRepository(records(6))
    assert (await run(again)).state == "complete"
    assert again.tokens[:2] == ["Identify", "4"]
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


async def test_a_resumed_token_that_is_refused_starts_the_window_again(run, stage):
    await run(FakeRepository(records(6), instead={"4": [BUSY]}))
    again = FakeRepository(records(6), instead={"4": [error("badResumptionToken")]})
    report = await run(again)
    assert report.state == "complete"
    assert again.tokens[:5] == ["Identify", "4", "", "2", "4"]
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


async def test_a_resumed_token_that_skips_a_page_is_noticed_and_mended(run, stage):
    """Invenio's tokens move on by themselves: a replayed one gives the page after."""
    await run(FakeRepository(records(8), instead={"4": [BUSY]}))
    skipping = listing(record_xml(6), record_xml(7), token="", size=8)
    again = FakeRepository(records(8), instead={"4": [skipping]})
    assert (await run(again)).state == "complete"
    assert staged(stage) == list(range(8))


async def test_a_token_good_for_one_use_is_not_resumed(run):
    await run(FakeRepository(records(6), instead={"4": [BUSY]}), tokens="once")
    again = FakeRepository(records(6))
    assert (await run(again, tokens="once")).state == "complete"
    assert again.tokens[:4] == ["Identify", "", "2", "4"]


async def test_a_host_that_dies_in_two_runs_does_not_hold_the_source(run, stage):
    for _ in range(2):
        fake = FakeRepository(records(6))
        fake.on_request = partial(dies, fake)
        assert (await run(fake)).state == "incomplete"
    assert (await run(FakeRepository(records(6)))).state == "complete"
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


# Cancellation and kills


def cancelling(fake: FakeRepository, at: int, tasks: list[asyncio.Task[HarvestReport]]) -> None:
    """Cancel the first of the tasks at this request."""

    def cancel(_: str) -> None:
        if len(fake.requests) == at:
            tasks[0].cancel()

    fake.on_request = cancel


async def test_cancelled_at_any_request_a_harvest_keeps_what_it_told_of_and_asks_no_more(
    client_of, repository, tmp_path
):
    """Then the next one brings what is missing, and what is staged is as if nothing had been."""
    source = replace(repository, parallel=3)
    whole = FakeRepository(spread(40), page_size=2)
    with open_stage(tmp_path / "undisturbed.db") as stage:
        await harvest("fake", source, client_of(whole), stage)
        undisturbed = content(stage)
    for at in range(1, len(whole.requests) + 1):
        fake = FakeRepository(spread(40), page_size=2)
        tasks: list[asyncio.Task[HarvestReport]] = []
        told: list[Progress] = []
        cancelling(fake, at, tasks)
        with open_stage(tmp_path / f"{at}.db") as stage:
            begun = harvest("fake", source, client_of(fake), stage, report=told.append)
            tasks.append(asyncio.ensure_future(begun))
            with pytest.raises(asyncio.CancelledError):
                await tasks[0]
            assert at <= len(fake.requests) <= at + 2, "it asked on"
            n_kept = len(staged(stage))
            assert n_kept >= max((each.seen for each in told), default=0)
            state = stage.source_states()["fake"]
            assert (state.state, state.error) == ("incomplete", "the last harvest has not finished")
            report = await harvest("fake", source, client_of(fake), stage)
            assert (report.state, report.seen) == ("complete", 40)
            assert content(stage) == undisturbed
            assert fake.n_sent <= whole.n_sent + 3 * 2 * 2 + 2  # 2 pages a lane, and the first one


async def test_a_harvest_that_waits_for_an_answer_ends_at_once_when_it_is_cancelled(
    client_of, repository, stage
):
    fake = FakeRepository(records(6))
    reached = asyncio.Event()

    async def slow(url: str, /) -> HttpAnswer:
        if "resumptionToken=4" in url:
            reached.set()
            await asyncio.Event().wait()
        return await fake(url)

    task = asyncio.ensure_future(harvest("fake", repository, client_of(slow), stage))
    await reached.wait()
    task.cancel()
    async with asyncio.timeout(2):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert staged(stage) in ([0, 1], [0, 1, 2, 3])  # the last page may just have been handed over
    assert stage.source_states()["fake"].announced == 6


async def test_a_harvest_that_waits_for_its_turn_ends_at_once_when_it_is_cancelled(
    repository, stage
):
    waiting = asyncio.Event()

    async def sleep(_: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    fake = FakeRepository(records(6), instead={"2": [BROKEN]})
    client = Client(transport=fake, clock=Clock(sleep=sleep))
    task = asyncio.ensure_future(harvest("fake", repository, client, stage))
    await waiting.wait()
    task.cancel()
    async with asyncio.timeout(2):
        with pytest.raises(asyncio.CancelledError):
            await task
    report = await harvest("fake", repository, Client(transport=FakeRepository(records(6))), stage)
    assert (report.state, staged(stage)) == ("complete", [0, 1, 2, 3, 4, 5])


KILLED = """
import asyncio, sys
from pathlib import Path
from harvester.client import open_client
from harvester.harvest import harvest
from harvester.record import Repository
from harvester.stage import open_stage

async def main():
    parallel = int(sys.argv[3])
    repository = Repository(url=sys.argv[1], requests_per_minute=0, retries=0, parallel=parallel)
    with open_stage(Path(sys.argv[2])) as stage:
        async with open_client() as client:
            await harvest("fake", repository, client, stage)

asyncio.run(main())
"""


def has_asked(fake: FakeRepository, n_requests: int, _: str) -> bool:
    return len(fake.requests) >= n_requests


async def killed(
    fake: FakeRepository, url: str, path: Path, when: Callable[[str], bool], *, parallel=1
) -> None:
    """Harvest in a process of its own that dies in mid-request.

    It is killed once: a second `kill` would collect the dead process before the loop does, which
    then no longer knows what it died of. With several windows at once, requests that were under way
    arrive after it.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url, str(path), str(parallel)
    )
    is_killed = False

    def kill_when_due(key: str) -> None:
        nonlocal is_killed
        if not is_killed and when(key):
            is_killed = True
            process.kill()

    fake.on_request = kill_when_due
    assert await process.wait() == -signal.SIGKILL
    fake.on_request = lambda _: None


@pytest.mark.parametrize(("at", "n_committed"), [("", 0), ("2", 0), ("6", 4)])
async def test_a_killed_harvest_is_resumed_whole_and_without_duplicates(tmp_path, at, n_committed):
    """SIGKILL arrives while page `at` is asked for; the page before it may or may not be staged."""
    fake = FakeRepository(records(9))
    path = tmp_path / "stage.db"
    async with over_http(handler_of(fake)) as url:
        await killed(fake, url, path, lambda key: key == at)
        from_here = Repository(url=url, requests_per_minute=0)
        with open_stage(path) as stage:
            before = staged(stage)
            report = await harvest("fake", from_here, Client(transport=fake), stage)
            after = staged(stage)
    assert before == list(range(len(before)))
    assert n_committed <= len(before) <= n_committed + 2
    assert (report.state, report.seen) == ("complete", 9)
    assert after == list(range(9))


async def test_killed_three_times_a_harvest_in_windows_receives_little_twice(tmp_path):
    fake = FakeRepository(spread(900), page_size=5, date="2027-01-01T00:00:00Z")
    path = tmp_path / "stage.db"
    async with over_http(handler_of(fake)) as url:
        for n_requests in (40, 80, 120):
            is_due = partial(has_asked, fake, n_requests)
            await killed(fake, url, path, is_due, parallel=3)
        from_here = Repository(url=url, requests_per_minute=0, parallel=3)
        with open_stage(path) as stage:
            report = await harvest("fake", from_here, Client(transport=fake), stage)
            assert staged(stage) == list(range(900))
    assert report.state == "complete"
    assert fake.n_sent <= 900 * 1.25


# Whatever goes wrong

When = Callable[[Asked, int, int], bool]
"""Whether a trouble of number n shows at this request, the how manieth of records it is."""
FAULTS: dict[str, tuple[When, Fault]] = {
    "broken page": (lambda asked, n, _: _lists(asked) and asked.holds(n), lambda _: BROKEN),
    "broken record": (
        lambda asked, n, _: asked.verb != "ListIdentifiers" and asked.holds(n),
        lambda _: BROKEN,
    ),
    "cut page": (
        lambda asked, n, _: _lists(asked) and asked.holds(n),
        lambda asked: cut(listing(*asked.page, token="", size=len(asked.listed))),
    ),
    "page for people": (lambda _, n, number: number == n, lambda _: HTML),
    "lost": (lambda _, n, number: n <= number < n + 4, lambda _: lost()),
    "token refused": (
        lambda asked, n, number: asked.start > 0 and number == n,
        lambda _: error("badResumptionToken"),
    ),
    "tokens refused": (
        lambda asked, n, _: asked.start > n,
        lambda _: error("badResumptionToken"),
    ),
    "came back empty": (
        lambda asked, n, number: _lists(asked) and not asked.start and number == n + 1,
        lambda _: error("noRecordsMatch"),
    ),
}
SETTINGS = ("dates ignored", "dates refused", "lists end", "identifiers end", "hidden")
TROUBLES = st.lists(
    st.tuples(st.sampled_from((*FAULTS, *SETTINGS)), st.integers(0, 30)),
    max_size=3,
    unique_by=lambda trouble: trouble[0],
)
SHAPES = st.tuples(
    st.integers(0, 40),
    st.integers(1, 6),
    st.sampled_from((timedelta(0), timedelta(seconds=1), timedelta(hours=7))),
)


def _lists(asked: Asked) -> bool:
    return asked.verb == "ListRecords"


def fault_of(name: str, n: int) -> Fault:
    """A fault that lasts, by the record it hits, or one that passes, by the number of requests."""
    when, gives = FAULTS[name]
    numbers = count()
    return lambda asked: gives(asked) if when(asked, n, next(numbers)) else None


def troubled(shape: tuple[int, int, timedelta], troubles: list[tuple[str, int]]) -> FakeRepository:
    """A repository with these troubles; in good order with none."""
    n, page_size, step = shape
    fake = FakeRepository(spread(n, step=step), page_size=page_size, date=moment(n * step))
    faults = [fault_of(name, k) for name, k in troubles if name in FAULTS]

    def first_of(asked: Asked) -> HttpAnswer | Exception | None:
        met = [given for fault in faults if (given := fault(asked)) is not None]
        return met[0] if met else None

    fake.fault = first_of
    numbers = dict(troubles)
    if (k := numbers.get("dates ignored")) is not None:
        fake.ignores = ((("from",), ("until",), ("from", "until"), ("lone until",)))[k % 4]
    if (k := numbers.get("dates refused")) is not None:
        fake.refuses = (("from",), ("until",), ("from", "until"))[k % 3]
    if (k := numbers.get("lists end")) is not None:
        fake.longest["ListRecords"] = k + 1
    if (k := numbers.get("identifiers end")) is not None:
        fake.longest["ListIdentifiers"] = k + 1
    if (k := numbers.get("hidden")) is not None:
        fake.hidden = {k}
    return fake


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shape=SHAPES, parallel=st.integers(1, 4), troubles=TROUBLES)
@example(  # windows that overlap, since dates are ignored, once passed for whole together
    shape=(3, 1, timedelta(seconds=1)),
    parallel=3,
    troubles=[("tokens refused", 0), ("broken page", 3), ("dates ignored", 0)],
)
@example(  # a record that could not be had singly once stayed named though a list had brought it
    shape=(26, 1, timedelta(seconds=1)),
    parallel=1,
    troubles=[("broken page", 0), ("page for people", 7), ("dates refused", 0)],
)
def test_whatever_fails_every_run_ends_complete_is_the_truth_and_good_order_heals(
    client_of, tmp_path, shape, parallel, troubles
):
    """Three runs in trouble, then one in good order."""
    source = Repository(
        url="http://repository.example/oai", requests_per_minute=0, retries=1, parallel=parallel
    )
    for each in tmp_path.glob("property.db*"):
        each.unlink()
    wanted = set(range(shape[0]))
    fake = troubled(shape, troubles)
    with open_stage(tmp_path / "property.db") as stage:
        for _ in range(3):
            fake.requests.clear()
            report = asyncio.run(harvest("fake", source, client_of(fake), stage))
            missing = wanted - set(staged(stage))
            assert (report.error is None) == (report.state == "complete")
            assert report.state != "complete" or not missing
            if not fake.ignores:  # else a window may bring what another one could not
                assert {int(each.removeprefix("oai:fake:")) for each in report.lost} <= missing
            assert len(fake.requests) <= 300 + 6 * shape[0] ** 2  # each record's second, whole
        good = troubled(shape, [])
        report = asyncio.run(harvest("fake", source, client_of(good), stage))
        assert (report.state, report.error) == ("complete", None)
        assert staged(stage) == sorted(wanted)
