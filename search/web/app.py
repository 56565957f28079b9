"""The web application: every route of the site, and the server that runs it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from graph.schemes import load_checks
from search.sparql.pool import Limits
from search.web import (
    about_page,
    assets,
    health,
    links_page,
    pages,
    sparql,
)
from search.web.answers import answer
from search.web.api import routes as api
from search.web.coverage import page as coverage_page
from search.web.holdings import page as holdings_page
from search.web.kept import keeping
from search.web.linked import (
    decision,
    discovery,
    enriched,
    entity,
    pid,
    record,
    void,
    void_counts,
)
from search.web.operation.access_log import (
    CLIENT_LEFT,
    HTTP_LOG,
    LOG,
    is_failure,
    logger_class,
    tell,
)
from search.web.operation.forwarded import read_origin
from search.web.operation.limits import (
    MAX_FIELD_BYTES,
    MAX_HEADERS,
    MAX_LINE_BYTES,
    bounded,
    cut_stuck_clients,
    plainly_expected,
    rate_limiting,
    well_addressed,
)
from search.web.operation.settings import ServeSettings
from search.web.operation.state import CLIENT, NO_ROUTE, OPERATION, ROUTE, Operation
from search.web.portal import atom, embed, opensearch, sitemap, suggest
from search.web.portal import oai as merged_oai
from search.web.results import export as result_export
from search.web.results import page as search_page
from search.web.site import SITE, Site, open_site
from search.web.sru import route as sru
from search.web.switch import Seen, Switch, look_at, open_switch

_log = logging.getLogger(__name__)

_LINGER_S: Final = 2.0
"""How long the rest of a body that nobody wants is read away before the connection is closed."""
_COUNT_EVERY_S: Final = 1.0
"""How often a release that is not counted is looked for; the first moments of a server are for
those who ask."""

_THREADS: Final = 2
"""Threads that make answers. Python runs in one at a time, the engines beside it; with three, each
answer took a third more of a processor, for handing over (measured with 32 clients)."""

_ROUTES: Final = (
    pages,
    about_page,
    coverage_page,
    links_page,
    search_page,
    result_export,
    entity,
    record,
    decision,
    enriched,
    pid,
    void,
    discovery,
    sparql,
    api,
    sru,
    merged_oai,
    sitemap,
    opensearch,
    atom,
    suggest,
    embed,
    holdings_page,
    assets,
    health,
)
"""The one place for routes: each file here has a function `routes`."""


def _nothing(_: object) -> None:
    """What an optional callback does by default."""


def build_app(
    site: Site,
    extend: Callable[[web.Application], None] = _nothing,
    *,
    operation: Operation | None = None,
    outermost: tuple[Middleware, ...] = (),
) -> web.Application:
    """The application.

    Args:
        site: what it answers from; the caller keeps it open as long as the application runs.
        extend: adds routes to an application, such as `search.web.oai.add_oai_routes`; called a
            second time for the routes under the prefix when there is one.
        operation: settings and counts of the server.
        outermost: middlewares that see a request first.
    """
    operation = operation or Operation()
    settings = operation.settings
    within = (well_addressed, rate_limiting(settings), bounded, keeping(settings.kept_bytes))
    middlewares = (*outermost, answer, *within)
    app = web.Application(middlewares=middlewares, client_max_size=settings.body_limit_bytes)
    _furnish(app, site, operation, extend)
    if settings.prefix:
        # a proxy may pass the prefix on or take it away: both find the site
        mounted = web.Application()
        _furnish(mounted, site, operation, extend)
        app.router.add_get(settings.prefix, _add_slash)
        app.add_subapp(settings.prefix, mounted)
    return app


def _furnish(
    app: web.Application,
    site: Site,
    operation: Operation,
    extend: Callable[[web.Application], None],
) -> None:
    app[SITE] = site
    app[OPERATION] = operation
    for group in _ROUTES:
        app.add_routes(group.routes())
    extend(app)


async def _add_slash(request: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently(request.path + "/")


def _entering(switch: Switch, operation: Operation) -> Middleware:
    """The first to see a request: who asks, at which path, and from which release it is answered.

    Requests whose client leaves get no answer, so they are told of here.
    """
    settings = operation.settings

    @web.middleware
    async def entering(request: web.Request, handler: Handler) -> web.StreamResponse:
        began_s = monotonic()
        origin = read_origin(request.remote or "", request.headers, settings.trusted_proxies)
        request[CLIENT] = origin.client
        resource = request.match_info.route.resource
        request[ROUTE] = resource.canonical if resource is not None else NO_ROUTE
        with switch.answering():
            try:
                return await handler(_as_seen(request, settings.prefix, origin.scheme, origin.host))
            except asyncio.CancelledError:
                release = str(switch.site_now().release.number)
                took_s = monotonic() - began_s
                tell(operation.metrics, request, CLIENT_LEFT, 0, took_s, release)
                raise

    return entering


def _as_seen(
    request: web.Request, prefix: str, scheme: str | None, host: str | None
) -> web.Request:
    """A request as handlers see it: at its path below the prefix, at the address of the client."""
    url = request.rel_url
    if prefix and url.raw_path.startswith(f"{prefix}/"):
        path = url.raw_path.removeprefix(prefix)
        url = url.with_path(path, encoded=True, keep_query=True)
    if url is request.rel_url and scheme is None and host is None:
        return request
    return request.clone(rel_url=url, scheme=scheme or request.scheme, host=host or request.host)


async def serve(  # noqa: PLR0913  # what a server needs
    site: AbstractAsyncContextManager[Site],
    host: str,
    port: int,
    *,
    settings: ServeSettings | None = None,
    extend: Callable[[web.Application], None] = _nothing,
    on_ready: Callable[[str], None] = _nothing,
) -> None:
    """Serve one release until cancelled.

    Args:
        site: see `open_site`.
        host: address to listen at.
        port: port; 0 takes a free one.
        settings: prefix, proxies and limits.
        extend: see `build_app`.
        on_ready: called with the server's address when it listens.

    Raises:
        OSError: the port is taken.
    """
    operation = Operation(settings=settings or ServeSettings())
    async with open_switch(lambda _: site, lambda: Seen(None, 0, 0)) as switch:
        await _serve(switch, operation, host, port, extend=extend, on_ready=on_ready)


async def serve_current(  # noqa: PLR0913  # what a server needs
    data: Path,
    host: str,
    port: int,
    *,
    number: int | None = None,
    settings: ServeSettings | None = None,
    title: str = "Weft",
    source_titles: tuple[tuple[str, str], ...] = (),
    limits: Limits | None = None,
    contact: str = "",
    extend: Callable[[web.Application], None] = _nothing,
    on_ready: Callable[[str], None] = _nothing,
) -> None:
    """Serve the current release and each that is published after it, or one, until cancelled.

    Cancelling ends it well: no new connection is taken, what is under way may finish.

    Args:
        data: the data directory.
        host: address to listen at.
        port: port; 0 takes a free one.
        number: the release to serve, whichever becomes current; None follows the current one.
        settings: prefix, proxies and limits.
        title: see `open_site`, as the two that follow.
        source_titles: of the sources.
        limits: of queries.
        contact: e-mail address of who runs the site.
        extend: see `build_app`.
        on_ready: called with the server's address when it listens.

    Raises:
        GraphError, SearchError: there is no release, or the current one is damaged.
        OSError: the port is taken.
    """
    operation = Operation(settings=settings or ServeSettings())

    def open_number(wanted: int | None) -> AbstractAsyncContextManager[Site]:
        return open_site(
            data,
            number=wanted,
            title=title,
            source_titles=source_titles,
            limits=limits,
            counts=operation.queries,
            contact=contact,
        )

    pinned = Seen(number, 0, 0)  # never another, so there is nothing to change to
    look = partial(look_at, data) if number is None else lambda: pinned
    async with open_switch(open_number, look) as switch:
        await _serve(switch, operation, host, port, extend=extend, on_ready=on_ready)


async def _keep_counted(switch: Switch) -> None:
    """Count the current release for `/void`, and each that comes after it, until cancelled."""
    while True:
        await asyncio.sleep(_COUNT_EVERY_S)
        if void_counts.counted(switch.site_now()) is None:
            await void_counts.count(switch.site_now())


async def _serve(  # noqa: PLR0913  # see `serve_current`
    switch: Switch,
    operation: Operation,
    host: str,
    port: int,
    *,
    extend: Callable[[web.Application], None],
    on_ready: Callable[[str], None],
) -> None:
    settings = operation.settings
    HTTP_LOG.addFilter(is_failure)
    entering = _entering(switch, operation)
    app = build_app(switch.site, extend, operation=operation, outermost=(entering,))
    runner = web.AppRunner(
        app,
        logger=HTTP_LOG,
        access_log=LOG,
        access_log_class=logger_class(operation.metrics),
        # a client that goes away frees its SPARQL worker
        handler_cancellation=True,
        keepalive_timeout=settings.idle_time_s,
        lingering_time=_LINGER_S,
        shutdown_timeout=settings.stop_time_s,
        max_line_size=MAX_LINE_BYTES,
        max_field_size=MAX_FIELD_BYTES,
        max_headers=MAX_HEADERS,
    )
    asyncio.get_running_loop().set_default_executor(
        ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="answer")
    )
    load_checks()
    await runner.setup()
    try:
        assert runner.server is not None  # noqa: S101  # setup() makes it
        runner.server.request_handler = plainly_expected(runner.server.request_handler)
        await web.TCPSite(runner, host, port).start()
        address = f"http://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}/"
        _log.info("serving release=%s address=%s", switch.site.release.number, address)
        on_ready(address)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_keep_counted(switch), name="count each release")
            tasks.create_task(
                switch.follow(settings.look_every_s), name="follow the current release"
            )
            tasks.create_task(
                cut_stuck_clients(runner.server, settings.stuck_time_s), name="cut stuck clients"
            )
    finally:
        await runner.cleanup()
