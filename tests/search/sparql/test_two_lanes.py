"""Long queries and look-ups share the workers: the long ones wait, the look-ups do not."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from search.errors import QueryTimeout, WorkersBusy
from search.sparql import two_lanes
from search.sparql.pool import Limits
from search.sparql.results import ResultFormat
from search.sparql.two_lanes import open_two_lanes
from search.web.operation.metrics import QueryCounts
from tests.graph.stores import bulk_load

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + " }"
MEDIUM = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""Work of some 50 ms."""
JSON = ResultFormat.JSON


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store whose cross product has no end."""
    folder = tmp_path_factory.mktemp("store")
    quads = folder / "quads.nq"
    quads.write_text("".join(f"<http://x/{n}> <http://x/p> <http://x/{n}> .\n" for n in range(50)))
    bulk_load(quads, folder / "graph")
    return folder / "graph"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A machine with other work to do makes no long query of a look-up."""
    monkeypatch.setattr(two_lanes, "LOOK_UP_S", 0.5)


@asynccontextmanager
async def opened(store, *, time_limit_s=20.0, queue_limit=8, workers=2):
    counts = QueryCounts()
    limits = Limits(workers=workers, time_limit_s=time_limit_s, queue_limit=queue_limit)
    async with open_two_lanes(store, limits, counts) as pool:
        yield pool, counts


async def until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # the pool tells nobody
            await asyncio.sleep(0.01)


async def test_look_ups_are_answered_while_more_long_queries_are_there_than_may_run(store):
    async with opened(store) as (pool, counts), asyncio.TaskGroup() as tasks:
        endless = [tasks.create_task(pool.run(ENDLESS, JSON)) for _ in range(7)]
        await until(lambda: counts.waiting == 5)
        assert counts.running == 2
        for _ in range(20):
            assert b"true" in await pool.run("ASK {}", JSON)
        assert not any(task.done() for task in endless)
        for task in endless:
            task.cancel()
    assert (counts.running, counts.waiting) == (0, 0)
    assert counts.by_outcome == {"ok": 20, "left": 7}


async def test_a_query_that_was_held_back_is_answered_in_its_turn(store, monkeypatch):
    async with opened(store, time_limit_s=3.0) as (pool, counts):
        async with asyncio.TaskGroup() as tasks:
            endless = [tasks.create_task(outcome_of(pool, ENDLESS)) for _ in range(2)]
            await until(lambda: pool.n_leaves == 0)
            monkeypatch.setattr(two_lanes, "LOOK_UP_S", 0.0)
            held_back = tasks.create_task(outcome_of(pool, MEDIUM))
            await until(lambda: counts.waiting == 1)
        assert [task.result() for task in endless] == [QueryTimeout, QueryTimeout]
        assert b"125000" in held_back.result()
        assert pool.n_leaves == 2


async def outcome_of(pool, query):
    """What a query gave, or the class of what it raised."""
    try:
        return await pool.run(query, JSON)
    except (QueryTimeout, WorkersBusy) as error:
        return type(error)


async def test_no_more_long_queries_wait_than_the_queue_holds(store):
    async with opened(store, queue_limit=1) as (pool, counts), asyncio.TaskGroup() as tasks:
        endless = [tasks.create_task(outcome_of(pool, ENDLESS)) for _ in range(3)]
        await until(lambda: counts.waiting == 1)
        assert await outcome_of(pool, ENDLESS) is WorkersBusy
        assert b"true" in await pool.run("ASK {}", JSON)
        for task in endless:
            task.cancel()


async def test_a_long_query_that_is_given_up_makes_room_for_the_next(store):
    async with opened(store) as (pool, counts):
        for _ in range(3):
            async with asyncio.TaskGroup() as tasks:
                endless = [tasks.create_task(pool.run(ENDLESS, JSON)) for _ in range(3)]
                await until(lambda: counts.waiting == 1)
                for task in endless:
                    task.cancel()
        assert pool.n_leaves == 2
        assert pool.queue.n_free == 4
        assert b"true" in await pool.run("ASK {}", JSON)


async def test_one_worker_serves_all_in_turn(store):
    async with opened(store, workers=1, time_limit_s=0.3) as (pool, counts):
        assert await outcome_of(pool, ENDLESS) is QueryTimeout
        assert b"true" in await pool.run("ASK {}", JSON)
        assert pool.limits.workers == len(pool.queue.workers) == 1
    assert counts.by_outcome == {"timeout": 1, "ok": 1}
