"""Reads the store of a release.

A release is immutable, so a reader opens it read-only and any number of processes may do the same.
Entity descriptions leave here as rdflib graphs, which every serialisation of the pages starts from;
`graph.store_terms` makes them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import pyoxigraph as ox

from graph.errors import ReleaseError
from graph.relation import DCTERMS, PREDICATES, WEFT
from graph.vocabulary import RDF_TYPE, SCHEMA

if TYPE_CHECKING:
    import rdflib

_Taken = TypeVar("_Taken")
_IDENTIFIER: Final = ox.NamedNode(SCHEMA + "identifier")
_NAME: Final = ox.NamedNode(SCHEMA + "name")
_KIND: Final = ox.NamedNode(WEFT + "kind")
_REPLACED_BY: Final = ox.NamedNode(DCTERMS + "isReplacedBy")
_TYPE: Final = ox.NamedNode(RDF_TYPE)
PART_PREDICATES: Final = frozenset(
    SCHEMA + local
    for local in ("creator", "contributor", "editor", "affiliation", "funding", "funder")
)


class Value(NamedTuple):
    """What a statement says, without the weight of an RDF term."""

    text: str
    """The IRI, or the words of the literal."""
    language: str
    """BCP 47; empty of an IRI and where none is stated."""
    is_iri: bool


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
    except (OSError, RuntimeError) as error:  # the second is what it calls corruption
        raise ReleaseError(f"cannot open the graph at {directory}: {error}") from error
    yield GraphReader(store)


class GraphReader:
    """Reads one release. Safe to use from several threads."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def describe(
        self, iri: str, without: Collection[tuple[str, str]] = frozenset()
    ) -> "rdflib.Graph":
        """What the default graph says of a subject, its agents and grants, and theirs.

        Args:
            iri: of the subject.
            without: predicate and object of statements that are left out.
        """
        return _rdflib_graph(self._described(iri, without))

    def incoming(self, iri: str) -> "rdflib.Graph":
        """Links of the default graph that point at an entity, in their canonical direction."""
        found = self._store.quads_for_pattern(None, None, ox.NamedNode(iri), ox.DefaultGraph())
        return _rdflib_graph(quad for quad in found if quad.predicate.value in PREDICATES)

    def record(self, iri: str) -> "rdflib.Graph":
        """What one source record says: the named graph of that record."""
        return _rdflib_graph(self._store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))

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
            (_text(quad.subject) for quad in found),
            key=lambda iri: (self.has(iri, WEFT + "Stub"), iri),
            default=None,
        )

    def redirect(self, iri: str) -> str | None:
        """The IRI that took this one's place when entities were merged."""
        return self._one(iri, _REPLACED_BY)

    def has(self, iri: str, rdf_class: str) -> bool:
        """Whether the default graph gives this subject that class."""
        quad = ox.Quad(ox.NamedNode(iri), _TYPE, ox.NamedNode(rdf_class))
        return quad in self._store

    def carriers(self, identifier: str) -> tuple[str, ...]:
        """IRIs of all entities with an identifier written `scheme:value`, stubs last of all."""
        found = self.subjects(_IDENTIFIER.value, identifier, is_text=True)
        return tuple(sorted(found, key=lambda iri: self.has(iri, WEFT + "Stub")))

    def statements(self, subject: str, graph: str = "") -> Iterator[tuple[str, Value]]:
        """Predicate and object of all that a graph says of a subject, in no order."""
        for quad in self._quads(subject, graph):
            yield quad.predicate.value, _value(quad.object)

    def facts(self, subject: str) -> dict[str, list[Value]]:
        """What the default graph says of a subject, by predicate, in no order; fast."""
        found: dict[str, list[Value]] = {}
        for quad in self._quads(subject):
            found.setdefault(quad.predicate.value, []).append(_value(quad.object))
        return found

    def linked_from(self, iri: str) -> list[tuple[str, str]]:
        """Subject and predicate of each link of the default graph that points at an entity."""
        found = self._store.quads_for_pattern(None, None, ox.NamedNode(iri), ox.DefaultGraph())
        return [
            (_text(quad.subject), quad.predicate.value)
            for quad in found
            if quad.predicate.value in PREDICATES
        ]

    def named_subjects(self, predicate: str, value: str) -> Iterator[tuple[str, str]]:
        """Graph and subject wherever a named graph says this IRI of something by a predicate."""
        found = self._store.quads_for_pattern(
            None, ox.NamedNode(predicate), ox.NamedNode(value), None
        )
        for quad in found:
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                yield _text(quad.graph_name), _text(quad.subject)

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Subject and object of every statement of the default graph with a predicate."""
        for quad in self._matching(None, predicate, None):
            yield str(_text(quad.subject)), str(_text(quad.object))

    def objects(self, subject: str | None, predicate: str, graph: str = "") -> list[str]:
        """What a graph says of a subject, or of any, by a predicate: IRIs and texts, in order."""
        found = self._matching(subject, predicate, None, graph)
        return sorted({_text(quad.object) for quad in found})

    def subjects(
        self, predicate: str, value: str, graph: str = "", *, is_text: bool = False
    ) -> list[str]:
        """Of what a graph says this IRI, or this text, by a predicate; in order."""
        term = ox.Literal(value) if is_text else ox.NamedNode(value)
        found = self._matching(None, predicate, term, graph)
        return sorted({_text(quad.subject) for quad in found})

    def holds(self, subject: str, predicate: str, value: str) -> bool:
        """Whether the default graph states one IRI of another."""
        nodes = ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value)
        try:
            return ox.Quad(*nodes) in self._store
        except (OSError, RuntimeError) as error:
            raise ReleaseError(f"cannot read the graph: {error}") from error

    def has_any(self, subject: str, predicate: str) -> bool:
        """Whether the default graph says anything of a subject by a predicate."""
        return next(self._matching(subject, predicate, None), None) is not None

    def write_solutions(self, select: str, path: Path) -> None:
        """Write the answer to a SELECT query as CSV; the quickest way to an answer of any length.

        SPARQL 1.1 Query Results CSV: https://www.w3.org/TR/sparql11-results-csv-tsv/

        Raises:
            ReleaseError: the store is damaged, or the file cannot be written.
        """
        self._answer(select, lambda found: found.serialize(str(path), ox.QueryResultsFormat.CSV))

    def rows(self, select: str) -> list[tuple[str, ...]]:
        """Values of a SELECT query on the default graph; what is not bound is empty.

        For queries of ours: nothing limits them. Not for a store that may be damaged: there an
        aggregate was seen to ask for memory without end, where a plain query fails.

        Raises:
            ReleaseError: the store is damaged.
        """
        return self._answer(
            select,
            lambda found: [tuple(_text(term) if term else "" for term in row) for row in found],
        )

    def describe_in(self, subject: str, graph: str) -> "rdflib.Graph":
        """What one named graph says of a subject; empty when it says nothing."""
        return _rdflib_graph(self._quads(subject, graph))

    def __len__(self) -> int:
        """Number of quads in all graphs."""
        return len(self._store)

    def _answer(self, select: str, take: Callable[[ox.QuerySolutions], _Taken]) -> _Taken:
        """Answer a SELECT query and take the solutions, which must be dropped by this thread."""
        found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | None = None
        try:
            found = self._store.query(select)
            if not isinstance(found, ox.QuerySolutions):
                raise TypeError(f"no SELECT query: {select}")
            return take(found)
        except (OSError, RuntimeError) as error:
            # a traceback would take them to the thread that handles the error
            raise ReleaseError(f"cannot read the graph: {error}") from error.with_traceback(None)
        finally:
            found = None

    def _matching(
        self,
        subject: str | None,
        predicate: str,
        value: ox.NamedNode | ox.Literal | None,
        graph: str = "",
    ) -> Iterator[ox.Quad]:
        try:
            yield from self._store.quads_for_pattern(
                ox.NamedNode(subject) if subject is not None else None,
                ox.NamedNode(predicate),
                value,
                ox.NamedNode(graph) if graph else ox.DefaultGraph(),
            )
        except (OSError, RuntimeError) as error:
            raise ReleaseError(f"cannot read the graph: {error}") from error

    def _described(self, iri: str, without: Collection[tuple[str, str]]) -> Iterator[ox.Quad]:
        waiting, seen = [iri], {iri}
        while waiting:
            for quad in self._quads(waiting.pop()):
                if without and (quad.predicate.value, _text(quad.object)) in without:
                    continue
                yield quad
                part = quad.object
                if quad.predicate.value in PART_PREDICATES and isinstance(part, ox.NamedNode):
                    waiting += {part.value} - seen
                    seen.add(part.value)

    def _quads(self, iri: str, graph: str = "") -> Iterator[ox.Quad]:
        name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        return self._store.quads_for_pattern(ox.NamedNode(iri), None, None, name)

    def _one(self, iri: str, predicate: ox.NamedNode) -> str | None:
        found = self._store.quads_for_pattern(ox.NamedNode(iri), predicate, None, ox.DefaultGraph())
        return min((_text(quad.object) for quad in found), default=None)


def _rdflib_graph(quads: Iterable[ox.Quad]) -> "rdflib.Graph":
    from graph.store_terms import rdflib_graph  # noqa: PLC0415  # loads rdflib, 0.1 s

    return rdflib_graph(quads)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Value:
    if isinstance(term, ox.Literal):
        return Value(term.value, term.language or "", is_iri=False)
    return Value(_text(term), "", is_iri=isinstance(term, ox.NamedNode))
