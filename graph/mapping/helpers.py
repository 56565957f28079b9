"""Processes that read records, so that all processors do: Python by itself keeps one busy."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from graph.errors import MappingError
from graph.mapping.read import Mapped
from graph.mapping.wire import MAPPED, receive, send
from harvester.record import StagedRecord

_MOST: Final = 4
"""More cannot be kept busy: writing what they read takes a quarter of their time."""

_Batch = Sequence[StagedRecord]


@contextmanager
def open_helpers(n_helpers: int | None = None) -> Iterator["Helpers"]:
    """Start processes that read records; all have ended when the context has.

    Args:
        n_helpers: how many; None: as many as there are processors, to a limit.
    """
    with ExitStack() as stack:
        n_helpers = n_helpers or min(_n_processors(), _MOST)
        yield Helpers([stack.enter_context(_started()) for _ in range(n_helpers)])


class Helpers:
    """Read batches side by side, one a process; see `open_helpers`."""

    def __init__(self, processes: Sequence[subprocess.Popen[bytes]]) -> None:
        self._idle = list(processes)

    def read(self, batches: Iterable[_Batch]) -> Iterator[tuple[_Batch, list[Mapped]]]:
        """Each batch in its turn with what was read of it; as many are in hand as helpers.

        Raises:
            MappingError: a helper died.
        """
        reading: deque[tuple[subprocess.Popen[bytes], _Batch]] = deque()
        for batch in batches:
            if self._idle:
                _hand(self._idle.pop(), batch, reading)
                continue
            helper, read = reading.popleft()
            mapped = _result(helper, read)
            _hand(helper, batch, reading)  # before what it read is written: so both are at work
            yield read, mapped
        while reading:
            helper, read = reading.popleft()
            yield read, _result(helper, read)
            self._idle.append(helper)


def _hand(
    helper: subprocess.Popen[bytes],
    batch: _Batch,
    reading: deque[tuple[subprocess.Popen[bytes], _Batch]],
) -> None:
    assert helper.stdin is not None  # noqa: S101  # it was started with a pipe
    try:
        send(helper.stdin, batch)
    except BrokenPipeError:
        raise _death(helper, batch) from None
    reading.append((helper, batch))


def _result(helper: subprocess.Popen[bytes], batch: _Batch) -> list[Mapped]:
    assert helper.stdout is not None  # noqa: S101  # it was started with a pipe
    mapped = receive(helper.stdout, MAPPED)
    if mapped is None:
        raise _death(helper, batch)
    return mapped


def _death(helper: subprocess.Popen[bytes], batch: _Batch) -> MappingError:
    return MappingError(
        f"a process that reads records ended with status {helper.wait()} among the {len(batch)}"
        f" records of {batch[0].source} from {batch[0].identifier} to {batch[-1].identifier};"
        " what was mapped before is kept, and the next build goes on from there"
    )


@contextmanager
def _started() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # our own program
        [sys.executable, "-m", "graph.mapping.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()  # it holds nothing that is not here
        process.communicate()


def _n_processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
