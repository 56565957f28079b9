"""One row of a reading list, whatever carried it: a line of a table, a MARC record, a product."""

from enum import StrEnum

from msgspec import Struct

from graph.work import Identifier


class Fault(StrEnum):
    """Why a text that stands where an identifier should is none."""

    CHECK_DIGIT = "bad check digit"
    """An ISBN or ISSN by its length, with a digit mistyped."""
    ROUNDED = "rounded by a spreadsheet"
    """Written like 9.78E+12: the last digits are lost."""
    NO_IDENTIFIER = "no identifier"
    """Nothing that can be told."""


class Bad(Struct, gc=False, frozen=True):
    """A text that was no valid identifier."""

    text: str
    """As the list has it, cut to 100 characters."""
    fault: Fault


class Row(Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True):
    """What a list says of one title."""

    number: int
    """From 1, in the order of the file; a header row and empty rows are not counted."""
    line: int = 0
    """Line of the file where it begins, from 1; 0 where the carrier has no lines (MARC, XML)."""
    title: str = ""
    """Without markup; empty when the list gives none."""
    identifiers: tuple[Identifier, ...] = ()
    """Each once, in the order of the row."""
    bad: tuple[Bad, ...] = ()
    year: int | None = None
    kind: str = ""
    """A `graph.work.Kind`, `serial`, or empty when the list does not say."""
    problems: tuple[str, ...] = ()
    """What was wrong with the row itself, for people: bytes that are no text, cells too many."""
    is_unreadable: bool = False
    """Nothing could be made of it; counted all the same."""
