"""`/embed`: the search box that other sites put on their pages, shown with the tag to copy.

Its script is `static/weft-search.js`; how it is used is in docs/portals.md.
"""

import asyncio
from typing import Final

from aiohttp import web

from search.web.answers import HTML, SCRIPTED, page, raise_if_not_modified
from search.web.site import SITE
from search.web.templating import STATIC

SCRIPT: Final = "weft-search.js"
_JAVASCRIPT: Final = "text/javascript"


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/embed", show_example), web.get(f"/static/{SCRIPT}", send_script)]


async def show_example(request: web.Request) -> web.StreamResponse:
    """The search box at work, and the tag."""
    raise_if_not_modified(request, HTML)
    base = request.app[SITE].base_iri
    tag = f'<script src="{base}static/{SCRIPT}" data-weft="{base}" defer></script>'
    return page(request, "embed.html", {"tag": tag}, policy=SCRIPTED)


async def send_script(request: web.Request) -> web.StreamResponse:
    """The script; its address stays, so it is kept for an hour only."""
    raise_if_not_modified(request, _JAVASCRIPT)
    body = await asyncio.to_thread((STATIC / SCRIPT).read_bytes)
    response = web.Response(body=body, content_type=_JAVASCRIPT, charset="utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    # other sites may run it, also those that let nothing else in
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
