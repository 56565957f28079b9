"""`/search.atom`: a search as an Atom feed with the OpenSearch response elements.

RFC 4287: https://www.rfc-editor.org/rfc/rfc4287
OpenSearch 1.1, draft 6: https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import web
from lxml import etree

from graph.errors import ReleaseError
from graph.iris import entity_iri
from harvester.protocol import Granularity, format_datestamp
from search.question.ask import MAX_OFFSET, Ask
from search.text.engine import Fragment, Hit, SearchResult
from search.web.answers import raise_if_not_modified
from search.web.asking import read_ask, read_number
from search.web.finding import find
from search.web.portal.moments import moments_of
from search.web.portal.opensearch import OPENSEARCH, OPENSEARCH_XML
from search.web.portal.xml_text import xml_text
from search.web.site import SITE, Site

ATOM_XML: Final = "application/atom+xml"
ATOM: Final = "http://www.w3.org/2005/Atom"
DC: Final = "http://purl.org/dc/terms/"
MAX_COUNT: Final = 100
"""Most entries of a feed."""
_DEFAULT_COUNT: Final = 20
_NAMESPACES: Final = {None: ATOM, "opensearch": OPENSEARCH, "dcterms": DC}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed is written from."""

    site: Site
    ask: Ask
    result: SearchResult
    updated: Mapping[str, str]
    """When each entity found was last changed, by key; see `changed`."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get("/search.atom", show_feed)]


async def show_feed(request: web.Request) -> web.StreamResponse:
    """Results as a feed; `startIndex` counts from 1."""
    site = request.app[SITE]
    count = read_number(request.query, "count", _DEFAULT_COUNT)
    start = max(1, read_number(request.query, "startIndex", 1))
    if count > MAX_COUNT:
        raise web.HTTPBadRequest(text=f"count {count} is above {MAX_COUNT}")
    ask = replace(read_ask(request.query), limit=count, offset=start - 1)
    raise_if_not_modified(request, ATOM_XML)
    answered = await find(site, ask)
    body = await asyncio.to_thread(_write, site, ask, answered.result)
    return web.Response(body=body, content_type=ATOM_XML, charset="utf-8")


def changed(site: Site, keys: list[str]) -> dict[str, str]:
    """When what is published of each entity last changed, as RFC 3339 writes it; reads the disk.

    The date of the release stands for it where the release does not know better.
    """
    made = site.release.info.created_at
    if site.roll is None:
        return dict.fromkeys(keys, made)
    try:
        moments = moments_of(site)
    except (OSError, ReleaseError):
        return dict.fromkeys(keys, made)
    found = {key: site.roll.find(key) for key in keys}
    return {
        key: made
        if listed is None
        else format_datestamp(moments.of(listed.changed_in), Granularity.SECOND)
        for key, listed in found.items()
    }


def write_feed(feed: Feed) -> bytes:
    """Write a feed."""
    root = etree.Element(
        f"{{{ATOM}}}feed",
        nsmap=_NAMESPACES,  # type: ignore[arg-type]  # lxml takes None for the default one
    )
    site, ask, total = feed.site, feed.ask, feed.result.total
    base = f"{site.base_iri}search.atom"
    question = ask.query_string()
    _add(root, "id", f"{base}?{question}" if question else base)
    what = f"{ask.text} – {site.title}" if ask.text else site.title  # noqa: RUF001  # a dash
    _add(root, "title", xml_text(what))
    _add(root, "updated", max(feed.updated.values(), default=site.release.info.created_at))
    _add(_add(root, "author"), "name", xml_text(site.title))
    _add(root, "generator", "Weft")
    for relation, start in _pages(ask, total).items():
        _link(root, relation, _address(base, ask, start), ATOM_XML)
    page = f"{site.base_iri}search" + (f"?{question}" if question else "")
    _link(root, "alternate", page, "text/html")
    _link(root, "search", f"{site.base_iri}opensearch.xml", OPENSEARCH_XML)
    for name, number in (
        ("totalResults", total),
        ("startIndex", ask.offset + 1),
        ("itemsPerPage", ask.limit),
    ):
        etree.SubElement(root, f"{{{OPENSEARCH}}}{name}").text = str(number)
    asked = {
        "role": "request",
        "searchTerms": xml_text(ask.text),
        "startIndex": str(ask.offset + 1),
        "count": str(ask.limit),
    }
    etree.SubElement(root, f"{{{OPENSEARCH}}}Query", asked)
    for hit in feed.result.hits:
        _entry(root, hit, entity_iri(site.base_iri, hit.key), feed.updated[hit.key])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _write(site: Site, ask: Ask, result: SearchResult) -> bytes:
    updated = changed(site, [hit.key for hit in result.hits])
    return write_feed(Feed(site=site, ask=ask, result=result, updated=updated))


def _entry(root: etree._Element, hit: Hit, iri: str, updated: str) -> None:
    document = hit.document
    entry = _add(root, "entry")
    _add(entry, "id", iri)
    _add(entry, "title", xml_text(document.title))
    _add(entry, "updated", updated)
    for name in document.creators:
        _add(_add(entry, "author"), "name", xml_text(name))
    _link(entry, "alternate", iri, "text/html")
    etree.SubElement(entry, f"{{{ATOM}}}category", term=xml_text(document.kind))
    if hit.snippet:
        _add(entry, "summary", xml_text(_plain(hit.snippet)))
    for identifier in document.identifiers:
        etree.SubElement(entry, f"{{{DC}}}identifier").text = xml_text(identifier)
    issued = document.date or str(document.year or "")
    if issued:
        etree.SubElement(entry, f"{{{DC}}}issued").text = xml_text(issued)
    if document.publisher:
        etree.SubElement(entry, f"{{{DC}}}publisher").text = xml_text(document.publisher)


def _pages(ask: Ask, total: int) -> dict[str, int]:
    """Where the feed's pages begin, from 0, by the relation of the link to them."""
    pages = {"self": ask.offset}
    if not ask.limit:
        return pages
    pages["first"] = 0
    reachable = min(total, MAX_OFFSET + 1)
    last = max(reachable - 1, 0) // ask.limit * ask.limit
    if ask.offset:
        pages["previous"] = min(max(ask.offset - ask.limit, 0), last)
    if ask.offset + ask.limit < reachable:
        pages["next"] = ask.offset + ask.limit
    return pages | {"last": last}


def _address(base: str, ask: Ask, start: int) -> str:
    pairs = urlencode([("startIndex", start + 1), ("count", ask.limit)])
    return f"{base}?" + "&".join(part for part in (ask.query_string(), pairs) if part)


def _plain(fragments: tuple[Fragment, ...]) -> str:
    return "".join(fragment.text for fragment in fragments)


def _add(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = text or None
    return element


def _link(parent: etree._Element, relation: str, address: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=relation, href=address, type=media_type)
