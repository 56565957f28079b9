"""Batches on their way to a helper and back: four bytes of length, then MessagePack."""

from typing import IO, Final, TypeVar

import msgspec

from graph.mapping.read import Mapped
from harvester.record import StagedRecord

_LENGTH_BYTES: Final = 4
_ENCODER: Final = msgspec.msgpack.Encoder()

_Batch = TypeVar("_Batch")

BATCH: Final = msgspec.msgpack.Decoder(list[StagedRecord])
MAPPED: Final = msgspec.msgpack.Decoder(list[Mapped])


def send(pipe: IO[bytes], batch: object) -> None:
    """Send a list of records or of what was read of them.

    Raises:
        BrokenPipeError: the other end is gone.
    """
    body = _ENCODER.encode(batch)
    pipe.write(len(body).to_bytes(_LENGTH_BYTES))
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes], decoder: msgspec.msgpack.Decoder[_Batch]) -> _Batch | None:
    """What the other end sent; None when it is gone."""
    length = pipe.read(_LENGTH_BYTES)
    body = pipe.read(int.from_bytes(length))
    if len(length) < _LENGTH_BYTES or len(body) < int.from_bytes(length):
        return None
    return decoder.decode(body)
