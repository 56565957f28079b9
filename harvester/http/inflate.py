"""The body of an answer, collected within a bound and unpacked where it is gzip; pure.

Gzip is known by its first two bytes, not by the Content-Encoding: repositories send it without
the label, packed twice under one label, and the label on plain XML. XML never starts like gzip.
Format: https://www.rfc-editor.org/rfc/rfc1952
"""

import zlib
from io import BytesIO
from typing import Final

_MAGIC: Final = b"\x1f\x8b"
_GZIP_WBITS: Final = 31
_PIECE_BYTES: Final = 256 * 1024
"""Unpacked at a time, so that a small chunk cannot become a large allocation."""
_MAX_LAYERS: Final = 2


class TooLarge(ValueError):
    """More bytes than the bound, packed or unpacked."""


class CutStream(ValueError):
    """The gzip data ends early or is damaged."""


class Body:
    """Takes the chunks of a body in order and gives it back whole and unpacked."""

    def __init__(self, max_bytes: int, *, max_layers: int = _MAX_LAYERS) -> None:
        """`max_bytes` bounds the body before and after each of `max_layers` unpackings."""
        self._max_bytes = max_bytes
        self._max_layers = max_layers
        self._n_bytes = 0
        self._head: bytes | None = b""
        self._plain = BytesIO()
        self._layer: _Layer | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLarge: the bound is passed; nothing beyond it was kept.
            CutStream: the gzip data is damaged.
        """
        self._n_bytes += len(chunk)
        if self._n_bytes > self._max_bytes:
            raise TooLarge(f"more than {self._max_bytes} bytes")
        if self._head is not None:
            self._head += chunk
            if len(self._head) < len(_MAGIC):
                return
            chunk = self._begin()
        if self._layer is None:
            self._plain.write(chunk)
        else:
            self._layer.feed(chunk)

    def finish(self) -> bytes:
        """Return the body.

        Raises:
            CutStream: the gzip data has no end.
        """
        if self._head is not None:
            return self._head
        if self._layer is None:
            return self._plain.getvalue()
        return self._layer.finish()

    def _begin(self) -> bytes:
        """Decide by the first bytes, and hand them on."""
        head, self._head = self._head or b"", None
        if self._max_layers > 0 and head.startswith(_MAGIC):
            self._layer = _Layer(Body(self._max_bytes, max_layers=self._max_layers - 1))
        return head


class _Layer:
    """One layer of gzip: unpacks its members one after the other into `inner`."""

    def __init__(self, inner: Body) -> None:
        self._inner = inner
        self._member = zlib.decompressobj(_GZIP_WBITS)
        self._is_over = False

    def feed(self, chunk: bytes) -> None:
        while chunk and not self._is_over:
            if self._member.eof:
                # what follows the last member is padding
                self._is_over = chunk[0] != _MAGIC[0]
                self._member = self._member if self._is_over else zlib.decompressobj(_GZIP_WBITS)
                continue
            try:
                piece = self._member.decompress(chunk, _PIECE_BYTES)
            except zlib.error as error:
                raise CutStream(f"damaged gzip: {error}") from error
            self._inner.feed(piece)
            chunk = self._member.unconsumed_tail or self._member.unused_data

    def finish(self) -> bytes:
        if not self._member.eof:
            raise CutStream("the gzip data ends early")
        return self._inner.finish()
