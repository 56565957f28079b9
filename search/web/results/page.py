"""`/search`: results for people, with facets as links that add and remove filters."""

import asyncio
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from search.errors import QuerySyntaxError
from search.question.ask import Ask
from search.web.answers import page
from search.web.asking import read_ask, read_number
from search.web.caret import caret_excerpt
from search.web.finding import Answered, find
from search.web.results.linked_counts import count_linked
from search.web.results.pasted import Reading, doubtful_scheme, readings
from search.web.results.view import (
    PAGE_SIZE,
    LinkedCounts,
    view_correction,
    view_results,
)
from search.web.results.ways_on import WaysOn, plain_words, ways_on
from search.web.site import SITE, Site


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/search", show_results)]


async def show_results(request: web.Request) -> web.StreamResponse:
    """A page of results; a query that does not parse is shown with a caret under the place."""
    site = request.app[SITE]
    number = max(1, read_number(request.query, "page", 1))
    ask = replace(read_ask(request.query), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    try:
        understood = readings(ask)
    except QuerySyntaxError as error:
        return await _refuse(request, ask, error)
    reading, answered = await _first_that_finds(site, understood)
    linked, ways = await asyncio.to_thread(_look_further, site, ask, reading, answered)
    values = view_results(site, ask, reading, answered.result, linked)
    values["meant"] = view_correction(ask, answered.correction)
    values["ways"] = ways
    values["doubtful"] = "" if answered.result.total else doubtful_scheme(ask.text)
    return page(request, "search.html", values)


async def _first_that_finds(
    site: Site, understood: tuple[Reading, ...]
) -> tuple[Reading, Answered]:
    """The first reading that finds something, else the last one."""
    for reading in understood[:-1]:
        answered = await find(site, reading.ask)
        if answered.result.total:
            return reading, answered
    return understood[-1], await find(site, understood[-1].ask)


def _look_further(
    site: Site, ask: Ask, reading: Reading, answered: Answered
) -> tuple[LinkedCounts, WaysOn]:
    """What the hits are linked to; where there are none, what else to ask."""
    if not answered.result.total:
        return {}, ways_on(site, ask, reading)
    return count_linked(site, [hit.document for hit in answered.result.hits]), WaysOn()


async def _refuse(request: web.Request, ask: Ask, error: QuerySyntaxError) -> web.StreamResponse:
    site = request.app[SITE]
    values = {
        "query_text": ask.text,
        "error": error,
        "excerpt": caret_excerpt(ask.text, error.line, error.column),
        "plain": await asyncio.to_thread(plain_words, site, replace(ask, offset=0)),
    }
    return page(request, "search.html", values, status=HTTPStatus.BAD_REQUEST)
