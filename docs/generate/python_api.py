"""The Python API: what `weft` offers to notebooks and programs, out of its docstrings."""

import inspect
from importlib import import_module
from importlib.util import find_spec
from typing import Final

_PACKAGE: Final = "weft.api"
_HEADINGS: Final = {
    "autofunction": "Functions",
    "autoclass": "Classes",
    "autoexception": "Errors",
}
"""By directive, in the order in which they are read."""
_FIRST: Final = "Release"
"""The class that everything else hangs on."""


def python_api() -> str:
    """Directives of autodoc for each public name: functions, classes, errors."""
    names = public_names()
    if not names:
        return "This version has no Python API.\n"
    package = import_module(_PACKAGE)
    kinds = {name: _kind(getattr(package, name)) for name in names}
    parts = []
    for kind, heading in _HEADINGS.items():
        of_kind = [name for name in names if kinds[name] == kind]
        if of_kind:
            parts.append(f"## {heading}\n")
            parts += [_directive(kind, name) for name in sorted(of_kind, key=_place)]
    return "\n".join(parts)


def public_names() -> tuple[str, ...]:
    """What `weft` offers; nothing where this version has no Python API."""
    if find_spec(_PACKAGE) is None:
        return ()
    return tuple(getattr(import_module(_PACKAGE), "__all__", ()))


def _place(name: str) -> tuple[bool, str]:
    return name != _FIRST, name.casefold()


def _kind(what: object) -> str:
    if inspect.isclass(what):
        return "autoexception" if issubclass(what, Exception) else "autoclass"
    return "autofunction"


def _directive(kind: str, name: str) -> str:
    options = "   :members:\n" if kind != "autofunction" else ""
    return f"```{{eval-rst}}\n.. {kind}:: weft.{name}\n{options}```\n"
