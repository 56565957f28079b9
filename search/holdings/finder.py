"""Looks up what a release knows of identifiers and titles, for many rows at a time."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from msgspec import Struct

from graph.iris import entity_iri
from graph.relation import DCTERMS, WEFT
from graph.store import GraphReader
from graph.vocabulary import SCHEMA
from search.holdings.titles import TitleLookup, open_titles
from search.text.engine import TextIndex

_PART: Final = DCTERMS + "isPartOf"
_STUB: Final = WEFT + "Stub"
_IDENTIFIER: Final = SCHEMA + "identifier"
_YEAR: Final = WEFT + "year"
_KIND: Final = WEFT + "kind"
_MAX_TITLED: Final = 20
"""Entities of one title that are looked at; a title that more share is no title of one thing."""


class Carried(Struct, gc=False, frozen=True):
    """An entity that has an identifier."""

    key: str
    kind: str
    """Empty when it is not known."""
    is_stub: bool


class Titled(Struct, gc=False, frozen=True, kw_only=True):
    """An entity that has a title."""

    key: str
    kind: str
    year: int | None
    identifiers: tuple[str, ...]
    """As `scheme:value`."""


class Finder(Protocol):
    """What rows are matched against."""

    def carriers(self, identifiers: Iterable[str]) -> dict[str, tuple[Carried, ...]]:
        """Entities by identifier, `scheme:value`; identifiers that nothing has are left out."""
        ...

    def parts(self, key: str) -> tuple[Carried, ...]:
        """Entities, stubs aside, that are part of one; in the order of their keys."""
        ...

    def titled(self, title: str) -> tuple[Titled, ...]:
        """Entities, stubs aside, with this title, spelling aside; in the order of their keys."""
        ...


@contextmanager
def open_finder(reader: GraphReader, index: TextIndex, base_iri: str) -> Iterator["GraphFinder"]:
    """Look things up in a release; one thread at a time.

    Raises:
        SearchError: no room on the disk for a table of titles.
    """
    with open_titles(reader, index, base_iri) as titles:
        yield GraphFinder(reader, base_iri, titles)


class GraphFinder:
    """A finder on a release."""

    def __init__(self, reader: GraphReader, base_iri: str, titles: TitleLookup) -> None:
        self._reader = reader
        self._ids = entity_iri(base_iri, "")
        self._titles = titles

    def carriers(self, identifiers: Iterable[str]) -> dict[str, tuple[Carried, ...]]:
        """Entities by identifier; about 20 us for each."""
        found: dict[str, tuple[Carried, ...]] = {}
        met: dict[str, Carried] = {}  # a book has several of the identifiers of its row
        for identifier in identifiers:
            subjects = self._reader.subjects(_IDENTIFIER, identifier, is_text=True)
            for iri in filter(self._is_entity, subjects):
                if iri not in met:
                    met[iri] = self._carried(iri)
                found[identifier] = (*found.get(identifier, ()), met[iri])
        return found

    def parts(self, key: str) -> tuple[Carried, ...]:
        """Entities that are part of one."""
        subjects = self._reader.subjects(_PART, self._ids + key)
        every = map(self._carried, filter(self._is_entity, subjects))
        return tuple(each for each in every if not each.is_stub)

    def titled(self, title: str) -> tuple[Titled, ...]:
        """Entities with a title."""
        keys = self._titles.keys(title, _MAX_TITLED + 1)
        if len(keys) > _MAX_TITLED:
            return ()
        return tuple(self._titled(key) for key in sorted(keys))

    def _titled(self, key: str) -> Titled:
        facts = self._reader.facts(self._ids + key)
        years = sorted(value.text for value in facts.get(_YEAR, ()))
        kinds = sorted(value.text for value in facts.get(_KIND, ()))
        return Titled(
            key=key,
            kind=kinds[0] if kinds else "",
            year=int(years[0]) if years else None,
            identifiers=tuple(sorted(value.text for value in facts.get(_IDENTIFIER, ()))),
        )

    def _carried(self, iri: str) -> Carried:
        key = iri.removeprefix(self._ids)
        return Carried(key, self._reader.kind(iri), self._reader.has(iri, _STUB))

    def _is_entity(self, iri: str) -> bool:
        return iri.startswith(self._ids)
