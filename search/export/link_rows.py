"""Links as flat rows, one a statement: CSV, and Parquet written piece by piece.

A link that several records state has several rows, which `link` holds together; rows with
`statement` 1 are the links, each once. A link that no record states has one row with `statement` 1
and `n_statements` 0. The order of rows is that of the links, and memory holds one piece.
Parquet: https://parquet.apache.org/docs/file-format/
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, Final, cast

import polars as pl
from polars.exceptions import PolarsError
from polars.io.plugins import register_io_source

from search.errors import ExportFailed
from search.holdings.cells import csv_pieces
from search.metadata.end import End
from search.metadata.stated_link import LinkStatement, StatedLink

_ENDS: Final = ("source", "target")
_OF_END: Final = ("key", "iri", "kind", "name", "identifiers", "is_stub")
SCHEMA: Final = pl.Schema(
    {
        "release": pl.Int64,
        "link": pl.Int64,
        "statement": pl.Int32,
        **{f"source_{name}": pl.String for name in _OF_END},
        "relation": pl.String,
        **{f"target_{name}": pl.String for name in _OF_END},
        "stated_from": pl.String,
        "n_statements": pl.Int32,
        "stated_by": pl.String,
        "record": pl.String,
        "record_iri": pl.String,
        "side": pl.String,
        "stated_as": pl.String,
        "target_as": pl.String,
        "at": pl.String,
        "datestamp": pl.String,
        "rule": pl.String,
    }
    | {f"{end}_is_stub": pl.Boolean for end in _ENDS}
    | {f"{end}_identifiers": pl.List(pl.String) for end in _ENDS}
)
"""Columns and their types in Parquet; in CSV all are texts."""
COLUMNS: Final = tuple(SCHEMA)
ROWS_A_GROUP: Final = 50_000
"""Rows of a row group: 20 MB before they are compressed."""
_ROWS_A_PIECE: Final = 5_000
_NOBODY: Final = LinkStatement(
    source="",
    record="",
    record_iri="",
    side="source",
    stated_as="",
    target_as="",
    at="",
    datestamp="",
    rule="",
)

_Row = tuple[Any, ...]
"""Values in the order of `COLUMNS`."""


class Written:
    """How many links and rows went into a file."""

    def __init__(self) -> None:
        self.links = 0
        self.rows = 0


def write_csv(links: Iterable[StatedLink], file: BinaryIO, *, release: int) -> Written:
    """Write a CSV file in UTF-8 with a byte order mark; no cell is taken for a formula.

    Identifiers are joined with `; `, booleans are `true` and `false`.

    Raises:
        OSError: the file cannot be written.
    """
    written = Written()
    rows = (map(_cell, row) for row in _rows(links, release, written))
    file.writelines(csv_pieces(COLUMNS, rows))
    return written


def write_parquet(
    links: Iterable[StatedLink], file: BinaryIO, *, release: int, about: Mapping[str, str]
) -> Written:
    """Write a Parquet file by row groups of `ROWS_A_GROUP` rows.

    Args:
        links: the links.
        file: where to.
        release: number of the release.
        about: what the file says of itself, in its key-value metadata.

    Raises:
        OSError: the file cannot be written.
        ExportFailed: its bytes cannot be made.
    """
    written = Written()
    rows = _rows(links, release, written)

    def pieces(*_: object) -> Iterator[pl.DataFrame]:
        while piece := list(islice(rows, _ROWS_A_PIECE)):
            yield pl.DataFrame(piece, schema=SCHEMA, orient="row")
        if not written.rows:
            yield pl.DataFrame(schema=SCHEMA)

    sink = _Sink(file)
    try:
        register_io_source(pieces, schema=SCHEMA).sink_parquet(
            cast("BinaryIO", sink), metadata=dict(about), row_group_size=ROWS_A_GROUP
        )
    except PolarsError as error:
        if sink.fault is not None:
            raise sink.fault from error
        raise ExportFailed(f"cannot write the Parquet file: {error}") from error
    return written


class _Sink(io.RawIOBase):
    """Hands bytes on to a file, and keeps its error, of which polars tells another."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.fault: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401  # whatever polars holds bytes in
        try:
            return self._file.write(data)
        except OSError as error:
            self.fault = error
            raise


def _rows(links: Iterable[StatedLink], release: int, written: Written) -> Iterator[_Row]:
    for number, link in enumerate(links, 1):
        written.links = number
        head = (*_end(link.source_entity), link.relation, *_end(link.target_entity))
        n_statements = len(link.stated_by)
        for place, said in enumerate(link.stated_by or (_NOBODY,), 1):
            written.rows += 1
            side = said.side if n_statements else ""
            yield (
                *(release, number, place, *head, link.stated_from, n_statements),
                *(said.source, said.record, said.record_iri, side, said.stated_as),
                *(said.target_as, said.at, said.datestamp, said.rule),
            )


def _end(end: End) -> tuple[Any, ...]:
    return end.key, end.iri, end.kind, end.name, list(end.identifiers), end.is_stub


def _cell(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return "; ".join(map(str, value))
        case _:
            return str(value)
