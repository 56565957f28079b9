"""What to do with a window whose list broke; pure."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from harvester.lists.listing import RESTARTABLE, Break
from harvester.window import TimeLine, Window, n_windows

RESCUE_RECORDS: Final = 25
"""Up to so many records are fetched one by one rather than by halving on: finding one bad record
among them by halving takes about as many requests."""
MOST_RESTARTS: Final = 2
"""How often a list that cannot be halved is begun anew (guessed)."""
_RESCUE_MISSING: Final = 100
"""Up to so many missing records of a list that ended early again are fetched one by one."""
_UNANNOUNCED_PARTS: Final = 8
"""Into how many windows a long list of unknown size is cut (guessed)."""


class Remedy(Enum):
    """What is done with the window."""

    AGAIN = auto()
    """List it anew from its start."""
    SPLIT = auto()
    """List its parts."""
    ONE_BY_ONE = auto()
    """Ask for its identifiers, and for the missing records singly."""
    WITHOUT_DATES = auto()
    """Leave from and until out: the whole repository as one list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A window whose list broke, and what was tried before."""

    how: Break
    window: Window
    size: int | None
    """Records in it, as announced; None when unknown."""
    n_missing: int
    """Announced records that have not arrived."""
    n_restarts: int
    """How often this window was listed anew."""
    n_short: int
    """How many of the windows it is a part of ended early."""
    has_dates: bool
    """Whether the repository takes from and until."""


def remedy(case: Case, line: TimeLine) -> Remedy:
    """Choose what loses nothing at the least cost."""
    if case.how in {Break.REFUSED_DATES, Break.IGNORED_DATES}:
        return Remedy.WITHOUT_DATES
    if case.how is Break.TOO_LARGE:
        return Remedy.SPLIT
    can_split = case.has_dates and not line.is_smallest(case.window)
    if case.how in RESTARTABLE or not can_split:
        most = 1 if can_split else MOST_RESTARTS
        if case.how is not Break.SHORT and case.n_restarts < most:
            return Remedy.AGAIN
    if not can_split:
        return Remedy.ONE_BY_ONE
    is_small = case.size is not None and case.size <= RESCUE_RECORDS
    is_short_again = case.how is Break.SHORT and case.n_short > 0
    if case.how not in RESTARTABLE and (
        is_small or (is_short_again and case.n_missing <= _RESCUE_MISSING)
    ):
        return Remedy.ONE_BY_ONE
    return Remedy.SPLIT


def is_worth_splitting(window: Window, announced: int, n_nowhere: int, line: TimeLine) -> bool:
    """Whether listing the parts may find what no list of the whole names.

    A list that stops early misses much of what it announces; a count that is wrong by a few cannot
    be mended by counting smaller parts.
    """
    is_small = announced <= RESCUE_RECORDS
    return not is_small and n_nowhere * 10 >= announced and not line.is_smallest(window)


def n_parts(announced: int | None, page_size: int, lanes: int) -> int:
    """Into how many windows a list that is too long is cut, 1 when it is not."""
    return _UNANNOUNCED_PARTS if announced is None else n_windows(announced, page_size, lanes)
