"""OAI-PMH over HTTP: routes for an application, and a small server for archives.

What is answered is decided in `harvester/provider/`; here are GET, POST, gzip and the thread door.
Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#HTTPembedding
"""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, Literal
from urllib.parse import parse_qsl, quote

from aiohttp import web

from harvester.provider.provider import answer
from harvester.provider.source import RecordSource

FORM: Final = "application/x-www-form-urlencoded"
"""The only content type of a POST request that the protocol knows."""
MAX_ARGUMENTS: Final = 32
"""More arguments than any legal request has; past it the query is not even split."""
GZIP_LEVEL: Final = 1
"""Fastest: XML of records shrinks to about a seventh at once, higher levels gain little."""
SHUTDOWN_S: Final = 2.0
"""Longest wait for answers under way when a server of archives ends, in seconds."""


def add_oai_routes(
    app: web.Application, path: str, repository: RecordSource, *, base_url: str
) -> None:
    """Answer OAI-PMH requests at `path`, by GET and by POST.

    Args:
        app: the application to add the routes to.
        path: such as `/oai`; as it reads, not percent-encoded.
        repository: where records come from; asked in a worker thread, so its methods may block
            and must allow several threads.
        base_url: the address of `path` as harvesters know it. It is not taken from the request's
            Host header, which the asker chooses.
    """

    async def answer_here(request: web.Request) -> web.Response:
        return await answer_request(
            request, lambda: (repository, datetime.now(UTC)), base_url=base_url
        )

    app.router.add_get(path, answer_here)
    app.router.add_post(path, answer_here)


async def answer_request(
    request: web.Request, ask: Callable[[], tuple[RecordSource, datetime]], *, base_url: str
) -> web.Response:
    """Answer one OAI-PMH request, sent by GET or by POST.

    Args:
        request: the request.
        ask: gives where records come from and the date of the answer; called in the worker thread
            that answers.
        base_url: see `add_oai_routes`.

    Raises:
        HTTPUnsupportedMediaType: a POST request is no form.
        HTTPBadRequest: it has too many arguments.
    """
    query = request.rel_url.raw_query_string
    if request.method == "POST":
        if request.content_type != FORM:
            raise web.HTTPUnsupportedMediaType(text=f"expected {FORM}\n")
        query = (await request.read()).decode("utf-8", "replace")
    try:
        arguments = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_ARGUMENTS)
    except ValueError:
        raise web.HTTPBadRequest(text=f"more than {MAX_ARGUMENTS} arguments\n") from None
    coding = choose_coding(request.headers.get("Accept-Encoding", ""))
    body = await asyncio.to_thread(_encoded_answer, arguments, ask, base_url, coding)
    headers = {"Vary": "Accept-Encoding"}
    if coding == "gzip":
        headers["Content-Encoding"] = coding
    return web.Response(body=body, content_type="text/xml", charset="utf-8", headers=headers)


def choose_coding(accepted: str) -> Literal["gzip", "identity"]:
    """Choose a content coding from an Accept-Encoding header.

    >>> choose_coding("deflate, gzip;q=0.5"), choose_coding("gzip;q=0, *")
    ('gzip', 'identity')
    """
    for each in accepted.lower().split(","):
        name, _, quality = each.replace(" ", "").partition(";q=")
        if name == "gzip" and (not quality or quality.strip("0.")):
            return "gzip"
    return "identity"


def _encoded_answer(
    arguments: list[tuple[str, str]],
    ask: Callable[[], tuple[RecordSource, datetime]],
    base_url: str,
    coding: str,
) -> bytes:
    """Answer and compress; blocking, for a worker thread."""
    repository, now = ask()
    body = answer(arguments, repository, base_url=base_url, now=now)
    return gzip.compress(body, GZIP_LEVEL, mtime=0) if coding == "gzip" else body


@asynccontextmanager
async def serve_archives(
    archives: Mapping[str, RecordSource], *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[dict[str, str]]:
    """Serve several archives on one port, each at `/NAME/oai`, until the context ends.

    Args:
        archives: name -> source of records, such as `open_archive` returns.
        host: address to listen on; the default is reachable from this machine only.
        port: 0 = any free one.

    Yields:
        name -> base URL.

    Raises:
        ValueError: a name is empty or holds `/`, `{`, `}` or `%`.
        OSError: the address is in use or not of this machine.
    """
    for name in archives:
        if not name or set(name) & set("/{}%"):
            raise ValueError(f"the name {name!r} cannot stand in an address: / {{ }} % or nothing")
    routes = {f"/{name}/oai": archive for name, archive in archives.items()}
    async with _serving(routes, host=host, port=port) as origin:
        yield {name: f"{origin}/{quote(name)}/oai" for name in archives}


@asynccontextmanager
async def serve_archive(
    archive: RecordSource, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Serve one archive at `/oai`, as `serve_archives` does; yields its base URL."""
    async with _serving({"/oai": archive}, host=host, port=port) as origin:
        yield f"{origin}/oai"


@asynccontextmanager
async def _serving(
    routes: Mapping[str, RecordSource], *, host: str, port: int
) -> AsyncIterator[str]:
    """Serve each path from its source; yields the origin, `http://HOST:PORT`."""
    is_v6 = ":" in host
    listener = socket.create_server(
        (host, port), family=socket.AF_INET6 if is_v6 else socket.AF_INET
    )
    origin = f"http://{f'[{host}]' if is_v6 else host}:{listener.getsockname()[1]}"
    app = web.Application()
    for path, repository in routes.items():
        add_oai_routes(app, path, repository, base_url=origin + quote(path))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    try:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        yield origin
    finally:
        await runner.cleanup()
        listener.close()
