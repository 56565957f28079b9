"""A pool of query workers that counts what becomes of its queries, for the metrics."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

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

    Raises:
        IndexDamaged: the store cannot be opened.
    """
    pool = _CountedPool(store, limits or Limits(), counts)
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
        running = min(self._n_asked, self.limits.workers)
        waiting = self._n_asked - running
        self._n_asked += by
        self._counts.running += min(self._n_asked, self.limits.workers) - running
        self._counts.waiting += max(self._n_asked - self.limits.workers, 0) - waiting


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
