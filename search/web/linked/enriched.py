"""`/enriched/{name}`: the graph of an enrichment, told by its origin; SPARQL gives the rest."""

import asyncio
from typing import Final

import rdflib
from aiohttp import web
from rdflib.namespace import VOID

from graph.enrichment import DATASET, TITLE, enrichment_iri
from graph.vocabulary import RDF_TYPE
from search.web.answers import page, raise_if_not_modified
from search.web.linked.entity_links import form_links
from search.web.linked.forms import chosen_form, media_type_of, rdf_response
from search.web.linked.record import groups_of
from search.web.linked.signposting import Link, format_header
from search.web.serialise import RdfFormat
from search.web.site import SITE, Site

_NAME: Final = "{name:[a-z0-9][a-z0-9_-]*}"


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get(rf"/enriched/{_NAME}", show_enriched),
        web.get(rf"/enriched/{_NAME}.{{suffix:[a-z]+}}", show_enriched),
    ]


async def show_enriched(request: web.Request) -> web.StreamResponse:
    """Which endpoint was asked what, when, and how much it said."""
    return await asyncio.to_thread(_enriched, request)


def describe_enrichment(site: Site, iri: str) -> rdflib.Graph:
    """What the graph of an enrichment says of itself and of its parts; empty when there is none."""
    if DATASET not in site.graph.objects(iri, RDF_TYPE, iri):
        return rdflib.Graph()
    described = site.graph.describe_in(iri, iri)
    waiting, seen = [iri], {iri}
    while waiting:
        for value in described.objects(rdflib.URIRef(waiting.pop())):
            part = str(value)
            if part.startswith(f"{iri}#") and part not in seen:
                seen.add(part)
                waiting.append(part)
                described += site.graph.describe_in(part, iri)
    return described


def _enriched(request: web.Request) -> web.Response:
    site = request.app[SITE]
    name, suffix = request.match_info["name"], request.match_info.get("suffix")
    iri = enrichment_iri(site.base_iri, name)
    graph = describe_enrichment(site, iri)
    if not graph:
        raise web.HTTPNotFound(text=f"this release has no enrichment {name}")
    form = chosen_form(request, suffix)
    raise_if_not_modified(request, media_type_of(form))
    path = site.path_of(iri)
    graph.bind("void", VOID)
    if form:
        graph.add((rdflib.URIRef(site.iri_of("void#dataset")), VOID.subset, rdflib.URIRef(iri)))
        response = rdf_response(graph, form, iri)
    else:
        response = page(request, "enriched.html", _values(site, iri, graph))
    if form and suffix is None:
        response.headers["Content-Location"] = f"{path}.{form.value}"
    links = form_links(path) if suffix is None else [Link(target=path, relation="describes")]
    response.headers["Link"] = format_header(links)
    return response


def _values(site: Site, iri: str, graph: rdflib.Graph) -> dict[str, object]:
    title = graph.value(rdflib.URIRef(iri), rdflib.URIRef(TITLE))
    return {
        "iri": iri,
        "graph_path": site.path_of(iri),
        "title": str(title or iri),
        "groups": groups_of(site, graph, iri),
        "forms": tuple(RdfFormat),
    }
