"""Files of MARC records in transmission format; the only file that reads with pymarc.

Records are cut at their terminators, so that a broken one spoils no other.
Specification: https://www.loc.gov/marc/specifications/specrecstruc.html (ISO 2709)
"""

from collections.abc import Iterator
from typing import Final

import pymarc
from pymarc.exceptions import PymarcException

from graph.crosswalk.marc_fields import Field, MarcRecord
from search.holdings.byte_stream import ByteStream
from search.holdings.marc_row import row_of_marc
from search.holdings.row import Row

_END: Final = b"\x1d"
_CHUNK: Final = 1 << 16
MAX_RECORD_BYTES: Final = 1 << 20
"""Longest record read; the format allows 99,999 bytes, some systems write more."""
_WANTED: Final = frozenset(
    {"008", "020", "022", "024", "240", "245", "260", "264", "773", "776", "856"}
)
_BROKEN: Final = (PymarcException, ValueError, IndexError, KeyError, TypeError, Warning)
"""What pymarc raises on records that are none; a warning only where warnings are errors."""


class MarcRows(Iterator[Row]):
    """The records of a file as rows."""

    def __init__(self, stream: ByteStream) -> None:
        self._pieces = _cut(stream)
        self._number = 0
        self._encodings: set[str] = set()

    @property
    def encoding(self) -> str:
        """Of the records read by now: `utf-8`, `marc-8`, or both."""
        return " and ".join(sorted(self._encodings)) or "marc-8"

    def __next__(self) -> Row:
        """The next record."""
        piece, problem = next(self._pieces)
        self._number += 1
        if problem:
            return _unreadable(self._number, problem)
        try:
            record, problems = self._read(piece)
        except _BROKEN as error:
            return _unreadable(self._number, f"no MARC record: {_told(error)}")
        return row_of_marc(self._number, record, problems)

    def _read(self, piece: bytes) -> tuple[MarcRecord, tuple[str, ...]]:
        raw = pymarc.Record(data=piece, to_unicode=False)
        leader = str(raw.leader)
        is_utf8 = leader[9:10] == "a"
        self._encodings.add("utf-8" if is_utf8 else "marc-8")
        control: dict[str, str] = {}
        fields: dict[str, list[Field]] = {}
        replaced = False
        for field in raw.fields:
            if field.tag not in _WANTED:
                continue
            if field.control_field:
                control.setdefault(field.tag, _text(field.data or b"", is_utf8=True))
                continue
            texts = tuple((part.code, _text(part.value, is_utf8=is_utf8)) for part in field)
            replaced = replaced or any("\ufffd" in text for _, text in texts)
            indicators = "".join(field.indicators or "  ")
            fields.setdefault(field.tag, []).append(Field(field.tag, indicators, texts))
        declared = "utf-8" if is_utf8 else "marc-8"
        problems = (f"bytes in it that are no {declared}: shown as \ufffd",) if replaced else ()
        return MarcRecord(leader, control, fields), problems


def _text(value: object, *, is_utf8: bool) -> str:
    """Text of a subfield; systems write UTF-8 into records that call themselves MARC-8."""
    data = value if isinstance(value, bytes) else str(value).encode()
    if data.isascii() and b"\x1b" not in data:
        return data.decode()
    try:
        return data.decode()
    except UnicodeDecodeError:
        if is_utf8:
            return data.decode("utf-8", "replace")
    try:
        return pymarc.marc8_to_unicode(data, hide_utf8_warnings=True)
    except _BROKEN:
        return data.decode("utf-8", "replace")


def _cut(stream: ByteStream) -> Iterator[tuple[bytes, str]]:
    """Each record, or what is wrong with it."""
    waiting = b""
    is_skipping = False
    while chunk := stream.read(_CHUNK):
        *whole, waiting = (waiting + chunk).split(_END)
        for piece in whole:
            if is_skipping:
                is_skipping = False
            elif record := piece.strip(b"\r\n \0\x1a"):
                yield record + _END, ""
        if len(waiting) > MAX_RECORD_BYTES:
            if not is_skipping:
                yield b"", f"no end of it within {MAX_RECORD_BYTES} bytes"
            waiting, is_skipping = b"", True
    if not is_skipping and waiting.strip(b"\r\n \0\x1a"):
        yield b"", "the file is cut inside this record"


def _unreadable(number: int, problem: str) -> Row:
    return Row(number=number, problems=(problem,), is_unreadable=True)


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
