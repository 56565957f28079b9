"""The API for people: rows of the page `/api`, read out of the OpenAPI document. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Struct


class ParameterRow(Struct, frozen=True, kw_only=True):
    """One parameter."""

    name: str
    is_required: bool
    allows: str
    """Its type and bounds in words."""
    description: str


class AnswerRow(Struct, frozen=True, kw_only=True):
    """One status."""

    status: str
    description: str


class Group(Struct, frozen=True, kw_only=True):
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[ParameterRow, ...]
    answers: tuple[AnswerRow, ...]
    example: str
    """A path of this site that answers; empty when the document holds no example for it."""


def show(document: Mapping[str, Any]) -> tuple[Group, ...]:
    """The operations of a document, in its order."""
    return tuple(
        _group(path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    )


def _group(path: str, method: str, operation: Mapping[str, Any]) -> Group:
    return Group(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        parameters=tuple(map(_parameter, operation["parameters"])),
        answers=tuple(
            AnswerRow(status=status, description=answer["description"])
            for status, answer in operation["responses"].items()
        ),
        example=_example(path, operation["parameters"]) if method == "get" else "",
    )


def _parameter(parameter: Mapping[str, Any]) -> ParameterRow:
    return ParameterRow(
        name=parameter["name"],
        is_required=parameter["required"],
        allows=", ".join(_facts(parameter["schema"])),
        description=parameter["description"],
    )


def _facts(schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("type") == "array":
        yield "may be repeated"
        schema = {**schema["items"], **({"default": d} if (d := schema.get("default")) else {})}
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            schema = choice
    if "enum" in schema:
        yield "one of " + " ".join(map(str, schema["enum"]))
    elif "minimum" in schema or "maximum" in schema:
        yield f"{schema.get('minimum', '')} to {schema.get('maximum', '')}"
    elif "type" in schema:
        yield str(schema["type"])
    if "pattern" in schema:
        yield f"like {schema['pattern']}"
    if "default" in schema:
        yield f"default {str(schema['default']).lower()}"


def _example(path: str, parameters: list[Mapping[str, Any]]) -> str:
    """The path with the example of what it needs, or of the first parameter that has one."""
    query: dict[str, str] = {}
    for parameter in parameters:
        value = parameter.get("example")
        if value is None:
            if parameter["required"]:
                return ""
        elif parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(value), safe=""))
        elif parameter["required"] or not query:
            query[parameter["name"]] = str(value)
    return f"{path}?{urlencode(query)}" if query else path
