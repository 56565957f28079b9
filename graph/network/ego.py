"""Ego networks: an entity, all that a few links away from it, and the links between these. Pure."""

from msgspec import Struct

from graph.errors import GraphError
from graph.network.measured import Measured, Node, kinds_of, node_of, scope_of
from graph.network.multigraph import Network, shortest_keys, subnetwork, within


class NotInNetwork(GraphError):
    """An entity that has none of the links of a network."""


class Neighbour(Struct, frozen=True, kw_only=True):
    """An entity and how far it is from the centre."""

    entity: Node
    distance: int
    """Links between, whichever way they point; 0 of the centre."""


class EgoLink(Struct, frozen=True, kw_only=True):
    """A link between two entities of an ego network, in its canonical direction."""

    source: str
    relation: str
    target: str
    stated_from: str
    stated_by: tuple[str, ...]
    """Sources whose records state it."""


class Ego(Measured, frozen=True, kw_only=True):
    """An entity and what is around it."""

    centre: Node
    radius: int
    by_kind: dict[str, int]
    by_distance: tuple[int, ...]
    """Entities at each distance, from 0 on."""
    entities: tuple[Neighbour, ...]
    """By distance, then by key."""
    links: tuple[EgoLink, ...]


def ego_network(network: Network, centre: str, radius: int = 1) -> Network:
    """The part of a network that is at most `radius` links away from an entity.

    Raises:
        NotInNetwork: the entity has no link here.
    """
    _check(network, centre)
    return subnetwork(network, within(network, centre, radius))


def ego(network: Network, centre: str, radius: int = 1) -> Ego:
    """An entity, what is at most `radius` links away from it, and all links between these.

    Raises:
        NotInNetwork: the entity has no link here.
    """
    _check(network, centre)
    distances = within(network, centre, radius)
    around = subnetwork(network, distances)
    order = sorted(distances, key=lambda key: (distances[key], key))
    counts = [0] * (max(distances.values()) + 1)
    for distance in distances.values():
        counts[distance] += 1
    return Ego(
        **scope_of(around),
        centre=node_of(network, centre),
        radius=radius,
        by_kind=kinds_of(network, order),
        by_distance=tuple(counts),
        entities=tuple(
            Neighbour(entity=node_of(network, key), distance=distances[key]) for key in order
        ),
        links=tuple(
            EgoLink(
                source=source,
                relation=said["relation"],
                target=target,
                stated_from=said["stated_from"],
                stated_by=said["stated_by"],
            )
            for source, target, said in sorted(
                around.edges(data=True), key=lambda each: (each[0], each[1], each[2]["relation"])
            )
        ),
    )


def shortest_path(network: Network, start: str, end: str) -> tuple[str, ...] | None:
    """Keys of a shortest chain of links between two entities, whichever way they point.

    `graph.network.path` finds one without a network.

    Raises:
        NotInNetwork: one of them has no link here.
    """
    for key in (start, end):
        _check(network, key)
    found = shortest_keys(network, start, end)
    return None if found is None else tuple(found)


def _check(network: Network, key: str) -> None:
    if key not in network:
        raise NotInNetwork(
            f"{key} has none of these links ({network.graph['selection']}): it is in no network"
        )
