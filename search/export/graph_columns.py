"""What the graph of a release alone knows of its entities, as columns: dates, records, links.

One scan of the store for each predicate, written as CSV by the store and taken in by polars, so no
value becomes an object of Python's: a tenth of the time of reading entity by entity.
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from graph.errors import ReleaseError
from graph.relation import PREDICATES, WEFT
from graph.store import GraphReader
from graph.vocabulary import SCHEMA
from search.export.entity_rows import DATE, KINDS

_THREADS: Final = 2
_HEAD: Final = len("key,value\r\n")
"""Bytes of an answer without rows; most predicates have none."""
_KIND: Final = pl.Enum(KINDS)


class GraphColumns:
    """Columns by key.

    Args:
        frame: sorted by `key`, which is unique.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._keys = frame.get_column("key").set_sorted()

    def of(self, keys: pl.Series) -> pl.DataFrame:
        """The rows of some keys that lie near each other, and others between them."""
        first, last = str(keys.min()), str(keys.max())
        start = self._keys.search_sorted(first, side="left")
        end = self._keys.search_sorted(last, side="right")
        return self._frame.slice(start, end - start)


@contextmanager
def open_graph_columns(graph: GraphReader, base_iri: str) -> Iterator[Future[GraphColumns]]:
    """Begin to read the columns of all entities, in threads; they have ended with the context.

    The answers of the store lie in a temporary folder while they are read, some 300 bytes an
    entity and 100 a link.

    What the future raises is a `ReleaseError`: the store cannot be read, or there is no room for
    its answers.
    """
    with (
        tempfile.TemporaryDirectory(prefix="weft-export-") as name,
        ThreadPoolExecutor(_THREADS, thread_name_prefix="export") as threads,
        ThreadPoolExecutor(1, thread_name_prefix="export-columns") as joining,
    ):
        scans = _Scans(graph, base_iri, Path(name), threads)
        try:
            yield joining.submit(scans.columns)
        finally:
            threads.shutdown(cancel_futures=True)


class _Scans:
    def __init__(
        self, graph: GraphReader, base_iri: str, folder: Path, threads: ThreadPoolExecutor
    ) -> None:
        self._graph = graph
        self._start = f"{base_iri}id/"
        self._folder = folder
        self._threads = threads
        self._asked: dict[str, Future[Path]] = {}

    def columns(self) -> GraphColumns:
        try:
            return GraphColumns(self._columns())
        except (PolarsError, CancelledError) as error:
            raise ReleaseError(f"cannot read the graph in columns: {error}") from error

    def _columns(self) -> pl.DataFrame:
        single = (SCHEMA + "datePublished", WEFT + "fromRecord")
        # what the links take comes first: they are joined while the store is asked for the rest
        for number, predicate in enumerate((WEFT + "kind", *PREDICATES, *single)):
            path = self._folder / f"{number}.csv"
            self._asked[predicate] = self._threads.submit(self._write, predicate, path)
        links = self._links()
        dates = self._pairs(single[0]).group_by("key").agg(pl.col("value").min().alias("date"))
        records = self._pairs(single[1]).group_by("key").agg(pl.col("value").unique().sort())
        is_date = pl.col("date").str.contains(DATE)
        return (
            dates.with_columns(pl.when(is_date).then(pl.col("date")))
            .join(records.rename({"value": "records"}), on="key", how="full", coalesce=True)
            .join(links, on="key", how="full", coalesce=True)
            .sort("key")
        )

    def _links(self) -> pl.DataFrame:
        """Numbers of links to and from each entity, by the kind of the other end."""
        ends = pl.concat([self._pairs(predicate) for predicate in PREDICATES])
        key = pl.col("value").str.strip_prefix(self._start)
        ends = ends.filter(pl.col("value").str.starts_with(self._start)).with_columns(key)
        turned = ends.select(pl.col("value").alias("key"), pl.col("key").alias("value"))
        kinds = self._pairs(WEFT + "kind").group_by("key").agg(pl.col("value").min().alias("kind"))
        kind = pl.col("kind").fill_null(KINDS[-1])
        known = pl.when(kind.is_in(KINDS)).then(kind).otherwise(pl.lit(KINDS[-1])).cast(_KIND)
        kinds = kinds.select(pl.col("key").alias("value"), known.alias("kind"))
        counts = (
            pl.concat([ends, turned])
            .join(kinds, on="value", how="left")
            .group_by("key", pl.col("kind").fill_null(KINDS[-1]))
            .len("n_links")
        )
        of_kind = {
            f"n_links_{each}": pl.when(pl.col("kind") == each).then("n_links").otherwise(0)
            for each in KINDS
        }
        return counts.select("key", "n_links", **of_kind).group_by("key").agg(pl.all().sum())

    def _pairs(self, predicate: str) -> pl.DataFrame:
        """Keys of entities, and what the default graph says of them by a predicate."""
        path = self._asked[predicate].result()
        schema = {"key": pl.String, "value": pl.String}
        if path.stat().st_size == _HEAD:
            return pl.DataFrame(schema=schema)
        found = pl.scan_csv(path, schema=schema, empty_string_is_null=False)
        is_entity = pl.col("key").str.starts_with(self._start)
        key = pl.col("key").str.strip_prefix(self._start)
        frame = found.filter(is_entity).with_columns(key).collect(engine="streaming")
        path.unlink()
        return frame

    def _write(self, predicate: str, path: Path) -> Path:
        self._graph.write_solutions(f"SELECT ?key ?value {{ ?key <{predicate}> ?value }}", path)
        return path
