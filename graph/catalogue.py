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
from graph.merged_tables import MergedTables
from graph.work_table import WorkTable

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
            connection.execute("PRAGMA cache_size = -8192")
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
    """graph.db, opened: three groups of tables under one transaction.

    One thread, one process at a time.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.works = WorkTable(connection)
        self.register = KeyRegister(connection)
        self.merged = MergedTables(connection)

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
