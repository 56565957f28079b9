"""What merges have made so far: entities, stubs, identities, decisions; `link_table` has the links.

Each method works on what a scope holds; see `graph.scope` for the conditions it gives.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.iris import decision_key
from graph.match import Decision, RecordedDecision
from graph.scope import Scope
from graph.work import Identifier, Kind

_Name = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Totals after a merge, as in release.json."""

    records: int
    entities: int
    stubs: int
    merged_entities: int
    links: int
    inner_links: int
    kept_apart: int
    by_kind: dict[str, int]
    by_source: dict[str, int]


class MergedTables:
    """The entities, stubs and decisions in force."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # -- entities ---------------------------------------------------------------------------------

    def take_apart(self, scope: Scope) -> dict[str, str]:
        """Forget the entities of a scope's works; gives the kind of each by its key."""
        rows = self._db.execute(
            "SELECT key, kind FROM entity WHERE "
            + (
                "1"
                if scope.is_whole
                else "key IN (SELECT entity FROM scope CROSS JOIN work ON work.id = scope.work"
                " UNION SELECT held FROM mentioned CROSS JOIN claim USING (identifier))"
            )
        )
        former = dict(rows.fetchall())
        if scope.is_whole:  # made again by `resolve_identities`: in order, in a fifth of the time
            self._db.execute("DROP INDEX IF EXISTS work_entity")
        self._db.executemany("DELETE FROM entity WHERE key = ?", [(key,) for key in former])
        self._db.execute(
            f"UPDATE work SET entity = NULL WHERE entity IS NOT NULL AND {scope.works('id')}"
        )
        return former

    def is_taken(self, key: str) -> bool:
        """Whether an entity or a stub has the key."""
        query = "SELECT 1 FROM entity WHERE key = ?1 UNION ALL SELECT 1 FROM stub WHERE key = ?1"
        return self._db.execute(query, (key,)).fetchone() is not None

    def add_entity(self, key: str, kind: Kind, works: Iterable[int]) -> None:
        """Make an entity of these works."""
        numbers = [(key, work) for work in works]
        self._db.execute("INSERT INTO entity VALUES (?, ?, ?)", (key, kind, len(numbers)))
        self._db.executemany("UPDATE work SET entity = ? WHERE id = ?", numbers)

    def kind(self, key: str) -> str | None:
        """The kind of an entity; None when no entity has the key."""
        row = self._db.execute("SELECT kind FROM entity WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    # -- identities and stubs ---------------------------------------------------------------------

    def forget_identities(self, scope: Scope) -> None:
        """Forget what a scope's identifiers stand for, but for comparing it later."""
        self._db.execute("DROP TABLE IF EXISTS temp.former")
        self._db.execute(
            "CREATE TEMP TABLE former (identifier TEXT PRIMARY KEY, key TEXT) WITHOUT ROWID"
        )
        if not scope.is_whole:
            self._db.execute(
                f"INSERT INTO former SELECT * FROM identity WHERE {scope.within('identifier')}"
            )
        self._db.execute(f"DELETE FROM identity WHERE {scope.within('identifier')}")

    def resolve_identities(self, scope: Scope) -> None:
        """Find the one entity that each own identifier names; shared ones name none."""
        self._db.execute(
            "CREATE INDEX IF NOT EXISTS work_entity ON work (entity) WHERE entity IS NOT NULL"
        )
        self._db.execute(
            "INSERT INTO identity SELECT identifier, min(entity) FROM own"
            f" JOIN work ON work.id = own.work WHERE {scope.within('identifier')}"
            " GROUP BY identifier HAVING min(entity) = max(entity)"
        )
        self._db.execute(
            "INSERT INTO identity SELECT 'record:' || source || ':' || record, entity FROM work"
            f" WHERE entity IS NOT NULL AND {scope.works('id')}"
        )

    def owners(self, identifier: str) -> list[tuple[int, str | None]]:
        """Number and entity of every live work that states an identifier as its own."""
        return self._db.execute(
            "SELECT id, entity FROM own JOIN work ON work.id = own.work WHERE identifier = ?",
            (identifier,),
        ).fetchall()

    def is_target(self, identifier: str) -> bool:
        """Whether a live work links to an identifier."""
        row = self._db.execute(
            "SELECT 1 FROM target WHERE identifier = ? LIMIT 1", (identifier,)
        ).fetchone()
        return row is not None

    def forget_stubs(self, scope: Scope) -> dict[str, str]:
        """Forget the stubs of a scope; gives the kind of each by its key."""
        condition = scope.within("identifier")
        former = dict(self._db.execute(f"SELECT key, kind FROM stub WHERE {condition}").fetchall())
        self._db.execute(f"DELETE FROM stub WHERE {condition}")
        return former

    def unresolved_targets(self, scope: Scope) -> Iterator[tuple[str, str]]:
        """Link targets that no entity answers to, with their kind where all links agree on it."""
        rows = self._db.execute(
            "SELECT identifier, CASE WHEN count(DISTINCT nullif(kind, '')) = 1 THEN max(kind)"
            " ELSE '' END FROM target WHERE identifier NOT IN (SELECT identifier FROM identity)"
            f" AND {scope.within('identifier')} GROUP BY identifier ORDER BY identifier"
        )
        yield from rows.fetchall()

    def keep_stub(self, key: str, identifier: str) -> None:
        """Let a stub keep its key while entities choose theirs; `settle_stub` completes it."""
        self._db.execute("INSERT INTO stub VALUES (?, ?, '')", (key, identifier))

    def settle_stub(self, key: str, identifier: str, kind: str) -> None:
        """Make an entity of a link target that no source has delivered."""
        self._db.execute(
            "INSERT INTO stub VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET kind = ?3",
            (key, identifier, kind),
        )
        self._db.execute("INSERT INTO identity VALUES (?, ?)", (identifier, key))

    def stub_key(self, identifier: str) -> str | None:
        """The key of the stub of an identifier."""
        row = self._db.execute(
            "SELECT key FROM stub WHERE identifier = ?", (identifier,)
        ).fetchone()
        return row[0] if row else None

    def stubs(self) -> Iterator[tuple[str, Identifier, str]]:
        """Key, identifier and kind (empty when unknown) of every stub, in order of key."""
        for key, identifier, kind in self._db.execute("SELECT * FROM stub ORDER BY key"):
            scheme, _, value = identifier.partition(":")
            yield key, Identifier(scheme, value), kind

    def stub(self, key: str) -> tuple[Identifier, str] | None:
        """Identifier and kind of the stub with a key."""
        row = self._db.execute("SELECT identifier, kind FROM stub WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        scheme, _, value = row[0].partition(":")
        return Identifier(scheme, value), row[1]

    # -- decisions --------------------------------------------------------------------------------

    def put_decisions(
        self, decisions: Sequence[Decision], names: dict[int, _Name], at: str, scope: Scope
    ) -> set[str]:
        """Keep the decisions on a scope's works; one taken before keeps the time of the first time.

        Args:
            decisions: on works of the scope.
            names: source and OAI identifier of each work named in a decision.
            at: when they were taken, if they are new.
            scope: what was looked at.

        Returns:
            Keys of the decisions that came or went.
        """
        in_scope = f"SELECT decision FROM decided WHERE {scope.works('work')}"
        former = {
            key
            for (key,) in self._db.execute(f"SELECT key FROM decision WHERE key IN ({in_scope})")
        }
        self._db.executemany("DELETE FROM decision WHERE key = ?", [(key,) for key in former])
        self._db.execute(f"DELETE FROM decided WHERE {scope.works('work')}")
        keys = set()
        for each in decisions:
            key = decision_key(each.rule, each.evidence, [names[work] for work in each.works])
            keys.add(key)
            works = ",".join(map(str, each.works))
            self._db.execute(
                "INSERT OR IGNORE INTO decision VALUES (?, ?, ?, ?, ?)",
                (key, each.rule, each.is_join, each.evidence, works),
            )
            self._db.execute("INSERT OR IGNORE INTO taken VALUES (?, ?)", (key, at))
            self._db.executemany(
                "INSERT OR IGNORE INTO decided VALUES (?, ?)", [(work, key) for work in each.works]
            )
        return keys ^ former

    def decisions(self) -> Iterator[RecordedDecision]:
        """The decisions in force, in order of key."""
        keys = self._db.execute("SELECT key FROM decision ORDER BY key").fetchall()
        for (key,) in keys:
            if decision := self.decision(key):
                yield decision

    def decision(self, key: str) -> RecordedDecision | None:
        """The decision with a key, if it is in force."""
        row = self._db.execute(
            "SELECT rule, is_join, evidence, works, at FROM decision"
            " JOIN taken ON taken.decision = key WHERE key = ?",
            (key,),
        ).fetchone()
        if row is None:
            return None
        rule, is_join, evidence, works, at = row
        names = [
            self._db.execute("SELECT source, record FROM work WHERE id = ?", (number,)).fetchone()
            for number in works.split(",")
        ]
        return RecordedDecision(
            rule=rule, is_join=bool(is_join), evidence=evidence, records=tuple(names), at=at
        )

    # -- totals -----------------------------------------------------------------------------------

    @property
    def n_entities(self) -> int:
        """How many entities there are, stubs not counted."""
        return int(self._db.execute("SELECT count(*) FROM entity").fetchone()[0])

    def counts(self) -> Counts:
        """How much of everything there is."""

        def one(query: str) -> int:
            return int(self._db.execute(query).fetchone()[0])

        def table(query: str) -> dict[str, int]:
            return dict(self._db.execute(query).fetchall())

        by_source = table("SELECT source, count(*) FROM work WHERE status = 'live' GROUP BY source")
        return Counts(
            records=sum(by_source.values()),
            entities=self.n_entities,
            stubs=one("SELECT count(*) FROM stub"),
            merged_entities=one("SELECT count(*) FROM entity WHERE n_works > 1"),
            links=one(
                "SELECT count(*) FROM (SELECT DISTINCT subject, predicate, object FROM link)"
            ),
            inner_links=one("SELECT count(*) FROM inner_link"),
            kept_apart=one("SELECT count(*) FROM decision WHERE NOT is_join"),
            by_kind=table("SELECT kind, count(*) FROM entity GROUP BY kind ORDER BY kind"),
            by_source=by_source,
        )
