"""How every answer leaves: one error shape, security headers, the release, ETags.

Errors are an `ErrorBody` as JSON, or the page `error.html` for clients that like HTML best.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Final

import msgspec
from aiohttp import web
from msgspec import Struct

from search.errors import (
    BadSearch,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
    QueryTooLarge,
    QueryTooLong,
    SearchError,
    WorkersBusy,
)
from search.web.negotiate import choose, parse_accept, quality_of
from search.web.operation.state import OPERATION
from search.web.problem import Position, problem_answer, problem_of
from search.web.site import SITE
from search.web.templating import digest, environment, under

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTML: Final = "text/html"
JSON: Final = "application/json"

STATUS_OF: Final[dict[type[SearchError], HTTPStatus]] = {
    BadSearch: HTTPStatus.BAD_REQUEST,
    QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    QueryTooLong: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    QueryTooDeep: HTTPStatus.BAD_REQUEST,
    QueryRefused: HTTPStatus.FORBIDDEN,
    QueryTimeout: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryTooLarge: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkersBusy: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The first that fits counts. Timeouts and memory limits are 503: the same query may pass on a less
busy or larger server, and 504 would blame a host behind this one."""

_PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
SCRIPTED: Final = f"{_PAGE_POLICY}; script-src 'self'; connect-src 'self'; font-src data:"
"""Content-Security-Policy of a page that runs scripts of ours, which ask this site only."""
_POLICY: Final = "Content-Security-Policy"
_HEADERS: Final = {
    _POLICY: _PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # read-only public data: any page may fetch it
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Weft-Release, Weft-Total, Weft-Exported, Content-Disposition, ETag, Retry-After, Link"
    ),
}

_VERSION: Final = version("weft")
_LOCAL_TARGET: Final = re.compile(r"<(/[^>]*)>")
"""A target of a Link header that is a path of this site."""


class ErrorBody(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an error says in JSON."""

    status: int
    error: str
    position: Position | None = None
    line: int | None = None
    """The line of `position` again, for clients that read flat objects."""
    column: int | None = None


def address_of(request: web.Request) -> str:
    """The address that was asked, without its query, as the client knows it: with the prefix."""
    prefix = request.app[OPERATION].settings.prefix
    url = request.url.with_query(None)
    return str(url.with_path(under(prefix, url.raw_path), encoded=True))


def page(
    request: web.Request,
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    policy: str = "",
) -> web.Response:
    """Render a template as an HTML answer.

    Args:
        request: what is answered.
        template: file name of the template.
        values: what it shows.
        status: of the answer.
        policy: its Content-Security-Policy when it runs scripts: `SCRIPTED`.
    """
    site = request.app[SITE]
    found = environment(request.app[OPERATION].settings.prefix).get_template(template)
    text = found.render(site=site, path=request.path, **values)
    response = web.Response(text=text, status=status, content_type=HTML, charset="utf-8")
    response.headers["Vary"] = "Accept"
    if policy:
        response.headers[_POLICY] = policy
    return response


def json_answer(body: object, *, status: int = 200) -> web.Response:
    """Encode a struct as a JSON answer."""
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type=JSON, charset="utf-8"
    )


def wants_html(request: web.Request) -> bool:
    """Whether a client names HTML, as browsers do, and likes it no less than JSON."""
    ranges = [entry for entry in parse_accept(request.headers.get("Accept", "")) if entry.precision]
    liked = quality_of(HTML, ranges)
    return liked > 0 and liked >= quality_of(JSON, ranges)


def negotiated(request: web.Request, offers: tuple[str, ...]) -> str:
    """The media type to answer with.

    Raises:
        HTTPNotAcceptable: the client takes none of the offers.
    """
    chosen = choose(request.headers.get("Accept", ""), offers)
    if chosen is None:
        raise web.HTTPNotAcceptable(text=f"this address answers as {', '.join(offers)}")
    return chosen


def error_answer(
    request: web.Request, status: int, message: str, *, position: Position | None = None
) -> web.Response:
    """One error: of the API a problem, elsewhere a page or JSON."""
    if request.path.startswith("/api/"):
        return problem_answer(problem_of(status, message, position=position))
    if wants_html(request):
        return page(
            request,
            "error.html",
            {"code": status, "phrase": HTTPStatus(status).phrase, "message": message},
            status=status,
        )
    body = ErrorBody(
        status=status,
        error=message,
        position=position,
        line=position.line if position else None,
        column=position.column if position else None,
    )
    return json_answer(body, status=status)


def search_error_answer(request: web.Request, error: SearchError) -> web.Response:
    """The answer to what the search package raised."""
    position = None
    if isinstance(error, QuerySyntaxError):
        position = Position(line=error.line, column=error.column)
    response = error_answer(request, status_of(error), str(error), position=position)
    if isinstance(error, WorkersBusy):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def status_of(error: SearchError) -> int:
    """The HTTP status of an error, 500 for one that is no fault of the asker or of a limit."""
    for kind, status in STATUS_OF.items():
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


@web.middleware
async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into answers; add the release, the security headers and the ETag."""
    response = await _answer_or_error(request, handler)
    for name, value in _HEADERS.items():
        # browsers give a kept page the headers of "not modified": its own policy must stay
        if name != _POLICY or response.status != HTTPStatus.NOT_MODIFIED:
            response.headers.setdefault(name, value)
    response.headers.setdefault("Weft-Release", str(request.app[SITE].release.number))
    if prefix := request.app[OPERATION].settings.prefix:
        _mount(response, prefix)
    if request.method in ("GET", "HEAD") and response.status == HTTPStatus.OK:
        return _revalidated(request, response)
    return response


def _mount(response: web.StreamResponse, prefix: str) -> None:
    """Put the prefix before the paths that headers hold; handlers know nothing of it."""
    for name in ("Location", "Content-Location"):
        if name in response.headers:
            response.headers[name] = under(prefix, response.headers[name])
    links = response.headers.popall("Link", [])
    for link in links:
        response.headers.add(
            "Link", _LOCAL_TARGET.sub(lambda found: f"<{under(prefix, found[1])}>", link)
        )


async def _answer_or_error(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except SearchError as error:
        return search_error_answer(request, error)
    except web.HTTPError as error:
        response = error_answer(request, error.status, error.text or error.reason)
        for name in ("Allow", "Accept", "Accept-Post", "Retry-After"):
            if name in error.headers:
                response.headers[name] = error.headers[name]
        return response
    except web.HTTPException as redirect:
        # a redirect or "not modified": its headers say all
        return web.Response(status=redirect.status, headers=_kept(redirect.headers))
    except Exception:  # noqa: BLE001  # the server's top loop: log it, answer 500, serve on
        _log.exception("request failed path=%s", request.path)
        return error_answer(request, 500, "the server failed to answer; the failure is logged")


def etag(request: web.Request, media_type: str) -> str:
    """The entity tag of an address in one media type, without quotes.

    A release never changes, so release, program version and address say all; no body is needed.
    """
    release = request.app[SITE].release
    # a data directory that was made anew may count from 1 again
    seed = (release.number, release.info.created_at, _VERSION, request.path_qs, media_type)
    return digest(repr(seed).encode())


def raise_if_not_modified(request: web.Request, media_type: str) -> None:
    """Spare the work when the client has this representation.

    Raises:
        HTTPNotModified: it has.
    """
    tag = etag(request, media_type)
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        raise web.HTTPNotModified(headers={"ETag": f'W/"{tag}"', "Vary": "Accept"})


def _revalidated(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if response.headers.get("Cache-Control") == "no-store":
        return response
    tag = etag(request, response.content_type)
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers.setdefault("Cache-Control", "no-cache")
    try:
        raise_if_not_modified(request, response.content_type)
    except web.HTTPNotModified:
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=_kept(response.headers))
    return response


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that do not speak of a body."""
    return {
        name: value
        for name, value in headers.items()
        if name not in ("Content-Length", "Content-Type")
    }
