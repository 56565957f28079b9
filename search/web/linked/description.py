"""What an entity page shows, read out of the entity's description. Pure: graph in, view out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote

import rdflib
from rdflib.namespace import RDF
from rdflib.term import Node

from graph import identifiers
from graph.relation import WEFT
from graph.vocabulary import SCHEMA, SPDX
from graph.work import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLink:
    """Words, and where they lead; no address, no link."""

    label: str
    href: str = ""
    note: str = ""
    fragment: str = ""
    """Of the page's address, when what is named has no address of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a release's graph says of an entity."""

    iri: str
    about: rdflib.Graph
    """The triples of the entity, and of the agents it names."""
    incoming: rdflib.Graph
    """The links that point at it; for a page only those of its parts."""


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
    """Name of a field and its values, in the order shown; those without values are left out."""
    identifiers: tuple[NamedLink, ...]
    records: tuple[NamedLink, ...]

    def fact(self, name: str) -> tuple[NamedLink, ...]:
        """The values of a field; none when no record states it."""
        return dict(self.facts).get(name, ())


def read_view(
    description: Description,
    path_of: Callable[[str], str],
    creator_order: Iterable[str] = (),
) -> EntityView:
    """Lay out what is known of an entity.

    Args:
        description: what the graph says.
        path_of: where an IRI is shown.
        creator_order: names of the creators in the order of the record; RDF has none.
    """
    iri, about = description.iri, description.about
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
            record_link(record, path_of)
            for record in sorted(_values(about, subject, WEFT + "fromRecord"))
        ),
    )


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


def record_link(iri: str, path_of: Callable[[str], str]) -> NamedLink:
    """A source record by its OAI identifier, noted with the name of its source."""
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
        ("published", SCHEMA + "datePublished"),
        ("publisher", SCHEMA + "publisher"),
        ("version", SCHEMA + "version"),
        ("licence", SCHEMA + "license"),
        ("access", WEFT + "access"),
        ("language", SCHEMA + "inLanguage"),
        ("collaboration", WEFT + "collaboration"),
        ("funding", SCHEMA + "funding"),
        ("size", SCHEMA + "size"),
        ("format", SCHEMA + "encodingFormat"),
        ("keywords", SCHEMA + "keywords"),
    )
    facts = []
    for name, predicate in rows:
        nodes = about.objects(subject, rdflib.URIRef(predicate))
        links = sorted(
            (replace(_fact_link(about, node), fragment=_fragment(node, subject)) for node in nodes),
            key=lambda link: link.label,
        )
        if links:
            facts.append((name, tuple(links)))
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


def _values(graph: rdflib.Graph, subject: Node, predicate: str) -> list[str]:
    return [str(value) for value in graph.objects(subject, rdflib.URIRef(predicate))]


def _first(graph: rdflib.Graph, subject: Node, predicate: str) -> str | None:
    return min(_values(graph, subject, predicate), default=None)
