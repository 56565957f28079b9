"""Documents that wait in a file until there is time to index them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from search.document import Document

_LENGTH_BYTES: Final = 4


@contextmanager
def open_pile(directory: Path) -> Iterator["Pile"]:
    """Make an empty pile in a directory, where its file has no name and ends with the context.

    Raises:
        OSError: the file cannot be made.
    """
    with tempfile.TemporaryFile(dir=directory) as file:
        yield Pile(file)


class Pile:
    """First in, first out; a length and a MessagePack body for each document."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._encoder = msgspec.msgpack.Encoder()

    def add(self, document: Document) -> None:
        """Put a document last.

        Raises:
            OSError: the disk is full.
        """
        body = self._encoder.encode(document)
        self._file.write(len(body).to_bytes(_LENGTH_BYTES))
        self._file.write(body)

    def documents(self) -> Iterator[Document]:
        """All documents in the order in which they came; none may be added from then on."""
        decoder = msgspec.msgpack.Decoder(Document)
        self._file.seek(0)
        while length := self._file.read(_LENGTH_BYTES):
            yield decoder.decode(self._file.read(int.from_bytes(length)))
