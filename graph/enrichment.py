"""Graphs of what remote endpoints say of our things: their names, their quads, their origin. Pure.

Nothing of them stands in the default graph. The graph's own IRI is described inside it: PROV-O
tells the endpoint, the query and the time. https://www.w3.org/TR/prov-o/
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from graph.relation import DCTERMS, PROV
from graph.store import GraphReader
from graph.terms import absolute_iri, iri, literal, moment_literal, typed
from graph.vocabulary import RDF_TYPE, SCHEMA

_TYPE: Final = f"<{RDF_TYPE}>"
_VOID: Final = "http://rdfs.org/ns/void#"
DATASET: Final = _VOID + "Dataset"
FINGERPRINT: Final = SCHEMA + "version"
ENDPOINT: Final = _VOID + "sparqlEndpoint"
TRIPLES: Final = _VOID + "triples"
TITLE: Final = DCTERMS + "title"
LICENCE: Final = DCTERMS + "license"
RIGHTS: Final = DCTERMS + "rights"
_FOLDER: Final = "enriched/"

Statement = tuple[str, str]
"""IRI of a subject, and predicate and object as N-Triples text."""


class Provenance(Struct, frozen=True, kw_only=True):
    """Where the statements of an enrichment come from."""

    title: str
    endpoint: str
    query: str
    """With the place of the identifiers, as it stands in its file."""
    licence: str
    """An address, or words; empty when not known."""
    began: str
    """When the oldest of it was pulled, UTC; empty when nothing was."""
    ended: str
    asked: int
    """Identifiers."""
    answered: int
    failed: int
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrichment:
    """What a release is to say in one graph."""

    iri: str
    """Of the graph."""
    provenance: Provenance
    statements: Callable[[], Iterator[Statement]]
    """Gives all of them, in the same order each time."""

    def fingerprint(self) -> str:
        """Differs when the graph would hold something else, but for the times."""
        kept = (
            self.provenance.title,
            self.provenance.endpoint,
            self.provenance.query,
            self.provenance.licence,
            *map(str, (self.provenance.asked, self.provenance.answered, self.provenance.failed)),
        )
        digest = hashlib.sha256("\0".join(kept).encode("utf-8", "replace"))
        for subject, said in self.statements():
            digest.update(f"{subject} {said}\n".encode())
        return digest.hexdigest()

    def lines(self) -> Iterator[str]:
        """The graph as N-Quads."""
        graph = iri(self.iri)
        yield from provenance_lines(self.iri, self.provenance, self.fingerprint())
        for subject, said in self.statements():
            yield f"{iri(subject)} {said} {graph} .\n"


def enrichment_iri(base: str, name: str) -> str:
    """The graph of an enrichment: `{base}enriched/{name}`.

    >>> enrichment_iri("http://x/", "wikidata-doi")
    'http://x/enriched/wikidata-doi'
    """
    return f"{base}{_FOLDER}{quote(name, safe='')}"


def is_enrichment(base: str, graph: str) -> bool:
    """Whether a graph is that of an enrichment."""
    return graph.startswith(base + _FOLDER)


def enrichments_in(graph: GraphReader, base: str) -> dict[str, str]:
    """The enrichments of a release: fingerprint by IRI of the graph."""
    found = {}
    for name, subject in graph.named_subjects(RDF_TYPE, DATASET):
        if name == subject and is_enrichment(base, name):
            found[name] = next(iter(graph.objects(name, FINGERPRINT, name)), "")
    return dict(sorted(found.items()))


def provenance_lines(graph_iri: str, origin: Provenance, fingerprint: str) -> Iterator[str]:
    """What a graph says of itself."""
    graph, run, plan = iri(graph_iri), iri(f"{graph_iri}#pull"), iri(f"{graph_iri}#query")
    about = [
        (graph, _TYPE, iri(DATASET)),
        (graph, _TYPE, iri(PROV + "Entity")),
        (graph, iri(TITLE), literal(origin.title)),
        (graph, iri(ENDPOINT), absolute_iri(origin.endpoint)),
        (graph, iri(TRIPLES), typed(str(origin.statements), "integer")),
        (graph, iri(FINGERPRINT), literal(fingerprint)),
        (graph, iri(PROV + "wasDerivedFrom"), absolute_iri(origin.endpoint)),
        (graph, iri(PROV + "wasGeneratedBy"), run),
        (run, _TYPE, iri(PROV + "Activity")),
        (run, iri(PROV + "used"), absolute_iri(origin.endpoint)),
        (run, iri(PROV + "used"), plan),
        (plan, _TYPE, iri(PROV + "Plan")),
        (plan, iri(PROV + "value"), literal(origin.query)),
        *_licence(graph, origin.licence),
        *((run, iri(PROV + name), moment_literal(at)) for name, at in _times(origin) if at),
    ]
    for name, words, number in (
        ("asked", "identifiers asked about", origin.asked),
        ("answered", "identifiers about which something was said", origin.answered),
        ("failed", "identifiers that could not be asked about", origin.failed),
    ):
        part = iri(f"{graph_iri}#{name}")
        about += [
            (run, iri(SCHEMA + "additionalProperty"), part),
            (part, _TYPE, iri(SCHEMA + "PropertyValue")),
            (part, iri(SCHEMA + "name"), literal(words)),
            (part, iri(SCHEMA + "value"), typed(str(number), "integer")),
        ]
    for subject, predicate, value in about:
        if value is not None:
            yield f"{subject} {predicate} {value} {graph} .\n"


def _times(origin: Provenance) -> tuple[tuple[str, str], ...]:
    return ("startedAtTime", origin.began), ("endedAtTime", origin.ended)


def _licence(graph: str, licence: str) -> Iterator[tuple[str, str, str]]:
    if licence.startswith(("https://", "http://")) and (address := absolute_iri(licence)):
        yield graph, iri(LICENCE), address
    elif licence:
        yield graph, iri(RIGHTS), literal(licence)
