"""Changes a copy of a release's store: the next release, made of what differs.

The copy shares the parent's files, which never change. Beside `graph.store` the one file here that
writes a store.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from graph.enrichment import is_enrichment
from graph.errors import ReleaseError
from graph.store import PART_PREDICATES

_LINES_AT_ONCE: Final = 100_000
"""Of a graph that is loaded in bulk."""
_READERS: Final = 4
"""Threads that read from the store, which waits for the disk without Python."""
_AHEAD: Final = 32
"""Things that are read before their turn."""
_SAID_OF: Final = (
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{"
    " {{ <{iri}> ?p ?o BIND(<{iri}> AS ?s) }} UNION"
    ' {{ <{iri}> ?is ?s FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{iri}#")) ?s ?p ?o }} }}'
)

Thing = tuple[str, Iterable[str]]
"""An IRI, and all N-Quads that belong to it; each text of them is one or more whole lines."""


@contextmanager
def edit_copy(parent: Path, directory: Path, base_iri: str) -> Iterator["GraphEditor"]:
    """Copy the store of a release by hard links and open the copy for writing.

    Args:
        parent: the store to copy.
        directory: where the copy goes; not there yet.
        base_iri: what every IRI that the release minted starts with.

    Raises:
        ReleaseError: the parent cannot be read, or the copy not be made.
    """
    try:
        ox.Store.read_only(str(parent)).backup(str(directory))
        editor = GraphEditor(ox.Store(str(directory)), base_iri)
    except OSError as error:
        raise ReleaseError(f"cannot copy the graph at {parent}: {error}") from error
    try:
        yield editor
        editor.flush()
    finally:
        editor.close()


class GraphEditor:
    """Replaces what a store says of single subjects and in single graphs."""

    def __init__(self, store: ox.Store, base_iri: str) -> None:
        self._open: ox.Store | None = store
        self._base_iri = base_iri
        self._shared: set[str] = set()
        self.n_more = 0
        """Quads added less quads removed."""

    def rewrite(self, things: Iterable[Thing]) -> None:
        """Let the default graph say these N-Quads of subjects, each once, and of their own parts.

        Parts are the nodes below a subject, `IRI#...`; what is shared with others is left for
        `rewrite_shared`.
        """
        self._replace_all(things, self._said_of)

    def replace_graphs(self, graphs: Iterable[Thing]) -> None:
        """Let named graphs, each once, hold these N-Quads."""
        self._replace_all(graphs, self._held_in)

    def load_graph(self, iri: str, lines: Iterable[str]) -> None:
        """Let a named graph hold these N-Quads, however many; without any it is removed.

        What it says of shared agents stays in it: `rewrite_shared` takes no notice.

        Raises:
            ReleaseError: a line is not legal N-Quads.
        """
        graph = ox.NamedNode(iri)
        self.n_more -= self._count(graph)
        self._store.remove_graph(graph)
        waiting = iter(lines)
        while piece := "".join(islice(waiting, _LINES_AT_ONCE)):
            try:
                self._store.bulk_load(input=piece.encode(), format=ox.RdfFormat.N_QUADS)
            except SyntaxError as error:
                raise ReleaseError(f"cannot load the graph {iri}: {error}") from error
        self.n_more += self._count(graph)

    def _count(self, graph: ox.NamedNode) -> int:
        query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        found = self._store.query(query)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101  # it is a SELECT
        (number,) = next(found)
        return int(number.value)

    def remove_subject(self, iri: str, graph: str) -> None:
        """Let a named graph say nothing of a subject."""
        self._exchange(set(self._quads(iri, ox.NamedNode(graph))), set())

    def add(self, lines: Iterable[str]) -> None:
        """Add N-Quads."""
        self._exchange(set(), self._parse(lines))

    def rewrite_shared(self) -> None:
        """Let the default graph say of shared agents what the graphs of records say of them.

        Of those that came or went since the copy was opened; once all else is written.
        """
        done: set[str] = set()
        while waiting := self._shared - done:
            for iri in sorted(waiting):
                stated = {
                    ox.Quad(quad.subject, quad.predicate, quad.object)
                    for quad in self._quads(iri, None)
                    if self._is_of_a_record(quad)
                }
                self._exchange(set(self._quads(iri, ox.DefaultGraph())), stated)
            done |= waiting

    def _is_of_a_record(self, quad: ox.Quad) -> bool:
        """Whether harvested records say it: neither the default graph nor an enrichment."""
        graph = quad.graph_name
        return isinstance(graph, ox.NamedNode) and not is_enrichment(self._base_iri, graph.value)

    def flush(self) -> None:
        """Bring everything onto the disk."""
        self._store.flush()

    def close(self) -> None:
        """Close the store; an error's traceback would keep its files and their room."""
        self._open = None

    @property
    def _store(self) -> ox.Store:
        if self._open is None:
            raise ReleaseError("the store is closed")
        return self._open

    def _quads(self, iri: str, graph: ox.NamedNode | ox.DefaultGraph | None) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(ox.NamedNode(iri), None, None, graph)

    def _said_of(self, iri: str) -> list[str]:
        """The lines of the default graph on a subject and on its own parts."""
        found = self._store.query(_SAID_OF.format(iri=ox.NamedNode(iri).value))
        assert isinstance(found, ox.QueryTriples)  # noqa: S101  # it is a CONSTRUCT
        return _lines(found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", " .")

    def _held_in(self, iri: str) -> list[str]:
        """The lines of a named graph."""
        graph = ox.NamedNode(iri)
        held = self._store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
        return _lines(held or b"", f" {graph} .")

    def _replace_all(self, things: Iterable[Thing], read: Callable[[str], list[str]]) -> None:
        """Put the new lines of each thing in the place of those that are read of it.

        Read ahead by several threads: every place is another one of the disk.
        """
        waiting: deque[tuple[Future[list[str]], Iterable[str]]] = deque()
        with ThreadPoolExecutor(_READERS, thread_name_prefix="read-ahead") as threads:
            for iri, lines in things:
                waiting.append((threads.submit(read, iri), lines))
                if len(waiting) > _AHEAD:
                    self._replace_first(waiting)
            while waiting:
                self._replace_first(waiting)

    def _replace_first(self, waiting: deque[tuple[Future[list[str]], Iterable[str]]]) -> None:
        """Lines that are old and new in the same words, nearly all, are not even parsed."""
        reading, lines = waiting.popleft()
        old, new = set(reading.result()), set(_split("".join(lines)))
        self._exchange(self._parse(old - new), self._parse(new - old))

    def _parse(self, lines: Iterable[str]) -> set[ox.Quad]:
        return set(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))

    def _exchange(self, old: set[ox.Quad], new: set[ox.Quad]) -> None:
        gone, come = old - new, new - old
        for quad in gone:
            self._store.remove(quad)
        added = {quad for quad in come if quad not in self._store}
        self._store.extend(added)
        self.n_more += len(added) - len(gone)
        for quad in gone | come:
            nodes: list[object] = [quad.subject]
            if quad.predicate.value in PART_PREDICATES:
                nodes.append(quad.object)
            self._shared |= {
                node.value
                for node in nodes
                if isinstance(node, ox.NamedNode) and not node.value.startswith(self._base_iri)
            }


def _split(lines: str) -> list[str]:
    """N-Quads without their line ends; other characters that end lines may stand in literals."""
    return [line for line in lines.split("\n") if line]


def _lines(triples: bytes, end: str) -> list[str]:
    """N-Triples with the end that lines of their graph have."""
    return [line.removesuffix(" .") + end for line in _split(triples.decode())]
