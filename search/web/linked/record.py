"""Source records: `/record/{source}/{id}` as a page, as RDF, or as the repository delivered it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

import rdflib
from aiohttp import web

from graph.iris import record_iri
from graph.relation import WEFT
from graph.vocabulary import SCHEMA
from search.web.answers import negotiated, page, raise_if_not_modified
from search.web.linked.description import NamedLink
from search.web.linked.entity_links import form_links
from search.web.linked.forms import (
    OFFERS,
    chosen_form,
    media_type_of,
    rdf_response,
    without_suffix,
)
from search.web.linked.neighbour import natural
from search.web.linked.raw_record import POLICY, RAW_TYPES, RawRecord, find_raw
from search.web.linked.signposting import Link, format_header
from search.web.serialise import RdfFormat
from search.web.site import SITE, Site

_SOURCE: Final = rdflib.URIRef(WEFT + "source")
_NAME: Final = rdflib.URIRef(SCHEMA + "name")
_IDENTIFIER: Final = rdflib.URIRef(WEFT + "oaiIdentifier")
_MAX_NAMED: Final = 300
"""Entities that a page calls by name; others by key."""
_MAX_GROUPS: Final = 120
"""Subjects that a page has a table for; a record may name thousands of people."""
_MAX_LINKS: Final = 250
"""Links that a page shows of one record."""
_FIRST: Final = (
    *("schema:name", "weft:kind", "schema:datePublished", "schema:creator", "schema:publisher"),
    *("weft:subject", "weft:statedAs", "weft:statedTarget", "weft:object", "weft:relation"),
    *("weft:source", "weft:oaiIdentifier", "weft:status", "weft:datestamp", "weft:harvestedAt"),
)
"""Predicates in the order of a table; others follow by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One row of a table of statements."""

    predicate: str
    """With a prefix, such as `schema:name`; words have names for the common ones."""
    value: str
    """A text, the name of an entity, or an IRI with a prefix."""
    href: str
    language: str


class Part(StrEnum):
    """What a subject is to the record that speaks of it."""

    THING = "thing"
    """The entity that it describes."""
    LINK = "link"
    AGENT = "agent"
    GRANT = "grant"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that is said of one subject."""

    subject: str
    part: Part
    name: str
    """What people call the subject; empty when nothing does."""
    fragment: str
    """Of the page's address, when the subject is a part of what the page is about."""
    rows: tuple[Statement, ...]

    def said(self, predicate: str) -> Statement:
        """The first statement with a predicate; an empty one when there is none."""
        nothing = Statement(predicate=predicate, value="", href="", language="")
        return next((row for row in self.rows if row.predicate == predicate), nothing)


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get(r"/record/{source}/{identifier:.+}", show_record)]


async def show_record(request: web.Request) -> web.StreamResponse:
    """What one source record says, statement by statement."""
    return await asyncio.to_thread(_answer, request)


def groups_of(site: Site, graph: rdflib.Graph, about: str) -> list[Group]:
    """A graph as tables, one for a subject, in order; `about` is what the page is about."""
    named = site.graph.names(islice(_entities(site, graph), _MAX_NAMED))
    # people and grants go by the names that the record itself gives them
    named |= {
        str(each): str(name) for each, name in graph.subject_objects(_NAME) if "#" in str(each)
    }
    prefixes = graph.namespace_manager
    found: dict[str, list[Statement]] = {}
    for subject, predicate, value in sorted(graph):
        is_iri = isinstance(value, rdflib.URIRef)
        text = str(value)
        row = Statement(
            predicate=prefixes.normalizeUri(str(predicate)),
            value=named.get(text) or site.short_name(text) if is_iri else text,
            href=site.shown_path(text) if is_iri else "",
            language=(value.language or "") if isinstance(value, rdflib.Literal) else "",
        )
        found.setdefault(str(subject), []).append(row)
    groups = [
        Group(
            subject=site.short_name(subject),
            part=_part(site, subject, rows),
            name=next((row.value for row in rows if row.predicate == "schema:name"), ""),
            fragment=subject.removeprefix(f"{about}#") if subject.startswith(f"{about}#") else "",
            rows=tuple(sorted(rows, key=_place)),
        )
        for subject, rows in found.items()
    ]
    return sorted(groups, key=lambda each: (list(Part).index(each.part), natural(each.subject)))


def _entities(site: Site, graph: rdflib.Graph) -> Iterator[str]:
    """IRIs of entities that a graph names."""
    for value in sorted({str(each) for each in graph.objects() if isinstance(each, rdflib.URIRef)}):
        if value.startswith(f"{site.base_iri}id/"):
            yield value


def _part(site: Site, subject: str, rows: list[Statement]) -> Part:
    tail = subject.rpartition("#")[2]
    if subject.startswith(f"{site.base_iri}id/") and "#" not in subject:
        return Part.THING
    for part in (Part.LINK, Part.AGENT, Part.GRANT):
        if tail.startswith(f"{part}-"):
            return part
    is_agent = any(row.value in ("schema:Person", "schema:Organization") for row in rows)
    return Part.AGENT if is_agent else Part.OTHER


def _place(row: Statement) -> tuple[int, str, str]:
    """What tells most first: the name, then the words of a link, then all else by name."""
    first = _FIRST.index(row.predicate) if row.predicate in _FIRST else len(_FIRST)
    return first, row.predicate, row.value


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
    groups = groups_of(site, statements, iri)
    links = [group for group in groups if group.part is Part.LINK]
    others = [group for group in groups if group.part is not Part.LINK]
    values = {
        "iri": iri,
        "record_path": site.path_of(iri),
        "source": site.source_title(source),
        "identifier": str(header.value(subject, _IDENTIFIER) or iri),
        "header": [row for group in groups_of(site, header, iri) for row in group.rows],
        "groups": others[:_MAX_GROUPS],
        "links": links[:_MAX_LINKS],
        "n_links": len(links),
        "n_left_out": len(others[_MAX_GROUPS:]) + len(links[_MAX_LINKS:]),
        "entities": [
            NamedLink(label=names.get(entity, entity), href=site.path_of(entity))
            for entity in described
        ],
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
