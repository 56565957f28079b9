"""Why something of an older release is not in a newer one: what became of the records behind it.

Every answer comes from the two releases alone: the headers of the records, what they say, and what
their statements were resolved to.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from graph.diff.reader import Link, ReleaseReader, StatedLink


class Cause(StrEnum):
    """Why something was lost; where several apply, the first of these is named."""

    DELETED = "record deleted"
    """Its repository says that the record is deleted."""
    VANISHED = "record vanished"
    """Its repository lists the record no longer."""
    MISSING = "record missing"
    """The newer release does not know the record: no crosswalk can read it any more, or the
    stage was made anew without it."""
    EDITED = "record edited"
    """The record is there with other bytes, which no longer say what mattered."""
    RULE = "rule changed"
    """The record has the same bytes and is read in another way."""
    DECISION = "decision changed"
    """The records say what they said; which of them are one thing was decided anew."""


_ORDER: Final = tuple(Cause)


def first_cause(causes: Iterable[Cause | None], default: Cause) -> Cause:
    """The cause that is named when several apply, or a default when none does."""
    return min((cause for cause in causes if cause), key=_ORDER.index, default=default)


def fate(record: str, old: ReleaseReader, new: ReleaseReader) -> Cause:
    """Why a record that spoke in the old release is silent in the new one."""
    match new.status(record):
        case "":
            return Cause.MISSING
        case "deleted":
            return Cause.DELETED
        case "vanished":
            return Cause.VANISHED
        case _:
            is_same = old.sha256(record) == new.sha256(record)
            return Cause.RULE if is_same else Cause.EDITED


def change(record: str, old: ReleaseReader, new: ReleaseReader) -> Cause | None:
    """Why a record may now belong elsewhere; None when it says of itself what it said before."""
    if old.own_facts(record) == new.own_facts(record):
        return None
    return fate(record, old, new)


def cause_of_apart(records: Iterable[str], old: ReleaseReader, new: ReleaseReader) -> Cause:
    """Why records that were one entity are one no longer."""
    return first_cause((change(record, old, new) for record in records), Cause.DECISION)


def trace(
    stated: StatedLink, link: Link, old: ReleaseReader, new: ReleaseReader
) -> tuple[Cause, str | None]:
    """Why a record's statement makes a link no longer, and the key that it leads to now.

    A record that says it still, in the same words about the same identifier, is not the cause.
    Then it is the first change of a record that had the identifier, or that was at either end
    when the link is inside one entity now; and where none of them changed, a decision.
    """
    said = list(new.same_words(stated))
    for again in said:
        meant = old.identifiers(stated.target) & new.identifiers(again.target)
        if again.target == new.entity_of(stated.record):
            ends = (*old.records(link.source), *old.records(link.target))
        else:
            ends = tuple(e for e in old.records(stated.target) if meant & old.own_facts(e))
        if meant:
            return cause_of_apart(ends, old, new), again.target
    # the words may be the same and be read as another identifier
    return fate(stated.record, old, new), (said[0].target if said else None)
