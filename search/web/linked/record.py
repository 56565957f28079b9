"""Source records: `/record/{source}/{id}` as a page of statements or as RDF."""

import asyncio
from dataclasses import dataclass
from typing import Final

import rdflib
from aiohttp import web

from graph.iris import record_iri
from graph.relation import WEFT
from search.web.answers import page, raise_if_not_modified
from search.web.linked.entity_links import form_links
from search.web.linked.forms import chosen_form, media_type_of, rdf_response, without_suffix
from search.web.linked.signposting import Link, format_header
from search.web.serialise import RdfFormat
from search.web.site import SITE, Site

_SOURCE: Final = rdflib.URIRef(WEFT + "source")
_IDENTIFIER: Final = rdflib.URIRef(WEFT + "oaiIdentifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One row of a table of statements."""

    predicate: str
    value: str
    href: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that is said of one subject."""

    subject: str
    fragment: str
    """Of the page's address, when the subject is a part of what the page is about."""
    rows: tuple[Statement, ...]


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get(r"/record/{source}/{identifier:.+}", show_record)]


async def show_record(request: web.Request) -> web.StreamResponse:
    """What one source record says, statement by statement."""
    return await asyncio.to_thread(_answer, request)


def groups_of(site: Site, graph: rdflib.Graph, about: str) -> list[Group]:
    """A graph as tables, one for a subject, in order; `about` is what the page is about."""
    names = graph.namespace_manager
    found: dict[str, list[Statement]] = {}
    for subject, predicate, value in sorted(graph):
        is_iri = isinstance(value, rdflib.URIRef)
        row = Statement(
            predicate=names.normalizeUri(str(predicate)),
            value=site.short_name(str(value)) if is_iri else str(value),
            href=site.shown_path(str(value)) if is_iri else "",
            language=(value.language or "") if isinstance(value, rdflib.Literal) else "",
        )
        found.setdefault(str(subject), []).append(row)
    return [
        Group(
            subject=site.short_name(subject),
            fragment=subject.removeprefix(f"{about}#") if subject.startswith(f"{about}#") else "",
            rows=tuple(rows),
        )
        for subject, rows in found.items()
    ]


def _answer(request: web.Request) -> web.Response:
    site = request.app[SITE]
    iri, header, suffix = _find(
        site, request.match_info["source"], request.match_info["identifier"]
    )
    form = chosen_form(request, suffix)
    raise_if_not_modified(request, media_type_of(form))
    statements = site.graph.record(iri)
    path = site.path_of(iri)
    described = site.graph.subjects(WEFT + "fromRecord", iri)
    if form is None:
        response = _page(request, iri, header, statements, described)
    else:
        graph = header + statements
        for prefix, namespace in header.namespaces():
            graph.bind(prefix, namespace)
        response = rdf_response(graph, form, iri)
        if suffix is None:
            response.headers["Content-Location"] = f"{path}.{form.value}"
    links = [Link(target=site.path_of(entity), relation="describes") for entity in described]
    links += form_links(path) if suffix is None else [Link(target=path, relation="describes")]
    response.headers["Link"] = format_header(links)
    return response


def _find(site: Site, source: str, identifier: str) -> tuple[str, rdflib.Graph, str | None]:
    """IRI and header of a record, and the suffix; a record whose identifier ends so goes first.

    Raises:
        HTTPNotFound: there is none.
    """
    stem, suffix = without_suffix(identifier)
    for name, ending in ((identifier, None), (stem, suffix)):
        iri = record_iri(site.base_iri, source, name)
        if header := site.graph.describe(iri):
            return iri, header, ending
    raise web.HTTPNotFound(text=f"this release has no record {identifier} of {source}")


def _page(
    request: web.Request,
    iri: str,
    header: rdflib.Graph,
    statements: rdflib.Graph,
    described: list[str],
) -> web.Response:
    site = request.app[SITE]
    subject = rdflib.URIRef(iri)
    source = str(header.value(subject, _SOURCE) or request.match_info["source"])
    names = site.graph.names(described)
    values = {
        "iri": iri,
        "record_path": site.path_of(iri),
        "source": site.source_title(source),
        "identifier": str(header.value(subject, _IDENTIFIER) or iri),
        "header": [row for group in groups_of(site, header, iri) for row in group.rows],
        "groups": groups_of(site, statements, iri),
        "entities": [(site.path_of(entity), names.get(entity, entity)) for entity in described],
        "forms": tuple(RdfFormat),
    }
    return page(request, "record.html", values)
