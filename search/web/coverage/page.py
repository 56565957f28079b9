"""`/coverage`: the report on the served release, or a part of it: page, tables, pictures.

/coverage?kind=paper&year=2010-    the page; parameters: see `search.web.coverage.asking`
/coverage.csv?figure=growth&...    the table of a figure
/coverage.svg?figure=growth&...    its picture
/coverage/query?figure=links&n=0   leads to the query behind a number
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from search.coverage.charts.svg import draw
from search.coverage.comparison import compare
from search.coverage.figures.compared import comparison_figure
from search.coverage.figures.figure import Figure, Naming
from search.coverage.figures.listing import list_figures
from search.coverage.report import Report
from search.coverage.selection import Selection
from search.holdings.cells import csv_pieces
from search.web.answers import HTML, SCRIPTED, page, raise_if_not_modified, wants_html
from search.web.asking import read_number
from search.web.coverage.asking import Asked, is_shortest, read_asked
from search.web.coverage.records import show_records
from search.web.coverage.tables import (
    RETRY_AFTER_S,
    CoverageUnreadable,
    ReleaseGone,
    StillReading,
    older_report,
    other_releases,
    report_of,
)
from search.web.coverage.view import Shown, view_of
from search.web.operation.limits import MAX_LINE_BYTES
from search.web.operation.state import OPERATION
from search.web.site import SITE, Site
from search.web.templating import under

_LONGEST_ADDRESS: Final = MAX_LINE_BYTES - 1024
"""Of a query in an address, with room for the rest of the line."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/coverage", show_coverage),
        web.get("/coverage.csv", send_table),
        web.get("/coverage.svg", send_picture),
        web.get("/coverage/query", lead_to_query),
        web.get("/coverage/records", show_records),
    ]


async def show_coverage(request: web.Request) -> web.StreamResponse:
    """The page; as long as the release is being read, a page that says so and asks again."""
    asked = read_asked(request.query)
    if not is_shortest(request.query):
        raise web.HTTPSeeOther(asked.address())
    raise_if_not_modified(request, HTML)
    site = request.app[SITE]
    try:
        shown = Shown(
            asked=asked,
            report=await report_of(site, asked.selection),
            whole=await report_of(site, Selection()),
            releases=await asyncio.to_thread(other_releases, site),
            older=await _older(site, asked),
        )
    except StillReading:
        return _waiting(request)
    except CoverageUnreadable as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from error
    values = await asyncio.to_thread(view_of, shown, naming_of(request, asked), site)
    status = HTTPStatus.NOT_FOUND if values["is_gone"] else HTTPStatus.OK
    return page(request, "coverage.html", values, status=status, policy=SCRIPTED)


async def send_table(request: web.Request) -> web.StreamResponse:
    """The table of a figure as CSV, with numbers as programs read them; shares are not rounded."""
    figure = await _figure(request)
    cells = (["" if cell is None else str(cell) for cell in line.cells] for line in figure.lines)
    body = b"".join(csv_pieces(figure.head, cells))
    response = web.Response(body=body, content_type="text/csv", charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="coverage-{figure.id}.csv"'
    return response


async def send_picture(request: web.Request) -> web.StreamResponse:
    """The picture of a figure as SVG."""
    figure = await _figure(request)
    if figure.chart is None:
        raise web.HTTPNotFound(text=f"there is nothing to draw of {figure.id}")
    text = await asyncio.to_thread(draw, figure.chart)
    return web.Response(text=text, content_type="image/svg+xml", charset="utf-8")


async def lead_to_query(request: web.Request) -> web.StreamResponse:
    """The query behind a number, in the editor; as text when no address could hold it."""
    figure = await _figure(request)
    number = read_number(request.query, "n", 0)
    if number >= len(figure.queries):
        raise web.HTTPNotFound(text=f"{figure.id} has {len(figure.queries)} queries")
    text = figure.queries[number].text
    address = f"/sparql?{urlencode({'query': text})}"
    if len(address) > _LONGEST_ADDRESS:
        return web.Response(text=text, content_type="text/plain", charset="utf-8")
    raise web.HTTPSeeOther(address)


def naming_of(request: web.Request, asked: Asked) -> Naming:
    """How the figures of a request name sources and lead to records."""
    site = request.app[SITE]
    prefix = request.app[OPERATION].settings.prefix
    return Naming(dict(site.source_titles), _records_href(asked, prefix))


def _records_href(asked: Asked, prefix: str) -> Callable[[tuple[str, ...]], str]:
    def href(sources: tuple[str, ...]) -> str:
        query = asked.query_string(sources=",".join(sources))
        return under(prefix, f"/coverage/records?{query}")

    return href


async def _figure(request: web.Request) -> Figure:
    """The figure that an address names.

    Raises:
        HTTPNotFound: there is none.
        HTTPServiceUnavailable: the release is being read, or cannot be.
    """
    asked = read_asked(request.query)
    name = request.query.get("figure", "")
    try:
        report = await report_of(request.app[SITE], asked.selection)
        older = await _older(request.app[SITE], asked)
    except StillReading as error:
        again = {"Retry-After": str(RETRY_AFTER_S)}
        raise web.HTTPServiceUnavailable(text=str(error), headers=again) from error
    except CoverageUnreadable as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from error
    found = await asyncio.to_thread(list_figures, report, naming_of(request, asked))
    if older is not None:
        found = (comparison_figure(compare(older, report), naming_of(request, asked)), *found)
    for figure in found:
        if figure.id == name:
            return figure
    names = ", ".join(figure.id for figure in found)
    raise web.HTTPNotFound(text=f"no figure {name[:40]!r}: expected one of {names}")


async def _older(site: Site, asked: Asked) -> Report | None:
    """The report to compare with; None when none is asked for, or the release is gone."""
    if asked.against is None:
        return None
    try:
        return await older_report(site, asked.against, asked.selection)
    except ReleaseGone:
        return None


def _waiting(request: web.Request) -> web.StreamResponse:
    if not wants_html(request):
        again = {"Retry-After": str(RETRY_AFTER_S)}
        raise web.HTTPServiceUnavailable(text="the release is being read", headers=again)
    values = {"retry_after_s": RETRY_AFTER_S}
    status = HTTPStatus.SERVICE_UNAVAILABLE
    response = page(request, "coverage_waiting.html", values, status=status)
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    response.headers["Cache-Control"] = "no-store"
    return response
