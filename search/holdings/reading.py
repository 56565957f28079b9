"""Reads a list of titles from any file that librarians have, row by row.

Memory does not grow with the file; what is wrong with a row is told with the row.
"""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from search.holdings.byte_stream import DEFAULT_LIMIT_BYTES, ByteStream, open_stream
from search.holdings.carrier import Carrier, carrier_of
from search.holdings.lines import Lines
from search.holdings.marc_file import MarcRows
from search.holdings.plain_list import read_list
from search.holdings.result import ListFile, Problem
from search.holdings.row import Row
from search.holdings.table import Layout, find_layout, read_table
from search.holdings.xml_file import XmlRows


class _Encoded(Protocol):
    """What knows in which encoding it reads."""

    @property
    def encoding(self) -> str: ...


class Reading:
    """A list being read; its rows can be gone through once."""

    def __init__(
        self,
        kind: str,
        rows: Iterator[Row],
        source: _Encoded,
        problems: list[Problem],
        layout: Layout | None = None,
    ) -> None:
        self._kind = kind
        self._source = source
        self._layout = layout
        self.rows = rows
        """The rows, in the order of the file."""
        self.problems = problems
        """What is wrong with the file as a whole; grows while rows are read."""

    @property
    def file(self) -> ListFile:
        """What the file turned out to be; the encoding is certain behind the last row."""
        layout = self._layout
        return ListFile(
            kind=self._kind,
            encoding=self._source.encoding,
            columns=layout.columns() if layout else {},
            delimiter=layout.delimiter if layout else "",
        )


def read_rows(file: BinaryIO, *, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> Reading:
    """Find out what a file is and read its rows.

    Args:
        file: anything with `read`, packed with gzip or not; read once, not closed.
        limit_bytes: the most that are read, packed or unpacked.

    Raises:
        UnreadableList: it is no list; says what it is.
        ListTooLarge: it has more bytes; may also be raised while the rows are read.
    """
    problems: list[Problem]
    stream = open_stream(file, limit_bytes)
    match carrier_of(stream.head()):
        case Carrier.MARC:
            marc, problems = MarcRows(stream), []
            return Reading("marc", _to_end(marc, stream, problems), marc, problems)
        case Carrier.MARCXML | Carrier.ONIX as carrier:
            problems = []
            xml = XmlRows(stream, carrier, problems)
            return Reading(carrier.value, _to_end(xml, stream, problems), xml, problems)
        case Carrier.TEXT:
            return _read_text(stream)


def _read_text(stream: ByteStream) -> Reading:
    lines = Lines(stream)
    layout = find_layout(lines.head)
    problems = list(layout.problems) if layout else []
    rows = read_table(lines, layout) if layout else read_list(lines)
    kind = layout.kind if layout else "list"
    return Reading(kind, _to_end(rows, stream, problems), lines, problems, layout)


def _to_end(rows: Iterator[Row], stream: ByteStream, problems: list[Problem]) -> Iterator[Row]:
    """The rows, and behind the last a word on bytes that could not be unpacked."""
    yield from rows
    if stream.is_broken:
        told = "the packed file is cut or damaged: what could be unpacked was read"
        problems.append(Problem(0, told, is_cut=True))
