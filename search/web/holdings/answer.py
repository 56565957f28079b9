"""Answers a list with what is wanted of it: takes it in, has it matched, sends what comes of it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import web

from graph.release import caveats
from search.errors import QuerySyntaxError
from search.holdings.errand import FORMS, Errand, Reply, Want
from search.holdings.gap import GapLimits
from search.web.holdings.run import Running, running
from search.web.holdings.upload import Upload, receiving, refuse_long
from search.web.operation.settings import ServeSettings
from search.web.operation.state import OPERATION
from search.web.site import SITE, Site

_log = logging.getLogger(__name__)

_ARRIVING: Final = 4
"""Lists that may be arriving, for each that may be matched."""
_PATIENCE_S: Final = 15.0
"""How long a list that has arrived waits for its turn."""
_RETRY_S: Final = 30
_MAX_YEAR: Final = 9999
_MOST_VALUES: Final = 50
"""Values of one field that are taken; guessed."""
_HEADERS: Final = {
    "Cache-Control": "no-store",
    # a file that is shown in place runs nothing
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Weft-Release, Content-Disposition, Retry-After",
}
"""Of a file; they must be there before its first byte leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants of a list."""

    want: Want
    limits: GapLimits


@asynccontextmanager
async def answering(
    request: web.Request, asked: Asked | None
) -> AsyncIterator[tuple[Upload, Asked, Running]]:
    """Take in the list of a request and have it matched; process and list are gone afterwards.

    Args:
        request: what came.
        asked: what is wanted; None reads it from the form.

    Raises:
        HTTPException: 400, 408, 413 or 503, with what is wrong.
        QuerySyntaxError: the query of the limits does not parse.
    """
    operation, site = request.app[OPERATION], request.app[SITE]
    settings = operation.settings
    refuse_long(request, settings)
    if operation.arriving.n_taken >= _ARRIVING * settings.holdings_at_once:
        raise _busy()
    with operation.arriving.taken():
        async with receiving(request, settings) as upload:
            wanted = asked or read_asked(upload.fields)
            try:
                await operation.matching.wait(settings.holdings_at_once, _PATIENCE_S)
            except TimeoutError:
                raise _busy() from None
            with operation.matching.taken():
                errand = _errand(site, settings, upload.name, wanted)
                async with _timed(settings), running(errand, upload.file) as process:
                    _raise_unless_ok(process.reply)
                    yield upload, wanted, process


@asynccontextmanager
async def _timed(settings: ServeSettings) -> AsyncIterator[None]:
    limit = asyncio.timeout(settings.holdings_time_s)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise web.HTTPServiceUnavailable(
            text=f"the list took longer than {settings.holdings_time_s:g} s and was given up: send"
            " it in parts, or use the command `weft holdings`",
            headers={"Retry-After": str(_RETRY_S)},
        ) from None


def _busy() -> web.HTTPServiceUnavailable:
    return web.HTTPServiceUnavailable(
        text="other lists are being compared: send yours again in a moment",
        headers={"Retry-After": str(_RETRY_S)},
    )


def _raise_unless_ok(reply: Reply) -> None:
    match reply.state:
        case "ok":
            return
        case "query":
            raise QuerySyntaxError(reply.message, line=reply.line, column=reply.column)
        case "unreadable" | "wide":
            raise web.HTTPBadRequest(text=reply.message)
        case "large":
            raise web.HTTPRequestEntityTooLarge(max_size=0, actual_size=0, text=reply.message)
        case "failed":
            _log.error("holdings failed: %s", reply.message)
            raise web.HTTPInternalServerError(text=reply.message)


def _errand(site: Site, settings: ServeSettings, name: str, asked: Asked) -> Errand:
    return Errand(
        release=str(site.release.path.resolve()),
        number=site.release.number,
        day=site.release.info.created_at[:10],
        caveats=caveats(site.info),
        base_iri=site.base_iri,
        name=name.encode(errors="replace").decode(),
        want=asked.want,
        limits=asked.limits,
        max_rows=settings.holdings_rows,
        max_bytes=settings.holdings_bytes,
        max_gap=settings.holdings_gap,
        memory_bytes=settings.holdings_memory_bytes,
        time_limit_s=settings.holdings_time_s,
    )


def read_asked(fields: Mapping[str, Sequence[str]]) -> Asked:
    """Read the fields of the form, besides the file.

    Raises:
        HTTPBadRequest: one does not say what it should.
    """
    text = {name: values[-1] for name, values in fields.items()}
    word = text.get("want", Want.PAGE)
    try:
        want = Want(word)
    except ValueError:
        message = f"nothing is called {word[:40]!r}, expected one of {', '.join(Want)}"
        raise web.HTTPBadRequest(text=message) from None
    try:
        limits = GapLimits(
            sources=tuple(fields.get("source", ())[:_MOST_VALUES]),
            kinds=tuple(fields.get("kind", ())[:_MOST_VALUES]),
            year_from=_year(text, "year_from"),
            year_to=_year(text, "year_to"),
            publishers=tuple(fields.get("publisher", ())[:_MOST_VALUES]),
            languages=tuple(_parted(fields.get("language", ()))[:_MOST_VALUES]),
            query=text.get("query", ""),
            with_parts="parts" in text,
        )
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    return Asked(want=want, limits=limits)


def _year(text: Mapping[str, str], name: str) -> int | None:
    said = text.get(name, "")
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and int(said[:5]) <= _MAX_YEAR):
        message = f"{name} {said[:20]!r} is not a year from 0 to {_MAX_YEAR}"
        raise web.HTTPBadRequest(text=message)
    return int(said)


def _parted(values: Sequence[str]) -> list[str]:
    """Values that a person writes in one field, with commas between them."""
    return [
        part.strip()
        for value in values
        for part in value.replace(";", ",").split(",")
        if part.strip()
    ]


async def send_file(request: web.Request, asked: Asked, process: Running) -> web.StreamResponse:
    """Send a file as it is made; one that cannot be made whole is cut off, for all to see."""
    site, form = request.app[SITE], FORMS[asked.want]
    name = form.name.format(day=site.release.info.created_at[:10])
    response = web.StreamResponse(
        status=HTTPStatus.OK,
        headers={
            **_HEADERS,
            "Content-Type": form.media_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Weft-Release": str(site.release.number),
        },
    )
    await response.prepare(request)
    try:
        async for piece in process.pieces():
            await response.write(piece)
        await response.write_eof()
    except RuntimeError as error:
        _cut(request, str(error))
    except asyncio.CancelledError:
        _cut(request, "its time is over, or the client left")
        raise
    return response


def _cut(request: web.Request, why: str) -> None:
    """Break the connection: the head has left, and nothing else tells that this is not all."""
    _log.warning("holdings file cut: %s", why)
    if request.transport is not None:
        request.transport.abort()
