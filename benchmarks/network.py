"""Links as a network: what it takes to build one, and to measure it.

Building stands beside networkx given the same nodes and edges in memory: no network of this kind
takes less.
"""

import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import networkx as nx

from benchmarks.linked import make_store
from benchmarks.measure import Measured, measure
from graph.explain.view import View
from graph.links.filter import LinkFilter
from graph.links.listing import list_links
from graph.network.bridges import bridges
from graph.network.build import build_network
from graph.network.communities import communities
from graph.network.components import components
from graph.network.degree import degrees
from graph.network.multigraph import LABELS, Network
from graph.network.reuse import reuse
from graph.release import ReleaseInfo
from graph.store import open_graph

LINKS: Final = 200_000
NETWORK_SECONDS: Final = 10
"""Most that a network of `LINKS` may take, on a core of its own."""


def measure_network(n_links: int = LINKS) -> None:
    """Print what a network takes beside networkx alone, the list of its links, and the measures.

    Times are those of the processor: what else the machine does at that time does not count.
    """
    print(f"\nA network of {n_links:,} links", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(make, folder, n_links)
        built = measure(build, folder)
        measure(keep, folder)
        read = measure(read_kept, folder)
        filled = measure(fill_networkx, folder)
        alone_s = filled.cpu_s - read.cpu_s
        limit = NETWORK_SECONDS * n_links / LINKS
        verdict = "met" if built.cpu_s < limit else "not met"
        _line("network from a release", built.cpu_s, built, f"target under {limit:g} s: {verdict}")
        _line("networkx alone", alone_s, filled, f"ratio {built.cpu_s / alone_s:.1f}")
        listed = measure(list_all, folder)
        _line("links with all statements", listed.cpu_s, listed, "")
        for what in MEASURES:
            measured = measure(run_measure, folder, what)
            _line(f"measure: {what}", measured.cpu_s - filled.cpu_s, measured, "")


def make(folder: Path, n_links: int) -> None:
    """The store, and what `release.json` would say."""
    info = make_store(n_links, folder / "graph")
    (folder / "info").write_bytes(msgspec.json.encode(info))


def build(folder: Path) -> Network:
    """The network of all links."""
    info = msgspec.json.decode((folder / "info").read_bytes(), type=ReleaseInfo)
    with open_graph(folder / "graph") as reader:
        view = View(reader, info.base_iri)
        return build_network(view, LinkFilter(), info=info, limit=info.links)


def keep(folder: Path) -> None:
    """Its nodes and edges as they are in memory, in a file."""
    network = build(folder)
    kept = network.graph, list(network.nodes(data=True)), list(network.edges(data=True, keys=True))
    (folder / "kept").write_bytes(pickle.dumps(kept))


def read_kept(folder: Path) -> tuple[Any, Any, Any]:
    """Nodes and edges out of the file."""
    kept: tuple[Any, Any, Any] = pickle.loads((folder / "kept").read_bytes())  # noqa: S301  # ours
    return kept


def fill_networkx(folder: Path) -> Network:
    """The limit: a network of nodes and edges that are in memory, with their attributes."""
    about, nodes, edges = read_kept(folder)
    network: Network = nx.MultiDiGraph(**about)
    network.add_nodes_from(nodes)
    network.add_edges_from(edges)
    return network


def list_all(folder: Path) -> None:
    """Every link with all that state it, and nothing kept of it."""
    info = msgspec.json.decode((folder / "info").read_bytes(), type=ReleaseInfo)
    with open_graph(folder / "graph") as reader:
        n_links = sum(1 for _ in list_links(View(reader, info.base_iri), LinkFilter()))
    if n_links != info.links:
        raise RuntimeError(f"{n_links} links of {info.links}")


def run_measure(folder: Path, what: str) -> None:
    """One measure of the network that was kept."""
    MEASURES[what](fill_networkx(folder))


def _label_propagation(network: Network) -> object:
    return communities(network, method=LABELS)


MEASURES: Final[dict[str, Callable[[Network], object]]] = {
    "components": components,
    "degree": degrees,
    "reuse": reuse,
    "bridges": bridges,
    "communities, labels": _label_propagation,
    "communities, louvain": communities,
}


def _line(what: str, seconds: float, taken: Measured, verdict: str) -> None:
    print(f"  {what:<28}{seconds:>8.1f} s{taken.peak_mb:>8.0f} MB  {verdict}", flush=True)
