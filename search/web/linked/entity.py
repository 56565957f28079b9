"""Entities: `/id/{key}` as a page, as RDF and as a link set; moved after a merge, gone at the end.

Agents and grants without an identifier of their own are fragments of their entity's page.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

import rdflib
from aiohttp import web
from msgspec import Struct

from graph.iris import entity_iri
from graph.relation import WEFT
from graph.vocabulary import SCHEMA
from search.document import Document
from search.web.answers import HTML, JSON, json_answer, page, raise_if_not_modified
from search.web.linked.description import (
    Description,
    EntityView,
    NamedLink,
    Neighbour,
    neighbour_iris,
    read_view,
)
from search.web.linked.entity_links import linkset, metadata_links, page_links
from search.web.linked.forms import (
    OFFERS,
    SUFFIXES,
    chosen_form,
    media_type_of,
    rdf_response,
    text_response,
)
from search.web.linked.nested_json import Subject
from search.web.linked.schema_org import HTTP_SCHEMA, Catalogue, describe_entity
from search.web.linked.signposting import (
    LINKSET_JSON,
    LINKSET_TEXT,
    Link,
    format_header,
    format_json,
    format_text,
)
from search.web.negotiate import choose
from search.web.serialise import BY_MEDIA_TYPE, RdfFormat
from search.web.site import SITE, Site

_MAX_NEIGHBOURS: Final = 500
"""A page names this many linked entities; Turtle and SPARQL have them all. A guess."""
_LINKSETS: Final = {"linkset": LINKSET_TEXT, "linkset.json": LINKSET_JSON}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the release holds of an entity: its graph, and its document unless it is a stub."""

    description: Description
    document: Document | None

    @property
    def creator_order(self) -> tuple[str, ...]:
        """Names of the creators as the record orders them."""
        return self.document.creators if self.document else ()

    @property
    def abstract(self) -> str:
        """The abstract, which only the text index holds; empty when there is none."""
        return self.document.abstract if self.document else ""


class Gone(Struct, frozen=True, kw_only=True):
    """What is left of an entity whose records were all deleted."""

    status: int
    error: str
    iri: str
    release: int
    """The release that was asked."""
    created_at: str
    """When that release was made, UTC."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get(r"/id/{key:[a-z0-9]+}", show_entity),
        web.get(r"/id/{key:[a-z0-9]+}.{suffix:linkset(?:\.json)?}", show_linkset),
        web.get(r"/id/{key:[a-z0-9]+}.{suffix:[a-z]+}", show_entity),
    ]


async def show_entity(request: web.Request) -> web.StreamResponse:
    """One entity; 301 after a merge, 410 for a tombstone, 404 when unknown."""
    key, suffix = request.match_info["key"], request.match_info.get("suffix")
    if (gone := _moved_or_gone(request, key, suffix)) is not None:
        return gone
    form = chosen_form(request, suffix)
    raise_if_not_modified(request, media_type_of(form))
    # thousands of links may be read: off the event loop
    return await asyncio.to_thread(_answer, request, key, form)


async def show_linkset(request: web.Request) -> web.StreamResponse:
    """All typed links of an entity, as text or as JSON."""
    site = request.app[SITE]
    key, suffix = request.match_info["key"], request.match_info["suffix"]
    if (gone := _moved_or_gone(request, key, suffix)) is not None:
        return gone
    raise_if_not_modified(request, _LINKSETS[suffix])
    return await asyncio.to_thread(_linkset_answer, site, key, _LINKSETS[suffix])


def _moved_or_gone(request: web.Request, key: str, suffix: str | None) -> web.Response | None:
    """The tombstone of an entity that is gone; nothing for one that is here.

    Raises:
        HTTPMovedPermanently: another entity took its place.
        HTTPNotFound: there never was one.
    """
    site = request.app[SITE]
    iri = entity_iri(site.base_iri, key)
    if (target := site.graph.redirect(iri)) is not None:
        raise web.HTTPMovedPermanently(site.path_of(target) + (f".{suffix}" if suffix else ""))
    if next(site.graph.statements(iri), None) is None:
        raise web.HTTPNotFound(text=f"this release has no entity {key}")
    return _tombstone(request, iri, suffix) if site.graph.has(iri, WEFT + "Tombstone") else None


def _tombstone(request: web.Request, iri: str, suffix: str | None) -> web.Response:
    """410, as a page, as RDF or, for all who ask for nothing of these, as JSON."""
    site = request.app[SITE]
    chosen = choose(request.headers.get("Accept", ""), (JSON, *OFFERS)) or JSON
    if suffix is not None:
        form = SUFFIXES.get(suffix)
        chosen = media_type_of(form) if suffix in SUFFIXES else JSON
    body = Gone(
        status=HTTPStatus.GONE,
        error=f"every record of {iri} was deleted by its source",
        iri=iri,
        release=site.release.number,
        created_at=site.release.info.created_at,
    )
    if chosen == HTML:
        return page(request, "tombstone.html", {"gone": body}, status=HTTPStatus.GONE)
    if chosen in BY_MEDIA_TYPE:
        response = rdf_response(site.graph.describe(iri), BY_MEDIA_TYPE[chosen], iri)
        response.set_status(HTTPStatus.GONE)
        return response
    response = json_answer(body, status=HTTPStatus.GONE)
    response.headers["Vary"] = "Accept"
    return response


def _find(site: Site, key: str) -> _Found:
    iri = entity_iri(site.base_iri, key)
    return _Found(
        description=Description(
            iri=iri, about=site.graph.describe(iri), incoming=site.graph.incoming(iri)
        ),
        document=site.index.document(key),
    )


def _answer(request: web.Request, key: str, form: RdfFormat | None) -> web.Response:
    """The page or the data; under the entity's own IRI both state the typed links of the page."""
    site = request.app[SITE]
    found = _find(site, key)
    path = site.path_of(found.description.iri)
    is_data_only = form is not None and "suffix" in request.match_info
    links = metadata_links(path) if is_data_only else _links(found, site.path_of)
    response = _rdf_answer(site, found, form) if form else _page(request, found)
    if form and not is_data_only:
        response.headers["Content-Location"] = f"{path}.{form.value}"
    response.headers["Link"] = format_header(links)
    return response


def _linkset_answer(site: Site, key: str, media_type: str) -> web.Response:
    found = _find(site, key)
    iri = found.description.iri
    # a link set is read apart from its address, so it holds whole IRIs
    links = linkset(_links(found, str), iri)
    write = format_json if media_type == LINKSET_JSON else format_text
    return text_response(write(links, iri), media_type)


def _links(found: _Found, path_of: Callable[[str], str]) -> tuple[Link, ...]:
    view = read_view(found.description, {}, path_of, found.creator_order)
    return page_links(view, found.description, path_of)


def _rdf_answer(site: Site, found: _Found, form: RdfFormat) -> web.Response:
    if form is RdfFormat.JSON_LD:
        graph = found.description.about + found.description.incoming
        return text_response(_json_ld(site, found, graph, SCHEMA), form.media_type)
    return rdf_response(_with_abstract(found), form, found.description.iri)


def _json_ld(site: Site, found: _Found, graph: rdflib.Graph, vocabulary: str) -> str:
    subject = Subject(
        iri=found.description.iri,
        graph=graph,
        abstract=found.abstract,
        creator_order=found.creator_order,
    )
    return describe_entity(subject, Catalogue(name=site.title, iri=site.base_iri), vocabulary)


def _with_abstract(found: _Found) -> rdflib.Graph:
    """The description with the abstract, and the links to it."""
    graph = found.description.about + found.description.incoming
    for prefix, namespace in found.description.about.namespaces():
        graph.bind(prefix, namespace)
    if found.abstract:
        iri = rdflib.URIRef(found.description.iri)
        graph.add((iri, rdflib.URIRef(SCHEMA + "abstract"), rdflib.Literal(found.abstract)))
    return graph


def _page(request: web.Request, found: _Found) -> web.Response:
    site = request.app[SITE]
    iris = neighbour_iris(found.description)
    shown = iris[:_MAX_NEIGHBOURS]
    # without the links from elsewhere, which can be thousands and mean nothing to search engines
    json_ld = _json_ld(site, found, found.description.about, HTTP_SCHEMA)
    values = {
        "entity": _view(site, found, shown),
        "entity_path": site.path_of(found.description.iri),
        "abstract": found.abstract,
        "forms": tuple(RdfFormat),
        "n_links": len(iris),
        "n_left_out": len(iris) - len(shown),
        # "</script>" in a title must not end the element that holds the JSON
        "json_ld": json_ld.replace("<", "\\u003c"),
    }
    return page(request, "entity.html", values)


def _view(site: Site, found: _Found, shown: tuple[str, ...]) -> EntityView:
    names = site.graph.names(shown)
    neighbours = {
        iri: Neighbour(
            iri=iri,
            path=site.shown_path(iri),
            name=names.get(iri, iri),
            kind=site.graph.kind(iri) or "unknown",
        )
        for iri in shown
    }
    view = read_view(found.description, neighbours, site.path_of, found.creator_order)
    return replace(view, records=tuple(_with_title(site, link) for link in view.records))


def _with_title(site: Site, link: NamedLink) -> NamedLink:
    return replace(link, note=site.source_title(link.note))
