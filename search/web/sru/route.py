"""`/sru`: the SRU protocol over HTTP, by GET and by POST.

A request that SRU has a word for is answered with 200 and a diagnostic, as the standard wants;
only one that is no SRU request at all gets an HTTP error.
"""

import asyncio
from typing import Final

from aiohttp import web
from multidict import MultiDict

from search.web.answers import raise_if_not_modified
from search.web.negotiate import choose
from search.web.protocol import decode_body, parse_parameters
from search.web.site import SITE
from search.web.sru.asked import Envelope, read_envelope
from search.web.sru.reply import write_reply
from search.web.sru.search import PATH
from search.web.sru.version import MEDIA_TYPES

_FORM: Final = "application/x-www-form-urlencoded"
_XML: Final = "text/xml"


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get(f"/{PATH}", get), web.post(f"/{PATH}", post)]


async def get(request: web.Request) -> web.StreamResponse:
    """Answer a request whose parameters are in its address."""
    return await _answer(request, parse_parameters(request.rel_url.raw_query_string))


async def post(request: web.Request) -> web.StreamResponse:
    """Answer a request whose parameters are a form.

    Raises:
        HTTPUnsupportedMediaType: the body is something else, such as SOAP.
        HTTPBadRequest: it is not UTF-8.
    """
    if request.content_type != _FORM:
        raise web.HTTPUnsupportedMediaType(text=f"expected {_FORM}", headers={"Accept-Post": _FORM})
    text = decode_body(await request.read(), request.charset)
    return await _answer(request, parse_parameters(text))


async def _answer(request: web.Request, parameters: MultiDict[str]) -> web.StreamResponse:
    envelope = read_envelope(parameters)
    media_type = _media_type(request, parameters, envelope)
    if request.method != "POST":  # an address says nothing of a form
        raise_if_not_modified(request, media_type)
    # searching and reading records take tens of ms: off the event loop
    text = await asyncio.to_thread(write_reply, request.app[SITE], parameters, envelope)
    response = web.Response(text=text, content_type=media_type, charset="utf-8")
    if envelope.version.is_2:
        response.headers["Vary"] = "Accept"
    return response


def _media_type(request: web.Request, parameters: MultiDict[str], envelope: Envelope) -> str:
    """1.x is text/xml whatever a client takes; in 2.0 a parameter goes before the header.

    Raises:
        HTTPNotAcceptable: the client of 2.0 takes no XML.
    """
    if not envelope.version.is_2:
        return _XML
    # a plus that was not escaped has become a space
    stated = parameters.get("httpAccept", "").replace("/sru xml", "/sru+xml")
    accept = stated or request.headers.get("Accept", "")
    chosen = choose(accept, MEDIA_TYPES)
    if chosen is None:
        raise web.HTTPNotAcceptable(text=f"this address answers as {', '.join(MEDIA_TYPES)}")
    return chosen
