"""A file that appears under its name only when it is whole."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, cast

from search.errors import ExportFailed

STANDARD_OUTPUT: Final = Path("-")


def is_stream(path: Path) -> bool:
    """Whether a place is standard output, a pipe or a device: nothing may take its name."""
    return path == STANDARD_OUTPUT or (path.exists() and not path.is_file())


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside its place and rename it when it is whole and on the disk.

    Until then, and after an error, the name holds what it held before; what was written is removed.
    A symbolic link stays one, to the new file. `-` is standard output; that, pipes and devices are
    written as they are and keep what they got.

    Raises:
        ExportFailed: it cannot be written, because the disk is full for example.
    """
    if is_stream(path):
        with _telling(path, "it may hold a part"), _stream(path) as file:
            yield file
        return
    target = path.resolve() if path.is_symlink() else path
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with _telling(path, "nothing was kept of it"):
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    if path != STANDARD_OUTPUT:
        with path.open("wb") as file:
            yield file
        return
    yield cast("BinaryIO", sys.stdout.buffer)
    sys.stdout.buffer.flush()


@contextmanager
def _telling(path: Path, end: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # who reads has had enough: no fault of the file
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportFailed(f"cannot write {path}: {reason}; {end}") from error
