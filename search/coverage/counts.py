"""What there is in a selection: totals, growth, values, overlap, metadata completeness."""

from typing import Final

import polars as pl

from graph.work import Access
from search.coverage import queries
from search.coverage.fields import FAIR_ADDRESS, FIELDS, PRINCIPLES
from search.coverage.report import (
    Completeness,
    Growth,
    KindCount,
    MetadataField,
    Overlap,
    SourceCount,
    Totals,
    Value,
    Values,
    YearCount,
)
from search.coverage.selection import NOT_STATED, Selection, Years
from search.coverage.table import Table

MAX_ROWS: Final = 50
"""Values that are listed of a figure that may have any number."""
_COLUMN_OF: Final = {
    "identifiers": "schemes",
    "licences": "licence",
    "access": "access",
    "languages": "languages",
    "subjects": "subjects",
    "publishers": "publisher",
}


def select_entities(table: Table, selection: Selection) -> pl.DataFrame:
    """The entities that a selection takes, with the `unit` that each counts as."""
    unit = pl.col("work" if selection.rolled_up else "key").alias("unit")
    return table.entities.lazy().filter(_condition(selection)).with_columns(unit).collect()


def _condition(selection: Selection) -> pl.Expr:
    tests = [pl.lit(value=True)]
    for column, stated in (
        ("kind", selection.kinds),
        ("publisher", selection.publishers),
        ("licence", selection.licences),
    ):
        if stated:
            tests.append(pl.col(column).is_in(stated))
    for column, stated in (
        ("sources", selection.sources),
        ("languages", selection.languages),
        ("collaborations", selection.collaborations),
    ):
        if stated:
            of_list = pl.element().is_in(stated)
            found = pl.col(column).list.eval(of_list).list.any()
            if NOT_STATED in stated and column != "sources":
                found |= pl.col(column).list.len() == 0
            tests.append(found)
    if selection.years:
        tests.append(pl.any_horizontal(*map(_in_span, selection.years)))
    return pl.all_horizontal(*tests)


def _in_span(span: Years) -> pl.Expr:
    year = pl.col("year")
    if span.is_unknown:
        return year.is_null()
    since = year >= span.since if span.since is not None else pl.lit(value=True)
    until = year <= span.until if span.until is not None else pl.lit(value=True)
    return year.is_not_null() & since & until


def units_of(entities: pl.DataFrame) -> pl.DataFrame:
    """What is counted: `unit`, its kind, and the earliest year among its parts and versions."""
    return entities.group_by("unit").agg(pl.col("kind").min(), pl.col("year").min())


def count_totals(table: Table, selection: Selection, entities: pl.DataFrame) -> Totals:
    """How much was selected."""
    records = table.records.join(entities.select("key"), on="key", how="semi")
    return Totals(
        entities=entities.height,
        records=records.height,
        works_rolled_up=entities.get_column("work").n_unique(),
        merged=entities.filter(pl.col("n_records") > 1).height,
        stubs=table.n_stubs,
        by_kind=_kinds(entities),
        by_source=_sources(table, records),
        entities_query=queries.entities(selection),
        records_query=queries.records(selection),
        works_query=queries.works(selection),
        merged_query=queries.merged(selection),
        stubs_query=queries.stubs(),
        by_kind_query=queries.by_kind(selection),
        by_source_query=queries.by_source(selection),
    )


def _kinds(entities: pl.DataFrame) -> tuple[KindCount, ...]:
    works = entities.group_by("work").agg(pl.col("kind").min())
    n_works = dict(works.group_by("kind").len().iter_rows())
    counted = entities.group_by("kind").len().sort("kind")
    return tuple(
        KindCount(kind=kind, entities=n, works=n_works.get(kind, 0))
        for kind, n in counted.iter_rows()
    )


def _sources(table: Table, records: pl.DataFrame) -> tuple[SourceCount, ...]:
    counted = (
        records.group_by("source")
        .agg(pl.len().alias("records"), pl.col("key").n_unique().alias("entities"))
        .join(table.sources, on="source", how="left")
        .sort("source")
    )
    rows = counted.select("source", "records", "entities", "last_harvested_at").iter_rows()
    return tuple(
        SourceCount(source=source, records=n, entities=n_entities, last_harvested_at=at or "")
        for source, n, n_entities, at in rows
    )


def count_growth(selection: Selection, units: pl.DataFrame) -> Growth:
    """Works by year and kind."""
    counted = units.group_by("year", "kind").len().sort("year", "kind", nulls_last=True)
    return Growth(
        rows=tuple(YearCount(year, kind, n) for year, kind, n in counted.iter_rows()),
        query=queries.growth(selection),
    )


def count_values(figure: str, selection: Selection, entities: pl.DataFrame, of: int) -> Values:
    """Works by a value.

    Args:
        figure: one of `search.coverage.queries.VALUE_PATTERNS`.
        selection: what was selected.
        entities: the same.
        of: number of works.
    """
    pairs = value_pairs(entities, _COLUMN_OF[figure])
    counted = pairs.group_by("value").len().sort("len", "value", descending=[True, False])
    rows = [Value(value, n) for value, n in counted.head(MAX_ROWS).iter_rows()]
    n_without = of - pairs.get_column("unit").n_unique()
    if n_without:
        rows.append(Value(NOT_STATED, n_without))
    return Values(
        rows=tuple(rows), n_values=counted.height, of=of, query=queries.values(figure, selection)
    )


def value_pairs(entities: pl.DataFrame, column: str) -> pl.DataFrame:
    """`unit` and each `value` that one of its parts and versions has in a column, once."""
    pairs = entities.select("unit", pl.col(column).alias("value"))
    if isinstance(pairs.schema["value"], pl.List):
        pairs = pairs.explode("value", empty_as_null=True)
    unknown = (NOT_STATED, Access.UNKNOWN.value) if column == "access" else (NOT_STATED,)
    return pairs.filter(pl.col("value").is_not_null() & ~pl.col("value").is_in(unknown)).unique()


def count_overlap(selection: Selection, entities: pl.DataFrame) -> tuple[Overlap, ...]:
    """Entities by the exact set of their sources."""
    counted = dict(
        entities.select(pl.col("sources").list.join("\n")).group_by("sources").len().iter_rows()
    )
    by_sources = {tuple(joined.split("\n")) if joined else (): n for joined, n in counted.items()}
    return tuple(
        Overlap(
            sources=sources,
            n=n,
            query=queries.overlap(selection, sources),
            records_query=queries.overlap_records(selection, sources),
        )
        for sources, n in sorted(by_sources.items(), key=lambda item: (-item[1], item[0]))
    )


def describe_fields(selection: Selection) -> tuple[MetadataField, ...]:
    """The fields whose completeness is measured."""
    return tuple(
        MetadataField(
            field=field.name,
            means=field.means,
            fair=field.fair,
            principle=PRINCIPLES[field.fair],
            address=FAIR_ADDRESS,
            query=queries.completeness(field, selection),
        )
        for field in FIELDS
    )


def count_completeness(table: Table, entities: pl.DataFrame) -> tuple[Completeness, ...]:
    """Records that state each field, by source."""
    names = [field.name for field in FIELDS]
    counted = (
        table.records.join(entities.select("key"), on="key", how="semi")
        .group_by("source")
        .agg(pl.len().alias("of"), pl.col(names).sum())
        .sort("source")
    )
    return tuple(
        Completeness(
            source=row["source"],
            field=field.name,
            n=row[field.name],
            of=row["of"],
            share=row[field.name] / row["of"],
            fair=field.fair,
        )
        for row in counted.iter_rows(named=True)
        for field in FIELDS
    )
