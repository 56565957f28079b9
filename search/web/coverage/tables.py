"""Columns and reports of the releases that are served: read by a process of its own, then kept.

Reading a release takes some 10 s for 100,000 entities; the server answers others meanwhile, and
those who ask for coverage are told to come again. What is read lies below the data directory, or in
a folder of its own where that cannot be written.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import IO, Final
from weakref import WeakKeyDictionary, finalize

import msgspec

from graph.errors import GraphError
from graph.release import Release, holding, open_release, release_numbers
from graph.store import GraphReader, open_graph
from search.coverage.measure import measure
from search.coverage.report import Report
from search.coverage.selection import Selection
from search.coverage.table import FOLDER, Table, open_table
from search.errors import SearchError
from search.web.site import Site

PATIENCE_S: Final = 3.0
"""How long an asker waits for the columns before being told to come again: a small release is read
by then."""
RETRY_AFTER_S: Final = 4
_LOOK_EVERY_S: Final = 0.05
_TRY_AGAIN_S: Final = 60.0
"""A release that could not be read is not tried again before."""
_REPORTS: Final = 24
"""Reports that are kept; some 200 kB each."""
_SAID: Final = 500
"""Characters of what a process said when it failed."""


class StillReading(SearchError):
    """The columns of a release are being read; ask again."""

    def __init__(self, number: int) -> None:
        super().__init__(f"release {number} is being read for coverage: ask again")
        self.number = number


class CoverageUnreadable(SearchError):
    """The columns of a release could not be read; the message says why."""


class ReleaseGone(SearchError):
    """The release to compare with is not there."""


@dataclass(slots=True)
class _Reading:
    """A process that reads one release."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    cache: Path
    began_s: float

    def end(self) -> None:
        """Stop it if it runs, and forget it."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.said.close()

    def failure(self) -> str:
        """What it said at last."""
        self.said.seek(0)
        lines = self.said.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:_SAID] if lines else f"it ended with {self.process.returncode}"


@dataclass(slots=True)
class _Readings:
    """Processes by release number and time, and the folder they write to when they must."""

    by_release: dict[tuple[int, str], _Reading] = field(default_factory=dict)
    folder: "tempfile.TemporaryDirectory[str] | None" = None

    def end(self) -> None:
        """Stop all, remove the folder."""
        for reading in self.by_release.values():
            reading.end()
        if self.folder is not None:
            self.folder.cleanup()

    def own_folder(self) -> Path:
        """A folder that can be written, where the data directory cannot."""
        if self.folder is None:
            self.folder = tempfile.TemporaryDirectory(prefix="weft-coverage-")
        return Path(self.folder.name)


@dataclass(slots=True)
class _State:
    """What is known of one served release and of those it is compared with."""

    readings: _Readings = field(default_factory=_Readings)
    reports: OrderedDict[bytes, Report] = field(default_factory=OrderedDict)
    older: tuple[tuple[int, str], Table] | None = None
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One report at a time: the threads that answer are few."""


_STATES: Final[WeakKeyDictionary[GraphReader, _State]] = WeakKeyDictionary()
"""By open release; forgotten when the release is closed."""


async def table_of(site: Site) -> Table:
    """The columns of the served release.

    Raises:
        StillReading: they are being read.
        CoverageUnreadable: they cannot be.
    """
    state = _state(site)
    cache = await _read(state.readings, site, site.release)
    return await _opened(partial(open_table, site.release, site.graph, cache))


async def report_of(site: Site, selection: Selection) -> Report:
    """The report on a selection from the served release.

    Raises:
        StillReading, CoverageUnreadable: as `table_of`.
    """
    state = _state(site)
    key = msgspec.json.encode(selection)
    if (kept := state.reports.get(key)) is not None:
        state.reports.move_to_end(key)
        return kept
    table = await table_of(site)
    async with state.turn:
        report = state.reports.get(key)
        if report is None:  # nobody else has counted it meanwhile
            report = await asyncio.to_thread(measure, table, selection)
    state.reports[key] = report
    while len(state.reports) > _REPORTS:
        state.reports.popitem(last=False)
    return report


async def older_report(site: Site, number: int, selection: Selection) -> Report:
    """The report on the same selection from another release.

    Raises:
        ReleaseGone, StillReading, CoverageUnreadable: as `older_table`.
    """
    table = await older_table(site, number)
    async with _state(site).turn:
        return await asyncio.to_thread(measure, table, selection)


async def older_table(site: Site, number: int) -> Table:
    """The columns of another release, to compare with; the last one asked for is kept.

    Raises:
        ReleaseGone: there is no such release, or it is damaged.
        StillReading, CoverageUnreadable: as `table_of`.
    """
    state = _state(site)
    try:
        release = await asyncio.to_thread(open_release, data_of(site), number)
    except GraphError as error:
        raise ReleaseGone(str(error)) from error
    key = (number, release.info.created_at)
    if state.older is not None and state.older[0] == key:
        return state.older[1]
    cache = await _read(state.readings, site, release)
    table = await _opened(partial(_open_older, release, cache))
    state.older = (key, table)
    return table


def other_releases(site: Site) -> tuple[int, ...]:
    """Numbers of the releases before the served one that are still there, latest first."""
    numbers = release_numbers(data_of(site))
    return tuple(number for number in reversed(numbers) if number < site.release.number)


def data_of(site: Site) -> Path:
    """The data directory of a site."""
    return site.release.path.parent.parent


def _state(site: Site) -> _State:
    state = _STATES.get(site.graph)
    if state is None:
        state = _STATES[site.graph] = _State()
        finalize(site.graph, state.readings.end)
    return state


def _open_older(release: Release, cache: Path) -> Table:
    with holding(release), open_graph(release.graph_path) as graph:
        return open_table(release, graph, cache)


async def _opened(opening: Callable[[], Table]) -> Table:
    """Open kept columns in a thread."""
    try:
        return await asyncio.to_thread(opening)
    except GraphError as error:
        raise CoverageUnreadable(str(error)) from error


async def _read(readings: _Readings, site: Site, release: Release) -> Path:
    """Have a release read; where its columns are."""
    key = (release.number, release.info.created_at)
    reading = readings.by_release.get(key)
    if reading is not None and _may_try_again(reading):
        readings.by_release.pop(key).end()
        reading = None
    if reading is None:
        reading = readings.by_release[key] = _start(readings, data_of(site), release.number)
    deadline_s = monotonic() + PATIENCE_S
    while (status := reading.process.poll()) is None:
        if monotonic() > deadline_s:
            raise StillReading(release.number)
        await asyncio.sleep(_LOOK_EVERY_S)
    if status:
        raise CoverageUnreadable(
            f"release {release.number} cannot be read for coverage: {reading.failure()}"
        )
    return reading.cache


def _may_try_again(reading: _Reading) -> bool:
    is_failed = bool(reading.process.poll())
    return is_failed and monotonic() - reading.began_s > _TRY_AGAIN_S


def _start(readings: _Readings, data: Path, number: int) -> _Reading:
    cache = data
    if not _can_keep(data, number):
        cache = readings.own_folder() / str(number)
        cache.mkdir(exist_ok=True)
    said = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the reading ends
    process = subprocess.Popen(  # noqa: S603  # our own program, paths of ours
        [sys.executable, "-m", "search.web.coverage.reader", str(data), str(number), str(cache)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
    )
    return _Reading(process, said, cache, monotonic())


def _can_keep(data: Path, number: int) -> bool:
    """Whether columns can be written below the data directory, or are there."""
    folder = data / FOLDER
    if any(folder.glob(f"{number}-*/table.json")):
        return True
    return os.access(folder if folder.is_dir() else data, os.W_OK | os.X_OK)
