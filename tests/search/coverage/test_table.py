"""The columns of a release, and the files that they are kept in."""

import shutil
from pathlib import Path
from threading import Thread

import pytest

from graph.release import open_release
from graph.store import GraphReader, open_graph
from search.coverage import table as tables
from search.coverage.table import FOLDER, Table, open_table
from tests.search.web.api.town import publish_town


@pytest.fixture
def data(tmp_path: Path) -> Path:
    publish_town(tmp_path)
    return tmp_path


def _open(data: Path, cache: Path | None) -> Table:
    release = open_release(data)
    with open_graph(release.graph_path) as graph:
        return open_table(release, graph, cache)


def _folders(data: Path) -> list[str]:
    return sorted(path.name for path in (data / FOLDER).iterdir())


def test_links_stand_in_canonical_direction_with_all_who_state_them(town_table):
    rows = town_table.links.select("relation", "source_kind", "target_kind", "stated_by", "year")
    assert sorted(rows.iter_rows()) == [
        ("Cites", "paper", "paper", ["pap"], None),
        ("IsDerivedFrom", "paper", "software", ["pap"], None),
        ("IsPartOf", "dataset", "dataset", ["hep", "zen"], 2012),
        ("IsRelatedTo", "dataset", "paper", ["zen"], None),
        ("IsSupplementTo", "dataset", "paper", ["hep", "pap", "zen"], 2012),
    ]
    stubs = town_table.links.filter("target_is_stub").get_column("relation").to_list()
    assert stubs == ["Cites"]


def test_an_entity_has_what_its_records_state(town_table):
    (row,) = town_table.entities.filter(publisher="CERN").iter_rows(named=True)
    assert row["kind"] == "dataset"
    assert (row["year"], row["licence"], row["access"]) == (2012, "CC0-1.0", "open")
    assert (row["languages"], row["subjects"]) == (["en"], ["Jets"])
    assert (row["sources"], row["n_records"]) == (["hep", "zen"], 2)
    assert row["schemes"] == ["doi", "hepdata", "oai"]


def test_stubs_are_no_rows(town_table, town_data):
    info = open_release(town_data).info
    assert town_table.entities.height == info.entities
    assert town_table.n_stubs == info.stubs
    assert town_table.links.height == info.links
    assert town_table.records.height == info.records


def test_what_is_kept_is_what_was_read(data):
    read, kept = _open(data, None), _open(data, data)
    again = _open(data, data)
    for name in ("entities", "records", "links", "sources"):
        assert getattr(read, name).equals(getattr(kept, name))
        assert getattr(read, name).equals(getattr(again, name))
    assert (again.number, again.base_iri, again.n_stubs) == (1, read.base_iri, read.n_stubs)


def test_a_kept_table_is_not_read_again(data, monkeypatch):
    _open(data, data)

    def read_no_more(*_: object) -> Table:
        raise AssertionError("read again")

    monkeypatch.setattr(tables, "read_table", read_no_more)
    assert _open(data, data).entities.height > 0


@pytest.mark.parametrize("name", ["table.json", "links.parquet"])
@pytest.mark.parametrize("content", [b"", b"{", b"PAR1 and no more PAR1"])
def test_a_damaged_file_is_made_again(data, name, content):
    whole = _open(data, data)
    (folder,) = (data / FOLDER).iterdir()
    (folder / name).write_bytes(content)
    assert _open(data, data).links.equals(whole.links)
    assert (folder / name).read_bytes() != content


def test_tables_of_releases_that_are_gone_are_removed(data):
    (data / FOLDER / "7-0123456789ab").mkdir(parents=True)
    (data / FOLDER / "1-0123456789ab").mkdir()
    (data / FOLDER / "notes").mkdir()
    _open(data, data)
    kept = _folders(data)
    assert len(kept) == 2
    assert kept[1] == "notes"
    assert kept[0].startswith("1-")
    assert kept[0] != "1-0123456789ab"


def test_a_place_that_cannot_be_written_costs_only_time(data):
    (data / FOLDER).write_bytes(b"no folder")
    assert _open(data, data).entities.height > 0


def test_nothing_is_left_of_an_unfinished_table(data):
    _open(data, data)
    assert [name for name in _folders(data) if name.startswith(".")] == []


def test_two_readers_at_once_make_one_table(data):
    release = open_release(data)
    found: list[Table] = []

    def read(graph: GraphReader) -> None:
        found.append(open_table(release, graph, data))

    with open_graph(release.graph_path) as one, open_graph(release.graph_path) as two:
        threads = [Thread(target=read, args=(graph,)) for graph in (one, two, one)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 3
    assert all(each.links.equals(found[0].links) for each in found)
    assert len(_folders(data)) == 1


def test_a_release_without_records_has_an_empty_table(data, tmp_path):
    empty = tmp_path / "empty"
    shutil.copytree(data / "releases", empty / "releases", symlinks=True)
    shutil.rmtree(empty / "releases" / "1" / "graph")
    from tests.graph.stores import bulk_load  # noqa: PLC0415  # only here

    quads = empty / "none.nq"
    quads.write_text("")
    bulk_load(quads, empty / "releases" / "1" / "graph")
    table = _open(empty, None)
    assert (table.entities.height, table.records.height, table.links.height) == (0, 0, 0)
