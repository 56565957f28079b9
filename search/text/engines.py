"""Chooses the full-text engine: by its name to write an index, by the index's manifest to read one.

Which engine a release was written with is known to the release alone, so a changed configuration
neither breaks an old release nor needs to be known to a reader.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple

from search.text.engine import TextIndex, TextWriter
from search.text.manifest import damaged, read_manifest


class _Engine(NamedTuple):
    """What an engine's file offers; see there."""

    open_index: Callable[[Path], AbstractContextManager[TextIndex]]
    open_writer: Callable[[Path], AbstractContextManager[TextWriter]]
    can_add_to: Callable[[Path], bool]
    link_index: Callable[[Path, Path], None]


def _tantivy() -> _Engine:
    from search.text import tantivy_engine  # noqa: PLC0415  # an engine is loaded when it is used

    return _Engine(
        open_index=tantivy_engine.open_index,
        open_writer=tantivy_engine.open_writer,
        can_add_to=tantivy_engine.can_add_to,
        link_index=tantivy_engine.link_index,
    )


def _whoosh() -> _Engine:
    from search.text import whoosh_engine  # noqa: PLC0415  # as the one before

    return _Engine(
        open_index=whoosh_engine.open_index,
        open_writer=whoosh_engine.open_writer,
        can_add_to=whoosh_engine.can_add_to,
        link_index=whoosh_engine.link_index,
    )


_ENGINES: Final[dict[str, Callable[[], _Engine]]] = {"tantivy": _tantivy, "whoosh": _whoosh}
"""By the name that the engine's manifests have."""

ENGINES: Final = tuple(_ENGINES)
"""Names of the engines, the default one first."""
DEFAULT_ENGINE: Final = ENGINES[0]
"""The engine where the configuration names none."""


def open_index(path: Path) -> AbstractContextManager[TextIndex]:
    """Open the index in a directory for reading with the engine that wrote it.

    Raises:
        IndexDamaged: there is no index, or one that this version cannot read.
    """
    return _engine_of(path).open_index(path)


def open_writer(path: Path, engine: str = DEFAULT_ENGINE) -> AbstractContextManager[TextWriter]:
    """Open the index in a directory for writing, or start one there.

    Leaving without an exception commits; an exception leaves the index as it was.

    Args:
        path: the directory; made when it is not there.
        engine: a name of `ENGINES`.

    Raises:
        IndexBusy: another writer has it open.
        IndexDamaged: the directory holds an index of another engine, or one that this version
            cannot add to.
        ValueError: there is no engine of that name.
    """
    return _named(engine).open_writer(path)


def can_add_to(path: Path, engine: str = DEFAULT_ENGINE) -> bool:
    """Whether there is an index in a directory that this engine in this version can add to.

    Raises:
        ValueError: there is no engine of that name.
    """
    return _named(engine).can_add_to(path)


def link_index(parent: Path, child: Path) -> None:
    """Make a copy of an index that shares the parent's files and can be changed on its own.

    Raises:
        IndexDamaged: the parent does not say which engine wrote it.
        OSError: the child is there already, or cannot be linked.
    """
    _engine_of(parent).link_index(parent, child)


def _named(engine: str) -> _Engine:
    if engine not in _ENGINES:
        raise ValueError(f"no text engine {engine!r}, expected one of {', '.join(ENGINES)}")
    return _ENGINES[engine]()


def _engine_of(path: Path) -> _Engine:
    name = read_manifest(path).engine
    if name not in _ENGINES:
        raise damaged(path, f"it was written by {name}, which this version does not have")
    return _ENGINES[name]()
