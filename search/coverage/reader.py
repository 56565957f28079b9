"""Reads a release's graph into columns: one scan for each predicate, written as CSV by the store.

The columns' own reader takes the files in, so no value becomes an object of Python's.
Everything a report counts is here; titles, names and dates stay in the graph.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Final

import polars as pl

from graph.relation import PREDICATES, RELATIONS, SYMMETRIC, UNKNOWN_RELATION, WEFT
from graph.release import HarvestedSource
from graph.store import GraphReader
from graph.vocabulary import RDF_TYPE, SCHEMA, SPDX
from graph.work import Access
from search.coverage.fields import FIELDS
from search.coverage.queries import PROLOGUE

_TEXT: Final = pl.String
_RELATIONS: Final = pl.DataFrame(
    [
        (stated, relation.name, relation.is_inverse, relation.name in SYMMETRIC)
        for stated, relation in RELATIONS.items()
    ],
    schema={"stated": _TEXT, "relation": _TEXT, "is_inverse": pl.Boolean, "is_even": pl.Boolean},
    orient="row",
)
"""How what records state is written in the default graph."""
_ONE: Final = {
    "year": WEFT + "year",
    "publisher": SCHEMA + "publisher",
    "licence": SCHEMA + "license",
    "access": WEFT + "access",
}
"""Columns with one value, and where it stands."""
_MANY: Final = {
    "languages": SCHEMA + "inLanguage",
    "collaborations": WEFT + "collaboration",
    "schemes": SCHEMA + "identifier",
    "subjects": SCHEMA + "keywords",
}
"""Columns with a list of values."""
_STUBS: Final = f"SELECT ?key {{ ?key <{RDF_TYPE}> <{WEFT}Stub> }}"
_STATEMENTS: Final = (
    f"SELECT ?record ?stated ?there {{ GRAPH ?record {{ ?link <{WEFT}relation> ?stated ;"
    f" <{WEFT}object> ?there }} }}"
)
_STATING: Final = {
    field.name: f"{PROLOGUE}SELECT DISTINCT ?record {{ GRAPH ?record {{ {field.pattern} }} }}"
    for field in FIELDS
}
"""Records that state a field."""


class Reader:
    """Reads one release; the store is asked in threads, since it works without Python's lock.

    Args:
        graph: its graph.
        base_iri: of the release.
        folder: where answers of the store lie until they are read; the caller removes it.
        threads: in which the store is asked.
    """

    def __init__(
        self, graph: GraphReader, base_iri: str, folder: Path, threads: ThreadPoolExecutor
    ) -> None:
        self._graph = graph
        self._id = f"{base_iri}id/"
        self._folder = folder
        self._threads = threads
        self._asked: dict[str, Future[Path]] = {}
        self._numbers = count()

    def prefetch(self) -> None:
        """Ask everything, the longest first; what the methods below need comes of it."""
        singles = {**_ONE, **_MANY, "kind": WEFT + "kind", "record": WEFT + "fromRecord"}
        for select in (
            _STATEMENTS,
            *_STATING.values(),
            *(_scan(predicate, ("key", name)) for name, predicate in singles.items()),
            *(_scan(predicate, ("source", "target")) for predicate in PREDICATES),
            _STUBS,
        ):
            self._ask(select)

    def kinds(self) -> pl.DataFrame:
        """Key, kind (null: unknown) and whether it is a stub, of everything in the release."""
        stated = self._pairs(WEFT + "kind", ("key", "kind"))
        stubs = self._read(_STUBS, ("key",), lambda found: found.select(self._key("key")).unique())
        return (
            stated.group_by("key")
            .agg(pl.col("kind").min())
            .join(
                stubs.with_columns(is_stub=pl.lit(value=True)), on="key", how="full", coalesce=True
            )
            .with_columns(pl.col("is_stub").fill_null(value=False))
        )

    def entities(self, kinds: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
        """One row a live entity, in order of keys, without its root.

        Args:
            kinds: of everything, see `kinds`.
            records: `key` and `source` of every record.
        """
        live = kinds.filter(~pl.col("is_stub")).select("key", "kind").sort("key")
        kept = live.get_column("key").implode()
        of_records = records.group_by("key").agg(
            pl.col("source").unique().sort().alias("sources"),
            pl.len().cast(pl.UInt32).alias("n_records"),
        )
        singles = (self._values(name, predicate, kept) for name, predicate in _ONE.items())
        lists = (self._values(name, predicate, kept) for name, predicate in _MANY.items())
        for column in (
            *(found.agg(pl.col(name).min()) for name, found in zip(_ONE, singles, strict=True)),
            *(
                found.agg(pl.col(name).unique().sort())
                for name, found in zip(_MANY, lists, strict=True)
            ),
            of_records,
        ):
            live = live.join(column, on="key", how="left", maintain_order="left")
        return live.with_columns(
            pl.col("year").cast(pl.Int32),
            pl.col("licence").str.strip_prefix(SPDX).fill_null(""),
            pl.col("publisher").fill_null(""),
            pl.col("access").fill_null(Access.UNKNOWN.value),
            pl.col(*_MANY, "sources").fill_null([]),
            pl.col("n_records").fill_null(0),
        )

    def records(self) -> pl.DataFrame:
        """One row a live record, by key and IRI, with a column for each field."""
        records = (
            self._pairs(WEFT + "fromRecord", ("key", "record"))
            .unique()
            .join(self._said(WEFT + "source", ("record", "source")), on="record")
            .select("key", "source", "record")
            .sort("key", "record")
        )
        for name, select in _STATING.items():
            stating = self._read(select, ("record",))
            records = records.join(
                stating.with_columns(pl.lit(value=True).alias(name)),
                on="record",
                how="left",
                maintain_order="left",
            ).with_columns(pl.col(name).fill_null(value=False))
        return records

    def sources(
        self, records: pl.DataFrame, harvested: Mapping[str, HarvestedSource]
    ) -> pl.DataFrame:
        """Every source by name, with when and how completely it was harvested.

        Args:
            records: `record` and `source` of every record.
            harvested: what the release says of its sources; of others the moment in which the
                latest of their records was fetched stands in.
        """
        fetched = self._said(WEFT + "harvestedAt", ("record", "at"))
        latest = dict(
            records.select("record", "source")
            .join(fetched, on="record")
            .group_by("source")
            .agg(pl.col("at").max())
            .iter_rows()
        )
        rows = [
            (
                name,
                (known.last_harvest if known else None) or latest.get(name) or "",
                known.state if known else "",
                known.announced if known else None,
            )
            for name in sorted({*harvested, *records.get_column("source").unique()})
            for known in (harvested.get(name),)
        ]
        schema = {
            "source": _TEXT,
            "last_harvested_at": _TEXT,
            "state": _TEXT,
            "announced": pl.Int64,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def links(
        self, records: pl.DataFrame, kinds: pl.DataFrame, years: pl.DataFrame
    ) -> pl.DataFrame:
        """One row a link of the default graph, in its canonical direction.

        Args:
            records: `record`, `key` and `source` of every record.
            kinds: see `kinds`.
            years: `key` and `year` of the entities that have one.
        """
        pieces = [
            self._pairs(predicate, ("source", "target"))
            .filter(pl.col("target").str.starts_with(self._id))
            .with_columns(self._key("target"), pl.lit(name).alias("relation"))
            .unique()
            for predicate, name in PREDICATES.items()
        ]
        links = pl.concat(pieces)
        for end in ("source", "target"):
            of_end = {"kind": f"{end}_kind", "is_stub": f"{end}_is_stub", "key": end}
            links = links.join(kinds.rename(of_end), on=end, how="left")
        ends = ("source", "relation", "target")
        return (
            links.join(years.rename({"key": "source"}), on="source", how="left")
            .join(self._statements(records), on=ends, how="left")
            .with_columns(
                pl.col("stated_by").fill_null([]),
                pl.col("stated_from").fill_null("neither"),
                pl.col("source_is_stub", "target_is_stub").fill_null(value=True),
            )
            .select(
                *ends,
                *("source_kind", "target_kind", "source_is_stub", "target_is_stub"),
                *("stated_by", "stated_from", "year"),
            )
            .sort(ends)
        )

    def _statements(self, records: pl.DataFrame) -> pl.DataFrame:
        """Which sources state each link."""
        tellers = records.lazy().select("record", pl.col("key").alias("here"), "source")
        here, there = pl.col("here"), pl.col("there")
        is_turned = pl.col("is_inverse") | (pl.col("is_even") & (there < here))

        def shape(found: pl.LazyFrame) -> pl.LazyFrame:
            return (
                found.with_columns(self._key("there"))
                .join(tellers, on="record")
                .join(_RELATIONS.lazy(), on="stated", how="left")
                .with_columns(
                    pl.col("relation").fill_null(UNKNOWN_RELATION.name),
                    pl.col("is_inverse").fill_null(UNKNOWN_RELATION.is_inverse),
                    pl.col("is_even").fill_null(UNKNOWN_RELATION.name in SYMMETRIC),
                )
                .select(
                    pl.when(is_turned).then(there).otherwise(here).alias("source"),
                    "relation",
                    pl.when(is_turned).then(here).otherwise(there).alias("target"),
                    pl.col("source").alias("teller"),
                    pl.when(is_turned)
                    .then(pl.lit("target"))
                    .otherwise(pl.lit("source"))
                    .alias("side"),
                )
                .group_by("source", "relation", "target")
                .agg(
                    pl.col("teller").unique().sort().alias("stated_by"),
                    pl.when(pl.col("side").n_unique() > 1)
                    .then(pl.lit("both"))
                    .otherwise(pl.col("side").first())
                    .alias("stated_from"),
                )
            )

        return self._read(_STATEMENTS, ("record", "stated", "there"), shape)

    def _values(
        self, name: str, predicate: str, kept: pl.Series
    ) -> "pl.dataframe.group_by.GroupBy":
        found = self._pairs(predicate, ("key", name)).filter(pl.col("key").is_in(kept))
        if name == "schemes":
            scheme = pl.col(name).str.split_exact(":", 1).struct.field("field_0")
            found = found.with_columns(scheme.alias(name))
        return found.group_by("key")

    def _pairs(self, predicate: str, names: tuple[str, str]) -> pl.DataFrame:
        """Key of an entity and what the default graph says of it by a predicate."""
        start = names[0]

        def shape(found: pl.LazyFrame) -> pl.LazyFrame:
            is_entity = pl.col(start).str.starts_with(self._id)
            return found.filter(is_entity).with_columns(self._key(start))

        return self._read(_scan(predicate, names), names, shape)

    def _said(self, predicate: str, names: tuple[str, str]) -> pl.DataFrame:
        """Subject and object of what the default graph says by a predicate."""
        return self._read(_scan(predicate, names), names)

    def _key(self, name: str) -> pl.Expr:
        return pl.col(name).str.strip_prefix(self._id)

    def _read(
        self,
        select: str,
        names: tuple[str, ...],
        shape: Callable[[pl.LazyFrame], pl.LazyFrame] = lambda found: found,
    ) -> pl.DataFrame:
        """The answer to a query for some names, in the shape that is wanted."""
        path = self._ask(select).result()
        del self._asked[select]
        try:
            schema = dict.fromkeys(names, _TEXT)
            found = pl.scan_csv(path, schema=schema, empty_string_is_null=False)
            return shape(found).collect(engine="streaming")
        finally:
            path.unlink()

    def _ask(self, select: str) -> Future[Path]:
        if select not in self._asked:
            path = self._folder / f"{next(self._numbers)}.csv"
            self._asked[select] = self._threads.submit(self._write, select, path)
        return self._asked[select]

    def _write(self, select: str, path: Path) -> Path:
        self._graph.write_solutions(select, path)
        return path


def _scan(predicate: str, names: tuple[str, str]) -> str:
    subject, value = names
    return f"SELECT ?{subject} ?{value} {{ ?{subject} <{predicate}> ?{value} }}"
