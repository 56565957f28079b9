"""The gap: what a release has and a reading list lacks, within chosen limits, read page by page.

A part counts with its whole and a version with the thing it is a version of: who has the whole
lacks no part, who has a version has the thing, and a part is listed in its whole's place only when
that is outside the limits, or when each is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from graph import language
from graph.iris import entity_iri
from graph.relation import RELATIONS
from graph.store import GraphReader
from graph.work import Kind
from search.document import Document
from search.metadata.described import Described, read_described
from search.query import Node, Phrase, Range, parse_query
from search.query_tree import all_of, any_of
from search.text.engine import SearchRequest, Sort, TextIndex

PAGE_SIZE: Final = 500
"""Entities read at once: all that is held in memory, besides the keys of the list."""
_PART: Final = RELATIONS["IsPartOf"].predicate
_VERSION: Final = RELATIONS["IsVersionOf"].predicate
_DEEPEST: Final = 8
"""Steps from a part to its whole; records that say more go in a circle."""


class GapLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the release a list is held against; what is empty limits nothing."""

    sources: tuple[str, ...] = ()
    """Names of sources; one of them has delivered it."""
    kinds: tuple[str, ...] = ()
    """Such as `book`."""
    year_from: int | None = None
    """First year, included; things without a year are outside any span of years."""
    year_to: int | None = None
    """Last year, included."""
    publishers: tuple[str, ...] = ()
    """Words of a publisher's name, one behind the other as the name has them."""
    languages: tuple[str, ...] = ()
    """Codes or English names, such as `de`, `ger` or `German`."""
    query: str = ""
    """In the query language of the search."""
    with_parts: bool = False
    """Each part and version for itself."""

    def __post_init__(self) -> None:
        """Refuse what nothing can be within.

        Raises:
            ValueError: a kind that there is not, a text that is no language, years back to front.
        """
        kinds = [str(kind) for kind in Kind]
        for kind in self.kinds:
            if kind not in kinds:
                raise ValueError(f"no kind {kind[:40]!r}, expected one of {', '.join(kinds)}")
        for each in self.languages:
            if language.normalise(each) is None:
                raise ValueError(f"{each[:40]!r} is no language: give a code such as de, or a name")
        first, last = self.year_from, self.year_to
        if first is not None and last is not None and first > last:
            raise ValueError(f"the years {first} to {last} run backwards")

    def question(self, n_hits: int = PAGE_SIZE) -> SearchRequest:
        """What is asked of the text index, page by page.

        Args:
            n_hits: of a page.

        Raises:
            QuerySyntaxError: the query does not parse.
        """
        nodes: list[Node] = [parse_query(self.query)]
        if self.publishers:
            nodes.append(any_of([Phrase(name, "publisher") for name in self.publishers]))
        if self.year_from is not None or self.year_to is not None:
            nodes.append(Range(self.year_from, self.year_to))
        return SearchRequest(
            query=all_of(nodes), limit=n_hits, sort=Sort.TITLE, filters=self._filters()
        )

    def allow(self, document: Document) -> bool:
        """Whether a thing is within the limits; publishers and the query are not looked at."""
        filters = self._filters()
        year = document.year
        stated = {
            "source": document.sources,
            "kind": (document.kind,),
            "language": document.languages,
        }
        if (self.year_from, self.year_to) != (None, None):
            first, last = self.year_from or 0, self.year_to or 9999
            if year is None or not first <= year <= last:
                return False
        return all(not set(values).isdisjoint(stated[name]) for name, values in filters.items())

    def _filters(self) -> dict[str, tuple[str, ...]]:
        tags = (language.normalise(each) or each for each in self.languages)
        filters = {"source": self.sources, "kind": self.kinds, "language": tuple(tags)}
        return {name: values for name, values in filters.items() if values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A release that is read."""

    graph: GraphReader
    index: TextIndex
    base_iri: str
    """Where its IRIs begin."""


class Lacking(Struct, frozen=True, kw_only=True):
    """An entity that a list lacks."""

    described: Described
    """Without its links."""
    whole: str = ""
    """Key of the entity that it is a part or a version of, when there is one."""
    row: int | None = None
    """The row of the list that names something of the same title and year: look there first."""


def count_within(release: Opened, limits: GapLimits) -> int:
    """How many things of a release are within limits, parts and what a list has included.

    Raises:
        QuerySyntaxError: the query of the limits does not parse.
    """
    return release.index.search(limits.question(n_hits=0)).total


def find_gap(
    release: Opened,
    held: Iterable[str],
    limits: GapLimits,
    suggested: Mapping[str, int] | None = None,
) -> Iterator[Lacking]:
    """Go through what a list lacks, by title.

    Args:
        release: what the list is held against.
        held: keys of the entities that the list has.
        limits: what is looked at.
        suggested: by key of an entity the row that suggests it.

    Raises:
        QuerySyntaxError: the query of the limits does not parse.
        ReleaseError, IndexDamaged: the release cannot be read.
    """
    request = limits.question()
    reader = _Reader(release, held, limits)
    rows = suggested or {}
    while True:
        found = release.index.search(request)
        for hit in found.hits:
            if lacking := reader.read(hit.document, rows.get(hit.key)):
                yield lacking
        if found.next is None:
            return
        request = SearchRequest(
            query=request.query,
            limit=request.limit,
            sort=request.sort,
            filters=request.filters,
            after=found.next,
        )


class _Reader:
    """Tells of each entity whether the list lacks it."""

    def __init__(self, release: Opened, held: Iterable[str], limits: GapLimits) -> None:
        self._graph, self._index = release.graph, release.index
        self._base_iri = release.base_iri
        self._limits = limits
        self._held = set(held)
        for key in tuple(self._held):
            self._held.update(self._wholes(key, (_VERSION,)))

    def read(self, document: Document, row: int | None) -> Lacking | None:
        if document.key in self._held:
            return None
        wholes = self._wholes(document.key, (_PART, _VERSION))
        if not self._held.isdisjoint(wholes):
            return None
        if not self._limits.with_parts and any(map(self._is_listed, wholes)):
            return None
        iri = entity_iri(self._base_iri, document.key)
        described = read_described(self._graph, document, iri, with_related=False)
        if described is None:  # the index has it, the graph not: nothing could be said of it
            return None
        return Lacking(described=described, whole=next(iter(wholes), ""), row=row)

    def _is_listed(self, key: str) -> bool:
        document = self._index.document(key)  # stubs have none
        return document is not None and self._limits.allow(document)

    def _wholes(self, key: str, predicates: tuple[str, ...]) -> dict[str, None]:
        """Keys of all that a thing is a part or version of, the nearest first, itself left out."""
        found: dict[str, None] = {}
        nearest = [key]
        for _ in range(_DEEPEST):
            nearest = [
                whole
                for each in nearest
                for whole in self._stated(each, predicates)
                if whole != key and whole not in found
            ]
            if not nearest:
                break
            found.update(dict.fromkeys(nearest))
        return found

    def _stated(self, key: str, predicates: tuple[str, ...]) -> list[str]:
        iri = entity_iri(self._base_iri, key)
        start = entity_iri(self._base_iri, "")
        targets = (each for name in predicates for each in self._graph.objects(iri, name))
        return [each.removeprefix(start) for each in targets if each.startswith(start)]
