"""The SPARQL page for browsers: a form, and the result as a table made here, without scripts.

Scripts put an editor in the place of the form; see `frontend/editor.js`.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import msgspec
from aiohttp import web
from msgspec import Struct

from search.errors import QuerySyntaxError, SearchError, WorkersBusy
from search.sparql.gate import read_form
from search.sparql.results import GRAPH_FORMATS, SOLUTION_FORMATS, ResultFormat
from search.web.answers import HTML, SCRIPTED, page, raise_if_not_modified, status_of
from search.web.caret import caret_excerpt
from search.web.editor import settings
from search.web.examples import ASKED_BY, SPARQL_EXAMPLES
from search.web.operation.state import OPERATION
from search.web.protocol import ProtocolRequest, run_query, with_searches
from search.web.site import SITE

MAX_ROWS_SHOWN: Final = 1000
"""Rows of the table on the page; the downloads have them all. A guess."""
_MAX_TEXT_SHOWN: Final = 200_000
"""Characters of Turtle on the page."""


class Term(Struct, frozen=True, kw_only=True):
    """One value of a solution, as SPARQL results in JSON write it."""

    type: str
    value: str | dict[str, "Term"]
    lang: str = msgspec.field(default="", name="xml:lang")
    datatype: str = ""


class _Head(Struct, frozen=True):
    vars: tuple[str, ...] = ()


class _Solutions(Struct, frozen=True):
    bindings: tuple[dict[str, Term], ...] = ()


class Solutions(Struct, frozen=True):
    """The part of SPARQL results in JSON that a table shows."""

    head: _Head
    results: _Solutions = _Solutions()
    boolean: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlView:
    """What the page shows besides its form."""

    query: str
    solutions: Solutions | None = None
    graph_text: str = ""
    error: SearchError | None = None

    @property
    def rows(self) -> tuple[dict[str, Term], ...]:
        """The solutions that fit on the page."""
        return self.solutions.results.bindings[:MAX_ROWS_SHOWN] if self.solutions else ()

    @property
    def shown_text(self) -> str:
        """The part of the graph that fits on the page."""
        return self.graph_text[:_MAX_TEXT_SHOWN]

    @property
    def excerpt(self) -> str:
        """The line of the query that does not parse, with a caret under the place."""
        if not isinstance(self.error, QuerySyntaxError):
            return ""
        return caret_excerpt(self.query, self.error.line, self.error.column)


async def show_result(request: web.Request, asked: ProtocolRequest) -> web.Response:
    """Run a query and show its result, or what is wrong with it, under the form."""
    site = request.app[SITE]
    try:
        form = read_form(asked.query)
        asked = await with_searches(asked)
        if asked.is_repeatable:
            raise_if_not_modified(request, HTML)
        if form.is_graph:
            turtle = await run_query(site, asked, ResultFormat.TURTLE)
            view = SparqlView(query=asked.query, graph_text=turtle.decode())
        else:
            body = await run_query(site, asked, ResultFormat.JSON)
            # megabytes of JSON may come back: off the event loop
            solutions = await asyncio.to_thread(msgspec.json.decode, body, type=Solutions)
            view = SparqlView(query=asked.query, solutions=solutions)
    except SearchError as error:
        response = show_form(
            request, SparqlView(query=asked.query, error=error), status=status_of(error)
        )
        if isinstance(error, WorkersBusy):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    response = await asyncio.to_thread(show_form, request, view)
    if not asked.is_repeatable:
        response.headers["Cache-Control"] = "no-store"
    return response


def show_form(request: web.Request, view: SparqlView, *, status: int = 200) -> web.Response:
    """The page itself."""
    site = request.app[SITE]
    prefix = request.app[OPERATION].settings.prefix
    values = {
        "view": view,
        "gallery": [
            (group, [example for example in SPARQL_EXAMPLES if example.asked_by == group])
            for group in ASKED_BY
        ],
        "table_formats": SOLUTION_FORMATS,
        "graph_formats": GRAPH_FORMATS,
        "seconds": f"{site.pool.limits.time_limit_s:g}",
        "megabytes": site.pool.limits.result_limit_bytes >> 20,
        "most_rows": MAX_ROWS_SHOWN,
        "settings": settings(site, prefix),
    }
    return page(request, "sparql.html", values, status=status, policy=SCRIPTED)
