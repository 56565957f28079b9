"""What a person sees while repositories are harvested: one line a source, bars on a terminal."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from harvester.report import Progress

_PLAIN_EVERY_S: Final = 5.0
"""Shortest time between two plain lines of one source."""
_TOLD_FROM_S: Final = 1.0
"""Waits shorter than this are the ordinary pace and not worth a word."""
_LOG_BYTES: Final = 10_000_000
_LOGS_KEPT: Final = 3
_MINUTE, _HOUR = 60, 3600


@contextmanager
def watching_harvest(
    console: Console, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[Progress], None]]:
    """Show how every source stands while the context lasts; gives what is to be told.

    Args:
        console: standard error, so that piped output stays clean.
        clock: seconds that only grow.
    """
    if not console.is_terminal:
        yield _Lines(console, clock).tell
        return
    bars = Bars(
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[said]}"),
        console=console,
    )
    with bars:
        yield _Bars(bars, clock).tell


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Write one line for each event of the harvester to a file while the context lasts.

    Every retry, wait, broken or finished window and lost record is one; old files are kept beside
    it as `.1` to `.3` when it passes 10 MB.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        path, maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.INFO)
    logger = logging.getLogger("harvester")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(min(level or logging.INFO, logging.INFO))
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        handler.close()


def duration(seconds: float) -> str:
    """A stretch of time as people say it.

    >>> duration(42), duration(600), duration(9000)
    ('42 s', '10 min', '2.5 h')
    """
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE:.0f} min" if seconds < _HOUR else f"{seconds / _HOUR:.1f} h"


@dataclass(slots=True)
class _Pace:
    """When a source was first heard of, and with how many records."""

    at: float
    seen: int


@dataclass(slots=True)
class _Teller:
    """Puts a source's standing into words."""

    clock: Callable[[], float]
    paces: dict[str, _Pace] = field(default_factory=dict)

    def words(self, progress: Progress) -> str:
        """Records, rate, windows, retries, the wait and the time left."""
        now = self.clock()
        pace = self.paces.setdefault(progress.source, _Pace(now, progress.seen))
        elapsed, gained = now - pace.at, progress.seen - pace.seen
        rate = gained / elapsed if elapsed > 0 else 0.0
        announced = progress.announced
        said = [f"{progress.seen}{'' if announced is None else f' of {announced}'} records"]
        if rate:
            said.append(f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s")  # noqa: PLR2004  # two digits
        n_windows = progress.windows_done + progress.windows_open
        if n_windows > 1:
            said.append(f"windows {progress.windows_done} of {n_windows}")
        if progress.n_retries:
            said.append(f"{progress.n_retries} {'retry' if progress.n_retries == 1 else 'retries'}")
        if rate and announced is not None and announced > progress.seen:
            said.append(f"{duration((announced - progress.seen) / rate)} left")
        if progress.wait_s >= _TOLD_FROM_S:
            said.append(f"waiting {duration(progress.wait_s)}: {progress.waiting}")
        return ", ".join(said)


class _Bars:
    def __init__(self, bars: Bars, clock: Callable[[], float]) -> None:
        self._bars = bars
        self._teller = _Teller(clock)
        self._tasks: dict[str, TaskID] = {}

    def tell(self, progress: Progress) -> None:
        name = progress.source
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=progress.announced, said="")
        self._bars.update(
            self._tasks[name],
            completed=progress.seen,
            total=progress.announced,
            said=self._teller.words(progress),
        )


class _Lines:
    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._console = console
        self._clock = clock
        self._teller = _Teller(clock)
        self._told_at: dict[str, float] = {}

    def tell(self, progress: Progress) -> None:
        now, words = self._clock(), self._teller.words(progress)
        is_due = now - self._told_at.get(progress.source, -_PLAIN_EVERY_S) >= _PLAIN_EVERY_S
        if is_due or progress.wait_s >= _PLAIN_EVERY_S:
            self._told_at[progress.source] = now
            self._console.print(
                f"{progress.source}: {words}", highlight=False, markup=False, soft_wrap=True
            )
