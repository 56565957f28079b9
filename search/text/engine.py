"""What every full-text engine can do: the protocol, and the questions and answers it speaks in.

An engine is one file beside this one; `tests/search/text/contract.py` holds what each must keep.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from search.document import Document
from search.errors import BadSearch
from search.query import MatchAll, Node

FACETS: Final = (
    "kind",
    "source",
    "year",
    "licence",
    "language",
    "access",
    "collaboration",
    "publisher",
    "has",
)
"""Fields that can be counted and filtered by."""

MAX_LIMIT: Final = 1000
"""Most hits in one answer."""

MOST_BYTES: Final = 190
"""Longest word looked for by its beginning, or as an identifier of no known scheme: in UTF-8,
when it is folded. Tantivy's expression for an identifier in two spellings ends at 196."""


def check_length(word: str) -> str:
    """A word that is to be compared letter by letter with those of the index.

    Raises:
        BadSearch: it is longer than `MOST_BYTES`.
    """
    n_bytes = len(word.encode())
    if n_bytes > MOST_BYTES:
        raise BadSearch(
            f"a word with a *, or an identifier, of {n_bytes} bytes is too long to look for:"
            f" write at most {MOST_BYTES} (the word begins {word[:20]!r})"
        )
    return word


class Sort(StrEnum):
    """The order of the hits."""

    RELEVANCE = "relevance"
    """Best match first; by key when the query says nothing by which to rank, see `order.ranks`."""
    DATE = "date"
    """Newest first, documents without a date last; those of one date by key."""
    TITLE = "title"
    """By title, ignoring case, accents and punctuation; those of one title by key."""


class NoPlace(ValueError):
    """`SearchRequest.after` is not the `next` of an answer in that order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One question to a text index.

    Raises:
        ValueError: a limit, an offset or a facet name out of range; an offset with `after`.
    """

    query: Node = field(default_factory=MatchAll)
    limit: int = 10
    """Hits wanted, 0 to `MAX_LIMIT`; 0 asks for the total and the facets only."""
    offset: int = 0
    """Hits to skip, 0 or more."""
    after: str | None = None
    """Where to go on: `next` of an answer to the same query, sort and filters from the same index.
    It costs as much for the last page as for the first, where an offset costs more and more."""
    sort: Sort = Sort.RELEVANCE
    facets: tuple[str, ...] = ()
    """Names of `FACETS` to count."""
    facet_limit: int = 20
    """Values a facet, 1 to `MAX_LIMIT`; those with the highest counts are kept."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Allowed values by facet name: one of them within a field, all fields together.
    A facet value is meant exactly; a field with no values is not filtered."""

    def __post_init__(self) -> None:
        """Refuse what no engine could answer."""
        object.__setattr__(self, "sort", Sort(self.sort))
        if not 0 <= self.limit <= MAX_LIMIT:
            raise ValueError(f"limit {self.limit} is not between 0 and {MAX_LIMIT}")
        if not 1 <= self.facet_limit <= MAX_LIMIT:
            raise ValueError(f"facet_limit {self.facet_limit} is not between 1 and {MAX_LIMIT}")
        if self.offset < 0:
            raise ValueError(f"offset {self.offset} is below 0")
        if self.offset and self.after is not None:
            raise ValueError("an offset cannot be combined with after")
        for name in (*self.facets, *self.filters):
            if name not in FACETS:
                raise ValueError(f"no facet {name!r}, expected one of {', '.join(FACETS)}")


class Fragment(NamedTuple):
    """A piece of plain text, to be escaped by whoever shows it."""

    text: str
    is_match: bool


class FacetCount(NamedTuple):
    """How many of the found documents have a value; years are written as text."""

    value: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One document found."""

    key: str
    score: float | None
    """Higher is better and comparable within one answer only; None unless sorted by relevance."""
    document: Document
    title: tuple[Fragment, ...]
    """The whole title."""
    snippet: tuple[Fragment, ...]
    """The part of the abstract that says most about the query, or its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer to a `SearchRequest`."""

    total: int
    """Documents found, exactly, whatever the limit."""
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    """By facet, highest count first, equal counts by value. A facet that is filtered by is counted
    as if its own filter were absent, so that the other values can still be chosen."""
    took_ms: float
    next: str | None = None
    """The `after` of the request for the hits that follow; None when there are none."""


class TextIndex(Protocol):
    """An index opened for reading; may be used from several threads."""

    @property
    def n_documents(self) -> int:
        """Documents in the index."""
        ...

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question.

        Raises:
            BadSearch: a word is too long to look for, see `check_length`.
            IndexDamaged: what was found cannot be read back.
            NoPlace: `after` is not the `next` of an answer in that order.
        """
        ...

    def similar_words(self, word: str, field: str = "") -> tuple[str, ...]:
        """Return words of the index that differ by a letter or two, the likeliest first.

        Args:
            word: one word, folded as the index folds; `search.text.spelling` says which are tried.
            field: one of the fields of words, or empty for all of them.

        Raises:
            IndexDamaged: the words cannot be read.
        """
        ...

    def document(self, key: str) -> Document | None:
        """Return the document with that key, whole as it was added."""
        ...

    def bodies(self) -> Iterator[bytes]:
        """Give every document whole as it was added, by key: as JSON, in the names of `Document`.

        A fifth of the time of a search for all of them, which reads and marks what it finds.

        Raises:
            IndexDamaged: one cannot be read back.
        """
        ...


class TextWriter(Protocol):
    """An index opened for writing; everything is committed when it closes without an exception."""

    def add(self, document: Document) -> None:
        """Add a document under a key that the index does not have; several times as fast."""
        ...

    def replace(self, document: Document) -> None:
        """Put a document in place of the one with its key, or add it where there is none."""
        ...

    def delete(self, key: str) -> None:
        """Take a document out; a key that is not there is no error."""
        ...
