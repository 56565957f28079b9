"""`enrich.db`: what remote endpoints said of which identifier. The only file that opens it.

Every finished batch is one transaction, so a kill costs the batch in hand. An identifier of which
an endpoint said nothing is kept too, and one that could not be asked keeps what was known before.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec.structs import astuple

from graph.errors import CatalogueError
from weft.enrich.kept import Asking, Due, Known, Refused

_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE run (
    name TEXT PRIMARY KEY, asking TEXT NOT NULL, endpoint TEXT NOT NULL, query TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE asked (
    name TEXT NOT NULL, identifier TEXT NOT NULL, asking TEXT NOT NULL, at TEXT,
    failure TEXT, PRIMARY KEY (name, identifier)) WITHOUT ROWID;
CREATE TABLE statement (
    name TEXT NOT NULL, identifier TEXT NOT NULL, said TEXT NOT NULL,
    PRIMARY KEY (name, identifier, said)) WITHOUT ROWID;
CREATE TABLE refused (
    name TEXT NOT NULL, identifier TEXT NOT NULL, reason TEXT NOT NULL, n INTEGER NOT NULL,
    detail TEXT NOT NULL, PRIMARY KEY (name, identifier, reason)) WITHOUT ROWID;
"""
_TEMPORARY: Final = """
CREATE TEMP TABLE wanted (identifier TEXT PRIMARY KEY, entity TEXT, terms TEXT) WITHOUT ROWID;
CREATE TEMP TABLE resolved (
    name TEXT NOT NULL, subject TEXT NOT NULL, said TEXT NOT NULL,
    PRIMARY KEY (name, subject, said)) WITHOUT ROWID;
"""
_DUE: Final = """
    (asked.identifier IS NULL OR asked.asking <> :asking OR asked.failure IS NOT NULL
     OR asked.at < :before)"""


def enrich_path(data: Path) -> Path:
    """Where the file is below a data directory."""
    return data / "enrich.db"


@contextmanager
def open_keep(data: Path) -> Iterator["Keep"]:
    """Open `enrich.db`, making it where there is none.

    Raises:
        CatalogueError: it is no database, is of another version, or cannot be written.
    """
    path = enrich_path(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, isolation_level=None)
    except sqlite3.Error as error:
        raise CatalogueError(f"cannot open {path}: {error}") from error
    try:
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
        if layout not in {0, _LAYOUT}:
            message = f"{path} has layout {layout}, this version reads {_LAYOUT}"
            raise CatalogueError(f"{message}: move it away; `weft enrich` fills it again")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if layout == 0:
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_LAYOUT}; COMMIT;")
        connection.executescript(_TEMPORARY)
        yield Keep(connection)
    except sqlite3.Error as error:
        raise CatalogueError(f"cannot use {path}: {error}") from error
    finally:
        connection.close()


class Keep:
    """`enrich.db`, opened; one thread, one process that writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # -- what is wanted ---------------------------------------------------------------------------

    def want(self, rows: Iterable[tuple[str, str, str]]) -> tuple[int, int]:
        """Note which identifiers a release has: identifier, IRI of what it names, terms or empty.

        Returns:
            How many name one thing, and how many several; the latter are not asked about.
        """
        with self._transaction("BEGIN"):
            self._db.execute("DELETE FROM wanted")
            self._db.executemany(
                "INSERT INTO wanted VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET"
                " entity = iif(entity = excluded.entity, entity, NULL)",
                rows,
            )
        one, several = self._db.execute(
            "SELECT count(entity), count(*) - count(entity) FROM wanted"
        ).fetchone()
        return int(one), int(several)

    def count_due(self, name: str, asking: Asking, before: str) -> int:
        """How many of the wanted are not known, or too old, or failed."""
        query = f"SELECT count(*) FROM {self._joined()} WHERE entity IS NOT NULL AND {_DUE}"  # noqa: S608  # our words
        values = {"name": name, "asking": asking.fingerprint, "before": before}
        return int(self._db.execute(query, values).fetchone()[0])

    def due(self, name: str, asking: Asking, before: str, after: str, limit: int) -> list[Due]:
        """The next of the wanted that are not known, or too old, or failed, behind one of them."""
        rows = self._db.execute(
            f"SELECT wanted.identifier, entity, terms FROM {self._joined()}"  # noqa: S608  # our words
            f" WHERE entity IS NOT NULL AND wanted.identifier > :after AND {_DUE}"
            " ORDER BY wanted.identifier LIMIT :limit",
            {
                "name": name,
                "asking": asking.fingerprint,
                "before": before,
                "after": after,
                "limit": limit,
            },
        )
        return [Due(*row) for row in rows]

    @staticmethod
    def _joined() -> str:
        return (
            "wanted LEFT JOIN asked ON asked.name = :name AND asked.identifier = wanted.identifier"
        )

    # -- what was answered ------------------------------------------------------------------------

    def begin(self, name: str, asking: Asking) -> None:
        """Note what is asked from now on."""
        values = (name, asking.fingerprint, asking.endpoint, asking.query)
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?)", values)

    def put(
        self,
        name: str,
        asking: Asking,
        at: str,
        answers: Iterable[tuple[str, Sequence[str]]],
        refused: Iterable[Refused],
    ) -> None:
        """Keep a finished batch: each identifier with what is said of it, which may be nothing."""
        with self._transaction():
            for identifier, statements in answers:
                here = (name, identifier)
                self._db.execute("DELETE FROM statement WHERE name = ? AND identifier = ?", here)
                self._db.execute("DELETE FROM refused WHERE name = ? AND identifier = ?", here)
                self._db.executemany(
                    "INSERT OR IGNORE INTO statement VALUES (?, ?, ?)",
                    [(*here, said) for said in statements],
                )
                self._db.execute(
                    "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?, NULL)",
                    (*here, asking.fingerprint, at),
                )
            self._db.executemany(
                "INSERT INTO refused VALUES (?1, ?2, ?3, ?4, ?5)"
                " ON CONFLICT DO UPDATE SET n = n + excluded.n",
                [(name, *astuple(each)) for each in refused],
            )

    def fail(self, name: str, asking: Asking, identifier: str, reason: str) -> None:
        """Note that an identifier could not be asked about; what was known of it stays.

        What was answered to another question goes: it is no answer to this one.
        """
        with self._transaction():
            self._db.execute(
                "DELETE FROM statement WHERE name = ?1 AND identifier = ?2 AND EXISTS (SELECT 1"
                " FROM asked WHERE name = ?1 AND identifier = ?2 AND asking <> ?3)",
                (name, identifier, asking.fingerprint),
            )
            self._db.execute(
                "INSERT INTO asked VALUES (?1, ?2, ?3, NULL, ?4) ON CONFLICT DO UPDATE SET"
                " failure = excluded.failure, asking = excluded.asking,"
                " at = iif(asking = excluded.asking, at, NULL)",
                (name, identifier, asking.fingerprint, reason),
            )

    def forget_unwanted(self, name: str) -> int:
        """Drop what is known of identifiers that no release needs any more; gives their number."""
        with self._transaction():
            for table in ("statement", "refused"):
                self._db.execute(
                    f"DELETE FROM {table} WHERE name = ? AND identifier <> '' AND identifier NOT IN"  # noqa: S608  # our words
                    " (SELECT identifier FROM wanted WHERE entity IS NOT NULL)",
                    (name,),
                )
            gone = self._db.execute(
                "DELETE FROM asked WHERE name = ? AND identifier NOT IN"
                " (SELECT identifier FROM wanted WHERE entity IS NOT NULL)",
                (name,),
            )
        return gone.rowcount

    def drop(self, name: str) -> int:
        """Forget an enrichment; gives the number of statements that were kept."""
        query = "SELECT count(*) FROM statement WHERE name = ?"
        (n,) = self._db.execute(query, (name,)).fetchone()
        with self._transaction():
            for table in ("run", "asked", "statement", "refused"):
                self._db.execute(f"DELETE FROM {table} WHERE name = ?", (name,))  # noqa: S608  # our words
        return int(n)

    # -- what is known ----------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Enrichments of which anything is known."""
        return [name for (name,) in self._db.execute("SELECT name FROM run ORDER BY name")]

    def known(self, name: str) -> Known | None:
        """How much is known of an enrichment; None when it was never asked."""
        run = self._db.execute("SELECT asking, endpoint, query FROM run WHERE name = ?", (name,))
        row = run.fetchone()
        if row is None:
            return None
        fingerprint, endpoint, query = row
        counts = self._db.execute(
            "SELECT count(at), count(failure), coalesce(min(at), ''), coalesce(max(at), ''),"
            " count(CASE WHEN EXISTS (SELECT 1 FROM statement WHERE statement.name = asked.name"
            "  AND statement.identifier = asked.identifier) THEN 1 END)"
            " FROM asked WHERE name = ? AND asking = ?",
            (name, fingerprint),
        )
        asked, failed, began, ended, answered = counts.fetchone()
        total = "SELECT coalesce(sum(n), 0) FROM refused WHERE name = ?"
        (refused,) = self._db.execute(total, (name,)).fetchone()
        return Known(asked, answered, failed, refused, began, ended, endpoint, query)

    def refused(self, name: str, limit: int) -> list[Refused]:
        """Statements that were not taken, by identifier."""
        rows = self._db.execute(
            "SELECT identifier, reason, n, detail FROM refused WHERE name = ?"
            " ORDER BY identifier, reason LIMIT ?",
            (name, limit),
        )
        return [Refused(*row) for row in rows]

    def failures(self, name: str, limit: int) -> list[tuple[str, str]]:
        """Identifiers that could not be asked about, each with the reason."""
        return self._db.execute(
            "SELECT identifier, failure FROM asked WHERE name = ? AND failure IS NOT NULL"
            " ORDER BY identifier LIMIT ?",
            (name, limit),
        ).fetchall()

    def answered_iris(self, name: str) -> Iterator[tuple[str, str]]:
        """Identifier and object of every statement whose object is an IRI, as a term."""
        rows = self._db.execute(
            "SELECT identifier, said FROM statement WHERE name = ? ORDER BY identifier, said",
            (name,),
        )
        for identifier, said in rows:
            _, _, value = said.partition(" ")
            if value.startswith("<"):
                yield identifier, value

    def resolve(self, name: str, iri_of: Callable[[str], str | None]) -> int:
        """Find the IRI that each statement is about now; gives the number of statements.

        Args:
            name: of the enrichment.
            iri_of: what an identifier names; None for nothing, or for several things.
        """
        with self._transaction("BEGIN"):  # temporary tables only: whoever pulls may go on
            self._db.execute("DELETE FROM resolved WHERE name = ?", (name,))
            rows = self._db.execute(
                "SELECT identifier FROM asked WHERE name = ?1 AND asking ="
                " (SELECT asking FROM run WHERE name = ?1) AND at IS NOT NULL ORDER BY identifier",
                (name,),
            )
            for (identifier,) in rows:
                if (iri := iri_of(identifier)) is not None:
                    self._db.execute(
                        "INSERT OR IGNORE INTO resolved SELECT ?1, ?2, said FROM statement"
                        " WHERE name = ?1 AND identifier = ?3",
                        (name, iri, identifier),
                    )
        count = self._db.execute("SELECT count(*) FROM resolved WHERE name = ?", (name,))
        return int(count.fetchone()[0])

    def resolved(self, name: str) -> Iterator[tuple[str, str]]:
        """Subject and the rest of every statement, in order; see `resolve`."""
        yield from self._db.execute(
            "SELECT subject, said FROM resolved WHERE name = ? ORDER BY subject, said", (name,)
        )

    @contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
        self._db.execute(begin)
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
