"""`/api/v1/search`: the text index for other portals, as JSON."""

from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from graph.iris import entity_iri
from graph.release import ReleaseInfo, caveats
from search.text.engine import FACETS, Fragment, Hit, SearchResult, Sort
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.operation import Answer, Operation, read_query
from search.web.asking import MAX_OFFSET, Ask
from search.web.cursor import MAX_CURSOR
from search.web.finding import find
from search.web.site import SITE

MAX_API_LIMIT: Final = 100
"""Most hits in one answer; a guess that keeps answers near 200 kB."""


_Values = tuple[Annotated[str, Meta(max_length=1000)], ...]


class SearchQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is searched for; a facet may be given several times, any of its values will do."""

    q: Annotated[str, Meta(description="In the query language; empty finds everything.")] = ""
    kind: Annotated[_Values, Meta(description="dataset, paper, software, book, ...")] = ()
    source: Annotated[_Values, Meta(description="Name of a source.")] = ()
    year: Annotated[_Values, Meta(description="Of publication.")] = ()
    licence: Annotated[_Values, Meta(description="SPDX identifier.")] = ()
    language: Annotated[_Values, Meta(description="BCP 47.")] = ()
    access: Annotated[_Values, Meta(description="open, embargoed, restricted, closed.")] = ()
    collaboration: Annotated[_Values, Meta(description="Its name.")] = ()
    publisher: Annotated[_Values, Meta(description="Its name.")] = ()
    has: Annotated[_Values, Meta(description="Linked to data, paper, software or book.")] = ()
    sort: Annotated[Sort, Meta(description="Order of the hits.")] = Sort.RELEVANCE
    limit: Annotated[int, Meta(description="Hits on a page.", ge=0, le=MAX_API_LIMIT)] = 10
    offset: Annotated[int, Meta(description="Hits to pass over.", ge=0, le=MAX_OFFSET)] = 0
    cursor: Annotated[
        str,
        Meta(
            description="Instead of an offset, to read all hits however many there are: `*` for"
            " the first page, then the `next` of each answer. All pages come from the release"
            " that the first one came from; facets are counted on the first one only.",
            max_length=MAX_CURSOR,
        ),
    ] = ""

    def to_ask(self) -> Ask:
        """The same question as pages and the command line put it."""
        # forms send an empty value for what is not filled in
        values = {name: tuple(filter(None, dict.fromkeys(getattr(self, name)))) for name in FACETS}
        return Ask(
            text=self.q.strip(),
            sort=self.sort,
            filters={name: each for name, each in values.items() if each},
            limit=self.limit,
            offset=self.offset,
        )


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


class ApiSuggestion(Struct, frozen=True, kw_only=True):
    """A corrected query."""

    query: str
    total: int
    """Entities that it finds."""


class ApiAnswer(Struct, frozen=True, kw_only=True):
    """The answer to a search."""

    query: str
    total: int
    limit: int
    offset: int
    sort: str
    release: int
    created_at: str
    """When that release was made, UTC."""
    caveats: tuple[str, ...]
    """What the release was made from and what it lacks, a sentence on each source."""
    took_ms: float
    hits: tuple[ApiHit, ...]
    facets: dict[str, tuple[ApiFacetValue, ...]]
    next: str | None = None
    """The `cursor` of the hits that follow, None when there are none."""
    did_you_mean: ApiSuggestion | None = None
    """When nothing was found: a query that finds something."""


async def search(request: web.Request) -> web.StreamResponse:
    """Search; 400 with the position for a query that does not parse."""
    site = request.app[SITE]
    asked = read_query(request, SearchQuery)
    ask = asked.to_ask()
    negotiated(request, (JSON,))
    ask.to_request()
    raise_if_not_modified(request, JSON)
    answered = await find(site, ask, asked.cursor or None)
    body = search_answer(ask, answered.result, answered.release)
    meant = answered.correction
    response = json_answer(
        msgspec.structs.replace(
            body,
            next=answered.next,
            did_you_mean=ApiSuggestion(query=meant.query, total=meant.total) if meant else None,
        )
    )
    response.headers["Weft-Release"] = str(answered.release.number)
    return response


def search_answer(ask: Ask, result: SearchResult, release: ReleaseInfo) -> ApiAnswer:
    """The answer to a question as portals and the command line get it."""
    return ApiAnswer(
        query=ask.text,
        total=result.total,
        limit=ask.limit,
        offset=ask.offset,
        sort=ask.sort.value,
        release=release.number,
        created_at=release.created_at,
        caveats=caveats(release),
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


SEARCH: Final = Operation(
    name="search",
    path="/api/v1/search",
    handler=search,
    summary="Full-text search",
    description="Entities that match a query in words, fields and facets, with how many there are"
    " of each facet's values.",
    query=SearchQuery,
    answers={200: Answer(means="Hits and facets.", bodies=(ApiAnswer,))},
    problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.GONE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
