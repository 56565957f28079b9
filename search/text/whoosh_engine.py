"""The full-text engine in pure Python: a Whoosh index in one directory, for small collections.

It finds what tantivy finds, but for words with rare letters, see `whoosh_schema`; only the order by
relevance differs. Good for about 10,000 documents: in that many of generated text, one word took
24 ms of processor time at the median and three words 90, where tantivy took 4 and 5; it grows with
their number. Writing took 3 ms a document. Only one process may write, through `open_writer`:
Whoosh's writer of several processes loses postings and is not used. Whoosh keeps its list of
segments as a pickle, so an index must come from a place that is trusted as much as this program.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from whoosh.index import FileIndex, LockError

from search.errors import IndexBusy, IndexDamaged
from search.text.manifest import Manifest, check_manifest, write_manifest
from search.text.whoosh_reader import WhooshIndex, readable
from search.text.whoosh_schema import fingerprint, schema
from search.text.whoosh_storage import NAME, Storage, abandon
from search.text.whoosh_writer import WhooshWriter

ENGINE: Final = "whoosh"
"""Name of this engine in the manifest and the configuration."""
LAYOUT: Final = 2
"""Version of the fields; the analysis is compared by what it does, see `fingerprint`."""
MEMORY_MB: Final = 128
"""Memory of a writer, in megabytes, before it sorts postings on disk."""


@contextmanager
def open_writer(path: Path, *, memory_mb: int = MEMORY_MB) -> Iterator[WhooshWriter]:
    """Open the index in a directory for writing, or start one there.

    Leaving without an exception commits; an exception leaves the index as it was. There can be one
    writer at a time.

    Args:
        path: the directory; made when it is not there.
        memory_mb: megabytes for postings that are not yet on disk, at least 1.

    Raises:
        IndexBusy: another writer has it open.
        IndexDamaged: the directory holds an index that this version cannot add to.
    """
    storage = Storage(path)
    is_there = path.exists() and any(path.iterdir())
    index = _open(path, storage) if is_there else _start(path, storage)
    try:
        segments = index.writer(limitmb=memory_mb)
    except LockError as error:
        raise IndexBusy(f"text index {path} cannot be written: another writer has it") from error
    try:
        with _opening(path, storage):
            reader = segments.reader()
        with closing(reader):
            writer = WhooshWriter(segments, reader)
            yield writer
            writer.commit()
    except BaseException:
        abandon(segments, storage)
        raise


@contextmanager
def open_index(path: Path) -> Iterator[WhooshIndex]:
    """Open the index in a directory for reading; any number of readers may.

    Raises:
        IndexDamaged: there is no index, or one that this version cannot read.
    """
    storage = Storage(path)
    index = _open(path, storage)
    with _opening(path, storage):
        searcher = index.searcher()
    with searcher:
        yield WhooshIndex(searcher, path)


def can_add_to(path: Path) -> bool:
    """Whether there is an index in a directory that this version can add to."""
    try:
        with open_index(path):
            return True
    except IndexDamaged:
        return False


def link_index(parent: Path, child: Path) -> None:
    """Make a copy of an index that shares the parent's files and can be changed on its own.

    Segment files never change, so they are hard links; both must be on one file system. The lock
    stays behind, since one file of two names would be one lock of two indexes.

    Raises:
        OSError: the child is there already, or cannot be linked.
    """
    child.mkdir(parents=True)
    for file in parent.iterdir():
        if file.suffix == ".seg":
            os.link(file, child / file.name)
        elif file.suffix in (".toc", ".json"):
            shutil.copyfile(file, child / file.name)


def _start(path: Path, storage: Storage) -> FileIndex:
    path.mkdir(parents=True, exist_ok=True)
    index = FileIndex.create(storage, schema(), NAME)
    write_manifest(path, _manifest())
    return index


def _open(path: Path, storage: Storage) -> FileIndex:
    check_manifest(path, _manifest())
    with _opening(path, storage):
        return FileIndex(storage, schema=schema(), indexname=NAME)


@contextmanager
def _opening(path: Path, storage: Storage) -> Iterator[None]:
    """Say that an index is damaged when it cannot be opened."""
    try:
        with readable(path):
            yield
    except IndexDamaged:
        storage.close_files()
        raise


def _manifest() -> Manifest:
    return Manifest(engine=ENGINE, layout=LAYOUT, analysis=fingerprint())
