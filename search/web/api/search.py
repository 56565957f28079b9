"""`/api/v1/search`: the text index for other portals, as JSON."""

from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from search.question.search_answer import ApiAnswer, ApiSuggestion, search_answer
from search.question.search_query import SearchQuery
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.operation import Answer, Operation, read_query
from search.web.finding import find
from search.web.site import SITE


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
