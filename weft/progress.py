"""How far a long step is: bars on a terminal, a plain line now and then elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed

_PLAIN_EVERY_S: Final = 2.0
"""Shortest time between two plain lines of one step."""


class Reporter(Protocol):
    """Told how far each of several things is."""

    def tell(self, name: str, done: int, total: int | None) -> None:
        """`done` of `total` (None when unknown) is finished of the thing called `name`."""
        ...


@contextmanager
def watching(console: Console, unit: str) -> Iterator[Reporter]:
    """Show progress on the console while the context lasts.

    Args:
        console: standard error, so that piped output stays clean.
        unit: what is counted, such as `records`.
    """
    if console.is_terminal:
        bars = Progress(
            TextColumn("{task.description:<14}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(unit),
            Elapsed(),
            console=console,
        )
        with bars:
            yield _Bars(bars)
    else:
        yield _Lines(console, unit)


@dataclass(slots=True)
class _Bars:
    bars: Progress
    tasks: dict[str, TaskID] = field(default_factory=dict)

    def tell(self, name: str, done: int, total: int | None) -> None:
        if name not in self.tasks:
            self.tasks[name] = self.bars.add_task(name, total=total)
        self.bars.update(self.tasks[name], completed=done, total=total)


@dataclass(slots=True)
class _Lines:
    console: Console
    unit: str
    last: dict[str, float] = field(default_factory=dict)

    def tell(self, name: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if done != total and now - self.last.get(name, 0.0) < _PLAIN_EVERY_S:
            return
        self.last[name] = now
        of_total = f" of {total}" if total is not None else ""
        self.console.print(
            f"{name}: {done}{of_total} {self.unit}", highlight=False, markup=False, soft_wrap=True
        )
