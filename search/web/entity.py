"""Entities: `/id/{key}` as a page or as RDF, `/record/{source}/{id}`, `/pid/{scheme}/{value}`.

Links to the other forms follow FAIR Signposting: https://signposting.org/FAIR/
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Final

import rdflib
from aiohttp import web

from graph import identifiers
from graph.iris import entity_iri, record_iri
from graph.relation import WEFT
from graph.vocabulary import SCHEMA
from graph.work import Identifier
from search.document import Document
from search.web.answers import HTML, negotiated, page, raise_if_not_modified
from search.web.description import (
    Description,
    EntityView,
    NamedLink,
    Neighbour,
    neighbour_iris,
    read_view,
)
from search.web.serialise import BY_MEDIA_TYPE, RdfFormat, serialise
from search.web.site import SITE, Site

_MAX_NEIGHBOURS: Final = 500
"""A page names this many linked entities; Turtle and SPARQL have them all. A guess."""
_MAX_AUTHOR_LINKS: Final = 10
"""Signposting author links in the header; collaborations have thousands of authors."""
_SUFFIXES: Final = {**{form.value: form for form in RdfFormat}, "html": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the release holds of an entity: its graph, and its document unless it is a stub."""

    description: Description
    document: Document | None


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get(r"/id/{key:[a-z0-9]+}", show_entity),
        web.get(r"/id/{key:[a-z0-9]+}.{suffix:[a-z]+}", show_entity),
        web.get(r"/record/{source}/{identifier:.+}", show_record),
        web.get(r"/pid/{scheme:[a-z]+}/{value:.+}", find_entity),
    ]


async def show_entity(request: web.Request) -> web.StreamResponse:
    """One entity; 301 after a merge, 410 for a tombstone, 404 when unknown."""
    site = request.app[SITE]
    key, suffix = request.match_info["key"], request.match_info.get("suffix")
    form = _form(request, suffix)
    iri = entity_iri(site.base_iri, key)
    if (target := site.graph.redirect(iri)) is not None:
        raise web.HTTPMovedPermanently(site.path_of(target) + (f".{suffix}" if suffix else ""))
    if site.graph.has(iri, WEFT + "Tombstone"):
        raise web.HTTPGone(text=f"every record of {iri} was deleted by its source")
    raise_if_not_modified(request, form.media_type if form else HTML)
    # thousands of links may be read: off the event loop
    found = await asyncio.to_thread(_find, site, key)
    if not found.description.about:
        raise web.HTTPNotFound(text=f"this release has no entity {key}")
    if form is None:
        return await asyncio.to_thread(_entity_page, request, found)
    return await asyncio.to_thread(_rdf_answer, request, found, form)


async def show_record(request: web.Request) -> web.StreamResponse:
    """What one source record says, statement by statement."""
    site = request.app[SITE]
    iri = record_iri(site.base_iri, request.match_info["source"], request.match_info["identifier"])
    chosen = negotiated(request, (HTML, *BY_MEDIA_TYPE))
    header = await asyncio.to_thread(site.graph.describe, iri)
    if not header:
        raise web.HTTPNotFound(text=f"this release has no record {iri}")
    statements = await asyncio.to_thread(site.graph.record, iri)
    if chosen != HTML:
        return _rdf_response(header + statements, BY_MEDIA_TYPE[chosen], iri)
    return await asyncio.to_thread(_record_page, request, iri, header, statements)


async def find_entity(request: web.Request) -> web.StreamResponse:
    """303 to the entity that has an identifier; 404 when none has."""
    site = request.app[SITE]
    scheme, value = request.match_info["scheme"], request.match_info["value"]
    identifier = identifiers.normalise(scheme, value) or Identifier(scheme, value)
    if (iri := site.graph.find(str(identifier))) is not None:
        raise web.HTTPSeeOther(site.path_of(iri))
    raise web.HTTPNotFound(text=f"no entity of this release has the identifier {identifier}")


def _form(request: web.Request, suffix: str | None) -> RdfFormat | None:
    """The serialisation asked for; None for the page."""
    if suffix is not None:
        if suffix not in _SUFFIXES:
            raise web.HTTPNotFound(text=f"no form .{suffix}: use .{', .'.join(_SUFFIXES)}")
        return _SUFFIXES[suffix]
    return BY_MEDIA_TYPE.get(negotiated(request, (HTML, *BY_MEDIA_TYPE)))


def _find(site: Site, key: str) -> _Found:
    iri = entity_iri(site.base_iri, key)
    return _Found(
        description=Description(
            iri=iri, about=site.graph.describe(iri), incoming=site.graph.incoming(iri)
        ),
        document=site.index.document(key),
    )


def _with_abstract(found: _Found) -> rdflib.Graph:
    """The description with the abstract, which only the text index holds, and the links to it."""
    graph = found.description.about + found.description.incoming
    for prefix, namespace in found.description.about.namespaces():
        graph.bind(prefix, namespace)
    if found.document is not None and found.document.abstract:
        graph.add(
            (
                rdflib.URIRef(found.description.iri),
                rdflib.URIRef(SCHEMA + "abstract"),
                rdflib.Literal(found.document.abstract),
            )
        )
    return graph


def _rdf_answer(request: web.Request, found: _Found, form: RdfFormat) -> web.Response:
    response = _rdf_response(
        _with_abstract(found), form, found.description.iri, _creator_order(found)
    )
    response.headers["Link"] = f'<{found.description.iri}>; rel="describes"'
    if "suffix" not in request.match_info:
        response.headers["Content-Location"] = f"{request.path}.{form.value}"
    return response


def _creator_order(found: _Found) -> tuple[str, ...]:
    return found.document.creators if found.document else ()


def _rdf_response(
    graph: rdflib.Graph, form: RdfFormat, root: str, order: tuple[str, ...] = ()
) -> web.Response:
    response = web.Response(
        text=serialise(graph, form, root=root, order=order),
        content_type=form.media_type,
        charset="utf-8",
    )
    response.headers["Vary"] = "Accept"
    return response


def _entity_page(request: web.Request, found: _Found) -> web.Response:
    site = request.app[SITE]
    iris = neighbour_iris(found.description)
    shown = iris[:_MAX_NEIGHBOURS]
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
    document = found.document
    order = _creator_order(found)
    view = read_view(found.description, neighbours, site.path_of, order)
    view = replace(view, records=tuple(_with_title(site, link) for link in view.records))
    iri = found.description.iri
    path = site.path_of(iri)
    json_ld = serialise(_with_abstract(found), RdfFormat.JSON_LD, root=iri, order=order)
    values = {
        "entity": view,
        "entity_path": path,
        "abstract": document.abstract if document else "",
        "forms": tuple(RdfFormat),
        "n_links": len(iris),
        "n_left_out": len(iris) - len(shown),
        # "</script>" in a title must not end the element that holds the JSON
        "json_ld": json_ld.replace("<", "\\u003c"),
    }
    response = page(request, "entity.html", values)
    response.headers["Link"] = ", ".join(_signposts(view, path, found.description.about))
    return response


def _with_title(site: Site, link: NamedLink) -> NamedLink:
    return replace(link, note=site.source_title(link.note))


def _signposts(view: EntityView, path: str, about: rdflib.Graph) -> list[str]:
    subject = rdflib.URIRef(view.iri)
    dois = [link.href for link in view.identifiers if link.note == "doi"]
    posts = [f'<{dois[0] if dois else view.iri}>; rel="cite-as"']
    posts += [
        f'<{path}.{form.value}>; rel="describedby"; type="{form.media_type}"' for form in RdfFormat
    ]
    posts += [
        f'<{value}>; rel="type"'
        for value in sorted(map(str, about.objects(subject, rdflib.RDF.type)))
        if value.startswith(SCHEMA)
    ]
    posts += [f'<{a.href}>; rel="author"' for a in view.creators if a.href][:_MAX_AUTHOR_LINKS]
    licences = about.objects(subject, rdflib.URIRef(SCHEMA + "license"))
    posts += sorted(
        f'<{value}>; rel="license"' for value in licences if isinstance(value, rdflib.URIRef)
    )
    return posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One row of a record page."""

    predicate: str
    value: str
    href: str
    language: str


def _record_page(
    request: web.Request, iri: str, header: rdflib.Graph, statements: rdflib.Graph
) -> web.Response:
    site = request.app[SITE]
    groups = [(_shown(site, subject), rows) for subject, rows in _rows(site, statements)]
    entities = sorted(
        {str(s) for s in statements.subjects() if site.path_of(str(s)).startswith("/id/")}
    )
    values = {
        "iri": iri,
        "source": site.source_title(request.match_info["source"]),
        "identifier": request.match_info["identifier"],
        "header": [row for _, rows in _rows(site, header) for row in rows],
        "groups": groups,
        "entities": [(site.path_of(entity), entity) for entity in entities],
        "forms": tuple(BY_MEDIA_TYPE.values()),
    }
    return page(request, "record.html", values)


def _rows(site: Site, graph: rdflib.Graph) -> list[tuple[str, list[Statement]]]:
    names = graph.namespace_manager
    found: dict[str, list[Statement]] = {}
    for subject, predicate, value in sorted(graph):
        is_iri = isinstance(value, rdflib.URIRef)
        row = Statement(
            predicate=names.normalizeUri(str(predicate)),
            value=_shown(site, str(value)) if is_iri else str(value),
            href=site.shown_path(str(value)) if is_iri else "",
            language=(value.language or "") if isinstance(value, rdflib.Literal) else "",
        )
        found.setdefault(str(subject), []).append(row)
    return list(found.items())


def _shown(site: Site, iri: str) -> str:
    """An IRI as a person reads it: short when it is ours."""
    return site.path_of(iri).removeprefix("/")
