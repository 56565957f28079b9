"""Which part of a release a report is about: kinds, years, sources and the like, and which links.

Pure. The texts are those of the command line and of the API: `2010-2015`, `IsSupplementTo`.
"""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from graph.relation import PREDICATES, RELATIONS
from graph.work import Kind
from search.errors import SearchError

NOT_STATED: Final = ""
"""Stands for "no record says" among publishers, languages, licences and collaborations."""
UNKNOWN_YEAR: Final = "unknown"
"""How the year of things without one is asked for."""
ALL_RELATIONS: Final = tuple(sorted(PREDICATES.values()))
"""Canonical DataCite names of all link types."""
MAX_VALUES: Final = 100
"""Values of one filter; a guess, more than anybody ticks."""
_SPAN: Final = re.compile(r"([0-9]{1,4})?\s*(-)?\s*([0-9]{1,4})?")
_SHOWN: Final = 60


class SelectionError(SearchError):
    """A selection that cannot be meant; the message says which part and what may stand there."""


class Years(Struct, frozen=True, omit_defaults=False):
    """A span of years, ends included; with neither end, things whose year nobody states."""

    since: int | None = None
    """First year; null leaves the beginning open."""
    until: int | None = None
    """Last year; null leaves the end open."""

    @property
    def is_unknown(self) -> bool:
        """Whether it means the things without a year."""
        return self.since is None and self.until is None

    def __str__(self) -> str:
        """As it is written: `2010`, `2010-2015`, `2010-`, `-2015` or `unknown`."""
        if self.is_unknown:
            return UNKNOWN_YEAR
        if self.since == self.until:
            return str(self.since)
        return f"{'' if self.since is None else self.since}-{self.until or ''}"


class Selection(Struct, frozen=True, kw_only=True):
    """What is counted; an empty condition takes everything. OR inside a condition, AND between."""

    sources: tuple[str, ...] = ()
    """Names of sources, at least one of which delivered a record of the thing."""
    kinds: tuple[str, ...] = ()
    """dataset, paper, software, book, chapter or other."""
    years: tuple[Years, ...] = ()
    """Years of publication."""
    publishers: tuple[str, ...] = ()
    """As written; an empty text stands for things without one, here and below."""
    languages: tuple[str, ...] = ()
    """BCP 47."""
    licences: tuple[str, ...] = ()
    """SPDX identifiers."""
    collaborations: tuple[str, ...] = ()
    """As written."""
    relations: tuple[str, ...] = ()
    """Canonical DataCite names of the link types that count; empty: all."""
    rolled_up: bool = True
    """Whether a part counts with its whole and a version with its concept."""

    @property
    def counted_relations(self) -> tuple[str, ...]:
        """Canonical names of the link types that count, sorted."""
        return tuple(sorted(set(self.relations))) or ALL_RELATIONS

    @property
    def is_everything(self) -> bool:
        """Whether no condition leaves anything out; link types and roll-up are no conditions."""
        return not (
            self.sources
            or self.kinds
            or self.years
            or self.publishers
            or self.languages
            or self.licences
            or self.collaborations
        )


def read_selection(  # noqa: PLR0913  # one for each condition
    *,
    sources: Iterable[str] = (),
    kinds: Iterable[str] = (),
    years: Iterable[str] = (),
    publishers: Iterable[str] = (),
    languages: Iterable[str] = (),
    licences: Iterable[str] = (),
    collaborations: Iterable[str] = (),
    relations: Iterable[str] = (),
    rolled_up: bool = True,
) -> Selection:
    """Read a selection from texts; values given twice count once.

    Raises:
        SelectionError: an unknown kind or link type, a year that is none, or too many values.
    """
    return Selection(
        sources=_values("source", sources),
        kinds=tuple(map(_kind, _values("kind", kinds))),
        years=tuple(map(read_years, _values("year", years))),
        publishers=_values("publisher", publishers),
        languages=_values("language", languages),
        licences=_values("licence", licences),
        collaborations=_values("collaboration", collaborations),
        relations=tuple(dict.fromkeys(map(_relation, _values("relation", relations)))),
        rolled_up=rolled_up,
    )


def read_years(text: str) -> Years:
    """Read `2010`, `2010-2015`, `2010-`, `-2015` or `unknown`.

    Raises:
        SelectionError: it is none of these, or the later year stands first.

    >>> read_years("2010-")
    Years(since=2010, until=None)
    """
    if text.strip().lower() == UNKNOWN_YEAR:
        return Years()
    match = _SPAN.fullmatch(text.strip())
    if match is None or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise SelectionError(
            f"expected a year such as 2010, 2010-2015, 2010-, -2015 or {UNKNOWN_YEAR},"
            f" found {text[:_SHOWN]!r}"
        )
    since = int(match[1]) if match[1] else None
    until = int(match[3]) if match[3] else None
    if not match[2]:
        return Years(since, since)
    if since is not None and until is not None and since > until:
        raise SelectionError(f"expected the earlier year first, found {since}-{until}")
    return Years(since, until)


def _values(name: str, values: Iterable[str]) -> tuple[str, ...]:
    read = tuple(dict.fromkeys(value.strip() for value in values))
    if len(read) > MAX_VALUES:
        raise SelectionError(f"expected at most {MAX_VALUES} values of {name}, found {len(read)}")
    return read


def _kind(text: str) -> str:
    if text not in tuple(map(str, Kind)):
        raise SelectionError(
            f"no kind {text[:_SHOWN]!r}: expected one of {', '.join(map(str, Kind))}"
        )
    return text


def _relation(text: str) -> str:
    found = RELATIONS.get(text)
    if found is None:
        raise SelectionError(
            f"no link type {text[:_SHOWN]!r}: expected one of {', '.join(ALL_RELATIONS)}"
        )
    return found.name
