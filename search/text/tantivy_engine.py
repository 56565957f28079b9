"""The default full-text engine: a tantivy index in one directory, written once, read by many.

Beside tantivy's files lies a manifest that says which fields and analysers the index was written
with. Only the files `tantivy_*.py` of this folder import tantivy.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tantivy

from search.errors import IndexBusy, IndexDamaged
from search.text.manifest import Manifest, check_manifest, write_manifest
from search.text.tantivy_reader import TantivyIndex, readable
from search.text.tantivy_schema import fingerprint, register, schema
from search.text.tantivy_writer import TantivyWriter

ENGINE: Final = "tantivy"
"""Name of this engine in the manifest and the configuration."""
LAYOUT: Final = 2
"""Version of the fields; analysers are compared by what they do, see `fingerprint`."""
HEAP_BYTES: Final = 128_000_000
"""Memory of a writer before it starts a new segment."""
_MUTABLE: Final = ("meta.json", ".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock")
"""Files that tantivy writes anew in place; all others never change once they are there."""


@contextmanager
def open_writer(path: Path, *, heap_bytes: int = HEAP_BYTES) -> Iterator[TantivyWriter]:
    """Open the index in a directory for writing, or start one there.

    Leaving without an exception commits and waits for the merges, so that no file changes after;
    an exception leaves the index as it was. There can be one writer at a time.

    Args:
        path: the directory; made when it is not there.
        heap_bytes: memory for documents not yet on disk, at least 15,000,000.

    Raises:
        IndexBusy: another writer has it open.
        IndexDamaged: the directory holds an index that this version cannot add to.
        ValueError: `heap_bytes` is too small.
    """
    index = _open(path) if path.exists() and any(path.iterdir()) else _start(path)
    try:
        writer = index.writer(heap_bytes, 1)
    except ValueError as error:
        if "LockBusy" not in str(error):
            raise
        raise IndexBusy(f"text index {path} cannot be written: {error}") from error
    try:
        yield TantivyWriter(writer)
    except BaseException:
        writer.rollback()
        writer.wait_merging_threads()
        raise
    writer.commit()
    writer.garbage_collect_files()
    writer.wait_merging_threads()


@contextmanager
def open_index(path: Path) -> Iterator[TantivyIndex]:
    """Open the index in a directory for reading; any number of readers may.

    Raises:
        IndexDamaged: there is no index, or one that this version cannot read.
    """
    with _lockable(path) as directory:
        index = _open(directory)
        with readable(path):
            index.config_reader("manual")
            index.reload()
            opened = TantivyIndex(index, path)
        yield opened


@contextmanager
def _lockable(path: Path) -> Iterator[Path]:
    """Give a directory with the same files in which tantivy can make the lock that readers take.

    That is the index itself, or, when it lies on a read-only medium, a temporary directory of
    symbolic links.
    """
    if not path.is_dir() or os.access(path, os.W_OK):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="weft-text-") as name:
        for file in path.iterdir():
            if not file.name.endswith(".lock"):
                (Path(name) / file.name).symlink_to(file.resolve())
        yield Path(name)


def can_add_to(path: Path) -> bool:
    """Whether there is an index in a directory that this version can add to."""
    try:
        _open(path)
    except IndexDamaged:
        return False
    return True


def link_index(parent: Path, child: Path) -> None:
    """Make a copy of an index that shares the parent's files and can be changed on its own.

    Segment files never change, so they are hard links; both must be on one file system.

    Raises:
        OSError: the child is there already, or cannot be linked.
    """
    child.mkdir(parents=True)
    for file in parent.iterdir():
        if file.name in _MUTABLE:
            shutil.copyfile(file, child / file.name)
        else:
            os.link(file, child / file.name)


def _start(path: Path) -> tantivy.Index:
    path.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(schema(), path=str(path))
    register(index)
    write_manifest(path, _manifest())
    return index


def _open(path: Path) -> tantivy.Index:
    check_manifest(path, _manifest())
    with readable(path):
        index = tantivy.Index.open(str(path))
    register(index)
    return index


def _manifest() -> Manifest:
    return Manifest(engine=ENGINE, layout=LAYOUT, analysis=fingerprint())
