"""What a request may take of the server: rate, size of its body, time; all told with a 4xx or 503.

The length of its head is limited where it is parsed, see `MAX_LINE_BYTES`.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from typing import Final

from aiohttp import HttpVersion11, web
from aiohttp.typedefs import Handler, Middleware

from search.web.operation.forwarded import is_host
from search.web.operation.rate_limit import RateLimiter
from search.web.operation.settings import ServeSettings
from search.web.operation.state import CLIENT, OPERATION

MAX_LINE_BYTES: Final = 32 << 10
"""Of the first line of a request: queries of that length can be sent by GET."""
MAX_FIELD_BYTES: Final = 16 << 10
"""Of one header."""
MAX_HEADERS: Final = 64
Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
"""What a server calls for each request."""
UNLIMITED: Final = ("/healthz", "/readyz", "/metrics")
"""Asked by the operator's own machines, often and cheaply."""
STREAMED: Final = ("/holdings", "/api/v1/holdings")
"""Ends of the paths that take long bodies: their handlers read them piece by piece, and bound the
bytes and the time themselves."""
_RETRY_S: Final = "10"


def rate_limiting(settings: ServeSettings) -> Middleware:
    """A middleware that answers 429 to a client that asks too often."""
    limiter = RateLimiter(settings.rate_limit_per_s, settings.rate_burst)

    @web.middleware
    async def rate_limited(request: web.Request, handler: Handler) -> web.StreamResponse:
        if settings.rate_limit_per_s and request.path not in UNLIMITED:
            client = request.get(CLIENT) or request.remote or ""
            if wait_s := limiter.wait_s(client, monotonic()):
                after = math.ceil(wait_s)
                raise web.HTTPTooManyRequests(
                    text=f"too many requests: ask again in {after} s",
                    headers={"Retry-After": str(after)},
                )
        return await handler(request)

    return rate_limited


@web.middleware
async def well_addressed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 400 unless the request names the one host that it is for.

    https://www.rfc-editor.org/rfc/rfc9112#section-3.2
    """
    hosts = request.headers.getall("Host", [])
    if not hosts and request.version >= HttpVersion11:
        raise web.HTTPBadRequest(text="the request has no Host header")
    if len(hosts) > 1:
        raise web.HTTPBadRequest(text=f"the request has {len(hosts)} Host headers")
    if hosts and not is_host(hosts[0]):
        raise web.HTTPBadRequest(text=f"{hosts[0]!r} is no host and port")
    return await handler(request)


def plainly_expected(handle: Handle) -> Handle:
    """Answer 417 to an `Expect` that is no ASCII before the framework fails to quote it.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
    """

    async def handled(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Expect", "").isascii():
            return await handle(request)
        return web.Response(status=HTTPStatus.EXPECTATION_FAILED, text="unknown expectation\n")

    return handled


@web.middleware
async def bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the body within its limits, then let the handler answer within its own."""
    if request.method == "POST" and request.path.endswith(STREAMED):
        return await handler(request)
    settings = request.app[OPERATION].settings
    await _read_body(request, settings)
    limit = asyncio.timeout(settings.answer_time_s)
    try:
        async with limit:
            return await handler(request)
    except TimeoutError:
        if not limit.expired():
            raise
        raise web.HTTPServiceUnavailable(
            text=f"the answer took longer than {settings.answer_time_s:g} s and was given up",
            headers={"Retry-After": _RETRY_S},
        ) from None


async def _read_body(request: web.Request, settings: ServeSettings) -> None:
    """Take the whole body in; handlers then find it in memory."""
    if not request.can_read_body:
        return
    length = request.content_length or 0
    if length > settings.body_limit_bytes:
        raise web.HTTPRequestEntityTooLarge(max_size=settings.body_limit_bytes, actual_size=length)
    try:
        async with asyncio.timeout(settings.body_time_s):
            await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout(
            text=f"the body of the request took longer than {settings.body_time_s:g} s"
        ) from None
    except web.RequestPayloadError as error:
        raise web.HTTPBadRequest(text="the body of the request cannot be read") from error


@dataclass(slots=True)
class _Sending:
    """How much of an answer waited for its client, and since when that has not changed."""

    n_bytes: int
    since_s: float


class StuckClients:
    """Finds the connections whose client takes nothing of what is sent."""

    def __init__(self, stuck_time_s: float) -> None:
        self._stuck_time_s = stuck_time_s
        self._sending: dict[asyncio.Transport, _Sending] = {}

    def look(self, transports: list[asyncio.Transport], now_s: float) -> list[asyncio.Transport]:
        """Those that have been stuck for too long; to be called every few seconds."""
        before, self._sending = self._sending, {}
        stuck = []
        for transport in transports:
            n_bytes = transport.get_write_buffer_size()
            if not n_bytes:
                continue
            seen = before.get(transport)
            if seen is None or seen.n_bytes != n_bytes:
                seen = _Sending(n_bytes, now_s)
            elif now_s - seen.since_s >= self._stuck_time_s:
                stuck.append(transport)
            self._sending[transport] = seen
        return stuck


async def cut_stuck_clients(server: web.Server, stuck_time_s: float) -> None:
    """Cut the connections of clients that take nothing, until cancelled."""
    clients = StuckClients(stuck_time_s)
    while True:
        await asyncio.sleep(min(1.0, stuck_time_s))
        open_ = [each.transport for each in server.connections]
        transports = [each for each in open_ if isinstance(each, asyncio.Transport)]
        for transport in clients.look(transports, monotonic()):
            transport.abort()
