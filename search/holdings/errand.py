"""What a process is asked to make of a list, and what it answers before the bytes themselves.

The process is `search.holdings.worker`: the errand is its one argument, as JSON; the list is its
standard input; its standard output is one line of JSON, a `Reply`, then what was wanted.
"""

from enum import StrEnum
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from search.holdings.gap import GapLimits
from search.holdings.result import ListFile, Match, Problem


class Want(StrEnum):
    """What somebody wants back."""

    PAGE = "page"
    """A `Summary`, for a page."""
    CSV = "csv"
    JSON = "json"
    HTML = "html"
    KBART = "gap-kbart"
    MARC = "gap-marc"
    MARCXML = "gap-marcxml"
    GAP_CSV = "gap-csv"


class Form(NamedTuple):
    """How a file is delivered."""

    media_type: str
    """With its charset, where it is text."""
    name: str
    """Of the file, with `{day}` for the day of the release."""
    is_gap: bool


FORMS: Final[dict[Want, Form]] = {
    Want.CSV: Form("text/csv; charset=utf-8", "holdings_{day}.csv", is_gap=False),
    Want.JSON: Form("application/json", "holdings_{day}.json", is_gap=False),
    Want.HTML: Form("text/html; charset=utf-8", "holdings_{day}.html", is_gap=False),
    # the name is of KBART's pattern: provider, region, package, day
    Want.KBART: Form(
        "text/tab-separated-values; charset=utf-8", "Weft_Global_Gap_{day}.txt", is_gap=True
    ),
    Want.MARC: Form("application/marc", "gap_{day}.mrc", is_gap=True),
    Want.MARCXML: Form("application/marcxml+xml", "gap_{day}.xml", is_gap=True),
    Want.GAP_CSV: Form("text/csv; charset=utf-8", "gap_{day}.csv", is_gap=True),
}
"""The files, by what is wanted."""


class Errand(Struct, frozen=True, kw_only=True):
    """One list, and what is wanted of it."""

    release: str
    """Directory of the release, which stays while the errand is done."""
    number: int
    """Of the release."""
    day: str
    """When the release was made, YYYY-MM-DD."""
    caveats: tuple[str, ...] = ()
    """What must be known of the release."""
    base_iri: str
    name: str
    """Of the file; never used as a path."""
    want: Want
    limits: GapLimits = GapLimits()
    max_rows: int
    max_bytes: int
    """Of the list, packed or unpacked."""
    max_gap: int
    """Most entities within the limits of the gap; each takes a millisecond or two."""
    memory_bytes: int
    """Most memory that the process may write to."""
    time_limit_s: float
    """The process ends itself a little later, should nobody be there to end it."""


class Reply(Struct, frozen=True, kw_only=True):
    """Whether there is an answer; the bytes follow when there is."""

    state: Literal["ok", "unreadable", "large", "wide", "query", "failed"]
    """`unreadable`: the file is no list; `large`: it passes a limit; `wide`: the limits of the gap
    hold too much; `query`: the one of the limits does not parse; `failed`: the release cannot be
    read."""
    message: str = ""
    """What is wrong, for people."""
    line: int = 1
    column: int = 1
    """Where the query does not parse; both count from 1."""


class Shown(Struct, frozen=True, kw_only=True):
    """A row as a page shows it."""

    match: Match
    name: str = ""
    """Title of the entity."""
    kind: str = ""
    year: int | None = None
    similar_name: str = ""
    """Title of the entity worth a look."""


class Section(Struct, frozen=True, kw_only=True):
    """The rows that ended one way."""

    status: str
    n_rows: int
    rows: tuple[Shown, ...]
    """The first of them."""


class Summary(Struct, frozen=True, kw_only=True):
    """What a page says of a list."""

    name: str
    n_rows: int
    sections: tuple[Section, ...]
    reasons: dict[str, int]
    file: ListFile
    problems: tuple[Problem, ...]
    n_problems: int
    csv: bytes = b""
    """All results, when they are few."""
