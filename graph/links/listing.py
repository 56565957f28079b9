"""Lists the links of a release that fit some conditions, with all that state them.

Each link comes once, in its canonical direction and in the order of the store, which never changes
inside a release. Which links there are is asked in one query, whose answer waits in a temporary
file (some 120 bytes a link); who states a link is looked up as the list is read. So memory does not
grow with the list.
"""

import csv
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from graph.errors import ReleaseError
from graph.explain.view import View
from graph.links.filter import (
    LinkFilter,
    LinkFilterError,
    check_filter,
    further_tests,
    selection_of,
)
from graph.links.found import FoundLink
from graph.links.selection import Selection, Way, count_candidates, page
from graph.links.stated import is_stated_by, read_stated
from graph.relation import WEFT
from graph.terms import literal

__all__ = [
    "LinkFilter",
    "LinkFilterError",
    "LinkList",
    "LinkRow",
    "check",
    "count_links",
    "links_at",
    "list_links",
    "open_links",
    "read_links_at",
]

_ALL: Final = 1 << 62
"""More links than there are, where a query wants a number."""


class LinkRow(NamedTuple):
    """A link of the default graph."""

    subject: str
    """IRI of the entity that it starts at."""
    predicate: str
    object: str


class LinkList:
    """The links that fit, in the order of the store; may be read any number of times.

    Args:
        view: the release.
        path: file of the answer: subject, number of the way, object.
        selection: whose ways the numbers count.
        total: how many there are.
    """

    def __init__(self, view: View, path: Path, selection: Selection, total: int) -> None:
        self._view = view
        self._path = path
        self._ways = selection.ways
        self.total = total

    def rows(self) -> Iterator[LinkRow]:
        """Both ends and the predicate of each link."""
        for start, way, end in _read(self._path):
            yield LinkRow(start, self._ways[int(way)].predicate, end)

    def __iter__(self) -> Iterator[FoundLink]:
        """Each link with all that state it."""
        ways = {way.predicate: way for way in self._ways}
        for row in self.rows():
            yield found_link(self._view, row, ways[row.predicate])


def found_link(view: View, row: LinkRow, way: Way) -> FoundLink:
    """A link with all that state it."""
    return FoundLink(start=row.subject, way=way, end=row.object, stated=read_stated(view, *row))


@contextmanager
def open_links(view: View, wanted: LinkFilter, *, limit: int | None = None) -> Iterator[LinkList]:
    """Find the links that fit; the list is there as long as the context is open.

    Args:
        view: the release.
        wanted: the conditions.
        limit: the first so many alone; None for all.

    Raises:
        LinkFilterError: a kind, relation or source that does not exist, or years that cannot be.
        ReleaseError: the release is damaged, or the temporary file cannot be written.
    """
    check(view, wanted)
    selection = selection_of(wanted)
    with tempfile.TemporaryDirectory(prefix="weft-links-") as folder:
        path = Path(folder) / "links.csv"
        at_most = None if wanted.stated_by else limit
        view.reader.write_solutions(_select(wanted, selection, at_most), path)
        if wanted.stated_by:
            stated = Path(folder) / "stated.csv"
            total = _keep_stated(view, wanted, selection, limit, (path, stated))
            path.unlink()
            path = stated
        else:
            total = sum(1 for _ in _read(path))
        yield LinkList(view, path, selection, total)


def list_links(view: View, wanted: LinkFilter, *, limit: int | None = None) -> Iterator[FoundLink]:
    """The links that fit, each once, with all that state it; see `open_links` for the errors."""
    with open_links(view, wanted, limit=limit) as links:
        yield from links


def links_at(view: View, wanted: LinkFilter, iri: str) -> list[LinkRow]:
    """The links of one entity that fit; the conditions have been checked, see `check`."""
    wanted = replace(wanted, at=iri)
    selection = selection_of(wanted)
    if selection.is_filtered or further_tests(replace(wanted, stated_by=())):
        found = view.reader.rows(_select(wanted, selection, None))
        rows = [LinkRow(s, selection.ways[int(way)].predicate, o) for s, way, o in found]
    else:  # a tenth of the time
        rows = read_links_at(view, {way.predicate for way in selection.ways}, iri)
    return [
        row for row in rows if not wanted.stated_by or is_stated_by(view, *row, wanted.stated_by)
    ]


def read_links_at(view: View, predicates: Collection[str], iri: str) -> list[LinkRow]:
    """The links of one entity by some predicates, in order of their IRIs."""
    from_it = {
        LinkRow(iri, predicate, other)
        for predicate in predicates
        for other in view.reader.objects(iri, predicate)
    }
    to_it = {
        LinkRow(other, predicate, iri)
        for other, predicate in view.reader.linked_from(iri)
        if predicate in predicates
    }
    return sorted(from_it | to_it)


def count_links(view: View, wanted: LinkFilter) -> int:
    """How many links fit; see `open_links` for the errors."""
    if wanted.stated_by:
        with open_links(view, wanted) as links:
            return links.total
    check(view, wanted)
    selection = selection_of(wanted)
    if selection.is_filtered or further_tests(wanted):
        query = f"SELECT (COUNT(*) AS ?n) {{ {{ {_select(wanted, selection, None)} }} }}"
    else:
        query = count_candidates(selection)
    [[n_links]] = view.reader.rows(query)
    return int(n_links)


def check(view: View, wanted: LinkFilter) -> None:
    """Refuse conditions that name what the release does not have.

    Raises:
        LinkFilterError: as `open_links` raises it.
    """
    check_filter(wanted)
    for name in wanted.named_sources:
        one = f"SELECT ?r {{ ?r <{WEFT}source> {literal(name)} }} LIMIT 1"
        if not view.reader.rows(one):
            rows = view.reader.rows(f"SELECT DISTINCT ?n {{ ?r <{WEFT}source> ?n }}")
            there = ", ".join(sorted(name for (name,) in rows)) or "none"
            raise LinkFilterError(f"no source {name[:60]!r} in this release; there are: {there}")


def _select(wanted: LinkFilter, selection: Selection, limit: int | None) -> str:
    query = page(selection, 0, _ALL, 0, _ALL)
    if tests := further_tests(wanted):
        query = f"SELECT ?s ?way ?o {{ {{ {query} }} {tests} }}"
    return query if limit is None else f"SELECT ?s ?way ?o {{ {{ {query} }} }} LIMIT {limit}"


def _keep_stated(
    view: View,
    wanted: LinkFilter,
    selection: Selection,
    limit: int | None,
    paths: tuple[Path, Path],
) -> int:
    """Copy the rows of a file that a wanted source states to another; how many they are."""
    source, target = paths
    kept = (
        row
        for row in _read(source)
        if is_stated_by(
            view, row[0], selection.ways[int(row[1])].predicate, row[2], wanted.stated_by
        )
    )
    total = 0
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("s", "way", "o"))
            for row in islice(kept, limit):
                writer.writerow(row)
                total += 1
    except OSError as error:
        raise ReleaseError(f"cannot write {target}: {error.strerror or error}") from error
    return total


def _read(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        yield from reader
