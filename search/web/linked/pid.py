"""`/pid/{scheme}/{value}`: from an identifier in any spelling to the entity that has it."""

import asyncio
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from aiohttp import web
from msgspec import Struct

from graph import identifiers
from graph.relation import WEFT
from graph.work import Identifier
from search.web.answers import HTML, JSON, json_answer, page
from search.web.linked.signposting import Link, format_header
from search.web.negotiate import choose
from search.web.site import SITE, Site

_MAX_CHOICES: Final = 500
"""Entities with one identifier that are listed; records with a filler for identifier share it."""


class Choice(Struct, frozen=True, kw_only=True):
    """One of several entities with an identifier."""

    iri: str
    path: str
    name: str
    kind: str
    is_stub: bool


class Choices(Struct, frozen=True, kw_only=True):
    """The entities that an identifier may mean."""

    status: int
    identifier: str
    entities: tuple[Choice, ...]


def routes() -> list[web.RouteDef]:
    """The addresses of this file."""
    return [web.get(r"/pid/{scheme:[A-Za-z-]+}/{value:.+}", find_entity)]


async def find_entity(request: web.Request) -> web.StreamResponse:
    """303 to the entity that has an identifier, 300 with a list of several, 404 when none has.

    Stubs count only where no described entity has the identifier.
    """
    site = request.app[SITE]
    spellings = _spellings(request)
    for identifier in spellings:
        found = await asyncio.to_thread(_meant, site, identifier)
        if len(found) == 1:
            raise web.HTTPSeeOther(site.path_of(found[0]))
        if found:
            return await asyncio.to_thread(_several, request, identifier, found)
    raise web.HTTPNotFound(text=f"no entity of this release has the identifier {spellings[0]}")


def _spellings(request: web.Request) -> tuple[Identifier, ...]:
    """What the address can mean, the likeliest first.

    A query belongs to the value when the value is an address or an unescaped DOI.
    """
    scheme, value = request.match_info["scheme"].lower(), request.match_info["value"]
    values = [value]
    if request.query_string:
        values.insert(0, f"{value}?{unquote(request.query_string)}")
    read = [identifiers.normalise(scheme, text) for text in values]
    read += [identifiers.recognise(text) for text in values if scheme == "url"]
    found = [identifier for identifier in read if identifier is not None]
    return tuple(dict.fromkeys([*found, Identifier(scheme, value)]))


def _meant(site: Site, identifier: Identifier) -> tuple[str, ...]:
    """The one described entity with an identifier, else all that carry it, stubs last."""
    carriers = site.graph.carriers(str(identifier))
    whole = tuple(iri for iri in carriers if not site.graph.has(iri, WEFT + "Stub"))
    return whole if len(whole) == 1 else carriers


def _several(request: web.Request, identifier: Identifier, iris: tuple[str, ...]) -> web.Response:
    site = request.app[SITE]
    body = Choices(
        status=HTTPStatus.MULTIPLE_CHOICES,
        identifier=str(identifier),
        entities=_choices(site, iris[:_MAX_CHOICES]),
    )
    if choose(request.headers.get("Accept", ""), (HTML, JSON)) == HTML:
        response = page(request, "choices.html", {"choices": body}, status=body.status)
    else:
        response = json_answer(body, status=body.status)
        response.headers["Vary"] = "Accept"
    links = (Link(target=entity.path, relation="alternate") for entity in body.entities)
    response.headers["Link"] = format_header(links)
    return response


def _choices(site: Site, iris: tuple[str, ...]) -> tuple[Choice, ...]:
    names = site.graph.names(iris)
    return tuple(
        Choice(
            iri=iri,
            path=site.path_of(iri),
            name=names.get(iri, iri),
            kind=site.graph.kind(iri) or "unknown",
            is_stub=site.graph.has(iri, WEFT + "Stub"),
        )
        for iri in iris
    )
