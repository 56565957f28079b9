"""Entities as columns, in pieces: what Parquet and CSV are written from.

Of everything the graph is read in bulk, one scan for each predicate in two threads; of a selection
each entity is looked up. Both give the same rows. What stays in memory is what only the graph
knows: some 200 bytes an entity. With `parquet.py` and `graph_columns.py` the wrappers of polars.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Final

import msgspec
import polars as pl
from polars.exceptions import PolarsError

from graph.work import Access
from search.errors import IndexDamaged
from search.export.chosen import Chosen, ChosenEntities
from search.export.entity_rows import COLUMNS, KINDS, LISTED, graph_reader, stub_document
from search.export.graph_columns import GraphColumns, open_graph_columns

ROWS: Final = 20_000
"""Rows of a piece, which is one row group of Parquet: some 20 MB in memory."""
_AHEAD: Final = 5
"""Pieces that are held until the graph has been read."""
_TEXT: Final = pl.String
_TEXTS: Final = pl.List(pl.String)
SCHEMA: Final[dict[str, Any]] = {
    name: _TEXTS if name in {*LISTED, "records"} else _TEXT for name in COLUMNS
} | {
    "year": pl.Int32,
    "is_stub": pl.Boolean,
    "n_links": pl.UInt32,
    **{f"n_links_{kind}": pl.UInt32 for kind in KINDS},
}
"""By column, in the order of the files. Texts that nobody states are empty, a year is null."""
_DOCUMENT: Final = {
    name: SCHEMA[name]
    for name in ("key", "kind", "title", "year", "publisher", "licence", "access", *LISTED)
}
"""Columns out of the text index."""
_OF_GRAPH: Final = ("date", "records", "n_links", *(f"n_links_{kind}" for kind in KINDS))

Frames = Iterator[pl.DataFrame]


@contextmanager
def open_frames(chosen: ChosenEntities) -> Iterator[Callable[[], Frames]]:
    """A function that gives the entities in frames of `ROWS` rows, in order.

    Raises:
        ReleaseError: the store cannot be read, or there is no room for its answers.
    """
    opened = chosen.opened
    if not chosen.is_everything:
        yield lambda: _looked_up(chosen)
        return
    with open_graph_columns(opened.graph, opened.base_iri) as columns:
        yield lambda: _in_bulk(chosen, columns)


def _in_bulk(chosen: ChosenEntities, columns: Future[GraphColumns]) -> Frames:
    said = _said_of_all(chosen)
    ahead: list[pl.DataFrame] = []  # read while the store is asked
    for frame in said:
        ahead.append(frame)
        if columns.done() or len(ahead) == _AHEAD:
            break
    for frame in chain(ahead, said):
        found = columns.result().of(frame.get_column("key"))
        yield (
            frame.join(found, on="key", how="left", maintain_order="left")
            .with_columns(
                pl.col("date").fill_null(""),
                pl.col("records").fill_null([]),
                pl.col("^n_links.*$").fill_null(0),
            )
            .select(*SCHEMA)
        )


def _looked_up(chosen: ChosenEntities) -> Frames:
    read = graph_reader(chosen.opened.graph, chosen.opened.base_iri)
    for piece in _pieces(chosen):
        found = [read(each.key) for each in piece]
        columns: dict[str, Any] = {
            "date": [each.date for each in found],
            "records": [each.records for each in found],
            "n_links": [sum(each.n_links) for each in found],
        }
        for place, kind in enumerate(KINDS):
            columns[f"n_links_{kind}"] = [each.n_links[place] for each in found]
        schema = {name: SCHEMA[name] for name in _OF_GRAPH}
        yield _said(chosen, piece).hstack(pl.DataFrame(columns, schema=schema)).select(*SCHEMA)


def _said_of_all(chosen: ChosenEntities) -> Frames:
    """What the records state of all entities: their documents are not even decoded on the way."""
    bodies = chosen.opened.index.bodies()
    while piece := list(islice(bodies, ROWS)):
        yield _stated(b"\n".join(piece), chosen).with_columns(is_stub=pl.lit(value=False))


def _pieces(chosen: ChosenEntities) -> Iterator[list[Chosen]]:
    entities = iter(chosen)
    while piece := list(islice(entities, ROWS)):
        yield piece


def _said(chosen: ChosenEntities, piece: list[Chosen]) -> pl.DataFrame:
    """What the records state of entities."""
    opened = chosen.opened
    start = opened.iri_of("id/")
    documents = [
        each.document or stub_document(opened.graph, start + each.key, each.key) for each in piece
    ]
    lines = msgspec.json.Encoder().encode_lines(documents)
    is_stub = pl.Series("is_stub", [each.document is None for each in piece], pl.Boolean)
    return _stated(lines, chosen).with_columns(is_stub)


def _stated(lines: bytes, chosen: ChosenEntities) -> pl.DataFrame:
    """Documents as columns.

    They go to polars as lines of JSON: lists of texts take a tenth of the time so.
    """
    start = chosen.opened.iri_of("id/")
    try:
        read = pl.read_ndjson(io.BytesIO(lines), schema=_DOCUMENT)
    except PolarsError as error:
        raise IndexDamaged(f"cannot read the documents of the text index: {error}") from error
    is_doi = pl.element().str.starts_with("doi:")
    dois = pl.col("identifiers").list.eval(pl.element().filter(is_doi)).list.first()
    read = read.with_columns(pl.col("access").fill_null(Access.UNKNOWN.value))
    return read.with_columns(
        pl.col(_TEXT).fill_null(""),
        pl.col(_TEXTS).fill_null([]),
        pl.lit(start).add(pl.col("key")).alias("iri"),
        dois.str.strip_prefix("doi:").fill_null("").alias("doi"),
    )
