"""The tantivy engine keeps the contract, and what is its own: manifest, links, locks."""

import json

import msgspec
import pytest

from search.document import Document
from search.errors import IndexBusy, IndexDamaged
from search.query import parse_query
from search.text.engine import SearchRequest
from search.text.manifest import MANIFEST
from search.text.tantivy_engine import link_index, open_index, open_writer
from tests.search.text.contract import HIGGS, LIBRARY, TABLE, EngineContract


class TestTantivy(EngineContract):
    open_writer = staticmethod(open_writer)
    open_index = staticmethod(open_index)


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "library"
    with open_writer(path) as writer:
        for document in LIBRARY:
            writer.add(document)
    return path


def refused(path):
    with pytest.raises(IndexDamaged) as caught, open_index(path):
        pass
    assert str(path) in str(caught.value)
    assert "rebuild it with `weft build`" in str(caught.value)
    return str(caught.value)


def test_an_index_of_another_layout_is_refused(library):
    manifest = json.loads((library / MANIFEST).read_bytes())
    (library / MANIFEST).write_text(json.dumps(manifest | {"layout": 0}))
    assert "written with other fields or analysers" in refused(library)


def test_an_index_of_other_analysers_is_refused(library):
    manifest = json.loads((library / MANIFEST).read_bytes())
    (library / MANIFEST).write_text(json.dumps(manifest | {"analysis": "lodz"}))
    assert "written with other fields or analysers" in refused(library)
    with pytest.raises(IndexDamaged), open_writer(library):
        pass


def test_an_index_without_a_manifest_is_refused(library):
    (library / MANIFEST).unlink()
    assert MANIFEST in refused(library)


def test_an_index_with_a_broken_list_of_segments_is_refused(library):
    (library / "meta.json").write_text("{")
    assert str(library) in refused(library)


def test_an_index_with_a_lost_segment_is_refused(library):
    for file in library.glob("*.term"):
        file.unlink()
    assert str(library) in refused(library)


def test_a_second_writer_is_refused(library):
    with (
        open_writer(library),
        pytest.raises(IndexBusy, match="cannot be written"),
        open_writer(library),
    ):
        pass


def test_too_little_memory_is_refused(tmp_path):
    with pytest.raises(ValueError, match="memory"), open_writer(tmp_path, heap_bytes=1000):
        pass


def test_an_index_on_a_read_only_medium_opens(library):
    """Tantivy's readers take a lock file; where it cannot be made, another place must do."""
    library.chmod(0o555)
    with open_index(library) as index:
        assert index.document("higgs") == HIGGS
    library.chmod(0o755)


def test_readers_hold_an_index_while_it_is_written(library):
    with open_index(library) as index:
        with open_writer(library) as writer:
            writer.delete("higgs")
        assert index.document("higgs") == HIGGS


def test_a_linked_copy_changes_without_its_parent(library, tmp_path):
    before = {file.name: file.read_bytes() for file in library.iterdir()}
    child = tmp_path / "child"
    link_index(library, child)
    with open_writer(child) as writer:
        writer.delete("higgs")
        writer.replace(msgspec.structs.replace(TABLE, title="another title"))
    assert {file.name: file.read_bytes() for file in library.iterdir()} == before
    with open_index(library) as old, open_index(child) as new:
        assert old.document("higgs") == HIGGS
        assert new.document("higgs") is None
        assert old.search(SearchRequest(query=parse_query("another"))).total == 0
        assert new.search(SearchRequest(query=parse_query("another"))).total == 1


def test_a_linked_copy_shares_the_segments(library, tmp_path):
    link_index(library, tmp_path / "child")
    (segment,) = library.glob("*.store")
    assert (tmp_path / "child" / segment.name).stat().st_ino == segment.stat().st_ino


def test_the_writer_leaves_no_file_outside_the_list_of_segments(tmp_path):
    """Merges are over when the writer closes, so a release never changes after."""
    for run in range(12):
        with open_writer(tmp_path, heap_bytes=15_000_000) as writer:
            for number in range(50):
                writer.replace(Document(key=f"{run}-{number % 40}", kind="paper", title="a title"))
    segments = json.loads((tmp_path / "meta.json").read_bytes())["segments"]
    listed = {segment["segment_id"].replace("-", "") for segment in segments}
    found = {file.name.partition(".")[0] for file in tmp_path.iterdir() if file.name[0] != "."}
    assert found == listed | {"meta", "weft-text"}
    with open_index(tmp_path) as index:
        assert index.n_documents == 480


def test_facets_are_exact_with_more_values_than_tantivy_keeps_by_default(tmp_path):
    with open_writer(tmp_path) as writer:
        for number in range(3000):
            publisher = f"publisher {number % 1500:04}"
            writer.add(Document(key=str(number), kind="paper", title="t", publisher=publisher))
        writer.add(Document(key="one more", kind="paper", title="t", publisher="publisher 1499"))
    with open_index(tmp_path) as index:
        request = SearchRequest(facets=("publisher",), facet_limit=3)
        assert index.search(request).facets["publisher"] == (
            ("publisher 1499", 3),
            ("publisher 0000", 2),
            ("publisher 0001", 2),
        )


def test_a_value_of_any_length_does_not_stop_the_writer(tmp_path):
    long = Document(key="long", kind="paper", title="x" * 100_000, publisher="y" * 100_000)
    with open_writer(tmp_path) as writer:
        writer.add(long)
    with open_index(tmp_path) as index:
        assert index.document("long") == long


def test_bodies_join_where_slices_end_between_keys_with_one_number(tmp_path, monkeypatch):
    monkeypatch.setattr("search.text.tantivy_order._SLICE", 2)
    keys = ["a", *(f"samesamesame{n}" for n in range(5)), "z", "zz"]
    with open_writer(tmp_path, heap_bytes=15_000_000) as writer:
        for key in keys:
            writer.add(Document(key=key, kind="book", title=key))
    with open_index(tmp_path) as index:
        bodies = [msgspec.json.decode(body, type=Document) for body in index.bodies()]
    assert [each.key for each in bodies] == keys
