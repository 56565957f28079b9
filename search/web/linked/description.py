"""What an entity page shows, read out of the entity's description. Pure: graph in, view out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

import rdflib
from rdflib.namespace import RDF
from rdflib.term import Node

from graph import identifiers
from graph.relation import PREDICATES, SYMMETRIC, WEFT
from graph.vocabulary import SCHEMA, SPDX
from graph.work import Identifier

_READINGS: Final[dict[str, tuple[str, str]]] = {
    "IsSupplementTo": ("Supplement to", "Supplemented by"),
    "Cites": ("Cites", "Cited by"),
    "IsVersionOf": ("Version of", "Has versions"),
    "IsNewVersionOf": ("New version of", "Superseded by"),
    "IsPartOf": ("Part of", "Has parts"),
    "IsDerivedFrom": ("Derived from", "Source of"),
    "Requires": ("Requires", "Required by"),
    "IsDocumentedBy": ("Documented by", "Documents"),
    "IsReviewedBy": ("Reviewed by", "Reviews"),
    "IsCompiledBy": ("Compiled by", "Compiles"),
    "IsCollectedBy": ("Collected by", "Collects"),
    "IsDescribedBy": ("Described by", "Describes"),
    "IsTranslationOf": ("Translation of", "Has translations"),
    "IsContinuedBy": ("Continued by", "Continues"),
    "HasMetadata": ("Has metadata", "Metadata for"),
    "IsObsoletedBy": ("Obsoleted by", "Obsoletes"),
    "IsIdenticalTo": ("Claimed identical to", "Claimed identical to"),
    "IsVariantFormOf": ("Variant of", "Has variants"),
    "IsRelatedTo": ("Related to", "Related to"),
}
"""Each canonical relation as it reads at its subject and at its object."""

_FIRST: Final = ("IsPartOf", "IsSupplementTo", "IsVersionOf", "IsNewVersionOf", "Cites")
"""Relations shown before the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLink:
    """Words, and where they lead; no address, no link."""

    label: str
    href: str = ""
    note: str = ""
    fragment: str = ""
    """Of the page's address, when what is named has no address of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An entity at the other end of a link."""

    iri: str
    path: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGroup:
    """Links of one relation in one direction."""

    label: str
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a release's graph says of an entity."""

    iri: str
    about: rdflib.Graph
    """The triples of the entity, and of the agents it names."""
    incoming: rdflib.Graph
    """The links that point at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityView:
    """One entity page."""

    iri: str
    title: str
    title_language: str
    kind: str
    is_stub: bool
    creators: tuple[NamedLink, ...]
    contributors: tuple[NamedLink, ...]
    facts: tuple[tuple[str, tuple[NamedLink, ...]], ...]
    """Label and values, in the order shown; labels without values are left out."""
    identifiers: tuple[NamedLink, ...]
    records: tuple[NamedLink, ...]
    links: tuple[LinkGroup, ...]


def read_view(
    description: Description,
    neighbours: Mapping[str, Neighbour],
    path_of: Callable[[str], str],
    creator_order: Iterable[str] = (),
) -> EntityView:
    """Lay out what is known of an entity.

    Args:
        description: what the graph says.
        neighbours: what is known of the other ends, by IRI.
        path_of: where an IRI is shown.
        creator_order: names of the creators in the order of the record; RDF has none.
    """
    iri, about, incoming = description.iri, description.about, description.incoming
    subject = rdflib.URIRef(iri)
    stated = sorted(_values(about, subject, SCHEMA + "identifier"))
    title = min(about.objects(subject, rdflib.URIRef(SCHEMA + "name")), default=None, key=str)
    return EntityView(
        iri=iri,
        title=str(title) if title is not None else (stated or [iri])[0],
        title_language=(title.language or "") if isinstance(title, rdflib.Literal) else "",
        kind=_first(about, subject, WEFT + "kind") or "unknown",
        is_stub=(subject, RDF.type, rdflib.URIRef(WEFT + "Stub")) in about,
        creators=_agents(about, subject, "creator", tuple(creator_order)),
        contributors=(
            *_agents(about, subject, "editor", (), "editor"),
            *_agents(about, subject, "contributor", ()),
        ),
        facts=_facts(about, subject),
        identifiers=tuple(identifier_link(text) for text in stated),
        records=tuple(
            _record_link(record, path_of)
            for record in sorted(_values(about, subject, WEFT + "fromRecord"))
        ),
        links=_link_groups(subject, about, incoming, neighbours),
    )


def neighbour_iris(description: Description) -> tuple[str, ...]:
    """The entities at the other ends of the links, each once."""
    outgoing = description.about.triples((rdflib.URIRef(description.iri), None, None))
    found = [str(target) for _, predicate, target in outgoing if str(predicate) in PREDICATES]
    found += [str(source) for source, _, _ in description.incoming]
    return tuple(dict.fromkeys(found))


def resolver_link(identifier: str) -> str:
    """Where an identifier written `scheme:value` resolves; empty when nowhere.

    >>> resolver_link("doi:10.17182/hepdata.1")
    'https://doi.org/10.17182/hepdata.1'
    """
    scheme, _, value = identifier.partition(":")
    return safe_href(identifiers.iri(Identifier(scheme, value)) or "")


def identifier_link(identifier: str) -> NamedLink:
    """An identifier written `scheme:value`, linked to where it resolves."""
    scheme, _, value = identifier.partition(":")
    return NamedLink(label=value, href=resolver_link(identifier), note=scheme)


def _record_link(iri: str, path_of: Callable[[str], str]) -> NamedLink:
    path = path_of(iri)
    source, _, identifier = path.removeprefix("/record/").partition("/")
    return NamedLink(label=unquote(identifier), href=path, note=unquote(source))


def _agents(
    about: rdflib.Graph, subject: Node, role: str, order: tuple[str, ...], note: str = ""
) -> tuple[NamedLink, ...]:
    found = []
    for agent in about.objects(subject, rdflib.URIRef(SCHEMA + role)):
        name = _first(about, agent, SCHEMA + "name") or str(agent)
        is_shared = isinstance(agent, rdflib.URIRef) and "#" not in agent
        link = NamedLink(label=name, href=str(agent) if is_shared else "", note=note)
        found.append(replace(link, fragment=_fragment(agent, subject)))
    places = {name: place for place, name in enumerate(order)}
    found.sort(key=lambda link: (places.get(link.label, len(places)), link.label))
    return tuple(found)


def _facts(about: rdflib.Graph, subject: Node) -> tuple[tuple[str, tuple[NamedLink, ...]], ...]:
    rows = (
        ("Published", SCHEMA + "datePublished"),
        ("Publisher", SCHEMA + "publisher"),
        ("Version", SCHEMA + "version"),
        ("Licence", SCHEMA + "license"),
        ("Access", WEFT + "access"),
        ("Language", SCHEMA + "inLanguage"),
        ("Collaboration", WEFT + "collaboration"),
        ("Funding", SCHEMA + "funding"),
        ("Size", SCHEMA + "size"),
        ("Format", SCHEMA + "encodingFormat"),
        ("Keywords", SCHEMA + "keywords"),
    )
    facts = []
    for label, predicate in rows:
        nodes = about.objects(subject, rdflib.URIRef(predicate))
        links = sorted(
            (replace(_fact_link(about, node), fragment=_fragment(node, subject)) for node in nodes),
            key=lambda link: link.label,
        )
        if links:
            facts.append((label, tuple(links)))
    return tuple(facts)


def _fact_link(about: rdflib.Graph, node: Node) -> NamedLink:
    if not isinstance(node, rdflib.URIRef):
        return NamedLink(label=str(node))
    name = _first(about, node, SCHEMA + "name") or str(node).removeprefix(SPDX)
    address = str(node)
    if "#" in address:  # a part of this very description, with a page of its own or none
        address = _first(about, node, SCHEMA + "url") or ""
    return NamedLink(label=name, href=safe_href(address))


def _fragment(node: Node, subject: Node) -> str:
    """What follows `#` in the IRI of a part of the entity; empty for any other node."""
    whole, _, fragment = node.partition("#") if isinstance(node, rdflib.URIRef) else ("", "", "")
    return fragment if whole == str(subject) else ""


def safe_href(iri: str) -> str:
    """An address that a page may link to: data could hold `javascript:`."""
    return iri if iri.startswith(("https://", "http://", "/")) else ""


def _link_groups(
    subject: Node,
    about: rdflib.Graph,
    incoming: rdflib.Graph,
    neighbours: Mapping[str, Neighbour],
) -> tuple[LinkGroup, ...]:
    groups: dict[tuple[str, bool], set[str]] = {}
    for _, predicate, target in about.triples((subject, None, None)):
        if name := PREDICATES.get(str(predicate)):
            groups.setdefault((name, False), set()).add(str(target))
    for source, predicate, _ in incoming:
        if name := PREDICATES.get(str(predicate)):
            groups.setdefault((name, name not in SYMMETRIC), set()).add(str(source))
    return tuple(
        LinkGroup(
            label=_READINGS[name][is_inverse],
            neighbours=tuple(
                sorted(
                    (neighbours[iri] for iri in iris if iri in neighbours),
                    key=lambda neighbour: (neighbour.kind, _natural(neighbour.name)),
                )
            ),
        )
        for (name, is_inverse), iris in sorted(groups.items(), key=lambda group: _rank(*group[0]))
    )


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts Table 2 before Table 10."""
    parts = []
    word = ""
    for character in name.casefold():
        if word and character.isdecimal() != word[-1].isdecimal():
            parts.append(word)
            word = ""
        word += character
    parts.append(word)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)


def _rank(name: str, is_inverse: bool) -> tuple[int, str, bool]:  # noqa: FBT001  # half of a key
    place = _FIRST.index(name) if name in _FIRST else len(_FIRST)
    return place, name, is_inverse


def _values(graph: rdflib.Graph, subject: Node, predicate: str) -> list[str]:
    return [str(value) for value in graph.objects(subject, rdflib.URIRef(predicate))]


def _first(graph: rdflib.Graph, subject: Node, predicate: str) -> str | None:
    return min(_values(graph, subject, predicate), default=None)
