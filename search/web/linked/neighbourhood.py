"""`/id/{key}/neighbourhood.json`: an entity with what it is linked to, as nodes and edges.

What the picture on an entity's page is drawn from. Bounded: what is left out is told as a number.
"""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Final

from aiohttp import web
from msgspec import Struct

from graph.explain.view import View
from graph.iris import entity_iri
from graph.relation import PREDICATES, SYMMETRIC
from search.web.answers import json_answer
from search.web.linked.link_groups import Way, read_links, read_sayings, whole_first
from search.web.linked.neighbour import read_neighbour
from search.web.linked.standing import moved_or_gone
from search.web.operation.state import OPERATION
from search.web.site import SITE, Site
from search.web.templating import under

MAX_NODES: Final = 60
"""Nodes of one answer: more cannot be told apart in a picture."""
_MAX_EDGES: Final = 150
"""Edges of one answer; each costs 0.1 ms to find out who states it."""
_LOOKED_AT: Final = 500
"""Links of one group in which those to delivered things are looked for."""
_NAME_LENGTH: Final = 160
"""Characters of a name; some titles are paragraphs."""


class Node(Struct, frozen=True, kw_only=True):
    """An entity."""

    key: str
    name: str
    kind: str
    stub: bool
    """No source has delivered it."""
    href: str
    """Address of its page, with the prefix of the site."""


class Edge(Struct, frozen=True, kw_only=True):
    """A link, in its canonical direction."""

    source: str
    """Key of the entity that the relation starts at."""
    relation: str
    """Canonical DataCite relation, such as `IsSupplementTo`."""
    target: str
    stated_by: tuple[str, ...]
    """What people call the sources that state it."""


class Neighbourhood(Struct, frozen=True, kw_only=True):
    """An entity and those around it."""

    key: str
    nodes: tuple[Node, ...]
    """The entity itself first."""
    edges: tuple[Edge, ...]
    """Between any two of the nodes."""
    n_left_out: int
    """Entities linked to it that are not among the nodes."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get(r"/id/{key:[a-z0-9]+}/neighbourhood.json", show_neighbourhood)]


async def show_neighbourhood(request: web.Request) -> web.StreamResponse:
    """What an entity is linked to; 301 after a merge, 410 for a tombstone, 404 when unknown."""
    key = request.match_info["key"]
    if (gone := moved_or_gone(request, key, "/neighbourhood.json")) is not None:
        return gone
    prefix = request.app[OPERATION].settings.prefix
    return json_answer(await asyncio.to_thread(read_neighbourhood, request.app[SITE], key, prefix))


def read_neighbourhood(site: Site, key: str, prefix: str = "") -> Neighbourhood:
    """The entity of a key and those it is linked to.

    Args:
        site: what is served.
        key: of an entity that is there.
        prefix: what stands before the paths of the site.
    """
    centre = entity_iri(site.base_iri, key)
    links = read_links(site, centre)
    around = {end for ends in links.values() for end in ends} - {centre}
    chosen = dict.fromkeys((centre, *islice(_in_turn(site, links), MAX_NODES * 4)))
    shown = list(chosen)[:MAX_NODES]
    return Neighbourhood(
        key=key,
        nodes=tuple(_node(site, iri, prefix) for iri in shown),
        edges=tuple(islice(_edges(site, shown), _MAX_EDGES)),
        n_left_out=len(around) - len(shown) + 1,
    )


def _in_turn(site: Site, links: dict[Way, list[str]]) -> Iterator[str]:
    """The other ends, one of each group in turn, so that no group crowds out the others."""
    waiting = [iter(whole_first(site, ends[:_LOOKED_AT])) for ends in links.values()]
    while waiting:
        still = []
        for ends in waiting:
            if (end := next(ends, None)) is not None:
                yield end
                still.append(ends)
        waiting = still


def _node(site: Site, iri: str, prefix: str) -> Node:
    entity = read_neighbour(site, iri)
    name = entity.name
    return Node(
        key=iri.removeprefix(f"{site.base_iri}id/"),
        name=name if len(name) <= _NAME_LENGTH else name[: _NAME_LENGTH - 1] + "…",
        kind=entity.kind,
        stub=entity.is_stub,
        href=under(prefix, entity.path),
    )


def _edges(site: Site, iris: list[str]) -> Iterator[Edge]:
    """Links between the nodes, each once, those of the first node before the others."""
    view = View(site.graph, site.base_iri)
    seen: set[tuple[str, str, str]] = set()
    for subject, relation, object_ in _links(site, iris):
        ends = sorted((subject, object_)) if relation in SYMMETRIC else [subject, object_]
        if (link := (ends[0], relation, ends[1])) in seen:
            continue
        seen.add(link)
        sayings = read_sayings(site, view, Way(relation, is_inverse=False), subject, object_)
        yield Edge(
            source=view.key(subject),
            relation=relation,
            target=view.key(object_),
            stated_by=tuple(dict.fromkeys(saying.source for saying in sayings)),
        )


def _links(site: Site, iris: list[str]) -> Iterator[tuple[str, str, str]]:
    """Subject, canonical relation and object of the links between nodes; some come twice."""
    centre, nodes = iris[0], set(iris)
    for way, ends in read_links(site, centre).items():
        for other in ends:
            if other in nodes and other != centre:
                pair = (other, centre) if way.is_inverse else (centre, other)
                yield pair[0], way.relation, pair[1]
    for iri in iris[1:]:
        for predicate, values in site.graph.facts(iri).items():
            relation = PREDICATES.get(predicate, "")
            for value in values:
                if relation and value.text in nodes and value.text != iri:
                    yield iri, relation, value.text
