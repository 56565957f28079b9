"""The network itself, and the algorithms on it that networkx has. Its only importer here.

A node is the key of an entity, with `kind`, `name`, `year` (absent where no record tells),
`is_stub` and `sources`. An edge is a link in its canonical direction; its key is the relation, its
attributes `relation`, `stated_from` (source, target, both, neither) and `stated_by`. The graph has
`release`, `created_at`, `base_iri` and `selection`.
https://networkx.org/documentation/stable/reference/classes/multidigraph.html
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import networkx as nx

Network: TypeAlias = "nx.MultiDiGraph[str]"
"""Links between entities; parallel edges are links of different relations."""

LOUVAIN: Final = "louvain"
LABELS: Final = "label-propagation"


def new_network(*, release: int, created_at: str, base_iri: str, selection: str) -> Network:
    """A network without links, which names its release and the conditions on its links."""
    return nx.MultiDiGraph(
        release=release, created_at=created_at, base_iri=base_iri, selection=selection
    )


def weak_components(network: Network) -> list[list[str]]:
    """Keys that links join, whichever way they point: the largest group first, keys in order."""
    found = (sorted(each) for each in nx.weakly_connected_components(network))
    return sorted(found, key=lambda each: (-len(each), each[0]))


def within(network: Network, centre: str, radius: int) -> dict[str, int]:
    """Distance of each key that is at most `radius` links away, whichever way they point."""
    found = nx.single_source_shortest_path_length(
        network.to_undirected(as_view=True), centre, cutoff=radius
    )
    return dict(found)


def shortest_keys(network: Network, start: str, end: str) -> list[str] | None:
    """Keys of a shortest chain of links, whichever way they point; None when there is none."""
    try:
        return list(nx.bidirectional_shortest_path(network.to_undirected(as_view=True), start, end))
    except nx.NetworkXNoPath:
        return None


def subnetwork(network: Network, keys: Iterable[str]) -> Network:
    """A network of its own of some keys and all links between them."""
    return network.subgraph(keys).copy()


def partition(
    weights: Mapping[tuple[int, int], int],
    n_nodes: int,
    *,
    method: str,
    seed: int,
    resolution: float,
) -> tuple[list[list[int]], float]:
    """Communities of the nodes 0 to `n_nodes`, and their modularity.

    The nodes are numbers because the algorithms walk through sets: those of texts come in another
    order in every process, and the result with them.

    Args:
        weights: how strongly two nodes are joined, by their numbers, the lower one first.
        n_nodes: how many nodes there are.
        method: `LOUVAIN` (https://doi.org/10.1088/1742-5468/2008/10/P10008) or `LABELS`, fast
            label propagation (https://doi.org/10.1038/s41598-023-29610-z).
        seed: of the random order in which nodes are taken.
        resolution: of the modularity; above 1 communities get smaller.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(n_nodes))
    graph.add_weighted_edges_from(
        (one, other, weights[one, other]) for one, other in sorted(weights)
    )
    if method == LABELS:
        found = nx.community.fast_label_propagation_communities(graph, weight="weight", seed=seed)
    else:
        found = nx.community.louvain_communities(
            graph, weight="weight", resolution=resolution, seed=seed
        )
    groups = sorted((sorted(each) for each in found), key=lambda each: (-len(each), each[0]))
    if not weights:
        return groups, 0.0
    modularity = nx.community.modularity(graph, groups, weight="weight", resolution=resolution)
    return groups, float(modularity)
