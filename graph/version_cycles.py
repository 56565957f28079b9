"""Version links that run in a circle: each thing would be a newer version of itself.

Pure. Such links are kept as they are stated; whoever follows them has to know.
"""

from collections.abc import Callable, Iterable
from typing import Final

import networkx as nx

from graph.relation import RELATIONS

VERSION_PREDICATES: Final = tuple(
    RELATIONS[name].predicate for name in ("IsVersionOf", "IsNewVersionOf")
)


def version_cycles(links: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Groups of keys that are versions of each other all the way round, in order.

    Args:
        links: subject and object of every version link.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(links)
    circles = (group for group in nx.strongly_connected_components(graph) if len(group) > 1)
    return sorted(tuple(sorted(group)) for group in circles)


def changed_version_cycles(
    former: Iterable[tuple[str, ...]],
    changed: Iterable[str],
    links_from: Callable[[set[str]], Iterable[tuple[str, str]]],
) -> list[tuple[str, ...]]:
    """What `version_cycles` gives after a change, without a look at all links.

    Args:
        former: the groups before it.
        changed: keys at the ends of all version links that came or went, and any others.
        links_from: version links that have one of these keys as subject.
    """
    seen: set[str] = set()
    links: list[tuple[str, str]] = []
    waiting = starts = set(changed)
    while waiting:  # whoever is in a circle with a key that changed is met on the way from there
        seen |= waiting
        found = list(links_from(waiting))
        links += found
        waiting = {end for _, end in found} - seen
    kept = {group for group in former if starts.isdisjoint(group)}
    return sorted(kept.union(version_cycles(links)))
