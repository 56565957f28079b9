"""Sitemaps: the addresses of all live entities for crawlers, in parts below an index.

The parts are in order of change, so that most of them stay as they are from release to release.
Specification: https://www.sitemaps.org/protocol.html
"""

import asyncio
import gzip
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Final

from aiohttp import web

from graph.iris import entity_iri
from graph.roll import Roll
from harvester.protocol import format_datestamp
from search.web.oai import GZIP_LEVEL, choose_coding
from search.web.portal.moments import moments_of
from search.web.portal.oai import roll_of
from search.web.site import SITE, Site

MAX_URLS: Final = 50_000
"""Addresses in one sitemap, and sitemaps in an index, by the specification."""
MAX_BYTES: Final = 50 * 1024 * 1024
"""Size of one sitemap before compression, by the specification."""
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NUMBER: Final = "[1-9][0-9]{0,5}"


def routes() -> list[web.RouteDef]:
    """The addresses of this file: a sitemap may only list what is in its own folder or below."""
    return [
        web.get("/sitemap.xml", show_index),
        web.get(f"/sitemap-{{number:{_NUMBER}}}.xml", show_part),
    ]


async def show_index(request: web.Request) -> web.StreamResponse:
    """All parts, each with the moment of its last change."""
    site = request.app[SITE]
    roll = roll_of(site)
    coding = choose_coding(request.headers.get("Accept-Encoding", ""))
    return _response(await asyncio.to_thread(_index, site, roll, coding), coding)


async def show_part(request: web.Request) -> web.StreamResponse:
    """One part, counted from 1.

    Raises:
        HTTPNotFound: there are not that many.
    """
    site = request.app[SITE]
    roll = roll_of(site)
    number = int(request.match_info["number"])
    coding = choose_coding(request.headers.get("Accept-Encoding", ""))
    body = await asyncio.to_thread(_part, site, roll, number, coding)
    if body is None:
        raise web.HTTPNotFound(text=f"there is no part {number} of the sitemap")
    return _response(body, coding)


def _index(site: Site, roll: Roll, coding: str) -> bytes:
    moments = moments_of(site)
    entries = [
        _entry(
            "sitemap",
            escape(site.iri_of(f"sitemap-{number}.xml")),
            format_datestamp(moments.of(part.changed_in)),
        )
        for number, part in enumerate(roll.parts(part_size(site.base_iri)), start=1)
    ]
    return _document("sitemapindex", entries, coding)


def _part(site: Site, roll: Roll, number: int, coding: str) -> bytes | None:
    size = part_size(site.base_iri)
    parts = roll.parts(size)
    if number > len(parts):
        return None
    moments, base = moments_of(site), escape(site.base_iri)
    entries: list[str] = []
    # in order of change: thousands in a row have one moment
    for release, keys in groupby(roll.live(parts[number - 1].first, size), key=itemgetter(0)):
        moment = format_datestamp(moments.of(release))
        entries += (_entry("url", entity_iri(base, key), moment) for _, key in keys)
    return _document("urlset", entries, coding)


def part_size(base_iri: str) -> int:
    """How many addresses of entities one sitemap holds.

    >>> part_size("https://weft.example.org/")
    50000
    """
    longest = _entry("url", entity_iri(escape(base_iri), "k" * 20), "YYYY-MM-DDThh:mm:ssZ")
    return min(MAX_URLS, (MAX_BYTES - 1000) // len(longest.encode()))


def _entry(name: str, address: str, moment: str) -> str:
    return f"<{name}><loc>{address}</loc><lastmod>{moment}</lastmod></{name}>\n"


def _document(name: str, entries: list[str], coding: str) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{_NAMESPACE}">\n'
    body = f"{head}{''.join(entries)}</{name}>\n".encode()
    return gzip.compress(body, GZIP_LEVEL, mtime=0) if coding == "gzip" else body


def _response(body: bytes, coding: str) -> web.Response:
    headers = {"Vary": "Accept-Encoding"}
    if coding == "gzip":
        headers["Content-Encoding"] = coding
    return web.Response(body=body, content_type="application/xml", charset="utf-8", headers=headers)
