"""The raw records of all sources with their checkpoints: `stage.db`.

Writes pass through one thread that owns the one writing connection; reads are synchronous, each
on a connection of its own, and never wait for a write.
"""

import asyncio
import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path
from typing import Final, TypeVar

from harvester.compression import Codec
from harvester.errors import StorageError
from harvester.parse import Page, Rejected
from harvester.record import Rejection, SourceState, StagedRecord
from harvester.request import Window
from harvester.stage_schema import codec_of, connect, prepare, storage_errors
from harvester.stage_write import OpenWindow, RunEnd, RunStart, StageWriter, Tally

__all__ = [
    "OpenWindow",
    "RunEnd",
    "RunStart",
    "SourceState",
    "Stage",
    "Tally",
    "open_stage",
]

T = TypeVar("T")

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

    def last_seq(self) -> int:
        """The largest `seq`, 0 in an empty stage."""
        with self._point_reads.opened() as (connection, _):
            seq: int = connection.execute("SELECT coalesce(max(seq), 0) FROM record").fetchone()[0]
            return seq

    def source_states(self) -> dict[str, SourceState]:
        """State and counts of every source that was ever harvested, by name."""
        with self._point_reads.opened() as (connection, _):
            connection.execute("BEGIN")  # one picture for all counts
            try:
                return _source_states(connection)
            finally:
                connection.execute("COMMIT")

    def rejections(self, source: str | None = None) -> Iterator[Rejection]:
        """Stream what could not be staged and has not arrived intact since, oldest first."""
        with storage_errors(self.path), closing(connect(self.path)) as connection:
            rows = connection.execute(
                "SELECT source.name, identifier, reason, detail, at, rejection.id FROM rejection"
                " JOIN source ON source.id = rejection.source_id"
                " WHERE resolved_at IS NULL AND (?1 IS NULL OR source.name = ?1)"
                " ORDER BY rejection.id",
                (source,),
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
            scope: address, prefix and set as one text; a changed one makes the run list everything.

        Raises:
            StorageError: when awaited, if another process is writing to this stage.
        """
        return self._door.submit(lambda writer: writer.begin_run(source, scope))

    def open_window(
        self, source: str, prefix: str, window: Window, *, first_response: str = ""
    ) -> "asyncio.Future[OpenWindow]":
        """Begin a window of `source`; one still open is given up.

        Args:
            source: its name.
            prefix: metadata prefix asked for.
            window: what is asked for.
            first_response: responseDate before which the repository had nothing else to list;
                empty to take that of the first page.
        """
        return self._door.submit(
            lambda writer: writer.open_window(source, prefix, window, first_response)
        )

    def commit_page(self, window_id: int, page: Page) -> "asyncio.Future[tuple[OpenWindow, Tally]]":
        """Stage a page and move the window's checkpoint behind it, in one transaction."""
        return self._door.submit(lambda writer: writer.commit_page(window_id, page))

    def reject_page(self, window_id: int, rejected: Rejected) -> "asyncio.Future[None]":
        """Keep a page that cannot be read."""
        return self._door.submit(lambda writer: writer.reject_page(window_id, rejected))

    def end_run(self, source: str, window_id: int | None, end: RunEnd) -> "asyncio.Future[None]":
        """Note how a harvest of `source` ended."""
        return self._door.submit(lambda writer: writer.end_run(source, window_id, end))

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
                self._writer = StageWriter(self._connection, self._now)
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
        is_deleted=bool(deleted),
        sets=tuple(sets.split("\n")) if sets else (),
        sha256=digest,
        xml=codec.unpack(frame, dictionary),
        harvested_at=at,
        seq=seq,
    )


def _source_states(connection: sqlite3.Connection) -> dict[str, SourceState]:
    all_records: dict[int, int] = dict(
        connection.execute("SELECT source_id, count(*) FROM record GROUP BY source_id")
    )
    deleted: dict[int, int] = dict(
        connection.execute(
            "SELECT source_id, count(*) FROM record WHERE deleted = 1 GROUP BY source_id"
        )
    )
    reasons: dict[int, dict[str, int]] = {}
    for source_id, reason, n_rejected in connection.execute(
        "SELECT source_id, reason, count(*) FROM rejection WHERE resolved_at IS NULL"
        " GROUP BY source_id, reason"
    ):
        reasons.setdefault(source_id, {})[reason] = n_rejected
    return {
        name: SourceState(
            state=state,
            live=all_records.get(source_id, 0) - deleted.get(source_id, 0),
            deleted=deleted.get(source_id, 0),
            rejected=sum(reasons.get(source_id, {}).values()),
            announced=announced,
            last_harvest=last_harvest,
            error=error,
            rejection_reasons=reasons.get(source_id, {}),
        )
        for source_id, name, state, announced, last_harvest, error in connection.execute(
            "SELECT id, name, state,"
            " (SELECT announced FROM window WHERE source_id = source.id AND from_ = ''"
            "  AND announced IS NOT NULL ORDER BY id DESC LIMIT 1),"
            " last_harvest, error FROM source ORDER BY id"
        )
    }
