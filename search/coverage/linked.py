"""Link coverage: the share of works of a kind that are linked to something of another."""

from typing import Final

import polars as pl
from msgspec import Struct

from graph.work import Kind
from search.coverage import queries
from search.coverage.counts import MAX_ROWS, value_pairs
from search.coverage.report import LinkCoverage, LinkedInYear, LinkedOfPublisher
from search.coverage.selection import NOT_STATED, Selection
from search.coverage.table import Table

SAME_THING: Final = (
    "IsIdenticalTo",
    "IsNewVersionOf",
    "IsPartOf",
    "IsVariantFormOf",
    "IsVersionOf",
)
"""Link types that join a thing with its parts, versions and forms; no link to anything else."""


class Question(Struct, frozen=True, kw_only=True):
    """One share that is asked for."""

    id: str
    kind: Kind
    linked_to: tuple[Kind, ...] = ()
    """Empty: anything."""
    without: tuple[str, ...] = ()
    """Link types that do not count whatever is selected."""

    @property
    def members(self) -> tuple[str, ...]:
        """Kinds of what counts with such a work."""
        return (self.kind, Kind.CHAPTER) if self.kind == Kind.BOOK else (self.kind,)


QUESTIONS: Final = (
    Question(id="papers-with-data", kind=Kind.PAPER, linked_to=(Kind.DATASET,)),
    Question(id="data-with-papers", kind=Kind.DATASET, linked_to=(Kind.PAPER,)),
    Question(id="papers-with-software", kind=Kind.PAPER, linked_to=(Kind.SOFTWARE,)),
    Question(id="books-with-anything", kind=Kind.BOOK, without=SAME_THING),
)


def measure_links(
    table: Table, selection: Selection, entities: pl.DataFrame, units: pl.DataFrame
) -> tuple[LinkCoverage, ...]:
    """Every share.

    Args:
        table: the release.
        selection: what was selected.
        entities: the same, see `search.coverage.counts.select_entities`.
        units: their works, see `search.coverage.counts.units_of`.
    """
    publishers = value_pairs(entities, "publisher")
    ends = _ends(table.links, selection.counted_relations)
    return tuple(
        _measure(question, selection, units, publishers, _linked(question, table, selection, ends))
        for question in QUESTIONS
    )


def _ends(links: pl.DataFrame, relations: tuple[str, ...]) -> pl.DataFrame:
    """Both ends of each link that counts, with what is at the other."""
    counted = links.filter(pl.col("relation").is_in(relations))
    return pl.concat(
        [
            counted.select(
                pl.col(here).alias("key"),
                "relation",
                pl.col(f"{there}_kind").alias("kind"),
                pl.col(f"{there}_is_stub").alias("is_stub"),
            )
            for here, there in (("source", "target"), ("target", "source"))
        ]
    )


def _linked(
    question: Question, table: Table, selection: Selection, ends: pl.DataFrame
) -> pl.DataFrame:
    """`unit` of each work that has such a link, and whether one leads to something delivered."""
    tests = [~pl.col("relation").is_in(question.without)]
    if question.linked_to:
        tests.append(pl.col("kind").is_in([kind.value for kind in question.linked_to]))
    unit = pl.col("work" if selection.rolled_up else "key").alias("unit")
    members = table.entities.filter(pl.col("kind").is_in(question.members)).select("key", unit)
    return (
        ends.filter(*tests)
        .join(members, on="key")
        .group_by("unit")
        .agg((~pl.col("is_stub")).any().alias("is_delivered"))
    )


def _measure(
    question: Question,
    selection: Selection,
    units: pl.DataFrame,
    publishers: pl.DataFrame,
    linked: pl.DataFrame,
) -> LinkCoverage:
    works = (
        units.filter(pl.col("kind") == question.kind)
        .join(linked.with_columns(is_linked=pl.lit(value=True)), on="unit", how="left")
        .with_columns(pl.col("is_linked", "is_delivered").fill_null(value=False))
    )
    relations = tuple(name for name in selection.counted_relations if name not in question.without)
    asked = (question.kind.value, tuple(map(str, question.members)))
    others = tuple(map(str, question.linked_to))
    numerator, delivered = (int(works[name].sum()) for name in ("is_linked", "is_delivered"))
    of_publishers, n_publishers = _by_publisher(works, publishers)
    return LinkCoverage(
        id=question.id,
        kind=question.kind,
        linked_to=others,
        numerator=numerator,
        delivered=delivered,
        denominator=works.height,
        share=numerator / works.height if works.height else None,
        share_delivered=delivered / works.height if works.height else None,
        relations=relations,
        rolled_up=selection.rolled_up,
        by_year=_by_year(works),
        by_publisher=of_publishers,
        n_publishers=n_publishers,
        numerator_query=queries.linked_works(*asked, others, relations, selection),
        delivered_query=queries.linked_works(
            *asked, others, relations, selection, only_delivered=True
        ),
        denominator_query=queries.works_of_kind(question.kind, selection),
    )


_NUMBERS: Final = (
    pl.col("is_linked").sum().alias("numerator"),
    pl.col("is_delivered").sum().alias("delivered"),
    pl.len().alias("denominator"),
)


def _by_year(works: pl.DataFrame) -> tuple[LinkedInYear, ...]:
    counted = works.group_by("year").agg(*_NUMBERS).sort("year", nulls_last=True)
    return tuple(LinkedInYear(**row) for row in counted.iter_rows(named=True))


def _by_publisher(
    works: pl.DataFrame, publishers: pl.DataFrame
) -> tuple[tuple[LinkedOfPublisher, ...], int]:
    """Rows, and how many publishers there are."""
    joined = works.join(publishers.rename({"value": "publisher"}), on="unit", how="left")
    counted = joined.with_columns(pl.col("publisher").fill_null(NOT_STATED))
    rows = (
        counted.group_by("publisher")
        .agg(*_NUMBERS)
        .sort("denominator", "publisher", descending=[True, False])
    )
    stated = rows.filter(pl.col("publisher") != NOT_STATED)
    shown = pl.concat([stated.head(MAX_ROWS), rows.filter(pl.col("publisher") == NOT_STATED)])
    return tuple(LinkedOfPublisher(**row) for row in shown.iter_rows(named=True)), stated.height
