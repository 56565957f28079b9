"""Replaces parts of a query, and finds for a place in the result where it was before. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from search.errors import QuerySyntaxError
from search.sparql.tokens import offset_of, position_of


class Edit(NamedTuple):
    """A part of a text and what comes into its place; an empty part is an insertion."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class EditedQuery:
    """A query, and what it was made from."""

    original: str
    edits: tuple[Edit, ...]
    """In the order of their places, which do not overlap."""

    @property
    def text(self) -> str:
        """The query with the edits made; all else is there unchanged.

        >>> EditedQuery("ASK {x}", (Edit(0, 0, "BASE <> "), Edit(5, 6, "y"))).text
        'BASE <> ASK {y}'
        """
        pieces: list[str] = []
        at = 0
        for edit in self.edits:
            pieces += (self.original[at : edit.start], edit.text)
            at = edit.end
        return "".join((*pieces, self.original[at:]))

    @contextmanager
    def placing_errors(self) -> Iterator[None]:
        """An error in the text that is raised inside leaves with its place in the original."""
        try:
            yield
        except QuerySyntaxError as error:
            line, column = self.position_before(error.line, error.column)
            raise type(error)(str(error), line=line, column=column) from None

    def position_before(self, line: int, column: int) -> tuple[int, int]:
        """Where in the original a place of the text was; what was put in begins where it stands."""
        offset = offset_of(self.text, line, column)
        longer_by = 0
        for edit in self.edits:
            if offset < edit.start + longer_by:
                break
            if offset < edit.start + longer_by + len(edit.text):
                return position_of(self.original, edit.start)
            longer_by += len(edit.text) - (edit.end - edit.start)
        return position_of(self.original, min(offset - longer_by, len(self.original)))
