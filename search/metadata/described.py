"""What a release says of one entity, in plain values: where every metadata format starts from.

Nothing is added: a field that no record states is empty.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from graph.match import scheme_rank
from graph.relation import PREDICATES, RELATIONS, SYMMETRIC, WEFT
from graph.store import GraphReader
from graph.vocabulary import RDF_TYPE, SCHEMA, SPDX
from search.document import Document
from search.metadata.parties import (
    Affiliation,
    Agent,
    Facts,
    Grant,
    first,
    identifier_of_node,
    read_agents,
    read_grants,
    texts,
)

__all__ = [
    "MAX_RELATED",
    "Affiliation",
    "Agent",
    "Described",
    "Grant",
    "Related",
    "Title",
    "read_described",
]

MAX_RELATED: Final = 2000
"""Links read of one entity, its own before those that point at it: each of these is also told by
the entity at its other end. A guess: few things have more, and reading these takes 0.1 s."""

_KIND: Final = WEFT + "kind"
_STUB: Final = WEFT + "Stub"
_DATE: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_INVERSES: Final[dict[str, str]] = {
    relation.name: stated for stated, relation in reversed(RELATIONS.items()) if relation.is_inverse
} | {name: name for name in SYMMETRIC}
"""By canonical relation the first name in the table that is stated from the other side."""


class Title(Struct, frozen=True):
    """A title with the language it is in."""

    value: str
    language: str = ""
    """BCP 47; empty when not stated."""


class Related(Struct, frozen=True, kw_only=True):
    """An entity at the other end of a link."""

    relation: str
    """DataCite relation as seen from this entity, such as `IsSupplementedBy`; `IsRelatedTo`, which
    DataCite lacks, where a record says no more than that."""
    iri: str
    key: str
    kind: str
    """As in `Described`; `unknown` where no record tells."""
    name: str
    """Its title, empty where only its identifiers are known."""
    identifiers: tuple[str, ...]
    """As `scheme:value`, DOI first."""
    is_stub: bool
    """No source has delivered it."""


class Described(Struct, frozen=True, kw_only=True):
    """One entity, as the records that were merged into it describe it."""

    iri: str
    key: str
    kind: str
    """dataset, paper, software, book, chapter or other; `unknown` of some stubs."""
    rdf_type: str = "CreativeWork"
    """Local name of its class of schema.org."""
    is_stub: bool = False
    """No source has delivered it: only links to it tell of it."""
    titles: tuple[Title, ...] = ()
    creators: tuple[Agent, ...] = ()
    """In the order of the record where the text index has it."""
    editors: tuple[Agent, ...] = ()
    contributors: tuple[Agent, ...] = ()
    """Neither creators nor editors; a release does not keep which part they had."""
    date: str = ""
    """Of publication: YYYY, YYYY-MM or YYYY-MM-DD."""
    year: int | None = None
    publisher: str = ""
    publisher_identifiers: tuple[str, ...] = ()
    """As `ror:05mmh0f86`."""
    languages: tuple[str, ...] = ()
    """BCP 47."""
    licence: str = ""
    """IRI or words, as in the graph."""
    spdx: str = ""
    """SPDX identifier of that licence; empty when it has none."""
    access: str = ""
    """open, embargoed, restricted or closed; empty when no record says."""
    subjects: tuple[str, ...] = ()
    collaborations: tuple[str, ...] = ()
    version: str = ""
    volume: str = ""
    sizes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    abstract: str = ""
    identifiers: tuple[str, ...] = ()
    """As `scheme:value`, DOI first."""
    grants: tuple[Grant, ...] = ()
    records: tuple[tuple[str, str], ...] = ()
    """Source and OAI identifier of each record that was merged into it."""
    related: tuple[Related, ...] = ()
    n_related_left_out: int = 0
    """Links past `MAX_RELATED`."""
    sources: tuple[str, ...] = ()
    """Names of the sources of its records, each once."""


def read_described(
    graph: GraphReader, document: Document | None, iri: str, *, with_related: bool = True
) -> Described | None:
    """Read one entity.

    Args:
        graph: of the release.
        document: its entry in the text index, which keeps the order of creators and the abstract.
        iri: of the entity.
        with_related: False leaves `related` empty, for callers that show no links.

    Returns:
        None when the release describes no entity of that IRI: it never had one, or it was merged
        into another, or all its records are gone.
    """
    facts = graph.facts(iri)
    types = texts(facts, RDF_TYPE)
    if _KIND not in facts and _STUB not in types:
        return None
    ask = cache(graph.facts)  # creators share affiliations
    document = document or Document(key="", kind="", title="")
    order = {name: place for place, name in enumerate(document.creators)}
    base, _, key = iri.rpartition("id/")
    date, year = first(facts, SCHEMA + "datePublished"), first(facts, WEFT + "year")
    licence = first(facts, SCHEMA + "license")
    records = tuple(sorted(_record(base, each) for each in texts(facts, WEFT + "fromRecord")))
    related, n_left_out = _related(graph, iri, base, facts) if with_related else ((), 0)
    return Described(
        iri=iri,
        key=key,
        kind=first(facts, _KIND) or "unknown",
        rdf_type=_schema_type(types),
        is_stub=_STUB in types,
        titles=tuple(Title(v.text, v.language) for v in sorted(facts.get(SCHEMA + "name", ()))),
        creators=read_agents(facts.get(SCHEMA + "creator", ()), ask, order),
        editors=read_agents(facts.get(SCHEMA + "editor", ()), ask, order),
        contributors=read_agents(facts.get(SCHEMA + "contributor", ()), ask, order),
        date=date if _DATE.fullmatch(date) else "",
        year=int(year) if year.isascii() and year.isdigit() else None,
        publisher=first(facts, SCHEMA + "publisher"),
        publisher_identifiers=tuple(
            found
            for each in texts(facts, WEFT + "publisherIdentifier")
            if (found := identifier_of_node(each))
        ),
        languages=_ordered(facts, SCHEMA + "inLanguage", document.languages),
        licence=licence,
        spdx=licence.removeprefix(SPDX) if licence.startswith(SPDX) else "",
        access=first(facts, WEFT + "access"),
        subjects=_ordered(facts, SCHEMA + "keywords", document.subjects),
        collaborations=_ordered(facts, WEFT + "collaboration", document.collaborations),
        version=first(facts, SCHEMA + "version"),
        volume=first(facts, SCHEMA + "volumeNumber"),
        sizes=tuple(texts(facts, SCHEMA + "size")),
        formats=tuple(texts(facts, SCHEMA + "encodingFormat")),
        abstract=document.abstract,
        identifiers=_identifiers(facts),
        grants=read_grants(facts.get(SCHEMA + "funding", ()), ask),
        records=records,
        related=related,
        n_related_left_out=n_left_out,
        sources=tuple(dict.fromkeys(source for source, _ in records)),
    )


def _related(
    graph: GraphReader, iri: str, base: str, facts: Facts
) -> tuple[tuple[Related, ...], int]:
    """The links of an entity in both directions, and how many were left out."""
    found = {
        (PREDICATES[predicate], value.text): None
        for predicate, values in facts.items()
        if predicate in PREDICATES
        for value in values
        if value.is_iri
    }
    links = sorted(found)
    incoming = {
        (_INVERSES[PREDICATES[predicate]], subject): None
        for subject, predicate in graph.linked_from(iri)
    }
    links += sorted(incoming.keys() - found.keys())
    kept = links[:MAX_RELATED]
    related = tuple(_end(graph.facts(other), other, base, relation) for relation, other in kept)
    return related, len(links) - len(kept)


def _end(facts: Facts, iri: str, base: str, relation: str) -> Related:
    return Related(
        relation=relation,
        iri=iri,
        key=iri.removeprefix(f"{base}id/"),
        kind=first(facts, _KIND) or "unknown",
        name=first(facts, SCHEMA + "name"),
        identifiers=_identifiers(facts),
        is_stub=any(value.text == _STUB for value in facts.get(RDF_TYPE, ())),
    )


def _identifiers(facts: Facts) -> tuple[str, ...]:
    return tuple(sorted(texts(facts, SCHEMA + "identifier"), key=scheme_rank))


def _schema_type(types: Iterable[str]) -> str:
    return next((t.removeprefix(SCHEMA) for t in types if t.startswith(SCHEMA)), "CreativeWork")


def _record(base: str, iri: str) -> tuple[str, str]:
    """Source and OAI identifier out of the IRI of a source record."""
    source, _, identifier = iri.removeprefix(f"{base}record/").partition("/")
    return unquote(source), unquote(identifier)


def _ordered(facts: Facts, predicate: str, order: Sequence[str]) -> tuple[str, ...]:
    """Values in the order of the record, which only the text index keeps; others come last."""
    places: Mapping[str, int] = {value: place for place, value in enumerate(order)}
    return tuple(sorted(texts(facts, predicate), key=lambda each: places.get(each, len(places))))
