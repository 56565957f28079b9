"""What a form of citation is: its names, and how it is written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from search.metadata.described import Described

Write = Callable[[Iterable[Described]], Iterator[str]]
"""Writes entities as one file, piece by piece: what is written is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationForm:
    """A format in which lists of references are handed on."""

    name: str
    """In addresses, such as `bibtex`."""
    title: str
    """What people call it."""
    media_type: str
    """Without a charset: all are UTF-8."""
    extension: str
    """Of a file's name, without the dot; the same in addresses such as `/search.bib`."""
    write: Write
