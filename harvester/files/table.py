"""Rows under a header: found, told apart, and each made a record of its cells by column."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

from harvester.answers.parse import Rejected
from harvester.files.opened import Item, OpenedFile, has_foreign_bytes, original_bytes
from harvester.record import RawRecord

CELL_CHARS: Final = 16 << 20
"""Longest cell read; what is longer has lost its closing quote (guessed)."""
_LINES_BEFORE: Final = 10
"""Lines in which the header row is looked for; the DOAB of 2018 began with two of HTTP."""

Row = dict[str, str]
"""Cells by column; empty ones left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a kind of table is written and how its rows are named."""

    delimiters: str
    columns: tuple[frozenset[str], ...]
    """Sets of columns in lower case; a header row has all of one of them."""
    identify: Callable[[Row], str]
    """A row's own identifier, empty where it has none."""
    is_quoted: bool = True
    """Cells may stand in quotes and hold line ends."""
    may_be_short: bool = False
    """Empty cells at the end of a row may be left away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header row: which line it is, and its columns."""

    n_before: int
    """Lines before it."""
    delimiter: str
    columns: tuple[str, ...]


def find_header(head: str, layout: Layout) -> Header | None:
    """Find the header row among the first lines; None where this is another kind of file."""
    for n_before, line in enumerate(head.splitlines()[:_LINES_BEFORE]):
        for delimiter in layout.delimiters:
            cells = next(csv.reader([line], delimiter=delimiter), [])
            columns = tuple(cell.strip().strip("\ufeff") for cell in cells)
            known = {column.lower() for column in columns}
            if any(wanted <= known for wanted in layout.columns):
                return Header(n_before=n_before, delimiter=delimiter, columns=columns)
    return None


def read_table(file: OpenedFile, layout: Layout) -> Iterator[Item]:
    """Read the rows below the header.

    A row that repeats an identifier with other cells, as KBART's do for each span of a serial,
    gets the hash of its cells behind it. Reasons of what is rejected: `before-header`, `bad-row`
    (more or fewer cells than columns, or an endless one), `not-text`.
    """
    header = find_header(file.head, layout)
    if header is None:
        return
    for _ in range(header.n_before):
        if (line := file.stream.readline()).strip():
            yield _rejected(line, "before-header", "a line before the header row")
    file.stream.readline()
    met: dict[str, str] = {}
    for cells in _rows(file.stream, header, layout):
        if isinstance(cells, Rejected):
            yield cells
        elif any(cell.strip() for cell in cells):
            yield _item(cells, header, layout, met)


def _rows(lines: Iterable[str], header: Header, layout: Layout) -> Iterator[list[str] | Rejected]:
    csv.field_size_limit(CELL_CHARS)
    quoting: Final = csv.QUOTE_MINIMAL if layout.is_quoted else csv.QUOTE_NONE
    rows = csv.reader(
        (line.replace("\0", "") for line in lines), delimiter=header.delimiter, quoting=quoting
    )
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _rejected("", "bad-row", f"line {rows.line_num}: {error}")


def _item(cells: list[str], header: Header, layout: Layout, met: dict[str, str]) -> Item:
    line = _line(cells, header.delimiter)
    if has_foreign_bytes(line):
        return _rejected(line, "not-text", "bytes that are no text in the encoding of the file")
    columns = header.columns
    is_short = len(cells) < len(columns) and not layout.may_be_short
    if is_short or any(cell.strip() for cell in cells[len(columns) :]):
        detail = f"{len(cells)} cells under {len(columns)} columns"
        return _rejected(line, "bad-row", detail)
    if not layout.is_quoted:
        cells = [_unquoted(cell) for cell in cells]
    row: Row = {}
    for column, cell in zip(columns, cells, strict=False):
        if (text := cell.strip()) and column:
            row[column] = f"{row[column]}||{text}" if column in row else text
    json = msgspec.json.encode(row)
    digest = sha256(json).hexdigest()[:32]
    identifier = layout.identify(row) or f"sha256:{digest}"
    if met.setdefault(identifier, digest) != digest:
        identifier = f"{identifier}#{digest}"
    return RawRecord(identifier=identifier, datestamp="", is_deleted=False, sets=(), xml=json)


def _unquoted(cell: str) -> str:
    """The cell without the quotes that spreadsheets put around one with a comma or quote in it."""
    inside = cell[1:-1]
    is_wrapped = len(cell) > 1 and cell[0] == cell[-1] == '"'
    if not is_wrapped or '"' in inside.replace('""', ""):
        return cell
    return inside.replace('""', '"')


def _line(cells: list[str], delimiter: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _rejected(line: str, reason: str, detail: str) -> Rejected:
    return Rejected(identifier="", reason=reason, detail=detail, body=original_bytes(line))
