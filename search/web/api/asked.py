"""From a key, an IRI or an identifier that a client names to the entity, or to why it has none."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta, Struct

from graph.explain.answer import State, Subject
from graph.explain.subject import find_subject
from graph.explain.view import View
from graph.iris import entity_iri
from search.metadata.end import End, end_reader
from search.web.answers import json_answer
from search.web.problem import problem_answer, problem_of
from search.web.site import Site

MAX_CANDIDATES: Final = 100
"""Entities with one identifier that are listed; records with a filler for identifier share it."""
MAX_ID: Final = 2000
"""Characters of an identifier that is looked up; a guess, longer than any that was seen."""


class Candidates(Struct, frozen=True, kw_only=True):
    """The entities that an identifier may mean."""

    status: Annotated[int, Meta(examples=[300])]
    detail: str
    candidates: tuple[End, ...]


async def find(site: Site, text: str) -> str | web.Response:
    """The IRI of the entity that a text stands for, or the answer when it is not one entity.

    Raises:
        HTTPNotFound: the release knows nothing of it.
    """
    # identifiers are looked up in the store: off the event loop
    subject = await asyncio.to_thread(_find, site, text)
    if subject.state in (State.ENTITY, State.STUB) and subject.iri:
        return subject.iri
    if subject.state is State.SEVERAL:
        return await asyncio.to_thread(_several, site, subject)
    if subject.state in (State.TOMBSTONE, State.GONE):
        return gone(site, subject.iri or "", subject.message)
    raise web.HTTPNotFound(text=subject.message)


def gone(site: Site, iri: str, message: str) -> web.Response:
    """410: what was once known of a thing, which no source has any more."""
    return problem_answer(
        problem_of(HTTPStatus.GONE, message, iri=iri, release=site.release.number)
    )


def _find(site: Site, text: str) -> Subject:
    return find_subject(View(site.graph, site.base_iri), text)


def _several(site: Site, subject: Subject) -> web.Response:
    read = end_reader(site.graph, site.base_iri)
    listed = subject.candidates[:MAX_CANDIDATES]
    body = Candidates(
        status=HTTPStatus.MULTIPLE_CHOICES,
        detail=subject.message,
        candidates=tuple(read(entity_iri(site.base_iri, key)) for key in listed),
    )
    return json_answer(body, status=body.status)
