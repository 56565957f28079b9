"""The configuration: every table and key of `config.toml`, out of the structs that read it."""

import inspect
import re
import sys
from typing import Any, Final

import msgspec
from msgspec import Struct

import weft.config
from docs.generate.tables import code, table
from search.sparql.pool import Limits
from search.web.api.field_descriptions import field_descriptions

_NAMED: Final = re.compile(r"`\[([a-z]+(?:\.NAME)?)\]`")
"""How the docstring of a struct, or of its file, says which table it reads."""
_BOUNDS: Final = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below"))
_WORDS: Final[dict[type, str]] = {
    msgspec.inspect.StrType: "text",
    msgspec.inspect.BoolType: "true or false",
    msgspec.inspect.IntType: "whole number",
    msgspec.inspect.FloatType: "number",
    msgspec.inspect.NoneType: "nothing",
}


def tables() -> dict[str, type[Struct]]:
    """The struct of each table, in the order in which an error message names them.

    Raises:
        LookupError: a table has no struct whose docstring names it.
    """
    found: dict[str, type[Struct]] = {"sparql": Limits}
    for each in vars(weft.config).values():
        if inspect.isclass(each) and issubclass(each, Struct) and each is not Struct:
            above = sys.modules[each.__module__].__doc__
            named = _NAMED.search(each.__doc__ or "") or _NAMED.search(above or "")
            if named:
                found.setdefault(named[1], each)
    ordered = {}
    for name in weft.config._TABLES:  # noqa: SLF001  # the list that its errors name
        full = next((full for full in (name, f"{name}.NAME") if full in found), None)
        if full is None:
            raise LookupError(f"no struct in weft.config says that it reads `[{name}]`")
        ordered[full] = found[full]
    return ordered


def configuration() -> str:
    """A section a table, a row a key: meaning, type, default."""
    return "\n".join(_section(name, struct) for name, struct in tables().items())


def _section(name: str, struct: type[Struct]) -> str:
    meanings = field_descriptions(struct)
    rows = [
        (
            code(field.encode_name),
            meanings.get(field.encode_name, ""),
            _type(msgspec.inspect.type_info(field.type)),
            _default(field),
        )
        for field in msgspec.structs.fields(struct)
    ]
    return f"## `[{name}]`\n\n{table(('Key', 'Meaning', 'Type', 'Default'), rows)}"


def _default(field: Any) -> str:  # noqa: ANN401  # msgspec names no type for it
    default = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    if default is msgspec.NODEFAULT:
        return "(required)"
    return code(msgspec.json.encode(default).decode())


def _type(info: Any) -> str:  # noqa: ANN401  # any kind of type
    """What a key takes, in words."""
    match info:
        case msgspec.inspect.Metadata(type=inner):
            return _type(inner)
        case msgspec.inspect.LiteralType(values=values):
            return "one of " + ", ".join(code(f'"{value}"') for value in values)
        case msgspec.inspect.UnionType(types=types):
            return " or ".join(_type(each) for each in types)
        case (
            msgspec.inspect.VarTupleType(item_type=item) | msgspec.inspect.ListType(item_type=item)
        ):
            return f"list of {_plural(_type(item))}"
        case msgspec.inspect.DictType(value_type=value):
            return f"table: {_type(value)} by name"
        case _:
            return _WORDS[type(info)] + _limits(info)


def _limits(info: Any) -> str:  # noqa: ANN401  # any kind of type
    said = [
        f"{word} {getattr(info, name)}"
        for name, word in _BOUNDS
        if getattr(info, name, None) is not None
    ]
    pattern = getattr(info, "pattern", None)
    if pattern:
        said.append(f"like {code(pattern)}")
    return f", {' and '.join(said)}" if said else ""


def _plural(word: str) -> str:
    first, comma, rest = word.partition(",")
    return f"{first}s{comma}{rest}"
