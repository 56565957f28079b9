"""How many links there are: between which kinds, by relation, by who states them, by year. Pure.

Links are those of the default graph, each once and in its canonical direction.
"""

import math
from typing import Final

import polars as pl
from msgspec import Struct

from graph.links.selection import UNKNOWN_KIND
from graph.work import Kind

KINDS: Final = (*(kind.value for kind in Kind), UNKNOWN_KIND)
"""Rows and columns of the matrix, in order."""
LEVELS: Final = 5
"""Shades of the heat map."""
_TO_STUB: Final = pl.col("source_is_stub") | pl.col("target_is_stub")


class Cell(Struct, frozen=True, kw_only=True):
    """The links from one kind to another."""

    from_kind: str
    to_kind: str
    n: int
    n_stubs: int
    """Of these, links with an end that no source has delivered."""
    level: int
    """Shade, from 0 for none to `LEVELS` for the most; a step is a multiple, not a sum."""


class RelationCount(Struct, frozen=True, kw_only=True):
    """The links of one relation."""

    relation: str
    n: int
    n_stubs: int
    n_both: int | None
    """Stated by records of both ends; None when the table does not hold it."""


class SourceCount(Struct, frozen=True, kw_only=True):
    """The links that a source states."""

    source: str
    n: int
    n_alone: int
    """Of these, links that no other source states."""


class YearCount(Struct, frozen=True, kw_only=True):
    """The links of one relation that start at things of one year."""

    year: int | None
    relation: str
    n: int


class LinkCounts(Struct, frozen=True, kw_only=True):
    """What links a release holds."""

    n: int
    n_stubs: int
    with_stubs: bool
    """Whether links with an end that no source has delivered are counted."""
    matrix: tuple[tuple[Cell, ...], ...]
    """A row a kind that links start at, a cell a kind that they lead to; both as in `kinds`."""
    from_kinds: tuple[str, ...]
    to_kinds: tuple[str, ...]
    relations: tuple[RelationCount, ...]
    """The commonest first."""
    sources: tuple[SourceCount, ...]
    years: tuple[YearCount, ...]
    """By year, unknown last, then as `relations`."""


def count_links(links: pl.DataFrame, *, with_stubs: bool = True) -> LinkCounts:
    """Count the links of a release.

    Args:
        links: `search.coverage.table.Table.links`.
        with_stubs: whether an end may be an entity that no source has delivered.
    """
    kinds = pl.col("source_kind", "target_kind").fill_null(UNKNOWN_KIND)
    kept = links.with_columns(kinds, _TO_STUB.alias("to_stub"))
    kept = kept if with_stubs else kept.filter(~pl.col("to_stub"))
    relations = _relations(kept)
    order = {each.relation: place for place, each in enumerate(relations)}
    from_kinds, to_kinds, matrix = _matrix(kept)
    return LinkCounts(
        n=kept.height,
        n_stubs=int(kept.get_column("to_stub").sum()),
        with_stubs=with_stubs,
        from_kinds=from_kinds,
        to_kinds=to_kinds,
        matrix=matrix,
        relations=relations,
        sources=_sources(kept),
        years=_years(kept, order),
    )


def _matrix(
    links: pl.DataFrame,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    counted = {
        (start, end): (n, n_stubs)
        for start, end, n, n_stubs in links.group_by("source_kind", "target_kind")
        .agg(pl.len(), pl.col("to_stub").sum())
        .iter_rows()
    }
    from_kinds = tuple(kind for kind in KINDS if any(start == kind for start, _ in counted))
    to_kinds = tuple(kind for kind in KINDS if any(end == kind for _, end in counted))
    most = max((n for n, _ in counted.values()), default=0)
    matrix = tuple(
        tuple(_cell(start, end, *counted.get((start, end), (0, 0)), most) for end in to_kinds)
        for start in from_kinds
    )
    return from_kinds, to_kinds, matrix


def _cell(start: str, end: str, n: int, n_stubs: int, most: int) -> Cell:
    return Cell(from_kind=start, to_kind=end, n=n, n_stubs=n_stubs, level=level_of(n, most))


def level_of(n: int, most: int) -> int:
    """The shade of a number, by its logarithm, since a few numbers dwarf the rest.

    >>> [level_of(n, 1000) for n in (0, 1, 10, 100, 1000)]
    [0, 1, 2, 4, 5]
    """
    if not n:
        return 0
    return 1 + round((LEVELS - 1) * math.log(n) / math.log(most)) if most > 1 else LEVELS


def _relations(links: pl.DataFrame) -> tuple[RelationCount, ...]:
    both = (
        (pl.col("stated_from") == "both").sum()
        if "stated_from" in links.columns
        else pl.lit(None, pl.UInt32).first()
    )
    found = (
        links.group_by("relation")
        .agg(pl.len().alias("n"), pl.col("to_stub").sum(), both.alias("both"))
        .sort(["n", "relation"], descending=[True, False])
    )
    return tuple(
        RelationCount(relation=relation, n=n, n_stubs=n_stubs, n_both=n_both)
        for relation, n, n_stubs, n_both in found.iter_rows()
    )


def _sources(links: pl.DataFrame) -> tuple[SourceCount, ...]:
    found = (
        links.select("stated_by", (pl.col("stated_by").list.len() == 1).alias("alone"))
        .explode("stated_by")
        .drop_nulls("stated_by")
        .group_by("stated_by")
        .agg(pl.len().alias("n"), pl.col("alone").sum())
        .sort(["n", "stated_by"], descending=[True, False])
    )
    return tuple(
        SourceCount(source=source, n=n, n_alone=n_alone) for source, n, n_alone in found.iter_rows()
    )


def _years(links: pl.DataFrame, order: dict[str, int]) -> tuple[YearCount, ...]:
    found = links.group_by("year", "relation").agg(pl.len().alias("n"))
    rows = [YearCount(year=year, relation=relation, n=n) for year, relation, n in found.iter_rows()]
    return tuple(
        sorted(rows, key=lambda row: (row.year is None, row.year or 0, order[row.relation]))
    )
