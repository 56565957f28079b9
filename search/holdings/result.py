"""How the rows of a reading list ended: each by itself, and all together."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

MAX_PROBLEMS: Final = 1000
"""Problems that are listed one by one; all are counted."""


MAX_PARTS: Final = 100
"""Parts of one row that a result lists; a journal has thousands."""


class Status(StrEnum):
    """How a row ended."""

    MATCHED = "matched"
    """An identifier of the row is one of an entity that some source has delivered."""
    MATCHED_PART = "matched_part"
    """The graph has a part of what the row names, or the whole of which the row names a part."""
    SUGGESTED = "suggested"
    """An entity has the same title, and the same year where both are known; no match."""
    UNMATCHED = "unmatched"


class Reason(StrEnum):
    """Why a row ended short of a match."""

    NO_IDENTIFIER = "no identifier"
    BAD_CHECK_DIGIT = "bad check digit"
    NOT_HARVESTED = "not in any harvested source"
    CHAPTER_ONLY = "chapter only"
    """The graph has chapters of the book, or something of its title that is a chapter."""
    VOLUME_ONLY = "part only"
    """The graph has parts of it other than chapters: volumes of a set, books of a series."""
    WHOLE_ONLY = "whole only"
    """The row is a chapter; the graph has the book around it."""
    OTHER_ISBN = "print ISBN known but not this one"
    """A book of the same title is there under other ISBNs, be they of the print or the e-book."""
    STUB = "known only by reference"
    """Records link to it; no source has delivered it."""
    UNREADABLE = "unreadable row"


class Match(Struct, gc=False, frozen=True, kw_only=True):
    """How one row ended."""

    row: int
    """Number of the row, from 1."""
    status: Status
    by: str | None = None
    """The identifier that led to the entity, `scheme:value`; None unless matched."""
    entity: str | None = None
    """Key of the entity matched, in part matched, or suggested."""
    reason: str | None = None
    """A `Reason`; None when matched."""
    title: str = ""
    identifiers: tuple[str, ...] = ()
    """Of the row, as `scheme:value`."""
    year: int | None = None
    kind: str = ""
    line: int = 0
    """Line of the file; 0 where it has none."""
    similar: str | None = None
    """Of an unmatched row, the key of an entity worth a look: the same book under other ISBNs, a
    stub, a chapter of that title."""
    parts: tuple[str, ...] = ()
    """Keys of all entities that the row has, in whole or in part; at most `MAX_PARTS` are kept."""
    problems: tuple[str, ...] = ()


class Problem(Struct, gc=False, frozen=True, omit_defaults=True):
    """Something in the file that a person should know."""

    row: int
    """Number of the row; 0 for the file as a whole."""
    text: str
    is_cut: bool = False
    """The file breaks off: what follows is not known."""


class ListFile(Struct, frozen=True, kw_only=True):
    """What a file turned out to be."""

    kind: str
    """`csv`, `kbart`, `marc`, `marcxml`, `onix` or `list`."""
    encoding: str
    """Of its text, as Python names it."""
    columns: dict[str, str] = field(default_factory=dict)
    """Of a table: what was read from which column, by column name (or number, without header)."""
    delimiter: str = ""


class Counts(Struct, kw_only=True):
    """How many rows ended which way."""

    rows: int = 0
    matched: int = 0
    matched_part: int = 0
    suggested: int = 0
    unmatched: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    """Rows by reason, of those that have one."""

    def add(self, match: Match) -> None:
        """Count one more."""
        self.rows += 1
        match match.status:
            case Status.MATCHED:
                self.matched += 1
            case Status.MATCHED_PART:
                self.matched_part += 1
            case Status.SUGGESTED:
                self.suggested += 1
            case Status.UNMATCHED:
                self.unmatched += 1
        if match.reason:
            self.reasons[match.reason] = self.reasons.get(match.reason, 0) + 1


class Outcome(Struct, kw_only=True):
    """A whole list against a release."""

    rows: int
    matched: int
    matched_part: int
    suggested: int
    unmatched: int
    reasons: dict[str, int]
    """Rows by reason, of those that have one."""
    results: Iterable[Match]
    """In the order of the file; may be gone through more than once."""
    matched_keys: frozenset[str]
    """Keys of the entities that rows matched, in whole or in part; the parts included."""
    file: ListFile
    problems: tuple[Problem, ...] = ()
    """The first `MAX_PROBLEMS`, in the order of the file."""
    n_problems: int = 0
    """All of them."""
    release: int = 0
    """Number of the release that was asked."""
