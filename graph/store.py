"""The only importer of pyoxigraph among the graph's files: loads a release's quads and reads them.

A release is immutable, so a reader opens it read-only and any number of processes may do the same.
Entity descriptions leave here as rdflib graphs, which every serialisation of the pages starts from.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from graph.errors import ReleaseError
from graph.relation import PREDICATES, WEFT
from graph.vocabulary import PREFIXES, SCHEMA

_IDENTIFIER: Final = ox.NamedNode(SCHEMA + "identifier")
_NAME: Final = ox.NamedNode(SCHEMA + "name")
_KIND: Final = ox.NamedNode(WEFT + "kind")
_REPLACED_BY: Final = ox.NamedNode(str(DCTERMS.isReplacedBy))
_AGENT_PREDICATES: Final = frozenset(
    SCHEMA + local for local in ("creator", "contributor", "editor", "publisher", "funder")
)


def bulk_load(quads: Path, directory: Path) -> int:
    """Load an N-Quads file into a new store; returns the number of quads it holds.

    All or nothing: a line that is not N-Quads leaves the store empty.

    Raises:
        ReleaseError: the file has a line that is not legal N-Quads; the message names the line.
    """
    store = ox.Store(str(directory))
    try:
        store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise ReleaseError(f"cannot load {quads.name}: {error}") from error
    store.optimize()
    store.flush()
    return len(store)


@contextmanager
def open_graph(directory: Path) -> Iterator["GraphReader"]:
    """Open the `graph/` directory of a release for reading.

    Raises:
        ReleaseError: there is no store in the directory, or it is damaged.
    """
    if not directory.is_dir():
        raise ReleaseError(f"no graph at {directory}: run `weft build`")
    try:
        store = ox.Store.read_only(str(directory))
    except OSError as error:
        raise ReleaseError(f"cannot open the graph at {directory}: {error}") from error
    yield GraphReader(store)


class GraphReader:
    """Reads one release. Safe to use from several threads."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def describe(self, iri: str) -> rdflib.Graph:
        """What the default graph says of a subject, and of the agents that it names."""
        graph = _new_graph()
        for quad in self._quads(iri):
            graph.add(_triple(quad))
            if quad.predicate.value in _AGENT_PREDICATES and isinstance(quad.object, ox.NamedNode):
                for about_agent in self._quads(quad.object.value):
                    graph.add(_triple(about_agent))
        return graph

    def incoming(self, iri: str) -> rdflib.Graph:
        """Links of the default graph that point at an entity, in their canonical direction."""
        graph = _new_graph()
        found = self._store.quads_for_pattern(None, None, ox.NamedNode(iri), ox.DefaultGraph())
        for quad in found:
            if quad.predicate.value in PREDICATES:
                graph.add(_triple(quad))
        return graph

    def record(self, iri: str) -> rdflib.Graph:
        """What one source record says: the named graph of that record."""
        graph = _new_graph()
        for quad in self._store.quads_for_pattern(None, None, None, ox.NamedNode(iri)):
            graph.add(_triple(quad))
        return graph

    def names(self, iris: Iterable[str]) -> dict[str, str]:
        """The name of each entity that has one; a stub goes by its first identifier."""
        return {
            iri: name
            for iri in iris
            if (name := self._one(iri, _NAME) or self._one(iri, _IDENTIFIER))
        }

    def kind(self, iri: str) -> str:
        """The kind of an entity, empty when it is not known."""
        return self._one(iri, _KIND) or ""

    def find(self, identifier: str) -> str | None:
        """The IRI of the entity with an identifier written `scheme:value`, if there is one.

        An identifier that several entities carry finds the first by IRI, a stub last of all.
        """
        found = self._store.quads_for_pattern(
            None, _IDENTIFIER, ox.Literal(identifier), ox.DefaultGraph()
        )
        return min(
            (str(_term(quad.subject)) for quad in found),
            key=lambda iri: (self.has(iri, WEFT + "Stub"), iri),
            default=None,
        )

    def redirect(self, iri: str) -> str | None:
        """The IRI that took this one's place when entities were merged."""
        return self._one(iri, _REPLACED_BY)

    def has(self, iri: str, rdf_class: str) -> bool:
        """Whether the default graph gives this subject that class."""
        quad = ox.Quad(ox.NamedNode(iri), ox.NamedNode(str(RDF.type)), ox.NamedNode(rdf_class))
        return quad in self._store

    def __len__(self) -> int:
        """Number of quads in all graphs."""
        return len(self._store)

    def _quads(self, iri: str) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())

    def _one(self, iri: str, predicate: ox.NamedNode) -> str | None:
        found = self._store.quads_for_pattern(ox.NamedNode(iri), predicate, None, ox.DefaultGraph())
        return min((str(_term(quad.object)) for quad in found), default=None)


def _new_graph() -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def _triple(quad: ox.Quad) -> tuple[Node, Node, Node]:
    return _term(quad.subject), _term(quad.predicate), _term(quad.object)


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal():
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            if term.datatype.value == str(rdflib.XSD.string):
                return rdflib.Literal(term.value)
            # as it is written: rdflib would turn the Z of a moment into +00:00
            return rdflib.Literal(
                term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False
            )
        case ox.Triple():
            raise ReleaseError(f"a quoted triple in a release: {term}")
