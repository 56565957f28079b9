"""Degrees: how many links entities have, by relation and direction. Pure."""

from typing import Final, Literal

from msgspec import Struct

from graph.network.measured import Measured, Ranked, scope_of, top
from graph.network.multigraph import Network

Direction = Literal["out", "in", "any"]
ALL: Final = ""
"""Stands for all relations together."""


class DegreeCount(Struct, frozen=True, kw_only=True):
    """How many entities have a degree."""

    degree: int
    n: int


class Degree(Struct, frozen=True, kw_only=True):
    """The links of one relation, seen from one of their ends."""

    relation: str
    """Canonical DataCite name; empty for all relations together."""
    direction: Direction
    """`out`: seen from what the links start at; `in`: from what they lead to; `any`: from both."""
    n_links: int
    n_entities: int
    """Entities with at least one such link."""
    mean: float
    """Links an entity, among those that have one."""
    median: float
    max: int
    distribution: tuple[DegreeCount, ...]
    """From degree 1 on."""
    top: tuple[Ranked, ...]
    """Entities with the most such links."""


class Degrees(Measured, frozen=True, kw_only=True):
    """How links are spread over the entities of a network."""

    degrees: tuple[Degree, ...]
    """All relations together, then the commonest first; of each `out` before `in`."""


def degrees(network: Network, *, limit: int = 10) -> Degrees:
    """How many links the entities of a network have, by relation and direction.

    Args:
        network: the links; two entities joined by two relations have two links.
        limit: entities that are named of each relation and direction.
    """
    counts: dict[tuple[str, Direction], dict[str, int]] = {(ALL, "any"): {}}
    for source, target, relation in network.edges(keys=True):
        ends: tuple[tuple[str, Direction, str], ...] = (
            (ALL, "any", source),
            (ALL, "any", target),
            (relation, "out", source),
            (relation, "in", target),
        )
        for name, direction, key in ends:
            found = counts.setdefault((name, direction), {})
            found[key] = found.get(key, 0) + 1
    listed = [
        _degree(network, name, direction, found, limit)
        for (name, direction), found in counts.items()
        if found
    ]
    order = {"any": 0, "out": 1, "in": 2}
    listed.sort(
        key=lambda each: (
            each.relation != ALL, -each.n_links, each.relation, order[each.direction]
        )
    )  # fmt: skip
    return Degrees(**scope_of(network), degrees=tuple(listed))


def _degree(
    network: Network, relation: str, direction: Direction, counts: dict[str, int], limit: int
) -> Degree:
    spread: dict[int, int] = {}
    for n in counts.values():
        spread[n] = spread.get(n, 0) + 1
    total = sum(counts.values())
    return Degree(
        relation=relation,
        direction=direction,
        n_links=total // 2 if direction == "any" else total,
        n_entities=len(counts),
        mean=total / len(counts),
        median=_median(spread, len(counts)),
        max=max(counts.values()),
        distribution=tuple(
            DegreeCount(degree=degree, n=spread[degree]) for degree in sorted(spread)
        ),
        top=top(network, counts.items(), limit),
    )


def _median(spread: dict[int, int], n: int) -> float:
    """The middle of `n` numbers, of which it is known how often each comes."""
    middle, passed = [], 0
    wanted = ((n - 1) // 2, n // 2)
    for value in sorted(spread):
        middle += [value for place in wanted if passed <= place < passed + spread[value]]
        passed += spread[value]
    return sum(middle) / len(middle)
