"""`roll.db` of a release: every entity ever published here, and in which release it last changed.

For those who take changes only, such as harvesters and crawlers: numbers of releases here, which
`graph.release.history` turns into moments. SQLite; written once, then never changed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal, NamedTuple

from graph.errors import ReleaseError

LAYOUT: Final = 1
"""Of the file; raised when it changes."""
_IN_SET: Final = {
    "": "1",
    "kind": "(kind = :value OR is_deleted AND kind = '')",
    "source": "(instr(sources, ' ' || :value || ' ') OR is_deleted AND sources = '')",
}


class Listed(NamedTuple):
    """One entity of the roll."""

    changed_in: int
    """Number of the release in which what is published of it last changed."""
    key: str
    kind: str
    """Of a deleted entity, and of its sources, the last that were known; empty when none are."""
    sources: tuple[str, ...]
    is_deleted: bool
    """Merged into another entity, or without a live record."""


class Span(NamedTuple):
    """A stretch of the roll, which is in order of change, then of key."""

    after: tuple[int, str] = (0, "")
    """Release and key of the last entity before it."""
    until: int | None = None
    """Last release of it."""
    field: Literal["", "kind", "source"] = ""
    """What `value` is of; empty: the stretch is not narrowed. An entity deleted long ago, of which
    neither kind nor sources are known, is of every kind and of every source."""
    value: str = ""


class Part(NamedTuple):
    """A part of the live entities of the roll."""

    first: tuple[int, str]
    """Release and key of its first entity."""
    changed_in: int
    """The last release in which one of them changed."""


@contextmanager
def open_roll(path: Path) -> Iterator["Roll"]:
    """Open the roll of a published release.

    Raises:
        FileNotFoundError: the release has none; versions before this file wrote none.
        ReleaseError: it is damaged, or of another version.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    # immutable: no locks, no journal, and it may lie on a disk that is read-only
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        database = sqlite3.connect(address, uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise ReleaseError(f"cannot open {path}: {error}") from error
    with closing(database):
        try:
            layout = database.execute("PRAGMA user_version").fetchone()[0]
            if layout != LAYOUT:
                raise ReleaseError(f"{path} has layout {layout}, this version reads {LAYOUT}")
            roll = Roll(database)
        except sqlite3.Error as error:
            raise ReleaseError(f"cannot open {path}: {error}") from error
        yield roll


class Roll:
    """The roll of a release. Safe to use from several threads."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._lock = Lock()
        self._parts: dict[int, tuple[Part, ...]] = {}
        self.lineage = frozenset(
            number for (number,) in self._ask("SELECT release FROM lineage", {})
        )
        """The release, and those before it back to the last that was written whole: of these the
        roll knows what changed in them."""

    def find(self, key: str) -> Listed | None:
        """One entity."""
        rows = self._ask(
            "SELECT changed_in, key, kind, sources, is_deleted FROM entity WHERE key = :key",
            {"key": key},
        )
        return _listed(rows[0]) if rows else None

    def count(self, span: Span) -> int:
        """How many entities a stretch has."""
        query = f"SELECT count(*) FROM entity WHERE {_in(span)}"
        [(total,)] = self._ask(query, _values(span))
        return int(total)

    def first(self, span: Span, limit: int) -> list[Listed]:
        """The first entities of a stretch."""
        query = (
            "SELECT changed_in, key, kind, sources, is_deleted FROM entity"
            f" WHERE {_in(span)} ORDER BY changed_in, key LIMIT :limit"
        )
        rows = self._ask(query, {**_values(span), "limit": limit})
        return [_listed(row) for row in rows]

    def every(self) -> Iterator[Listed]:
        """All entities; for one thread that has the roll for itself."""
        rows = self._db.execute(
            "SELECT changed_in, key, kind, sources, is_deleted FROM entity ORDER BY changed_in, key"
        )
        yield from map(_listed, rows)

    def parts(self, size: int) -> tuple[Part, ...]:
        """All live entities, cut into parts of `size` and what is left; reckoned once, then kept.

        A second for a million entities.
        """
        if size not in self._parts:
            ends = self._ask(
                "SELECT n, changed_in, key FROM (SELECT changed_in, key,"
                " row_number() OVER (ORDER BY changed_in, key) - 1 AS n FROM entity"
                " WHERE NOT is_deleted) WHERE n % :size IN (0, :size - 1) ORDER BY n",
                {"size": size},
            )
            [(newest,)] = self._ask("SELECT max(changed_in) FROM entity WHERE NOT is_deleted", {})
            firsts = [(release, key) for n, release, key in ends if n % size == 0]
            lasts = [release for n, release, _ in ends if n % size == size - 1]
            if len(lasts) < len(firsts):
                lasts.append(newest)
            self._parts[size] = tuple(map(Part, firsts, lasts))
        return self._parts[size]

    def live(self, first: tuple[int, str], limit: int) -> list[tuple[int, str]]:
        """Release and key of live entities, in order, from one of them on."""
        return self._ask(
            "SELECT changed_in, key FROM entity WHERE (changed_in, key) >= (:release, :key)"
            " AND NOT is_deleted ORDER BY changed_in, key LIMIT :limit",
            {"release": first[0], "key": first[1], "limit": limit},
        )

    def _ask(self, query: str, values: dict[str, str | int]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()


def _in(span: Span) -> str:
    return (
        f"(changed_in, key) > (:release, :key) AND changed_in <= :until AND {_IN_SET[span.field]}"
    )


def _values(span: Span) -> dict[str, str | int]:
    release, key = span.after
    until = span.until if span.until is not None else (1 << 62)
    return {"release": release, "key": key, "until": until, "value": span.value}


def _listed(row: tuple[int, str, str, str, int]) -> Listed:
    changed_in, key, kind, sources, is_deleted = row
    return Listed(changed_in, key, kind, tuple(sources.split()), bool(is_deleted))
