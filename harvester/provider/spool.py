"""Reads the files of a folder into a temporary database: the filling of an archive."""

import gzip
import os
import sqlite3
import zlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from harvester.protocol import Granularity
from harvester.provider.answer_file import (
    AnswerFile,
    ArchivedRecord,
    UnreadableFile,
    read_answer_file,
)
from harvester.provider.provider import LEGAL_SET_SPEC
from harvester.provider.source import MetadataFormat

MAX_FILE_BYTES: Final = 64 * 2**20
"""Largest file read, unpacked (guessed: the largest page seen has 0.8 MB; while a file is read,
its tree takes several times its bytes in memory)."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    identifier TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key TEXT NOT NULL,
    is_deleted INTEGER NOT NULL,
    specs TEXT NOT NULL,
    header BLOB NOT NULL,
    xml BLOB NOT NULL,
    UNIQUE (identifier, prefix)
);
-- Every record is a member of '' (the whole archive), of its sets, and of the sets above them.
CREATE TABLE membership (
    spec TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key TEXT NOT NULL,
    identifier TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (spec, prefix, key, identifier)
) WITHOUT ROWID;
"""


class Spool:
    """The records of a folder in a database, and what was counted while they were read."""

    def __init__(self, folder: Path, database: sqlite3.Connection, max_file_bytes: int) -> None:
        self.unreadable: list[tuple[Path, str]] = []
        self.superseded = 0
        self.n_files = 0
        self.formats: dict[str, MetadataFormat] = {}
        self.granularities: set[Granularity] = set()
        self._folder = folder
        self._database = database
        self._max_file_bytes = max_file_bytes
        self._prefix_of_token: dict[str, str] = {}
        self._waiting: defaultdict[str, list[Path]] = defaultdict(list)
        self._unassigned: list[tuple[Path, ArchivedRecord]] = []

    def fill(self) -> None:
        """Read everything, in the order of the paths."""
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        for path in _files(self._folder):
            self.n_files += 1
            self._add_chain(path)
        for path in sorted(path for paths in self._waiting.values() for path in paths):
            self._add(path, self._read(path, ""))
        for path, record in self._unassigned:
            self._add_to_every_format(path, record)
        self._database.execute("COMMIT")

    def _add_chain(self, path: Path) -> None:
        """Add a file, and those that waited for the token it issues.

        The request for a later page says its token only; its metadataPrefix is that of the page
        which issued the token, and that one may sort after it.
        """
        ready = [path]
        while ready:
            path = ready.pop()
            answer = self._read(path, "")
            if answer.asked_token and not answer.prefix:
                prefix = self._prefix_of_token.get(answer.asked_token, "")
                if not prefix:
                    self._waiting[answer.asked_token].append(path)
                    continue
                answer = self._read(path, prefix)
            self._add(path, answer)
            if answer.issued_token and answer.prefix:
                self._prefix_of_token[answer.issued_token] = answer.prefix
                ready.extend(self._waiting.pop(answer.issued_token, ()))

    def _read(self, path: Path, prefix: str) -> AnswerFile:
        """Read one file; nothing, and a line in the list, when it cannot be read."""
        try:
            content = _content(path, self._max_file_bytes)
            return read_answer_file(content, identifier=self._made_up(path), prefix=prefix)
        except UnreadableFile as error:
            self.unreadable.append((path, str(error)))
            return AnswerFile()

    def _made_up(self, path: Path) -> str:
        """Return the identifier of a bare metadata file: its path in the folder, without .xml."""
        relative = os.fsencode(path.relative_to(self._folder))
        return "oai:archive:" + quote(relative.removesuffix(b".gz").removesuffix(b".xml"))

    def _add(self, path: Path, answer: AnswerFile) -> None:
        self.unreadable.extend((path, fault) for fault in answer.faults)
        for record in answer.records:
            is_day = len(record.datestamp) == len(Granularity.DAY)
            self.granularities.add(Granularity.DAY if is_day else Granularity.SECOND)
            if record.prefix:
                self._keep(record)
            else:
                self._unassigned.append((path, record))

    def _add_to_every_format(self, path: Path, record: ArchivedRecord) -> None:
        if not self.formats:
            reason = f"no-metadata: nothing tells the format of the deleted {record.identifier}"
            self.unreadable.append((path, reason))
        for prefix in sorted(self.formats):
            self._keep(replace(record, prefix=prefix))

    def _keep(self, record: ArchivedRecord) -> None:
        """Spool a record, unless a later one of its item and format is there."""
        older = self._database.execute(
            "SELECT id, key, specs FROM record WHERE identifier = ? AND prefix = ?",
            (record.identifier, record.prefix),
        ).fetchone()
        if older is not None:
            self.superseded += 1
            if older[1] > record.key:
                return
            self._remove(record, *older)
        described = self.formats.get(record.prefix)
        if described is None or not described.namespace:
            unseen = MetadataFormat(prefix=record.prefix, schema="", namespace="")
            self.formats[record.prefix] = record.metadata_format or unseen
        specs = sorted(_memberships(record.sets))
        row = (record.identifier, record.prefix, record.key, record.is_deleted, "\n".join(specs))
        number = self._database.execute(
            "INSERT INTO record (identifier, prefix, key, is_deleted, specs, header, xml)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*row, record.header, record.xml),
        ).lastrowid
        self._database.executemany(
            "INSERT INTO membership VALUES (?, ?, ?, ?, ?)",
            [(spec, record.prefix, record.key, record.identifier, number) for spec in specs],
        )

    def _remove(self, record: ArchivedRecord, number: int, key: str, specs: str) -> None:
        """Take out the older row of the same item and format."""
        self._database.execute("DELETE FROM record WHERE id = ?", (number,))
        self._database.executemany(
            "DELETE FROM membership WHERE spec = ? AND prefix = ? AND key = ? AND identifier = ?",
            [(spec, record.prefix, key, record.identifier) for spec in specs.split("\n")],
        )


def _memberships(sets: tuple[str, ...]) -> set[str]:
    """Return what a record is selected by: '', its sets, and those above them.

    >>> sorted(_memberships(("physics:hep",)))
    ['', 'physics', 'physics:hep']
    """
    specs = {""}
    for spec in sets:
        if LEGAL_SET_SPEC.fullmatch(spec):
            parts = spec.split(":")
            specs.update(":".join(parts[:end]) for end in range(1, len(parts) + 1))
    return specs


def _files(folder: Path) -> list[Path]:
    """Return all regular files below a folder in the order of their paths, hidden ones excepted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _content(path: Path, limit: int) -> bytes:
    """Read a file, unpacked when it is gzip by its first bytes.

    Raises:
        UnreadableFile: `no-access`, `bad-gzip` or `too-large`.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(limit + 1)
        if packed.startswith(_GZIP_MAGIC):
            with gzip.open(path) as unpacked:
                packed = unpacked.read(limit + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableFile(f"bad-gzip: {error}") from error
    except OSError as error:
        raise UnreadableFile(f"no-access: {error.strerror}") from error
    if len(packed) > limit:
        raise UnreadableFile(f"too-large: more than {limit} bytes")
    return packed
