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


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside its place and rename it when it is whole and on the disk.

    Until then, and after an error, the name holds what it held before; what was written is removed.
    `-` is standard output, which keeps what it got.

    Raises:
        ExportFailed: it cannot be written, because the disk is full for example.
    """
    if path == STANDARD_OUTPUT:
        with _telling(path):
            yield cast("BinaryIO", sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with _telling(path):
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # who reads has had enough: no fault of the file
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportFailed(f"cannot write {path}: {reason}; nothing was kept of it") from error
