"""The lines of a text file, one after the other, each read in some encoding and none lost."""

import codecs
from collections.abc import Iterator
from typing import Final, NamedTuple

from search.holdings.byte_stream import ByteStream, with_line_feeds
from search.holdings.encoding import UTF8, guess_encoding, marked_encoding

MAX_LINE_BYTES: Final = 1 << 20
"""Longest line read; nobody describes a title in more."""
_CHUNK: Final = 1 << 16


class Line(NamedTuple):
    """One line without its end."""

    number: int
    """From 1."""
    text: str
    problems: tuple[str, ...]
    """What was wrong with its bytes."""


class Lines(Iterator[Line]):
    """The lines of a stream."""

    def __init__(self, stream: ByteStream) -> None:
        self._head = stream.head()
        name, self._mark_bytes = marked_encoding(self._head)
        self._is_wide = name.startswith(("utf-16", "utf-32"))
        self._encoding = name or UTF8
        self._is_settled = bool(name)
        if self._is_wide:
            self._lines = _wide_lines(stream, name)
        else:
            self._lines = _narrow_lines(with_line_feeds(stream))
        self._number = 0

    @property
    def encoding(self) -> str:
        """As far as it is known by now."""
        return self._encoding

    @property
    def head(self) -> str:
        """The first characters of the file, without its mark."""
        mark = self._mark_bytes
        if self._is_wide:
            return self._head[mark:].decode(self._encoding, "replace")
        guessed = self._encoding
        if not self._is_settled:
            guessed = guess_encoding(self._head.splitlines())
        return self._head[mark:].decode(guessed, "replace")

    def __next__(self) -> Line:
        """The next line."""
        raw, is_cut = next(self._lines)
        self._number += 1
        problems = [f"longer than {MAX_LINE_BYTES} bytes: the rest was left out"] * is_cut
        if self._number == 1 and self._mark_bytes and not self._is_wide:
            raw = raw[self._mark_bytes :]
        if not self._is_wide and b"\0" in raw:
            raw = raw.replace(b"\0", b"")
            problems.append("zero bytes in it, which were left out")
        text = raw.decode(UTF8) if self._is_wide else self._decoded(raw, problems)
        if self._is_wide and "\ufffd" in text:
            problems.append(f"bytes in it that are no {self._encoding}")
        return Line(self._number, text.rstrip("\r\n"), tuple(problems))

    def _decoded(self, raw: bytes, problems: list[str]) -> str:
        try:
            return raw.decode(UTF8)
        except UnicodeDecodeError:
            pass
        if not self._is_settled:
            self._encoding = guess_encoding([*self._head.splitlines(), raw])
            self._is_settled = True
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError:
            problems.append(f"bytes in it that are no {self._encoding}: shown as \ufffd")
            return raw.decode(self._encoding, "replace")


def _narrow_lines(stream: ByteStream) -> Iterator[tuple[bytes, bool]]:
    """Each line, and whether it was cut."""
    while raw := stream.readline(MAX_LINE_BYTES):
        is_cut = len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n")
        rest = raw
        while is_cut and rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES)
        yield raw, is_cut


def _wide_lines(stream: ByteStream, encoding: str) -> Iterator[tuple[bytes, bool]]:
    """The same for UTF-16 and UTF-32, as UTF-8: their line ends cannot be told by bytes."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    waiting, is_first, is_cut = "", True, False
    while True:
        raw = stream.read(_CHUNK)
        waiting += decoder.decode(raw, final=not raw)
        if is_first:
            waiting, is_first = waiting.removeprefix("\ufeff"), False
        *whole, waiting = waiting.replace("\r\n", "\n").split("\n")
        for line in whole:
            yield line.encode(), is_cut
            is_cut = False
        if len(waiting) > MAX_LINE_BYTES:
            waiting, is_cut = waiting[:MAX_LINE_BYTES], True
        if not raw:
            break
    if waiting:
        yield waiting.encode(), is_cut
