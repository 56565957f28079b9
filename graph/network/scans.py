"""Answers on a whole release, written into temporary files by two threads while others are read."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from graph.explain.view import View

_THREADS: Final = 2
"""The store writes an answer without holding up Python; more threads were no quicker."""


class Scans:
    """The answers to some queries; each is read once, and its file is gone then."""

    def __init__(self, written: dict[str, tuple[Path, Future[None]]]) -> None:
        self._written = written

    def rows(self, select: str) -> Iterator[list[str]]:
        """The answer to one of the queries, row by row; waits until it is written.

        Raises:
            ReleaseError: the release is damaged, or the file cannot be written.
        """
        path, future = self._written.pop(select)
        future.result()
        with path.open(encoding="utf-8", newline="") as file:
            path.unlink()
            reader = csv.reader(file)
            next(reader, None)
            yield from reader


@contextmanager
def open_scans(view: View, queries: Sequence[str]) -> Iterator[Scans]:
    """Begin to answer queries, in their order; what was not read is dropped at the end.

    Args:
        view: the release.
        queries: SELECT queries of ours, each once.
    """
    with (
        tempfile.TemporaryDirectory(prefix="weft-network-") as folder,
        ThreadPoolExecutor(_THREADS, thread_name_prefix="scan") as threads,
    ):
        try:
            written = {}
            for number, select in enumerate(queries):
                path = Path(folder) / f"{number}.csv"
                future = threads.submit(view.reader.write_solutions, select, path)
                written[select] = path, future
            yield Scans(written)
        finally:
            threads.shutdown(cancel_futures=True)
