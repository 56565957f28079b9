"""The writing half of the stage: records, rejections and their pages, a transaction each."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, NamedTuple

from harvester.answers.parse import Page, RecordHeader, Rejected
from harvester.record import RawRecord
from harvester.staging.compression import train
from harvester.staging.schema import WritingConnection, codec_of
from harvester.staging.windows import NOT_DELIVERED, OpenWindow, WindowTable

SAMPLES_WANTED: Final = 300
"""Records of one prefix before its dictionary is trained; 500 gave frames 14 % smaller (measured),
but sources of fewer records would have none."""
SAMPLES_AT_MOST: Final = 500
_STAGE_RECORDS: Final = (
    "INSERT OR REPLACE INTO record (source_id, identifier, prefix, datestamp, deleted,"
    " sets, sha256, harvested_at, window_id, dictionary_id, xml) VALUES "
)
_ROW: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ROWS_AT_A_TIME: Final = 50
"""Rows of one statement, in 3.6 us each against 5.9 us one by one (measured); older SQLites take
999 values."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the committed pages did, added up."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    """Tombstones among new and changed."""
    rejected: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Sum, field by field."""
        return Tally(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            deleted=self.deleted + other.deleted,
            rejected=self.rejected + other.rejected,
        )


class StageWriter:
    """Writes records; every method is called in the writer thread only."""

    def __init__(self, writing: WritingConnection) -> None:
        """`writing` is this process's own."""
        self._writing = writing
        self._connection = writing.connection
        self.windows = WindowTable(writing)
        self._codec = codec_of(writing.connection)
        self._dictionaries: dict[str, int] = dict(
            self._connection.execute("SELECT prefix, id FROM dictionary ORDER BY version")
        )
        self._samples: dict[str, int] = {}

    def commit_page(self, window_id: int, page: Page) -> tuple[OpenWindow, Tally]:
        """Stage a page and move its window's checkpoint behind it."""
        with self._writing.transaction():
            place = self._place(window_id)
            tally, n_first = self._stage_records(page.records, place)
            for rejected in page.rejected:
                self._stage_rejection(rejected, place)
            after = self._move(window_id, page, n_first)
        self._train_if_due(place.prefix, len(page.records))
        return after, replace(tally, rejected=len(page.rejected))

    def commit_listed(self, window_id: int, page: Page) -> tuple[OpenWindow, Tally]:
        """Remember a page's identifiers for a reconciliation; nothing of it is staged.

        Headers of deleted records are on the list as well: a harvest brings their tombstones.
        """
        with self._writing.transaction() as connection:
            place = self._place(window_id)
            before = connection.total_changes
            connection.executemany(
                "INSERT INTO listed (source_id, identifier, window_id) VALUES (?, ?, ?)"
                " ON CONFLICT (source_id, identifier) DO UPDATE SET window_id = excluded.window_id"
                " WHERE window_id <> excluded.window_id",
                [(place.source_id, header.identifier, window_id) for header in page.headers],
            )
            n_first = connection.total_changes - before
            return self._move(window_id, page, n_first), Tally()

    def arrived(self, window_id: int, headers: Sequence[RecordHeader]) -> tuple[RecordHeader, ...]:
        """Count the headers whose records are staged as delivered by the window; give the others.

        Staged means with this datestamp and this status, by whichever window.
        """
        missing, n_first = [], 0
        with self._writing.transaction() as connection:
            place = self._place(window_id)
            known = self._known(headers, place.source_id)
            rivals = self._rivals((each.window_id for each in known.values()), place)
            for header in headers:
                before = known.get(header.identifier)
                is_same = before is not None and (before.datestamp, before.deleted) == (
                    header.datestamp,
                    int(header.is_deleted),
                )
                if before is None or not is_same:
                    missing.append(header)
                elif before.is_first(place, header.datestamp, rivals):
                    connection.execute(
                        "UPDATE record SET window_id = ? WHERE seq = ?", (window_id, before.seq)
                    )
                    known[header.identifier] = before._replace(window_id=window_id)
                    n_first += 1
            connection.execute(
                "UPDATE window SET seen = seen + ? WHERE id = ?", (n_first, window_id)
            )
        return tuple(missing)

    def keep(self, window_id: int, rejected: Rejected, *, is_staged: bool) -> None:
        """Keep the bytes of a page that cannot be read, or of one that had to be mended first."""
        with self._writing.transaction():
            self._stage_rejection(rejected, self._place(window_id), is_staged=is_staged)

    def resolve(self, window_id: int, identifier: str) -> None:
        """Note that a record which could not be had has come, or is listed no longer."""
        with self._writing.transaction() as connection:
            connection.execute(
                "UPDATE rejection SET resolved_at = ? WHERE resolved_at IS NULL AND reason = ?"
                " AND identifier = ? AND source_id = (SELECT source_id FROM window WHERE id = ?)",
                (self._writing.moment(), NOT_DELIVERED, identifier, window_id),
            )

    def vanish(self, source: str, identifiers: Sequence[str]) -> None:
        """Mark records as vanished; each takes a new seq, as every change does."""
        with self._writing.transaction() as connection:
            (source_id,) = connection.execute(
                "UPDATE source SET reconciled_at = ? WHERE name = ? RETURNING id",
                (self._writing.moment(), source),
            ).fetchone()
            connection.executemany(
                "INSERT OR REPLACE INTO record (source_id, identifier, prefix, datestamp, deleted,"
                " sets, sha256, harvested_at, window_id, dictionary_id, xml)"
                " SELECT source_id, identifier, prefix, datestamp, 2, sets, sha256, harvested_at,"
                " window_id, dictionary_id, xml FROM record WHERE source_id = ? AND identifier = ?",
                [(source_id, identifier) for identifier in identifiers],
            )
            connection.execute(  # what could not be had and is listed no longer is not missing
                "UPDATE rejection SET resolved_at = ? WHERE resolved_at IS NULL AND reason = ?"
                " AND source_id = ? AND NOT EXISTS (SELECT 1 FROM listed"
                "  WHERE listed.source_id = rejection.source_id"
                "  AND listed.identifier = rejection.identifier)",
                (self._writing.moment(), NOT_DELIVERED, source_id),
            )

    def forget_listed(self, source: str) -> None:
        """Drop what a reconciliation was told."""
        with self._writing.transaction() as connection:
            connection.execute(
                "DELETE FROM listed WHERE source_id = (SELECT id FROM source WHERE name = ?)",
                (source,),
            )

    def _move(self, window_id: int, page: Page, n_first: int) -> OpenWindow:
        """Move a window's checkpoint behind a page."""
        self._connection.execute(
            "UPDATE window SET token = ?, seen = seen + ?, rejected = rejected + ?,"
            " announced = nullif(max(coalesce(announced, -1), coalesce(?, -1)), -1)"
            " WHERE id = ?",
            (page.token, n_first, len(page.rejected), page.complete_list_size, window_id),
        )
        return self.windows.window(window_id)

    def _place(self, window_id: int) -> "_Place":
        source_id, prefix, root_id = self._connection.execute(
            "SELECT source_id, prefix, coalesce(root_id, id) FROM window WHERE id = ?",
            (window_id,),
        ).fetchone()
        return _Place(source_id, prefix, window_id, root_id, self._writing.moment())

    def _rivals(self, owners: Iterable[int], place: "_Place") -> set[int]:
        """Those of these windows that are other parts of the same root.

        What one of them delivered is not counted for a second one: parts do not overlap, except
        where a repository ignores dates, and then none of them may pass for whole.
        """
        others = set(owners) - {place.window_id}
        if not others:
            return others
        rows = self._connection.execute(
            "SELECT id FROM window WHERE id IN (SELECT value FROM json_each(?))"
            " AND state IN ('open', 'complete') AND coalesce(root_id, id) = ?",
            (json.dumps(list(others)), place.root_id),
        )
        return {window_id for (window_id,) in rows}

    def _stage_records(self, records: Sequence[RawRecord], place: "_Place") -> tuple[Tally, int]:
        """Write what is new or changed; what came of it, and how many the window brings first.

        A page may list an identifier twice: the later one counts, as if on a page of its own.
        """
        known = self._known(records, place.source_id)
        rivals = self._rivals((each.window_id for each in known.values()), place)
        dictionary_id = self._dictionaries.get(place.prefix)
        rows: list[tuple[object, ...]] = []
        texts: list[bytes] = []
        met_again: list[tuple[int, int]] = []
        n_new = n_deleted = n_first = 0
        for record in records:
            digest = sha256(record.xml).digest()
            now = _Known(0, digest, int(record.is_deleted), place.window_id, record.datestamp)
            before = known.get(record.identifier)
            is_first = before is None or before.is_first(place, record.datestamp, rivals)
            n_first += is_first
            if before is not None and before[1:3] == now[1:3]:
                if is_first:
                    met_again.append((place.window_id, before.seq))
                    known[record.identifier] = now
                continue
            known[record.identifier] = now
            n_new += before is None
            n_deleted += record.is_deleted
            rows.append(
                (
                    place.source_id,
                    record.identifier,
                    place.prefix,
                    record.datestamp,
                    record.is_deleted,
                    "\n".join(record.sets),
                    digest,
                    place.moment,
                    place.window_id,
                    dictionary_id,
                )
            )
            texts.append(record.xml)
        self._connection.executemany("UPDATE record SET window_id = ? WHERE seq = ?", met_again)
        self._insert(rows, self._codec.pack_all(texts, dictionary_id))
        tally = Tally(
            new=n_new,
            changed=len(rows) - n_new,
            unchanged=len(records) - len(rows),
            deleted=n_deleted,
        )
        return tally, n_first

    def _known(
        self, records: Sequence[RawRecord | RecordHeader], source_id: int
    ) -> dict[str, "_Known"]:
        """What the stage has of a page's identifiers, asked for at once."""
        identifiers = json.dumps([record.identifier for record in records])
        rows = self._connection.execute(
            "SELECT identifier, seq, sha256, deleted, window_id, datestamp FROM record"
            " WHERE source_id = ? AND identifier IN (SELECT value FROM json_each(?))",
            (source_id, identifiers),
        )
        return {identifier: _Known(*known) for identifier, *known in rows}

    def _insert(self, rows: Sequence[tuple[object, ...]], frames: Sequence[bytes]) -> None:
        """Write rows that lack only their frames."""
        for start in range(0, len(rows), _ROWS_AT_A_TIME):
            these = slice(start, start + _ROWS_AT_A_TIME)
            pairs = zip(rows[these], frames[these], strict=True)
            self._connection.execute(
                _STAGE_RECORDS + ", ".join([_ROW] * len(rows[these])),
                [value for row, frame in pairs for value in (*row, frame)],
            )

    def _stage_rejection(
        self, rejected: Rejected, place: "_Place", *, is_staged: bool = False
    ) -> None:
        """Keep the bytes and the reason; the same bytes again only renew their place and time."""
        self._connection.execute(
            "INSERT INTO rejection"
            " (source_id, window_id, identifier, reason, staged, detail, at, sha256, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (source_id, reason, identifier, sha256) DO UPDATE SET"
            " window_id = excluded.window_id, at = excluded.at, resolved_at = NULL",
            (
                place.source_id,
                place.window_id,
                rejected.identifier,
                rejected.reason,
                is_staged,
                rejected.detail,
                place.moment,
                sha256(rejected.body).digest(),
                self._codec.pack(rejected.body),
            ),
        )

    def _train_if_due(self, prefix: str, n_records: int) -> None:
        """Train the prefix's dictionary once enough records of it are staged without one."""
        if prefix in self._dictionaries:
            return
        if prefix not in self._samples:
            n_records = self._connection.execute(
                "SELECT count(*) FROM record WHERE prefix = ? AND dictionary_id IS NULL", (prefix,)
            ).fetchone()[0]
        self._samples[prefix] = self._samples.get(prefix, 0) + n_records
        if self._samples[prefix] < SAMPLES_WANTED:
            return
        frames = self._connection.execute(
            "SELECT xml FROM record WHERE prefix = ? AND dictionary_id IS NULL AND deleted = 0"
            " ORDER BY seq DESC LIMIT ?",
            (prefix, SAMPLES_AT_MOST),
        )
        samples = [self._codec.unpack(frame) for (frame,) in frames]
        content = train(samples) if len(samples) >= SAMPLES_WANTED else None
        if content is None:
            self._samples[prefix] = 0  # try again after as many more
            return
        with self._writing.transaction() as connection:
            self._dictionaries[prefix] = connection.execute(
                "INSERT INTO dictionary (prefix, version, n_samples, trained_at, content)"
                " VALUES (?, 1, ?, ?, ?) RETURNING id",
                (prefix, len(samples), self._writing.moment(), content),
            ).fetchone()[0]
        log.info("dictionary prefix=%s samples=%d bytes=%d", prefix, len(samples), len(content))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when a page arrived."""

    source_id: int
    prefix: str
    window_id: int
    root_id: int
    moment: str


class _Known(NamedTuple):
    """A record as the stage has it."""

    seq: int
    digest: bytes
    deleted: int
    window_id: int
    datestamp: str

    def is_first(self, place: _Place, datestamp: str, rivals: set[int]) -> bool:
        """Whether the window brings it for the first time; it may bring what moved to it."""
        if self.window_id in rivals:
            return self.datestamp != datestamp
        return self.window_id != place.window_id
