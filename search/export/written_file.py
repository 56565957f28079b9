"""A file of an export, and beside it what it is: release, question, caveats, size, checksum.

    books.csv    books.csv.about.json

Most formats have no place for this, so it always stands beside. Both appear when both are whole.
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from graph.release import Asked
from search.export.whole_file import is_stream, whole_file

_LEVEL: Final = 6
"""Of compression; gzip's own default."""


class About(Asked, frozen=True, kw_only=True):
    """What a file holds: `FILE.about.json`."""

    format: str
    media_type: str
    is_compressed: bool
    """By gzip."""
    entities: int | None
    """How many; null where triples were asked for."""
    file: str
    """Its name."""
    bytes: int
    sha256: str
    """Lower-case hexadecimal."""


class Summed:
    """A file that knows the size and the checksum of what was written into it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self.n_bytes = 0

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self._file.write(data)
        self._sum.update(data)
        self.n_bytes += len(data)
        return len(data)

    def writelines(self, pieces: Iterable[bytes]) -> None:
        """Write all of them."""
        for piece in pieces:
            self.write(piece)

    def flush(self) -> None:
        """Hand on what the file keeps back."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """The checksum of what was written up to now."""
        return self._sum.hexdigest()


@contextmanager
def pressed(file: BinaryIO, *, is_compressed: bool) -> Iterator[BinaryIO]:
    """The file, or one that compresses into it without name and time: the same text, the same file.

    https://www.rfc-editor.org/rfc/rfc1952
    """
    if not is_compressed:
        yield file
        return
    with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as inner:
        yield cast("BinaryIO", inner)


def about_path(path: Path) -> Path:
    """Where it stands what a file is."""
    return path.with_name(f"{path.name}.about.json")


@contextmanager
def described_file(path: Path, *, is_compressed: bool) -> Iterator["DescribedFile"]:
    """A file with its description beside; of standard output, pipes and devices there is none.

    Raises:
        ExportFailed: one of them cannot be written; then both names hold what they held.
    """
    with ExitStack() as stack:
        side = None
        if not is_stream(path):
            side = stack.enter_context(whole_file(about_path(path)))
        file = stack.enter_context(whole_file(path))
        yield DescribedFile(path, file, side, is_compressed=is_compressed)


class DescribedFile:
    """A file that is being written; see `described_file`."""

    def __init__(
        self, path: Path, file: BinaryIO, side: BinaryIO | None, *, is_compressed: bool
    ) -> None:
        self.has_description = side is not None
        self._path, self._side, self._is_compressed = path, side, is_compressed
        self._summed = Summed(file)

    @contextmanager
    def content(self) -> Iterator[BinaryIO]:
        """Where the content goes; to be opened once."""
        file = cast("BinaryIO", self._summed)
        with pressed(file, is_compressed=self._is_compressed) as inner:
            yield inner

    def finish(
        self, asked: Asked, *, format_name: str, media_type: str, entities: int | None
    ) -> About:
        """Say what was written, once the content is closed."""
        about = About(
            **msgspec.structs.asdict(asked),
            format=format_name,
            media_type=media_type,
            is_compressed=self._is_compressed,
            entities=entities,
            file=self._path.name,
            bytes=self._summed.n_bytes,
            sha256=self._summed.sha256,
        )
        if self._side is not None:
            self._side.write(msgspec.json.format(msgspec.json.encode(about)) + b"\n")
        return about
