"""`/api/v1/coverage`: the coverage report, or a comparison of two releases, for programs."""

import asyncio
from http import HTTPStatus
from time import monotonic
from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta

from search.coverage.comparison import Comparison, compare
from search.coverage.conditions import Conditions
from search.coverage.measure import measure
from search.coverage.report import Report
from search.coverage.selection import SelectionError
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.operation import Answer, Operation, read_query
from search.web.coverage.tables import (
    RETRY_AFTER_S,
    CoverageUnreadable,
    ReleaseGone,
    StillReading,
    older_table,
    report_of,
)
from search.web.site import SITE, Site

PATIENCE_S: Final = 20.0
"""How long a program waits for a release to be read before it is told to come again; a guess."""


class CoverageQuery(Conditions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is counted, and against what."""

    against: Annotated[
        Annotated[int, Meta(ge=1, le=999_999_999)] | None,
        Meta(description="Number of another release: what was gained and lost since."),
    ] = None


async def show_coverage(request: web.Request) -> web.StreamResponse:
    """The report, or the comparison; 503 while the release is being read for the first time."""
    asked = read_query(request, CoverageQuery)
    negotiated(request, (JSON,))
    try:
        selection = asked.selection()
    except SelectionError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    raise_if_not_modified(request, JSON)
    site = request.app[SITE]
    until_s = monotonic() + PATIENCE_S
    while True:
        try:
            report = await report_of(site, selection)
            if asked.against is None:
                return json_answer(report)
            return json_answer(await _compared(site, report, asked.against))
        except StillReading as error:
            if monotonic() > until_s:  # each of these waited a while itself
                again = {"Retry-After": str(RETRY_AFTER_S)}
                raise web.HTTPServiceUnavailable(text=str(error), headers=again) from error
        except CoverageUnreadable as error:
            raise web.HTTPServiceUnavailable(text=str(error)) from error
        except ReleaseGone as error:
            raise web.HTTPNotFound(text=str(error)) from error


async def _compared(site: Site, report: Report, against: int) -> Comparison:
    table = await older_table(site, against)
    older = await asyncio.to_thread(measure, table, report.selection)
    return await asyncio.to_thread(compare, older, report)


COVERAGE: Final = Operation(
    name="getCoverage",
    path="/api/v1/coverage",
    handler=show_coverage,
    summary="What the release covers",
    description="Totals, growth, identifiers, licences, access, languages, subjects and publishers,"
    " overlap of the sources, metadata completeness and link coverage, each with the SPARQL query"
    " behind it. The first question to a release may be answered with 503 while it is read.",
    query=CoverageQuery,
    answers={
        200: Answer(
            means="The report; with `against`, the comparison.", bodies=(Report, Comparison)
        )
    },
    problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND),
)
