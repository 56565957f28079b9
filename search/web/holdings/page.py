"""`/holdings`: a form that takes a list of titles, and the page or file that tells of it.

Nothing is kept: each download is made from the file that comes with the request. The script of the
page sends it again by itself; without scripts the form asks for it once more.
"""

import base64
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from graph.iris import entity_iri
from graph.work import Kind
from search.errors import QuerySyntaxError
from search.holdings.errand import FORMS, Summary, Want
from search.holdings.gap import GapLimits
from search.web.answers import (
    SCRIPTED,
    error_answer,
    page,
    wants_html,
)
from search.web.holdings.answer import answering, send_file
from search.web.holdings.upload import MEGABYTE
from search.web.operation.state import OPERATION
from search.web.site import SITE, Site
from search.words import WORDS, fill

PATH: Final = "/holdings"
_RESULTS: Final = tuple(want for want, form in FORMS.items() if not form.is_gap)
_FIRST: Final = GapLimits(kinds=(Kind.BOOK.value,))
"""What the form proposes."""
_GAPS: Final = tuple(want for want, form in FORMS.items() if form.is_gap)


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get(PATH, show_form), web.post(PATH, post_list)]


async def show_form(request: web.Request) -> web.StreamResponse:
    """The form; that it has not changed is told by the middleware, with the policy of this page."""
    values = {**_form(request, _FIRST), "error": ""}
    return page(request, "holdings.html", values, policy=SCRIPTED)


async def post_list(request: web.Request) -> web.StreamResponse:
    """A list, answered with a page or a file; what is wrong with it is told above the form."""
    try:
        async with answering(request, None) as (_, asked, process):
            if asked.want is not Want.PAGE:
                return await send_file(request, asked, process)
            summary = msgspec.json.decode(await process.whole(), type=Summary)
        response = _result(request, asked.limits, summary)
    except web.HTTPError as error:
        response = _refusal(request, error.status, error.text or error.reason)
        if after := error.headers.get("Retry-After"):
            response.headers["Retry-After"] = after
    except QuerySyntaxError as error:
        words = WORDS.holdings["query_wrong"]
        message = fill(str(words), message=str(error), line=error.line, column=error.column)
        response = _refusal(request, HTTPStatus.BAD_REQUEST, message)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refusal(request: web.Request, status: int, message: str) -> web.Response:
    if not wants_html(request):
        return error_answer(request, status, message)
    values = {**_form(request, _FIRST), "error": message}
    return page(request, "holdings.html", values, status=status, policy=SCRIPTED)


def _result(request: web.Request, limits: GapLimits, summary: Summary) -> web.Response:
    values = {
        **_form(request, limits),
        **_view(request.app[SITE], summary),
        "summary": summary,
        "error": "",
    }
    return page(request, "holdings_result.html", values, policy=SCRIPTED)


def _form(request: web.Request, limits: GapLimits) -> dict[str, object]:
    site, settings = request.app[SITE], request.app[OPERATION].settings
    by_kind = site.release.info.by_kind
    return {
        "results": [want.value for want in _RESULTS],
        "gaps": [want.value for want in _GAPS],
        "kinds": [kind.value for kind in Kind if by_kind.get(kind.value)],
        "sources": [(name, site.source_title(name)) for name in site.release.info.by_source],
        "limits": limits,
        "megabytes": max(1, settings.holdings_bytes // MEGABYTE),
        "limit_bytes": settings.holdings_bytes,
        "max_rows": settings.holdings_rows,
    }


def _view(site: Site, summary: Summary) -> dict[str, object]:
    keys = {
        key
        for section in summary.sections
        for row in section.rows
        for key in (row.match.entity, row.match.similar)
        if key
    }
    csv = base64.b64encode(summary.csv).decode()
    return {
        "paths": {key: site.path_of(entity_iri(site.base_iri, key)) for key in keys},
        "csv": f"data:text/csv;charset=utf-8;base64,{csv}" if csv else "",
        "csv_name": FORMS[Want.CSV].name.format(day=site.release.info.created_at[:10]),
    }
