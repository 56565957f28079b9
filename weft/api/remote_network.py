"""The network of a remote release's links: the same as `graph.network.build` makes of a store."""

from collections.abc import Iterable
from typing import Final

from graph.links.filter import LinkFilter
from graph.network.build import NetworkTooLarge, add_link
from graph.network.multigraph import Network, new_network
from graph.network.nodes import shared_names
from graph.relation import WEFT
from graph.release import ReleaseInfo
from search.metadata.end import End
from weft.api.remote_links import RemoteLinks
from weft.remote.endpoint import Endpoint

_BATCH: Final = 500
"""Entities that are asked for in one query."""


def remote_network(
    links: RemoteLinks, endpoint: Endpoint, wanted: LinkFilter, *, info: ReleaseInfo, limit: int
) -> Network:
    """The links that fit as a network; see `graph.network.build.build_network`.

    Raises:
        NetworkTooLarge: more links fit than the limit.
        RemoteError: the remote does not answer as it should.
    """
    network = new_network(
        release=info.number,
        created_at=info.created_at,
        base_iri=info.base_iri,
        selection=str(wanted),
    )
    total = links.count(wanted)
    if total > limit:
        raise NetworkTooLarge(
            f"{total:,} links fit, and a network holds {limit:,} at most: narrow the selection, or"
            " raise the limit"
        )
    for link in links.read(wanted):
        add_link(network, link.source, link.relation, link.target)
        said = network.edges[link.source, link.target, link.relation]
        said["stated_from"] = link.stated_from
        said["stated_by"] = shared_names(each.source for each in link.stated_by)
        for end in (link.source_entity, link.target_entity):
            _describe(network, end)
    _read_years_and_sources(network, endpoint, info.base_iri)
    return network


def _describe(network: Network, end: End) -> None:
    network.nodes[end.key].update(
        kind=end.kind,
        name=end.name or min(end.identifiers, default=""),
        is_stub=end.is_stub,
        sources=(),
    )


def _read_years_and_sources(network: Network, endpoint: Endpoint, base_iri: str) -> None:
    start = f"{base_iri}id/"
    everything = list(network)
    for begin in range(0, len(everything), _BATCH):
        keys = everything[begin : begin + _BATCH]
        for row in endpoint.select(_query(f"<{start}{key}>" for key in keys)).rows:
            node = network.nodes[row["s"].value.removeprefix(start)]
            if "year" in row:
                year = int(row["year"].value)
                node["year"] = min(year, node.get("year", year))
            if "source" in row:
                node["sources"] = shared_names((*node["sources"], row["source"].value))


def _query(iris: Iterable[str]) -> str:
    return (
        f"SELECT DISTINCT ?s ?year ?source {{ VALUES ?s {{ {' '.join(iris)} }}"
        f" OPTIONAL {{ ?s <{WEFT}year> ?year }}"
        f" OPTIONAL {{ ?s <{WEFT}fromRecord> ?r . ?r <{WEFT}source> ?source }} }}"
    )
