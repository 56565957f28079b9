"""`/sparql`: the SPARQL 1.1 Protocol, query only; a page with a form for browsers.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import asyncio
import gzip
import re
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from aiohttp import web
from yarl import URL

from search.errors import SearchError
from search.sparql.gate import read_form
from search.sparql.results import Form, ResultFormat, format_named, formats_for
from search.web.answers import HTML, negotiated, raise_if_not_modified
from search.web.examples import SPARQL_EXAMPLES
from search.web.negotiate import choose, parse_accept
from search.web.operation.state import OPERATION
from search.web.protocol import (
    GRAPH_PARAMETERS,
    ProtocolRequest,
    decode_body,
    parse_parameters,
    read_request,
    run_query,
    with_searches,
)
from search.web.service_description import describe_service
from search.web.site import SITE
from search.web.sparql_page import SparqlView, show_form, show_result
from search.web.templating import under

_PATH: Final = "/sparql"
_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_DESCRIPTION_OFFERS: Final = ("text/turtle", "application/rdf+xml", "application/n-triples")
_READ_ONLY: Final = "this endpoint is read-only: it takes no update"
_HOST: Final = re.compile(r"[\w.-]+(:\d*)?|\[[0-9A-Fa-f:.]+\](:\d*)?", re.ASCII)
_BODY_CODINGS: Final = ("identity", "gzip", "deflate")
_VARY: Final = "Accept, Accept-Encoding"
_GZIP_LEVEL: Final = 5
"""Measured on 9 MB of results in JSON: 90 ms; level 9 takes 3.7 times as long for 8 % less."""
_GZIP_MIN_BYTES: Final = 1024
"""Below this the header costs more than is saved."""
_PREFLIGHT: Final = {
    "Allow": "GET, HEAD, OPTIONS, POST",
    "Accept-Post": f"{_FORM}, {_DIRECT}",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS, POST",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, *",
    "Access-Control-Max-Age": "86400",
}


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get(_PATH, get_sparql),
        web.post(_PATH, post_sparql),
        web.options(_PATH, tell_options),
    ]


async def get_sparql(request: web.Request) -> web.StreamResponse:
    """A query by GET; without one, the form for browsers and the service description for others."""
    parameters = parse_parameters(request.rel_url.raw_query_string)
    if "update" in parameters:
        raise web.HTTPBadRequest(text=f"an update cannot be asked by GET, and {_READ_ONLY}")
    if "query" not in parameters and not any(name in parameters for name in GRAPH_PARAMETERS):
        return _front(request)
    asked = read_request(parameters, _base_iri(request))
    if choose(request.headers.get("Accept", ""), _offers(asked)) == HTML:
        return await show_result(request, asked)
    return await _result(request, asked)


async def post_sparql(request: web.Request) -> web.StreamResponse:
    """A query by POST: as a form, or as the body itself."""
    parameters = parse_parameters(request.rel_url.raw_query_string)
    if request.content_type == _UPDATE or "update" in parameters:
        raise web.HTTPForbidden(text=_READ_ONLY)
    if request.content_type not in (_FORM, _DIRECT):
        raise web.HTTPUnsupportedMediaType(
            text=f"send {_FORM} or {_DIRECT}",
            headers={"Accept-Post": _PREFLIGHT["Accept-Post"]},
        )
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding not in _BODY_CODINGS:
        raise web.HTTPUnsupportedMediaType(text=f"a body in the coding {coding} cannot be read")
    text = decode_body(await request.read(), request.charset)
    if request.content_type == _DIRECT:
        return await _result(request, read_request(parameters, _base_iri(request), text))
    parameters.extend(parse_parameters(text))
    if "update" in parameters:
        raise web.HTTPForbidden(text=_READ_ONLY)
    return await _result(request, read_request(parameters, _base_iri(request)))


async def tell_options(_: web.Request) -> web.Response:
    """What may be asked here, for pages of other sites too (CORS preflight)."""
    return web.Response(status=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)


def _base_iri(request: web.Request) -> str:
    """The endpoint's address as the release was built for: the same behind every proxy."""
    return request.app[SITE].iri_of(_PATH.removeprefix("/"))


async def _result(request: web.Request, asked: ProtocolRequest) -> web.Response:
    chosen = _choose_format(request, asked)
    asked = await with_searches(asked)
    if request.method in ("GET", "HEAD") and asked.is_repeatable:
        _raise_if_not_modified(request, chosen.media_type)
    body = await run_query(request.app[SITE], asked, chosen)
    response = await _encoded(request, body)
    response.content_type = chosen.media_type
    if chosen.media_type.startswith("text/"):
        response.charset = "utf-8"
    response.headers["Content-Disposition"] = f'inline; filename="result.{chosen.extension}"'
    if not asked.is_repeatable:
        response.headers["Cache-Control"] = "no-store"
    return response


def _raise_if_not_modified(request: web.Request, media_type: str) -> None:
    try:
        raise_if_not_modified(request, media_type)
    except web.HTTPNotModified as unchanged:
        unchanged.headers["Vary"] = _VARY
        raise


async def _encoded(request: web.Request, body: bytes) -> web.Response:
    """An answer that is compressed where that helps and the client takes it."""
    response = web.Response(headers={"Vary": _VARY})
    if len(body) >= _GZIP_MIN_BYTES and accepts_gzip(request.headers.get("Accept-Encoding", "")):
        # megabytes of results may come: off the event loop
        body = await asyncio.to_thread(gzip.compress, body, _GZIP_LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.body = body
    return response


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header lets gzip be used.

    >>> accepts_gzip("br, gzip;q=0.5"), accepts_gzip("*"), accepts_gzip("gzip;q=0, *")
    (True, True, False)
    """
    quality = {}
    for entry in accepted.lower().replace(" ", "").split(","):
        name, _, value = entry.partition(";q=")
        quality[name] = not value or bool(value.strip("0."))
    return quality.get("gzip", quality.get("*", False))


def _choose_format(request: web.Request, asked: ProtocolRequest) -> ResultFormat:
    """By `format=` when the client's Accept says nothing of its own, else by Accept.

    SPARQLWrapper and others send both; the header is the protocol's way, so it wins.
    """
    form = read_form(asked.query)
    named = format_named(asked.format_word, form) if asked.format_word else None
    accept = request.headers.get("Accept", "")
    is_specific = any(
        entry.precision and (entry.type, entry.subtype) != ("text", "html")
        for entry in parse_accept(accept)
    )
    if named is not None and (not is_specific or "text/html" in accept):
        return named
    offers = _media_types(form)
    chosen = choose(accept, tuple(offers))
    if chosen is None and named is None:
        raise web.HTTPNotAcceptable(
            text=f"this query is answered as {', '.join(f.media_type for f in formats_for(form))}"
        )
    return offers[chosen] if chosen else named or formats_for(form)[0]


def _media_types(form: Form) -> dict[str, ResultFormat]:
    """Every media type that names a format, own names before aliases."""
    formats = formats_for(form)
    own = {item.media_type: item for item in formats}
    return own | {
        alias: item
        for item in formats
        for alias in item.aliases
        if "/" in alias
        if alias not in own
    }


def _offers(asked: ProtocolRequest) -> tuple[str, ...]:
    """What a GET may be answered with: a page only when no format is asked for by name."""
    try:
        form = read_form(asked.query)
    except SearchError:
        form = Form.SELECT
    types = tuple(_media_types(form))
    return types if asked.format_word else (*types, HTML)


def _front(request: web.Request) -> web.Response:
    if negotiated(request, (*_DESCRIPTION_OFFERS, HTML)) == HTML:
        return show_form(request, SparqlView(query=SPARQL_EXAMPLES[0].query))
    media_type = negotiated(request, _DESCRIPTION_OFFERS)
    response = web.Response(
        text=describe_service(_endpoint(request), request.app[SITE].base_iri, media_type),
        content_type=media_type,
        charset="utf-8",
    )
    response.headers["Vary"] = "Accept"
    return response


def _endpoint(request: web.Request) -> str:
    """The address of the endpoint as the client called it."""
    path = under(request.app[OPERATION].settings.prefix, _PATH)
    url = None
    if _HOST.fullmatch(request.host):
        # a port out of range is a ValueError
        with suppress(ValueError):
            url = URL.build(scheme=request.scheme, authority=request.host, path=path)
    if url is None:
        raise web.HTTPBadRequest(text=f"the header Host is no host: {request.host!r}")
    return str(url)
