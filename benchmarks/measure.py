"""Runs a step in a process of its own and says how long it took and how much memory it needed."""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step took."""

    wall_s: float
    cpu_s: float
    """Of processes that it started, too."""
    peak_mb: float
    """Peak resident memory of its process, imports included."""


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
    step(*arguments)
    wall_s, cpu_s = time.perf_counter() - started, _cpu_s() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send(Measured(wall_s, cpu_s, peak_mb))


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
