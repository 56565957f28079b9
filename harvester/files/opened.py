"""A file as text, whatever it is packed and encoded in, and what its beginning says it is."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from harvester.answers.parse import Rejected
from harvester.errors import HarvestError
from harvester.record import RawRecord

Item = RawRecord | Rejected
"""What a reader makes of one record or row."""

BROKEN: Final = (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError)
"""Raised by reading on where the packed or encoded bytes are cut or damaged."""

HEAD_CHARS: Final = 65_536
"""Characters looked at to tell the format; a header row or an ONIX header is shorter (guessed)."""

_GZIP: Final = b"\x1f\x8b"
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


class UnreadableFile(HarvestError):
    """The file is absent, or nothing that can be imported; says which file and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """An open file and its first characters."""

    path: Path
    head: str
    stream: TextIO
    """At the beginning, the head included; bytes that are not text are lone surrogates."""


@contextmanager
def opened(path: Path) -> Iterator[OpenedFile]:
    """Open a file as text: gzip or not; UTF-8, UTF-16 with a byte order mark, or as XML declares.

    Raises:
        UnreadableFile: it cannot be opened or its first bytes cannot be read.
    """
    with ExitStack() as stack:
        try:
            binary = stack.enter_context(path.open("rb"))
            unpacked = _unpacked(binary, stack)
            start = unpacked.read(HEAD_CHARS)
        except (OSError, *BROKEN) as error:
            raise UnreadableFile(f"{path}: {error}") from error
        encoding = _encoding(start)
        errors = "replace" if encoding == "utf-16" else "surrogateescape"
        try:
            head = start.decode(encoding, errors)
            unpacked.seek(0)
        except (LookupError, ValueError, OSError) as error:
            raise UnreadableFile(f"{path}: {error}") from error
        stream = io.TextIOWrapper(unpacked, encoding=encoding, errors=errors, newline="")
        yield OpenedFile(path=path, head=head, stream=stack.enter_context(stream))


def original_bytes(text: str) -> bytes:
    """UTF-8 of a text; where a byte of the file was no text, that byte."""
    return text.encode("utf-8", "surrogateescape")


def has_foreign_bytes(text: str) -> bool:
    """Tell whether some bytes of the file were not text in its encoding."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _unpacked(binary: BinaryIO, stack: ExitStack) -> BinaryIO:
    magic = binary.read(len(_GZIP))
    binary.seek(0)
    if magic != _GZIP:
        return binary
    return stack.enter_context(gzip.GzipFile(fileobj=binary))  # type: ignore[return-value]  # reads as one


def _encoding(start: bytes) -> str:
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    declared = _DECLARED.match(start)
    return declared[1].decode("ascii") if declared else "utf-8"
