"""Entities, records, links and decisions as N-Quads text: the statements of a release.

Pure. Written as text because that is the fastest way into the store; every line is legal N-Quads
whatever the records hold, since one bad line would fail a whole load.
N-Quads: https://www.w3.org/TR/n-quads/
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from graph.entity import Entity, describe_alone
from graph.identifiers import iri as identifier_iri
from graph.iris import decision_iri, decision_key, entity_iri, record_iri
from graph.match import RecordedDecision
from graph.relation import DCTERMS, PROV, RELATIONS, UNKNOWN_RELATION, WEFT
from graph.terms import absolute_iri, date_literal, iri, literal, moment_literal, typed
from graph.vocabulary import CLASS_OF_KIND, RDF_TYPE, SCHEMA, SPDX
from graph.work import Access, Agent, Grant, Identifier, Kind, Link

LAYOUT: Final = 2
"""Raised when the same entities are written in other statements: older releases cannot be updated,
the next one is written whole."""

_TYPE: Final = iri(RDF_TYPE)
_S: Final = {
    name: iri(SCHEMA + name)
    for name in (
        "name", "datePublished", "creator", "contributor", "editor", "publisher", "inLanguage",
        "license", "keywords", "version", "isAccessibleForFree", "identifier", "sameAs", "funding",
        "affiliation", "funder", "url", "about", "size", "encodingFormat", "Grant", "Organization",
        "volumeNumber",
    )
}  # fmt: skip
_W: Final = {
    name: iri(WEFT + name)
    for name in (
        "kind", "year", "access", "awardNumber", "publisherIdentifier", "collaboration",
        "fromRecord", "source", "oaiIdentifier", "datestamp", "harvestedAt", "sha256", "status",
        "subject", "relation", "object", "statedAs", "statedTarget", "rule", "SourceRecord",
        "Link", "Stub", "Tombstone", "live", "deleted", "vanished", "MergeDecision", "evidence",
        "outcome", "together", "apart",
    )
}  # fmt: skip
_CLASS_OF_KIND: Final = {kind: iri(rdf_class) for kind, rdf_class in CLASS_OF_KIND.items()}
_CLASS_OF_AGENT: Final = {"person": iri(SCHEMA + "Person"), "organization": _S["Organization"]}
# What most lines of a release hold between subject and object.
_IS_A: Final = f" {_TYPE} "
_IS_LINK: Final = f" {_TYPE} {_W['Link']} "
_RELATION: Final = f" {_W['relation']} "
_OBJECT: Final = f" {_W['object']} "
_STATED_AS: Final = f" {_W['statedAs']} "
_STATED_TARGET: Final = f" {_W['statedTarget']} "
_RULE: Final = f" {_W['rule']} "
_KIND: Final = f" {_W['kind']} "
_YEAR: Final = f" {_W['year']} "
_NAME: Final = f" {_S['name']} "
_DATE_PUBLISHED: Final = f" {_S['datePublished']} "
_PUBLISHER: Final = f" {_S['publisher']} "
_LICENSE: Final = f" {_S['license']} "
_LANGUAGE: Final = f" {_S['inLanguage']} "
_KEYWORDS: Final = f" {_S['keywords']} "
_SIZE: Final = f" {_S['size']} "
_FORMAT: Final = f" {_S['encodingFormat']} "
_COLLABORATION: Final = f" {_W['collaboration']} "
_IDENTIFIER: Final = f" {_S['identifier']} "
_SAME_AS: Final = f" {_S['sameAs']} "
_CONTRIBUTOR: Final = f" {_S['contributor']} "
_ROLES: Final = {"creator": f" {_S['creator']} ", "editor": f" {_S['editor']} "}
_AFFILIATION: Final = f" {_S['affiliation']} "
_ACCESS: Final[dict[Access, tuple[str, str]]] = {
    access: (
        f" {_W['access']} {literal(access)}",
        f" {_S['isAccessibleForFree']} {typed(str(access is Access.OPEN).lower(), 'boolean')}",
    )
    for access in Access
    if access is not Access.UNKNOWN
}
_FREE_IN_FORM: Final = frozenset({"url", "urn"})
_word = lru_cache(maxsize=4096)(literal)
"""A literal that many statements share."""
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


def entity_lines(entity: Entity, base: str) -> list[str]:
    """The default graph's statements on an entity, without its links."""
    subject = iri(entity_iri(base, entity.key))
    lines = _description(entity, subject, entity_iri(base, entity.key), ".\n")
    lines += [
        f"{subject} {_W['fromRecord']} {iri(record_iri(base, work.source, work.record))} .\n"
        for work in entity.works
    ]
    if len(entity.works) > 1:
        for work in entity.works:
            lines += _shared_node_lines(describe_alone(entity.key, work), base)
    return lines


def _shared_node_lines(said: Entity, base: str) -> list[str]:
    """What a record says of nodes that it shares with others: agents and organisations.

    The default graph says of them all that any record does, whichever field was chosen.
    """
    own = entity_iri(base, said.key)
    stated = "".join(_description(said, iri(own), own, ".\n")).split("\n")
    return [
        f"{line}\n" for line in stated if line and not line.startswith((f"<{own}>", f"<{own}#"))
    ]


def record_lines(said: Entity, links: Sequence[tuple[Link, str]], base: str) -> list[str]:
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
    lines = _description(said, subject, graph_iri, end)
    # alike in all links, so put together once: a fifth of a link's time
    is_link, about = f"{_IS_LINK}{end}", f" {_W['subject']} {subject} {end}"
    to_entity, after_entity, tail = f"{_OBJECT}<{entity_iri(base, '')}", f"> {end}", f" {end}"
    for number, (link, target) in enumerate(links, start=1):
        node = f"<{graph_iri}#link-{number}>"
        lines.append(
            f"{node}{is_link}{node}{about}"
            f"{node}{_RELATION}{_word(link.relation)}{tail}"
            f"{node}{to_entity}{target}{after_entity}"
            f"{node}{_STATED_AS}{_word(link.stated_as)}{tail}"
            f"{node}{_STATED_TARGET}{literal(link.stated_target)}{tail}"
            f"{node}{_RULE}{_word(link.rule)}{tail}"
        )
    return lines


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


def stub_lines(key: str, identifier: Identifier, kind: str, base: str) -> list[str]:
    """An entity that is known only because some record links to it."""
    subject = iri(entity_iri(base, key))
    lines = [
        f"{subject} {_TYPE} {_W['Stub']} .\n",
        f"{subject} {_TYPE} {_CLASS_OF_KIND[Kind(kind or Kind.OTHER)]} .\n",
    ]
    if kind:
        lines.append(f"{subject} {_W['kind']} {literal(kind)} .\n")
    lines += _identifier_lines((identifier,), subject, " .\n")
    return lines


def redirect_line(old_key: str, new_key: str, base: str) -> str:
    """An entity whose works now belong to another."""
    return f"{iri(entity_iri(base, old_key))} {_REPLACED_BY} {iri(entity_iri(base, new_key))} .\n"


def tombstone_line(key: str, base: str) -> str:
    """An entity that has no live record left."""
    return f"{iri(entity_iri(base, key))} {_TYPE} {_W['Tombstone']} .\n"


def decisions_graph(base: str) -> str:
    """The named graph of the merge decisions."""
    return f"{base}decisions"


def decision_lines(decision: RecordedDecision, base: str) -> Iterator[str]:
    """A merge decision in its graph."""
    end = f"{iri(decisions_graph(base))} .\n"
    key = decision_key(decision.rule, decision.evidence, decision.records)
    subject = iri(decision_iri(base, key))
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


def _description(entity: Entity, subject: str, parts_base: str, end: str) -> list[str]:
    """Lists instead of generators all through: a third of the time, for a few kilobytes."""
    tail = f" {end}"
    lines = [
        f"{subject}{_IS_A}{_CLASS_OF_KIND[entity.kind]}{tail}",
        f"{subject}{_KIND}{_word(entity.kind)}{tail}",
    ]
    if entity.title:
        title = literal(entity.title.value, entity.title.language)
        lines.append(f"{subject}{_NAME}{title}{tail}")
    if entity.date_published:
        lines.append(f"{subject}{_DATE_PUBLISHED}{date_literal(entity.date_published)}{tail}")
    if entity.year:
        lines.append(f"{subject}{_YEAR}{typed(str(entity.year), 'integer')}{tail}")
    lines += _plain_lines(entity, subject, tail)
    lines += _listed_lines(entity, subject, tail)
    lines += _identifier_lines(entity.identifiers, subject, tail)
    lines += _agent_lines(entity.creators, subject, parts_base, tail)
    for number, grant in enumerate(entity.funding, start=1):
        lines += _grant_lines(grant, subject, f"<{parts_base}#grant-{number}>", tail)
    return lines


def _plain_lines(entity: Entity, subject: str, tail: str) -> list[str]:
    lines = []
    if entity.licence:
        lines.append(f"{subject}{_LICENSE}{_licence(entity.licence)}{tail}")
    if access := _ACCESS.get(entity.access):
        lines += [f"{subject}{statement}{tail}" for statement in access]
    if entity.publisher:
        lines.append(f"{subject}{_PUBLISHER}{literal(entity.publisher)}{tail}")
    if entity.publisher_identifier and (resolver := _resolver_of_many(entity.publisher_identifier)):
        lines.append(f"{subject} {_W['publisherIdentifier']} {resolver}{tail}")
    if entity.version:
        lines.append(f"{subject} {_S['version']} {literal(entity.version)}{tail}")
    if entity.volume:
        lines.append(f"{subject} {_S['volumeNumber']} {literal(entity.volume)}{tail}")
    return lines


def _listed_lines(entity: Entity, subject: str, tail: str) -> list[str]:
    """What a thing may have several of, in words."""
    keywords: dict[str, None] = {}
    addresses: dict[str, None] = {}
    for each in entity.subjects:
        keywords[each.value] = None
        if each.address:
            addresses[each.address] = None
    lines = [
        f"{subject} {_S['about']} {term}{tail}"
        for address in addresses
        if (term := absolute_iri(address))
    ]
    many = (
        (_LANGUAGE, entity.languages),
        (_KEYWORDS, keywords),
        (_SIZE, entity.sizes),
        (_FORMAT, entity.formats),
        (_COLLABORATION, entity.collaborations),
    )
    for predicate, values in many:
        if values:
            head = f"{subject}{predicate}"
            lines += [f"{head}{literal(value)}{tail}" for value in values]
    return lines


def _identifier_lines(identifiers: Iterable[Identifier], subject: str, tail: str) -> list[str]:
    lines = []
    for identifier in identifiers:
        lines.append(f"{subject}{_IDENTIFIER}{literal(str(identifier))}{tail}")
        if resolver := _resolver(identifier):
            lines.append(f"{subject}{_SAME_AS}{resolver}{tail}")
    return lines


def _agent_lines(agents: Iterable[Agent], subject: str, parts_base: str, tail: str) -> list[str]:
    lines = []
    for number, agent in enumerate(agents, start=1):
        node = (agent.identifiers and _shared(agent.identifiers)) or (
            f"<{parts_base}#agent-{number}>"
        )
        role = _ROLES.get(agent.role, _CONTRIBUTOR)
        lines.append(f"{subject}{role}{node}{tail}{node}{_NAME}{literal(agent.name)}{tail}")
        if agent.type:
            lines.append(f"{node}{_IS_A}{_CLASS_OF_AGENT[agent.type]}{tail}")
        for place in agent.affiliations:
            if place.identifiers:
                lines += _organisation_lines(
                    _S["affiliation"], place.name, place.identifiers, node, tail
                )
            else:
                lines.append(f"{node}{_AFFILIATION}{literal(place.name)}{tail}")
    return lines


def _grant_lines(grant: Grant, subject: str, node: str, tail: str) -> list[str]:
    lines = [
        f"{subject} {_S['funding']} {node}{tail}",
        f"{node} {_TYPE} {_S['Grant']}{tail}",
        f"{node} {_S['name']} {literal(str(grant))}{tail}",
    ]
    if grant.number:
        lines.append(f"{node} {_W['awardNumber']} {literal(grant.number)}{tail}")
    if grant.address and (address := absolute_iri(grant.address)):
        lines.append(f"{node} {_S['url']} {address}{tail}")
    lines += _organisation_lines(_S["funder"], grant.funder, grant.funder_identifiers, node, tail)
    return lines


def _organisation_lines(
    predicate: str, name: str, identifiers: tuple[Identifier, ...], holder: str, tail: str
) -> list[str]:
    """An organisation with an address of its own is a node with a name, another is its name."""
    node = _shared(identifiers)
    if node is None:
        return [f"{holder} {predicate} {literal(name)}{tail}"] if name else []
    lines = [f"{holder} {predicate} {node}{tail}", f"{node} {_TYPE} {_S['Organization']}{tail}"]
    if name:
        lines.append(f"{node} {_S['name']} {literal(name)}{tail}")
    return lines


def _shared(identifiers: tuple[Identifier, ...]) -> str | None:
    """The node that everybody with one of these identifiers shares."""
    if not identifiers:
        return None
    return next(filter(None, map(_resolver_of_many, identifiers)), None)


def _resolver(identifier: Identifier) -> str | None:
    """Resolver of an identifier as a term; None when nothing resolves it or it can be no IRI."""
    try:
        address = identifier_iri(identifier)
    except UnicodeEncodeError:
        return None
    if not address:
        return None
    # the resolvers of all other schemes have a host, and what follows is quoted
    return absolute_iri(address) if identifier.scheme in _FREE_IN_FORM else f"<{address}>"


@lru_cache(maxsize=1024)
def _licence(spdx: str) -> str:
    return iri(SPDX + spdx)


_resolver_of_many = lru_cache(maxsize=16384)(_resolver)
"""Many works share agents and organisations; an identifier of its own each has alone."""
