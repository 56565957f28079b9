"""One thing in the world: the works that were joined, and which of them each field is taken from.

The order of the sources in the configuration decides: a field comes from the first work that has
it. What names or describes adds up: identifiers, subjects, languages, collaborations, funding.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

from graph.match import scheme_rank
from graph.work import Access, Agent, Date, Identifier, Kind, Subject, Text, Work

_PUBLISHED_ROLES = ("Issued", "Available", "Created", "Submitted", "Copyrighted", "Updated")
"""DataCite dateTypes by how well they stand for the day of publication."""

_MOST_TELLING = (Kind.BOOK, Kind.CHAPTER, Kind.PAPER, Kind.DATASET, Kind.SOFTWARE)
"""Only a paper is ever joined with a kind that says more (`graph.match.kinds_agree`)."""

_T = TypeVar("_T")


class Entity(Struct, frozen=True, kw_only=True):
    """The merged description of one thing."""

    key: str
    kind: Kind
    works: tuple[Work, ...]
    """Its records, the preferred source first."""
    title: Text | None
    creators: tuple[Agent, ...]
    collaborations: tuple[str, ...]
    identifiers: tuple[Identifier, ...]
    date_published: str
    """ISO 8601 as far as known; empty when nothing is."""
    year: int | None
    subjects: tuple[Subject, ...]
    licence: str
    access: Access
    languages: tuple[str, ...]
    publisher: str
    version: str
    description: Text | None
    funding: tuple[str, ...]


def merge(key: str, works: Sequence[Work], source_order: Sequence[str]) -> Entity:
    """Describe one thing from all that is said of it.

    Args:
        key: the entity's key.
        works: at least one work.
        source_order: names of the sources, the most trusted first; others follow by name.
    """
    rank = {source: position for position, source in enumerate(source_order)}
    ordered = sorted(
        works, key=lambda work: (rank.get(work.source, len(rank)), work.source, work.record)
    )
    published = _first(_published(work.dates) for work in ordered)
    year = _first(work.year for work in ordered)
    return Entity(
        key=key,
        kind=choose_kind(work.kind for work in ordered),
        works=tuple(ordered),
        title=_first(work.titles[0] if work.titles else None for work in ordered),
        creators=_first(work.creators for work in ordered) or (),
        collaborations=_union(work.collaborations for work in ordered),
        identifiers=tuple(
            sorted(
                _union(work.identifiers for work in ordered),
                key=lambda each: scheme_rank(str(each)),
            )
        ),
        date_published=published or (f"{year:04d}" if year else ""),
        year=year,
        subjects=_union(work.subjects for work in ordered),
        licence=_first(work.licence for work in ordered) or "",
        access=_first(work.access for work in ordered if work.access is not Access.UNKNOWN)
        or Access.UNKNOWN,
        languages=_union(work.languages for work in ordered),
        publisher=_first(work.publisher for work in ordered) or "",
        version=_first(work.version for work in ordered) or "",
        description=_first(work.descriptions[0] if work.descriptions else None for work in ordered),
        funding=_union(work.funding for work in ordered),
    )


def choose_kind(kinds: Iterable[Kind]) -> Kind:
    """The kind that says most, in whatever order: a book is a paper with more said of it."""
    present = set(kinds)
    return next((kind for kind in _MOST_TELLING if kind in present), Kind.OTHER)


def _published(dates: tuple[Date, ...]) -> str:
    by_role = {date.role: date.value for date in reversed(dates)}
    return _first(by_role.get(role) for role in _PUBLISHED_ROLES) or ""


def _first(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value), None)


def _union(groups: Iterable[tuple[_T, ...]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))
