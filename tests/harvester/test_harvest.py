"""One repository into the stage: ends, faults, cancellation and kills."""

import asyncio
import sqlite3
import sys
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.client import Client, HttpAnswer
from harvester.errors import StorageError, TransportError
from harvester.harvest import MAX_RESTARTS, HarvestReport, Progress, harvest, plan_window
from harvester.protocol import Granularity
from harvester.record import Repository
from harvester.request import Window
from harvester.stage import Stage, open_stage
from tests.harvester.fake_repository import (
    FakeRepository,
    error,
    handler_of,
    listing,
    over_http,
    record_xml,
)

HTML = HttpAnswer(status=200, body=b"<html>Just a moment...</html>")


def records(n: int) -> list[str]:
    return [record_xml(number) for number in range(n)]


def staged(stage: Stage) -> list[int]:
    """Numbers of the staged records, sorted; a duplicate would show."""
    return sorted(int(record.identifier.removeprefix("oai:fake:")) for record in stage.records())


def lost() -> TransportError:
    return TransportError("connection reset", url="http://repository.example/oai")


def cut(answer: HttpAnswer) -> HttpAnswer:
    return replace(answer, body=answer.body[:-30])


@pytest.fixture
def run(client_of, repository, stage):
    """Harvests a fake repository into the stage."""

    async def run(fake: FakeRepository, **arguments):
        return await harvest("fake", repository, client_of(fake), stage, **arguments)

    return run


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
    await run(FakeRepository(records(3)))
    report = await run(FakeRepository([record_xml(0), record_xml(1, title="New"), record_xml(9)]))
    tally = report.tally
    assert (tally.new, tally.changed, tally.unchanged) == (1, 1, 1)
    numbers = [record.identifier.removeprefix("oai:fake:") for record in stage.records()]
    assert numbers == ["0", "2", "1", "9"]


async def test_after_an_incomplete_run_everything_is_listed_again(run, stage):
    fake = FakeRepository(records(2))
    fake.instead[""] = [listing(record_xml(0), size=2, token="")]
    report = await run(fake)
    assert report.error == "end of list: 1 of 2 announced records arrived"
    again = FakeRepository(records(2))
    assert (await run(again)).state == "complete"
    assert "from" not in again.requests[1]
    assert staged(stage) == [0, 1]


@pytest.mark.parametrize(
    ("covered_until", "granularity", "from_"),
    [
        ("", Granularity.SECOND, ""),
        ("Sunday", Granularity.SECOND, ""),
        ("2026-03-01T00:00:00Z", Granularity.SECOND, "2026-02-28T23:59:59Z"),
        ("2026-03-01T00:00:00Z", Granularity.DAY, "2026-02-28"),
        ("2026-03-01", Granularity.DAY, "2026-02-28"),
    ],
)
def test_the_window_of_the_next_run(covered_until, granularity, from_):
    assert plan_window(covered_until, granularity, "a") == Window(from_=from_, set_spec="a")


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


# Faults


async def test_a_short_list_is_incomplete_with_the_numbers(run, stage):
    fake = FakeRepository(records(5))
    fake.instead["2"] = [listing(record_xml(2), token="", size=5)]
    report = await run(fake)
    assert (report.state, report.seen, report.announced) == ("incomplete", 3, 5)
    assert stage.source_states()["fake"].error == "end of list: 3 of 5 announced records arrived"


async def test_a_record_in_two_pages_does_not_hide_a_missing_one(run):
    fake = FakeRepository(records(4))
    fake.instead["2"] = [listing(record_xml(1), record_xml(3), token="", size=4)]
    report = await run(fake)
    assert report.error == "end of list: 3 of 4 announced records arrived"


@pytest.mark.parametrize("key", ["", "2"])
async def test_an_unreadable_page_is_asked_for_once_more(run, stage, key):
    fake = FakeRepository(records(4))
    fake.instead[key] = [HTML]
    assert (await run(fake)).state == "complete"
    assert staged(stage) == [0, 1, 2, 3]
    assert stage.source_states()["fake"].rejected == 0


async def test_a_page_that_is_never_xml_is_kept_as_a_rejection(run, stage):
    fake = FakeRepository(records(4), instead={"2": [HTML, HTML]})
    report = await run(fake)
    assert report.state == "incomplete"
    assert "not XML" in report.error or "root html" in report.error
    assert report.error.endswith("2 of 4 announced records arrived")
    (rejection,) = stage.rejections()
    assert rejection.reason == "not-xml"
    assert stage.rejected_bytes(rejection.rejection_id) == HTML.body
    assert staged(stage) == [0, 1]


async def test_a_cut_page_is_never_taken_for_the_end(run, stage):
    half = cut(listing(record_xml(2), record_xml(3), token="", size=4))
    report = await run(FakeRepository(records(4), instead={"2": [half, half]}))
    assert report.state == "incomplete"
    assert [rejection.reason for rejection in stage.rejections()] == ["cut-page"]
    assert report.tally.rejected == 1


async def test_a_first_page_that_cannot_be_read_is_kept_too(run, stage):
    report = await run(FakeRepository(records(4), instead={"": [HTML, HTML]}))
    assert report.state == "incomplete"
    assert stage.source_states()["fake"].rejection_reasons == {"not-xml": 1}


async def test_a_complete_run_clears_the_rejected_page(run, stage):
    await run(FakeRepository(records(4), instead={"2": [HTML, HTML]}))
    assert (await run(FakeRepository(records(4)))).state == "complete"
    assert stage.source_states()["fake"].rejected == 0


async def test_a_token_loop_ends_incomplete(run, stage):
    fake = FakeRepository(records(4), announces=False)
    loop = listing(record_xml(2), record_xml(3), token="2")  # noqa: S106  # no secret
    fake.instead["2"] = [loop] * 9
    report = await run(fake)
    assert report.state == "incomplete"
    assert report.error == "the repository repeats a resumption token: 4 records arrived"
    assert staged(stage) == [0, 1, 2, 3]


async def test_a_refused_token_makes_the_list_start_again(run, stage):
    fake = FakeRepository(records(5), instead={"4": [error("badResumptionToken")]})
    report = await run(fake)
    assert (report.state, report.seen, report.tally.unchanged) == ("complete", 5, 4)
    assert fake.tokens == ["Identify", "", "2", "4", "", "2", "4"]
    assert staged(stage) == [0, 1, 2, 3, 4]


async def test_a_token_that_is_always_refused_ends_incomplete(run, stage):
    refusals: list[HttpAnswer | Exception] = [error("badResumptionToken")] * 9
    fake = FakeRepository(records(5), instead={"4": refusals})
    report = await run(fake)
    assert report.error == (
        "the repository refuses its own resumption token: 4 of 5 announced records arrived"
    )
    assert len(refusals) == 9 - 1 - MAX_RESTARTS
    assert staged(stage) == [0, 1, 2, 3]


async def test_an_identify_that_fails_ends_failed(run, stage):
    report = await run(FakeRepository(records(1), instead={"Identify": [lost()] * 3}))
    assert report.state == "failed"
    assert "connection reset" in report.error
    assert stage.source_states()["fake"].state == "failed"


async def test_an_unknown_prefix_ends_failed_with_the_repositorys_words(run):
    fake = FakeRepository(records(1), instead={"": [error("cannotDisseminateFormat")]})
    report = await run(fake)
    assert report.state == "failed"
    assert report.error.endswith("answers cannotDisseminateFormat: said so")


async def test_a_lost_connection_keeps_the_checkpoint_and_the_next_run_goes_on(run, stage):
    fake = FakeRepository(records(6), instead={"4": [lost()] * 3})
    report = await run(fake)
    assert (report.state, report.seen) == ("incomplete", 4)
    assert report.error.endswith("4 of 6 announced records arrived")
    again = FakeRepository(records(6))
    assert (await run(again)).state == "complete"
    assert again.tokens == ["Identify", "4"]
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


async def test_a_resumed_token_that_is_refused_starts_the_window_again(run, stage):
    await run(FakeRepository(records(6), instead={"4": [lost()] * 3}))
    again = FakeRepository(records(6), instead={"4": [error("badResumptionToken")]})
    report = await run(again)
    assert (report.state, report.seen) == ("complete", 6)
    assert again.tokens == ["Identify", "4", "", "2", "4"]
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


async def test_a_resumed_token_that_skips_a_page_is_noticed_and_mended(run, stage):
    """Invenio's tokens move on by themselves: a replayed one gives the page after."""
    await run(FakeRepository(records(8), instead={"4": [lost()] * 3}))
    skipping = listing(record_xml(6), record_xml(7), token="", size=8)
    again = FakeRepository(records(8), instead={"4": [skipping]})
    report = await run(again)
    assert (report.state, report.seen) == ("complete", 8)
    assert staged(stage) == list(range(8))


async def test_a_token_that_fails_in_two_runs_does_not_hold_the_source(run):
    for _ in range(2):
        await run(FakeRepository(records(6), instead={"4": [lost()] * 3}))
    third = FakeRepository(records(6))
    assert (await run(third)).state == "complete"
    assert third.tokens == ["Identify", "", "2", "4"]


async def test_a_stage_that_fails_is_no_fault_of_the_repository(run, stage):
    connection = sqlite3.connect(stage.path)
    connection.execute("DROP TABLE record")
    connection.close()
    with pytest.raises(StorageError, match="no such table: record"):
        await run(FakeRepository(records(6)))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    shape=st.tuples(st.integers(0, 9), st.integers(1, 4)),
    faults=st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(["lost", "html", "token", "cut"])), max_size=6
    ),
)
def test_whatever_fails_nothing_is_lost_twice_and_complete_means_complete(
    client_of, repository, tmp_path, shape, faults
):
    """Faults end; runs are repeated until one is complete; then the stage equals the source."""
    n, page_size = shape
    instead: dict[str, list[HttpAnswer | Exception]] = {}
    for start, fault in faults:
        answers: dict[str, list[HttpAnswer | Exception]] = {
            "lost": [lost()] * 3,
            "html": [HTML],
            "token": [error("badResumptionToken")],
            "cut": [cut(listing(record_xml(1)))] * 2,
        }
        instead.setdefault(str(start or ""), []).extend(answers[fault])
    fake = FakeRepository(records(n), page_size=page_size, instead=instead)
    (tmp_path / "property.db").unlink(missing_ok=True)
    with open_stage(tmp_path / "property.db") as stage:
        states: list[str] = []
        while "complete" not in states and len(states) < 20:
            report = asyncio.run(harvest("fake", repository, client_of(fake), stage))
            states.append(report.state)
            assert (report.error is None) == (report.state == "complete")
        assert states[-1] == "complete"
        assert staged(stage) == list(range(n))


# Cancellation and kills


async def test_cancellation_leaves_the_checkpoint_behind_the_last_committed_page(
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
    with pytest.raises(asyncio.CancelledError):
        await task
    state = stage.source_states()["fake"]
    assert (state.state, state.error) == ("incomplete", "the last harvest has not finished")
    assert state.announced == 6
    report = await harvest("fake", repository, client_of(fake), stage)
    assert (report.state, report.seen) == ("complete", 6)
    assert staged(stage) == [0, 1, 2, 3, 4, 5]


def cancel_at(key: str, tasks: list[asyncio.Task[HarvestReport]], asked: str) -> None:
    if asked == key:
        tasks[0].cancel()


async def test_cancelled_at_any_request_nothing_is_lost_or_doubled(client_of, repository, tmp_path):
    for key in ("Identify", "", "2", "4"):
        with open_stage(tmp_path / f"stage{key}.db") as stage:
            fake = FakeRepository(records(6))
            tasks: list[asyncio.Task[HarvestReport]] = []
            fake.on_request = partial(cancel_at, key, tasks)
            tasks.append(asyncio.ensure_future(harvest("fake", repository, client_of(fake), stage)))
            with pytest.raises(asyncio.CancelledError):
                await tasks[0]
            report = await harvest("fake", repository, client_of(FakeRepository(records(6))), stage)
            assert (report.state, report.seen) == ("complete", 6)
            assert staged(stage) == [0, 1, 2, 3, 4, 5]


KILLED = """
import asyncio, sys
from pathlib import Path
from harvester.client import open_client
from harvester.harvest import harvest
from harvester.record import Repository
from harvester.stage import open_stage

async def main():
    repository = Repository(url=sys.argv[1], requests_per_minute=0, retries=0)
    with open_stage(Path(sys.argv[2])) as stage:
        async with open_client() as client:
            await harvest("fake", repository, client, stage)

asyncio.run(main())
"""


@pytest.mark.parametrize(("at", "n_committed"), [("", 0), ("2", 0), ("6", 4)])
async def test_a_killed_harvest_is_resumed_whole_and_without_duplicates(tmp_path, at, n_committed):
    """SIGKILL arrives while page `at` is asked for; the page before it may or may not be staged."""
    fake = FakeRepository(records(9))
    path = tmp_path / "stage.db"
    async with over_http(handler_of(fake)) as url:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, url, str(path))
        fake.on_request = lambda key: process.kill() if key == at else None
        assert await process.wait() == -9
        fake.on_request = lambda _: None
        from_here = Repository(url=url, requests_per_minute=0)
        with open_stage(path) as stage:
            before = staged(stage)
            report = await harvest("fake", from_here, Client(transport=fake), stage)
            after = staged(stage)
    assert before == list(range(len(before)))
    assert n_committed <= len(before) <= n_committed + 2
    assert (report.state, report.seen) == ("complete", 9)
    assert after == list(range(9))
