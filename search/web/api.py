"""`/api/v1/search`: the text index for other portals, as JSON."""

import asyncio
from dataclasses import replace
from typing import Final

from aiohttp import web
from msgspec import Struct

from graph.iris import entity_iri
from graph.release import ReleaseInfo
from search.text.engine import Fragment, Hit, SearchResult
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.asking import Ask, read_ask, read_number
from search.web.site import SITE

MAX_API_LIMIT: Final = 100
"""Most hits in one answer; a guess that keeps answers near 200 kB."""
_DEFAULT_LIMIT: Final = 10


class SnippetPart(Struct, frozen=True, kw_only=True):
    """Plain text, and whether it matches the query."""

    text: str
    match: bool


class ApiHit(Struct, frozen=True, kw_only=True):
    """One entity found."""

    key: str
    iri: str
    kind: str
    title: str
    year: int | None
    creators: tuple[str, ...]
    identifiers: tuple[str, ...]
    """As `scheme:value`."""
    sources: tuple[str, ...]
    publisher: str
    licence: str
    """SPDX identifier, empty when not known."""
    access: str
    has: tuple[str, ...]
    snippet: tuple[SnippetPart, ...]
    score: float | None
    """None unless sorted by relevance."""


class ApiFacetValue(Struct, frozen=True, kw_only=True):
    """How many of the found entities have a value."""

    value: str
    count: int


class ApiAnswer(Struct, frozen=True, kw_only=True):
    """The answer to a search."""

    query: str
    total: int
    limit: int
    offset: int
    sort: str
    release: int
    took_ms: float
    hits: tuple[ApiHit, ...]
    facets: dict[str, tuple[ApiFacetValue, ...]]


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/api/v1/search", search)]


async def search(request: web.Request) -> web.StreamResponse:
    """Search; 400 with the position for a query that does not parse."""
    site = request.app[SITE]
    negotiated(request, (JSON,))
    limit = read_number(request.query, "limit", _DEFAULT_LIMIT)
    if limit > MAX_API_LIMIT:
        raise web.HTTPBadRequest(text=f"limit {limit} is above {MAX_API_LIMIT}")
    ask = replace(
        read_ask(request.query), limit=limit, offset=read_number(request.query, "offset", 0)
    )
    question = ask.to_request()
    raise_if_not_modified(request, JSON)
    # up to tens of ms on a large index: off the event loop
    result = await asyncio.to_thread(site.index.search, question)
    return json_answer(search_answer(ask, result, site.release.info))


def search_answer(ask: Ask, result: SearchResult, release: ReleaseInfo) -> ApiAnswer:
    """The answer to a question as portals and the command line get it."""
    return ApiAnswer(
        query=ask.text,
        total=result.total,
        limit=ask.limit,
        offset=ask.offset,
        sort=ask.sort.value,
        release=release.number,
        took_ms=round(result.took_ms, 2),
        hits=tuple(_hit(hit, release.base_iri) for hit in result.hits),
        facets={
            name: tuple(ApiFacetValue(value=item.value, count=item.count) for item in counts)
            for name, counts in result.facets.items()
        },
    )


def _hit(hit: Hit, base_iri: str) -> ApiHit:
    document = hit.document
    return ApiHit(
        key=hit.key,
        iri=entity_iri(base_iri, hit.key),
        kind=document.kind,
        title=document.title,
        year=document.year,
        creators=document.creators,
        identifiers=document.identifiers,
        sources=document.sources,
        publisher=document.publisher,
        licence=document.licence,
        access=document.access,
        has=document.has,
        snippet=tuple(_part(fragment) for fragment in hit.snippet),
        score=hit.score,
    )


def _part(fragment: Fragment) -> SnippetPart:
    return SnippetPart(text=fragment.text, match=fragment.is_match)
