"""Measures of a network as the rows of a CSV file, all of them. Pure.

Of components, communities and ego networks a row is an entity, of degrees an entity with a relation
and a direction, of reuse a dataset, of bridges a pair of sources. Each row names the release.
"""

from collections.abc import Iterable, Iterator

from graph.network.bridges import Bridges
from graph.network.communities import Communities
from graph.network.components import Components
from graph.network.degree import ALL, Degrees
from graph.network.ego import Ego
from graph.network.measured import Measured, Node
from graph.network.reuse import Reuse

_NODE = ("key", "name", "kind", "year", "is_stub", "sources")
_USES = ("rolled_up", "users", "papers", "software", "datasets", "others", "linked", "by_relation")
_JOINED = (
    *("source", "other_source", "links", "stated_at_both_ends", "shared_entities"),
    *("bridging_entities", "by_relation"),
)
Table = tuple[tuple[str, ...], Iterable[tuple[str, ...]]]
"""The names of the columns, and the rows."""


def rows_of(measured: Measured) -> Table:
    """A measure as a table.

    Args:
        measured: with all entities and groups, not only the first.

    Raises:
        TypeError: it is no measure that is written as a table.
    """
    head, rows = _table(measured)
    release = str(measured.release)
    return ("release", *head), ((release, *row) for row in rows)


def _table(measured: Measured) -> Table:
    match measured:
        case Components():
            return (*_NODE, "component", "component_size"), _components(measured)
        case Communities():
            return (*_NODE, "community", "community_size"), _communities(measured)
        case Degrees():
            return (*_NODE, "relation", "direction", "degree"), _degrees(measured)
        case Reuse():
            return (*_NODE, *_USES), _reuse(measured)
        case Bridges():
            return _JOINED, _bridges(measured)
        case Ego():
            return (*_NODE, "distance"), _ego(measured)
        case _:
            raise TypeError(f"no table of {type(measured).__name__}")


def _components(measured: Components) -> Iterator[tuple[str, ...]]:
    for place, each in enumerate(measured.largest):
        for node in each.members:
            yield *_node(node), str(place), str(each.size)


def _communities(measured: Communities) -> Iterator[tuple[str, ...]]:
    for place, each in enumerate(measured.largest):
        for node in each.members:
            yield *_node(node), str(place), str(each.size)


def _degrees(measured: Degrees) -> Iterator[tuple[str, ...]]:
    for each in measured.degrees:
        for ranked in each.top:
            relation = "all" if each.relation == ALL else each.relation
            yield *_node(ranked.entity), relation, each.direction, str(ranked.n)


def _reuse(measured: Reuse) -> Iterator[tuple[str, ...]]:
    for each in measured.most_used:
        counts = (
            *(each.n_rolled_up, each.users, each.papers),
            *(each.software, each.datasets, each.others, each.linked),
        )
        yield *_node(each.dataset), *map(str, counts), _counts(each.by_relation)


def _bridges(measured: Bridges) -> Iterator[tuple[str, ...]]:
    for each in measured.bridges:
        counts = each.n_links, each.n_both, each.n_shared, each.n_entities
        yield *each.sources, *map(str, counts), _counts(each.by_relation)


def _ego(measured: Ego) -> Iterator[tuple[str, ...]]:
    for each in measured.entities:
        yield *_node(each.entity), str(each.distance)


def _node(node: Node) -> tuple[str, ...]:
    year = "" if node.year is None else str(node.year)
    sources = "; ".join(node.sources)
    return node.key, node.name, node.kind, year, str(node.is_stub).lower(), sources


def _counts(counts: dict[str, int]) -> str:
    return "; ".join(f"{name} {n}" for name, n in counts.items())
