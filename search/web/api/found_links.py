"""Finds a page of links in a release: stretch by stretch in store order, each with who states it.

What starts from no entity is asked in a worker process, under its limits; all else is read in a
thread, as other look-ups of an entity are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import msgspec
from msgspec import Struct

from graph.explain.view import View
from graph.links.found import FoundLink
from graph.links.selection import (
    CANONICAL,
    FROM_BOTH_ENDS,
    Selection,
    count_candidates,
    count_selected,
    page,
)
from graph.links.stated import is_stated_by, read_stated
from search.sparql.results import ResultFormat
from search.web.site import Site

_STRETCH: Final = 5000
"""Candidates that one query looks through; measured: 25 to 50 ms with two conditions."""
_STRETCH_BY_SOURCE: Final = 1000
"""The same when the records of both ends are looked at: about 0.05 ms a link."""
_MAX_STRETCHES: Final = 4
"""Stretches that one page looks through; after them it may hold fewer links than it could."""
_COUNTED: Final = 50_000
"""Candidates up to which the selected are counted."""
_COUNTED_BY_SOURCE: Final = 2000
_MAX_COUNTS: Final = 512
"""Counts that are kept."""


class Wanted(Struct, frozen=True, kw_only=True):
    """Which links are asked for."""

    selection: Selection
    stated_by: tuple[str, ...] = ()
    """Names of sources, one of which states the link; empty for any."""

    @property
    def is_filtered(self) -> bool:
        """Whether a candidate may be left out."""
        return bool(self.stated_by) or self.selection.is_filtered


class Place(Struct, frozen=True, array_like=True):
    """Where a page begins."""

    start: int = 0
    """Candidate that its stretch begins with."""
    skip: int = 0
    """Selected links of the stretch that came before."""


class FoundPage(Struct, frozen=True, kw_only=True):
    """Some links, and where the next begin; None at the end."""

    links: tuple[FoundLink, ...]
    next: Place | None


_Row = tuple[str, str, str]
"""IRI that a link starts at, number of the way, IRI that it leads to."""


class _Term(Struct):
    value: str


class _Results(Struct):
    bindings: list[dict[str, _Term]]


class _Solutions(Struct):
    results: _Results


class Counts:
    """How many links there are of a kind, kept per release."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str, str], int] = {}
        self._under_way: dict[tuple[int, str, str], asyncio.Lock] = {}

    async def keep(self, site: Site, name: str, find_out: Callable[[], Awaitable[int]]) -> int:
        """The count of that name, found out at the first time; who asks meanwhile waits for it."""
        key = (site.release.number, site.release.info.created_at, name)
        if (n_links := self._kept.get(key)) is not None:
            return n_links
        try:
            async with self._under_way.setdefault(key, asyncio.Lock()):
                if (n_links := self._kept.get(key)) is None:
                    n_links = await find_out()
                    if len(self._kept) >= _MAX_COUNTS:
                        self._kept.clear()
                    self._kept[key] = n_links
        finally:
            self._under_way.pop(key, None)
        return n_links

    async def ask(self, site: Site, query: str, *, is_quick: bool) -> int:
        """The count that a query asks for; see `_rows`."""

        async def find_out() -> int:
            [[n_links]] = await _rows(site, query, ("n",), is_quick=is_quick)
            return int(n_links)

        return await self.keep(site, query, find_out)


COUNTS: Final = Counts()


async def count(site: Site, wanted: Wanted) -> tuple[int, int | None]:
    """How many candidates there are, and how many links; None when that takes too long to tell."""
    selection = wanted.selection
    n_candidates = await _count_candidates(site, selection)
    if not wanted.is_filtered:
        return n_candidates, n_candidates
    if wanted.stated_by:
        return n_candidates, await _count_stated(site, wanted, n_candidates)
    if n_candidates > _COUNTED:
        return n_candidates, None
    query = count_selected(selection, _COUNTED)
    return n_candidates, await COUNTS.ask(site, query, is_quick=selection.is_bound)


async def _count_candidates(site: Site, selection: Selection) -> int:
    return await COUNTS.ask(site, count_candidates(selection), is_quick=selection.is_bound)


async def _count_stated(site: Site, wanted: Wanted, n_candidates: int) -> int | None:
    if n_candidates > _COUNTED_BY_SOURCE:
        return None
    query = page(wanted.selection, 0, _COUNTED_BY_SOURCE, 0, _COUNTED_BY_SOURCE)

    async def find_out() -> int:
        rows = await _links(site, query, is_quick=wanted.selection.is_bound)
        return len(await asyncio.to_thread(_read, site, wanted, rows, len(rows)))

    return await COUNTS.keep(site, f"{wanted.stated_by} {query}", find_out)


async def find_page(
    site: Site, wanted: Wanted, place: Place, n_candidates: int, limit: int
) -> FoundPage:
    """The links from a place on, at most `limit`; fewer when few of many candidates fit.

    Raises:
        SearchError: a worker passed its limits, or none was free.
    """
    found: list[FoundLink] = []
    length = _length(wanted, limit)
    for _ in range(_MAX_STRETCHES):
        left = limit - len(found)
        n_asked = length if wanted.stated_by else left + 1
        query = page(wanted.selection, place.start, length, place.skip, n_asked)
        rows = await _links(site, query, is_quick=wanted.selection.is_bound)
        kept = await asyncio.to_thread(_read, site, wanted, rows, left)
        found += [link for _, link in kept]
        if len(kept) == left and (past := kept[-1][0] + 1) < len(rows):
            return FoundPage(links=tuple(found), next=_after(wanted, place, past))
        place = Place(place.start + length, 0)
        if place.start >= n_candidates:
            return FoundPage(links=tuple(found), next=None)
        if len(found) == limit:
            break
    return FoundPage(links=tuple(found), next=place)


async def find_from(site: Site, selection: Selection, offset: int, limit: int) -> list[FoundLink]:
    """Selected links by their number in the list, however many candidates come before.

    Raises:
        SearchError: a worker passed its limits, or none was free.
    """
    n_candidates = await _count_candidates(site, selection)
    query = page(selection, 0, n_candidates, offset, limit)
    rows = await _links(site, query, is_quick=_is_quick(selection, n_candidates))
    wanted = Wanted(selection=selection)
    return [link for _, link in await asyncio.to_thread(_read, site, wanted, rows, limit)]


async def count_all(site: Site, selection: Selection) -> int:
    """How many links are selected, however many candidates that takes.

    Where both ends are asked the same, all links from both ends are twice those from one. A release
    tells of links with data at an end no number: it is counted once for each release, in 0.6 s of
    processor time for 80,000 links.

    Raises:
        SearchError: a worker passed its limits, or none was free.
    """
    if selection == Selection(ways=FROM_BOTH_ENDS, only_data=True):
        return 2 * await count_all(site, Selection(ways=CANONICAL, only_data=True))
    n_candidates = await _count_candidates(site, selection)
    query = count_selected(selection, n_candidates)
    return await COUNTS.ask(site, query, is_quick=_is_quick(selection, n_candidates))


def _is_quick(selection: Selection, n_candidates: int) -> bool:
    return selection.is_bound and n_candidates <= _COUNTED


def _length(wanted: Wanted, limit: int) -> int:
    if not wanted.is_filtered:
        return limit + 1
    return _STRETCH_BY_SOURCE if wanted.stated_by else _STRETCH


def _after(wanted: Wanted, place: Place, n_rows: int) -> Place:
    """The place past the first rows of a stretch."""
    if wanted.is_filtered:
        return Place(place.start, place.skip + n_rows)
    return Place(place.start + n_rows, 0)


def _read(
    site: Site, wanted: Wanted, rows: Iterable[_Row], limit: int
) -> list[tuple[int, FoundLink]]:
    """The first links of some rows that a wanted source states, each with its row's number."""
    view = View(site.graph, site.base_iri)
    found: list[tuple[int, FoundLink]] = []
    for number, (start, way_number, end) in enumerate(rows):
        if len(found) == limit:
            break
        way = wanted.selection.ways[int(way_number)]
        subject, object_ = (end, start) if way.is_turned else (start, end)
        told = (subject, way.predicate, object_)
        if not wanted.stated_by or is_stated_by(view, *told, wanted.stated_by):
            stated = read_stated(view, *told)
            found.append((number, FoundLink(start=start, way=way, end=end, stated=stated)))
    return found


async def _links(site: Site, query: str, *, is_quick: bool) -> list[_Row]:
    rows = await _rows(site, query, ("s", "way", "o"), is_quick=is_quick)
    return [(start, way, end) for start, way, end in rows]


async def _rows(
    site: Site, query: str, names: tuple[str, ...], *, is_quick: bool
) -> list[tuple[str, ...]]:
    """Values of a query's variables, which are always bound.

    Args:
        site: the release.
        query: a SELECT query.
        names: its variables.
        is_quick: whether it takes no longer than other look-ups of an entity: then it need not wait
            behind the queries of others.
    """
    if is_quick:
        return await asyncio.to_thread(site.graph.rows, query)
    body = await site.pool.run(query, ResultFormat.JSON)
    solutions = msgspec.json.decode(body, type=_Solutions).results.bindings
    return [tuple(solution[name].value for name in names) for solution in solutions]
