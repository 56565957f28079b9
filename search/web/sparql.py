"""`/sparql`: the SPARQL 1.1 Protocol, query only; a page with a form for browsers.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web
from multidict import MultiDict, MultiMapping

from search.errors import SearchError
from search.sparql.gate import read_form
from search.sparql.results import Form, ResultFormat, format_named, formats_for
from search.web.answers import (
    HTML,
    negotiated,
    raise_if_not_modified,
)
from search.web.examples import SPARQL_EXAMPLES
from search.web.negotiate import choose, parse_accept
from search.web.protocol import ProtocolRequest, read_parameters, run_query
from search.web.service_description import describe_service
from search.web.site import SITE
from search.web.sparql_page import SparqlView, show_form, show_result

_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_DESCRIPTION_OFFERS: Final = ("text/turtle", "application/rdf+xml", "application/n-triples")


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/sparql", get_sparql), web.post("/sparql", post_sparql)]


async def get_sparql(request: web.Request) -> web.StreamResponse:
    """A query by GET; without one, the form for browsers and the service description for others."""
    if "update" in request.query:
        raise web.HTTPBadRequest(text="an update cannot be asked by GET, and this is read-only")
    if "query" not in request.query:
        return _front(request)
    asked = read_parameters(request.query)
    if choose(request.headers.get("Accept", ""), _offers(asked)) == HTML:
        return await show_result(request, asked)
    return await _result(request, asked)


async def post_sparql(request: web.Request) -> web.StreamResponse:
    """A query by POST: as a form, or as the body itself."""
    match request.content_type:
        case content_type if content_type == _DIRECT:
            query = _decoded(await request.read())
            asked = read_parameters(request.query, query)
        case content_type if content_type == _FORM:
            body = await request.read()
            _decoded(body)
            fields = await request.post()
            if "update" in fields:
                raise web.HTTPForbidden(text="this endpoint is read-only: it takes no update")
            asked = read_parameters(_texts(fields))
        case content_type if content_type == _UPDATE:
            raise web.HTTPForbidden(text="this endpoint is read-only: it takes no update")
        case _:
            raise web.HTTPUnsupportedMediaType(text=f"send {_FORM} or {_DIRECT}")
    return await _result(request, asked)


async def _result(request: web.Request, asked: ProtocolRequest) -> web.Response:
    chosen = _choose_format(request, asked)
    if request.method == "GET" and asked.is_repeatable:
        raise_if_not_modified(request, chosen.media_type)
    body = await run_query(request.app[SITE].pool, asked, chosen)
    response = web.Response(body=body, content_type=chosen.media_type, charset="utf-8")
    response.headers["Vary"] = "Accept"
    response.headers["Content-Disposition"] = f'inline; filename="result.{chosen.extension}"'
    if not asked.is_repeatable:
        response.headers["Cache-Control"] = "no-store"
    return response


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
    site = request.app[SITE]
    response = web.Response(
        text=describe_service(str(request.url.with_query(None)), site.base_iri, media_type),
        content_type=media_type,
        charset="utf-8",
    )
    response.headers["Vary"] = "Accept"
    return response


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise web.HTTPBadRequest(text=f"the query is not UTF-8: {error}") from error


def _texts(fields: Mapping[str, object]) -> MultiMapping[str]:
    return MultiDict((name, value) for name, value in fields.items() if isinstance(value, str))
