"""The works of the catalogue: what each record says, its identifiers, links and problems."""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, NamedTuple

import msgspec

from graph.guards import Candidate
from graph.quads import RecordHeader
from graph.work import Kind, Work
from graph.work_rows import WorkRows
from harvester.record import StagedRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecord:
    """One thing that could not be read, and where."""

    source: str
    record: str
    is_rejected: bool
    """True when the whole record could not be read."""
    reason: str
    detail: str


_AT_ONCE: Final = 10_000
"""Works asked for in one query."""
_HEADERS: Final = (
    "SELECT source, record, datestamp, harvested_at, sha256, status FROM work"
    " WHERE status <> 'rejected'"
)
_KINDS: Final[dict[str, Kind]] = {kind.value: kind for kind in Kind}


class _Rows(NamedTuple):
    """What a batch writes into each table."""

    works: list[tuple[int | str | bytearray, ...]]
    bodies: list[tuple[int, bytearray]]
    problems: list[tuple[int, str, str]]
    owns: list[tuple[int, str, int]]
    targets: list[tuple[int, int, str, str, str, int]]


class WorkTable:
    """Works and what hangs on them; one row a record: live, deleted, vanished or rejected."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._decoder = msgspec.msgpack.Decoder(Work)

    def last_seq(self) -> int:
        """The highest stage number that has been mapped."""
        return int(self._db.execute("SELECT COALESCE(MAX(seq), 0) FROM work").fetchone()[0])

    def put(self, records: Iterable[tuple[StagedRecord, WorkRows]]) -> None:
        """Keep what each record says, in place of what was there of it before.

        Args:
            records: with what was read of each; of one that is among them twice the last counts.
        """
        latest = {(each.source, each.identifier): (each, said) for each, said in records}
        known = self._known(latest)
        highest = self._db.execute("SELECT COALESCE(MAX(id), 0) FROM work").fetchone()[0]
        new_numbers = count(highest + 1)
        rows = _Rows([], [], [], [], [])
        for name, (record, said) in latest.items():
            _add(rows, known.get(name) or next(new_numbers), record, said)
        self._forget(known.values())
        insert = self._db.executemany
        insert("INSERT OR IGNORE INTO changed VALUES (?)", [row[:1] for row in rows.works])
        insert("INSERT INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", rows.works)
        insert("INSERT INTO body VALUES (?, ?)", rows.bodies)
        insert("INSERT INTO problem VALUES (?, ?, ?)", rows.problems)
        insert("INSERT OR IGNORE INTO own VALUES (?, ?, ?)", rows.owns)
        insert("INSERT INTO target VALUES (?, ?, ?, ?, ?, ?)", rows.targets)

    def _known(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Numbers of those records, by source and OAI identifier, that are here already."""
        by_source: dict[str, list[str]] = {}
        for source, record in names:
            by_source.setdefault(source, []).append(record)
        known = {}
        for source, records in by_source.items():
            rows = self._db.execute(
                "SELECT record, id FROM work WHERE source = ? AND record IN"
                " (SELECT value FROM json_each(?))",
                (source, msgspec.json.encode(records).decode()),
            )
            known.update({(source, record): number for record, number in rows})
        return known

    def _forget(self, numbers: Iterable[int]) -> None:
        """Remove works that are about to be written again, and what hangs on them.

        What they stated is kept as touched: it may mean something else without them.
        """
        rows = [(number,) for number in numbers]
        for table, was_own in (("own", 1), ("target", 0)):
            self._db.executemany(
                f"INSERT INTO touched SELECT identifier, {was_own} FROM {table} WHERE work = ?"
                " ON CONFLICT DO UPDATE SET was_own = max(was_own, excluded.was_own)",
                rows,
            )
        self._db.executemany("DELETE FROM work WHERE id = ?", rows)
        for table in ("body", "problem", "own", "target"):
            self._db.executemany(f"DELETE FROM {table} WHERE work = ?", rows)

    def shared_identifiers(self, within: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Trusted identifiers that more than one live work of a scope states, with those works.

        Args:
            within: condition on `work`, as `graph.scope.Scope.works` gives it.
        """
        yield from self._shared(f"is_trusted AND {within}")

    def shared_oai_identifiers(self, within: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        """OAI identifiers that more than one live work of a scope states, with those works."""
        yield from self._shared(f"identifier >= 'oai:' AND identifier < 'oai;' AND {within}")

    def _shared(self, condition: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        rows = self._db.execute(
            f"SELECT identifier, group_concat(work) FROM own WHERE {condition}"
            " GROUP BY identifier HAVING count(*) > 1"
        )
        for identifier, works in rows:
            yield identifier, tuple(map(int, works.split(",")))

    def candidates(self, works: Iterable[int]) -> dict[int, Candidate]:
        """What the merge rules need to know of these works."""
        found = {}
        numbers = sorted(works)
        for start in range(0, len(numbers), _AT_ONCE):
            rows = self._db.execute(
                "SELECT id, source, record, kind, doi, title, volume FROM work"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(numbers[start : start + _AT_ONCE]).decode(),),
            )
            for number, source, record, kind, doi, title, volume in rows:
                found[number] = Candidate(
                    number,
                    sys.intern(source),
                    record,
                    _KINDS[kind],
                    tuple(doi.split()),
                    tuple(title.split()),
                    volume,
                )
        return found

    def live_works(self, within: str = "1") -> Iterator[tuple[int, str, str, Kind]]:
        """Number, source, OAI identifier and kind of every live work of a scope, by name.

        Args:
            within: condition on `id`, as `graph.scope.Scope.works` gives it.
        """
        rows = self._db.execute(
            "SELECT id, source, record, kind FROM work"
            f" WHERE status = 'live' AND {within} ORDER BY source, record"
        )
        for number, source, record, kind in rows:
            yield number, source, record, Kind(kind)

    def link_targets(self, sources: Iterable[str]) -> Iterator[str]:
        """What the live works of these sources link to, written `scheme:value`, each once."""
        rows = self._db.execute(
            "SELECT DISTINCT identifier FROM target JOIN work ON work.id = target.work"
            " WHERE status = 'live' AND source IN (SELECT value FROM json_each(?))"
            " ORDER BY identifier",
            (msgspec.json.encode(list(sources)).decode(),),
        )
        for (identifier,) in rows:
            yield identifier

    def changed_entities(self) -> list[str]:
        """Keys of the entities that have a work which changed since the last merge."""
        rows = self._db.execute(
            "SELECT DISTINCT entity FROM changed CROSS JOIN work ON changed.work = id"
            " WHERE entity IS NOT NULL"
        )
        return [key for (key,) in rows]

    def own_identifiers(self, work: int) -> list[str]:
        """Trusted and OAI identifiers of a work, written `scheme:value`."""
        rows = self._db.execute(
            "SELECT identifier FROM own WHERE work = ? AND (is_trusted OR identifier GLOB 'oai:*')",
            (work,),
        )
        return [identifier for (identifier,) in rows]

    def entities(self) -> Iterator[tuple[str, list[tuple[int, Work]]]]:
        """Each entity's key with the numbers and bodies of its works.

        In the order in which their first records came, which is that of the bodies on the disk:
        in order of key, a million of them take ten times as long where the disk has to be read.
        """
        rows = self._db.execute(
            "SELECT key, id, body, n_works FROM body CROSS JOIN work ON id = body.work"
            " CROSS JOIN entity ON key = work.entity ORDER BY body.work"
        )
        for key, number, body, n_works in rows:
            if n_works == 1:
                yield key, [(number, self._decoder.decode(body))]
            elif self._first_of(key) == number:
                yield from self._entities(
                    "SELECT entity, id, body FROM work CROSS JOIN body ON body.work = id"
                    " WHERE entity = ? ORDER BY source, record",
                    key,
                )

    def _first_of(self, key: str) -> int:
        [(number,)] = self._db.execute("SELECT min(id) FROM work WHERE entity = ?", (key,))
        return int(number)

    def stale_entities(self) -> Iterator[tuple[str, list[tuple[int, Work]]]]:
        """The same of those that have to be written anew, in order of key."""
        yield from self._entities(
            "SELECT entity, id, body FROM stale CROSS JOIN work ON stale.name = entity"
            " CROSS JOIN body ON body.work = id WHERE stale.kind = 'entity'"
            " ORDER BY entity, source, record"
        )

    def _entities(self, query: str, *values: str) -> Iterator[tuple[str, list[tuple[int, Work]]]]:
        rows = self._db.execute(query, values)
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

    def body(self, number: int) -> tuple[str, Work] | None:
        """Entity key and body of a live work."""
        row = self._db.execute(
            "SELECT entity, body FROM work JOIN body ON body.work = id"
            " WHERE id = ? AND entity IS NOT NULL",
            (number,),
        ).fetchone()
        return (row[0], self._decoder.decode(row[1])) if row else None

    def number(self, source: str, record: str) -> int | None:
        """Number of the live work of a record."""
        row = self._db.execute(
            "SELECT id FROM work WHERE source = ? AND record = ? AND status = 'live'",
            (source, record),
        ).fetchone()
        return row[0] if row else None

    def name(self, number: int) -> tuple[str, str]:
        """Source and OAI identifier of a work, whether it is live or gone."""
        source, record = self._db.execute(
            "SELECT source, record FROM work WHERE id = ?", (number,)
        ).fetchone()
        return source, record

    def headers(self) -> Iterator[RecordHeader]:
        """Headers of all records but the rejected ones, by source and identifier."""
        yield from map(_header, self._db.execute(f"{_HEADERS} ORDER BY source, record"))

    def header(self, number: int) -> RecordHeader | None:
        """Header of a record; None when it was rejected."""
        row = self._db.execute(f"{_HEADERS} AND id = ?", (number,)).fetchone()
        return _header(row) if row else None

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


def _header(row: tuple[Any, ...]) -> RecordHeader:
    source, record, datestamp, harvested_at, sha256, status = row
    return RecordHeader(
        source=source,
        identifier=record,
        datestamp=datestamp,
        harvested_at=harvested_at,
        sha256=sha256,
        status=status,
    )


def _add(rows: _Rows, number: int, record: StagedRecord, said: WorkRows) -> None:
    """Add the rows of one record."""
    gone = "vanished" if record.is_vanished else "deleted"
    rows.works.append(
        (
            number,
            record.source,
            record.identifier,
            record.seq,
            said.status or gone,
            said.kind,
            said.doi,
            record.datestamp,
            record.harvested_at,
            bytearray(record.sha256),
            said.title,
            said.volume,
        )
    )
    if said.body is not None:
        rows.bodies.append((number, said.body))
    rows.problems.extend((number, *problem) for problem in said.problems)
    rows.owns.extend((number, *own) for own in said.owns)
    rows.targets.extend((number, *target) for target in said.targets)
