"""Checksums of a release's files: made once, when it is published, and taken over by its children.

SHA-256, because processors have instructions for it: 1.7 GB/s on one core, where BLAKE2b made 0.7.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from graph.errors import ReleaseError
from graph.release.durable import sync
from graph.release.form import RECORD_NAME, FileSum, read_record

THREADS: Final = min(4, os.cpu_count() or 1)
_UNCHECKED: Final = ".lock"
"""Ending of the files that may come and go: opening the text index makes `.tantivy-meta.lock` when
it is not there. Nothing else changes when a release is opened: a store that is opened read-only
leaves even its LOG and LOCK as they are."""

Inode = tuple[int, int]
"""Device and number: what two names of one file have in common."""


def checked_files(path: Path) -> Iterator[str]:
    """The files below a release directory that belong to it, as paths with slashes, in order."""
    for directory, below, names in os.walk(path):
        below.sort()
        for name in sorted(names):
            relative = os.path.relpath(os.path.join(directory, name), path)  # noqa: PTH118  # one of many
            if not relative.endswith(_UNCHECKED) and relative != RECORD_NAME:
                yield relative


def sums_on(releases: Iterable[Path]) -> dict[Inode, FileSum]:
    """What the files of these releases were when they were published, by inode.

    A release that cannot be read adds nothing: its files are read again.
    """
    sums: dict[Inode, FileSum] = {}
    for path in releases:
        try:
            files = read_record(path).files
        except (ReleaseError, FileNotFoundError):
            continue
        for name, known in files.items():
            try:
                status = (path / name).stat()
            except OSError:
                continue
            sums[status.st_dev, status.st_ino] = known
    return sums


def sum_files(path: Path, known: dict[Inode, FileSum]) -> dict[str, FileSum]:
    """Sums of all files of a finished draft, which are on the disk after this.

    Args:
        path: the draft's directory.
        known: sums of files that older releases share with it; they are not read again, so that
            a difference costs what it adds and not what it keeps.

    Raises:
        ReleaseError: a shared file has another size than when it was published.
        OSError: a file cannot be read, or not be written out.
    """
    shared: dict[str, FileSum] = {}
    fresh = []
    for name in checked_files(path):
        status = (path / name).stat()
        before = known.get((status.st_dev, status.st_ino))
        if before is None:
            fresh.append(name)
        elif before.bytes == status.st_size:
            shared[name] = before
        else:
            raise ReleaseError(
                f"{name} has {status.st_size} bytes, {before.bytes} when it was published:"
                " the release that this one starts from is damaged; `weft release verify` names it"
            )
    sums = shared | dict(zip(fresh, _each(path, fresh), strict=True))
    for directory, _, _ in os.walk(path):
        sync(Path(directory))
    return dict(sorted(sums.items()))


def sum_file(file: Path) -> FileSum:
    """Size and SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb", buffering=0) as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return FileSum(bytes=opened.tell(), sha256=digest)


def _each(path: Path, names: list[str]) -> list[FileSum]:
    def sum_synced(name: str) -> FileSum:
        sync(path / name)
        return sum_file(path / name)

    with ThreadPoolExecutor(THREADS) as pool:  # hashing and reading let go of the interpreter
        return list(pool.map(sum_synced, names))
