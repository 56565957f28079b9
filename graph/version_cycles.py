"""Version links that run in a circle: each thing would be a newer version of itself.

Pure. Such links are kept as they are stated; whoever follows them has to know.
"""

from collections.abc import Iterable
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
