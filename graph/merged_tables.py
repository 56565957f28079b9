"""What a merge makes: entities, stubs, links, decisions. All of it is made anew each time."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.match import Decision, RecordedDecision
from graph.relation import PREDICATES, SYMMETRIC
from graph.work import Identifier, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Totals of a merge, as in release.json."""

    records: int
    entities: int
    stubs: int
    merged_entities: int
    links: int
    inner_links: int
    by_kind: dict[str, int]
    by_source: dict[str, int]


class MergedTables:
    """The entities, stubs, links and decisions of the last merge."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def clear(self) -> None:
        """Forget entities, stubs, links and resolutions; keys and claims stay."""
        for table in ("entity", "stub", "identity", "link", "neighbour"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  # from the tuple above
        self._db.execute("UPDATE work SET entity = NULL WHERE entity IS NOT NULL")

    def is_taken(self, key: str) -> bool:
        """Whether an entity or a stub of this build has the key."""
        query = "SELECT 1 FROM entity WHERE key = ?1 UNION ALL SELECT 1 FROM stub WHERE key = ?1"
        return self._db.execute(query, (key,)).fetchone() is not None

    def add_entity(self, key: str, kind: Kind, works: Iterable[int]) -> None:
        """Make an entity of these works."""
        numbers = [(key, work) for work in works]
        self._db.execute("INSERT INTO entity VALUES (?, ?, ?)", (key, kind, len(numbers)))
        self._db.executemany("UPDATE work SET entity = ? WHERE id = ?", numbers)

    def resolve_identifiers(self) -> None:
        """Find the one entity that each own identifier names; shared ones name none."""
        self._db.execute(
            "INSERT INTO identity SELECT identifier, min(entity) FROM own"
            " JOIN work ON work.id = own.work GROUP BY identifier HAVING min(entity) = max(entity)"
        )
        self._db.execute(
            "INSERT INTO identity SELECT 'record:' || source || ':' || record, entity FROM work"
            " WHERE entity IS NOT NULL"
        )

    def unresolved_targets(self) -> Iterator[tuple[str, str]]:
        """Link targets that no entity answers to, with their kind where all links agree on it."""
        rows = self._db.execute(
            "SELECT identifier, CASE WHEN count(DISTINCT nullif(kind, '')) = 1 THEN max(kind)"
            " ELSE '' END FROM target WHERE identifier NOT IN (SELECT identifier FROM identity)"
            " GROUP BY identifier ORDER BY identifier"
        )
        yield from rows.fetchall()

    def add_stub(self, key: str, identifier: str, kind: str) -> None:
        """Make an entity of a link target that no source has delivered."""
        self._db.execute("INSERT INTO stub VALUES (?, ?, ?)", (key, identifier, kind))
        self._db.execute("INSERT INTO identity VALUES (?, ?)", (identifier, key))

    def join_links(self) -> None:
        """Turn stated targets into links between entities, each once, in canonical direction."""
        symmetric = [iri for iri, name in PREDICATES.items() if name in SYMMETRIC]
        marks = ", ".join("?" * len(symmetric))
        self._db.execute(
            "WITH stated AS (SELECT entity AS here, predicate, key AS there,"  # noqa: S608  # marks are ?
            f" is_inverse OR (predicate IN ({marks}) AND key < entity) AS turned"
            " FROM target JOIN work ON work.id = target.work JOIN identity USING (identifier)"
            " WHERE key <> entity)"
            " INSERT OR IGNORE INTO link SELECT iif(turned, there, here), predicate,"
            " iif(turned, here, there) FROM stated",
            symmetric,
        )

    def find_neighbours(self, left_out: Iterable[str]) -> None:
        """Note which kinds each entity is linked to, by any predicate but those left out."""
        predicates = list(left_out)
        marks = ", ".join("?" * len(predicates))
        self._db.execute(
            "INSERT INTO neighbour"  # noqa: S608  # marks are ?
            " WITH kinds AS (SELECT key, kind FROM entity UNION SELECT key, kind FROM stub)"
            " SELECT subject, kind FROM link JOIN kinds ON key = object"
            f" WHERE predicate NOT IN ({marks}) AND kind <> '' UNION"
            " SELECT object, kind FROM link JOIN kinds ON key = subject"
            f" WHERE predicate NOT IN ({marks}) AND kind <> ''",
            predicates + predicates,
        )

    def put_decisions(self, decisions: Iterable[Decision], at: str) -> None:
        """Keep the decisions in force; one taken before keeps the time it was first taken."""
        self._db.execute("UPDATE decision SET is_current = 0")
        self._db.executemany(
            "INSERT INTO decision VALUES (?, ?, ?, ?, ?, 1)"
            " ON CONFLICT DO UPDATE SET is_current = 1",
            [
                (each.rule, each.is_join, each.evidence, ",".join(map(str, each.works)), at)
                for each in decisions
            ],
        )
        self._db.execute("DELETE FROM decision WHERE NOT is_current")

    def targets(self, work: int) -> dict[int, str]:
        """Entity key of each link of a work, by the link's position."""
        rows = self._db.execute(
            "SELECT n, key FROM target JOIN identity USING (identifier) WHERE work = ?", (work,)
        )
        return dict(rows.fetchall())

    def links(self) -> Iterator[tuple[str, str, str]]:
        """Subject key, predicate IRI and object key of every link, in order of subject."""
        yield from self._db.execute("SELECT * FROM link ORDER BY subject, predicate, object")

    def neighbour_kinds(self, key: str) -> list[str]:
        """Kinds that an entity is linked to."""
        rows = self._db.execute("SELECT kind FROM neighbour WHERE key = ? ORDER BY kind", (key,))
        return [kind for (kind,) in rows]

    def stubs(self) -> Iterator[tuple[str, Identifier, str]]:
        """Key, identifier and kind (empty when unknown) of every stub, in order of key."""
        for key, identifier, kind in self._db.execute("SELECT * FROM stub ORDER BY key"):
            scheme, _, value = identifier.partition(":")
            yield key, Identifier(scheme, value), kind

    def decisions(self) -> Iterator[RecordedDecision]:
        """The decisions in force."""
        rows = self._db.execute("SELECT rule, is_join, evidence, works, at FROM decision")
        for rule, is_join, evidence, works, at in rows.fetchall():
            names = [
                self._db.execute(
                    "SELECT source, record FROM work WHERE id = ?", (number,)
                ).fetchone()
                for number in works.split(",")
            ]
            yield RecordedDecision(
                rule=rule, is_join=bool(is_join), evidence=evidence, records=tuple(names), at=at
            )

    def counts(self) -> Counts:
        """How much of everything the last merge left."""

        def one(query: str) -> int:
            return int(self._db.execute(query).fetchone()[0])

        def table(query: str) -> dict[str, int]:
            return dict(self._db.execute(query).fetchall())

        return Counts(
            records=one("SELECT count(*) FROM work WHERE status = 'live'"),
            entities=one("SELECT count(*) FROM entity"),
            stubs=one("SELECT count(*) FROM stub"),
            merged_entities=one("SELECT count(*) FROM entity WHERE n_works > 1"),
            links=one("SELECT count(*) FROM link"),
            inner_links=one(
                "SELECT count(*) FROM target JOIN work ON work.id = target.work"
                " JOIN identity USING (identifier) WHERE key = entity"
            ),
            by_kind=table("SELECT kind, count(*) FROM entity GROUP BY kind ORDER BY kind"),
            by_source=table(
                "SELECT source, count(*) FROM work WHERE status = 'live' GROUP BY source"
            ),
        )
