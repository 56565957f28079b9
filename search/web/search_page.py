"""`/search`: results for people, with facets as links that add and remove filters."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from aiohttp import web

from graph.iris import entity_iri
from search.errors import QuerySyntaxError
from search.text.engine import FacetCount, Fragment, Hit, SearchResult, Sort
from search.text.spelling import Correction
from search.web.answers import page
from search.web.asking import MAX_OFFSET, Ask, read_ask, read_number
from search.web.caret import caret_excerpt
from search.web.finding import find
from search.web.linked.description import NamedLink, identifier_link
from search.web.site import SITE, Site

_PAGE_SIZE: Final = 20
_PAGES_AROUND: Final = 3
"""Page numbers shown on each side of the current one."""
_LABELS: Final = {
    "kind": "Kind",
    "source": "Source",
    "year": "Year",
    "has": "Linked to",
    "access": "Access",
    "licence": "Licence",
    "language": "Language",
    "collaboration": "Collaboration",
    "publisher": "Publisher",
}
"""Facets in the order shown."""
_OPEN: Final = frozenset(("kind", "source", "year", "has", "access"))
_SORT_LABELS: Final = {
    Sort.RELEVANCE: "relevance",
    Sort.DATE: "newest first",
    Sort.TITLE: "title",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link that changes the question."""

    label: str
    href: str
    value: str = ""
    count: int = 0
    is_active: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetView:
    """One facet with its values."""

    label: str
    is_open: bool
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """One result."""

    path: str
    title: tuple[Fragment, ...]
    kind: str
    year: int | None
    creators: tuple[str, ...]
    sources: tuple[str, ...]
    identifiers: tuple[NamedLink, ...]
    snippet: tuple[Fragment, ...]


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/search", show_results)]


async def show_results(request: web.Request) -> web.StreamResponse:
    """A page of results; a query that does not parse is shown with a caret under the place."""
    site = request.app[SITE]
    number = max(1, read_number(request.query, "page", 1))
    ask = replace(read_ask(request.query), limit=_PAGE_SIZE, offset=(number - 1) * _PAGE_SIZE)
    try:
        ask.to_request()
    except QuerySyntaxError as error:
        values = {
            "query_text": ask.text,
            "error": error,
            "excerpt": caret_excerpt(ask.text, error.line, error.column),
        }
        return page(request, "search.html", values, status=HTTPStatus.BAD_REQUEST)
    answered = await find(site, ask)
    values = _view(site, ask, answered.result, number)
    values["meant"] = _meant(ask, answered.correction)
    return page(request, "search.html", values)


def _view(site: Site, ask: Ask, result: SearchResult, number: int) -> dict[str, object]:
    """The values of the template."""
    n_pages = min(-(-result.total // _PAGE_SIZE), MAX_OFFSET // _PAGE_SIZE)
    around = range(max(1, number - _PAGES_AROUND), min(n_pages, number + _PAGES_AROUND) + 1)
    return {
        "query_text": ask.text,
        "error": None,
        "total": result.total,
        "first": ask.offset + 1,
        "hits": [_hit(site, hit) for hit in result.hits],
        "facets": [
            _facet(site, ask, name, result.facets[name])
            for name in _LABELS
            if result.facets.get(name)
        ],
        "active": [
            Choice(
                label=_LABELS[name],
                value=site.source_title(value) if name == "source" else value,
                href=_href(ask.toggled(name, value)),
            )
            for name, values in ask.filters.items()
            for value in values
        ],
        "sorts": [
            Choice(label=label, href=_href(replace(ask, sort=sort)), is_active=ask.sort is sort)
            for sort, label in _SORT_LABELS.items()
        ],
        "pages": [Choice(label=str(n), href=_href(ask, n), is_active=n == number) for n in around],
        "previous_href": _href(ask, number - 1) if number > 1 else "",
        "next_href": _href(ask, number + 1) if number < n_pages else "",
        "api_href": f"/api/v1/search?{ask.query_string()}",
        "atom_href": f"/search.atom?{ask.query_string()}",
    }


def _meant(ask: Ask, correction: Correction | None) -> Choice | None:
    if correction is None:
        return None
    corrected = replace(ask, text=correction.query)
    return Choice(label=correction.query, href=_href(corrected), count=correction.total)


def _hit(site: Site, hit: Hit) -> HitView:
    document = hit.document
    return HitView(
        path=site.path_of(entity_iri(site.base_iri, hit.key)),
        title=hit.title,
        kind=document.kind,
        year=document.year,
        creators=document.creators,
        sources=tuple(site.source_title(name) for name in document.sources),
        identifiers=tuple(identifier_link(text) for text in document.identifiers),
        snippet=hit.snippet,
    )


def _facet(site: Site, ask: Ask, name: str, counts: tuple[FacetCount, ...]) -> FacetView:
    chosen = ask.filters.get(name, ())
    return FacetView(
        label=_LABELS[name],
        is_open=name in _OPEN or bool(chosen),
        options=tuple(
            Choice(
                label=site.source_title(item.value) if name == "source" else item.value,
                href=_href(ask.toggled(name, item.value)),
                value=item.value,
                count=item.count,
                is_active=item.value in chosen,
            )
            for item in counts
        ),
    )


def _href(ask: Ask, number: int = 1) -> str:
    page_part = f"page={number}" if number > 1 else ""
    parameters = "&".join(part for part in (ask.query_string(), page_part) if part)
    return f"/search?{parameters}" if parameters else "/search"
