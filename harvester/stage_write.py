"""The writing half of the stage: each function is one transaction on the one writing connection."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal, NamedTuple

from harvester.compression import train
from harvester.parse import Page, Rejected
from harvester.protocol import format_datestamp
from harvester.record import RawRecord, SourceStateName
from harvester.request import Window
from harvester.stage_schema import codec_of

SAMPLES_WANTED: Final = 300
"""Records of one prefix before its dictionary is trained; 500 gave frames 14 % smaller (measured),
but sources of fewer records would have none."""
SAMPLES_AT_MOST: Final = 500
Change = Literal["new", "changed", "unchanged"]
UNFINISHED: Final = "the last harvest has not finished"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """A window in flight as the last commit left it."""

    window_id: int
    window: Window
    token: str | None
    """Of the next page; None before the first page was committed."""
    seen: int
    """Distinct identifiers that arrived so far."""
    rejected: int
    announced: int | None
    """Largest completeListSize so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStart:
    """What a run finds when it begins."""

    covered_until: str
    """First responseDate of the last complete run; empty when everything is to be listed."""
    pending: OpenWindow | None
    """A window that an earlier run left in flight."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ends, in the stage's words."""

    state: SourceStateName
    error: str | None
    window_state: Literal["open", "complete", "incomplete"]
    """`open` leaves the window to the next run, which follows its token."""


class StageWriter:
    """Owns the writing connection; every method is called in the writer thread only."""

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        """`now` gives aware moments."""
        self._connection = connection
        self._now = now
        self._codec = codec_of(connection)
        self._dictionaries: dict[str, int] = dict(
            connection.execute("SELECT prefix, id FROM dictionary ORDER BY version")
        )
        self._samples: dict[str, int] = {}

    def begin_run(self, source: str, scope: str) -> RunStart:
        """Note that a run has begun; a new scope makes it list everything."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO source (name, scope, state) VALUES (?, ?, 'incomplete')"
                " ON CONFLICT (name) DO NOTHING",
                (source, scope),
            )
            source_id, known_scope, covered_until = connection.execute(
                "SELECT id, scope, covered_until FROM source WHERE name = ?", (source,)
            ).fetchone()
            if known_scope != scope:
                covered_until = ""
                self._close_open_windows(source_id)
            connection.execute(
                "UPDATE source SET scope = ?, covered_until = ?, state = 'incomplete', error = ?"
                " WHERE id = ?",
                (scope, covered_until, UNFINISHED, source_id),
            )
            (pending_id,) = connection.execute(
                "SELECT max(id) FROM window WHERE source_id = ? AND state = 'open'", (source_id,)
            ).fetchone()
            pending = None if pending_id is None else self._open_window(pending_id)
        return RunStart(covered_until=covered_until, pending=pending)

    def open_window(
        self, source: str, prefix: str, window: Window, first_response: str
    ) -> OpenWindow:
        """Begin a window; one that is still open is closed as incomplete."""
        with self._transaction() as connection:
            source_id = self._source_id(source)
            self._close_open_windows(source_id)
            window_id = connection.execute(
                "INSERT INTO window"
                " (source_id, prefix, from_, until, set_spec, state, first_response, opened_at)"
                " VALUES (?, ?, ?, ?, ?, 'open', ?, ?)",
                (
                    source_id,
                    prefix,
                    window.from_,
                    window.until,
                    window.set_spec,
                    first_response,
                    self._moment(),
                ),
            ).lastrowid
            assert window_id is not None  # noqa: S101  # an INSERT that returned has a row id
            return self._open_window(window_id)

    def commit_page(self, window_id: int, page: Page) -> tuple[OpenWindow, Tally]:
        """Stage a page and move its window's checkpoint behind it, in one transaction."""
        with self._transaction() as connection:
            source_id, prefix = connection.execute(
                "SELECT source_id, prefix FROM window WHERE id = ?", (window_id,)
            ).fetchone()
            place = _Place(source_id, prefix, window_id, self._moment())
            outcomes = Counter(self._stage_record(record, place) for record in page.records)
            for rejected in page.rejected:
                self._stage_rejection(rejected, place)
            connection.execute(
                "UPDATE window SET token = ?, seen = seen + ?, rejected = rejected + ?,"
                " announced = nullif(max(coalesce(announced, -1), coalesce(?, -1)), -1),"
                " first_response = CASE first_response WHEN '' THEN ? ELSE first_response END"
                " WHERE id = ?",
                (
                    page.token,
                    sum(n for outcome, n in outcomes.items() if outcome.is_first),
                    len(page.rejected),
                    page.complete_list_size,
                    page.response_date,
                    window_id,
                ),
            )
            after = self._open_window(window_id)
        self._train_if_due(prefix, len(page.records))
        return after, _tally(outcomes, n_rejected=len(page.rejected))

    def reject_page(self, window_id: int, rejected: Rejected) -> None:
        """Keep a page that cannot be read; its window is not moved."""
        with self._transaction() as connection:
            source_id, prefix = connection.execute(
                "SELECT source_id, prefix FROM window WHERE id = ?", (window_id,)
            ).fetchone()
            self._stage_rejection(rejected, _Place(source_id, prefix, window_id, self._moment()))

    def end_run(self, source: str, window_id: int | None, end: RunEnd) -> None:
        """Note how a run ended; a complete one sets where the next begins."""
        with self._transaction() as connection:
            source_id = self._source_id(source)
            connection.execute(
                "UPDATE source SET state = ?, error = ? WHERE id = ?",
                (end.state, end.error, source_id),
            )
            if end.state != "failed":
                connection.execute(
                    "UPDATE source SET last_harvest = ? WHERE id = ?", (self._moment(), source_id)
                )
            if window_id is None:
                return
            if end.window_state == "complete":
                self._complete(source_id, window_id)
            elif end.window_state == "incomplete":
                self._close_open_windows(source_id)

    def _complete(self, source_id: int, window_id: int) -> None:
        """Close the window as complete and resolve the rejections that it has superseded.

        It covers everything since the last complete window (everything at all without a `from`),
        so what was rejected in between and did not occur again has arrived intact.
        """
        self._connection.execute(
            "UPDATE rejection SET resolved_at = ?"
            " WHERE resolved_at IS NULL AND source_id = ? AND window_id <> ? AND (window_id >"
            " (SELECT coalesce(max(id), 0) FROM window WHERE source_id = ? AND state = 'complete')"
            " OR (SELECT from_ = '' FROM window WHERE id = ?)"
            " OR EXISTS (SELECT 1 FROM record WHERE record.source_id = rejection.source_id"
            "  AND record.identifier = rejection.identifier"
            "  AND record.window_id > rejection.window_id))",
            (self._moment(), source_id, window_id, source_id, window_id),
        )
        self._connection.execute(
            "UPDATE window SET state = 'complete', token = NULL, closed_at = ? WHERE id = ?",
            (self._moment(), window_id),
        )
        self._connection.execute(
            "UPDATE source SET covered_until ="
            " (SELECT first_response FROM window WHERE id = ?) WHERE id = ?",
            (window_id, source_id),
        )

    def _stage_record(self, record: RawRecord, place: "_Place") -> "_Outcome":
        connection = self._connection
        digest = sha256(record.xml).digest()
        known = connection.execute(
            "SELECT seq, sha256, deleted, window_id FROM record"
            " WHERE source_id = ? AND identifier = ?",
            (place.source_id, record.identifier),
        ).fetchone()
        is_first = known is None or known[3] != place.window_id
        if known is not None and known[1] == digest and known[2] == record.is_deleted:
            if is_first:
                connection.execute(
                    "UPDATE record SET window_id = ? WHERE seq = ?", (place.window_id, known[0])
                )
            return _Outcome("unchanged", is_first, is_tombstone=False)
        dictionary_id = self._dictionaries.get(place.prefix)
        connection.execute(
            "INSERT OR REPLACE INTO record (source_id, identifier, prefix, datestamp, deleted,"
            " sets, sha256, harvested_at, window_id, dictionary_id, xml)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                self._codec.pack(record.xml, dictionary_id),
            ),
        )
        change: Change = "new" if known is None else "changed"
        return _Outcome(change, is_first, is_tombstone=record.is_deleted)

    def _stage_rejection(self, rejected: Rejected, place: "_Place") -> None:
        """Keep what cannot be staged; the same bytes again only renew its place and time."""
        self._connection.execute(
            "INSERT INTO rejection"
            " (source_id, window_id, identifier, reason, detail, at, sha256, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (source_id, reason, identifier, sha256) DO UPDATE SET"
            " window_id = excluded.window_id, at = excluded.at, resolved_at = NULL",
            (
                place.source_id,
                place.window_id,
                rejected.identifier,
                rejected.reason,
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
        with self._transaction() as connection:
            self._dictionaries[prefix] = connection.execute(
                "INSERT INTO dictionary (prefix, version, n_samples, trained_at, content)"
                " VALUES (?, 1, ?, ?, ?) RETURNING id",
                (prefix, len(samples), self._moment(), content),
            ).fetchone()[0]
        log.info("dictionary prefix=%s samples=%d bytes=%d", prefix, len(samples), len(content))

    def _close_open_windows(self, source_id: int) -> None:
        self._connection.execute(
            "UPDATE window SET state = 'incomplete', closed_at = ?"
            " WHERE source_id = ? AND state = 'open'",
            (self._moment(), source_id),
        )

    def _open_window(self, window_id: int) -> OpenWindow:
        from_, until, set_spec, token, seen, rejected, announced = self._connection.execute(
            "SELECT from_, until, set_spec, token, seen, rejected, announced"
            " FROM window WHERE id = ?",
            (window_id,),
        ).fetchone()
        return OpenWindow(
            window_id=window_id,
            window=Window(from_=from_, until=until, set_spec=set_spec),
            token=token,
            seen=seen,
            rejected=rejected,
            announced=announced,
        )

    def _source_id(self, source: str) -> int:
        row = self._connection.execute("SELECT id FROM source WHERE name = ?", (source,)).fetchone()
        source_id: int = row[0]
        return source_id

    def _moment(self) -> str:
        return format_datestamp(self._now())

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when a page arrived."""

    source_id: int
    prefix: str
    window_id: int
    moment: str


class _Outcome(NamedTuple):
    """What staging one record did; hashable, so that a page's outcomes are counted."""

    change: Change
    is_first: bool
    """The window had not delivered the identifier before."""
    is_tombstone: bool


def _tally(outcomes: Counter[_Outcome], *, n_rejected: int) -> Tally:
    changes: Counter[Change] = Counter()
    for outcome, n in outcomes.items():
        changes[outcome.change] += n
    return Tally(
        new=changes["new"],
        changed=changes["changed"],
        unchanged=changes["unchanged"],
        deleted=sum(n for outcome, n in outcomes.items() if outcome.is_tombstone),
        rejected=n_rejected,
    )
