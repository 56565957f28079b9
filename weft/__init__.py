"""The product as a whole: command line, configuration, pipeline, sample, and the Python API.

The names of `weft.api` can be had from here, such as `weft.open`; they are loaded when they are
asked for, so that the command line starts quickly.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weft.api import *  # noqa: F403  # its __all__ says which

_API = "weft.api"
_NAMES = frozenset({
    "ApiError",
    "Compared",
    "EntityError",
    "EntityGone",
    "Explained",
    "FoundEntities",
    "FoundEntity",
    "Links",
    "LocalRelease",
    "NoSuchPlace",
    "NotInstalled",
    "NotWeft",
    "OtherRelease",
    "Release",
    "ReleaseChanged",
    "ReleaseClosed",
    "SeveralEntities",
    "Solutions",
    "UnknownEntity",
    "open",
})  # fmt: skip
"""Those of `weft.api`; written out, since to look there would load it for every other module."""

if not TYPE_CHECKING:  # a checker would take any name for one of the package

    def __getattr__(name: str) -> object:
        """A name of the Python API."""
        if name not in _NAMES:
            raise AttributeError(f"module 'weft' has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415  # only when it is needed

        return getattr(import_module(_API), name)


def __dir__() -> list[str]:
    """What the package has, the Python API included."""
    return sorted({*globals(), *_NAMES})
