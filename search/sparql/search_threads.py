"""The threads in which queries search the text index: few, and none outlives its query by much.

A search cannot be stopped from outside, so a thread looks between two searches whether anybody
still waits for it, and a query that finds all threads taken waits, or is turned away.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

from search.errors import QueryTimeout, WorkersBusy

T = TypeVar("T")


class Turn:
    """The time that the searches of one query have."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self.has_begun = False
        """Whether a thread has taken it up."""
        self.is_over = False
        """Whether nobody waits for it any more."""
        self._ends_at = monotonic() + limit_s

    def check(self) -> None:
        """See that there is time left for another search.

        Raises:
            QueryTimeout: the time is up, or who asked has left.
        """
        if self.is_over or monotonic() >= self._ends_at:
            raise self.timeout()

    def timeout(self) -> QueryTimeout:
        """The error of searches that took too long."""
        message = f"the text searches of the query ran longer than {self.limit_s:g} s"
        return QueryTimeout(message)


class SearchThreads:
    """A bounded number of threads, and of queries that wait for one.

    Args:
        n_threads: how many queries search at a time.
        queue_limit: how many wait.
        limit_s: how long a query may wait and search, together.
    """

    def __init__(self, n_threads: int, queue_limit: int, limit_s: float) -> None:
        self._n_threads = n_threads
        self._queue_limit = queue_limit
        self._limit_s = limit_s
        self._threads = ThreadPoolExecutor(n_threads, thread_name_prefix="text-search")
        self._pending: set[object] = set()

    @property
    def n_pending(self) -> int:
        """How many queries search or wait; one that was given up counts until its thread is free.

        Its thread is free when the one search that was under way has ended.
        """
        return len(self._pending)

    async def run(self, work: Callable[[Turn], T]) -> T:
        """Do the searches of one query in a thread.

        Args:
            work: does them; calls `Turn.check` before each.

        Raises:
            QueryTimeout: the time was up before they were done.
            WorkersBusy: too many queries wait, or no thread was free in time.
        """
        busy = WorkersBusy(
            f"{self._n_threads} queries search the text index and"
            f" {max(0, self.n_pending - self._n_threads)} are waiting",
            retry_after_s=max(1, round(self._limit_s)),
        )
        if self.n_pending >= self._n_threads + self._queue_limit:
            raise busy
        turn = Turn(self._limit_s)

        def begin() -> T:
            turn.check()
            turn.has_begun = True
            return work(turn)

        future = self._threads.submit(begin)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        try:
            async with asyncio.timeout(self._limit_s):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise (turn.timeout() if turn.has_begun else busy) from None
        finally:
            turn.is_over = True

    async def close(self) -> None:
        """Wait for the searches that are under way; those that have not begun never will."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
