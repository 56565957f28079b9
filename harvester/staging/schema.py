"""The tables of `stage.db` and their version; opens connections that know them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from harvester.errors import StorageError
from harvester.protocol import format_datestamp
from harvester.staging.compression import Codec

VERSION: Final = 2
"""Value of `PRAGMA user_version`; grows with every change of the tables."""
BUSY_TIMEOUT_S: Final = 10.0
"""How long a connection waits for another one's transaction (guessed; a page of 100 records
takes 2 ms)."""

TABLES: Final = """
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,             -- address, prefix and sets that the records were asked with
    state TEXT NOT NULL,             -- complete, incomplete, failed
    error TEXT,
    last_harvest TEXT,
    reconciled_at TEXT,              -- when vanished records were last looked for with success
    run INTEGER NOT NULL DEFAULT 0,  -- number of its latest run
    covered_until TEXT NOT NULL DEFAULT ''  -- the windows, done or open, cover all up to here
);
CREATE TABLE window (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES source(id),
    root_id INTEGER REFERENCES window(id),  -- the window it is a part of; NULL: planned as such
    run INTEGER NOT NULL,
    verb TEXT NOT NULL,              -- ListRecords, or ListIdentifiers of a reconciliation
    prefix TEXT NOT NULL,
    from_ TEXT NOT NULL,
    until TEXT NOT NULL,
    set_spec TEXT NOT NULL,
    state TEXT NOT NULL,             -- open, complete, replaced (by parts, or to be listed anew),
                                     -- of a root with parts: split, finished
    token TEXT,                      -- of the page after the last committed one
    seen INTEGER NOT NULL DEFAULT 0, -- distinct identifiers that arrived
    rejected INTEGER NOT NULL DEFAULT 0,
    announced INTEGER,               -- largest completeListSize of its pages
    planned_at TEXT NOT NULL,        -- the repository's clock when its root was planned
    error TEXT,                      -- why it is still open
    opened_at TEXT NOT NULL,
    closed_at TEXT
);
CREATE INDEX window_by_source ON window (source_id, state);
CREATE INDEX window_by_root ON window (root_id);
CREATE TABLE listed (                -- identifiers that the reconciliation in progress was told
    source_id INTEGER NOT NULL,
    identifier TEXT NOT NULL,
    window_id INTEGER NOT NULL,
    PRIMARY KEY (source_id, identifier)
) WITHOUT ROWID;
CREATE TABLE lookup (                -- what a companion was asked, found or not
    source_id INTEGER NOT NULL REFERENCES source(id),
    key TEXT NOT NULL,
    version TEXT NOT NULL,           -- datestamp of the record that asked for it, or empty
    asked_at TEXT NOT NULL,
    found INTEGER NOT NULL,
    PRIMARY KEY (source_id, key)
) WITHOUT ROWID;
CREATE TABLE dictionary (
    id INTEGER PRIMARY KEY,
    prefix TEXT NOT NULL,
    version INTEGER NOT NULL,
    n_samples INTEGER NOT NULL,
    trained_at TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (prefix, version)
);
CREATE TABLE record (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- a changed record takes a new one; none is used twice
    source_id INTEGER NOT NULL REFERENCES source(id),
    identifier TEXT NOT NULL,
    prefix TEXT NOT NULL,
    datestamp TEXT NOT NULL,
    deleted INTEGER NOT NULL,        -- 0 live, 1 deleted by its repository, 2 vanished
    sets TEXT NOT NULL,              -- one a line
    sha256 BLOB NOT NULL,            -- of the XML before compression
    harvested_at TEXT NOT NULL,      -- when this content arrived
    window_id INTEGER NOT NULL,      -- window that delivered it last, changed or not
    dictionary_id INTEGER REFERENCES dictionary(id),
    xml BLOB NOT NULL,               -- zstd
    UNIQUE (source_id, identifier)
);
CREATE INDEX record_by_source ON record (source_id);
CREATE INDEX record_deleted ON record (source_id) WHERE deleted <> 0;
CREATE INDEX record_without_dictionary ON record (prefix) WHERE dictionary_id IS NULL;
CREATE TABLE rejection (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES source(id),
    window_id INTEGER NOT NULL,      -- window in which it occurred last
    identifier TEXT NOT NULL,
    reason TEXT NOT NULL,
    staged INTEGER NOT NULL,         -- 1: mended, its records are staged all the same
    detail TEXT NOT NULL,
    at TEXT NOT NULL,
    resolved_at TEXT,                -- when the same place arrived intact
    sha256 BLOB NOT NULL,
    body BLOB NOT NULL,              -- zstd without a dictionary
    UNIQUE (source_id, reason, identifier, sha256)
);
CREATE INDEX rejection_unresolved ON rejection (source_id, staged, reason)
    WHERE resolved_at IS NULL;
"""


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StorageError with the file's name."""
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(f"{path}: {error}") from error


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection that any one thread at a time may use; transactions are explicit."""
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.DatabaseError:  # not a database: nobody else could close it
        connection.close()
        raise
    return connection


def prepare(path: Path) -> None:
    """Create the tables in a new file, or check that the file has this version of them.

    Raises:
        StorageError: the file is no stage, or one of another version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with storage_errors(path):
        connection = connect(path)
        try:
            _check_or_create(connection, path)
        finally:
            connection.close()


def _check_or_create(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version == 0:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = _version(connection)  # another process may have been first
            if version == 0:
                _create(connection, path)
                version = VERSION
        finally:
            connection.execute("COMMIT")
    if version != VERSION:
        raise StorageError(
            f"{path} has version {version} of the stage, this Weft reads version {VERSION}: "
            "use the Weft that wrote it, or move the file away and harvest again"
        )


def _create(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StorageError(f"{path} is a database of something else: name another data directory")
    for statement in TABLES.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def codec_of(connection: sqlite3.Connection) -> Codec:
    """A codec that loads its dictionaries through this connection."""

    def load(dictionary_id: int) -> bytes:
        row = connection.execute(
            "SELECT content FROM dictionary WHERE id = ?", (dictionary_id,)
        ).fetchone()
        content: bytes = row[0]
        return content

    return Codec(load)


class WritingConnection:
    """The one connection that writes, with the moment its rows are stamped with."""

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        """`now` gives aware moments."""
        self.connection = connection
        self._now = now

    def moment(self) -> str:
        """Now, as the stage writes it."""
        return format_datestamp(self._now())

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is executed within is committed together, or not at all."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
