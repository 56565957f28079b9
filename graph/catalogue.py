"""`graph.db`: works, identifiers, keys and links between two builds. The only file that opens it.

Everything in it but the register of keys can be made again from the stage; the register is what
keeps an entity's IRI the same from build to build.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from graph.errors import CatalogueError
from graph.match import Candidate, Decision, RecordedDecision, trusted_identifiers
from graph.quads import RecordHeader, canonical_relation
from graph.relation import PREDICATES, SYMMETRIC
from graph.work import Identifier, Kind, Problem, Work

_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE work (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, record TEXT NOT NULL, seq INTEGER NOT NULL,
    status TEXT NOT NULL, kind TEXT NOT NULL, doi TEXT NOT NULL, datestamp TEXT NOT NULL,
    harvested_at TEXT NOT NULL, sha256 BLOB NOT NULL, body BLOB, entity TEXT,
    UNIQUE (source, record));
CREATE INDEX work_entity ON work (entity) WHERE entity IS NOT NULL;
CREATE TABLE problem (work INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX problem_work ON problem (work);
CREATE TABLE own (
    work INTEGER NOT NULL, identifier TEXT NOT NULL, is_trusted INTEGER NOT NULL,
    PRIMARY KEY (work, identifier)) WITHOUT ROWID;
CREATE TABLE target (
    work INTEGER NOT NULL, n INTEGER NOT NULL, identifier TEXT NOT NULL, kind TEXT NOT NULL,
    predicate TEXT NOT NULL, is_inverse INTEGER NOT NULL,
    PRIMARY KEY (work, n)) WITHOUT ROWID;
CREATE TABLE register (minted INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE claim (identifier TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entity (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, n_works INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE stub (key TEXT PRIMARY KEY, identifier TEXT NOT NULL, kind TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE identity (identifier TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE link (
    subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
    PRIMARY KEY (subject, predicate, object)) WITHOUT ROWID;
CREATE TABLE neighbour (key TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (key, kind))
    WITHOUT ROWID;
CREATE TABLE decision (
    rule TEXT NOT NULL, is_join INTEGER NOT NULL, evidence TEXT NOT NULL, works TEXT NOT NULL,
    at TEXT NOT NULL, is_current INTEGER NOT NULL,
    PRIMARY KEY (rule, evidence, works)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRecord:
    """A staged record after the crosswalk: its work, or why there is none."""

    header: RecordHeader
    seq: int
    work: Work | None
    rejection: Problem | None
    """Set for a live record that no crosswalk could read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecord:
    """One thing that could not be read, and where."""

    source: str
    record: str
    is_rejected: bool
    """True when the whole record could not be read."""
    reason: str
    detail: str


@contextmanager
def open_catalogue(path: Path) -> Iterator["Catalogue"]:
    """Open graph.db, making it where there is none.

    Raises:
        CatalogueError: not a database, or one that another version of Weft wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, isolation_level=None)
    except sqlite3.DatabaseError as error:
        raise CatalogueError(f"cannot open {path}: {error}") from error
    try:
        try:
            layout = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute("PRAGMA page_size = 8192")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA wal_autocheckpoint = 8192")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -32768")
            if layout == 0:
                connection.executescript(
                    f"BEGIN; {_SCHEMA} PRAGMA user_version = {_LAYOUT}; COMMIT;"
                )
        except sqlite3.DatabaseError as error:
            raise CatalogueError(f"cannot open {path}: {error}") from error
        if layout not in {0, _LAYOUT}:
            raise CatalogueError(
                f"{path} has layout {layout}, this version reads {_LAYOUT}:"
                " move it away and run `weft build`; it is made again from the stage"
            )
        yield Catalogue(connection)
    finally:
        connection.close()


class Catalogue:
    """Reads and writes graph.db. One thread, one process at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Work)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept together or not at all.

        Raises:
            CatalogueError: another process is writing.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise CatalogueError(f"cannot write graph.db: {error}") from error
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # -- mapping ------------------------------------------------------------------------------

    def last_seq(self) -> int:
        """The highest stage number that has been mapped."""
        return int(self._db.execute("SELECT COALESCE(MAX(seq), 0) FROM work").fetchone()[0])

    def put(self, records: Iterable[MappedRecord]) -> None:
        """Keep mapped records, each in place of what was there of it before; the last counts."""
        works, problems, owns, targets = [], [], [], []
        next_id = self._db.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM work").fetchone()[0]
        latest = {(each.header.source, each.header.identifier): each for each in records}
        records = list(latest.values())
        known = self._known(records)
        self._forget(known.values())
        for mapped in records:
            number = known.get((mapped.header.source, mapped.header.identifier))
            if number is None:
                number, next_id = next_id, next_id + 1
            works.append(self._work_row(number, mapped))
            if mapped.rejection:
                problems.append((number, mapped.rejection.reason, mapped.rejection.detail))
            if mapped.work:
                trusted = set(trusted_identifiers(mapped.work))
                problems += [(number, *_row(problem)) for problem in mapped.work.problems]
                owns += [(number, str(own), own in trusted) for own in mapped.work.identifiers]
                targets += [
                    (
                        number,
                        n,
                        str(link.target),
                        link.target_kind,
                        *canonical_relation(link.relation),
                    )
                    for n, link in enumerate(mapped.work.links)
                ]
        insert = self._db.executemany
        insert("REPLACE INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", works)
        insert("INSERT INTO problem VALUES (?, ?, ?)", problems)
        insert("INSERT OR IGNORE INTO own VALUES (?, ?, ?)", owns)
        insert("INSERT INTO target VALUES (?, ?, ?, ?, ?, ?)", targets)

    def _known(self, records: list[MappedRecord]) -> dict[tuple[str, str], int]:
        """Numbers of those records that the catalogue has already."""
        known = {}
        for source in {mapped.header.source for mapped in records}:
            names = [m.header.identifier for m in records if m.header.source == source]
            rows = self._db.execute(
                "SELECT record, id FROM work WHERE source = ? AND record IN"
                " (SELECT value FROM json_each(?))",
                (source, msgspec.json.encode(names).decode()),
            )
            known.update({(source, record): number for record, number in rows})
        return known

    def _forget(self, numbers: Iterable[int]) -> None:
        """Remove what hangs on works that are about to be written again."""
        rows = [(number,) for number in numbers]
        for table in ("problem", "own", "target"):
            self._db.executemany(f"DELETE FROM {table} WHERE work = ?", rows)  # noqa: S608  # from the tuple above

    def _work_row(self, number: int, mapped: MappedRecord) -> tuple[object, ...]:
        header, work = mapped.header, mapped.work
        status = "deleted" if header.is_deleted else "live" if work else "rejected"
        doi = (
            next((own.value for own in work.identifiers if own.scheme == "doi"), "") if work else ""
        )
        return (
            number, header.source, header.identifier, mapped.seq, status, work.kind if work else "",
            doi, header.datestamp, header.harvested_at, header.sha256,
            self._encoder.encode(work) if work else None,
        )  # fmt: skip

    # -- merging ------------------------------------------------------------------------------

    def shared_identifiers(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Trusted identifiers that more than one live work states, with those works."""
        yield from self._shared("is_trusted")

    def shared_oai_identifiers(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """OAI identifiers that more than one live work states, with those works."""
        yield from self._shared("identifier >= 'oai:' AND identifier < 'oai;'")

    def _shared(self, condition: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        self._db.execute("CREATE INDEX IF NOT EXISTS own_identifier ON own (identifier)")
        rows = self._db.execute(
            f"SELECT identifier, group_concat(work) FROM own WHERE {condition}"  # noqa: S608  # our own text
            " GROUP BY identifier HAVING count(*) > 1"
        )
        for identifier, works in rows:
            yield identifier, tuple(map(int, works.split(",")))

    def candidates(self, works: Iterable[int]) -> dict[int, Candidate]:
        """What the merge rules need to know of these works."""
        found = {}
        for number in works:
            source, record, kind, doi = self._db.execute(
                "SELECT source, record, kind, doi FROM work WHERE id = ?", (number,)
            ).fetchone()
            found[number] = Candidate(
                work=number, source=source, record=record, kind=Kind(kind), doi=doi
            )
        return found

    def live_works(self) -> Iterator[tuple[int, str, str, Kind]]:
        """Number, source, OAI identifier and kind of every live work, in the order of arrival."""
        rows = self._db.execute(
            "SELECT id, source, record, kind FROM work WHERE status = 'live' ORDER BY id"
        )
        for number, source, record, kind in rows:
            yield number, source, record, Kind(kind)

    def own_identifiers(self, work: int) -> list[str]:
        """Trusted and OAI identifiers of a work, written `scheme:value`."""
        rows = self._db.execute(
            "SELECT identifier FROM own WHERE work = ? AND (is_trusted OR identifier GLOB 'oai:*')",
            (work,),
        )
        return [identifier for (identifier,) in rows]

    def clear_merge(self) -> None:
        """Forget entities, stubs, links and resolutions; keys and claims stay."""
        for table in ("entity", "stub", "identity", "link", "neighbour"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  # from the tuple above
        self._db.execute("UPDATE work SET entity = NULL WHERE entity IS NOT NULL")

    def claims(self, identifiers: Iterable[str]) -> dict[str, tuple[int, str]]:
        """The key that each of these identifiers was given before, with its place by age."""
        found = {}
        for identifier in identifiers:
            row = self._db.execute(
                "SELECT register.minted, key FROM claim JOIN register USING (key)"
                " WHERE identifier = ?",
                (identifier,),
            ).fetchone()
            if row:
                found[identifier] = row
        return found

    def is_taken(self, key: str) -> bool:
        """Whether an entity or a stub of this build has the key."""
        query = "SELECT 1 FROM entity WHERE key = ?1 UNION ALL SELECT 1 FROM stub WHERE key = ?1"
        return self._db.execute(query, (key,)).fetchone() is not None

    def is_registered(self, key: str) -> bool:
        """Whether the key was ever minted."""
        row = self._db.execute("SELECT 1 FROM register WHERE key = ?", (key,)).fetchone()
        return row is not None

    def register(self, key: str) -> None:
        """Write a new key into the register, after all that are there."""
        self._db.execute("INSERT INTO register (key) VALUES (?)", (key,))

    def claim(self, identifiers: Iterable[str], key: str) -> None:
        """Remember which key stands for these identifiers, unless one does already."""
        self._db.executemany(
            "INSERT OR IGNORE INTO claim VALUES (?, ?)", [(each, key) for each in identifiers]
        )

    def claim_anew(self, identifiers: Iterable[str], key: str) -> None:
        """Let a new key stand for these identifiers, whatever stood for them before."""
        self._db.executemany(
            "REPLACE INTO claim VALUES (?, ?)", [(each, key) for each in identifiers]
        )

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

    # -- reading for a release ----------------------------------------------------------------

    def entities(self) -> Iterator[tuple[str, list[tuple[int, Work]]]]:
        """Each entity's key with the numbers and bodies of its works, in order of key."""
        rows = self._db.execute(
            "SELECT entity, id, body FROM work WHERE entity IS NOT NULL ORDER BY entity, id"
        )
        current = ""
        works: list[tuple[int, Work]] = []
        for key, number, body in rows:
            if key != current and works:
                yield current, works
                works = []
            current = key
            works.append((number, self._decoder.decode(body)))
        if works:
            yield current, works

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

    def retired_keys(self) -> Iterator[tuple[str, str | None]]:
        """Keys that no entity has any more, each with the key that took its place, if one did."""
        rows = self._db.execute(
            "SELECT register.key, min(identity.key) FROM register"
            " LEFT JOIN claim USING (key) LEFT JOIN identity USING (identifier)"
            " WHERE register.key NOT IN (SELECT key FROM entity)"
            " AND register.key NOT IN (SELECT key FROM stub) GROUP BY register.key"
        )
        yield from rows

    def headers(self) -> Iterator[RecordHeader]:
        """Headers of all live and deleted records, by source and identifier."""
        rows = self._db.execute(
            "SELECT source, record, datestamp, harvested_at, sha256, status = 'deleted' FROM work"
            " WHERE status <> 'rejected' ORDER BY source, record"
        )
        for source, record, datestamp, harvested_at, sha256, is_deleted in rows:
            yield RecordHeader(
                source=source,
                identifier=record,
                datestamp=datestamp,
                harvested_at=harvested_at,
                sha256=sha256,
                is_deleted=bool(is_deleted),
            )

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

    # -- counting -----------------------------------------------------------------------------

    def counts(self) -> "Counts":
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

    def problems(self) -> list[tuple[str, str, str, int]]:
        """Source, status of the record, reason and number of everything that could not be read."""
        return self._db.execute(
            "SELECT source, status, reason, count(*) FROM problem JOIN work ON work.id = work"
            " GROUP BY source, status, reason ORDER BY source, status, reason"
        ).fetchall()

    def problem_records(self, source: str | None) -> Iterator[ProblemRecord]:
        """Everything that could not be read, of one source or of all."""
        rows = self._db.execute(
            "SELECT source, record, status, reason, detail FROM problem"
            " JOIN work ON work.id = work WHERE ?1 IS NULL OR source = ?1"
            " ORDER BY source, record, reason",
            (source,),
        )
        for name, record, status, reason, detail in rows:
            yield ProblemRecord(
                source=name,
                record=record,
                is_rejected=status == "rejected",
                reason=reason,
                detail=detail,
            )


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


def _row(problem: Problem) -> tuple[str, str]:
    return problem.reason, problem.detail
