"""The triples of an entity's description as nested JSON-LD, each node written out once. Pure.

JSON-LD 1.1: https://www.w3.org/TR/json-ld11/
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import rdflib
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from graph.vocabulary import PREFIXES, SCHEMA

JsonObject = dict[str, object]

DATE: Final = "datePublished"
_PLAIN_IRIS: Final = ("license", "sameAs", "url", "about")
"""Terms whose values are addresses, written as plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is to be written."""

    iri: str
    graph: rdflib.Graph
    """The entity, the agents and grants that it names, and the links that point at it."""
    abstract: str = ""
    creator_order: Sequence[str] = ()
    """Names of the creators in the order of the record; RDF has none."""


def nest(subject: Subject) -> JsonObject:
    """The entity's node with its agents and grants inside, and under `@reverse` who links to it.

    Organisations and dates are as the graph has them; `context` says how the texts are read.
    """
    return _Writer(subject).node(rdflib.URIRef(subject.iri))


def context(subject: Subject, vocabulary: str) -> JsonObject:
    """Our prefixes, and how plain texts are to be read."""
    published = rdflib.URIRef(SCHEMA + DATE)
    dates = subject.graph.objects(rdflib.URIRef(subject.iri), published)
    kinds = {d.datatype for d in dates if isinstance(d, rdflib.Literal) and d.datatype}
    found: JsonObject = {"@vocab": vocabulary}
    found |= {name: iri for name, iri in sorted(PREFIXES.items()) if name != "schema"}
    found |= {term: {"@type": "@id"} for term in _PLAIN_IRIS}
    if kinds:
        found[DATE] = {"@type": str(min(kinds))}
    return found


def as_list(value: object) -> list[object]:
    """A JSON-LD value as a list, empty for none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def alone(values: list[object]) -> object:
    """A list of one as its member."""
    return values[0] if len(values) == 1 else values


class _Writer:
    """Turns the triples of a description into nested JSON, each node written out once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._places = {name: place for place, name in enumerate(subject.creator_order)}
        self._written: set[Node] = set()

    def node(self, node: Node) -> JsonObject:
        self._written.add(node)
        found: dict[str, list[object]] = {}
        reverse: dict[str, list[object]] = {}
        graph = self._subject.graph
        for predicate, value in sorted(graph.predicate_objects(node), key=_by_text):
            found.setdefault(_term(predicate), []).append(self._value(predicate, value))
        if str(node) == self._subject.iri:
            for source, predicate in sorted(graph.subject_predicates(node), key=_by_text):
                if source not in self._written:
                    reverse.setdefault(_term(predicate), []).append({"@id": str(source)})
        written: JsonObject = {"@id": str(node)} if isinstance(node, rdflib.URIRef) else {}
        written |= {term: alone(sorted(many, key=self._rank)) for term, many in found.items()}
        return written | ({"@reverse": reverse} if reverse else {})

    def _value(self, predicate: Node, value: Node) -> object:
        if isinstance(value, rdflib.Literal):
            return _literal(value, is_date=_term(predicate) == DATE)
        if predicate == RDF.type:
            return _term(value)
        if _term(predicate) in _PLAIN_IRIS:
            return str(value)
        if value not in self._written and (value, None, None) in self._subject.graph:
            return self.node(value)
        return {"@id": str(value)}

    def _rank(self, item: object) -> tuple[int, str]:
        name = item.get("name") if isinstance(item, dict) else None
        last = len(self._places)
        place = self._places.get(name, last) if isinstance(name, str) else last
        return place, json.dumps(item, sort_keys=True, ensure_ascii=False)


def _by_text(pair: tuple[Node, Node]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


def _term(iri: Node) -> str:
    """A name of the vocabulary as JSON-LD writes it with our context."""
    text = str(iri)
    if iri == RDF.type:
        return "@type"
    if text.startswith(SCHEMA):
        return text.removeprefix(SCHEMA)
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return text


def _literal(value: rdflib.Literal, *, is_date: bool) -> object:
    text = str(value)
    if value.language:
        return {"@language": value.language, "@value": text}
    match value.datatype:
        case None | XSD.string:
            return text
        case _ if is_date:
            return text  # the context says which kind of date it is
        case XSD.boolean if text in ("true", "false"):
            return text == "true"
        case XSD.integer if text.isdecimal() and str(int(text)) == text:
            return int(text)
        case datatype:
            return {"@type": str(datatype), "@value": text}
