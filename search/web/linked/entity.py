"""Entities: `/id/{key}` as a page, as RDF and as a link set; moved after a merge, gone at the end.

Agents and grants without an identifier of their own are fragments of their entity's page.
"""

import asyncio
from typing import Final

import rdflib
from aiohttp import web

from graph.iris import entity_iri
from graph.vocabulary import SCHEMA
from search.web.answers import raise_if_not_modified
from search.web.linked import entity_citation, neighbourhood
from search.web.linked.description import Description, read_view
from search.web.linked.entity_links import linkset, metadata_links, page_links
from search.web.linked.entity_page import Found, entity_json_ld, entity_page, find_for_page
from search.web.linked.forms import chosen_form, media_type_of, rdf_response, text_response
from search.web.linked.signposting import (
    LINKSET_JSON,
    LINKSET_TEXT,
    format_header,
    format_json,
    format_text,
)
from search.web.linked.standing import moved_or_gone
from search.web.serialise import RdfFormat
from search.web.site import SITE, Site

_LINKSETS: Final = {"linkset": LINKSET_TEXT, "linkset.json": LINKSET_JSON}


def routes() -> list[web.RouteDef]:
    """The addresses of entities; those of references go before forms of the same shape."""
    return [
        *entity_citation.routes(),
        *neighbourhood.routes(),
        web.get(r"/id/{key:[a-z0-9]+}", show_entity),
        web.get(r"/id/{key:[a-z0-9]+}.{suffix:linkset(?:\.json)?}", show_linkset),
        web.get(r"/id/{key:[a-z0-9]+}.{suffix:[a-z]+}", show_entity),
    ]


async def show_entity(request: web.Request) -> web.StreamResponse:
    """One entity; 301 after a merge, 410 for a tombstone, 404 when unknown."""
    key, suffix = request.match_info["key"], request.match_info.get("suffix")
    if (gone := moved_or_gone(request, key, f".{suffix}" if suffix else "")) is not None:
        return gone
    form = chosen_form(request, suffix)
    raise_if_not_modified(request, media_type_of(form))
    # thousands of links may be read: off the event loop
    return await asyncio.to_thread(_answer, request, key, form)


async def show_linkset(request: web.Request) -> web.StreamResponse:
    """All typed links of an entity, as text or as JSON."""
    site = request.app[SITE]
    key, suffix = request.match_info["key"], request.match_info["suffix"]
    if (gone := moved_or_gone(request, key, f".{suffix}")) is not None:
        return gone
    raise_if_not_modified(request, _LINKSETS[suffix])
    return await asyncio.to_thread(_linkset_answer, site, key, _LINKSETS[suffix])


def _find(site: Site, key: str) -> Found:
    iri = entity_iri(site.base_iri, key)
    return Found(
        key=key,
        description=Description(
            iri=iri, about=site.graph.describe(iri), incoming=site.graph.incoming(iri)
        ),
        document=site.index.document(key),
    )


def _answer(request: web.Request, key: str, form: RdfFormat | None) -> web.Response:
    """The page or the data; under the entity's own IRI both state the typed links of the page."""
    site = request.app[SITE]
    found = _find(site, key) if form else find_for_page(site, key)
    path = site.path_of(found.description.iri)
    is_data_only = form is not None and "suffix" in request.match_info
    view = read_view(found.description, site.path_of, found.creator_order)
    links = (
        metadata_links(path) if is_data_only else page_links(view, found.description, site.path_of)
    )
    response = _rdf_answer(site, found, form) if form else entity_page(request, found, view)
    if form and not is_data_only:
        response.headers["Content-Location"] = f"{path}.{form.value}"
    response.headers["Link"] = format_header(links)
    return response


def _linkset_answer(site: Site, key: str, media_type: str) -> web.Response:
    found = _find(site, key)
    iri = found.description.iri
    # a link set is read apart from its address, so it holds whole IRIs
    view = read_view(found.description, str, found.creator_order)
    links = linkset(page_links(view, found.description, str), iri)
    write = format_json if media_type == LINKSET_JSON else format_text
    return text_response(write(links, iri), media_type)


def _rdf_answer(site: Site, found: Found, form: RdfFormat) -> web.Response:
    if form is RdfFormat.JSON_LD:
        graph = found.description.about + found.description.incoming
        return text_response(entity_json_ld(site, found, graph, SCHEMA), form.media_type)
    return rdf_response(_with_abstract(found), form, found.description.iri)


def _with_abstract(found: Found) -> rdflib.Graph:
    """The description with the abstract, and the links to it."""
    graph = found.description.about + found.description.incoming
    for prefix, namespace in found.description.about.namespaces():
        graph.bind(prefix, namespace)
    if found.abstract:
        iri = rdflib.URIRef(found.description.iri)
        graph.add((iri, rdflib.URIRef(SCHEMA + "abstract"), rdflib.Literal(found.abstract)))
    return graph
