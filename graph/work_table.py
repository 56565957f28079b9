"""The works of the catalogue: what each record says, its identifiers, links and problems."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import msgspec

from graph.match import Candidate, is_trusted
from graph.quads import RecordHeader, canonical_relation
from graph.work import Kind, Problem, Work
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


Reading = Work | Problem | None
"""What became of a record: its work, why no crosswalk could read it, or None when it is gone."""


class _Rows(NamedTuple):
    """What a batch writes into each table.

    Only `str`, `int` and `bytearray`: sqlite3 takes these as they are. For each `bool`, `bytes` or
    enum it first looks for an adapter, which takes longer than writing the value (measured).
    """

    works: list[tuple[int | str | bytearray | None, ...]]
    problems: list[tuple[int, str, str]]
    owns: list[tuple[int, str, int]]
    targets: list[tuple[int, int, str, str, str, int]]


class WorkTable:
    """Works and what hangs on them; one row a record: live, deleted, vanished or rejected."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Work)

    def last_seq(self) -> int:
        """The highest stage number that has been mapped."""
        return int(self._db.execute("SELECT COALESCE(MAX(seq), 0) FROM work").fetchone()[0])

    def put(self, records: Iterable[StagedRecord], read: Callable[[StagedRecord], Reading]) -> None:
        """Keep what each record says, in place of what was there of it before.

        Args:
            records: one that is among them twice is read once, as it was last.
            read: makes what is kept of a record; called for one at a time, so that a work can be
                let go as soon as its rows are made.
        """
        latest = {(record.source, record.identifier): record for record in records}
        known = self._known(latest)
        highest = self._db.execute("SELECT COALESCE(MAX(id), 0) FROM work").fetchone()[0]
        new_numbers = count(highest + 1)
        rows = _Rows([], [], [], [])
        for name, record in latest.items():
            self._add(rows, known.get(name) or next(new_numbers), record, read(record))
        self._forget(known.values())
        insert = self._db.executemany
        insert("INSERT INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", rows.works)
        insert("INSERT INTO problem VALUES (?, ?, ?)", rows.problems)
        insert("INSERT OR IGNORE INTO own VALUES (?, ?, ?)", rows.owns)
        insert("INSERT INTO target VALUES (?, ?, ?, ?, ?, ?)", rows.targets)

    def _add(self, rows: _Rows, number: int, record: StagedRecord, reading: Reading) -> None:
        """Add the rows of one record."""
        status, kind, doi, body = "vanished" if record.is_vanished else "deleted", "", "", None
        if isinstance(reading, Work):
            status, kind = "live", reading.kind.value
            doi = next((own.value for own in reading.identifiers if own.scheme == "doi"), "")
            body = bytearray(self._encoder.encode(reading))
            _add_statements(rows, number, reading)
        elif reading is not None:
            status = "rejected"
            rows.problems.append((number, reading.reason, reading.detail))
        rows.works.append(
            (
                number,
                record.source,
                record.identifier,
                record.seq,
                status,
                kind,
                doi,
                record.datestamp,
                record.harvested_at,
                bytearray(record.sha256),
                body,
            )
        )

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
        """Remove works that are about to be written again, and what hangs on them."""
        rows = [(number,) for number in numbers]
        self._db.executemany("DELETE FROM work WHERE id = ?", rows)
        for table in ("problem", "own", "target"):
            self._db.executemany(f"DELETE FROM {table} WHERE work = ?", rows)  # noqa: S608  # from the tuple above

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

    def own_identifiers(self, work: int) -> list[str]:
        """Trusted and OAI identifiers of a work, written `scheme:value`."""
        rows = self._db.execute(
            "SELECT identifier FROM own WHERE work = ? AND (is_trusted OR identifier GLOB 'oai:*')",
            (work,),
        )
        return [identifier for (identifier,) in rows]

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

    def headers(self) -> Iterator[RecordHeader]:
        """Headers of all records but the rejected ones, by source and identifier."""
        rows = self._db.execute(
            "SELECT source, record, datestamp, harvested_at, sha256, status FROM work"
            " WHERE status <> 'rejected' ORDER BY source, record"
        )
        for source, record, datestamp, harvested_at, sha256, status in rows:
            yield RecordHeader(
                source=source,
                identifier=record,
                datestamp=datestamp,
                harvested_at=harvested_at,
                sha256=sha256,
                status=status,
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


def _add_statements(rows: _Rows, number: int, work: Work) -> None:
    """Add what a work says of itself and of others, and what could not be read of it."""
    for problem in work.problems:
        rows.problems.append((number, problem.reason, problem.detail))
    for own in work.identifiers:
        rows.owns.append((number, str(own), int(is_trusted(own, work.kind))))
    for n, link in enumerate(work.links):
        predicate, is_inverse = canonical_relation(link.relation)
        rows.targets.append(
            (number, n, str(link.target), link.target_kind, predicate, int(is_inverse))
        )
