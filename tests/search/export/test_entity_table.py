"""Entities as columns: what stands in them, in bulk and looked up."""

import io

import msgspec
import polars as pl
import pytest

from graph.errors import ReleaseError
from graph.iris import entity_iri
from graph.release import Asked
from search.errors import IndexDamaged
from search.export.chosen import choose
from search.export.entity_table import SCHEMA, open_frames
from search.export.selection import read_selection
from search.metadata.described import read_described
from tests.search.export.releases import BASE, BOOK, CODES, SHEET, STUB

EACH = "year:[0 TO 9999] OR -year:[0 TO 9999]"
"""Every entity, looked up one by one."""


def table(body):
    return pl.read_parquet(io.BytesIO(body))


@pytest.fixture(scope="module")
def rows(hostile, written):
    return {row["key"]: row for row in table(written(hostile, "parquet")).iter_rows(named=True)}


def test_columns_are_those_that_are_documented(hostile, written):
    assert dict(table(written(hostile, "parquet")).schema) == SCHEMA


def test_a_row_holds_what_is_stated(rows):
    assert rows[BOOK] == {
        "key": BOOK,
        "iri": f"{BASE}id/{BOOK}",
        "kind": "book",
        "title": "Lamps",
        "creators": ["Aa, B", "Cc"],
        "creator_identifiers": [],
        "year": 2012,
        "date": "2012-09",
        "publisher": "",
        "doi": "10.1000/lamps",
        "identifiers": ["doi:10.1000/lamps", "isbn:9783030382070"],
        "licence": "",
        "access": "unknown",
        "languages": [],
        "subjects": [],
        "collaborations": [],
        "sources": ["doab", "oapen"],
        "records": [f"{BASE}record/doab/oai:x:1", f"{BASE}record/oapen/oai:x:2"],
        "is_stub": False,
        "n_links": 3,
        "n_links_dataset": 1,
        "n_links_paper": 0,
        "n_links_software": 0,
        "n_links_book": 0,
        "n_links_chapter": 2,
        "n_links_other": 0,
        "n_links_unknown": 0,
    }


def test_a_link_to_a_thing_of_no_kind_counts_as_unknown(rows):
    assert (rows[SHEET]["n_links"], rows[SHEET]["n_links_unknown"]) == (2, 1)


def test_what_is_no_date_is_left_out(rows):
    assert (rows[SHEET]["date"], rows[CODES]["date"], rows[CODES]["year"]) == ("", "", None)


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_looked_up_rows_are_those_read_in_bulk(request, written, name):
    opened = request.getfixturevalue(name)
    bulk = table(written(opened, "parquet"))
    assert bulk.height == opened.info.entities
    assert bulk.equals(table(written(opened, "parquet", EACH)).sort("key"))


def test_rows_say_what_the_descriptions_say(sample, written):
    for row in table(written(sample, "parquet")).iter_rows(named=True):
        iri = entity_iri(sample.base_iri, row["key"])
        said = read_described(sample.graph, sample.index.document(row["key"]), iri)
        assert said is not None
        assert (row["kind"], row["year"], row["date"]) == (said.kind, said.year, said.date)
        assert sorted(row["identifiers"]) == sorted(said.identifiers)
        agents = (*said.creators, *said.editors, *said.contributors)
        assert set(row["creators"]) == {each.name for each in agents}
        assert row["licence"] == said.spdx
        assert row["n_links"] == len(said.related)
        assert sorted(row["sources"]) == sorted(said.sources)
        assert len(row["records"]) == len(said.records)


def test_a_selected_stub_has_a_row(hostile, written):
    text = f"SELECT ?e {{ VALUES ?e {{ <{BASE}id/{STUB}> }} }}"
    [row] = table(written(hostile, "parquet", text)).iter_rows(named=True)
    assert (row["title"], row["kind"], row["is_stub"]) == ("doi:10.1000/unknown", "unknown", True)
    assert (row["doi"], row["n_links"], row["n_links_dataset"]) == ("10.1000/unknown", 1, 1)


def test_the_file_names_release_question_and_caveats(hostile, written):
    metadata = pl.read_parquet_metadata(io.BytesIO(written(hostile, "parquet", "lamps")))
    asked = msgspec.json.decode(metadata["weft"], type=Asked)
    assert (asked.release, asked.query) == (4, "lamps")
    assert asked.caveats[0].startswith("doab: incomplete: records are missing")


def test_pieces_join_without_gaps(sample, monkeypatch):
    monkeypatch.setattr("search.export.entity_table.ROWS", 7)
    with open_frames(choose(sample, read_selection(""))) as frames:
        small = list(frames())
    assert [frame.height for frame in small] == [7] * 20
    monkeypatch.undo()
    with open_frames(choose(sample, read_selection(""))) as frames:
        assert pl.concat(small).equals(pl.concat(frames()))


def test_documents_that_are_no_json_are_told(sample, monkeypatch):
    bodies = [b'{"key":"a"}', b'{"key":']
    monkeypatch.setattr(type(sample.index), "bodies", lambda _: iter(bodies))
    with (
        open_frames(choose(sample, read_selection(""))) as frames,
        pytest.raises(IndexDamaged, match="cannot read the documents of the text index"),
    ):
        list(frames())


def test_a_store_that_cannot_be_read_is_told(sample, monkeypatch):
    def fail(*_):
        raise ReleaseError("cannot read the graph: corruption")

    monkeypatch.setattr(type(sample.graph), "write_solutions", fail)
    with (
        open_frames(choose(sample, read_selection(""))) as frames,
        pytest.raises(ReleaseError, match="corruption"),
    ):
        list(frames())
