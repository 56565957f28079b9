"""Entities as a Parquet file, written while they are read: one row group a piece.

The release and the question stand in the file's key-value metadata, as JSON under `weft`.
https://parquet.apache.org/docs/file-format/
"""

from collections.abc import Iterator
from typing import BinaryIO, cast

import msgspec
import polars as pl
from polars.exceptions import PolarsError
from polars.io.plugins import register_io_source

from graph.release import Asked
from search.export.chosen import ChosenEntities
from search.export.entity_table import ROWS, SCHEMA, open_frames


def write_parquet(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write the entities as columns.

    Raises:
        OSError: the file cannot be written.
        ReleaseError: the store cannot be read.
    """
    with open_frames(chosen) as frames:

        def pieces(
            with_columns: list[str] | None,
            predicate: pl.Expr | None,
            n_rows: int | None,
            _batch_size: int | None,
        ) -> Iterator[pl.DataFrame]:
            if (with_columns, predicate, n_rows) != (None, None, None):
                raise TypeError("the whole table is written")
            yield from frames()

        metadata = {"weft": msgspec.json.encode(asked).decode()}
        watched = _Watched(file)
        try:
            register_io_source(pieces, schema=SCHEMA).sink_parquet(
                cast("BinaryIO", watched),
                row_group_size=ROWS,
                metadata=metadata,
                maintain_order=True,
                statistics=True,
            )
        except PolarsError as error:
            if watched.failure is None:
                raise
            raise watched.failure from error


class _Watched:
    """A file that remembers why writing failed; polars hands on the words alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        """The caller flushes."""
