"""Communities: groups of entities with more links among each other than chance would give. Pure."""

from typing import Final

from msgspec import Struct

from graph.network.measured import Measured, Node, kinds_of, node_of, scope_of, tally
from graph.network.multigraph import LABELS, LOUVAIN, Network, partition

METHODS: Final = (LOUVAIN, LABELS)


class Community(Struct, frozen=True, kw_only=True):
    """A group of entities."""

    size: int
    n_links: int
    """Links between its own entities."""
    by_kind: dict[str, int]
    by_source: dict[str, int]
    """Entities with a record of each source; one of several sources counts under each."""
    members: tuple[Node, ...]
    """The best linked inside it first; no more than were asked for."""


class Communities(Measured, frozen=True, kw_only=True):
    """Into which communities a network falls."""

    method: str
    seed: int
    resolution: float
    modularity: float
    """Of the partition, at most 1; above 0.3 is usually called structure. For all that, two
    partitions of nearly the same modularity may look quite different."""
    n: int
    largest: tuple[Community, ...]
    community_of: dict[str, int]
    """Number of the community by key of the entity, the largest community is 0."""


def communities(  # noqa: PLR0913  # two are what a method takes, two are lengths of lists
    network: Network,
    *,
    method: str = LOUVAIN,
    seed: int = 1,
    resolution: float = 1.0,
    limit: int = 10,
    members: int = 10,
) -> Communities:
    """Communities by Louvain's method or by label propagation.

    Directions are left out; two entities are joined as strongly as they have links. One seed gives
    one result, in any process, for the same selection of the same release and one version of
    networkx.

    Args:
        network: the links.
        method: one of `METHODS`.
        seed: of the random order in which entities are taken.
        resolution: of the modularity; above 1 communities get smaller. Label propagation has none,
            its modularity is told at this resolution.
        limit: communities that are described.
        members: entities that are named of each.

    Raises:
        ValueError: there is no such method.
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}: expected one of {', '.join(METHODS)}")
    keys = sorted(network)
    number = {key: n for n, key in enumerate(keys)}
    weights: dict[tuple[int, int], int] = {}
    for source, target in network.edges():
        one, other = sorted((number[source], number[target]))
        if one != other:
            weights[one, other] = weights.get((one, other), 0) + 1
    groups, modularity = partition(
        weights, len(keys), method=method, seed=seed, resolution=resolution
    )
    return Communities(
        **scope_of(network),
        method=method,
        seed=seed,
        resolution=resolution,
        modularity=modularity,
        n=len(groups),
        largest=tuple(
            _community(network, [keys[n] for n in group], members) for group in groups[:limit]
        ),
        community_of={keys[n]: place for place, group in enumerate(groups) for n in group},
    )


def _community(network: Network, keys: list[str], members: int) -> Community:
    inside = network.subgraph(keys)
    degrees = dict(inside.degree())
    named = sorted(keys, key=lambda key: (-degrees[key], key))[:members]
    return Community(
        size=len(keys),
        n_links=inside.number_of_edges(),
        by_kind=kinds_of(network, keys),
        by_source=tally(name for key in keys for name in network.nodes[key]["sources"]),
        members=tuple(node_of(network, key) for key in named),
    )
