"""A release as columns, read once and kept as Parquet files, so that a report is counted at once.

    <data>/coverage/7-3f9c0a1b2c4d/{entities,records,links,sources}.parquet + table.json

The folder's name holds the release's number and a digest of when and how it was made. It is written
under a name of its own and renamed, so that two processes may make it at once.
"""

import hashlib
import logging
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import time
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
import polars as pl
from polars.exceptions import PolarsError

from graph.release import Release, release_numbers
from graph.store import GraphReader
from search.coverage.reader import Reader
from search.coverage.roots import with_roots

_log = logging.getLogger(__name__)

LAYOUT: Final = 3
"""Raised when the columns change or are read otherwise: kept files of before are not used."""
FOLDER: Final = "coverage"
_FRAMES: Final = ("entities", "records", "links", "sources")
_UNFINISHED: Final = ".unfinished-"
_CUT_OFF_S: Final = 86_400.0
"""An unfinished folder that nobody has written to for so long is of a process that was killed."""
_THREADS: Final = 2
"""In which the store is asked; one works while the other waits for the disk."""
_OPEN: Final[WeakKeyDictionary[GraphReader, "Table"]] = WeakKeyDictionary()
"""Tables by open release; forgotten when the release is closed."""
_READING: Final = Lock()
"""Held while a table is read, so that two threads do not read it twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The columns of one release, and where it comes from."""

    number: int
    created_at: str
    base_iri: str
    n_stubs: int
    """Things that are known only as targets of links."""
    entities: pl.DataFrame
    """One row a live entity: key, kind, year (null: unknown), publisher, languages, licence (SPDX),
    access, collaborations, schemes (of identifiers), subjects, sources, n_records, root (key of
    what it counts with, see `search.coverage.rollup`), work (equal for all that count as one).
    Texts that nobody states are empty; access is `unknown`."""
    records: pl.DataFrame
    """One row a live record: key (of its entity), source, record (its IRI), and for each field of
    `search.coverage.fields` whether it is stated."""
    links: pl.DataFrame
    """One row a link of the default graph in canonical direction: source, relation, target,
    source_kind, target_kind (null: unknown), source_is_stub, target_is_stub, stated_by (names of
    sources), stated_from (the end whose records state it: `source`, `target`, `both`, `neither`),
    year (of the source entity; null: unknown)."""
    sources: pl.DataFrame
    """One row a source: source, last_harvested_at (UTC, empty: unknown), state (`complete`,
    `incomplete`, `failed`, `never`; empty: unknown), announced (size of its list, or null)."""


class _Made(msgspec.Struct, frozen=True):
    """`table.json`."""

    number: int
    created_at: str
    base_iri: str
    n_stubs: int


def open_table(release: Release, graph: GraphReader, cache: Path | None) -> Table:
    """The columns of a release: those kept, or read from its graph and kept for the next time.

    Blocks: reading takes half a millisecond of a processor for each entity with its links (measured
    with 100,000 of five creators and four links), opening what is kept a fraction of a second.

    Args:
        release: which one.
        graph: its open graph.
        cache: the data directory, below which the columns are kept; None to keep nothing. One
            that cannot be written is used as if it were None.

    Raises:
        ReleaseError: the graph cannot be read.
    """
    with _READING:
        if (table := _OPEN.get(graph)) is None:
            folder = _folder(release, cache) if cache is not None else None
            table = _open_kept(folder) if folder is not None else None
            if table is None:
                table = read_table(release, graph, cache)
                if folder is not None and cache is not None:
                    _keep(table, folder, cache)
            _OPEN[graph] = table
        return table


def read_table(release: Release, graph: GraphReader, cache: Path | None = None) -> Table:
    """Read the columns from the graph.

    Args:
        release: which one.
        graph: its open graph.
        cache: below it lie the answers of the store while they are read, some 2 kB an entity;
            None for the system's folder of temporary files.

    Raises:
        ReleaseError: the graph cannot be read.
    """
    with (
        _temporary(cache) as folder,
        ThreadPoolExecutor(_THREADS, thread_name_prefix="coverage") as threads,
    ):
        reader = Reader(graph, release.info.base_iri, Path(folder), threads)
        reader.prefetch()
        try:
            kinds = reader.kinds()
            records = reader.records()
            entities = reader.entities(kinds, records)
            years = entities.select("key", "year").drop_nulls()
            links = reader.links(records, kinds, years)
            sources = reader.sources(records, release.info.sources)
        finally:
            threads.shutdown(cancel_futures=True)
    return Table(
        number=release.number,
        created_at=release.info.created_at,
        base_iri=release.info.base_iri,
        n_stubs=int(kinds.get_column("is_stub").sum()),
        entities=with_roots(entities, links, kinds),
        records=records,
        links=links,
        sources=sources,
    )


def _temporary(cache: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """A folder on the disk of the data where that can be: the system's own may lie in memory."""
    if cache is not None:
        try:
            (cache / FOLDER).mkdir(parents=True, exist_ok=True)
            return tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=cache / FOLDER)
        except OSError:
            pass  # it cannot be written; the columns are read all the same
    return tempfile.TemporaryDirectory(prefix="weft-coverage-")


def _folder(release: Release, cache: Path) -> Path:
    info = release.info
    seed = f"{LAYOUT} {info.created_at} {info.base_iri} {info.quads}"
    digest = hashlib.sha256(seed.encode()).hexdigest()[:12]
    return cache / FOLDER / f"{release.number}-{digest}"


def _open_kept(folder: Path) -> Table | None:
    try:
        made = msgspec.json.decode((folder / "table.json").read_bytes(), type=_Made)
        frames = {
            name: pl.read_parquet(folder / f"{name}.parquet", memory_map=False) for name in _FRAMES
        }
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, PolarsError) as error:
        _log.warning("coverage table=%s cannot be read, is made again: %s", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return Table(
        number=made.number,
        created_at=made.created_at,
        base_iri=made.base_iri,
        n_stubs=made.n_stubs,
        **frames,
    )


def _keep(table: Table, folder: Path, data: Path) -> None:
    """Write the files; whoever is first wins, and a full disk only costs the next reader time."""
    made = _Made(table.number, table.created_at, table.base_iri, table.n_stubs)
    unfinished = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
        for name in _FRAMES:
            frame: pl.DataFrame = getattr(table, name)
            frame.write_parquet(unfinished / f"{name}.parquet")
        (unfinished / "table.json").write_bytes(msgspec.json.encode(made))
        unfinished.chmod(0o755)  # as any other directory: another user may run the server
        if not folder.exists():
            unfinished.rename(folder)
        _remove_old(folder, data)
    except (OSError, PolarsError) as error:
        _log.info("coverage table of release=%s is not kept: %s", table.number, error)
    finally:
        if unfinished is not None:
            shutil.rmtree(unfinished, ignore_errors=True)


def _remove_old(folder: Path, data: Path) -> None:
    """Remove tables of releases that are gone, older ones of this release, and what was cut off."""
    numbers = set(map(str, release_numbers(data)))
    for other in folder.parent.iterdir():
        if other.name.startswith(_UNFINISHED) and time() - other.stat().st_mtime > _CUT_OFF_S:
            shutil.rmtree(other, ignore_errors=True)
        number, _, digest = other.name.partition("-")
        is_table = number.isdecimal() and bool(digest)
        is_stale = number not in numbers or number == folder.name.partition("-")[0]
        if is_table and is_stale and other != folder:
            shutil.rmtree(other, ignore_errors=True)
