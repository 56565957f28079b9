"""What the page of an entity shows: gathered here, laid out by entity.html."""

from dataclasses import dataclass, replace
from typing import Final

import rdflib
from aiohttp import web
from rdflib.namespace import DCTERMS

from graph.explain.fields import fields_of
from graph.explain.view import View
from graph.iris import entity_iri
from graph.work import Access
from search.citation import cite
from search.document import Document
from search.web.answers import SCRIPTED, page
from search.web.linked.crowd import describe_some, n_creators
from search.web.linked.description import Description, EntityView
from search.web.linked.entity_citation import CITATION_FORMS, described_to_cite
from search.web.linked.family import Family
from search.web.linked.link_groups import read_links, show_groups
from search.web.linked.neighbour import read_neighbour
from search.web.linked.nested_json import Subject
from search.web.linked.one_thing import OneThing, read_one_thing, read_records
from search.web.linked.schema_org import HTTP_SCHEMA, Catalogue, describe_entity
from search.web.linked.sources_table import Row, read_rows
from search.web.serialise import RdfFormat
from search.web.site import SITE, Site

_HEADLINE: Final = ("published", "publisher", "version", "licence")
"""Facts that stand below the title, and access with them; the others stand at the side."""
_ACCESS: Final = frozenset(Access)
"""What a record may say of access."""
_HIDDEN_FIELDS: Final = frozenset({"publisherIdentifier", "type"})
"""Fields of the graph that no page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the release holds of an entity: its graph, and its document unless it is a stub."""

    key: str
    description: Description
    document: Document | None
    n_creators: int = 0
    """How many the records name, of which a page's description may hold the first."""

    @property
    def creator_order(self) -> tuple[str, ...]:
        """Names of the creators as the record orders them."""
        return self.document.creators if self.document else ()

    @property
    def abstract(self) -> str:
        """The abstract, which only the text index holds; empty when there is none."""
        return self.document.abstract if self.document else ""


def find_for_page(site: Site, key: str) -> Found:
    """What a page needs: of its people the first, of the links to it only those of its parts."""
    iri = entity_iri(site.base_iri, key)
    facts, document = site.graph.facts(iri), site.index.document(key)
    about = describe_some(site.graph, iri, facts, document.creators if document else ())
    parts = rdflib.Graph()
    whole = rdflib.URIRef(iri)
    for part in site.graph.subjects(str(DCTERMS.isPartOf), iri):
        parts.add((rdflib.URIRef(part), DCTERMS.isPartOf, whole))
    return Found(
        key=key,
        description=Description(iri=iri, about=about, incoming=parts),
        document=document,
        n_creators=n_creators(facts),
    )


def entity_json_ld(site: Site, found: Found, graph: rdflib.Graph, vocabulary: str) -> str:
    """An entity as schema.org JSON-LD.

    Args:
        site: what is served.
        found: the entity.
        graph: what is told of it.
        vocabulary: the namespace that the context names.
    """
    subject = Subject(
        iri=found.description.iri,
        graph=graph,
        abstract=found.abstract,
        creator_order=found.creator_order,
    )
    return describe_entity(subject, Catalogue(name=site.title, iri=site.base_iri), vocabulary)


def entity_page(request: web.Request, found: Found, entity: EntityView) -> web.Response:
    """The page of an entity."""
    site = request.app[SITE]
    iri = found.description.iri
    view = View(site.graph, site.base_iri)
    entity = _with_titles(site, entity)
    links = read_links(site, iri)
    access = next((link.label for link in entity.fact("access")), "")
    family = Family(site.graph, lambda each: read_neighbour(site, each), view.key)
    one_thing = read_one_thing(site, found.key)
    # without the links from elsewhere, which can be thousands and mean nothing to search engines
    json_ld = entity_json_ld(site, found, found.description.about, HTTP_SCHEMA)
    values = {
        "entity": entity,
        "key": found.key,
        "entity_path": site.path_of(iri),
        "abstract": found.abstract,
        "forms": tuple(RdfFormat),
        "headline": [(name, said) for name in _HEADLINE if (said := entity.fact(name))],
        "access": access if access in _ACCESS else "unknown",
        "aside": [each for each in entity.facts if each[0] not in (*_HEADLINE, "access")],
        "n_creators": max(found.n_creators, len(entity.creators)),
        "groups": show_groups(site, iri, links),
        "n_links": sum(map(len, links.values())),
        "versions": family.versions(iri),
        "parts": family.parts(iri),
        "one_thing": one_thing,
        "rows": _rows(site, view, found.key, one_thing),
        "said_by": read_records(site, view, found.key).__getitem__,
        "citation": _citation(site, found),
        "citation_forms": tuple(CITATION_FORMS.values()),
        # "</script>" in a title must not end the element that holds the JSON
        "json_ld": json_ld.replace("<", "\\u003c"),
    }
    return page(request, "entity.html", values, policy=SCRIPTED)


def _with_titles(site: Site, entity: EntityView) -> EntityView:
    """The entity with sources called as people call them."""
    records = (replace(link, note=site.source_title(link.note)) for link in entity.records)
    return replace(entity, records=tuple(records))


def _rows(site: Site, view: View, key: str, one_thing: OneThing) -> tuple[Row, ...]:
    """Who said what; empty when all is said by one record, or by none."""
    if one_thing.n_records < 2:  # noqa: PLR2004  # one record cannot disagree
        return ()
    order = tuple(name for name, _ in site.source_titles)
    return read_rows(fields_of(view, key, order), _HIDDEN_FIELDS.__contains__)


def _citation(site: Site, found: Found) -> str:
    """The line to cite an entity by; empty of one that no record describes."""
    described = described_to_cite(site, found.key, found.document)
    return cite(described) if described and not described.is_stub else ""
