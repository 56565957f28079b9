"""What machines that watch the server ask: `/healthz`, `/readyz` and `/metrics`."""

import asyncio

from aiohttp import web
from msgspec import Struct

from search.web.answers import json_answer
from search.web.operation.metrics import CONTENT_TYPE, VERSION
from search.web.operation.state import OPERATION
from search.web.site import SITE


class Health(Struct, frozen=True, kw_only=True):
    """The state of the server."""

    status: str
    release: int
    documents: int


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/healthz", show_health),
        web.get("/readyz", show_readiness),
        web.get("/metrics", show_metrics),
    ]


async def show_health(request: web.Request) -> web.StreamResponse:
    """Always 200 while the server runs; never kept by caches."""
    return _health(request, "ok")


async def show_readiness(request: web.Request) -> web.StreamResponse:
    """200 while questions can be answered; 503 when the release is no longer on its disk."""
    path = request.app[SITE].release.path
    if not await asyncio.to_thread(path.is_dir):
        return _health(request, "the release is gone from its disk", status=503)
    return _health(request, "ready")


async def show_metrics(request: web.Request) -> web.StreamResponse:
    """Counts since the server started, for Prometheus."""
    site, operation = request.app[SITE], request.app[OPERATION]
    text = operation.metrics.render(
        release=site.release.number,
        n_documents=site.index.n_documents,
        queries=operation.queries,
    )
    response = web.Response(text=text)
    # in one piece: the version is part of the type that Prometheus asks for
    response.headers["Content-Type"] = f"{CONTENT_TYPE}; version={VERSION}; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


def _health(request: web.Request, status_text: str, *, status: int = 200) -> web.Response:
    site = request.app[SITE]
    response = json_answer(
        Health(status=status_text, release=site.release.number, documents=site.index.n_documents),
        status=status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
