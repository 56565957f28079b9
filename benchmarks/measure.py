"""Runs a step in a process of its own and says how long it took and how much memory it needed."""

import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

_LOOK_EVERY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step took."""

    wall_s: float
    cpu_s: float
    """Of processes that it started, too."""
    peak_mb: float
    """Peak resident memory of its process, imports included, and of those that it started."""


def measure(step: Callable[..., object], *arguments: object) -> Measured:
    """Run a module-level function in a fresh process, once the disk has what others wrote.

    Raises:
        RuntimeError: the step failed; its error was printed by its process.
    """
    os.sync()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, step, arguments))
    process.start()
    theirs.close()
    try:
        measured = ours.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{step.__name__} failed with status {process.exitcode}") from None
    process.join()
    return measured  # type: ignore[no-any-return]  # what _run sent


def _run(pipe: Connection, step: Callable[..., object], arguments: tuple[object, ...]) -> None:
    started, cpu = time.perf_counter(), _cpu_s()
    with _watched() as together_kb:
        step(*arguments)
    wall_s, cpu_s = time.perf_counter() - started, _cpu_s() - cpu
    alone_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pipe.send(Measured(wall_s, cpu_s, max(alone_kb, *together_kb) / 1024))


@contextmanager
def _watched() -> Iterator[list[int]]:
    """Look now and then at what this process and its children have together; gives the peak.

    What the system itself keeps of an ended child counts what its parent had when it started it.
    """
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK_EVERY_S):
            peak[0] = max(peak[0], sum(_resident_kb(each) for each in _family()))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _family() -> Iterator[int]:
    """This process and its children; on Linux alone."""
    yield os.getpid()
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            yield from map(int, task.read_text().split())


def _resident_kb(process: int) -> int:
    with suppress(OSError):  # it has ended, or this is another system
        for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
