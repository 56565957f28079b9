"""Makes a network of the links of a release that fit some conditions.

What a large part of a release is needed of is read in one pass over it, a small part by look-ups;
the network is the same.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from graph.errors import GraphError
from graph.explain.view import View
from graph.links.filter import LinkFilter, LinkFilterError
from graph.links.listing import LinkRow, check, links_at, open_links
from graph.links.stated import read_stated
from graph.network.multigraph import Network, new_network
from graph.network.nodes import (
    NODE_QUERIES,
    look_up_nodes,
    scan_nodes,
    shared_names,
    source_of,
)
from graph.network.scans import Scans, open_scans
from graph.relation import PREDICATES, RELATIONS, SYMMETRIC, UNKNOWN_RELATION, WEFT, Relation
from graph.release import ReleaseInfo

MAX_LINKS: Final = 1_000_000
"""Links of a network unless more are asked for: about 1.5 GB of memory."""
_FEW: Final = 20
"""One part in so many of the release's links is looked up, more is read in one pass. Measured: a
look-up takes 60 us, a pass 10 us for each link of the release; and a pass fills files."""
_RELATIONS: Final = f"SELECT ?link ?relation {{ GRAPH ?g {{ ?link <{WEFT}relation> ?relation }} }}"
_OBJECTS: Final = f"SELECT ?link ?there {{ GRAPH ?g {{ ?link <{WEFT}object> ?there }} }}"
_SIDES: Final = {
    ("neither", "source"): "source",
    ("neither", "target"): "target",
    ("source", "target"): "both",
    ("target", "source"): "both",
}
"""Which ends' records state a link, once another one does."""


class NetworkTooLarge(GraphError):
    """More links fit than a network may hold; the message says how many and what to do."""


def build_network(
    view: View, wanted: LinkFilter, *, info: ReleaseInfo, limit: int = MAX_LINKS
) -> Network:
    """The links that fit as a network; see `graph.network.multigraph` for its attributes.

    Args:
        view: the release.
        wanted: the conditions; without any, all links of the release.
        info: what the release says of itself.
        limit: most links; the memory that a network takes is about 1.5 kB for each.

    Raises:
        LinkFilterError: a condition that cannot be meant in this release.
        NetworkTooLarge: more links fit.
        ReleaseError: the release is damaged.
    """
    network = new_network(
        release=info.number,
        created_at=info.created_at,
        base_iri=view.base_iri,
        selection=str(wanted),
    )
    with open_links(view, wanted) as links:
        _check_size(links.total, limit)
        if links.total * _FEW < info.links:
            _add_links(view, network, links.rows())
            look_up_nodes(view, network)
            _look_up_statements(view, network)
            return network
        with open_scans(view, (*NODE_QUERIES, _RELATIONS, _OBJECTS)) as scans:
            _add_links(view, network, links.rows())
            _scan_statements(view, network, scan_nodes(view, network, scans), scans)
    return network


def build_neighbourhood(  # noqa: PLR0913  # the centre, and three bounds
    view: View,
    centre: str,
    radius: int,
    wanted: LinkFilter,
    *,
    info: ReleaseInfo,
    limit: int = MAX_LINKS,
) -> Network:
    """What is at most `radius` links away from an entity, and all links between these.

    It is the ego network of the network of the same conditions, and nothing else is read for it.

    Args:
        view: the release.
        centre: key of the entity, which is in the network even without links.
        radius: links, whichever way they point.
        wanted: the conditions; `at` must be empty.
        info: what the release says of itself.
        limit: most links that are looked at.

    Raises:
        LinkFilterError: a condition that cannot be meant in this release, or here.
        NetworkTooLarge: more links would have to be looked at.
        ReleaseError: the release is damaged.
    """
    if wanted.at:
        raise LinkFilterError("a neighbourhood has a centre of its own: leave out `at`")
    check(view, wanted)
    rows: dict[LinkRow, None] = {}
    found, edge = {view.iri(centre): 0}, [view.iri(centre)]
    for distance in range(1, radius + 2):  # the outermost have links among each other
        reached: list[str] = []
        for iri in edge:
            rows.update(dict.fromkeys(links_at(view, wanted, iri)))
            _check_size(len(rows), limit)
        for row in rows:
            for end in (row.subject, row.object):
                if distance <= radius and end not in found:
                    found[end] = distance
                    reached.append(end)
        edge = reached
    network = new_network(
        release=info.number,
        created_at=info.created_at,
        base_iri=view.base_iri,
        selection=str(wanted),
    )
    network.add_node(centre)
    _add_links(view, network, (row for row in rows if row.subject in found and row.object in found))
    look_up_nodes(view, network)
    _look_up_statements(view, network)
    return network


def _check_size(n_links: int, limit: int) -> None:
    if n_links > limit:
        raise NetworkTooLarge(
            f"{n_links:,} links fit, and a network holds {limit:,} at most: narrow the selection,"
            " raise the limit, or export the links and use a library for larger networks"
            " (docs/network.md)"
        )


def add_link(network: Network, source: str, relation: str, target: str) -> None:
    """Add a link that nobody states yet."""
    network.add_edge(
        source, target, key=relation, relation=relation, stated_from="neither", stated_by=()
    )


def _add_links(view: View, network: Network, rows: Iterable[LinkRow]) -> None:
    keys: dict[str, str] = {}  # one text a key, however many links it has
    start = len(view.iri(""))
    for subject, predicate, object_ in rows:
        source, target = subject[start:], object_[start:]
        ends = keys.setdefault(source, source), keys.setdefault(target, target)
        add_link(network, ends[0], PREDICATES[predicate], ends[1])


def _look_up_statements(view: View, network: Network) -> None:
    predicates = {relation.name: relation.predicate for relation in RELATIONS.values()}
    for source, target, said in network.edges(data=True):
        row = LinkRow(view.iri(source), predicates[said["relation"]], view.iri(target))
        stated = read_stated(view, *row)
        for side, statements in (("source", stated.by_subject), ("target", stated.by_object)):
            for statement in statements:
                _state(said, side, statement.source)


def _scan_statements(view: View, network: Network, homes: Mapping[str, str], scans: Scans) -> None:
    """One pass over all that records state of links; `homes` has the entities of records."""
    # two scans and a table in memory take half the time that the store takes to join the two
    relations = {link: sys.intern(stated) for link, stated in scans.rows(_RELATIONS)}
    start = len(view.iri(""))
    for link, there_iri in scans.rows(_OBJECTS):
        record = link.partition("#")[0]
        stated = relations.pop(link, "")
        here, there = homes.get(record), there_iri[start:]
        if here is None:
            continue
        relation = RELATIONS.get(stated, UNKNOWN_RELATION)
        name, source = relation.name, source_of(view, record)
        for side, subject, object_ in _readings(relation, here, there):
            said = network.get_edge_data(subject, object_, name)
            if said is not None:
                _state(said, side, source)


def _readings(relation: Relation, here: str, there: str) -> tuple[tuple[str, str, str], ...]:
    """The link that a record of the entity `here` may mean: its side, where it starts and ends."""
    if relation.name in SYMMETRIC:
        return ("source", here, there), ("target", there, here)
    return (("target", there, here),) if relation.is_inverse else (("source", here, there),)


def _state(said: dict[str, Any], side: str, source: str) -> None:
    """Note that a record of a source states a link, at one of its ends."""
    said["stated_from"] = _SIDES.get((said["stated_from"], side), said["stated_from"])
    if source not in said["stated_by"]:
        said["stated_by"] = shared_names((*said["stated_by"], source))
