"""Parts of a repository's time line: how a list is cut into windows and a window into smaller ones.

Pure. `from` and `until` are both inclusive, so neighbours lie one granule apart.
Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#SelectiveHarvestingandDatestamps
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from harvester.protocol import Granularity, format_datestamp, parse_datestamp

WINDOW_RECORDS: Final = 5_000
"""Records of one window at most, where the size is announced. Zenodo's lists break after 10,000 to
30,000; half of the smaller number leaves room for a list that grows."""
WINDOWS_PER_LANE: Final = 4
"""Windows for each one that may be in flight, so that a large one does not end alone."""
PAGES_PER_WINDOW: Final = 5
"""Fewer pages than these are not worth a window of their own (guessed)."""
FIRST_RELEASE: Final = datetime(1999, 10, 1, tzinfo=UTC)
"""The Santa Fe convention; stands for an earliestDatestamp that is missing or unreadable."""
_FIRST_YEAR: Final = 1970
TIME_ZONES: Final = timedelta(days=1)
GRANULE: Final = {Granularity.DAY: timedelta(days=1), Granularity.SECOND: timedelta(seconds=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a repository that one list covers; empty text leaves that side open."""

    from_: str = ""
    """First datestamp wanted, inclusive, in the repository's granularity."""
    until: str = ""
    """Last datestamp wanted, inclusive."""
    set_spec: str = ""

    def __str__(self) -> str:
        """As people read it, such as `2026-01-01..2026-01-31 of set a`."""
        span = f"{self.from_ or 'the beginning'}..{self.until or 'now'}"
        return f"{span} of set {self.set_spec}" if self.set_spec else span


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """What a repository's Identify says of its datestamps; stands for a window's open sides."""

    earliest: datetime
    latest: datetime
    """The server's clock."""
    granularity: Granularity

    def span(self, window: Window) -> tuple[datetime, datetime]:
        """First and last moment of a window, open sides filled in, in whole granules."""
        first = _moment(window.from_, self.earliest)
        last = _moment(window.until, self.latest)
        if not window.from_:
            first = min(first, last)
        return self._floor(first), self._floor(max(first, last))

    def n_granules(self, window: Window) -> int:
        """How many datestamps a window can hold; at least 1."""
        first, last = self.span(window)
        return (last - first) // GRANULE[self.granularity] + 1

    def is_smallest(self, window: Window) -> bool:
        """Whether there is nothing to halve."""
        return self.n_granules(window) == 1

    def split(self, window: Window, n_parts: int) -> tuple[Window, ...]:
        """Cut a window into up to `n_parts` of one length, oldest first.

        The parts cover it exactly: an open side stays open, none overlap, and there are fewer
        where it has fewer granules.
        """
        first, _ = self.span(window)
        n_granules = self.n_granules(window)
        n_parts = max(1, min(n_parts, n_granules))
        granule = GRANULE[self.granularity]
        starts = [first + (n_granules * k // n_parts) * granule for k in range(1, n_parts)]
        froms = [window.from_, *(self._write(start) for start in starts)]
        untils = [*(self._write(start - granule) for start in starts), window.until]
        return tuple(
            replace(window, from_=from_, until=until)
            for from_, until in zip(froms, untils, strict=True)
        )

    def since(self, moment: str) -> str:
        """The `from` that covers everything after `moment`: one granule before it.

        Empty, which means everything, when the moment is empty or unreadable.
        """
        try:
            return self._write(parse_datestamp(moment)[0] - GRANULE[self.granularity])
        except (ValueError, OverflowError):
            return ""

    def _floor(self, moment: datetime) -> datetime:
        if self.granularity is Granularity.DAY:
            return moment.replace(hour=0, minute=0, second=0, microsecond=0)
        return moment.replace(microsecond=0)

    def _write(self, moment: datetime) -> str:
        return format_datestamp(moment, self.granularity)


def time_line(earliest: str, latest: datetime, granularity: Granularity) -> TimeLine:
    """A repository's time line from its own words.

    A beginning that is unreadable or long before computers (0001-01-01 is common) is
    `FIRST_RELEASE`; the first window is open to the past, so nothing is left out by it.
    """
    stated = _moment(earliest, FIRST_RELEASE)
    return TimeLine(
        earliest=min(stated if stated.year >= _FIRST_YEAR else FIRST_RELEASE, latest),
        latest=latest,
        granularity=granularity,
    )


def n_windows(announced: int, page_size: int, lanes: int) -> int:
    """Into how many windows a list of a known size is cut; 1 = not at all.

    Args:
        announced: completeListSize.
        page_size: records in its first page.
        lanes: windows that may be in flight at a time.
    """
    by_size = -(-announced // WINDOW_RECORDS)
    by_lanes = lanes * WINDOWS_PER_LANE if lanes > 1 else 1
    worth_it = announced // (max(1, page_size) * PAGES_PER_WINDOW)
    return max(1, by_size, min(by_lanes, worth_it))


def is_ignored(window: Window, datestamps: Iterable[str], *, allowed: timedelta) -> bool:
    """Whether most of a page's datestamps lie outside the window that was asked for.

    Args:
        window: what was asked for.
        datestamps: as the page states them; unreadable ones say nothing.
        allowed: how far outside is no wonder: `TIME_ZONES`, since some repositories reckon in
            another zone than they say, or nothing where there is another sign.
    """
    first = _moment(window.from_, datetime.min.replace(tzinfo=UTC))
    last = _moment(window.until, datetime.max.replace(tzinfo=UTC))
    moments = [moment for moment in map(_readable, datestamps) if moment is not None]
    # differences, since what lies beyond the ends of the calendar cannot be written
    outside = sum(first - moment > allowed or moment - last > allowed for moment in moments)
    return outside * 2 > len(moments)


def _moment(text: str, otherwise: datetime) -> datetime:
    moment = _readable(text)
    return otherwise if moment is None else moment


def _readable(text: str) -> datetime | None:
    try:
        return parse_datestamp(text)[0]
    except ValueError:
        return None
