"""`/api/v1/coverage`: the coverage report, or a comparison of two releases, for programs."""

import asyncio
from http import HTTPStatus
from time import monotonic
from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta, Struct

from search.coverage.comparison import Comparison, compare
from search.coverage.measure import measure
from search.coverage.report import Report
from search.coverage.selection import NOT_STATED, Selection, SelectionError, read_selection
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.operation import Answer, Operation, read_query
from search.web.coverage.asking import UNSTATED
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
_Values = tuple[Annotated[str, Meta(max_length=500)], ...]
_OR_UNSTATED: Final = f"`{UNSTATED}` stands for works without one."


class CoverageQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is counted: OR inside a parameter, AND between."""

    source: Annotated[
        _Values, Meta(description="Name of a source that delivered a record of the thing.")
    ] = ()
    kind: Annotated[
        _Values, Meta(description="dataset, paper, software, book, chapter or other.")
    ] = ()
    year: Annotated[
        _Values, Meta(description="`2010`, `2010-2015`, `2010-`, `-2015` or `unknown`.")
    ] = ()
    publisher: Annotated[_Values, Meta(description=f"As written. {_OR_UNSTATED}")] = ()
    language: Annotated[_Values, Meta(description=f"BCP 47. {_OR_UNSTATED}")] = ()
    licence: Annotated[_Values, Meta(description=f"SPDX identifier. {_OR_UNSTATED}")] = ()
    collaboration: Annotated[_Values, Meta(description=f"As written. {_OR_UNSTATED}")] = ()
    relation: Annotated[
        _Values,
        Meta(description="DataCite relation type that counts as a link; without any, all do."),
    ] = ()
    each: Annotated[
        bool,
        Meta(description="Count each part and version, instead of with its whole and concept."),
    ] = False
    against: Annotated[
        Annotated[int, Meta(ge=1, le=999_999_999)] | None,
        Meta(description="Number of another release: what was gained and lost since."),
    ] = None

    def selection(self) -> Selection:
        """What the parameters mean.

        Raises:
            HTTPBadRequest: a value that cannot be meant.
        """
        try:
            return read_selection(
                sources=self.source,
                kinds=self.kind,
                years=self.year,
                publishers=_stated(self.publisher),
                languages=_stated(self.language),
                licences=_stated(self.licence),
                collaborations=_stated(self.collaboration),
                relations=self.relation,
                rolled_up=not self.each,
            )
        except SelectionError as error:
            raise web.HTTPBadRequest(text=str(error)) from error


async def show_coverage(request: web.Request) -> web.StreamResponse:
    """The report, or the comparison; 503 while the release is being read for the first time."""
    asked = read_query(request, CoverageQuery)
    negotiated(request, (JSON,))
    selection = asked.selection()
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


def _stated(values: tuple[str, ...]) -> list[str]:
    return [NOT_STATED if value == UNSTATED else value for value in values]


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
