"""A pool for look-ups beside long queries: the long ones wait for each other, the look-ups do not.

Twice as many workers run as may be busy with long queries. A query is a look-up until it has run
for `LOOK_UP_S`; then it becomes a long one, or, where as many of those run as may, it is stopped
and waits until it may run again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from search.errors import WorkersBusy
from search.sparql.observer import QueryObserver, Unobserved, counting
from search.sparql.pool import Limits, QueryPool
from search.sparql.wire import Answer, Request

LOOK_UP_S: Final = 0.1
"""What a look-up takes at most: thirty times the median over HTTP (measured), and half of what
anybody may wait for one beside runaway queries."""


@asynccontextmanager
async def open_two_lanes(
    store: Path, limits: Limits | None = None, observer: QueryObserver | None = None
) -> AsyncIterator[QueryPool]:
    """Like `search.sparql.pool.open_pool`, but long queries cannot keep look-ups out.

    With one worker there is no other to keep free for look-ups: it serves all in turn.

    Raises:
        IndexDamaged: the store cannot be opened.
    """
    limits = limits or Limits()
    make = QueryPool if limits.workers == 1 else TwoLanePool
    async with make(store, limits, observer or Unobserved()).opened() as pool:
        yield pool


class _LookUp:
    """One query until it has run for the time of a look-up."""

    def __init__(self, stop: asyncio.Timeout) -> None:
        self.stop = stop
        self.is_long = False
        """Whether it ran on, as one of the long queries."""


class TwoLanePool(QueryPool):
    """See `open_two_lanes`."""

    def __init__(self, store: Path, limits: Limits, observer: QueryObserver) -> None:
        super().__init__(store, limits, observer, n_workers=2 * limits.workers)
        self._n_held_back = 0
        self._leave: asyncio.Queue[None] = asyncio.Queue()
        """Leave to run a long query, once for each that may run at a time."""
        for _ in range(limits.workers):
            self._leave.put_nowait(None)

    @property
    def n_leaves(self) -> int:
        """How many long queries more may run now."""
        return self._leave.qsize()

    async def ask(self, request: Request) -> tuple[Answer, bytes]:
        """Have a worker answer a request, at first as a look-up; see `run`."""
        try:
            async with asyncio.timeout(None) as stop, self.queue.worker() as worker:
                with self._as_look_up(stop):
                    return await worker.ask(request)
        except TimeoutError:  # it is no look-up, and no more long queries may run now
            with counting(self.observer, running=1):
                # what was stopped for it starts again at the cost of whoever sent it
                await self.queue.restart_stopped()
        async with self._leave_to_be_long():
            return await super().ask(request)

    @contextmanager
    def _as_look_up(self, stop: asyncio.Timeout) -> Iterator[None]:
        visit = _LookUp(stop)
        timer = asyncio.get_running_loop().call_later(LOOK_UP_S, self._end_look_up, visit)
        try:
            yield
        finally:
            timer.cancel()
            if visit.is_long:
                self._leave.put_nowait(None)

    def _end_look_up(self, visit: _LookUp) -> None:
        """Let a query that is no look-up go on as a long one, or stop it."""
        try:
            self._leave.get_nowait()
        except asyncio.QueueEmpty:
            visit.stop.reschedule(asyncio.get_running_loop().time())
        else:
            visit.is_long = True

    @asynccontextmanager
    async def _leave_to_be_long(self) -> AsyncIterator[None]:
        busy = WorkersBusy(
            f"{self.limits.workers} long queries are running and {self._n_held_back} are waiting",
            retry_after_s=max(1, round(self.limits.time_limit_s)),
        )
        if self._n_held_back >= self.limits.queue_limit:
            raise busy
        self._n_held_back += 1
        try:
            with counting(self.observer, waiting=1):
                async with asyncio.timeout(self.limits.time_limit_s):
                    await self._leave.get()
        except TimeoutError:
            raise busy from None
        finally:
            self._n_held_back -= 1
        try:
            yield
        finally:
            self._leave.put_nowait(None)
