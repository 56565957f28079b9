"""Who is told what becomes of the queries of a pool: how many run and wait, and how each ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class QueryObserver(Protocol):
    """Is told of every query. It is called from the event loop and must not wait."""

    def count(self, *, running: int = 0, waiting: int = 0) -> None:
        """So many queries more (below 0: fewer) have a worker, or wait for one."""
        ...

    def ended(self, error: BaseException | None) -> None:
        """A query was answered, or ended by this error; it may be `asyncio.CancelledError`."""
        ...


class Unobserved:
    """The observer of a pool that tells nobody."""

    def count(self, *, running: int = 0, waiting: int = 0) -> None:
        """Nobody counts."""

    def ended(self, error: BaseException | None) -> None:
        """Nobody asks."""


@contextmanager
def counting(observer: QueryObserver, *, running: int = 0, waiting: int = 0) -> Iterator[None]:
    """Count a query as running or waiting while the context lasts."""
    observer.count(running=running, waiting=waiting)
    try:
        yield
    finally:
        observer.count(running=-running, waiting=-waiting)


@contextmanager
def telling_end(observer: QueryObserver) -> Iterator[None]:
    """Tell how the query in this context ended."""
    try:
        yield
    except BaseException as error:
        observer.ended(error)
        raise
    observer.ended(None)
