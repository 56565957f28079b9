"""Changes to a directory that outlive a crash: files written whole, renames synced, locks."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_file(path: Path, body: bytes) -> None:
    """Put a file in place of what is there: after a crash it is the old one or the new one.

    Raises:
        OSError: it could not be written; the old one is still there.
    """
    beside = path.with_name(f".{path.name.lstrip('.')}.new")
    with beside.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file's content, or the names in a directory, are on the disk.

    Raises:
        OSError: they could not be written.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path, *, waits: bool) -> Iterator[None]:
    """Hold the lock of a file, which is made when it is not there.

    The lock ends with the process that holds it, however that ends.

    Raises:
        BlockingIOError: another holds it, and `waits` is false.
        OSError: the file cannot be opened for writing.
    """
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        yield
