"""Serves a folder of OAI-PMH answers as a source of records for the provider.

In: ListRecords and GetRecord answers, single `<record>` files, bare metadata files, `.gz` of each.
Records are spooled into a temporary database on disk, so a folder may be larger than memory.
"""

import sqlite3
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

from harvester.errors import StorageError
from harvester.protocol import DeletedRecord, Granularity, parse_datestamp
from harvester.provider.answer_file import UNDATED
from harvester.provider.source import MetadataFormat, Page, RepositoryFacts, Selection, write_set
from harvester.provider.spool import MAX_FILE_BYTES, Spool

ADMIN_EMAIL: Final = "nobody@archive.invalid"
"""Identify must name an address; an archive has nobody who answers."""

_LAST_KEY: Final = "9999-12-31T23:59:59Z"
# No identifier is empty, so a start at (key, '') includes the whole second `key`.
_SELECTED: Final = (
    " FROM membership AS m JOIN record ON record.id = m.record"
    " WHERE m.spec = :spec AND m.prefix = :prefix"
    " AND (m.key, m.identifier) > (:key, :identifier) AND m.key <= :until"
)
_COUNT: Final = f"SELECT count(*){_SELECTED.replace(' JOIN record ON record.id = m.record', '')}"
_PART: Final = f"{_SELECTED} ORDER BY m.key, m.identifier LIMIT :limit"
_HEADERS: Final = f"SELECT record.header, m.key, m.identifier{_PART}"
_RECORDS: Final = f"SELECT record.xml, m.key, m.identifier{_PART}"


def open_archive(
    folder: Path, *, page_size: int = 100, name: str = "", max_file_bytes: int = MAX_FILE_BYTES
) -> "Archive":
    """Read every file below a folder (hidden ones excepted) and serve what they hold.

    A file gives all its records or none. A record whose prefix nothing tells, which only a deleted
    one can be, counts as deleted in every format of the archive.

    Args:
        folder: where the files are; sub-folders are read too.
        page_size: records, headers or sets in one part of a list, at least 1.
        name: repositoryName; the folder's name when empty.
        max_file_bytes: a larger file, unpacked, is listed as unreadable.

    Raises:
        StorageError: the folder is not there, or the temporary database cannot be written.
    """
    if not folder.is_dir():
        raise StorageError(f"archive {folder} is not a folder")
    with ExitStack() as on_failure:
        # An empty name is SQLite's temporary database on disk, removed when it is closed.
        database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        on_failure.callback(database.close)
        try:
            spool = Spool(folder, database, max_file_bytes)
            spool.fill()
            archive = Archive(database, spool, page_size=page_size, name=name or folder.name)
        except sqlite3.Error as error:
            raise StorageError(f"spool of archive {folder}: {error}") from error
        on_failure.pop_all()
    return archive


class Archive:
    """A folder as a `RecordSource`; a context manager; safe between threads.

    Order: datestamp, then identifier. A setSpec against the protocol's syntax stays in its header
    but selects nothing. deletedRecord is persistent when there is any deleted header, else no.
    """

    def __init__(
        self, database: sqlite3.Connection, spool: Spool, *, page_size: int, name: str
    ) -> None:
        self.unreadable: tuple[tuple[Path, str], ...] = tuple(spool.unreadable)
        """Files, or single records of files, that are not served: path and reason, in order."""
        self.superseded: int = spool.superseded
        """Records left out because the same item and format came with a later datestamp, or with
        the same one in a later file."""
        self.n_files: int = spool.n_files
        """Files read, the unreadable included."""
        self._database = database
        self._lock = Lock()
        self._page_size = page_size
        self._formats = {prefix: spool.formats[prefix] for prefix in sorted(spool.formats)}
        [(self.n_records, earliest, n_deleted)] = self._ask(
            "SELECT count(*), min(key), total(is_deleted) FROM record"
        )
        self._set_specs = [
            spec for (spec,) in self._ask("SELECT DISTINCT spec FROM membership WHERE spec <> ''")
        ]
        self._facts = RepositoryFacts(
            name=name,
            admin_emails=(ADMIN_EMAIL,),
            earliest=parse_datestamp(earliest or UNDATED)[0],
            deleted_record=DeletedRecord.PERSISTENT if n_deleted else DeletedRecord.NO,
            granularity=Granularity.DAY
            if spool.granularities == {Granularity.DAY}
            else Granularity.SECOND,
        )

    def __enter__(self) -> Self:
        """Return the archive itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the archive."""
        self.close()

    def close(self) -> None:
        """Remove the temporary database; the folder stays as it is."""
        with self._lock:
            self._database.close()

    def identify(self) -> RepositoryFacts:
        """Tell about the whole archive."""
        return self._facts

    def formats(self, identifier: str | None) -> tuple[MetadataFormat, ...] | None:
        """List all formats, or those an item is not deleted in; None = no such item."""
        if identifier is None:
            return tuple(self._formats.values())
        rows = self._ask(
            "SELECT prefix, is_deleted FROM record WHERE identifier = :identifier ORDER BY prefix",
            identifier=identifier,
        )
        if not rows:
            return None
        return tuple(self._formats[prefix] for prefix, is_deleted in rows if not is_deleted)

    def count_sets(self) -> int:
        """Return how many sets there are, those above others included."""
        return len(self._set_specs)

    def sets(self, position: str) -> Page:
        """Return sets from a position (the number of those before it); names are not archived."""
        start = int(position or 0)
        end = start + self._page_size
        return Page(
            items=tuple(write_set(spec, spec) for spec in self._set_specs[start:end]),
            next_position=str(end) if end < len(self._set_specs) else "",
        )

    def count(self, selection: Selection) -> int:
        """Return how many records are selected."""
        [(total,)] = self._ask(_COUNT, **_bounds(selection, ""))
        return int(total)

    def headers(self, selection: Selection, position: str) -> Page:
        """Return the headers selected, from a position (key and identifier of the last one)."""
        return self._page(_HEADERS, selection, position)

    def records(self, selection: Selection, position: str) -> Page:
        """Return the records selected, from a position (key and identifier of the last one)."""
        return self._page(_RECORDS, selection, position)

    def record(self, identifier: str, prefix: str) -> bytes | None:
        """Return one record; None when it is not archived in this format."""
        rows = self._ask(
            "SELECT xml FROM record WHERE identifier = :identifier AND prefix = :prefix",
            identifier=identifier,
            prefix=prefix,
        )
        return bytes(rows[0][0]) if rows else None

    def _page(self, query: str, selection: Selection, position: str) -> Page:
        rows = self._ask(query, **_bounds(selection, position), limit=self._page_size + 1)
        kept = rows[: self._page_size]
        return Page(
            items=tuple(xml for xml, _, _ in kept),
            next_position=f"{kept[-1][1]} {kept[-1][2]}" if len(rows) > len(kept) else "",
        )

    def _ask(self, query: str, **values: str | int) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()


def _bounds(selection: Selection, position: str) -> dict[str, str]:
    """Return a selection as values of `_SELECTED`, starting after `position`."""
    key, _, identifier = position.partition(" ")
    since = _key(selection.since) if selection.since else ""
    key, identifier = max((since, ""), (key, identifier))
    return {
        "spec": selection.set or "",
        "prefix": selection.prefix,
        "key": key,
        "identifier": identifier,
        "until": _key(selection.until) if selection.until else _LAST_KEY,
    }


def _key(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()[:19] + "Z"
