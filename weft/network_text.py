"""Measures of a network laid out for people."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph.network.bridges import Bridges
from graph.network.communities import Communities, Community
from graph.network.components import Component, Components
from graph.network.degree import ALL, Degrees
from graph.network.ego import Ego
from graph.network.measured import Measured, Node
from graph.network.reuse import Reuse

_NAMED: Final = 3
"""Entities that are named of each group or relation."""
_DIRECTIONS: Final = {"any": "from or to", "out": "from", "in": "to"}


def show(console: Console, measured: Measured) -> None:
    """Print a measure, with the release and the selection that it is of.

    Raises:
        TypeError: it is no measure that is printed.
    """
    console.print(
        Text(
            f"{measured.n_links:,} {'link' if measured.n_links == 1 else 'links'} between"
            f" {measured.n_entities:,} entities of release"
            f" {measured.release} ({measured.created_at}): {measured.selection}\n",
            "bold",
        )
    )
    match measured:
        case Components():
            _show_components(console, measured)
        case Communities():
            _show_communities(console, measured)
        case Degrees():
            _show_degrees(console, measured)
        case Reuse():
            _show_reuse(console, measured)
        case Bridges():
            _show_bridges(console, measured)
        case Ego():
            _show_ego(console, measured)
        case _:
            raise TypeError(f"no text of {type(measured).__name__}")


def _show_components(console: Console, measured: Components) -> None:
    _say(console, f"{measured.n:,} components")
    table = _table("entities each", "components")
    for each in measured.sizes:
        table.add_row(f"{each.size:,}", f"{each.n:,}")
    console.print(table)
    _show_groups(console, "component", measured.largest)


def _show_communities(console: Console, measured: Communities) -> None:
    _say(
        console,
        f"{measured.n:,} communities, modularity {measured.modularity:.4f}"
        f" ({measured.method}, seed {measured.seed}, resolution {measured.resolution:g})",
    )
    _show_groups(console, "community", measured.largest)


def _show_groups(console: Console, what: str, groups: Sequence[Component | Community]) -> None:
    table = _table(what, "entities", "links", "kinds", "sources", "best linked")
    for place, each in enumerate(groups):
        table.add_row(
            *(str(place), f"{each.size:,}", f"{each.n_links:,}"),
            *(_counts(each.by_kind), _counts(each.by_source), _names(each.members)),
        )
    console.print(table)


def _show_degrees(console: Console, measured: Degrees) -> None:
    table = _table("relation", "", "links", "entities", "mean", "median", "max", "most")
    for each in measured.degrees:
        table.add_row(
            each.relation if each.relation != ALL else "all relations",
            _DIRECTIONS[each.direction],
            *(f"{each.n_links:,}", f"{each.n_entities:,}", f"{each.mean:.2f}"),
            *(f"{each.median:g}", f"{each.max:,}", _names(each.entity for each in each.top)),
        )
    console.print(table)


def _show_reuse(console: Console, measured: Reuse) -> None:
    how = "parts and versions rolled up" if measured.rolled_up else "each part and version alone"
    _say(
        console,
        f"{measured.n_used:,} of the {measured.n_datasets:,} datasets with a link are used, {how}",
    )
    table = _table(
        *("dataset", "users", "papers", "software", "datasets", "others", "linked", "by relation")
    )
    for each in measured.most_used:
        counts = each.users, each.papers, each.software, each.datasets, each.others, each.linked
        table.add_row(_named(each.dataset), *map(str, counts), _counts(each.by_relation))
    console.print(table)


def _show_bridges(console: Console, measured: Bridges) -> None:
    if not measured.bridges:
        _say(console, "nothing joins two sources")
        return
    names = ("sources", "links", "at both ends", "shared", "entities between", "relations", "most")
    table = _table(*names)
    for each in measured.bridges:
        counts = each.n_links, each.n_both, each.n_shared, each.n_entities
        table.add_row(
            *(" - ".join(each.sources), *map(str, counts), _counts(each.by_relation)),
            _names(each.entity for each in each.top),
        )
    console.print(table)


def _show_ego(console: Console, measured: Ego) -> None:
    _say(console, f"around {_named(measured.centre)}, radius {measured.radius}")
    table = _table("links away", "entity", "kind", "year", "sources")
    for each in measured.entities:
        node = each.entity
        year = "" if node.year is None else str(node.year)
        kind = "stub" if node.is_stub else node.kind
        table.add_row(str(each.distance), _named(node), kind, year, ", ".join(node.sources))
    console.print(table)


def _named(node: Node) -> str:
    return f"{node.name or 'without a name'} ({node.key})"


def _names(nodes: Iterable[Node]) -> str:
    return "\n".join(_named(node) for _, node in zip(range(_NAMED), nodes, strict=False))


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items())


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(Text(name), overflow="fold")
    return table


def _say(console: Console, text: str) -> None:
    console.print(Text(text))
