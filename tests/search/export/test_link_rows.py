"""Links as flat rows: one a statement, in CSV and in Parquet."""

import csv
import io
from pathlib import Path
from typing import BinaryIO, cast

import polars as pl
import pytest

from search.export import link_rows
from search.export.link_rows import COLUMNS, write_csv, write_parquet
from search.metadata.end import End
from search.metadata.stated_link import LinkStatement, StatedLink


def end(key: str, name: str = "A title", *, is_stub: bool = False) -> End:
    return End(
        key=key,
        iri=f"http://x/id/{key}",
        kind="dataset",
        name=name,
        identifiers=(f"doi:10.1/{key}", f"oai:{key}"),
        is_stub=is_stub,
    )


def statement(source: str, side="source") -> LinkStatement:
    return LinkStatement(
        source=source,
        record=f"oai:{source}:1",
        record_iri=f"http://x/record/{source}/1",
        side=side,
        stated_as="References",
        target_as="10.1/b",
        at="2024-01-02T00:00:00Z",
        datestamp="2024-01-01T00:00:00Z",
        rule="stated",
    )


def link(source: End, target: End, *stated_by: LinkStatement, stated_from="source") -> StatedLink:
    return StatedLink(
        source=source.key,
        relation="Cites",
        target=target.key,
        predicate="http://purl.org/spar/cito/cites",
        source_entity=source,
        target_entity=target,
        stated_from=stated_from,
        stated_by=stated_by,
    )


BOTH = link(
    end("a"), end("b", is_stub=True), statement("one"), statement("two", "target"),
    stated_from="both",
)  # fmt: skip
NOBODY = link(end("a"), end("c"), stated_from="neither")


def rows_of(*links: StatedLink) -> list[dict[str, str]]:
    file = io.BytesIO()
    written = write_csv(links, file, release=3)
    text = file.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (written.links, written.rows) == (len(links), len(rows))
    return rows


def frame_of(path: Path, *links: StatedLink) -> pl.DataFrame:
    with path.open("wb") as file:
        written = write_parquet(links, file, release=3, about={"weft:query": "all links"})
    frame = pl.read_parquet(path)
    assert (written.links, written.rows) == (len(links), frame.height)
    return frame


def test_a_link_has_a_row_for_each_statement():
    first, second = rows_of(BOTH)
    assert first == {
        "release": "3",
        "link": "1",
        "statement": "1",
        "source_key": "a",
        "source_iri": "http://x/id/a",
        "source_kind": "dataset",
        "source_name": "A title",
        "source_identifiers": "doi:10.1/a; oai:a",
        "source_is_stub": "false",
        "relation": "Cites",
        "target_key": "b",
        "target_iri": "http://x/id/b",
        "target_kind": "dataset",
        "target_name": "A title",
        "target_identifiers": "doi:10.1/b; oai:b",
        "target_is_stub": "true",
        "stated_from": "both",
        "n_statements": "2",
        "stated_by": "one",
        "record": "oai:one:1",
        "record_iri": "http://x/record/one/1",
        "side": "source",
        "stated_as": "References",
        "target_as": "10.1/b",
        "at": "2024-01-02T00:00:00Z",
        "datestamp": "2024-01-01T00:00:00Z",
        "rule": "stated",
    }
    assert {name for name in first if first[name] != second[name]} == {
        "statement", "stated_by", "record", "record_iri", "side",
    }  # fmt: skip


def test_a_link_that_nobody_states_has_a_row_of_its_own():
    [row] = rows_of(NOBODY)
    assert (row["link"], row["statement"], row["n_statements"]) == ("1", "1", "0")
    assert [row[name] for name in ("stated_by", "record", "side", "rule")] == [""] * 4


def test_rows_with_statement_1_are_the_links():
    rows = rows_of(BOTH, NOBODY, BOTH)
    assert [row["link"] for row in rows if row["statement"] == "1"] == ["1", "2", "3"]
    assert len(rows) == 5


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "@x", "-1+2", " +1"])
def test_no_cell_of_the_csv_is_a_formula(title):
    [row] = rows_of(link(end("a", title), end("b")))
    assert row["source_name"] == f"'{title.strip()}"


def test_nothing_selected_is_a_head_alone(tmp_path):
    assert rows_of() == []
    frame = frame_of(tmp_path / "links.parquet")
    assert (tuple(frame.columns), frame.height) == (COLUMNS, 0)


def test_parquet_holds_what_the_csv_holds_with_types(tmp_path):
    frame = frame_of(tmp_path / "links.parquet", BOTH, NOBODY)
    assert tuple(frame.columns) == COLUMNS
    first = frame.row(0, named=True)
    assert first["target_is_stub"] is True
    assert first["source_identifiers"] == ["doi:10.1/a", "oai:a"]
    assert frame.get_column("link").to_list() == [1, 1, 2]
    assert frame.get_column("n_statements").to_list() == [2, 2, 0]
    assert frame.get_column("side").to_list() == ["source", "target", ""]


def test_a_parquet_file_says_what_it_answers(tmp_path):
    frame_of(tmp_path / "links.parquet", BOTH)
    assert pl.read_parquet_metadata(tmp_path / "links.parquet")["weft:query"] == "all links"


def test_links_are_taken_piece_by_piece_and_stay_in_order(tmp_path, monkeypatch):
    """Links are asked for no more than a few pieces before the file has grown."""
    monkeypatch.setattr(link_rows, "_ROWS_A_PIECE", 100)
    monkeypatch.setattr(link_rows, "ROWS_A_GROUP", 500)
    path, sizes = tmp_path / "links.parquet", []

    def links():
        for n in range(5_000):
            if not n % 1_000:
                sizes.append(path.stat().st_size)
            yield BOTH

    with path.open("wb", buffering=0) as file:
        written = write_parquet(links(), cast("BinaryIO", file), release=1, about={})
    assert (written.links, written.rows) == (5_000, 10_000)
    found = pl.read_parquet(path, columns=["link"]).get_column("link")
    assert found.to_list() == [n for n in range(1, 5_001) for _ in (0, 1)]
    assert sizes[0] < sizes[2] < sizes[4] < path.stat().st_size


def test_a_disk_that_is_full_is_an_error_with_its_reason():
    with Path("/dev/full").open("wb", buffering=0) as file:
        full = cast("BinaryIO", file)
        with pytest.raises(OSError, match="No space left"):
            write_parquet([BOTH], full, release=1, about={})
