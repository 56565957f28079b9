"""JSON Schemas of the tools' arguments and answers, with an object at the root. Pure.

https://modelcontextprotocol.io/specification/2025-06-18/server/tools
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

_TEMPLATE: Final = "#/$defs/{name}"


def object_schema(type_: type[Struct]) -> dict[str, Any]:
    """The schema of a struct; what it refers to is in `$defs`."""
    (_,), components = msgspec.json.schema_components([type_], ref_template=_TEMPLATE)
    root: dict[str, Any] = components.pop(type_.__name__)
    return {**root, "$defs": components} if components else root
