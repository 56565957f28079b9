"""The worker processes of a store, handed out one at a time; whoever finds none free waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from search.errors import WorkersBusy
from search.sparql.observer import QueryObserver, counting
from search.sparql.wire import Start
from search.sparql.worker_process import WorkerProcess


class WorkerQueue:
    """Workers that are free, and a bounded number of queries that wait for one.

    Args:
        start: which store the workers open, and their limits.
        n_workers: how many there are.
        queue_limit: how many queries may wait.
        observer: is told who waits and who runs.
    """

    def __init__(
        self, start: Start, n_workers: int, queue_limit: int, observer: QueryObserver
    ) -> None:
        self.workers = tuple(WorkerProcess(start) for _ in range(n_workers))
        self.n_waiting = 0
        self._idle: asyncio.Queue[WorkerProcess] = asyncio.Queue()
        self._wait_limit_s = start.time_limit_s
        self._queue_limit = queue_limit
        self._observer = observer

    @property
    def n_free(self) -> int:
        """How many workers nobody has."""
        return self._idle.qsize()

    async def start(self) -> None:
        """Start every worker.

        Raises:
            IndexDamaged: the store cannot be opened.
        """
        for worker in self.workers:
            await worker.start()
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """Kill every worker and wait until it has ended."""
        for worker in self.workers:
            await worker.stop()

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[WorkerProcess]:
        """Have a worker that is running to oneself.

        Raises:
            WorkersBusy: too many wait already, or none was free in the time a query may take.
        """
        with counting(self._observer, waiting=1):
            worker = await self._take()
        try:
            with counting(self._observer, running=1):
                if worker.is_stopped:
                    await worker.start()
                yield worker
        finally:
            self._idle.put_nowait(worker)

    async def restart_stopped(self) -> None:
        """Start the free workers that are stopped, so that the next query need not wait for it."""
        for _ in range(self._idle.qsize()):
            if self._idle.empty():
                return
            worker = self._idle.get_nowait()
            try:
                if worker.is_stopped:
                    await worker.start()
            finally:
                self._idle.put_nowait(worker)

    async def _take(self) -> WorkerProcess:
        busy = WorkersBusy(
            f"{len(self.workers)} queries are running and {self.n_waiting} are waiting",
            retry_after_s=max(1, round(self._wait_limit_s)),
        )
        if self._idle.empty() and self.n_waiting >= self._queue_limit:
            raise busy
        self.n_waiting += 1
        try:
            async with asyncio.timeout(self._wait_limit_s):
                worker = await self._idle.get()
        except TimeoutError:
            raise busy from None
        finally:
            self.n_waiting -= 1
        for _ in range(self._idle.qsize()):
            if not worker.is_stopped:
                break
            # a process takes its time to start: rather one that runs
            self._idle.put_nowait(worker)
            worker = self._idle.get_nowait()
        return worker
