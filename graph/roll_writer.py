"""Writes the roll of a release, see `graph.roll`: whole, or as changes to that of its parent."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from shutil import copyfile
from typing import Final

from graph.entity import Entity
from graph.errors import ReleaseError
from graph.roll import LAYOUT, Listed, open_roll

_log = logging.getLogger(__name__)

_SCHEMA: Final = f"""
CREATE TABLE entity (
    changed_in INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    sources TEXT NOT NULL, face INTEGER NOT NULL, is_deleted INTEGER NOT NULL,
    PRIMARY KEY (changed_in, key)) WITHOUT ROWID;
CREATE TABLE lineage (release INTEGER PRIMARY KEY);
PRAGMA user_version = {LAYOUT};
"""
_PUT: Final = (
    "INSERT INTO entity VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (key) DO UPDATE SET"
    " changed_in = excluded.changed_in, kind = excluded.kind, sources = excluded.sources,"
    " face = excluded.face, is_deleted = 0"
)
_DELETED: Final = "INSERT OR IGNORE INTO entity VALUES (?, ?, ?, ?, 0, 1)"
_AT_ONCE: Final = 1000
"""Rows written by one statement."""
_UNKNOWN: Final = ""
"""Kind and sources of a deleted entity of which neither is known any more."""


@contextmanager
def open_roll_writer(path: Path, release: int, parent: Path | None) -> Iterator["RollWriter"]:
    """Write the roll of a release, as changes to that of its parent where there is one.

    Args:
        path: the new file.
        release: number of the release that it belongs to.
        parent: roll of the release that this one starts from; None when all is written anew.

    Raises:
        ReleaseError: it cannot be written, or the parent's cannot be read.
    """
    with _telling(path):
        if parent is not None:
            copyfile(parent, path)
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(database):
        with _telling(path):
            # a release that is not whole is thrown away: nothing has to be rolled back
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            if parent is None:
                database.executescript(_SCHEMA)
            database.execute("BEGIN")
            database.execute("INSERT INTO lineage VALUES (?)", (release,))
        writer = RollWriter(database, path, release)
        yield writer
        writer.flush()
        with _telling(path):
            database.execute("COMMIT")
    with _telling(path):
        path.chmod(0o444)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say which file it is that cannot be written."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise ReleaseError(f"cannot write {path}: {error}") from error


class RollWriter:
    """The roll of a release that is being written. One thread at a time.

    Every method raises ReleaseError when the file cannot be written.
    """

    def __init__(self, database: sqlite3.Connection, path: Path, release: int) -> None:
        self._db = database
        self._path = path
        self._release = release
        self._rows: list[tuple[int, str, str, str, int]] = []

    def add(self, entity: Entity) -> None:
        """An entity is published as it was not before."""
        self._rows.append(
            (self._release, entity.key, entity.kind.value, _sources(entity), _face(entity))
        )
        if len(self._rows) >= _AT_ONCE:
            self.flush()

    def is_known_by(self, entity: Entity) -> bool:
        """Whether the roll has an entity as those see it that link to it: kind, title, names."""
        with _telling(self._path):
            row = self._db.execute(
                "SELECT face FROM entity WHERE key = ? AND NOT is_deleted", (entity.key,)
            ).fetchone()
        return row is not None and row[0] == _face(entity)

    def touch(self, keys: Iterable[str]) -> None:
        """Something changed in what is published of these, as far as they are live entities."""
        self._write(
            "UPDATE entity SET changed_in = ? WHERE key = ? AND NOT is_deleted",
            ((self._release, key) for key in keys),
        )

    def delete(self, keys: Iterable[str]) -> None:
        """No entities have these keys any more; keys that never had one are left out."""
        self._write(
            "UPDATE entity SET is_deleted = 1, changed_in = ? WHERE key = ? AND NOT is_deleted",
            ((self._release, key) for key in keys),
        )

    def retire(self, keys: Iterable[str]) -> None:
        """These keys stand for nothing any more; they are deleted, known or not."""
        retired = list(keys)
        self.delete(retired)
        self._write(_DELETED, ((self._release, key, _UNKNOWN, _UNKNOWN) for key in retired))

    def delete_missing(self, former: Path) -> None:
        """What the roll of another release has and this one has not, when all is in, is deleted."""
        self._write(
            _DELETED,
            (
                (self._release, key, kind, _joined(sources))
                for _, key, kind, sources, _ in _former(former)
            ),
        )

    def flush(self) -> None:
        """Write what has been added so far."""
        with _telling(self._path):
            self._db.executemany(_PUT, self._rows)
        self._rows.clear()

    def _write(self, statement: str, rows: Iterable[tuple[str | int, ...]]) -> None:
        self.flush()
        with _telling(self._path):
            self._db.executemany(statement, rows)


def _former(path: Path) -> Iterator[Listed]:
    """The entities of another roll as far as it can be read.

    Writing everything anew is the way out of damage, so it must not stop here.
    """
    try:
        with open_roll(path) as roll:
            yield from roll.every()
    except (ReleaseError, sqlite3.Error) as error:
        _log.warning("former roll left out: %s", error)


def _joined(sources: Iterable[str]) -> str:
    """Names between blanks, which no name holds, so that each can be found in the text."""
    names = " ".join(sources)
    return f" {names} " if names else _UNKNOWN


def _sources(entity: Entity) -> str:
    works = entity.works
    if len(works) == 1:  # most have one
        return f" {works[0].source} "
    return _joined(dict.fromkeys(work.source for work in works))


def _face(entity: Entity) -> int:
    """Differs when those that link to an entity describe it in other words."""
    title = entity.title.value if entity.title else ""
    names = [f"{each.scheme}:{each.value}" for each in entity.identifiers]
    text = "\n".join((entity.kind.value, title, *names)).encode(errors="replace")
    return int.from_bytes(blake2b(text, digest_size=7).digest(), "big")
