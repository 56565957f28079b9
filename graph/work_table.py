"""The works of the catalogue: what each record says, its identifiers, links and problems."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec import Struct

from graph.match import Candidate, is_trusted
from graph.quads import RecordHeader, canonical_relation
from graph.work import Kind, Problem, Work


class MappedRecord(Struct, frozen=True, kw_only=True, gc=False):
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


class _Rows(NamedTuple):
    """What is written of one record, without the record's number."""

    work: tuple[object, ...]
    problems: list[tuple[str, str]]
    owns: list[tuple[str, bool]]
    targets: list[tuple[str, str, str, bool]]


class WorkTable:
    """Works and what hangs on them; one row a record, live, deleted or rejected."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Work)

    def last_seq(self) -> int:
        """The highest stage number that has been mapped."""
        return int(self._db.execute("SELECT COALESCE(MAX(seq), 0) FROM work").fetchone()[0])

    def put(self, records: Iterable[MappedRecord]) -> None:
        """Keep mapped records, each in place of what was there of it before; the last counts.

        Takes them one at a time: a work is let go as soon as its rows are made.
        """
        latest = {
            (mapped.header.source, mapped.header.identifier): self._rows(mapped)
            for mapped in records
        }
        known = self._known(latest)
        self._forget(known.values())
        next_id = self._db.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM work").fetchone()[0]
        works, problems, owns, targets = [], [], [], []
        for name, rows in latest.items():
            number = known.get(name)
            if number is None:
                number, next_id = next_id, next_id + 1
            works.append((number, *name, *rows.work))
            problems += [(number, *row) for row in rows.problems]
            owns += [(number, *row) for row in rows.owns]
            targets += [(number, n, *row) for n, row in enumerate(rows.targets)]
        insert = self._db.executemany
        insert("REPLACE INTO work VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", works)
        insert("INSERT INTO problem VALUES (?, ?, ?)", problems)
        insert("INSERT OR IGNORE INTO own VALUES (?, ?, ?)", owns)
        insert("INSERT INTO target VALUES (?, ?, ?, ?, ?, ?)", targets)

    def _rows(self, mapped: MappedRecord) -> _Rows:
        """A record's rows without its number in front."""
        header, work = mapped.header, mapped.work
        kept = (header.datestamp, header.harvested_at, header.sha256)
        if work is None:
            status = "deleted" if header.is_deleted else "rejected"
            why = [_row(mapped.rejection)] if mapped.rejection else []
            return _Rows((mapped.seq, status, "", "", *kept, None), why, [], [])
        doi = next((own.value for own in work.identifiers if own.scheme == "doi"), "")
        return _Rows(
            (mapped.seq, "live", work.kind, doi, *kept, self._encoder.encode(work)),
            [_row(problem) for problem in work.problems],
            [(str(own), is_trusted(own, work.kind)) for own in work.identifiers],
            [
                (str(link.target), link.target_kind, *canonical_relation(link.relation))
                for link in work.links
            ],
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
        """Remove what hangs on works that are about to be written again."""
        rows = [(number,) for number in numbers]
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


def _row(problem: Problem) -> tuple[str, str]:
    return problem.reason, problem.detail
