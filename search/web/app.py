"""The web application: every route of the site, and the server that runs it."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from aiohttp import web

from search.web import api, entity, health, pages, search_page, sparql
from search.web.answers import answer
from search.web.site import SITE, Site

_log = logging.getLogger(__name__)

_MAX_BODY_BYTES: Final = 1 << 20
"""Longest POST body; a query of the longest allowed text, form-encoded, fits."""
_SHUTDOWN_S: Final = 3.0
"""How long answers in flight may take to finish when the server stops."""

_ROUTES: Final = (pages, search_page, entity, sparql, api, health)


def _nothing(_: object) -> None:
    """What an optional callback does by default."""


def build_app(site: Site, extend: Callable[[web.Application], None] = _nothing) -> web.Application:
    """The application for one release.

    Args:
        site: what it answers from; the caller keeps it open as long as the application runs.
        extend: adds routes to the application, such as `search.web.oai.add_oai_routes`.
    """
    app = web.Application(middlewares=[answer], client_max_size=_MAX_BODY_BYTES)
    app[SITE] = site
    for group in _ROUTES:
        app.add_routes(group.routes())
    extend(app)
    return app


async def serve(
    site: AbstractAsyncContextManager[Site],
    host: str,
    port: int,
    *,
    extend: Callable[[web.Application], None] = _nothing,
    on_ready: Callable[[str], None] = _nothing,
) -> None:
    """Serve a release until cancelled.

    Args:
        site: see `open_site`.
        host: address to listen at.
        port: port; 0 takes a free one.
        extend: see `build_app`.
        on_ready: called with the server's address when it listens.

    Raises:
        OSError: the port is taken.
    """
    async with site as opened:
        runner = web.AppRunner(
            build_app(opened, extend),
            access_log=None,
            # a client that goes away frees its SPARQL worker
            handler_cancellation=True,
            shutdown_timeout=_SHUTDOWN_S,
        )
        await runner.setup()
        try:
            listener = web.TCPSite(runner, host, port)
            await listener.start()
            bound_port = runner.addresses[0][1]
            address = f"http://{f'[{host}]' if ':' in host else host}:{bound_port}/"
            _log.info("serving release=%s address=%s", opened.release.number, address)
            on_ready(address)
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
