"""Reads what a network tells of its entities: kind, name, year, whether a stub, and its sources."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from graph.explain.view import View
from graph.links.selection import UNKNOWN_KIND
from graph.network.multigraph import Network
from graph.network.scans import Scans
from graph.relation import WEFT
from graph.vocabulary import RDF_TYPE, SCHEMA

_DESCRIBED: Final = (
    f"SELECT ?s ?kind ?name ?year {{ ?s <{WEFT}kind> ?kind"
    f" OPTIONAL {{ ?s <{SCHEMA}name> ?name }} OPTIONAL {{ ?s <{WEFT}year> ?year }} }}"
)
_RECORDS: Final = f"SELECT ?s ?record {{ ?s <{WEFT}fromRecord> ?record }}"
_STUBS: Final = (
    f"SELECT ?s ?identifier {{ ?s <{RDF_TYPE}> <{WEFT}Stub> ; <{SCHEMA}identifier> ?identifier }}"
)
NODE_QUERIES: Final = (_DESCRIBED, _STUBS, _RECORDS)
"""What is asked of the whole release to describe nodes, in the order in which it is read."""


def look_up_nodes(view: View, network: Network) -> None:
    """Give every node of a network its attributes, one by one; nodes are keys of its entities."""
    _prepare(network)
    for key in network:
        _look_up(view, network, key)


def scan_nodes(view: View, network: Network, scans: Scans) -> dict[str, str]:
    """The same in one pass over the release; gives the key of the entity by record.

    Args:
        view: the release.
        network: whose nodes are described.
        scans: the answers to `NODE_QUERIES`.
    """
    _prepare(network)
    _scan_described(view, network, scans)
    _scan_stubs(view, network, scans)
    return _scan_records(view, network, scans)


def source_of(view: View, record: str) -> str:
    """Name of the source of a record, which its IRI is made of."""
    return _unquoted(record.removeprefix(view.base_iri + "record/").partition("/")[0])


def _look_up(view: View, network: Network, key: str) -> None:
    iri, attributes = view.iri(key), network.nodes[key]
    attributes["kind"] = view.reader.kind(iri) or UNKNOWN_KIND
    attributes["name"] = view.reader.names([iri]).get(iri, "")
    if year := view.text(iri, WEFT + "year"):
        attributes["year"] = int(year)
    attributes["is_stub"] = view.reader.has(iri, WEFT + "Stub")
    attributes["sources"] = shared_names(source_of(view, record) for record in view.members(key))


def _prepare(network: Network) -> None:
    for attributes in network.nodes.values():
        attributes.update(kind=UNKNOWN_KIND, name="", is_stub=False, sources=())


def _scan_described(view: View, network: Network, scans: Scans) -> None:
    """Of several values of a property the first by text is taken, as everywhere."""
    nodes, start = dict(network.nodes.items()), len(view.iri(""))
    for iri, kind, name, year in scans.rows(_DESCRIBED):
        if (attributes := nodes.get(iri[start:])) is None:
            continue
        known = attributes["kind"]
        attributes["kind"] = kind if known == UNKNOWN_KIND else min(known, kind)
        if name and (not attributes["name"] or name < attributes["name"]):
            attributes["name"] = name
        if year and ("year" not in attributes or year < str(attributes["year"])):
            attributes["year"] = int(year)


def _scan_stubs(view: View, network: Network, scans: Scans) -> None:
    nodes, start = dict(network.nodes.items()), len(view.iri(""))
    for iri, identifier in scans.rows(_STUBS):
        if (attributes := nodes.get(iri[start:])) is None:
            continue
        attributes["is_stub"] = True
        if not attributes["name"] or identifier < attributes["name"]:
            attributes["name"] = identifier


def _scan_records(view: View, network: Network, scans: Scans) -> dict[str, str]:
    nodes, start = dict(network.nodes.items()), len(view.iri(""))
    keys = {key: key for key in network}  # one text a key, however many records it has
    homes: dict[str, str] = {}
    for iri, record in scans.rows(_RECORDS):
        if (key := keys.get(iri[start:])) is None:
            continue
        homes[record] = key
        attributes, source = nodes[key], source_of(view, record)
        if source not in attributes["sources"]:
            attributes["sources"] = shared_names((*attributes["sources"], source))
    return homes


def shared_names(sources: Iterable[str]) -> tuple[str, ...]:
    """Names of sources, each once and in order; one tuple however many entities have it."""
    return _shared(tuple(sorted(set(sources))))


@lru_cache(maxsize=4096)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    return names


@lru_cache(maxsize=1024)
def _unquoted(name: str) -> str:
    return unquote(name)
