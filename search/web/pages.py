"""The pages that are the same for everybody: front page, about, vocabulary, style sheet."""

import asyncio
from pathlib import Path
from typing import Final

from aiohttp import web

import graph
from search.query import FIELDS
from search.web.answers import HTML, STATIC, page, raise_if_not_modified
from search.web.examples import SEARCH_EXAMPLES, SPARQL_EXAMPLES
from search.web.site import SITE

_VOCABULARY: Final = Path(graph.__file__).parent / "weft.ttl"
_STATIC_TYPES: Final = {"weft.css": "text/css", "weft.svg": "image/svg+xml"}
_LANGUAGE: Final = (
    ("higgs boson", "both words, in any field"),
    ('"missing energy"', "the phrase"),
    ("cms OR atlas", "either"),
    ("higgs -lhcb", "without a word; also NOT lhcb"),
    ("phan*", "words that begin so"),
    ("title:(top OR charm)", "one field only"),
    ("creator:higgs", "a person or a collaboration"),
    ("year:[2010 TO 2015]", "years, ends included; * leaves an end open"),
    ("licence:*", "the field has a value"),
    ("has:data", "linked to a dataset; also has:paper, has:software, has:book"),
    ("10.17182/hepdata.1", "that identifier, exactly: a DOI, arXiv id, ISBN, ORCID, handle or URL"),
    ("(cms OR atlas) kind:dataset", "parentheses group; words beside each other must all be there"),
)


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [
        web.get("/", show_front),
        web.get("/about", show_about),
        web.get("/ns", show_vocabulary),
        web.get("/static/{name}", send_static),
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


async def show_about(request: web.Request) -> web.StreamResponse:
    """How to ask, how to cite, what is not here."""
    limits = request.app[SITE].pool.limits
    values = {"language": _LANGUAGE, "fields": sorted(FIELDS), "limits": limits}
    return page(request, "about.html", values)


async def show_vocabulary(_: web.Request) -> web.StreamResponse:
    """Weft's own terms, as Turtle."""
    try:
        text = await asyncio.to_thread(_VOCABULARY.read_text, "utf-8")
    except FileNotFoundError:
        raise web.HTTPNotFound(text="the vocabulary is not installed") from None
    return web.Response(text=text, content_type="text/turtle", charset="utf-8")


async def send_static(request: web.Request) -> web.StreamResponse:
    """One of our few static files; their addresses carry a digest, so they may be kept."""
    name = request.match_info["name"]
    if name not in _STATIC_TYPES:
        raise web.HTTPNotFound(text=f"no file {name}")
    body = await asyncio.to_thread((STATIC / name).read_bytes)
    response = web.Response(body=body, content_type=_STATIC_TYPES[name])
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
