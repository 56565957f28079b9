"""The query workers of a server: long queries cannot keep look-ups out, and all are counted.

Twice as many workers run as may be busy with long queries. A query is a look-up until it has run
for `LOOK_UP_S`; then it becomes a long one, or, where as many of those run as may, it is stopped
and waits until it may run again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from search.errors import (
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    SearchError,
    WorkersBusy,
)
from search.sparql.pool import Limits, QueryPool
from search.sparql.results import ResultFormat
from search.web.operation.metrics import Outcome, QueryCounts

if TYPE_CHECKING:
    from search.sparql.pool import _Worker

LOOK_UP_S: Final = 0.1
"""What a look-up takes at most: thirty times the median over HTTP (measured), and half of what
anybody may wait for one beside runaway queries."""
_OUTCOMES: Final[dict[type[SearchError], Outcome]] = {
    QuerySyntaxError: "syntax",
    QueryRefused: "refused",
    QueryTimeout: "timeout",
    QueryTooLarge: "too-large",
    WorkersBusy: "busy",
}


@asynccontextmanager
async def open_counted_pool(
    store: Path, limits: Limits | None, counts: QueryCounts
) -> AsyncIterator[QueryPool]:
    """Like `search.sparql.pool.open_pool`; the counts are kept up to date.

    With one worker there is no other to keep free for look-ups: it serves all in turn.

    Raises:
        IndexDamaged: the store cannot be opened.
    """
    limits = limits or Limits()
    make = _CountedPool if limits.workers == 1 else _TwoLanePool
    pool = make(store, limits, counts)
    try:
        await pool.start()
        yield pool
    finally:
        await pool.close()


class _CountedPool(QueryPool):
    def __init__(self, store: Path, limits: Limits, counts: QueryCounts) -> None:
        super().__init__(store, limits)
        self._counts = counts
        self._n_asked = 0

    async def run(
        self,
        query: str,
        format: ResultFormat,  # noqa: A002  # the name of the method it stands for
        *,
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
    ) -> bytes:
        with self._asked(), _outcome(self._counts):
            return await super().run(
                query, format, default_graphs=default_graphs, named_graphs=named_graphs
            )

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Count one query in: it runs while a worker is left, else it waits."""
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def _change(self, by: int) -> None:
        n_workers = len(self._workers)
        running = min(self._n_asked, n_workers)
        waiting = self._n_asked - running
        self._n_asked += by
        self._counts.running += min(self._n_asked, n_workers) - running
        self._counts.waiting += max(self._n_asked - n_workers, 0) - waiting


class _Visit:
    """One query while it counts as a look-up."""

    def __init__(self, limit: asyncio.Timeout) -> None:
        self.limit = limit
        self.timer: asyncio.TimerHandle | None = None
        self.is_long = False


_VISIT: Final[ContextVar[_Visit | None]] = ContextVar("visit", default=None)


class _TwoLanePool(_CountedPool):
    def __init__(self, store: Path, limits: Limits, counts: QueryCounts) -> None:
        super().__init__(store, msgspec.structs.replace(limits, workers=2 * limits.workers), counts)
        self.limits = limits
        self._leave: asyncio.Queue[None] = asyncio.Queue()
        """Leave to run a long query, once for each that may run at a time."""
        for _ in range(limits.workers):
            self._leave.put_nowait(None)
        self._n_held_back = 0

    async def run(
        self,
        query: str,
        format: ResultFormat,  # noqa: A002  # the name of the method it stands for
        *,
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
    ) -> bytes:
        graphs = {"default_graphs": default_graphs, "named_graphs": named_graphs}
        with self._asked(), _outcome(self._counts):
            try:
                async with asyncio.timeout(None) as limit:
                    with self._visit(limit):
                        return await QueryPool.run(self, query, format, **graphs)
            except TimeoutError:  # it is no look-up, and no more long queries may run now
                await self._restart_workers()
            async with self._leave_to_be_long():
                return await QueryPool.run(self, query, format, **graphs)

    @contextmanager
    def _visit(self, limit: asyncio.Timeout) -> Iterator[None]:
        visit = _Visit(limit)
        token = _VISIT.set(visit)
        try:
            yield
        finally:
            _VISIT.reset(token)
            if visit.timer is not None:
                visit.timer.cancel()
            if visit.is_long:
                self._leave.put_nowait(None)

    async def _take_worker(self) -> "_Worker":
        worker = await super()._take_worker()
        for _ in range(self._idle.qsize()):
            if not _is_stopped(worker):
                break
            # a process takes its time to start: rather one that runs
            self._idle.put_nowait(worker)
            worker = self._idle.get_nowait()
        if _is_stopped(worker):
            try:
                await _restart(worker)
            except BaseException:
                self._idle.put_nowait(worker)
                raise
        if (visit := _VISIT.get()) is not None:
            visit.timer = asyncio.get_running_loop().call_later(LOOK_UP_S, self._look_at, visit)
        return worker

    def _look_at(self, visit: _Visit) -> None:
        """Let a query that is no look-up go on as a long one, or stop it."""
        try:
            self._leave.get_nowait()
        except asyncio.QueueEmpty:
            visit.limit.reschedule(asyncio.get_running_loop().time())
        else:
            visit.is_long = True

    async def _restart_workers(self) -> None:
        """Start what was stopped for a long query, at the cost of whoever sent it."""
        for _ in range(self._idle.qsize()):
            if self._idle.empty():
                return
            worker = self._idle.get_nowait()
            try:
                if _is_stopped(worker):
                    await _restart(worker)
            finally:
                self._idle.put_nowait(worker)

    @asynccontextmanager
    async def _leave_to_be_long(self) -> AsyncIterator[None]:
        busy = WorkersBusy(
            f"{self.limits.workers} long queries are running and {self._n_held_back} are waiting",
            retry_after_s=max(1, round(self.limits.time_limit_s)),
        )
        if self._n_held_back >= self.limits.queue_limit:
            raise busy
        self._n_held_back += 1
        self._change(-1)
        self._counts.waiting += 1
        try:
            async with asyncio.timeout(self.limits.time_limit_s):
                await self._leave.get()
        except TimeoutError:
            raise busy from None
        finally:
            self._n_held_back -= 1
            self._counts.waiting -= 1
            self._change(1)
        try:
            yield
        finally:
            self._leave.put_nowait(None)


def _is_stopped(worker: "_Worker") -> bool:
    return worker._is_spent  # noqa: SLF001  # the pool's own worker


async def _restart(worker: "_Worker") -> None:
    await worker.stop()
    await worker.start()


@contextmanager
def _outcome(counts: QueryCounts) -> Iterator[None]:
    try:
        yield
    except asyncio.CancelledError:
        counts.by_outcome["left"] += 1
        raise
    except SearchError as error:
        found = (name for kind, name in _OUTCOMES.items() if isinstance(error, kind))
        counts.by_outcome[next(found, "failed")] += 1
        raise
    counts.by_outcome["ok"] += 1
