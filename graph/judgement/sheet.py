"""The form of the file of judgements: CSV as people and their spreadsheets keep it.

One row a line. Read: comma, semicolon or tab, with or without a byte order mark, any line ends.
Written: so that a spreadsheet runs no cell as a formula. CSV: https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from graph.errors import GraphError

REQUIRED: Final = ("verdict", "a", "b")
"""Columns that are obeyed; all others are for the reader."""
COLUMNS: Final = (
    *REQUIRED,
    *("title_a", "title_b", "year", "creators", "sources", "score", "why"),
)
"""Columns that are written, in this order."""

_BOM: Final = "\ufeff"
_DELIMITERS: Final = (",", ";", "\t")
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_EXCEL_HINT: Final = re.compile(r"\"?sep=.\"?", re.IGNORECASE)
# Excel and LibreOffice take these for the start of a formula, also behind spaces and full-width
# (https://owasp.org/www-community/attacks/CSV_Injection). Quotation marks that are there count
# along, so that taking one away gives back what was written.
_FORMULA: Final = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001  # the full-width signs
_ESCAPED: Final = re.compile(r"''*\s*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001  # the full-width signs
_BREAKS: Final = re.compile(r"[\r\n]+")


class SheetRefused(GraphError):
    """The file of judgements cannot be read as a whole; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A line that is left out."""

    line: int
    """Counted from 1, the heading included."""
    what: str
    """What is wrong."""
    todo: str
    """What a person can do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line, by the names of its columns."""

    line: int
    """Counted from 1; 0 for a row that is in no file yet."""
    cells: Mapping[str, str]

    @property
    def verdict(self) -> str:
        """The verdict in lower case, empty where nobody has judged yet."""
        return self.cells["verdict"].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file of judgements as it is."""

    columns: tuple[str, ...] = COLUMNS
    """Names in the order of the file; those of no meaning here are kept."""
    delimiter: str = ","
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Lines that could not be taken apart."""


def parse_sheet(content: bytes) -> Sheet:
    """Take a file of judgements apart.

    Args:
        content: the bytes; UTF-8, UTF-16 with a byte order mark, or else Windows-1252, which older
            versions of Excel write.

    Raises:
        SheetRefused: the heading has not all of `REQUIRED`, or names one of them twice.
    """
    lines = _LINE_END.split(_decode(content))
    start = 1 if _EXCEL_HINT.fullmatch(lines[0]) else 0
    columns, delimiter = _read_heading(lines[start] if start < len(lines) else "")
    rows, faults = [], []
    for number, line in enumerate(lines[start + 1 :], start=start + 2):
        cells = _cells(line, delimiter)
        if isinstance(cells, str):
            faults.append(
                Fault(
                    line=number,
                    what=cells,
                    todo="double every quotation mark inside a cell, and keep a row on one line",
                )
            )
        elif any(cell.strip() for cell in cells[len(columns) :]):
            faults.append(
                Fault(
                    line=number,
                    what=f"has {len(cells)} cells where the heading has {len(columns)}",
                    todo=f"put a cell that holds {_spoken(delimiter)} between quotation marks",
                )
            )
        elif cells:
            named = dict(zip_longest(columns, cells[: len(columns)], fillvalue=""))
            rows.append(Row(line=number, cells=named))
    return Sheet(columns=columns, delimiter=delimiter, rows=tuple(rows), faults=tuple(faults))


def format_sheet(sheet: Sheet) -> str:
    """Write a sheet as CSV with a heading; lines end in CRLF, as RFC 4180 has it.

    Reading it gives back the rows and columns, each cell as it was, line breaks in cells apart:
    they become spaces.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sheet.delimiter, lineterminator="\r\n")
    writer.writerow(map(_guarded, sheet.columns))
    for row in sheet.rows:
        writer.writerow(_guarded(row.cells.get(name, "")) for name in sheet.columns)
    return out.getvalue()


def new_row(cells: Mapping[str, str]) -> Row:
    """A row that nobody has judged yet; columns that are not given stay empty."""
    return Row(line=0, cells={name: cells.get(name, "") for name in COLUMNS})


def joined_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """All columns of `COLUMNS` and those of a file: its own order, what it lacks behind it."""
    return tuple(dict.fromkeys((*columns, *COLUMNS)))


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _read_heading(line: str) -> tuple[tuple[str, ...], str]:
    """Names of the columns, and the delimiter that they are parted by."""
    for delimiter in _DELIMITERS:
        cells = _cells(line, delimiter)
        names = (
            () if isinstance(cells, str) else tuple(name.strip().lower() or "-" for name in cells)
        )
        if set(REQUIRED) <= set(names):
            for name in REQUIRED:
                if names.count(name) > 1:
                    raise SheetRefused(f"the heading has the column {name!r} twice")
            return _distinct(names), delimiter
    raise SheetRefused(
        f"the first line must name the columns {', '.join(REQUIRED)}; it is {line[:200]!r}"
    )


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names with a number on those that are there before, so that each column is kept."""
    seen: dict[str, int] = {}
    for name in names:
        distinct, n = name, 1
        while distinct in seen:
            n += 1
            distinct = f"{name} {n}"
        seen[distinct] = n
    return tuple(seen)


def _cells(line: str, delimiter: str) -> list[str] | str:
    """The cells of a line, none for an empty one, or why they cannot be told."""
    try:
        parsed: Iterator[list[str]] = csv.reader([line], delimiter=delimiter, strict=True)
        cells = [_unguarded(cell) for cell in next(parsed, [])]
    except csv.Error as error:
        return f"is not CSV: {error}"
    return cells if any(cell.strip() for cell in cells) else []


def _guarded(cell: str) -> str:
    text = _BREAKS.sub(" ", cell)
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if _ESCAPED.match(cell) else cell


def _spoken(delimiter: str) -> str:
    return {",": "a comma", ";": "a semicolon"}.get(delimiter, "a tab")
