"""What companions were asked: the table `lookup`, written together with the records that came."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harvester.answers.parse import Page
from harvester.staging.schema import connect, storage_errors
from harvester.staging.write import StageWriter, Tally

_ROWS_AT_A_TIME: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One thing a companion was asked for, and whether it had it."""

    key: str
    """Such as `recid:553` or `doi:10.1103/physrevd.1.1`."""
    version: str
    """Datestamp of the record that asked for it; empty where none did."""
    is_found: bool
    asked_at: str = ""
    """UTC, `YYYY-MM-DDThh:mm:ssZ`; the stage fills it in."""


def commit_lookups(
    writer: StageWriter, window_id: int, page: Page, lookups: Iterable[Lookup]
) -> Tally:
    """Stage the records of an answer, then note what was asked for it; in the writer thread only.

    A kill in between leaves the records without the note: they are asked for once more, and are
    unchanged then.
    """
    _, tally = writer.commit_page(window_id, page)
    with writer._writing.transaction() as connection:  # noqa: SLF001  # the stage has one writing connection
        source_id, moment = connection.execute(
            "SELECT source_id, ? FROM window WHERE id = ?",
            (writer._writing.moment(), window_id),  # noqa: SLF001  # as above
        ).fetchone()
        connection.executemany(
            "INSERT OR REPLACE INTO lookup (source_id, key, version, asked_at, found)"
            " VALUES (?, ?, ?, ?, ?)",
            [(source_id, each.key, each.version, moment, each.is_found) for each in lookups],
        )
    return tally


def read_lookups(
    connection: sqlite3.Connection, source: str, keys: Iterable[str]
) -> dict[str, Lookup]:
    """What is known of these keys, by key; those never asked for are left out."""
    rows = connection.execute(
        "SELECT key, version, found, asked_at FROM lookup"
        " JOIN source ON source.id = lookup.source_id"
        " WHERE source.name = ? AND key IN (SELECT value FROM json_each(?))",
        (source, json.dumps(list(keys))),
    )
    return {
        key: Lookup(key=key, version=version, is_found=bool(found), asked_at=asked_at)
        for key, version, found, asked_at in rows
    }


def read_headers(path: Path, source: str) -> Iterator[tuple[str, str, bool]]:
    """Identifier and datestamp of every staged record of a source, and whether it is gone.

    Gone means deleted by its repository or vanished from it. The stage is read while the iterator
    is, so take it to its end before waiting for anything else.
    """
    with storage_errors(path):
        connection = connect(path)
        try:
            rows = connection.execute(
                "SELECT identifier, datestamp, deleted <> 0 FROM record"
                " WHERE source_id = (SELECT id FROM source WHERE name = ?) ORDER BY seq",
                (source,),
            )
            while block := rows.fetchmany(_ROWS_AT_A_TIME):
                for identifier, datestamp, is_gone in block:
                    yield identifier, datestamp, bool(is_gone)
        finally:
            connection.close()
