"""Entities, records, links and decisions as N-Quads text: the statements of a release.

Pure. Written as text because that is the fastest way into the store; every line is legal N-Quads
whatever the records hold, since one bad line would fail a whole load.
N-Quads: https://www.w3.org/TR/n-quads/
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from graph.entity import Entity
from graph.identifiers import iri as identifier_iri
from graph.iris import decision_iri, entity_iri, record_iri
from graph.match import RecordedDecision
from graph.relation import DCTERMS, PROV, RELATIONS, UNKNOWN_RELATION, WEFT
from graph.terms import date_literal, iri, is_absolute, literal, moment_literal, typed
from graph.vocabulary import CLASS_OF_KIND, RDF_TYPE, SCHEMA, SPDX
from graph.work import Access, Agent, Identifier, Kind, Link

_ROLE_PREDICATES: Final = {"creator": "creator", "editor": "editor"}
_AGENT_CLASS: Final = {"person": "Person", "organization": "Organization"}


_TYPE: Final = iri(RDF_TYPE)
_S: Final = {
    name: iri(SCHEMA + name)
    for name in (
        "name", "datePublished", "creator", "contributor", "editor", "publisher", "inLanguage",
        "license", "keywords", "version", "isAccessibleForFree", "identifier", "sameAs", "funding",
        "affiliation",
    )
}  # fmt: skip
_W: Final = {
    name: iri(WEFT + name)
    for name in (
        "kind", "year", "access", "collaboration", "fromRecord", "source", "oaiIdentifier",
        "datestamp", "harvestedAt", "sha256", "status", "subject", "relation", "object", "statedAs",
        "statedTarget", "rule", "SourceRecord", "Link", "Stub", "Tombstone", "live", "deleted",
        "vanished", "MergeDecision", "evidence", "outcome", "together", "apart",
    )
}  # fmt: skip
_PROV_ENTITY: Final = iri(PROV + "Entity")
_PROV_ACTIVITY: Final = iri(PROV + "Activity")
_PROV_USED: Final = iri(PROV + "used")
_PROV_ENDED: Final = iri(PROV + "endedAtTime")
_REPLACED_BY: Final = iri(DCTERMS + "isReplacedBy")


class RecordHeader(Struct, frozen=True, kw_only=True, gc=False):
    """What is kept of a source record whether it is live or gone."""

    source: str
    identifier: str
    datestamp: str
    harvested_at: str
    sha256: bytes
    status: Literal["live", "deleted", "vanished"]
    """Deleted by its repository, or vanished: listed by it no longer."""


def entity_lines(entity: Entity, base: str) -> Iterator[str]:
    """The default graph's statements on an entity, without its links."""
    subject = iri(entity_iri(base, entity.key))
    yield from _description(entity, subject, entity_iri(base, entity.key), ".\n")
    for work in entity.works:
        yield f"{subject} {_W['fromRecord']} {iri(record_iri(base, work.source, work.record))} .\n"


def record_lines(said: Entity, links: Sequence[tuple[Link, str]], base: str) -> Iterator[str]:
    """The named graph of one record: what it says, under the IRIs of the entities it speaks of.

    Args:
        said: the description made from this record's work alone, under its entity's key.
        links: each link with the key of the entity that its target was resolved to.
        base: base IRI of the release.
    """
    (work,) = said.works
    graph_iri = record_iri(base, work.source, work.record)
    end = f"{iri(graph_iri)} .\n"
    subject = iri(entity_iri(base, said.key))
    yield from _description(said, subject, graph_iri, end)
    for number, (link, target) in enumerate(links, start=1):
        node, target_iri = iri(f"{graph_iri}#link-{number}"), iri(entity_iri(base, target))
        yield (
            f"{node} {_TYPE} {_W['Link']} {end}"
            f"{node} {_W['subject']} {subject} {end}"
            f"{node} {_W['relation']} {literal(link.relation)} {end}"
            f"{node} {_W['object']} {target_iri} {end}"
            f"{node} {_W['statedAs']} {literal(link.stated_as)} {end}"
            f"{node} {_W['statedTarget']} {literal(link.stated_target)} {end}"
            f"{node} {_W['rule']} {literal(link.rule)} {end}"
        )


def header_lines(header: RecordHeader, base: str) -> str:
    """The default graph's statements on a source record."""
    subject = iri(record_iri(base, header.source, header.identifier))
    status = _W[header.status]
    return (
        f"{subject} {_TYPE} {_W['SourceRecord']} .\n"
        f"{subject} {_TYPE} {_PROV_ENTITY} .\n"
        f"{subject} {_W['source']} {literal(header.source)} .\n"
        f"{subject} {_W['oaiIdentifier']} {literal(header.identifier)} .\n"
        f"{subject} {_W['datestamp']} {moment_literal(header.datestamp)} .\n"
        f"{subject} {_W['harvestedAt']} {moment_literal(header.harvested_at)} .\n"
        f"{subject} {_W['sha256']} {literal(header.sha256.hex())} .\n"
        f"{subject} {_W['status']} {status} .\n"
    )


def link_line(subject_key: str, predicate: str, object_key: str, base: str) -> str:
    """One link of the default graph, in its canonical direction."""
    return (
        f"{iri(entity_iri(base, subject_key))} {iri(predicate)}"
        f" {iri(entity_iri(base, object_key))} .\n"
    )


def stub_lines(key: str, identifier: Identifier, kind: str, base: str) -> Iterator[str]:
    """An entity that is known only because some record links to it."""
    subject = iri(entity_iri(base, key))
    yield f"{subject} {_TYPE} {_W['Stub']} .\n"
    rdf_class = CLASS_OF_KIND[Kind(kind)] if kind else SCHEMA + "CreativeWork"
    yield f"{subject} {_TYPE} {iri(rdf_class)} .\n"
    if kind:
        yield f"{subject} {_W['kind']} {literal(kind)} .\n"
    yield from _identifier_lines((identifier,), subject, ".\n")


def redirect_line(old_key: str, new_key: str, base: str) -> str:
    """An entity whose works now belong to another."""
    return f"{iri(entity_iri(base, old_key))} {_REPLACED_BY} {iri(entity_iri(base, new_key))} .\n"


def tombstone_line(key: str, base: str) -> str:
    """An entity that has no live record left."""
    return f"{iri(entity_iri(base, key))} {_TYPE} {_W['Tombstone']} .\n"


def decision_lines(decision: RecordedDecision, base: str) -> Iterator[str]:
    """A merge decision in the graph `{base}decisions`."""
    end = f"{iri(base + 'decisions')} .\n"
    subject = iri(decision_iri(base, decision.rule, decision.evidence, decision.records))
    yield f"{subject} {_TYPE} {_W['MergeDecision']} {end}"
    yield f"{subject} {_TYPE} {_PROV_ACTIVITY} {end}"
    yield f"{subject} {_W['rule']} {literal(decision.rule)} {end}"
    yield f"{subject} {_W['evidence']} {literal(decision.evidence)} {end}"
    yield f"{subject} {_W['outcome']} {_W['together' if decision.is_join else 'apart']} {end}"
    yield f"{subject} {_PROV_ENDED} {moment_literal(decision.at)} {end}"
    for source, identifier in decision.records:
        yield f"{subject} {_PROV_USED} {iri(record_iri(base, source, identifier))} {end}"


def canonical_relation(stated: str) -> tuple[str, bool]:
    """Predicate IRI of a stated relation, and whether subject and object change places."""
    relation = RELATIONS.get(stated, UNKNOWN_RELATION)
    return relation.predicate, relation.is_inverse


def _description(entity: Entity, subject: str, agent_base: str, end: str) -> Iterator[str]:
    yield f"{subject} {_TYPE} {iri(CLASS_OF_KIND[entity.kind])} {end}"
    yield f"{subject} {_W['kind']} {literal(entity.kind)} {end}"
    if entity.title:
        yield f"{subject} {_S['name']} {literal(entity.title.value, entity.title.language)} {end}"
    if entity.date_published:
        yield f"{subject} {_S['datePublished']} {date_literal(entity.date_published)} {end}"
    if entity.year:
        yield f"{subject} {_W['year']} {typed(str(entity.year), 'integer')} {end}"
    yield from _plain_lines(entity, subject, end)
    yield from _identifier_lines(entity.identifiers, subject, end)
    for number, agent in enumerate(entity.creators, start=1):
        yield from _agent_lines(agent, subject, f"{agent_base}#agent-{number}", end)


def _plain_lines(entity: Entity, subject: str, end: str) -> Iterator[str]:
    if entity.licence:
        yield f"{subject} {_S['license']} {iri(SPDX + entity.licence)} {end}"
    if entity.access is not Access.UNKNOWN:
        is_free = "true" if entity.access is Access.OPEN else "false"
        yield f"{subject} {_W['access']} {literal(entity.access)} {end}"
        yield f"{subject} {_S['isAccessibleForFree']} {typed(is_free, 'boolean')} {end}"
    single = ((_S["publisher"], entity.publisher), (_S["version"], entity.version))
    many = (
        (_S["inLanguage"], entity.languages),
        (_S["keywords"], dict.fromkeys(subject.value for subject in entity.subjects)),
        (_S["funding"], entity.funding),
        (_W["collaboration"], entity.collaborations),
    )
    for predicate, value in single:
        if value:
            yield f"{subject} {predicate} {literal(value)} {end}"
    for predicate, values in many:
        for value in values:
            yield f"{subject} {predicate} {literal(value)} {end}"


def _identifier_lines(identifiers: Iterable[Identifier], subject: str, end: str) -> Iterator[str]:
    for identifier in identifiers:
        yield f"{subject} {_S['identifier']} {literal(str(identifier))} {end}"
        if resolver := _resolver(identifier):
            yield f"{subject} {_S['sameAs']} {iri(resolver)} {end}"


def _agent_lines(agent: Agent, subject: str, local_iri: str, end: str) -> Iterator[str]:
    shared = next(filter(None, map(_resolver, agent.identifiers)), None)
    node = iri(shared or local_iri)
    role = _ROLE_PREDICATES.get(agent.role, "contributor")
    yield f"{subject} {_S[role]} {node} {end}"
    if agent.type:
        yield f"{node} {_TYPE} {iri(SCHEMA + _AGENT_CLASS[agent.type])} {end}"
    yield f"{node} {_S['name']} {literal(agent.name)} {end}"
    for affiliation in agent.affiliations:
        yield f"{node} {_S['affiliation']} {literal(affiliation)} {end}"


def _resolver(identifier: Identifier) -> str | None:
    """Resolver IRI of an identifier; None when nothing resolves it or no IRI can be made of it."""
    try:
        address = identifier_iri(identifier)
    except UnicodeEncodeError:
        return None
    return address if address and is_absolute(address) else None
