"""Links between entities: joined by merges from what works state, read in every direction."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from graph.relation import PREDICATES, RELATIONS, SYMMETRIC
from graph.scope import Scope

_STRUCTURE: Final = tuple(
    RELATIONS[name].predicate for name in ("IsPartOf", "IsVersionOf", "IsNewVersionOf")
)
"""Relations inside one thing: they do not make a dataset a thing that "has" data."""
_BY_IDENTIFIER: Final = (
    "identity CROSS JOIN target USING (identifier) CROSS JOIN linking USING (work)"
)
"""All that works state of each other; read in order where that is all of it."""
_BY_WORK: Final = "linking CROSS JOIN target USING (work) CROSS JOIN identity USING (identifier)"
"""The same; read where a few works state it."""


class LinkTable:
    """The links in force, each with the works and positions that state it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def join(self, scope: Scope) -> tuple[set[int], set[str]]:
        """Turn stated targets into links between entities, each in canonical direction.

        Returns:
            The works whose links were joined anew, and the keys at the ends of all links that
            came or went. Both are empty when the scope is the whole.
        """
        self._collect(scope)
        if scope.is_whole:
            self._db.execute("DROP INDEX IF EXISTS link_object")
            self._db.execute("DROP INDEX IF EXISTS link_work")
            self._db.execute("DELETE FROM link")
            self._db.execute("DELETE FROM inner_link")
            self._insert(_BY_IDENTIFIER)
            self._db.execute("CREATE INDEX link_object ON link (object)")
            self._db.execute("CREATE INDEX link_work ON link (work)")
            return set(), set()
        linking = "work IN (SELECT work FROM linking)"
        triples = f"SELECT DISTINCT subject, predicate, object FROM link WHERE {linking}"
        before = set(self._db.execute(triples))
        self._db.execute(f"DELETE FROM link WHERE {linking}")
        self._db.execute(f"DELETE FROM inner_link WHERE {linking}")
        self._insert(_BY_WORK)
        after = set(self._db.execute(triples))
        works = {work for (work,) in self._db.execute("SELECT work FROM linking")}
        ends = {end for triple in before ^ after for end in (triple[0], triple[2])}
        return works, ends

    def _collect(self, scope: Scope) -> None:
        """Whose links may be others than before, with their entities, in a temporary table.

        Works that changed, that went to another entity, or whose targets did. The table is small
        beside that of the works with their bodies, for it is read all over.
        """
        for name in ("moved", "linking"):
            self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._db.execute("CREATE TEMP TABLE linking (work INTEGER PRIMARY KEY, entity TEXT)")
        if scope.is_whole:
            self._db.execute(
                "INSERT INTO linking SELECT id, entity FROM work WHERE entity IS NOT NULL"
                " ORDER BY id"
            )
            return
        self._db.execute("CREATE TEMP TABLE moved (identifier TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute(
            "INSERT INTO moved SELECT identifier FROM mentioned LEFT JOIN identity"
            " USING (identifier) LEFT JOIN former USING (identifier)"
            " WHERE identity.key IS NOT former.key"
        )
        self._db.execute(
            "INSERT INTO linking SELECT id, entity FROM (SELECT work FROM changed"
            " UNION SELECT id FROM scope CROSS JOIN work ON scope.work = id"
            " WHERE 'record:' || source || ':' || record IN (SELECT identifier FROM moved)"
            " UNION SELECT work FROM target WHERE identifier IN (SELECT identifier FROM moved))"
            " AS other CROSS JOIN work ON id = other.work"
        )

    def _insert(self, stated: str) -> None:
        symmetric = [iri for iri, name in PREDICATES.items() if name in SYMMETRIC]
        marks = ", ".join("?" * len(symmetric))
        joined = f"FROM {stated} WHERE key"
        # in the order of the table: rows that are put at its end take half as long
        self._db.execute(
            "WITH stated AS (SELECT entity AS here, predicate, key AS there, work, n,"
            f" is_inverse OR (predicate IN ({marks}) AND key < entity) AS turned"
            f" {joined} <> entity)"
            " INSERT INTO link SELECT iif(turned, there, here), predicate,"
            " iif(turned, here, there), work, n FROM stated ORDER BY 1, 2, 3, 4, 5",
            symmetric,
        )
        self._db.execute(f"INSERT INTO inner_link SELECT work, n {joined} = entity")

    def targets(self, work: int) -> dict[int, str]:
        """Entity key of each link of a work, by the link's position."""
        rows = self._db.execute(
            "SELECT n, key FROM target JOIN identity USING (identifier) WHERE work = ?", (work,)
        )
        return dict(rows.fetchall())

    def all(self) -> Iterator[tuple[str, str, str]]:
        """Subject key, predicate IRI and object key of every link once, in order of subject."""
        # the condition, which always holds, keeps SQLite to the table itself, which is in order;
        # left alone it reads a narrower index and sorts that
        yield from self._db.execute(
            "SELECT DISTINCT subject, predicate, object FROM link WHERE subject >= ''"
            " ORDER BY subject, predicate, object"
        )

    def with_predicates(self, predicates: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Subject and object keys of the links with one of these predicates."""
        marks = ", ".join("?" * len(predicates))
        yield from self._db.execute(
            f"SELECT DISTINCT subject, object FROM link WHERE predicate IN ({marks})",
            list(predicates),
        )

    def starting_at(
        self, subjects: Iterable[str], predicates: Sequence[str]
    ) -> list[tuple[str, str]]:
        """Subject and object keys of the links of these with one of these predicates."""
        marks = ", ".join("?" * len(predicates))
        return self._db.execute(
            f"SELECT DISTINCT subject, object FROM link WHERE predicate IN ({marks})"
            " AND subject IN (SELECT value FROM json_each(?))",
            [*predicates, msgspec.json.encode(list(subjects)).decode()],
        ).fetchall()

    def of(self, key: str) -> list[tuple[str, str]]:
        """Predicate IRI and object key of the links that have this subject."""
        return self._db.execute(
            "SELECT DISTINCT predicate, object FROM link WHERE subject = ?"
            " ORDER BY predicate, object",
            (key,),
        ).fetchall()

    def neighbours(self, key: str) -> list[str]:
        """Keys at the other end of all links of an entity."""
        rows = self._db.execute(
            "SELECT object FROM link WHERE subject = ?1 UNION"
            " SELECT subject FROM link WHERE object = ?1",
            (key,),
        )
        return [other for (other,) in rows]

    def neighbour_kinds(self, key: str) -> list[str]:
        """Kinds that an entity is linked to, by any relation but those inside one thing."""
        marks = ", ".join("?" * len(_STRUCTURE))
        rows = self._db.execute(
            "SELECT DISTINCT COALESCE((SELECT kind FROM entity WHERE entity.key = other),"
            " (SELECT kind FROM stub WHERE stub.key = other)) AS kind FROM ("
            f"SELECT object AS other FROM link WHERE subject = ? AND predicate NOT IN ({marks})"
            f" UNION SELECT subject FROM link WHERE object = ? AND predicate NOT IN ({marks}))"
            " ORDER BY kind",
            (key, *_STRUCTURE, key, *_STRUCTURE),
        )
        return [kind for (kind,) in rows if kind]
