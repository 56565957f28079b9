"""The API's description as OpenAPI 3.1, made from the operations that answer.

https://spec.openapis.org/oas/v3.1.0
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import msgspec
from msgspec import Struct

from search.web.answers import JSON
from search.web.api.field_descriptions import field_descriptions, structs_in
from search.web.api.operation import Answer, Operation, Pinned, is_list
from search.web.problem import PROBLEM_JSON, Problem

OPENAPI: Final = "3.1.0"
_TEXT: Final = "text/plain"
_REFERENCE: Final = "#/components/schemas/{name}"
_ANYWHERE: Final = (
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""Errors that every operation may answer with."""
_MEANINGS: Final[dict[int, str]] = {
    400: "A parameter is unknown or not of its type, or a query does not parse. An address above"
    " 32 kB is refused before it is read, with a plain text.",
    404: "The release knows nothing of it, or another one is served than `release` names.",
    406: "`Accept` takes no JSON.",
    408: "The body took too long to arrive.",
    410: "Its sources have deleted it, or the cursor is of another release.",
    413: "The query, or the body, is too long.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "A limit of the server was passed, or all its workers are busy; see `Retry-After`.",
}
_HEADERS: Final[Mapping[str, Any]] = {
    "Weft-Release": {
        "description": "Number of the release that was asked.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}

_ETAG: Final[Mapping[str, Any]] = {
    "ETag": {
        "description": "Send it as `If-None-Match`, and an answer that has not changed is 304.",
        "schema": {"type": "string"},
    },
}

Document = dict[str, Any]


def document(
    operations: Iterable[Operation], base_iri: str, title: str, examples: Mapping[str, str]
) -> Document:
    """The description of some operations.

    Args:
        operations: what there is.
        base_iri: where the paths begin; ends with a slash.
        title: name of the site.
        examples: by name of a parameter a value that this release has an answer for.
    """
    listed = tuple(operations)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"{title} API",
            "version": version("weft"),
            "description": "Read-only. Every answer is of one release, which the header"
            " `Weft-Release` numbers; a release never changes. Errors are problem details"
            " (RFC 9457).",
        },
        "servers": [{"url": base_iri.rstrip("/")}],
        "paths": {each.path: {each.method.lower(): _operation(each, examples)} for each in listed},
        "components": {"schemas": _schemas(listed)},
    }


def _operation(operation: Operation, examples: Mapping[str, str]) -> Document:
    problems = sorted({*operation.problems, *_ANYWHERE})
    content = {kind: {"schema": dict(schema)} for kind, schema in operation.takes.items()}
    return {
        **({"requestBody": {"required": True, "content": content}} if content else {}),
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [
            *_parameters(operation.path_parameters, "path", examples),
            *_parameters(operation.query, "query", examples),
            *_parameters(Pinned, "query", examples),
        ],
        "responses": {
            **{
                str(status): _answer(each, operation.method)
                for status, each in operation.answers.items()
            },
            **{str(int(status)): _problem(status) for status in problems},
        },
    }


def _parameters(
    declared: type[Struct], place: str, examples: Mapping[str, str]
) -> Iterator[Document]:
    properties = _inlined(declared).get("properties", {})
    for field in msgspec.structs.fields(declared):
        schema = dict(properties[field.encode_name])
        parameter: Document = {
            "name": field.encode_name,
            "in": place,
            "description": schema.pop("description", ""),
            "required": field.required,
        }
        if schema.get("default") in ("", None, [], ()):
            schema.pop("default", None)
        if field.encode_name in examples:
            value = examples[field.encode_name]
            parameter["example"] = [value] if is_list(field.type) else value
        yield {**parameter, "schema": schema}


def _answer(answer: Answer, method: str) -> Document:
    if answer.is_redirect:
        location = {"description": "Where it is now.", "schema": {"type": "string"}}
        return {"description": answer.means, "headers": {**_HEADERS, "Location": location}}
    schemas = [_reference(body) for body in answer.bodies]
    if answer.schema is not None:
        schemas.append(dict(answer.schema))
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {
        "description": answer.means,
        "headers": {**_HEADERS, **_ETAG} if method == "GET" else _HEADERS,
        "content": {JSON: {"schema": schema}, **{kind: {} for kind in answer.files}},
    }


def _problem(status: int) -> Document:
    content = {PROBLEM_JSON: {"schema": _reference(Problem)}}
    if status == HTTPStatus.BAD_REQUEST:
        content[_TEXT] = {"schema": {"type": "string"}}
    return {"description": _MEANINGS[status], "headers": _HEADERS, "content": content}


def _reference(body: type[Struct]) -> Document:
    return {"$ref": _REFERENCE.format(name=body.__name__)}


def _schemas(operations: Iterable[Operation]) -> Document:
    bodies = {
        body: None
        for operation in operations
        for answer in operation.answers.values()
        for body in answer.bodies
    }
    structs: list[type[Struct]] = [*bodies, Problem]
    _, components = msgspec.json.schema_components(structs, ref_template=_REFERENCE)
    for struct in structs_in(structs):
        properties = components[struct.__name__]["properties"]
        for name, description in field_descriptions(struct).items():
            properties[name] = {"description": description, **properties[name]}
    return {name: components[name] for name in sorted(components)}


@cache
def _inlined(declared: type[Struct]) -> Document:
    """The schema of a struct without references, which few readers follow in parameters."""
    (schema,), components = msgspec.json.schema_components([declared], ref_template=_REFERENCE)

    def inline(part: Any) -> Any:  # noqa: ANN401  # JSON
        if isinstance(part, list):
            return [inline(each) for each in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            found = inline(components[part["$ref"].rpartition("/")[2]])
            beside = {name: value for name, value in part.items() if name != "$ref"}
            return {**found, **beside}
        return {name: inline(value) for name, value in part.items()}

    inlined: Document = inline(schema)
    return inlined
