"""A shortest chain of links between two entities, searched in the store from both ends.

No network is made: only what lies near the two is read, and no more of it than a bound allows.
Among chains of one length the choice is the same each time.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from graph.explain.view import View
from graph.links.filter import LinkFilter, LinkFilterError, check_filter, selection_of
from graph.links.found import FoundLink
from graph.links.listing import LinkRow, read_links_at
from graph.links.selection import Way
from graph.links.stated import read_stated
from graph.relation import PREDICATES, WEFT

MAX_VISITED: Final = 200_000
"""Entities that are looked at before the search gives up: less than a minute and 200 MB."""
_RANK: Final = {predicate: place for place, predicate in enumerate(PREDICATES)}
"""Of several links between two things, the most telling comes first: IsRelatedTo is the last."""

_Before = dict[str, str]
"""By IRI of an entity the one that it was reached from; itself where the search began."""


class FoundPath(Struct, frozen=True, kw_only=True):
    """A chain of links, or that there is none."""

    length: int | None
    """Links in it; None when none was found."""
    entities: tuple[str, ...]
    """IRIs from the one to the other."""
    links: tuple[FoundLink, ...]
    """One a step, read in the direction of the chain; of several the first of `graph.relation`."""
    n_visited: int
    """Entities that were looked at."""
    is_cut: bool
    """Whether the search ended at a bound: then there may be a chain all the same."""


def find_path(  # noqa: PLR0913  # the two ends, and three bounds
    view: View,
    start: str,
    end: str,
    wanted: LinkFilter | None = None,
    *,
    max_length: int | None = None,
    max_visited: int = MAX_VISITED,
) -> FoundPath:
    """A shortest chain of links between two entities, whichever way the links point.

    Args:
        view: the release.
        start: IRI of the entity that it begins with.
        end: IRI of the one that it ends with.
        wanted: which relations count, and whether stubs may stand between the two; a path takes no
            other condition.
        max_length: most links in it; None for no bound.
        max_visited: entities that are looked at before the search gives up.

    Raises:
        LinkFilterError: a relation that does not exist, or a condition that a path does not take.
        ReleaseError: the release is damaged.
    """
    wanted = wanted or LinkFilter()
    _check(wanted)
    search = _Search(_neighbours(view, wanted, {start, end}), start, end)
    while search.meeting is None and search.is_open:
        if max_length is not None and search.depth >= max_length:
            return search.none(is_cut=True)
        if not search.step(max_visited):
            return search.none(is_cut=True)
    if search.meeting is None:
        return search.none(is_cut=False)
    entities = search.chain()
    links = tuple(_link(view, wanted, one, other) for one, other in pairwise(entities))
    return FoundPath(
        length=len(links),
        entities=entities,
        links=links,
        n_visited=search.n_visited,
        is_cut=False,
    )


class _Search:
    """Two searches in breadth that take turns, the one with fewer entities at its edge first."""

    def __init__(self, neighbours: Callable[[str], Iterator[str]], start: str, end: str) -> None:
        self._neighbours = neighbours
        self._before: tuple[_Before, _Before] = ({start: start}, {end: end})
        self._edges: list[list[str]] = [[start], [end]]
        self.depth = 0
        """Chains of this length and shorter have been looked for."""
        self.meeting: str | None = start if start == end else None

    @property
    def is_open(self) -> bool:
        """Whether both have anything left to look at."""
        return all(self._edges)

    @property
    def n_visited(self) -> int:
        """Entities that either has met."""
        return sum(map(len, self._before))

    def step(self, max_visited: int) -> bool:
        """Go one link further on one side; False when that took too many entities."""
        side = 0 if len(self._edges[0]) <= len(self._edges[1]) else 1
        mine, other = self._before[side], self._before[1 - side]
        reached: list[str] = []
        for iri in self._edges[side]:
            for near in self._neighbours(iri):
                if near not in mine:
                    mine[near] = iri
                    reached.append(near)
            if self.n_visited > max_visited:
                break
        # all chains that meet here are of one length: neither side has met the other before
        self.meeting = min((iri for iri in reached if iri in other), default=None)
        self._edges[side] = reached
        self.depth += 1
        return self.meeting is not None or self.n_visited <= max_visited

    def chain(self) -> tuple[str, ...]:
        """The entities from the one to the other, through the meeting."""
        return (*reversed(self._back(0)), *self._back(1)[1:])

    def none(self, *, is_cut: bool) -> FoundPath:
        """That nothing was found."""
        return FoundPath(
            length=None, entities=(), links=(), n_visited=self.n_visited, is_cut=is_cut
        )

    def _back(self, side: int) -> list[str]:
        """The entities from the meeting to where one of the two began."""
        before, iri = self._before[side], self.meeting
        chain: list[str] = []
        while iri is not None:
            chain.append(iri)
            iri = before[iri] if before[iri] != iri else None
        return chain


def _check(wanted: LinkFilter) -> None:
    check_filter(wanted)
    if wanted != LinkFilter(relations=wanted.relations, stubs=wanted.stubs) or (
        wanted.stubs == "only"
    ):
        raise LinkFilterError(f"a path takes relations, and stubs with or without; found {wanted}")


def _neighbours(view: View, wanted: LinkFilter, ends: set[str]) -> Callable[[str], Iterator[str]]:
    """A function from an entity to those that a link joins with it, in order."""
    predicates = {way.predicate for way in selection_of(wanted).ways}

    def read(iri: str) -> Iterator[str]:
        rows = read_links_at(view, predicates, iri)
        for other in sorted({row.object if row.subject == iri else row.subject for row in rows}):
            if wanted.stubs == "with" or other in ends or not view.reader.has(other, WEFT + "Stub"):
                yield other

    return read


def _link(view: View, wanted: LinkFilter, one: str, other: str) -> FoundLink:
    found = [
        (_RANK[way.predicate], is_turned, way.predicate)
        for way in selection_of(wanted).ways
        for is_turned, subject, object_ in ((False, one, other), (True, other, one))
        if view.reader.holds(subject, way.predicate, object_)
    ]
    _, is_turned, predicate = min(found)
    row = LinkRow(other, predicate, one) if is_turned else LinkRow(one, predicate, other)
    return FoundLink(
        start=one, way=Way(predicate, is_turned), end=other, stated=read_stated(view, *row)
    )
