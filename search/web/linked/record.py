"""Source records: `/record/{source}/{id}` as a page, as RDF, or as the repository delivered it."""

import asyncio
from dataclasses import dataclass
from typing import Final

import rdflib
from aiohttp import web

from graph.iris import record_iri
from graph.relation import WEFT
from search.web.answers import negotiated, page, raise_if_not_modified
from search.web.linked.entity_links import form_links
from search.web.linked.forms import (
    OFFERS,
    chosen_form,
    media_type_of,
    rdf_response,
    without_suffix,
)
from search.web.linked.raw_record import POLICY, RAW_TYPES, RawRecord, find_raw
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
    if wanted := _raw_type(request, suffix):
        return _raw_answer(request, iri, header, suffix, wanted)
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


def _raw_type(request: web.Request, suffix: str | None) -> str:
    """The media type of the raw text when that is asked for, by suffix or before all by Accept."""
    if suffix is not None:
        return RAW_TYPES.get(suffix, "")
    chosen = negotiated(request, (*OFFERS, *RAW_TYPES.values()))
    return chosen if chosen in RAW_TYPES.values() else ""


def _raw_answer(
    request: web.Request, iri: str, header: rdflib.Graph, suffix: str | None, wanted: str
) -> web.Response:
    """The record as it was harvested; what it holds does nothing in a browser."""
    site = request.app[SITE]
    raise_if_not_modified(request, wanted)
    raw = find_raw(site, header, iri)
    path = site.path_of(iri)
    if raw.media_type != wanted:
        message = f"this record was delivered as {raw.media_type}: see {iri}.{raw.suffix}"
        if suffix is None:
            raise web.HTTPNotAcceptable(text=message)
        raise web.HTTPNotFound(text=message)
    response = web.Response(body=raw.body, content_type=raw.media_type, charset="utf-8")
    response.headers["Vary"] = "Accept"
    response.headers["Content-Security-Policy"] = POLICY
    if suffix is None:
        response.headers["Content-Location"] = f"{path}.{raw.suffix}"
    response.headers["Link"] = format_header([Link(target=path, relation="describedby")])
    return response


def _find(site: Site, source: str, identifier: str) -> tuple[str, rdflib.Graph, str | None]:
    """IRI and header of a record, and the suffix; a record whose identifier ends so goes first.

    Raises:
        HTTPNotFound: there is none.
    """
    for name, ending in ((identifier, None), _apart(identifier)):
        iri = record_iri(site.base_iri, source, name)
        if header := site.graph.describe(iri):
            return iri, header, ending
    raise web.HTTPNotFound(text=f"this release has no record {identifier} of {source}")


def _apart(identifier: str) -> tuple[str, str | None]:
    """What stands before the suffix of a form or of the raw text, and the suffix."""
    stem, _, suffix = identifier.rpartition(".")
    return (stem, suffix) if suffix in RAW_TYPES else without_suffix(identifier)


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
    raw, no_raw = _raw_or_reason(site, header, iri)
    values = {
        "iri": iri,
        "record_path": site.path_of(iri),
        "source": site.source_title(source),
        "identifier": str(header.value(subject, _IDENTIFIER) or iri),
        "header": [row for group in groups_of(site, header, iri) for row in group.rows],
        "groups": groups_of(site, statements, iri),
        "entities": [(site.path_of(entity), names.get(entity, entity)) for entity in described],
        "forms": tuple(RdfFormat),
        "raw": raw,
        "no_raw": no_raw,
    }
    return page(request, "record.html", values)


def _raw_or_reason(site: Site, header: rdflib.Graph, iri: str) -> tuple[RawRecord | None, str]:
    """The raw text, or why there is none."""
    try:
        return find_raw(site, header, iri), ""
    except web.HTTPError as error:
        return None, error.text or error.reason
