"""`/api/v1/entities`: everything that a release holds of one entity."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta, Struct

from graph.iris import entity_iri
from graph.links.selection import Selection
from graph.relation import WEFT
from search.metadata.described import Described, read_described
from search.metadata.entity import MAX_LINKS, Entity, entity_answer
from search.web.answers import JSON, json_answer, negotiated, raise_if_not_modified
from search.web.api.asked import MAX_ID, Candidates, find, gone
from search.web.api.found_links import Place, Wanted, count, find_page
from search.web.api.operation import Answer, Nothing, Operation, read_query
from search.web.site import SITE, Site


class EntityPath(Struct, frozen=True, kw_only=True):
    """Which entity is asked for."""

    key: Annotated[
        str,
        Meta(description="Key of the entity, the last part of its IRI.", pattern="^[a-z2-7]{13}$"),
    ]


class EntityQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entity is asked for."""

    id: Annotated[
        str,
        Meta(
            description="An IRI, or an identifier in any spelling, such as"
            " `doi:10.17182/hepdata.1`.",
            min_length=1,
            max_length=MAX_ID,
        ),
    ]


async def show_by_key(request: web.Request) -> web.StreamResponse:
    """One entity; 301 after a merge, 410 when its records are gone, 404 when unknown."""
    site = request.app[SITE]
    read_query(request, Nothing)
    negotiated(request, (JSON,))
    key = request.match_info["key"]
    # any text may stand in a path, and not every text can be an IRI
    if not (key.isascii() and key.isalnum()):
        raise web.HTTPNotFound(text=f"this release has no entity {key[:MAX_ID]!r}")
    iri = entity_iri(site.base_iri, key)
    if (target := site.graph.redirect(iri)) is not None:
        moved = target.removeprefix(site.iri_of("id/"))
        raise web.HTTPMovedPermanently(f"/api/v1/entities/{moved}")
    if site.graph.has(iri, WEFT + "Tombstone"):
        return gone(site, iri, f"every record of {iri} was deleted by its source")
    return await _show(request, iri)


async def show_by_id(request: web.Request) -> web.StreamResponse:
    """The entity that an identifier or an IRI stands for; 300 when several carry it."""
    site = request.app[SITE]
    asked = read_query(request, EntityQuery)
    negotiated(request, (JSON,))
    found = await find(site, asked.id)
    if isinstance(found, web.Response):
        return found
    response = await _show(request, found)
    key = found.removeprefix(site.iri_of("id/"))
    response.headers["Content-Location"] = f"/api/v1/entities/{key}"
    return response


async def _show(request: web.Request, iri: str) -> web.Response:
    site = request.app[SITE]
    raise_if_not_modified(request, JSON)
    key = iri.removeprefix(site.iri_of("id/"))
    described = await asyncio.to_thread(_read, site, iri, key)
    if described is None:
        raise web.HTTPNotFound(text=f"this release has no entity {key}")
    wanted = Wanted(selection=Selection(at=iri))
    n_links, _ = await count(site, wanted)
    links = await find_page(site, wanted, Place(), n_links, MAX_LINKS)
    return json_answer(
        await asyncio.to_thread(entity_answer, site, described, links.links, n_links)
    )


def _read(site: Site, iri: str, key: str) -> Described | None:
    return read_described(site.graph, site.index.document(key), iri, with_related=False)


ENTITY: Final = Operation(
    name="getEntity",
    path="/api/v1/entities/{key}",
    handler=show_by_key,
    summary="One entity by its key",
    description="Everything that the release holds of one entity.",
    path_parameters=EntityPath,
    answers={
        200: Answer(means="The entity.", bodies=(Entity,)),
        301: Answer(means="It was merged into the entity at `Location`.", is_redirect=True),
    },
    problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
)
FOUND_ENTITY: Final = Operation(
    name="findEntity",
    path="/api/v1/entities",
    handler=show_by_id,
    summary="One entity by an identifier or its IRI",
    description="The same by an identifier in any spelling, or by the entity's IRI. An entity that"
    " was merged into another is answered with that.",
    query=EntityQuery,
    answers={
        200: Answer(means="The entity; its address is in `Content-Location`.", bodies=(Entity,)),
        300: Answer(means="Several entities carry the identifier.", bodies=(Candidates,)),
    },
    problems=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
)
