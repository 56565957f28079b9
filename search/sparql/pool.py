"""A pool of worker processes: bounded queue, time limit by killing, clean answers for what died.

https://www.w3.org/TR/sparql11-protocol/ leaves limits to the service; these are ours.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from search.errors import QueryRefused, QuerySyntaxError, ResultTooLarge
from search.sparql.limits import Limits
from search.sparql.observer import QueryObserver, Unobserved, telling_end
from search.sparql.results import ResultFormat
from search.sparql.search_threads import SearchThreads
from search.sparql.wire import Answer, Request, Start
from search.sparql.worker_process import memory_limit_passed
from search.sparql.worker_queue import WorkerQueue

__all__ = ["Limits", "QueryPool", "open_pool"]


@asynccontextmanager
async def open_pool(
    store: Path, limits: Limits | None = None, observer: QueryObserver | None = None
) -> AsyncIterator["QueryPool"]:
    """Start worker processes on the store of a release; all have ended when the context has.

    Raises:
        IndexDamaged: the store cannot be opened.
    """
    async with QueryPool(store, limits or Limits(), observer or Unobserved()).opened() as pool:
        yield pool


class QueryPool:
    """Runs queries, one a worker, in the order in which they come; see `open_pool`.

    Args:
        store: of the release.
        limits: what a query may take, and how many wait.
        observer: is told what becomes of the queries.
        n_workers: processes; None: as many as the limits say.
    """

    def __init__(
        self, store: Path, limits: Limits, observer: QueryObserver, *, n_workers: int | None = None
    ) -> None:
        self.limits = limits
        self.observer = observer
        start = Start(
            store=str(store),
            memory_limit_bytes=limits.memory_limit_bytes,
            result_limit_bytes=limits.result_limit_bytes,
            time_limit_s=limits.time_limit_s,
            allowed_services=limits.allowed_services,
        )
        self.queue = WorkerQueue(start, n_workers or limits.workers, limits.queue_limit, observer)
        self.search_threads = SearchThreads(limits.workers, limits.queue_limit, limits.time_limit_s)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["QueryPool"]:
        """Start the workers; all, and every text search, have ended when the context has.

        Raises:
            IndexDamaged: the store cannot be opened.
        """
        try:
            await self.queue.start()
            yield self
        finally:
            try:
                await self.search_threads.close()
            finally:
                await self.queue.close()

    async def run(
        self,
        query: str,
        format: ResultFormat,  # noqa: A002  # the word of the protocol's clients
        *,
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
    ) -> bytes:
        """Run a read-only query and return its serialised result.

        A caller that is cancelled frees its worker at once.

        Raises:
            QuerySyntaxError: the query does not parse; line and column from 1.
            QueryRefused: an update, a forbidden SERVICE, or one that failed while evaluated.
            QueryTimeout: the time limit passed.
            QueryTooDeep: the query is nested beyond what can be read.
            MemoryLimitPassed, ResultTooLarge: what their names say.
            WorkersBusy: too many queries are waiting.
        """
        request = Request(
            query=query,
            format=format,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
        with telling_end(self.observer):
            answer, result = await self.ask(request)
            self._raise_for(answer)
        return result

    async def ask(self, request: Request) -> tuple[Answer, bytes]:
        """Have a worker answer a request, as soon as there is one for it; see `run`."""
        async with self.queue.worker() as worker:
            return await worker.ask(request)

    def _raise_for(self, answer: Answer) -> None:
        match answer.state:
            case "ok":
                return
            case "syntax":
                raise QuerySyntaxError(answer.message, line=answer.line, column=answer.column)
            case "large":
                raise ResultTooLarge(answer.message)
            case "memory":
                raise memory_limit_passed(self.limits.memory_limit_bytes)
            case "refused":
                raise QueryRefused(answer.message)
            case "failed":
                raise QueryRefused(f"the query could not be evaluated: {answer.message}")
