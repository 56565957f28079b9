"""`graph.db`: works, identifiers, keys and links between two builds. The only file that opens it.

Everything in it but the register of keys can be made again from the stage; the register is what
keeps an entity's IRI the same from build to build.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from graph.errors import CatalogueError
from graph.key_register import KeyRegister
from graph.link_table import LinkTable
from graph.merged_tables import MergedTables
from graph.record_names import RecordNames
from graph.scope import Scope
from graph.stale_table import StaleTable
from graph.work_table import WorkTable

_LAYOUT: Final = 5
_CACHE_KB: Final = 262_144
"""Pages kept in memory, at most: merging reads and writes all over the tables of names."""
_READING_CACHE_KB: Final = 32_768
"""The same while a release is written: most pages are read once."""
_REGISTER: Final = """
CREATE TABLE register (minted INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE claim (
    identifier TEXT PRIMARY KEY, key TEXT NOT NULL, held TEXT,
    is_first INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE taken (decision TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
"""
_WORK: Final = """
CREATE TABLE work (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, record TEXT NOT NULL, seq INTEGER NOT NULL,
    status TEXT NOT NULL, kind TEXT NOT NULL, doi TEXT NOT NULL, datestamp TEXT NOT NULL,
    harvested_at TEXT NOT NULL, sha256 BLOB NOT NULL, title TEXT NOT NULL, volume TEXT NOT NULL,
    entity TEXT,
    UNIQUE (source, record));
CREATE INDEX work_entity ON work (entity) WHERE entity IS NOT NULL;
CREATE INDEX work_seq ON work (seq);
CREATE TABLE body (work INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""
_SCHEMA: Final = """
CREATE TABLE problem (work INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX problem_work ON problem (work);
CREATE TABLE own (
    work INTEGER NOT NULL, identifier TEXT NOT NULL, is_trusted INTEGER NOT NULL,
    PRIMARY KEY (work, identifier)) WITHOUT ROWID;
CREATE TABLE target (
    work INTEGER NOT NULL, n INTEGER NOT NULL, identifier TEXT NOT NULL, kind TEXT NOT NULL,
    predicate TEXT NOT NULL, is_inverse INTEGER NOT NULL,
    PRIMARY KEY (work, n)) WITHOUT ROWID;
CREATE TABLE changed (work INTEGER PRIMARY KEY);
CREATE TABLE touched (identifier TEXT PRIMARY KEY, was_own INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE judged (
    one INTEGER NOT NULL, other INTEGER NOT NULL, is_same INTEGER NOT NULL,
    PRIMARY KEY (one, other, is_same)) WITHOUT ROWID;
CREATE TABLE entity (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, n_works INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE stub (key TEXT PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, kind TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE identity (identifier TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE link (
    subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
    work INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (subject, predicate, object, work, n)) WITHOUT ROWID;
CREATE TABLE inner_link (work INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (work, n))
    WITHOUT ROWID;
CREATE TABLE decision (
    key TEXT PRIMARY KEY, rule TEXT NOT NULL, is_join INTEGER NOT NULL, evidence TEXT NOT NULL,
    works TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE decided (work INTEGER NOT NULL, decision TEXT NOT NULL, PRIMARY KEY (work, decision))
    WITHOUT ROWID;
CREATE TABLE stale (kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (kind, name))
    WITHOUT ROWID;
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_FROM_1: Final = """
CREATE TEMP TABLE kept_register AS SELECT minted, key FROM register;
CREATE TEMP TABLE kept_claim AS SELECT identifier, key,
    COALESCE((SELECT entity FROM work WHERE 'record:' || source || ':' || record = identifier),
             (SELECT stub.key FROM stub WHERE stub.identifier = claim.identifier)) AS held
    FROM claim;
"""
"""A catalogue of layout 1 keeps its keys; all else is made again from the stage."""
_ADDED: Final = {
    2: "ALTER TABLE claim ADD COLUMN is_first INTEGER NOT NULL DEFAULT 0;",
    3: "CREATE INDEX work_seq ON work (seq);"
    " ALTER TABLE touched ADD COLUMN was_own INTEGER NOT NULL DEFAULT 1;",
    4: "ALTER TABLE work RENAME TO work_4; DROP INDEX IF EXISTS work_entity; DROP INDEX work_seq;"
    f" {_WORK}"
    " INSERT INTO work SELECT id, source, record, seq, status, kind, doi, datestamp, harvested_at,"
    " sha256, title, volume, entity FROM work_4;"
    " INSERT INTO body SELECT id, body FROM work_4 WHERE body IS NOT NULL;"
    " DROP TABLE work_4; DROP INDEX IF EXISTS target_identifier;",
}
"""What each of these layouts lacks of the next.

Who was first was not written down before layout 3, nor before 4 which of the identifiers that a
record no longer states were its own: all may have been. Bodies have a table of their own since 5:
merges read and write all works, and no body.
"""
_OF_LAYOUT_1: Final = (
    "work", "problem", "own", "target", "register", "claim", "entity", "stub", "identity", "link",
    "neighbour", "decision",
)  # fmt: skip


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
            # 16 MB: a short log that is used again costs less than a long one that grows
            connection.execute("PRAGMA wal_autocheckpoint = 2048")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            if layout == 0:
                connection.executescript(
                    f"BEGIN; {_REGISTER} {_WORK} {_SCHEMA} PRAGMA user_version = {_LAYOUT}; COMMIT;"
                )
            elif layout == 1:
                _upgrade(connection)
            elif layout in _ADDED:
                added = " ".join(_ADDED[number] for number in range(layout, _LAYOUT))
                connection.executescript(f"BEGIN; {added} PRAGMA user_version = {_LAYOUT}; COMMIT;")
        except sqlite3.DatabaseError as error:
            raise CatalogueError(f"cannot open {path}: {error}") from error
        if layout not in {0, 1, *_ADDED, _LAYOUT}:
            raise CatalogueError(
                f"{path} has layout {layout}, this version reads {_LAYOUT}:"
                " move it away and run `weft build`; it is made again from the stage"
            )
        yield Catalogue(connection)
    finally:
        connection.close()


def _upgrade(connection: sqlite3.Connection) -> None:
    drops = " ".join(f"DROP TABLE {name};" for name in _OF_LAYOUT_1)
    connection.executescript(
        f"BEGIN; {_FROM_1} {drops} {_REGISTER} {_WORK} {_SCHEMA}"
        " INSERT INTO register SELECT * FROM kept_register;"
        " INSERT INTO claim (identifier, key, held) SELECT * FROM kept_claim;"
        " DROP TABLE kept_register; DROP TABLE kept_claim;"
        f" PRAGMA user_version = {_LAYOUT}; COMMIT;"
    )


class Catalogue:
    """graph.db, opened: groups of tables under one transaction.

    One thread, one process at a time.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.works = WorkTable(connection)
        self.register = KeyRegister(connection)
        self.merged = MergedTables(connection)
        self.links = LinkTable(connection)
        self.scope = Scope(connection)
        self.stale = StaleTable(connection)
        self.names = RecordNames(connection)

    def give_back_room(self) -> None:
        """Keep few pages in memory from now on: what is left to do reads most of them once.

        Nor the log of a merge on the disk, which after the first one is as large as the file.
        """
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._db.execute(f"PRAGMA cache_size = -{_READING_CACHE_KB}")
        self._db.execute("PRAGMA shrink_memory")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is kept together or not at all.

        Raises:
            CatalogueError: another process is writing, or the disk is full.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise CatalogueError(f"cannot write graph.db: {error}") from error
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:  # of a full disk SQLite may have rolled back by itself
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise CatalogueError(f"cannot write graph.db: {error}") from error
            raise
