"""Reads single records of a stage and never writes: for a server beside a running harvest.

Readers of a WAL database hold nobody up, https://www.sqlite.org/wal.html#concurrency
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import zstandard

from harvester.errors import StorageError
from harvester.staging.schema import VERSION, codec_of, storage_errors

_WAIT_S: Final = 1.0
"""For a stage that another process is opening or closing at this moment (guessed)."""
_QUERY: Final = (
    "SELECT prefix, datestamp, deleted, sha256, harvested_at, scope, dictionary_id, xml"
    " FROM record JOIN source ON source.id = source_id WHERE name = ? AND identifier = ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawText:
    """One record as its repository delivered it."""

    prefix: str
    datestamp: str
    is_gone: bool
    """Deleted by its repository, or vanished from it."""
    sha256: bytes
    harvested_at: str
    """UTC, `YYYY-MM-DDThh:mm:ssZ`."""
    scope: str
    """What its source was asked with: address, prefix and sets, one a line."""
    body: bytes
    """XML, or JSON where a companion or a table delivered it; UTF-8."""


def read_raw_text(path: Path, source: str, identifier: str) -> RawText | None:
    """Read one record; None when the stage has none of that name.

    Args:
        path: of the stage, which is there.
        source: name of the source.
        identifier: OAI identifier.

    Raises:
        StorageError: the file cannot be read, is damaged, is no stage, or one of another version.
    """
    with storage_errors(path):
        try:
            return _read(path, "mode=ro", source, identifier)
        except sqlite3.OperationalError:
            # without leave to write the folder no -shm file can be made; it is not needed where
            # nobody writes
            if path.with_name(f"{path.name}-wal").exists():
                raise
            return _read(path, "mode=ro&immutable=1", source, identifier)


def _read(path: Path, mode: str, source: str, identifier: str) -> RawText | None:
    address = f"{path.absolute().as_uri()}?{mode}"
    with closing(sqlite3.connect(address, uri=True, timeout=_WAIT_S)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            raise StorageError(f"{path}: version {version} of the stage, expected {VERSION}")
        row = connection.execute(_QUERY, (source, identifier)).fetchone()
        if row is None:
            return None
        prefix, datestamp, deleted, digest, harvested_at, scope, dictionary, frame = row
        try:
            body = codec_of(connection).unpack(frame, dictionary)
        except zstandard.ZstdError as error:
            raise StorageError(f"{path}: the text of {identifier} is damaged: {error}") from error
        if sha256(body).digest() != digest:
            raise StorageError(f"{path}: the text of {identifier} is not the one that arrived")
        return RawText(
            prefix=prefix,
            datestamp=datestamp,
            is_gone=bool(deleted),
            sha256=digest,
            harvested_at=harvested_at,
            scope=scope,
            body=body,
        )
