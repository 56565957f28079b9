"""An entity as a reference: `/id/{key}.bib`, `.ris` and `.csl.json`, and the line to cite it by."""

import asyncio
from typing import Final

from aiohttp import web
from msgspec.structs import replace

from graph.iris import entity_iri
from graph.relation import DCTERMS
from search.citation import FORMS
from search.document import Document
from search.metadata.described import Described, Related, read_described
from search.web.answers import raise_if_not_modified
from search.web.linked.neighbour import read_neighbour
from search.web.linked.standing import moved_or_gone
from search.web.site import SITE, Site

CITATION_FORMS: Final = {FORMS[name].extension: FORMS[name] for name in ("bibtex", "ris", "csl")}
"""Forms of one reference that reference managers read, by the suffix of their addresses."""
_SUFFIXES: Final = "|".join(suffix.replace(".", r"\.") for suffix in CITATION_FORMS)
_MAX_WHOLES: Final = 3
"""Journals or books that something appeared in; the first is cited."""


def routes() -> list[web.RouteDef]:
    """The addresses of this file; they go before those of `/id/{key}.{suffix}`."""
    return [web.get(f"/id/{{key:[a-z0-9]+}}.{{suffix:(?:{_SUFFIXES})}}", send_citation)]


async def send_citation(request: web.Request) -> web.StreamResponse:
    """The reference as a file; 301 after a merge, 410 for a tombstone, 404 when unknown."""
    key, suffix = request.match_info["key"], request.match_info["suffix"]
    if (gone := moved_or_gone(request, key, f".{suffix}")) is not None:
        return gone
    form = CITATION_FORMS[suffix]
    raise_if_not_modified(request, form.media_type)
    site = request.app[SITE]
    described = await asyncio.to_thread(read_cited, site, key)
    text = "".join(form.write([described]))
    response = web.Response(text=text, content_type=form.media_type, charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.{suffix}"'
    return response


def read_cited(site: Site, key: str) -> Described:
    """What a reference tells of an entity.

    Raises:
        HTTPNotFound: the release describes none of that key.
    """
    document = site.index.document(key)
    if (described := described_to_cite(site, key, document)) is None:
        raise web.HTTPNotFound(text=f"this release describes no entity {key}")
    return described


def described_to_cite(site: Site, key: str, document: Document | None) -> Described | None:
    """An entity with what it appeared in, and without its other links, which can be thousands.

    None when the release describes no entity of that key.
    """
    iri = entity_iri(site.base_iri, key)
    described = read_described(site.graph, document, iri, with_related=False)
    if described is None:
        return None
    wholes = site.graph.objects(iri, DCTERMS + "isPartOf")[:_MAX_WHOLES]
    return replace(described, related=tuple(_whole(site, each) for each in wholes))


def _whole(site: Site, iri: str) -> Related:
    whole = read_neighbour(site, iri)
    return Related(
        relation="IsPartOf",
        iri=iri,
        key=iri.removeprefix(f"{site.base_iri}id/"),
        kind=whole.kind,
        name=whole.title,
        identifiers=(),
        is_stub=whole.is_stub,
    )
