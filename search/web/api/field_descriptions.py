"""What the fields of a struct mean, read from the texts that stand below them in its source."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct


@cache
def field_descriptions(struct: type[Struct]) -> dict[str, str]:
    """The texts below a struct's own and inherited fields, by the field's name in JSON."""
    names = {field.name: field.encode_name for field in msgspec.structs.fields(struct)}
    found: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        if issubclass(each, Struct) and each is not Struct:
            found |= _texts(each)
    return {names[name]: text for name, text in found.items() if name in names}


def structs_in(types: Iterable[type[Struct]]) -> tuple[type[Struct], ...]:
    """These structs and all that their fields hold, each once."""
    found: dict[type[Struct], None] = {}
    for each in types:
        _collect(msgspec.inspect.type_info(each), found)
    return tuple(found)


def _texts(struct: type[Struct]) -> dict[str, str]:
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101  # the source of a class
    return {
        field.target.id: " ".join(text.split())
        for field, below in zip(definition.body, definition.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(text := below.value.value, str)
    }


def _collect(info: msgspec.inspect.Type, found: dict[type[Struct], None]) -> None:
    if isinstance(info, msgspec.inspect.StructType):
        if info.cls in found:
            return
        found[info.cls] = None
    for part in _parts(info):
        _collect(part, found)


def _parts(info: Any) -> Iterator[msgspec.inspect.Type]:  # noqa: ANN401  # any kind of type
    match info:
        case msgspec.inspect.StructType(fields=fields):
            yield from (field.type for field in fields)
        case msgspec.inspect.VarTupleType(item_type=part) | msgspec.inspect.Metadata(type=part):
            yield part
        case msgspec.inspect.UnionType(types=parts):
            yield from parts
        case msgspec.inspect.DictType(value_type=part):
            yield part
        case _:
            pass
