"""Errors of the API as problem details: one JSON shape for every one of them.

https://www.rfc-editor.org/rfc/rfc9457
"""

from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

PROBLEM_JSON: Final = "application/problem+json"


class Position(Struct, frozen=True):
    """A place in a query; both count from 1."""

    line: int
    column: int


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, as RFC 9457 writes it."""

    title: Annotated[str, Meta(description="What the status means.")]
    status: Annotated[int, Meta(description="The HTTP status.", ge=400, le=599)]
    detail: Annotated[str, Meta(description="What was wrong with this request.")]
    position: Annotated[
        Position | None, Meta(description="Where a query does not parse; counts from 1.")
    ] = None
    iri: Annotated[str, Meta(description="Of 410: the entity that is gone.")] = ""
    release: Annotated[int | None, Meta(description="Of 410: the release that was asked.")] = None


def problem_of(
    status: int,
    detail: str,
    *,
    position: Position | None = None,
    iri: str = "",
    release: int | None = None,
) -> Problem:
    """The problem of an HTTP status; see `Problem`."""
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        position=position,
        iri=iri,
        release=release,
    )


def problem_answer(problem: Problem) -> web.Response:
    """A problem as an answer."""
    # JSON is UTF-8 always: the media type has no charset
    return web.Response(
        body=msgspec.json.encode(problem),
        status=problem.status,
        headers={"Content-Type": PROBLEM_JSON},
    )
