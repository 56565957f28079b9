"""What a merge has to look at: the works that changed and all that they can touch.

Works that share an identifier, or that people judged, stand or fall together; so the scope is
closed: no work outside shares a trusted identifier with one inside, before or after the change.
The first merge has everything in its scope.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

_JOINING: Final = "({0}is_trusted OR ({0}identifier >= 'oai:' AND {0}identifier < 'oai;'))"
"""Rows of `own` whose identifier can join works, or keep one from naming either."""


class Scope:
    """Temporary tables `scope` (works) and `mentioned` (identifiers and names of records).

    Queries go from these, `CROSS JOIN`, to the tables of everything: SQLite, which knows nothing of
    their sizes, would as soon go the other way.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.is_whole = True
        """Everything is looked at."""

    def collect(self, pairs: Iterable[tuple[int, int, int]], *, is_whole: bool = False) -> bool:
        """Find out what to look at; False when nothing has changed.

        Args:
            pairs: what people judge now: two works, and 1 when they are the same.
            is_whole: look at everything in any case.
        """
        self._create()
        judged = set(pairs)
        before = set(self._db.execute("SELECT one, other, is_same FROM judged"))
        self._rejudge(judged, before)
        self.is_whole = is_whole or not self._was_merged()
        if self.is_whole:
            self._db.execute("INSERT INTO scope SELECT id FROM work")
            return True
        self._db.execute("INSERT INTO scope SELECT work FROM changed")
        self._db.executemany(
            "INSERT OR IGNORE INTO scope VALUES (?)",
            [(work,) for pair in judged ^ before for work in pair[:2]],
        )
        self._db.execute(
            f"INSERT OR IGNORE INTO scope SELECT work FROM own WHERE {_JOINING.format('')}"
            " AND identifier IN (SELECT identifier FROM touched WHERE was_own)"
        )
        self._grow()
        self._mention()
        return bool(self._db.execute("SELECT 1 FROM scope").fetchone())

    def within(self, column: str) -> str:
        """A condition that holds for what is mentioned in the scope."""
        return "1" if self.is_whole else f"{column} IN (SELECT identifier FROM mentioned)"

    def works(self, column: str) -> str:
        """A condition that holds for the works of the scope."""
        return "1" if self.is_whole else f"{column} IN (SELECT work FROM scope)"

    def among(self, works: Iterable[int]) -> list[int]:
        """Those of these works that are in the scope."""
        return [
            work
            for work in works
            if self.is_whole
            or self._db.execute("SELECT 1 FROM scope WHERE work = ?", (work,)).fetchone()
        ]

    @property
    def basis(self) -> str:
        """What the last merge went by, as `close` was told; empty before the first."""
        row = self._db.execute("SELECT value FROM note WHERE name = 'basis'").fetchone()
        return row[0] if row else ""

    def close(self, basis: str) -> None:
        """All changes are merged, by rules and settings that are told apart by `basis`."""
        self._db.execute("DELETE FROM changed")
        self._db.execute("DELETE FROM touched")
        self._db.execute("REPLACE INTO note VALUES ('basis', ?)", (basis,))
        self._create()

    def _create(self) -> None:
        for name, column in (("scope", "work INTEGER"), ("mentioned", "identifier TEXT")):
            self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
            self._db.execute(f"CREATE TEMP TABLE {name} ({column} PRIMARY KEY) WITHOUT ROWID")
        self._db.execute(
            "CREATE INDEX IF NOT EXISTS own_identifier ON own (identifier, is_trusted)"
        )
        # all of the table, for those who read it by identifier
        self._db.execute(
            "CREATE INDEX IF NOT EXISTS target_identifier"
            " ON target (identifier, kind, predicate, is_inverse)"
        )

    def _was_merged(self) -> bool:
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM entity) OR EXISTS (SELECT 1 FROM stub)"
        ).fetchone()
        return bool(row[0])

    def _rejudge(
        self, judged: set[tuple[int, int, int]], before: set[tuple[int, int, int]]
    ) -> None:
        self._db.executemany(
            "DELETE FROM judged WHERE one = ? AND other = ? AND is_same = ?", before - judged
        )
        self._db.executemany("INSERT INTO judged VALUES (?, ?, ?)", judged - before)

    def _grow(self) -> None:
        """Take in what shares an identifier, or is judged together, until nothing more comes."""
        self._db.execute("DROP TABLE IF EXISTS temp.frontier")
        self._db.execute("CREATE TEMP TABLE frontier AS SELECT work FROM scope")
        while True:
            self._db.execute("DROP TABLE IF EXISTS temp.reached")
            self._db.execute(
                "CREATE TEMP TABLE reached AS"
                " SELECT work FROM own WHERE identifier IN (SELECT identifier FROM frontier"
                f" CROSS JOIN own AS here USING (work) WHERE {_JOINING.format('here.')})"
                " UNION SELECT other FROM frontier JOIN judged ON one = work"
                " UNION SELECT one FROM frontier JOIN judged ON other = work"
            )
            self._db.execute("DELETE FROM frontier")
            self._db.execute(
                "INSERT INTO frontier SELECT work FROM reached"
                " WHERE work NOT IN (SELECT work FROM scope)"
            )
            grown = self._db.execute("INSERT INTO scope SELECT work FROM frontier").rowcount
            if grown <= 0:
                return

    def _mention(self) -> None:
        for query in (
            "SELECT identifier FROM touched",
            "SELECT identifier FROM scope CROSS JOIN own USING (work)",
            "SELECT identifier FROM changed CROSS JOIN target USING (work)",
            "SELECT 'record:' || source || ':' || record FROM scope CROSS JOIN work ON work = id",
        ):
            self._db.execute(f"INSERT OR IGNORE INTO mentioned {query}")
