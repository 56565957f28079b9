"""Bridges between sources: links and entities that join what two sources delivered. Pure."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from msgspec import Struct

from graph.network.measured import Measured, Ranked, scope_of, tally, top
from graph.network.multigraph import Network


class Bridge(Struct, frozen=True, kw_only=True):
    """What joins the entities of two sources."""

    sources: tuple[str, str]
    """In order of names."""
    n_links: int
    """Links from an entity that only the one delivered to one that only the other delivered."""
    n_both: int
    """Of these, links that records of both ends state."""
    by_relation: dict[str, int]
    """These links by canonical relation, the commonest first."""
    n_shared: int
    """Entities of the network that both delivered."""
    n_entities: int
    """Entities with a neighbour from the one and another neighbour from the other."""
    top: tuple[Ranked, ...]
    """Those with the most such neighbours; `n` counts them."""


class Bridges(Measured, frozen=True, kw_only=True):
    """What joins the sources of a network, pair by pair."""

    bridges: tuple[Bridge, ...]
    """Pairs that anything joins, the most links first."""


def bridges(network: Network, *, limit: int = 5) -> Bridges:
    """Links and entities that join what different sources delivered.

    "Only" means: of the two sources of the pair; a third may have delivered it too. A stub was
    delivered by none: links with it join nothing, but it is an entity between two sources when
    both have neighbours of it.

    Args:
        network: the links.
        limit: entities that are named of each pair.
    """
    relations: dict[tuple[str, str], list[str]] = {}
    both: dict[tuple[str, str], int] = {}
    of = {key: said["sources"] for key, said in network.nodes(data=True)}
    for source, target, said in network.edges(data=True):
        for pair in _joined(of[source], of[target]):
            relations.setdefault(pair, []).append(said["relation"])
            both[pair] = both.get(pair, 0) + (said["stated_from"] == "both")
    shared = _shared(of.values())
    between = _between(network, of)
    pairs = sorted(
        {*relations, *shared, *between},
        key=lambda pair: (-len(relations.get(pair, ())), -shared.get(pair, 0), pair),
    )
    return Bridges(
        **scope_of(network),
        bridges=tuple(
            Bridge(
                sources=pair,
                n_links=len(relations.get(pair, ())),
                n_both=both.get(pair, 0),
                by_relation=tally(relations.get(pair, ())),
                n_shared=shared.get(pair, 0),
                n_entities=len(between.get(pair, {})),
                top=top(network, between.get(pair, {}).items(), limit),
            )
            for pair in pairs
        ),
    )


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Pairs of sources, of which the one delivered only one end and the other only the other."""
    found = {
        (min(first, second), max(first, second))
        for first in one
        if first not in other
        for second in other
        if second not in one
    }
    yield from sorted(found)


def _shared(delivered: Iterable[tuple[str, ...]]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for names in delivered:
        for pair in combinations(names, 2):
            found[pair] = found.get(pair, 0) + 1
    return found


def _between(
    network: Network, of: dict[str, tuple[str, ...]]
) -> dict[tuple[str, str], dict[str, int]]:
    """By pair of sources: entities with neighbours of both, and how many those are."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for key in network:
        around = {*network.succ[key], *network.pred[key]} - {key}
        names = sorted({name for other in around for name in of[other]})
        for one, other in combinations(names, 2):
            firsts = {each for each in around if one in of[each]}
            seconds = {each for each in around if other in of[each]}
            # one neighbour of both sources joins nothing by itself
            if firsts - seconds and seconds - firsts:
                found.setdefault((one, other), {})[key] = len(firsts ^ seconds)
    return found
