"""All operations of the API in the order in which people read of them, their document and page."""

import asyncio
from typing import Final

from aiohttp import web

from search.text.engine import SearchRequest
from search.web.answers import HTML, JSON, json_answer, negotiated, page, raise_if_not_modified
from search.web.api.coverage import COVERAGE
from search.web.api.entities import ENTITY, FOUND_ENTITY
from search.web.api.explain import EXPLAIN
from search.web.api.holdings import HOLDINGS
from search.web.api.links import LINKS
from search.web.api.openapi import Document, document
from search.web.api.operation import Answer, Nothing, Operation, read_query, routes_of
from search.web.api.page import show
from search.web.api.release import RELEASE
from search.web.api.scholexplorer import SCHOLIX
from search.web.api.search import SEARCH
from search.web.site import SITE, Site


def routes() -> list[web.RouteDef]:
    """The addresses of the API."""
    return [*routes_of(OPERATIONS), web.get("/api", show_page)]


async def show_document(request: web.Request) -> web.StreamResponse:
    """The description of all operations."""
    read_query(request, Nothing)
    negotiated(request, (JSON,))
    raise_if_not_modified(request, JSON)
    return json_answer(await _document(request.app[SITE]))


async def show_page(request: web.Request) -> web.StreamResponse:
    """The same for people."""
    negotiated(request, (HTML,))
    raise_if_not_modified(request, HTML)
    described = await _document(request.app[SITE])
    return page(request, "api.html", {"groups": show(described)})


async def _document(site: Site) -> Document:
    # an entity is looked for in the text index: off the event loop
    examples = await asyncio.to_thread(examples_of, site)
    return document(OPERATIONS, site.base_iri, site.title, examples)


def examples_of(site: Site) -> dict[str, str]:
    """Values of parameters that this release has answers for; none when it is empty."""
    for filters in ({"kind": ("dataset",), "has": ("paper",)}, {}):
        found = site.index.search(SearchRequest(limit=1, filters=filters)).hits
        if found:
            key, said = found[0].key, found[0].document
            words = [word for word in said.title.split() if word.isalpha()]
            identifier = said.identifiers[0] if said.identifiers else site.iri_of(f"id/{key}")
            return {
                "q": max(words, key=len, default=""),
                "key": key,
                "entity": key,
                "a": key,
                "id": identifier,
                "sourcePid": identifier,
            }
    return {}


DESCRIPTION: Final = Operation(
    name="getDescription",
    path="/api/openapi.json",
    handler=show_document,
    summary="This description",
    description="The API in OpenAPI 3.1.",
    answers={200: Answer(means="An OpenAPI document.", schema={"type": "object"})},
)
OPERATIONS: Final[tuple[Operation, ...]] = (
    SEARCH,
    ENTITY,
    FOUND_ENTITY,
    LINKS,
    SCHOLIX,
    EXPLAIN,
    RELEASE,
    COVERAGE,
    HOLDINGS,
    DESCRIPTION,
)
