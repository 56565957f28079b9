"""The bytes of an uploaded or opened file: unpacked, counted against a limit, with a look ahead."""

import gzip
import io
import zlib
from collections.abc import Callable
from typing import BinaryIO, Final

from search.holdings.errors import ListTooLarge, UnreadableList

HEAD_BYTES: Final = 1 << 18
"""Bytes looked at to tell what a file is."""
DEFAULT_LIMIT_BYTES: Final = 2 << 30
_GZIP: Final = b"\x1f\x8b"
_ONLY_CR: Final = bytes.maketrans(b"\r", b"\n")


class ByteStream(io.BufferedReader):
    """A file that is read once, from its beginning; `peek` shows up to `HEAD_BYTES` ahead."""

    @property
    def is_broken(self) -> bool:
        """Whether the packing was found damaged or cut; what was read before that is good."""
        return isinstance(self.raw, _Counted) and self.raw.is_broken

    def head(self) -> bytes:
        """The next bytes, without taking them."""
        return self.peek(HEAD_BYTES)[:HEAD_BYTES]


def open_stream(file: BinaryIO, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> ByteStream:
    """Read a file, packed with gzip or not; reading on raises what is told below.

    Args:
        file: anything with `read`; need not be seekable. Stays open.
        limit_bytes: the most that are read, before and after unpacking.

    Raises:
        ListTooLarge: there are more.
        UnreadableList: it is packed and the packing is damaged at its beginning.
    """
    stream = ByteStream(_Counted(file.read, limit_bytes), HEAD_BYTES)
    if stream.head().startswith(_GZIP):
        packed = gzip.GzipFile(fileobj=stream)
        stream = ByteStream(_Counted(packed.read1, limit_bytes), HEAD_BYTES)
        stream.head()
    return stream


def with_line_feeds(stream: ByteStream) -> ByteStream:
    """The same bytes, where lines end in carriage returns only with line feeds in their place."""
    head = stream.head()
    if b"\n" in head or b"\r" not in head:
        return stream
    return ByteStream(
        _Counted(lambda size: (stream.read(size) or b"").translate(_ONLY_CR), DEFAULT_LIMIT_BYTES),
        HEAD_BYTES,
    )


class _Counted(io.RawIOBase):
    """Fills every buffer whole, so that a look ahead shows enough, and counts."""

    def __init__(self, read: Callable[[int], bytes | None], limit_bytes: int) -> None:
        super().__init__()
        self._read = read
        self._limit_bytes = limit_bytes
        self._n_bytes = 0
        self.is_broken = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what it is called with
        """Read as much as the buffer holds."""
        filled = 0
        while filled < len(buffer) and (piece := self._next(len(buffer) - filled, filled)):
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)
        self._n_bytes += filled
        if self._n_bytes > self._limit_bytes:
            raise ListTooLarge(self._limit_bytes)
        return filled

    def _next(self, size: int, n_waiting: int) -> bytes:
        """The next bytes; none behind a place where the packing is damaged or cut."""
        if self.is_broken:
            return b""
        try:
            return self._read(size) or b""
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.is_broken = True
            if not self._n_bytes and not n_waiting:
                raise UnreadableList(f"a gzip file that is damaged: {error}") from error
            return b""
