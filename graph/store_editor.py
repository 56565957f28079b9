"""Changes a copy of a release's store: the next release, made of what differs.

The copy shares the parent's files, which never change. Beside `graph.store` the one file here that
writes a store.
"""

from collections.abc import Iterable, Iterator
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

    def rewrite(self, iri: str, lines: Iterable[str]) -> None:
        """Let the default graph say these N-Quads of a subject and of its own parts.

        Parts are the nodes below it, `IRI#...`; what is shared with others is left for
        `rewrite_shared`.
        """
        old = list(self._quads(iri, ox.DefaultGraph()))
        for quad in list(old):
            part = quad.object
            if isinstance(part, ox.NamedNode) and part.value.startswith(f"{iri}#"):
                old += self._quads(part.value, ox.DefaultGraph())
        self._replace(old, self._parse(lines))

    def replace_graph(self, iri: str, lines: Iterable[str]) -> None:
        """Let a named graph hold these N-Quads."""
        graph = ox.NamedNode(iri)
        old = list(self._store.quads_for_pattern(None, None, None, graph))
        self._replace(old, self._parse(lines))

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
        self._replace(list(self._quads(iri, ox.NamedNode(graph))), [])

    def add(self, lines: Iterable[str]) -> None:
        """Add N-Quads."""
        self._replace([], self._parse(lines))

    def rewrite_shared(self) -> None:
        """Let the default graph say of shared agents what the graphs of records say of them.

        Of those that came or went since the copy was opened; once all else is written.
        """
        done: set[str] = set()
        while waiting := self._shared - done:
            for iri in sorted(waiting):
                stated = [
                    ox.Quad(quad.subject, quad.predicate, quad.object)
                    for quad in self._quads(iri, None)
                    if self._is_of_a_record(quad)
                ]
                self._replace(list(self._quads(iri, ox.DefaultGraph())), stated)
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

    def _parse(self, lines: Iterable[str]) -> list[ox.Quad]:
        return list(ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS))

    def _replace(self, old: list[ox.Quad], new: list[ox.Quad]) -> None:
        gone, come = set(old), set(new)
        for quad in gone - come:
            self._store.remove(quad)
        come = {quad for quad in come - gone if quad not in self._store}
        self._store.extend(come)
        self.n_more += len(come) - len(gone - set(new))
        for quad in gone ^ set(new):
            nodes: list[object] = [quad.subject]
            if quad.predicate.value in PART_PREDICATES:
                nodes.append(quad.object)
            self._shared |= {
                node.value
                for node in nodes
                if isinstance(node, ox.NamedNode) and not node.value.startswith(self._base_iri)
            }
