"""A description as Turtle, JSON-LD, N-Triples or RDF/XML. Pure.

JSON-LD 1.1 with its context inside, so that nobody has to fetch one: https://www.w3.org/TR/json-ld11/
"""

import json
from enum import Enum
from typing import Final

import rdflib

from graph.vocabulary import PREFIXES, SCHEMA


class RdfFormat(Enum):
    """A serialisation of a description; the value is the suffix of its address."""

    TURTLE = "ttl"
    JSON_LD = "jsonld"
    N_TRIPLES = "nt"
    RDF_XML = "rdf"

    @property
    def media_type(self) -> str:
        """What Content-Type says, without parameters."""
        return _FACTS[self][0]

    @property
    def label(self) -> str:
        """Name for people."""
        return _FACTS[self][1]

    @property
    def writer(self) -> str:
        """Name of rdflib's serialiser."""
        return _FACTS[self][2]


_FACTS: Final = {
    RdfFormat.TURTLE: ("text/turtle", "Turtle", "turtle"),
    RdfFormat.JSON_LD: ("application/ld+json", "JSON-LD", "json-ld"),
    RdfFormat.N_TRIPLES: ("application/n-triples", "N-Triples", "ntriples"),
    RdfFormat.RDF_XML: ("application/rdf+xml", "RDF/XML", "pretty-xml"),
}

BY_MEDIA_TYPE: Final = {item.media_type: item for item in RdfFormat}

_CONTEXT: Final[dict[str, str]] = {
    "@vocab": SCHEMA,
    **{name: iri for name, iri in PREFIXES.items() if name != "schema"},
}
_SHARED: Final = frozenset(("@context", "@graph"))


def serialise(graph: rdflib.Graph, form: RdfFormat, *, root: str) -> str:
    """Write a description; the same graph gives the same text, whatever order it is held in.

    Args:
        graph: the description.
        form: how to write it.
        root: the IRI it is about; JSON-LD begins there and holds inside it what only it names.
    """
    if form is RdfFormat.JSON_LD:
        return json.dumps(_sorted(_nested(graph, root)), ensure_ascii=False, indent=2) + "\n"
    text: str = graph.serialize(format=form.writer)
    if form is RdfFormat.N_TRIPLES:
        return "".join(sorted(text.splitlines(keepends=True)))
    return text


def _sorted(value: object) -> object:
    """The same JSON with every list in the order of its members' texts."""
    if isinstance(value, list):
        inner = [_sorted(item) for item in value]
        return sorted(inner, key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in value.items()}
    return value


def _nested(graph: rdflib.Graph, root: str) -> dict[str, object]:
    """JSON-LD with the root's object first and what only it refers to inside it."""
    document = json.loads(graph.serialize(format="json-ld", context=_CONTEXT))
    nodes = document.get("@graph") or [
        {name: value for name, value in document.items() if name not in _SHARED}
    ]
    by_id = {node["@id"]: node for node in nodes if "@id" in node}
    top = by_id.pop(root, None)
    if top is None:
        return {"@context": _CONTEXT, "@graph": nodes}
    inside = {name: _with_nodes(value, by_id) for name, value in top.items()}
    rest = list(by_id.values())
    return {"@context": _CONTEXT, **inside} | ({"@included": rest} if rest else {})


def _with_nodes(value: object, by_id: dict[str, dict[str, object]]) -> object:
    """Put the node in place of a reference to it, at its first use."""
    if isinstance(value, list):
        return [_with_nodes(item, by_id) for item in value]
    if isinstance(value, dict) and set(value) == {"@id"}:
        return by_id.pop(value["@id"], value)
    return value
