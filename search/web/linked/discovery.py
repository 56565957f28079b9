"""What robots and validators look for: `/robots.txt`, and `/ns/shapes` beside the vocabulary."""

import asyncio
from pathlib import Path
from typing import Final

from aiohttp import web

import graph
from search.web.operation.state import OPERATION
from search.web.site import SITE

_SHAPES: Final = Path(graph.__file__).parent / "shapes.ttl"
_SITEMAP: Final = "/sitemap.xml"
_KEPT_OUT: Final = ("/sparql", "/search", "/api/", "/pid/", "/oai", "/sru", "/metrics")
"""Answers made for each question: a robot would never come to their end."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/robots.txt", show_robots),
        web.get("/ns/shapes", show_shapes),
        web.get("/ns/shapes.ttl", show_shapes),
    ]


async def show_robots(request: web.Request) -> web.StreamResponse:
    """Robots may read what has an address of its own. RFC 9309."""
    site = request.app[SITE]
    prefix = request.app[OPERATION].settings.prefix
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in _KEPT_OUT)]
    if any(resource.canonical.endswith(_SITEMAP) for resource in request.app.router.resources()):
        lines += ["", f"Sitemap: {site.iri_of(_SITEMAP.removeprefix('/'))}"]
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain", charset="utf-8")


async def show_shapes(_: web.Request) -> web.StreamResponse:
    """The rules that a release keeps, in SHACL as Turtle."""
    text = await asyncio.to_thread(_SHAPES.read_text, "utf-8")
    return web.Response(text=text, content_type="text/turtle", charset="utf-8")
