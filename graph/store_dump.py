"""Writes the statements of a release as RDF: all of them, or those of some entities.

A file comes in the order of the store, which never changes inside a release, so the same question
gives the same bytes. N-Quads: https://www.w3.org/TR/n-quads/  Turtle: https://www.w3.org/TR/turtle/
"""

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from enum import Enum
from itertools import count, islice
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final, cast

import pyoxigraph as ox

from graph.errors import ReleaseError
from graph.relation import PREDICATES, WEFT
from graph.store import PART_PREDICATES
from graph.vocabulary import PREFIXES

_FROM_RECORD: Final = WEFT + "fromRecord"
_KEPT: Final = 100_000
"""Shared agents that are remembered as written, some 20 MB; after that they may come again."""
_GRAPHS: Final = 500
"""Named graphs that one thread writes at a time: 4 MB of text in a fifth of a second."""
_AHEAD: Final = 256
"""Such portions that may lie in a temporary folder until their turn comes: 1 GB."""
_MOST_THREADS: Final = 8
_BLOCK: Final = 1 << 18


class RdfForm(Enum):
    """A serialisation of statements."""

    N_QUADS = "nquads"
    TURTLE = "turtle"
    JSON_LD = "jsonld"


_FORMS: Final = {
    RdfForm.N_QUADS: ox.RdfFormat.N_QUADS,
    RdfForm.TURTLE: ox.RdfFormat.TURTLE,
    RdfForm.JSON_LD: ox.RdfFormat.JSON_LD,
}


@contextmanager
def open_statements(directory: Path) -> Iterator["Statements"]:
    """Open the `graph/` directory of a release.

    Raises:
        ReleaseError: there is no store, or it is damaged.
    """
    with _telling(directory):
        store = ox.Store.read_only(str(directory))
    yield Statements(store, directory)


class Statements:
    """The statements of one release."""

    def __init__(self, store: ox.Store, directory: Path) -> None:
        self._store = store
        self._directory = directory

    def write_all(self, file: BinaryIO, form: RdfForm) -> None:
        """Write every graph as N-Quads; in the other forms the default graph.

        The default graph comes first. The named graphs are written by other threads meanwhile, up
        to 1 GB of them into a temporary folder; the bytes are those of the store's own dump.

        Raises:
            OSError: the file cannot be written.
            ReleaseError: the store is damaged, or the temporary folder has no room.
        """
        default = ox.DefaultGraph()
        with _telling(self._directory), _headed(file, form) as out:
            if form is not RdfForm.N_QUADS:
                self._store.dump(out, _FORMS[form], from_graph=default, prefixes=_prefixes(form))
                return
            with _open_named_graphs(self._store) as named:
                self._store.dump(out, ox.RdfFormat.N_TRIPLES, from_graph=default)
                named.copy_into(out)

    def write_entities(self, iris: Iterable[str], file: BinaryIO, form: RdfForm) -> None:
        """Write what a release says of entities, one after another.

        What the default graph says of an entity, of its agents and grants, the links that point at
        it, and the headers of its records; as N-Quads also the graphs of these records. An agent
        that entities share comes once. A link between two of them comes with each.

        Raises:
            OSError: the file cannot be written.
            ReleaseError: the store is damaged.
        """
        seen: set[str] = set()
        with _telling(self._directory), _headed(file, form) as out:
            if form is RdfForm.N_QUADS:
                quads = (quad for iri in iris for quad in self._quads(iri, seen))
                ox.serialize(quads, out, _FORMS[form])
            else:
                triples = (quad.triple for iri in iris for quad in self._default_quads(iri, seen))
                ox.serialize(triples, out, _FORMS[form], prefixes=_prefixes(form))

    def _quads(self, iri: str, seen: set[str]) -> Iterator[ox.Quad]:
        records = []
        for quad in self._default_quads(iri, seen):
            if quad.predicate.value == _FROM_RECORD and isinstance(quad.object, ox.NamedNode):
                records.append(quad.object)
            yield quad
        for record in records:
            yield from self._store.quads_for_pattern(None, None, None, record)

    def _default_quads(self, iri: str, seen: set[str]) -> Iterator[ox.Quad]:
        own = ox.NamedNode(iri)
        waiting = [own]
        if len(seen) > _KEPT:
            seen.clear()
        met = {iri}
        while waiting:
            for quad in self._said_of(waiting.pop()):
                yield quad
                part, predicate = quad.object, quad.predicate.value
                if not isinstance(part, ox.NamedNode):
                    continue
                if predicate != _FROM_RECORD and predicate not in PART_PREDICATES:
                    continue
                if part.value not in met and part.value not in seen:
                    met.add(part.value)
                    waiting.append(part)
                    if not part.value.startswith(iri):
                        seen.add(part.value)
        for quad in self._store.quads_for_pattern(None, None, own, ox.DefaultGraph()):
            if quad.predicate.value in PREDICATES:
                yield quad

    def _said_of(self, node: ox.NamedNode) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(node, None, None, ox.DefaultGraph())


def rewrite_triples(n_triples: Iterable[bytes], file: BinaryIO, form: RdfForm) -> None:
    """Write N-Triples in another form, in the order of their lines.

    Raises:
        OSError: the file cannot be written.
    """
    lines = sorted(n_triples)
    if form is RdfForm.N_QUADS:
        file.writelines(lines)
        return
    triples = (quad.triple for quad in ox.parse(b"".join(lines), ox.RdfFormat.N_TRIPLES))
    with _headed(file, form) as out:
        ox.serialize(triples, out, _FORMS[form], prefixes=_prefixes(form))


def _prefixes(form: RdfForm) -> dict[str, str] | None:
    return PREFIXES if form is RdfForm.TURTLE else None


@contextmanager
def _open_named_graphs(store: ox.Store) -> Iterator["_NamedGraphs"]:
    """Begin to write the named graphs; one thread of the pool is left to the caller at first."""
    with (
        tempfile.TemporaryDirectory(prefix="weft-export-") as name,
        ThreadPoolExecutor(max(2, min(os.cpu_count() or 2, _MOST_THREADS))) as threads,
    ):
        is_free = Event()
        threads.submit(is_free.wait)
        try:
            yield _NamedGraphs(store, Path(name), threads, is_free)
        finally:
            is_free.set()
            threads.shutdown(wait=False, cancel_futures=True)


class _NamedGraphs:
    """The named graphs of a store as N-Quads, in its order, written in portions ahead."""

    def __init__(
        self, store: ox.Store, folder: Path, threads: ThreadPoolExecutor, is_free: Event
    ) -> None:
        self._store = store
        self._folder = folder
        self._threads = threads
        self._is_free = is_free
        self._graphs = iter(store.named_graphs())
        self._numbers = count()
        self._waiting: deque[Future[Path]] = deque()
        for _ in range(_AHEAD):
            self._begin()

    def copy_into(self, file: BinaryIO) -> None:
        """Write all of them, when the caller has no more need of its processor."""
        self._is_free.set()
        while self._waiting:
            path = self._waiting.popleft().result()
            self._begin()
            with path.open("rb") as portion:
                shutil.copyfileobj(portion, file, _BLOCK)
            path.unlink()

    def _begin(self) -> None:
        graphs = tuple(islice(self._graphs, _GRAPHS))
        if graphs:
            path = self._folder / f"{next(self._numbers)}.nq"
            # no method of ours: the store's iterator must be dropped by the thread it is of
            self._waiting.append(self._threads.submit(_write_graphs, self._store, graphs, path))


def _write_graphs(
    store: ox.Store, graphs: Iterable[ox.NamedNode | ox.BlankNode], path: Path
) -> Path:
    try:
        with path.open("wb") as file:
            for graph in graphs:
                out = cast("BinaryIO", _InGraph(file, graph))
                store.dump(out, ox.RdfFormat.N_TRIPLES, from_graph=graph)
    except OSError as error:
        raise ReleaseError(f"cannot put graphs aside in {path.parent}: {error}") from error
    return path


class _InGraph:
    """Turns lines of N-Triples into N-Quads of one graph: in a line " ." can but be its end."""

    def __init__(self, file: BinaryIO, graph: ox.NamedNode | ox.BlankNode) -> None:
        self._file = file
        self._end = f" {graph} .\n".encode()
        self._begun = b""

    def write(self, data: bytes) -> int:
        lines, newline, begun = data.rpartition(b"\n")
        if newline:
            self._file.write((self._begun + lines + newline).replace(b" .\n", self._end))
            self._begun = begun
        else:
            self._begun += data
        return len(data)

    def flush(self) -> None:
        """Every line ends with a newline, the last one too: nothing is kept back."""


@contextmanager
def _headed(file: BinaryIO, form: RdfForm) -> Iterator[BinaryIO]:
    """The file, or for Turtle one that puts the prefixes in order on their way there."""
    if form is not RdfForm.TURTLE:
        yield file
        return
    header = _Header(file)
    yield cast("BinaryIO", header)
    header.close()


class _Header:
    """Sorts the lines of prefixes at the head: the serialiser writes them in random order."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._head: bytes | None = b""

    def write(self, data: bytes) -> int:
        if self._head is None:
            self._file.write(data)
            return len(data)
        self._head += data
        *lines, last = self._head.split(b"\n")
        n_prefixes = next(
            (n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), None
        )
        if n_prefixes is not None:
            self._write_head(lines[:n_prefixes], b"\n".join((*lines[n_prefixes:], last)))
        return len(data)

    def flush(self) -> None:
        """What is kept back goes out with `close`."""

    def close(self) -> None:
        """Write out what is left when nothing followed the prefixes."""
        if self._head is not None:
            lines = self._head.split(b"\n")
            self._write_head(lines[:-1], lines[-1])

    def _write_head(self, prefixes: list[bytes], rest: bytes) -> None:
        self._head = None
        self._file.write(b"".join(line + b"\n" for line in sorted(prefixes)) + rest)


@contextmanager
def _telling(directory: Path) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:  # what the store calls corruption
        raise ReleaseError(f"cannot read the graph at {directory}: {error}") from error
