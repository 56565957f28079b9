"""The front page, and Weft's own vocabulary."""

import asyncio
from pathlib import Path
from typing import Final

from aiohttp import web

import graph
from search.web.answers import HTML, page, raise_if_not_modified
from search.web.examples import SEARCH_EXAMPLES, SPARQL_EXAMPLES
from search.web.site import SITE

_VOCABULARY: Final = Path(graph.__file__).parent / "weft.ttl"


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/", show_front),
        web.get("/ns", show_vocabulary),
    ]


async def show_front(request: web.Request) -> web.StreamResponse:
    """The search box, and what the release holds."""
    raise_if_not_modified(request, HTML)
    site = request.app[SITE]
    info = site.release.info
    values = {
        "kinds": sorted(info.by_kind.items(), key=lambda item: (-item[1], item[0])),
        "sources": [(name, site.source_title(name), n) for name, n in info.by_source.items()],
        "search_examples": SEARCH_EXAMPLES,
        "sparql_example": SPARQL_EXAMPLES[0],
    }
    return page(request, "home.html", values)


async def show_vocabulary(_: web.Request) -> web.StreamResponse:
    """Weft's own terms, as Turtle."""
    try:
        text = await asyncio.to_thread(_VOCABULARY.read_text, "utf-8")
    except FileNotFoundError:
        raise web.HTTPNotFound(text="the vocabulary is not installed") from None
    return web.Response(text=text, content_type="text/turtle", charset="utf-8")
