"""All repositories at once."""

import asyncio
import fcntl

import pytest
from msgspec.structs import replace

from harvester.client import HttpAnswer, Transport
from harvester.crawl import crawl, reconcile_all
from harvester.errors import StorageError, TransportError
from harvester.record import Repository
from tests.harvester.fake_repository import BROKEN, FakeRepository, record_xml, spread


def sources(*names: str) -> dict[str, Repository]:
    return {
        name: Repository(url=f"http://{name}.example/oai", requests_per_minute=0, retries=0)
        for name in names
    }


def routed(**repositories: Transport):
    """One transport for several hosts."""

    async def transport(url: str, /) -> HttpAnswer:
        host = url.split("/")[2].removesuffix(".example")
        return await repositories[host](url)

    return transport


def fake(n: int) -> FakeRepository:
    return FakeRepository([record_xml(number) for number in range(n)])


async def test_every_source_has_its_report_in_the_given_order(client_of, stage):
    client = client_of(routed(a=fake(3), b=fake(5)))
    reports = await crawl(sources("b", "a"), client, stage)
    assert [(name, report.state, report.seen) for name, report in reports.items()] == [
        ("b", "complete", 5),
        ("a", "complete", 3),
    ]
    assert {name: state.live for name, state in stage.source_states().items()} == {"a": 3, "b": 5}


async def test_a_failure_leaves_the_other_sources_alone(client_of, stage):
    async def down(url: str, /) -> HttpAnswer:
        raise TransportError("connection refused", url=url)

    reports = await crawl(sources("a", "b"), client_of(routed(a=down, b=fake(5))), stage)
    assert (reports["a"].state, reports["b"].state) == ("failed", "complete")


async def test_even_an_unforeseen_error_ends_in_the_report_of_its_source(client_of, stage):
    async def broken(_: str, /) -> HttpAnswer:
        raise ZeroDivisionError("unforeseen")

    reports = await crawl(sources("a", "b"), client_of(routed(a=broken, b=fake(5))), stage)
    assert (reports["a"].state, reports["a"].error) == ("failed", "ZeroDivisionError: unforeseen")
    assert reports["b"].state == "complete"


async def test_sources_are_harvested_at_the_same_time(client_of, stage):
    """Each source answers only once the other has been asked."""
    both = asyncio.Barrier(2)

    def waiting(repository: FakeRepository):
        async def transport(url: str, /) -> HttpAnswer:
            if "Identify" in url:
                await both.wait()
            return await repository(url)

        return transport

    transport = routed(a=waiting(fake(1)), b=waiting(fake(1)))
    async with asyncio.timeout(5):
        reports = await crawl(sources("a", "b"), client_of(transport), stage)
    assert {report.state for report in reports.values()} == {"complete"}


async def test_the_limit_holds_for_each_source(client_of, stage):
    client = client_of(routed(a=fake(5), b=fake(5)))
    reports = await crawl(sources("a", "b"), client, stage, limit=2)
    assert [report.seen for report in reports.values()] == [2, 2]


async def test_each_source_has_windows_of_its_own_in_flight(client_of, stage):
    wide, narrow = (FakeRepository(spread(60), page_size=2) for _ in range(2))
    repositories = sources("a", "b")
    repositories["a"] = replace(repositories["a"], parallel=3)
    client = client_of(routed(a=wide, b=narrow))
    reports = await crawl(repositories, client, stage)
    assert {report.state for report in reports.values()} == {"complete"}
    assert (wide.most_lists_at_a_time, narrow.most_lists_at_a_time) == (3, 1)
    assert {name: state.live for name, state in stage.source_states().items()} == {
        "a": 60,
        "b": 60,
    }


async def test_what_one_source_cannot_deliver_is_named_in_its_report_alone(client_of, stage):
    broken = FakeRepository(
        spread(3), fault=lambda asked: BROKEN if asked.verb != "ListIdentifiers" else None
    )
    reports = await crawl(sources("a", "b"), client_of(routed(a=broken, b=fake(2))), stage)
    assert (reports["a"].state, len(reports["a"].lost)) == ("incomplete", 3)
    assert (reports["b"].state, reports["b"].lost) == ("complete", ())


async def test_vanished_records_are_looked_for_in_every_source_in_the_given_order(client_of, stage):
    """Identify says nothing of deleted records here, so each source is listed."""
    client = client_of(routed(a=fake(3), b=fake(3)))
    await crawl(sources("a", "b"), client, stage)
    shrunk = client_of(routed(a=fake(2), b=fake(3)))
    found = await reconcile_all(sources("b", "a"), shrunk, stage)
    assert [(name, each.state, each.n_vanished) for name, each in found.items()] == [
        ("b", "complete", 0),
        ("a", "complete", 1),
    ]


async def test_an_unforeseen_error_of_one_reconciliation_leaves_the_others_alone(client_of, stage):
    await crawl(sources("a", "b"), client_of(routed(a=fake(2), b=fake(2))), stage)

    async def broken(_: str, /) -> HttpAnswer:
        raise ZeroDivisionError("unforeseen")

    found = await reconcile_all(sources("a", "b"), client_of(routed(a=broken, b=fake(2))), stage)
    assert (found["a"].state, found["b"].state) == ("incomplete", "complete")
    assert found["a"].error == "ZeroDivisionError: unforeseen"
    assert stage.source_states()["a"].live == 2


async def test_a_stage_in_other_hands_stops_the_crawl_before_anyone_is_asked(client_of, stage):
    repository = fake(1)
    with stage.path.with_name("stage.db-writer").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="another process"):
            await crawl(sources("a"), client_of(routed(a=repository)), stage)
    assert repository.requests == []


async def test_cancellation_ends_every_source(client_of, stage):
    reached = asyncio.Event()

    async def silent(_: str, /) -> HttpAnswer:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    task = asyncio.ensure_future(
        crawl(sources("a", "b"), client_of(routed(a=silent, b=silent)), stage)
    )
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert {state.state for state in stage.source_states().values()} == {"incomplete"}
