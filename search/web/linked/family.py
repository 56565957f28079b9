"""Versions of an entity, and its parts and wholes, as two trees of bounded depth and width.

What the sources state is followed as it is: links that run in a circle are walked once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from graph.relation import RELATIONS
from search.web.linked.link_groups import links_path
from search.web.linked.neighbour import Neighbour, natural

_VERSION_OF: Final = RELATIONS["IsVersionOf"].predicate
_NEWER_THAN: Final = RELATIONS["IsNewVersionOf"].predicate
_PART_OF: Final = RELATIONS["IsPartOf"].predicate

MAX_VERSIONS: Final = 60
"""Versions that are read; a page shows fewer. Repositories make hundreds of versions of few."""
_SHOWN_VERSIONS: Final = 12
_MAX_WHOLES: Final = 3
"""Wholes above an entity that are shown, one in the other: a table, a record, a collection."""
_SHOWN_SIBLINGS: Final = 6
_SHOWN_PARTS: Final = 12
_SHOWN_OF_PARTS: Final = 4
"""Parts shown of each part."""
_PARTS_OPENED: Final = 6
"""Parts whose own parts are shown."""
_MAX_ORDERED: Final = 300
"""Parts whose names are read to put them in order; of more, the first by IRI are shown."""


class Links(Protocol):
    """What the trees are read from: a `GraphReader`."""

    def objects(self, subject: str | None, predicate: str) -> list[str]:
        """IRIs that a subject names by a predicate, in order."""

    def subjects(self, predicate: str, value: str) -> list[str]:
        """IRIs that name this one by a predicate, in order."""

    def names(self, iris: Iterable[str]) -> dict[str, str]:
        """The name of each that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twig:
    """A line of a tree, and what hangs on it."""

    entity: Neighbour
    is_current: bool = False
    """Whether it is the entity of the page."""
    is_concept: bool = False
    """Whether it stands for all versions together."""
    is_newest: bool = False
    twigs: tuple["Twig", ...] = ()
    n_more: int = 0
    """How many more hang on it."""
    more_path: str = ""
    """Where those are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """All versions of a thing that a release links, the newest first."""

    twigs: tuple[Twig, ...]
    n_versions: int
    is_circular: bool
    """Whether the sources state a version to be newer than one that is newer than it."""
    is_cut: bool
    """Whether there are more than were read."""


Read = Callable[[str], Neighbour]
"""Gives an entity in one line, by IRI."""


class Family:
    """Reads the relatives of entities; one object for one page."""

    def __init__(self, graph: Links, read: Read, key_of: Callable[[str], str]) -> None:
        self._graph = graph
        self._read = read
        self._key_of = key_of

    def versions(self, iri: str) -> Versions | None:
        """The concept of an entity and its versions in order; None when no link tells of any."""
        concept = self._concept(iri)
        found, is_cut = self._all_versions(iri, concept)
        if len(found) + bool(concept) < 2:  # noqa: PLR2004  # nothing but itself
            return None
        known = {each: self._read(each) for each in found}
        newer = {each: self._older(each) & known.keys() for each in known}
        order, is_circular = newest_first(known, newer)
        shown = _around(order, iri, _SHOWN_VERSIONS)
        twigs = tuple(
            Twig(
                entity=known[each],
                is_current=each == iri,
                is_newest=each == order[0] and not is_circular and not is_cut,
            )
            for each in shown
        )
        n_more = len(order) - len(shown)
        if concept:
            path = links_path(self._key_of(concept), "IsVersionOf") if n_more or is_cut else ""
            top = Twig(
                entity=self._read(concept),
                is_concept=True,
                is_current=concept == iri,
                twigs=twigs,
                n_more=n_more,
                more_path=path,
            )
            twigs = (top,)
        return Versions(twigs=twigs, n_versions=len(order), is_circular=is_circular, is_cut=is_cut)

    def parts(self, iri: str) -> tuple[Twig, ...]:
        """Trees of wholes with the entity in them and its parts below; empty without either."""
        wholes = self._graph.objects(iri, _PART_OF)
        below = self._with_parts(iri, {iri, *wholes})
        trees = tuple(
            self._above(whole, below, {iri}, 1)
            for whole in islice((each for each in wholes if each != iri), _MAX_WHOLES)
        )
        if trees:
            return trees
        return (below,) if below.twigs else ()

    def _above(self, whole: str, child: Twig, seen: set[str], depth: int) -> Twig:
        """A whole with one of its parts spelled out, and the wholes around it."""
        siblings = [
            each for each in self._graph.subjects(_PART_OF, whole) if each != child.entity.iri
        ]
        width = _SHOWN_SIBLINGS if depth == 1 else 0
        twigs = [child, *(Twig(entity=each) for each in self._first(siblings, width))]
        twigs.sort(key=lambda twig: natural(twig.entity.name))
        n_more = len(siblings) - len(twigs) + 1
        twig = Twig(
            entity=self._read(whole),
            twigs=tuple(twigs),
            n_more=n_more,
            more_path=links_path(self._key_of(whole), "IsPartOf") if n_more else "",
        )
        seen = seen | {whole}
        upper = [each for each in self._graph.objects(whole, _PART_OF) if each not in seen]
        if upper and depth < _MAX_WHOLES:
            return self._above(upper[0], twig, seen, depth + 1)
        return twig

    def _with_parts(self, iri: str, seen: set[str]) -> Twig:
        parts, n_parts = self._parts_of(iri, seen, _SHOWN_PARTS)
        twigs = []
        for place, part in enumerate(parts):
            inner, n_inner = (
                self._parts_of(part.iri, {*seen, part.iri}, _SHOWN_OF_PARTS)
                if place < _PARTS_OPENED
                else ((), 0)
            )
            twigs.append(self._twig(part, (Twig(entity=each) for each in inner), n_inner))
        return self._twig(self._read(iri), twigs, n_parts, is_current=True)

    def _parts_of(self, iri: str, seen: set[str], n_shown: int) -> tuple[list[Neighbour], int]:
        """The first parts of a whole as people count, and how many there are."""
        parts = [each for each in self._graph.subjects(_PART_OF, iri) if each not in seen]
        return self._first(parts, n_shown), len(parts)

    def _first(self, iris: list[str], n_shown: int) -> list[Neighbour]:
        """The first of some entities by name."""
        if not n_shown:
            return []
        some = iris[:_MAX_ORDERED]
        names = {each: each for each in some} | self._graph.names(some)
        order = sorted(some, key=lambda each: natural(names[each]))
        return [self._read(each) for each in order[:n_shown]]

    def _twig(
        self, entity: Neighbour, twigs: Iterable[Twig], n_twigs: int, *, is_current: bool = False
    ) -> Twig:
        below = tuple(twigs)
        n_more = n_twigs - len(below)
        path = links_path(self._key_of(entity.iri), "IsPartOf") if n_more else ""
        return Twig(
            entity=entity, is_current=is_current, twigs=below, n_more=n_more, more_path=path
        )

    def _concept(self, iri: str) -> str:
        """What an entity is a version of, or itself when others are versions of it."""
        concepts = [each for each in self._graph.objects(iri, _VERSION_OF) if each != iri]
        if concepts:
            return concepts[0]
        return iri if self._graph.subjects(_VERSION_OF, iri) else ""

    def _all_versions(self, iri: str, concept: str) -> tuple[list[str], bool]:
        """The versions, the entity itself always among them, and whether more were not read."""
        found: dict[str, None] = {} if concept == iri else {iri: None}
        waiting = [*found, *(self._graph.subjects(_VERSION_OF, concept) if concept else ())]
        place = 0
        while place < len(waiting) and len(found) < MAX_VERSIONS:
            each = waiting[place]
            place += 1
            if each == concept:
                continue
            found[each] = None
            near = (*self._older(each), *self._graph.subjects(_NEWER_THAN, each))
            waiting += sorted(set(near) - set(waiting))
        return list(found), any(each not in found for each in waiting[place:] if each != concept)

    def _older(self, iri: str) -> set[str]:
        return set(self._graph.objects(iri, _NEWER_THAN)) - {iri}


def newest_first(
    versions: dict[str, Neighbour], older: dict[str, set[str]]
) -> tuple[list[str], bool]:
    """Versions in order by what is stated of them, else by date and number.

    Args:
        versions: each by IRI.
        older: those that each is stated to be newer than.

    Returns:
        The IRIs, the newest first, and whether the statements run in a circle: then those that
        are in it, or older, stand by date alone.
    """
    left = dict(versions)
    order: list[str] = []
    is_circular = False
    while left:
        followed = {each for newer in left for each in older[newer] if each in left}
        free = [each for each in left if each not in followed]
        if not free:
            is_circular = True
            order += sorted(left, key=lambda each: _age(left[each]), reverse=True)
            break
        newest = max(free, key=lambda each: _age(left[each]))
        order.append(newest)
        del left[newest]
    return order, is_circular


def _age(version: Neighbour) -> tuple[str, tuple[tuple[int, int, str], ...], str]:
    return version.date, natural(version.version), version.iri


def _around(order: list[str], iri: str, width: int) -> list[str]:
    """The newest, and always the one of the page."""
    if iri not in order[width:]:
        return order[:width]
    return [*order[: width - 1], iri]
