"""The raw records of all sources with their checkpoints: `stage.db`.

Writes pass through one thread that owns the one writing connection; reads are synchronous, each
on a connection of its own, and never wait for a write.
"""

import asyncio
import fcntl
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path
from typing import Final, TypeVar

from harvester.answers.parse import Page, RecordHeader, Rejected
from harvester.errors import StorageError
from harvester.protocol import Verb
from harvester.record import Rejection, SourceState, StagedRecord
from harvester.staging.compression import Codec
from harvester.staging.lookup import Lookup, commit_lookups, read_headers, read_lookups
from harvester.staging.schema import (
    WritingConnection,
    codec_of,
    connect,
    prepare,
    storage_errors,
)
from harvester.staging.windows import OpenWindow, RootCounts, RunEnd, RunStart
from harvester.staging.write import StageWriter, Tally
from harvester.window import Window

__all__ = [
    "Lookup",
    "OpenWindow",
    "RootCounts",
    "RunEnd",
    "RunStart",
    "SourceState",
    "Stage",
    "Tally",
    "open_stage",
]

T = TypeVar("T")

_LIVE, _DELETED, _VANISHED = 0, 1, 2
_ROWS_AT_A_TIME: Final = 256
"""Rows fetched in one go; bounds the memory of a reader (guessed)."""
_RECORD: Final = (
    "SELECT source.name, identifier, prefix, datestamp, deleted, sets, sha256, dictionary_id, xml,"
    " harvested_at, seq FROM record JOIN source ON source.id = record.source_id "
)


class Stage:
    """An open stage; `open_stage` makes it."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        """Remember where the stage is; nothing is opened yet."""
        self.path = path
        self._door = _WriterDoor(path, now)
        self._point_reads = _PointReads(path)

    # Reading

    def records(self, *, source: str | None = None, after_seq: int = 0) -> Iterator[StagedRecord]:
        """Stream the records with `seq` above `after_seq`, in the order of `seq`.

        One consistent picture, taken at the first step; memory stays bounded. Tombstones are
        among them (`is_deleted`).

        Args:
            source: name of one source; None for all.
            after_seq: last number already known; 0 for everything.

        Raises:
            StorageError: the file cannot be read.
        """
        condition, arguments = "WHERE seq > ? ORDER BY seq", [after_seq]
        with storage_errors(self.path), closing(connect(self.path)) as connection:
            if source is not None:
                row = connection.execute(
                    "SELECT id FROM source WHERE name = ?", (source,)
                ).fetchone()
                if row is None:
                    return
                condition, arguments = f"WHERE source_id = ? AND {condition[6:]}", [*row, after_seq]
            codec = codec_of(connection)
            rows = connection.execute(_RECORD + condition, arguments)
            while block := rows.fetchmany(_ROWS_AT_A_TIME):
                for row in block:
                    yield _staged_record(row, codec)

    def record(self, source: str, identifier: str) -> StagedRecord | None:
        """The record with this OAI identifier, None when the stage has none."""
        with self._point_reads.opened() as (connection, codec):
            row = connection.execute(
                _RECORD + "WHERE source.name = ? AND identifier = ?", (source, identifier)
            ).fetchone()
            return None if row is None else _staged_record(row, codec)

    def scope(self, source: str) -> str:
        """What the source's records were asked with; empty when it was never harvested."""
        with self._point_reads.opened() as (connection, _):
            row = connection.execute(
                "SELECT scope FROM source WHERE name = ?", (source,)
            ).fetchone()
            return "" if row is None else str(row[0])

    def unlisted(self, source: str) -> list[str]:
        """Identifiers of the live records that the reconciliation in progress was not told of."""
        with self._point_reads.opened() as (connection, _):
            rows = connection.execute(
                "SELECT identifier FROM record JOIN source ON source.id = record.source_id"
                " WHERE source.name = ? AND deleted = 0 AND NOT EXISTS (SELECT 1 FROM listed"
                "  WHERE listed.source_id = record.source_id"
                "  AND listed.identifier = record.identifier) ORDER BY seq",
                (source,),
            )
            return [identifier for (identifier,) in rows]

    def covered_until(self, source: str) -> str:
        """The moment up to which the source's windows reach; empty when it was never listed."""
        with self._point_reads.opened() as (connection, _):
            row = connection.execute(
                "SELECT covered_until FROM source WHERE name = ?", (source,)
            ).fetchone()
            return "" if row is None else str(row[0])

    def last_seq(self) -> int:
        """The largest `seq`, 0 in an empty stage."""
        with self._point_reads.opened() as (connection, _):
            seq: int = connection.execute("SELECT coalesce(max(seq), 0) FROM record").fetchone()[0]
            return seq

    def headers(self, source: str) -> Iterator[tuple[str, str, bool]]:
        """Identifier and datestamp of every record of a source, and whether it is gone.

        The stage is read while the iterator is: take it to its end before waiting for anything.
        """
        return read_headers(self.path, source)

    def lookups(self, source: str, keys: Sequence[str]) -> dict[str, Lookup]:
        """What a companion is known to have or not to have of these keys, by key."""
        with self._point_reads.opened() as (connection, _):
            return read_lookups(connection, source, keys)

    def source_states(self) -> dict[str, SourceState]:
        """State and counts of every source that was ever harvested, by name."""
        with self._point_reads.opened() as (connection, _):
            connection.execute("BEGIN")  # one picture for all counts
            try:
                return _source_states(connection)
            finally:
                connection.execute("COMMIT")

    def rejections(
        self, source: str | None = None, *, with_mended: bool = False
    ) -> Iterator[Rejection]:
        """Stream what could not be staged and has not arrived intact since, oldest first.

        Args:
            source: name of one source; None for all.
            with_mended: pages that could be staged after mending as well.
        """
        with storage_errors(self.path), closing(connect(self.path)) as connection:
            rows = connection.execute(
                "SELECT source.name, identifier, reason, detail, at, rejection.id FROM rejection"
                " JOIN source ON source.id = rejection.source_id"
                " WHERE resolved_at IS NULL AND (?1 IS NULL OR source.name = ?1)"
                " AND staged <= ?2"
                " ORDER BY rejection.id",
                (source, with_mended),
            )
            while block := rows.fetchmany(_ROWS_AT_A_TIME):
                for name, identifier, reason, detail, at, rejection_id in block:
                    yield Rejection(
                        source=name,
                        identifier=identifier,
                        reason=reason,
                        detail=detail,
                        at=at,
                        rejection_id=rejection_id,
                    )

    def rejected_bytes(self, rejection_id: int) -> bytes:
        """The bytes behind a rejection, as they arrived.

        Raises:
            KeyError: there is no rejection with this number.
        """
        with self._point_reads.opened() as (connection, codec):
            row = connection.execute(
                "SELECT body FROM rejection WHERE id = ?", (rejection_id,)
            ).fetchone()
            if row is None:
                raise KeyError(rejection_id)
            return codec.unpack(row[0])

    # Writing. Each call hands its job to the writer thread at once; what it returns is to be
    # awaited. A job whose waiter is cancelled is either done whole or not begun.

    def claim(self) -> "asyncio.Future[None]":
        """Become the stage's writer, which the first write does as well.

        Raises:
            StorageError: when awaited, if another process is writing to this stage.
        """
        return self._door.submit(lambda _: None)

    def begin_run(self, source: str, scope: str) -> "asyncio.Future[RunStart]":
        """Note that a harvest of `source` begins.

        Args:
            source: its name.
            scope: address, prefix and sets as one text; a changed one makes the run list
                everything.

        Raises:
            StorageError: when awaited, if another process is writing to this stage.
        """
        return self._door.submit(lambda writer: writer.windows.begin_run(source, scope))

    def plan(
        self,
        source: str,
        prefix: str,
        windows: Sequence[Window],
        *,
        planned_at: str,
        verb: Verb = Verb.LIST_RECORDS,
    ) -> "asyncio.Future[tuple[OpenWindow, ...]]":
        """Open root windows of `source`.

        Args:
            source: its name.
            prefix: metadata prefix asked for.
            windows: what is asked for, one for each list.
            planned_at: the repository's clock; the next run begins there.
            verb: ListIdentifiers for a reconciliation, which moves no mark.
        """
        return self._door.submit(
            lambda writer: writer.windows.plan(source, verb, prefix, windows, planned_at)
        )

    def replace(
        self, window_id: int, parts: Sequence[Window]
    ) -> "asyncio.Future[tuple[OpenWindow, ...]]":
        """Open windows in the place of one: its parts, or itself to be listed anew."""
        return self._door.submit(lambda writer: writer.windows.replace(window_id, parts))

    def reopen_root(self, root_id: int, window: Window) -> "asyncio.Future[OpenWindow]":
        """List a root anew as one window, in the place of all its parts."""
        return self._door.submit(lambda writer: writer.windows.reopen_root(root_id, window))

    def commit_page(self, window_id: int, page: Page) -> "asyncio.Future[tuple[OpenWindow, Tally]]":
        """Stage a page and move the window's checkpoint behind it, in one transaction."""
        return self._door.submit(lambda writer: writer.commit_page(window_id, page))

    def commit_lookups(
        self, window_id: int, page: Page, lookups: Sequence[Lookup]
    ) -> "asyncio.Future[Tally]":
        """Stage what a companion answered and note what it was asked for."""
        return self._door.submit(lambda writer: commit_lookups(writer, window_id, page, lookups))

    def commit_listed(
        self, window_id: int, page: Page
    ) -> "asyncio.Future[tuple[OpenWindow, Tally]]":
        """Remember a page's identifiers for a reconciliation and move the checkpoint."""
        return self._door.submit(lambda writer: writer.commit_listed(window_id, page))

    def arrived(
        self, window_id: int, headers: Sequence[RecordHeader]
    ) -> "asyncio.Future[tuple[RecordHeader, ...]]":
        """Count the headers whose records are staged as the window's; give the others."""
        return self._door.submit(lambda writer: writer.arrived(window_id, headers))

    def keep(
        self, window_id: int, rejected: Rejected, *, is_staged: bool = False
    ) -> "asyncio.Future[None]":
        """Keep a page that cannot be read; with `is_staged` one that could, after mending."""
        return self._door.submit(
            lambda writer: writer.keep(window_id, rejected, is_staged=is_staged)
        )

    def window(self, window_id: int) -> "asyncio.Future[OpenWindow]":
        """A window as it stands after all that was written before."""
        return self._door.submit(lambda writer: writer.windows.window(window_id))

    def close_window(self, window_id: int) -> "asyncio.Future[None]":
        """Note that a window has delivered all it lists."""
        return self._door.submit(lambda writer: writer.windows.close(window_id))

    def leave_open(self, window_id: int, error: str) -> "asyncio.Future[None]":
        """Note why a window is left to the next run."""
        return self._door.submit(lambda writer: writer.windows.leave_open(window_id, error))

    def root_counts(self, root_id: int) -> "asyncio.Future[RootCounts]":
        """Add up what the parts of a root have delivered."""
        return self._door.submit(lambda writer: writer.windows.root_counts(root_id))

    def still_lost(self, source: str) -> "asyncio.Future[tuple[str, ...]]":
        """Identifiers of listed records that could not be had and have not come since."""
        return self._door.submit(lambda writer: writer.windows.still_lost(source))

    def finish(self, root_id: int) -> "asyncio.Future[None]":
        """Note that a root's parts have delivered all of it."""
        return self._door.submit(lambda writer: writer.windows.finish(root_id))

    def resolve(self, window_id: int, identifier: str) -> "asyncio.Future[None]":
        """Note that a record which could not be had has come, or is listed no longer."""
        return self._door.submit(lambda writer: writer.resolve(window_id, identifier))

    def vanish(self, source: str, identifiers: Sequence[str]) -> "asyncio.Future[None]":
        """Mark records that a whole reconciliation found listed no longer."""
        return self._door.submit(lambda writer: writer.vanish(source, identifiers))

    def forget_listed(self, source: str) -> "asyncio.Future[None]":
        """Drop what a reconciliation was told."""
        return self._door.submit(lambda writer: writer.forget_listed(source))

    def end_run(self, source: str, end: RunEnd) -> "asyncio.Future[None]":
        """Note how a harvest of `source` ended."""
        return self._door.submit(lambda writer: writer.windows.end_run(source, end))

    def close(self) -> None:
        """Finish the writes that have begun and close every connection."""
        self._door.close()
        self._point_reads.close()


@contextmanager
def open_stage(
    path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[Stage]:
    """Open the stage at `path`, making it (and its folder) when it is not there.

    Any number of processes may read; one at a time may write, from its first write until it
    closes the stage.

    Args:
        path: the SQLite file.
        now: gives aware moments for the `_at` columns.

    Raises:
        StorageError: the file is no stage, or one of another version.
    """
    prepare(path)
    stage = Stage(path, now)
    try:
        yield stage
    finally:
        stage.close()


class _WriterDoor:
    """The one way to the writer thread; thread, lock and connection begin with the first job."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._thread: ThreadPoolExecutor | None = None
        self._lock: BufferedRandom | None = None
        self._connection: sqlite3.Connection | None = None
        self._writer: StageWriter | None = None

    def submit(self, job: Callable[[StageWriter], T]) -> "asyncio.Future[T]":
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stage-writer")
        return asyncio.wrap_future(self._thread.submit(self._run, job))

    def close(self) -> None:
        if self._thread is not None:
            self._thread.submit(self._close_files)
            self._thread.shutdown(wait=True)
            self._thread = None

    def _run(self, job: Callable[[StageWriter], T]) -> T:
        with storage_errors(self._path):
            if self._writer is None:
                self._lock = _lock(self._path)
                self._connection = connect(self._path)
                self._writer = StageWriter(WritingConnection(self._connection, self._now))
            return job(self._writer)

    def _close_files(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._lock is not None:
            self._lock.close()


def _lock(path: Path) -> BufferedRandom:
    """Take the stage's writer lock; the system releases it when the process ends in any way."""
    lock_path = path.with_name(f"{path.name}-writer")
    file = lock_path.open("a+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise StorageError(
            f"another process is writing to {path}: wait for it to end, or end it"
        ) from error
    return file


class _PointReads:
    """One connection for short reads, shared by the threads of this process in turn."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._opened: tuple[sqlite3.Connection, Codec] | None = None

    @contextmanager
    def opened(self) -> Iterator[tuple[sqlite3.Connection, Codec]]:
        with self._turn, storage_errors(self._path):
            if self._opened is None:
                connection = connect(self._path)
                self._opened = connection, codec_of(connection)
            yield self._opened

    def close(self) -> None:
        with self._turn:
            if self._opened is not None:
                self._opened[0].close()
                self._opened = None


_Row = tuple[str, str, str, str, int, str, bytes, int | None, bytes, str, int]


def _staged_record(row: _Row, codec: Codec) -> StagedRecord:
    source, identifier, prefix, datestamp, deleted, sets, digest, dictionary, frame, at, seq = row
    return StagedRecord(
        source=source,
        identifier=identifier,
        prefix=prefix,
        datestamp=datestamp,
        is_deleted=deleted != _LIVE,
        is_vanished=deleted == _VANISHED,
        sets=tuple(sets.split("\n")) if sets else (),
        sha256=digest,
        xml=codec.unpack(frame, dictionary),
        harvested_at=at,
        seq=seq,
    )


def _source_states(connection: sqlite3.Connection) -> dict[str, SourceState]:
    counts: dict[int, Counter[int]] = {}
    for source_id, deleted, n in connection.execute(  # by the index; live ones are the rest
        "SELECT source_id, 0, count(*) FROM record GROUP BY source_id UNION ALL"
        " SELECT source_id, deleted, count(*) FROM record WHERE deleted <> 0 GROUP BY 1, 2"
    ):
        of_source = counts.setdefault(source_id, Counter())
        of_source[deleted] += n
        of_source[_LIVE] -= n if deleted else 0
    reasons: dict[int, dict[str, int]] = {}
    n_mended: Counter[int] = Counter()
    for source_id, reason, staged, n in connection.execute(
        "SELECT source_id, reason, staged, count(*) FROM rejection WHERE resolved_at IS NULL"
        " GROUP BY source_id, reason, staged"
    ):
        if staged:
            n_mended[source_id] += n
        else:
            reasons.setdefault(source_id, {})[reason] = n
    return {
        name: SourceState(
            state=state,
            live=counts.get(source_id, Counter())[_LIVE],
            deleted=counts.get(source_id, Counter())[_DELETED],
            vanished=counts.get(source_id, Counter())[_VANISHED],
            rejected=sum(reasons.get(source_id, {}).values()),
            mended=n_mended[source_id],
            announced=announced,
            last_harvest=last_harvest,
            error=error,
            rejection_reasons=reasons.get(source_id, {}),
        )
        for source_id, name, state, announced, last_harvest, error in connection.execute(
            "SELECT id, name, state, (SELECT sum(announced) FROM window AS root"
            "  WHERE source_id = source.id AND root_id IS NULL AND from_ = ''"
            "  AND verb = 'ListRecords' AND root.run = (SELECT max(run) FROM window"
            "   WHERE source_id = source.id AND root_id IS NULL AND from_ = ''"
            "   AND verb = 'ListRecords' AND announced IS NOT NULL)),"
            " last_harvest, error FROM source ORDER BY id"
        )
    }
