"""Which look-ups are due; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from harvester.companion.wanted import Wanted
from harvester.protocol import format_datestamp
from harvester.stage import Lookup

AGAIN_AFTER: Final = {True: timedelta(days=180), False: timedelta(days=30)}
"""Age at which a look-up without a version is done again, by whether it found something: papers
appear, and those that are there get their DOI (guessed)."""


def oldest_at(now: datetime) -> dict[bool, str]:
    """When a look-up without a version may have been done, by whether it found something."""
    return {is_found: format_datestamp(now - age) for is_found, age in AGAIN_AFTER.items()}


def distinct(wanted: Iterable[Wanted]) -> dict[str, Wanted]:
    """Each key once: what is there rather than what is gone, the newest version of it."""
    newest: dict[str, Wanted] = {}
    for each in wanted:
        other = newest.get(each.key)
        if other is None or _rank(each) > _rank(other):
            newest[each.key] = each
    return newest


def _rank(wanted: Wanted) -> tuple[bool, str]:
    return not wanted.is_gone, wanted.version


def is_due(wanted: Wanted, before: Lookup | None, oldest: dict[bool, str]) -> bool:
    """Tell whether to look something up, from what is known of it.

    Args:
        wanted: what is asked for.
        before: its last look-up.
        oldest: what `oldest_at` gives.
    """
    if wanted.is_gone:
        return before is not None and before.is_found
    if before is None:
        return True
    if wanted.version:
        return before.version != wanted.version
    return before.asked_at < oldest[before.is_found]
