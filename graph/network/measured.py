"""What every measure of a network tells beside its figures: of which release and which links."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from graph.network.multigraph import Network


class Node(Struct, frozen=True, kw_only=True):
    """An entity, as results name it."""

    key: str
    name: str
    """Its title; of a stub its first identifier."""
    kind: str
    """`unknown` where no record tells."""
    year: int | None
    is_stub: bool
    """Whether no source has delivered it: it is known as the end of links only."""
    sources: tuple[str, ...]
    """Sources that delivered a record of it."""


class Ranked(Struct, frozen=True, kw_only=True):
    """An entity with a number of its own."""

    entity: Node
    n: int


class Measured(Struct, frozen=True, kw_only=True):
    """A result, with the network that it was measured on."""

    release: int
    created_at: str
    base_iri: str
    selection: str
    """The conditions on the links; `all links` without any."""
    n_entities: int
    """Entities with at least one of these links; those without are not in a network."""
    n_links: int
    """Links, each counted once whoever states it."""


def scope_of(network: Network) -> dict[str, Any]:
    """The fields of `Measured`, of a network."""
    return {
        **{
            name: network.graph[name] for name in ("release", "created_at", "base_iri", "selection")
        },
        "n_entities": network.number_of_nodes(),
        "n_links": network.number_of_edges(),
    }


def node_of(network: Network, key: str) -> Node:
    """An entity of a network."""
    said = network.nodes[key]
    return Node(
        key=key,
        name=said["name"],
        kind=said["kind"],
        year=said.get("year"),
        is_stub=said["is_stub"],
        sources=said["sources"],
    )


def top(network: Network, counts: Iterable[tuple[str, int]], limit: int) -> tuple[Ranked, ...]:
    """The entities with the largest numbers, those of one number in order of keys."""
    first = sorted(counts, key=lambda each: (-each[1], each[0]))[:limit]
    return tuple(Ranked(entity=node_of(network, key), n=n) for key, n in first)


def kinds_of(network: Network, keys: Iterable[str]) -> dict[str, int]:
    """How many of some entities are of each kind, the commonest first."""
    return tally(network.nodes[key]["kind"] for key in keys)


def tally(values: Iterable[str]) -> dict[str, int]:
    """How often each value comes, the commonest first."""
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))
