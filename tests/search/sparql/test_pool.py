"""Worker processes: limits kill the query and nothing else."""

import asyncio
import os
from contextlib import suppress

import pytest

from search.errors import (
    IndexDamaged,
    MemoryLimitPassed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
    ResultTooLarge,
    WorkersBusy,
)
from search.sparql.pool import Limits, open_pool
from search.sparql.results import ResultFormat

SMALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SMALL_ANSWER = b"n\r\n300\r\n"
# 300^4 solutions: minutes of work in no memory
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# 300^3 solutions, all kept to be sorted
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


def process_ids(pool):
    return [worker.process_id for worker in pool.queue.workers if worker.process_id is not None]


def is_running(process_id):
    with suppress(ProcessLookupError):
        os.kill(process_id, 0)
        return True
    return False


async def until_running(pool, n_busy):
    """Let the tasks go on until that many workers have been given a query."""
    await until(lambda: len(pool.queue.workers) - pool.queue.n_free >= n_busy)


async def until(is_so):
    """Let the other tasks go on until something is so."""
    while not is_so():  # noqa: ASYNC110  # what is waited for is the state of a process
        await asyncio.sleep(0)


async def test_a_query_is_answered_from_the_default_graph(store):
    async with open_pool(store, Limits(workers=1)) as pool:
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER


async def test_the_dataset_of_the_protocol_replaces_the_default_graph(store):
    async with open_pool(store, Limits(workers=1)) as pool:
        body = await pool.run(SMALL, ResultFormat.CSV, default_graphs=("http://x/record",))
        assert body == b"n\r\n1\r\n"


@pytest.mark.parametrize("form", [f for f in ResultFormat if f.is_graph])
async def test_a_graph_comes_in_every_graph_format(store, form):
    async with open_pool(store, Limits(workers=1)) as pool:
        assert b"name 7" in await pool.run("DESCRIBE <http://x/7>", form)


async def test_a_syntax_error_has_line_and_column(store):
    async with open_pool(store, Limits(workers=1)) as pool:
        with pytest.raises(QuerySyntaxError) as raised:
            await pool.run("SELECT *\nWHERE { ?s ?p ?o . foo }", ResultFormat.JSON)
        assert (raised.value.line, raised.value.column) == (2, 25)
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER


async def test_updates_and_services_are_refused(store):
    async with open_pool(store, Limits(workers=1)) as pool:
        for query in ("CLEAR ALL", "ASK { SERVICE <http://x/> { ?s ?p ?o } }"):
            with pytest.raises(QueryRefused):
                await pool.run(query, ResultFormat.JSON)


class Told:
    """An observer that keeps what it is told."""

    def __init__(self):
        self.running = self.waiting = 0
        self.moves = []
        self.ends = []

    def count(self, *, running=0, waiting=0):
        self.running += running
        self.waiting += waiting
        self.moves.append((self.running, self.waiting))

    def ended(self, error):
        self.ends.append(type(error))


async def test_an_observer_is_told_who_waits_who_runs_and_how_each_ended(store):
    told = Told()
    async with open_pool(store, Limits(workers=1), told) as pool:
        async with asyncio.TaskGroup() as tasks:
            endless = tasks.create_task(pool.run(ENDLESS, ResultFormat.JSON))
            await until_running(pool, 1)
            waiting = tasks.create_task(pool.run(SMALL, ResultFormat.CSV))
            await until(lambda: pool.queue.n_waiting == 1)
            assert (told.running, told.waiting) == (1, 1)
            endless.cancel()
        with pytest.raises(QuerySyntaxError):
            await pool.run("ASK", ResultFormat.JSON)
    assert waiting.result() == SMALL_ANSWER
    assert told.ends == [asyncio.CancelledError, type(None), QuerySyntaxError]
    assert told.moves[:2] == [(0, 1), (0, 0)]
    assert told.moves[-1] == (0, 0)


async def test_a_query_past_its_time_is_stopped_and_the_next_is_answered(store):
    async with open_pool(store, Limits(workers=1, time_limit_s=1)) as pool:
        [before] = process_ids(pool)
        with pytest.raises(QueryTimeout, match="longer than 1 s"):
            await pool.run(ENDLESS, ResultFormat.JSON)
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER
        assert not is_running(before)


async def test_a_query_past_its_memory_is_stopped_and_the_next_is_answered(store):
    limits = Limits(workers=1, memory_limit_bytes=256 << 20)
    async with open_pool(store, limits) as pool:
        with pytest.raises(MemoryLimitPassed, match="needed more than 268435456 bytes of memory"):
            await pool.run(HUNGRY, ResultFormat.JSON)
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER


async def test_a_result_that_outgrows_the_memory_is_told_from_one_that_outgrows_its_limit(store):
    """90,000 rows of 3,000 characters: the buffer of the result is what takes the memory."""
    query = f'SELECT ?s ("{"x" * 3000}" AS ?x) {{ ?s ?p ?o . ?a ?b ?c }}'
    limits = Limits(workers=1, memory_limit_bytes=256 << 20, result_limit_bytes=1 << 30)
    async with open_pool(store, limits) as pool:
        with pytest.raises(MemoryLimitPassed, match="bytes of memory"):
            await pool.run(query, ResultFormat.JSON)
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER


async def test_a_query_nested_beyond_reading_is_told_and_the_next_is_answered(store):
    async with open_pool(store, Limits(workers=1)) as pool:
        with pytest.raises(QueryTooDeep, match="nested too deeply"):
            await pool.run("ASK " + "{" * 20_000 + "}" * 20_000, ResultFormat.JSON)
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER


async def test_a_result_past_its_limit_is_refused_and_the_worker_lives(store):
    async with open_pool(store, Limits(workers=1, result_limit_bytes=1000)) as pool:
        before = process_ids(pool)
        with pytest.raises(ResultTooLarge, match="larger than 1000 bytes"):
            await pool.run("SELECT * { ?s ?p ?o }", ResultFormat.JSON)
        assert process_ids(pool) == before


async def test_a_client_that_goes_away_frees_its_worker(store):
    async with open_pool(store, Limits(workers=1)) as pool:
        [before] = process_ids(pool)
        async with asyncio.TaskGroup() as tasks:
            asked = tasks.create_task(pool.run(ENDLESS, ResultFormat.JSON))
            await until_running(pool, 1)
            asked.cancel()
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER
        assert not is_running(before)


async def test_a_full_queue_turns_the_next_query_away(store):
    async with open_pool(store, Limits(workers=1, queue_limit=1, time_limit_s=9)) as pool:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(pool.run(ENDLESS, ResultFormat.JSON))
            await until_running(pool, 1)
            waiting = tasks.create_task(pool.run(SMALL, ResultFormat.CSV))
            await until(lambda: pool.queue.n_waiting == 1)
            with pytest.raises(WorkersBusy) as raised:
                await pool.run(SMALL, ResultFormat.CSV)
            running.cancel()
        assert raised.value.retry_after_s == 9
        assert waiting.result() == SMALL_ANSWER


async def test_two_workers_answer_beside_each_other(store):
    async with open_pool(store, Limits(workers=2)) as pool, asyncio.TaskGroup() as tasks:
        endless = tasks.create_task(pool.run(ENDLESS, ResultFormat.JSON))
        await until_running(pool, 1)
        assert await pool.run(SMALL, ResultFormat.CSV) == SMALL_ANSWER
        endless.cancel()


async def test_a_large_result_that_nobody_reads_does_not_hold_up_the_end(store):
    """The pipe is full and the worker blocked in writing; closing must not wait for it."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    async with (
        asyncio.timeout(20),
        open_pool(store, Limits(workers=1)) as pool,
        asyncio.TaskGroup() as tasks,
    ):
        asked = tasks.create_task(pool.run(query, ResultFormat.JSON))
        reader = pool.queue.workers[0]._process.stdout  # type: ignore[union-attr]  # it has started
        await until(lambda: reader._buffer)  # type: ignore[union-attr]  # private
        asked.cancel()
    assert asked.cancelled()


async def test_no_process_is_left_after_closing(store):
    async with open_pool(store, Limits(workers=2)) as pool:
        started = process_ids(pool)
    assert len(started) == 2
    assert not any(is_running(process_id) for process_id in started)


async def test_a_directory_without_a_store_is_named(tmp_path):
    with pytest.raises(IndexDamaged, match="nothing"):
        async with open_pool(tmp_path / "nothing", Limits(workers=1)):
            pass
