"""The links of an entity as its page shows them: by relation and direction, with who states each.

A page names some links of each group and says how many there are; `/links?at=KEY` has them all.
Names and statements are read of what is shown only, so a hub costs little more than other things.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from graph.explain.view import View
from graph.links.stated import RecordStatement, read_stated
from graph.relation import PREDICATES, RELATIONS, SYMMETRIC, WEFT
from search.web.linked.neighbour import Neighbour, read_neighbour, reading_order
from search.web.site import Site

PER_GROUP: Final = 25
"""Links of one group that a page shows."""
PER_PAGE: Final = 100
"""Links that a page shows in all: reading who states one takes 0.1 ms, and showing it 0.5 kB."""
_AT_LEAST: Final = 3
"""Links that every group shows, however many came before it."""
_SORTED_WHOLE: Final = 60
"""A group of no more links than this is sorted by kind and name; of a larger one only what is
shown, for every name is one reading more."""
_MAX_SAYINGS: Final = 6
"""Records that a page names of those that state one link; all their sources are named."""
_LOOKED_AT: Final = 1000
"""Links of a larger group in which those to delivered things are looked for."""
_FIRST: Final = (
    *("IsSupplementTo", "IsDocumentedBy", "IsDescribedBy", "IsReviewedBy", "IsCompiledBy"),
    *("Requires", "IsDerivedFrom", "Cites"),
)
"""Relations shown first: between data, software and papers; others follow by name."""
_FAMILY: Final = ("IsPartOf", "IsVersionOf", "IsNewVersionOf")
"""Relations shown last, for trees tell of them too."""


@dataclass(frozen=True, slots=True)
class Way:
    """One relation in one direction, as seen from the entity."""

    relation: str
    """Canonical DataCite relation."""
    is_inverse: bool
    """Whether the entity is the object of the canonical relation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """How one record states a link."""

    source: str
    """What people call the source."""
    record: str
    """OAI identifier."""
    path: str
    """Where the record's page is."""
    stated_as: str
    """The relation in the record's own word, from its own side."""
    target_as: str
    """The other end as the record writes it."""
    rule: str
    """The reading rule that made the link; empty when the record states it in plain terms."""
    harvested: str
    """Day on which the record was harvested, UTC; empty when not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLink:
    """A link with what is at its other end and who states it."""

    other: Neighbour
    sayings: tuple[Saying, ...]
    n_more: int
    """Records that state it and are not in `sayings`."""
    sources: tuple[str, ...]
    """Who states it, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGroup:
    """Links of one relation in one direction."""

    way: Way
    n_links: int
    shown: tuple[ShownLink, ...]
    more_path: str
    """Where all of them are; empty when all are shown."""

    @property
    def is_in_tree(self) -> bool:
        """Whether the trees of versions and parts tell the same."""
        return self.way.relation in _FAMILY


def read_links(site: Site, iri: str) -> dict[Way, list[str]]:
    """The other ends of all links of an entity, by way in the order shown; each list in order."""
    found: dict[Way, set[str]] = {}
    for predicate, values in site.graph.facts(iri).items():
        if name := PREDICATES.get(predicate):
            found.setdefault(Way(name, is_inverse=False), set()).update(
                v.text for v in values if v.is_iri
            )
    for subject, predicate in site.graph.linked_from(iri):
        name = PREDICATES[predicate]
        found.setdefault(Way(name, is_inverse=name not in SYMMETRIC), set()).add(subject)
    return {way: sorted(found[way]) for way in sorted(found, key=_rank)}


def show_groups(site: Site, iri: str, links: dict[Way, list[str]]) -> tuple[LinkGroup, ...]:
    """Groups for a page, each with as many links as fit.

    Args:
        site: what is served.
        iri: of the entity.
        links: as `read_links` gives them.
    """
    view = View(site.graph, site.base_iri)
    groups = []
    room = allot([len(ends) for ends in links.values()])
    for (way, ends), n_shown in zip(links.items(), room, strict=True):
        neighbours = _pick(site, ends, n_shown)
        is_cut = len(ends) > len(neighbours)
        groups.append(
            LinkGroup(
                way=way,
                n_links=len(ends),
                shown=tuple(_shown(site, view, iri, way, each) for each in neighbours),
                more_path=links_path(view.key(iri), way.relation) if is_cut else "",
            )
        )
    return tuple(groups)


def links_path(key: str, relation: str) -> str:
    """Where all links of an entity are listed, of one canonical relation."""
    return f"/links?{urlencode({'at': key, 'relation': relation})}"


def allot(sizes: Sequence[int]) -> list[int]:
    """How many links each group shows: all get a few, then those in front fill up.

    >>> allot([500, 2, 90, 40, 40, 40])
    [25, 2, 25, 25, 20, 3]
    """
    given = [min(size, _AT_LEAST) for size in sizes]
    for place, size in enumerate(sizes):
        left = PER_PAGE - sum(given)
        given[place] += max(0, min(left, min(size, PER_GROUP) - given[place]))
    return given


def whole_first(site: Site, ends: Iterable[str]) -> list[str]:
    """IRIs with those of delivered things before stubs, else in the order given."""
    return sorted(ends, key=lambda iri: site.graph.has(iri, WEFT + "Stub"))


def link_of(way: Way, iri: str, other: str) -> tuple[str, str, str]:
    """Subject, predicate and object of a link in its canonical direction."""
    predicate = RELATIONS[way.relation].predicate
    return (other, predicate, iri) if way.is_inverse else (iri, predicate, other)


def read_sayings(site: Site, view: View, way: Way, iri: str, other: str) -> tuple[Saying, ...]:
    """Who states a link; a symmetric one may stand in the release in either direction."""
    stated = read_stated(view, *link_of(way, iri, other))
    return tuple(_saying(site, each) for each in (*stated.by_subject, *stated.by_object))


def _pick(site: Site, ends: list[str], n_shown: int) -> list[Neighbour]:
    if len(ends) > _SORTED_WHOLE:
        ends = whole_first(site, ends[:_LOOKED_AT])[:n_shown]
    neighbours = (read_neighbour(site, each) for each in ends)
    return sorted(neighbours, key=reading_order)[:n_shown]


def _shown(site: Site, view: View, iri: str, way: Way, other: Neighbour) -> ShownLink:
    sayings = read_sayings(site, view, way, iri, other.iri)
    return ShownLink(
        other=other,
        sayings=sayings[:_MAX_SAYINGS],
        n_more=len(sayings[_MAX_SAYINGS:]),
        sources=tuple(dict.fromkeys(saying.source for saying in sayings)),
    )


def _saying(site: Site, stated: RecordStatement) -> Saying:
    return Saying(
        source=site.source_title(stated.source),
        record=stated.record,
        path=site.shown_path(stated.record_iri),
        stated_as=stated.stated_as,
        target_as=stated.target_as,
        rule="" if stated.rule == "stated" else stated.rule,
        harvested=stated.at[:10],
    )


def _rank(way: Way) -> tuple[int, str, bool]:
    name = way.relation
    place = _FIRST.index(name) if name in _FIRST else len(_FIRST) + (name in _FAMILY)
    return place, name, way.is_inverse
