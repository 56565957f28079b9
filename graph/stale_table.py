"""What the last published release says and the catalogue does not any more, or not yet.

Merges add to it until a release is published; so a release that failed costs nothing but its time.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_PARENT: Final = "release"
_RECIPE: Final = "recipe"
_ENTITY, _RECORD, _DECISION = "entity", "record", "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The release that the stale rows are told from."""

    number: int
    recipe: str
    """What it was written with, as `graph.build.Recipe.fingerprint` gives it."""


class StaleTable:
    """Entities, records and decisions to be written anew, by key, number of the work and key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @property
    def parent(self) -> Parent | None:
        """The release that lacks only what is stale; None when all has to be written."""
        notes = dict(self._db.execute("SELECT name, value FROM note").fetchall())
        if _PARENT not in notes:
            return None
        return Parent(number=int(notes[_PARENT]), recipe=notes[_RECIPE])

    def add_entities(self, keys: Iterable[str]) -> None:
        """Entities, stubs or retired keys of which something changed."""
        self._add(_ENTITY, keys)

    def add_records(self, works: Iterable[int]) -> None:
        """Works whose record graph or header changed."""
        self._add(_RECORD, map(str, works))

    def add_decisions(self, keys: Iterable[str]) -> None:
        """Decisions that came or went."""
        self._add(_DECISION, keys)

    def everything(self) -> None:
        """Nothing of an older release can be kept."""
        self._db.execute("DELETE FROM note WHERE name IN (?, ?)", (_PARENT, _RECIPE))
        self._db.execute("DELETE FROM stale")

    def entities(self) -> Iterator[str]:
        """Keys in order."""
        yield from self._names(_ENTITY)

    @property
    def is_empty(self) -> bool:
        """Whether the parent says all that the catalogue does."""
        return self._db.execute("SELECT 1 FROM stale LIMIT 1").fetchone() is None

    @property
    def n_entities(self) -> int:
        """How many keys there are."""
        row = self._db.execute("SELECT count(*) FROM stale WHERE kind = ?", (_ENTITY,)).fetchone()
        return int(row[0])

    def records(self) -> Iterator[int]:
        """Numbers of works."""
        yield from map(int, self._names(_RECORD))

    def decisions(self) -> Iterator[str]:
        """Keys in order."""
        yield from self._names(_DECISION)

    def settle(self, release: int, recipe: str) -> None:
        """A release holds all that the catalogue says: nothing is stale."""
        self.everything()
        self._db.executemany(
            "INSERT INTO note VALUES (?, ?)", [(_PARENT, str(release)), (_RECIPE, recipe)]
        )

    def _add(self, kind: str, names: Iterable[str]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO stale VALUES (?, ?)", [(kind, name) for name in names]
        )

    def _names(self, kind: str) -> list[str]:
        rows = self._db.execute("SELECT name FROM stale WHERE kind = ? ORDER BY name", (kind,))
        return [name for (name,) in rows]
