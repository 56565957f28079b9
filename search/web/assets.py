"""`/static/`: our style sheets, pictures and bundled scripts, and nothing else of that folder."""

import asyncio
from typing import Final

from aiohttp import web

from search.web.templating import STATIC

_TYPES: Final = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}
_NAME: Final = r"(?:built/)?[a-z][a-z0-9-]*\.(?:css|svg|js)"


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get(f"/static/{{name:{_NAME}}}", send_static)]


async def send_static(request: web.Request) -> web.StreamResponse:
    """A static file; its address carries a digest, so it may be kept for long.

    Raises:
        HTTPNotFound: there is none of that name.
    """
    name = request.match_info["name"]
    path = STATIC / name
    try:
        body = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise web.HTTPNotFound(text=f"no file {name}") from None
    response = web.Response(body=body, content_type=_TYPES[path.suffix], charset="utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
