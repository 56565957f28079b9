"""`/healthz`: whether the server answers, and from which release."""

from aiohttp import web
from msgspec import Struct

from search.web.answers import json_answer
from search.web.site import SITE


class Health(Struct, frozen=True, kw_only=True):
    """The state of the server."""

    status: str
    release: int
    documents: int


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/healthz", show_health)]


async def show_health(request: web.Request) -> web.StreamResponse:
    """Always 200 while the server runs; never kept by caches."""
    site = request.app[SITE]
    response = json_answer(
        Health(status="ok", release=site.release.number, documents=site.index.n_documents)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
