"""Which releases were the current one, and since when: `DATA/releases/.history.json`.

From it a change has its moment: the one in which the first release that has it, and has been
followed by none without it, became the current one. Where the file is lost, or a release was made
current by hand, the moment is a later one; so whoever asks for changes since then misses none.
"""

import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Final

import msgspec

from graph.release.durable import write_file

_NAME: Final = ".history.json"
_MOST: Final = 1000
"""Turns that are kept; changes older than these count as made when the oldest of them began."""
_STALE_AFTER: Final = timedelta(minutes=1)
"""A turn that was announced and did not begin by then never will: it takes milliseconds."""


class Turn(msgspec.Struct, frozen=True, array_like=True):
    """A release became the current one."""

    release: int
    at: Annotated[datetime, msgspec.Meta(tz=True)]


def read_turns(shelf: Path) -> tuple[Turn, ...]:
    """All turns that were noted, oldest first; none where the file is not there or damaged."""
    try:
        return msgspec.json.decode((shelf / _NAME).read_bytes(), type=tuple[Turn, ...])
    except (OSError, msgspec.DecodeError):
        return ()


def note_turn(shelf: Path, release: int, current: int | None) -> None:
    """Note that a release is about to become the current one.

    It is noted twice. Who reads the first note gives answers from the older release the date of
    that note at most; who gave a later one had read no note, and was earlier than the second. So
    no answer from the older release bears a date after the moment of the change.

    Args:
        shelf: the directory of the releases.
        release: its number.
        current: the one that is current now.

    Raises:
        OSError: it could not be written.
    """
    before = list(read_turns(shelf))
    while before and before[-1].release != current:  # it never began, or was undone by hand
        before.pop()
    if before and before[-1].release == release:
        return
    for _ in range(2):
        at = max([datetime.now(UTC), *(turn.at for turn in before[-1:])])
        turns = (*before[1 - _MOST :], Turn(release, at))
        write_file(shelf / _NAME, msgspec.json.encode(turns))


def turns_until(path: Path) -> tuple[Turn, ...]:
    """The turns up to the latest of the release in a directory; at least that one.

    Raises:
        OSError: the release is there no longer.
    """
    shelf, number = path.parent, int(path.name)
    turns = read_turns(shelf)
    known = [place for place, turn in enumerate(turns, start=1) if turn.release == number]
    if known:
        return turns[: known[-1]]
    link = shelf / "current"
    witness = link if _leads_to(link) == path.name else path
    return (Turn(number, datetime.fromtimestamp(witness.lstat().st_mtime, UTC)),)


def answered_at(path: Path, now: datetime) -> datetime:
    """The date that an answer from the release in a directory may bear: no later than its end.

    A server goes on answering from a release until it has opened the next one.

    Args:
        path: directory of the release.
        now: aware; taken before this is called.
    """
    shelf, number = path.parent, int(path.name)
    turns = read_turns(shelf)
    following = list(takewhile(lambda turn: turn.release != number, reversed(turns)))
    if not following or len(following) == len(turns):
        return now
    ended = following[-1]
    is_announced = len(following) == 1 and _leads_to(shelf / "current") == path.name
    if is_announced and now - ended.at > _STALE_AFTER:
        return now
    return min(now, ended.at)


def change_moments(turns: Sequence[Turn], lineage: Collection[int]) -> tuple[Turn, ...]:
    """When changes became visible for good, as far as the last of these turns knows.

    Args:
        turns: as `turns_until` gives them.
        lineage: the last release and those that it was made from, whose changes it knows.

    Returns:
        Releases, the highest first, each with the moment for what last changed in it or in one
        before it, down to the next.
    """
    moments: dict[int, datetime] = {}
    lowest = turns[-1].release
    for turn in reversed(turns):
        if turn.release not in {turns[-1].release, *lineage}:
            break
        # what changed after the lowest release of the run was undone in it
        lowest = min(lowest, turn.release)
        moments[lowest] = turn.at
    return tuple(Turn(release, at) for release, at in sorted(moments.items(), reverse=True))


def _leads_to(link: Path) -> str:
    try:
        return Path(os.readlink(link)).name  # noqa: PTH115  # of a link that is no path of ours
    except OSError:
        return ""
