"""The figures of the page of links, counted once a release and kept."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import polars as pl
from msgspec import Struct

from graph.store import GraphReader
from search.coverage.charts.chart import Chart
from search.coverage.charts.links_by_year import links_by_year
from search.coverage.charts.svg import ChartError, draw
from search.coverage.link_counts import LinkCounts, count_links
from search.web.coverage.tables import table_of
from search.web.site import Site
from search.words import WORDS, Words, fill

_log = logging.getLogger(__name__)

_WIDTH: Final = 960
"""Pixels of the picture; it shrinks with the page down to two thirds."""


class Figures(Struct, frozen=True, kw_only=True):
    """What the page shows."""

    counts: LinkCounts
    picture: str
    """Links by year as an SVG element; empty when nothing that a link starts at has a year."""
    summary: str
    """What the picture shows, in words."""


@dataclass(slots=True)
class _State:
    kept: dict[bool, Figures] = field(default_factory=dict)
    """With and without links to entities that no source has delivered."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One count at a time: the threads that answer are few."""


_STATES: Final[WeakKeyDictionary[GraphReader, _State]] = WeakKeyDictionary()
"""By open release; forgotten when the release is closed."""


async def figures(site: Site, *, with_stubs: bool) -> Figures:
    """The figures of a release.

    Args:
        site: the release.
        with_stubs: whether links to entities that no source has delivered are counted.

    Raises:
        StillReading: the columns of the release are being read; ask again.
        CoverageUnreadable: they cannot be.
    """
    state = _STATES.setdefault(site.graph, _State())
    if with_stubs not in state.kept:
        table = await table_of(site)
        async with state.turn:
            if with_stubs not in state.kept:
                state.kept[with_stubs] = await asyncio.to_thread(_count, table.links, with_stubs)
    return state.kept[with_stubs]


def _count(links: pl.DataFrame, with_stubs: bool) -> Figures:  # noqa: FBT001  # as asked above
    counts = count_links(links, with_stubs=with_stubs)
    chart = _chart(counts)
    if chart is None:
        return Figures(counts=counts, picture="", summary="")
    try:
        picture = draw(chart, width=_WIDTH)
    except ChartError:
        _log.exception("the chart of links cannot be drawn")
        picture = ""
    return Figures(counts=counts, picture=picture, summary=str(chart.specification["description"]))


def _chart(counts: LinkCounts) -> Chart | None:
    dated = [row for row in counts.years if row.year is not None]
    if not dated:
        return None
    relations = _table(WORDS.entity, "relations")
    rows = [(str(row.year), str(_table(relations, row.relation)["out"]), row.n) for row in dated]
    template = str(_table(WORDS.links, "overview")["chart"])
    n_links = sum(row.n for row in dated)
    return links_by_year(rows, fill(template, n=n_links, first=rows[0][0], last=rows[-1][0]))


def _table(words: Words, name: str) -> Words:
    """Words that belong together.

    Raises:
        KeyError: there are none of that name.
    """
    found = words[name]
    if isinstance(found, str):
        raise KeyError(f"{name} is one text")
    return found
