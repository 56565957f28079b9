"""The answer to a search: hits and facets, with the release they are of."""

from msgspec import Struct

from graph.iris import entity_iri
from graph.release import ReleaseInfo, caveats
from search.question.ask import Ask
from search.text.engine import Fragment, Hit, SearchResult


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
