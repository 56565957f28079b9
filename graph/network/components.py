"""Components: groups of entities that links join, whichever way the links point. Pure."""

from msgspec import Struct

from graph.network.measured import Measured, Node, kinds_of, node_of, scope_of, tally
from graph.network.multigraph import Network, weak_components


class SizeCount(Struct, frozen=True, kw_only=True):
    """How many components have a size."""

    size: int
    """Entities in each."""
    n: int


class Component(Struct, frozen=True, kw_only=True):
    """Entities that links join, and no link leads out of."""

    size: int
    n_links: int
    by_kind: dict[str, int]
    by_source: dict[str, int]
    """Entities with a record of each source; one of several sources counts under each."""
    n_stubs: int
    members: tuple[Node, ...]
    """The best linked first; no more than were asked for."""


class Components(Measured, frozen=True, kw_only=True):
    """Into how many parts a network falls."""

    n: int
    sizes: tuple[SizeCount, ...]
    """The largest first."""
    largest: tuple[Component, ...]


def components(network: Network, *, limit: int = 10, members: int = 10) -> Components:
    """The weakly connected components of a network.

    Args:
        network: the links.
        limit: components that are described.
        members: entities that are named of each.
    """
    found = weak_components(network)
    sizes: dict[int, int] = {}
    for each in found:
        sizes[len(each)] = sizes.get(len(each), 0) + 1
    return Components(
        **scope_of(network),
        n=len(found),
        sizes=tuple(SizeCount(size=size, n=n) for size, n in sizes.items()),
        largest=tuple(_component(network, keys, members) for keys in found[:limit]),
    )


def _component(network: Network, keys: list[str], members: int) -> Component:
    degrees = {key: network.degree(key) for key in keys}
    named = sorted(keys, key=lambda key: (-degrees[key], key))[:members]
    return Component(
        size=len(keys),
        n_links=sum(degrees.values()) // 2,  # a link with itself counts twice in a degree
        by_kind=kinds_of(network, keys),
        by_source=tally(name for key in keys for name in network.nodes[key]["sources"]),
        n_stubs=sum(network.nodes[key]["is_stub"] for key in keys),
        members=tuple(node_of(network, key) for key in named),
    )
