"""What the pool and its workers say to each other: length-prefixed frames of JSON or bytes.

A request is one frame; its answer is one frame, followed by one with the result when it is `ok`.
"""

import struct
from typing import BinaryIO, Final, Literal

from msgspec import Struct

from search.sparql.results import ResultFormat

LENGTH: Final = struct.Struct(">Q")
"""Each frame begins with its length in bytes."""


class Start(Struct, frozen=True, kw_only=True):
    """First frame to a worker: what to open and which limits to keep."""

    store: str
    memory_limit_bytes: int
    result_limit_bytes: int
    time_limit_s: float
    allowed_services: tuple[str, ...] = ()


class Request(Struct, frozen=True, kw_only=True):
    """One query with the dataset that the protocol's parameters name (none: the store's own)."""

    query: str
    format: ResultFormat
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a request, or the start, went."""

    state: Literal["ok", "syntax", "refused", "large", "memory", "failed"]
    message: str = ""
    line: int = 1
    column: int = 1


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Write one frame and flush it."""
    stream.write(LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read one frame; None when the other side has closed the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    return stream.read(length)
