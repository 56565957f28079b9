"""What the API offers: each operation with its parameters and answers, declared beside its handler.

The routes, the reading of parameters and the OpenAPI document are all made from these.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeVar, get_origin

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from search.web.site import SITE

_P = TypeVar("_P", bound=Struct)
_SHOWN: Final = 40
"""Characters of a bad parameter's name that an error repeats."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of an operation that has none."""


class Pinned(Struct, frozen=True, kw_only=True):
    """The parameter that every operation takes besides its own."""

    release: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(
            description="Answer from this release or not at all: 404 when another one is served."
            " A page that is asked for by `cursor` is of the release of the first one."
        ),
    ] = None


class Answer(Struct, frozen=True, kw_only=True):
    """One answer of an operation."""

    means: str
    """When it comes, for people."""
    bodies: tuple[type[Struct], ...] = ()
    """What its JSON may be; empty when the answer says all in its headers or is a document."""
    schema: Mapping[str, Any] | None = None
    """JSON Schema of a body that is no struct."""
    is_redirect: bool = False
    """Whether it has no body and a header `Location`."""
    files: tuple[str, ...] = ()
    """Media types that it has besides JSON."""


class Operation(Struct, frozen=True, kw_only=True):
    """One address of the API."""

    name: str
    """Its `operationId`."""
    path: str
    """With `{name}` for what varies."""
    method: Literal["GET", "POST"] = "GET"
    handler: Handler
    summary: str
    description: str = ""
    query: type[Struct] = Nothing
    """The parameters; a field is required when it has no default."""
    path_parameters: type[Struct] = Nothing
    takes: Mapping[str, Mapping[str, Any]] = {}
    """JSON Schema of its body by media type; empty when it has none."""
    answers: Mapping[int, Answer]
    problems: tuple[HTTPStatus, ...] = (HTTPStatus.BAD_REQUEST,)
    """Errors besides those that every address may answer with."""


def routes_of(operations: tuple[Operation, ...]) -> list[web.RouteDef]:
    """The addresses of operations."""
    return [
        web.get(each.path, each.handler)
        if each.method == "GET"
        else web.post(each.path, each.handler)
        for each in operations
    ]


def read_query(request: web.Request, type_: type[_P]) -> _P:
    """Read the parameters of an address.

    Args:
        request: whose parameters are read.
        type_: what they are; a field that is a tuple may be given several times.

    Raises:
        HTTPBadRequest: one is unknown, given twice, or not of its type.
        HTTPNotFound: another release is served than `release` names.
    """
    lists = {
        field.encode_name: is_list(field.type)
        for declared in (type_, Pinned)
        for field in msgspec.structs.fields(declared)
    }
    raw: dict[str, object] = {}
    for name in request.query:
        if name not in lists:
            known = ", ".join(lists) or "none"
            message = f"no parameter {name[:_SHOWN]!r} here; there are: {known}"
            raise web.HTTPBadRequest(text=message)
        values = request.query.getall(name)
        if len(values) > 1 and not lists[name]:
            raise web.HTTPBadRequest(text=f"the parameter {name!r} is given {len(values)} times")
        raw[name] = values if lists[name] else values[0]
    pinned = {name: raw.pop(name) for name in ("release",) if name in raw}
    try:
        _check_release(request, msgspec.convert(pinned, Pinned, strict=False))
        return msgspec.convert(raw, type_, strict=False)
    except msgspec.ValidationError as error:
        raise web.HTTPBadRequest(text=str(error).replace("$.", "")) from error


def _check_release(request: web.Request, pinned: Pinned) -> None:
    if pinned.release is None or request.query.get("cursor", "*") not in ("", "*"):
        return
    served = request.app[SITE].release.number
    if pinned.release == served:
        return
    raise web.HTTPNotFound(
        text=f"this server answers from release {served}, not from release {pinned.release}:"
        " leave out `release`, or ask where that one is served"
    )


def is_list(declared: Any) -> bool:  # noqa: ANN401  # any annotation
    """Whether a parameter may be given several times."""
    if get_origin(declared) is Annotated:
        declared = declared.__origin__
    return get_origin(declared) is tuple
