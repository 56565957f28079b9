"""The Whoosh engine keeps the contract, and what is its own: manifest, links, locks, merges."""

import json
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from search.document import Document
from search.errors import IndexBusy, IndexDamaged
from search.query import parse_query
from search.text.engine import FACETS, FacetCount, SearchRequest, Sort
from search.text.manifest import MANIFEST
from search.text.whoosh_engine import can_add_to, link_index, open_index, open_writer
from tests.search.text.contract import HIGGS, LIBRARY, TABLE, EngineContract

KILLED = """
import os, signal, sys
from pathlib import Path
from search.document import Document
from search.text.whoosh_engine import open_writer
with open_writer(Path(sys.argv[1])) as writer:
    writer.add(Document(key="lost", kind="paper", title="never committed"))
    writer.delete("higgs")
    os.kill(os.getpid(), signal.SIGKILL)
"""


class TestWhoosh(EngineContract):
    open_writer = staticmethod(open_writer)
    open_index = staticmethod(open_index)


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "library"
    with open_writer(path) as writer:
        for document in LIBRARY:
            writer.add(document)
    return path


def paper(key, **values):
    return Document(key=key, kind="paper", **({"title": "a title"} | values))


def found(path, query):
    with open_index(path) as index:
        result = index.search(SearchRequest(query=parse_query(query), limit=1000))
        return sorted(hit.key for hit in result.hits)


def names(path):
    return sorted(file.name.rpartition(".")[2] for file in path.iterdir())


def segments(path):
    return [file.name for file in path.iterdir() if file.suffix == ".seg"]


def write_and_fail(path, error):
    with open_writer(path) as writer:
        writer.add(TABLE)
        writer.delete("higgs")
        raise error


@contextmanager
def files_of_at_most(size_bytes):
    """What a full disk is to a writer: at some byte of some file it goes no further."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write_much(path):
    with open_writer(path, memory_mb=1) as writer:
        for number in range(200):
            words = " ".join(f"w{number * i % 997}" for i in range(90))
            writer.add(paper(str(number), abstract=words))


def refused(path):
    with pytest.raises(IndexDamaged) as caught, open_index(path):
        pass
    assert str(path) in str(caught.value)
    assert "rebuild it with `weft build`" in str(caught.value)
    assert not can_add_to(path)
    return str(caught.value)


@pytest.mark.parametrize("other", [{"layout": 0}, {"analysis": "lodz"}])
def test_an_index_of_other_fields_or_analysers_is_refused(library, other):
    manifest = json.loads((library / MANIFEST).read_bytes())
    (library / MANIFEST).write_text(json.dumps(manifest | other))
    assert "written with other fields or analysers" in refused(library)
    with pytest.raises(IndexDamaged), open_writer(library):
        pass


def test_an_index_of_another_engine_is_refused(library):
    manifest = json.loads((library / MANIFEST).read_bytes())
    (library / MANIFEST).write_text(json.dumps(manifest | {"engine": "tantivy"}))
    assert "it was written by tantivy, not by whoosh" in refused(library)


def test_an_index_without_a_manifest_is_refused(library):
    (library / MANIFEST).unlink()
    assert MANIFEST in refused(library)


@pytest.mark.parametrize("left", [b"", b"\x00" * 40, b"{"])
def test_an_index_with_a_broken_list_of_segments_is_refused(library, left):
    (toc,) = library.glob("*.toc")
    toc.write_bytes(left)
    assert str(library) in refused(library)


def test_an_index_without_a_list_of_segments_is_refused(library):
    (toc,) = library.glob("*.toc")
    toc.unlink()
    assert str(library) in refused(library)


def test_an_index_with_a_lost_segment_is_refused(library):
    (segment,) = library.glob("*.seg")
    segment.unlink()
    assert segment.name in refused(library)


def test_an_index_with_a_cut_segment_is_refused(library):
    (segment,) = library.glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:1000])
    assert str(library) in refused(library)
    with pytest.raises(IndexDamaged), open_writer(library):
        pass


def test_a_document_that_cannot_be_read_back_is_damage(tmp_path, monkeypatch):
    with monkeypatch.context() as patched, open_writer(tmp_path) as writer:
        patched.setattr(writer, "_encoder", msgspec.msgpack.Encoder())
        writer.add(HIGGS)
    with open_index(tmp_path) as index:
        with pytest.raises(IndexDamaged, match="rebuild it with `weft build`"):
            index.search(SearchRequest())
        with pytest.raises(IndexDamaged):
            index.document("higgs")


def test_a_second_writer_is_refused(library):
    with (
        open_writer(library),
        pytest.raises(IndexBusy, match="cannot be written"),
        open_writer(library),
    ):
        pass
    with open_writer(library) as writer:
        writer.delete("higgs")
    assert found(library, "boson") == []


def test_a_killed_writer_leaves_the_index_as_it_was(library):
    root = Path(__file__).parents[3]
    killed = subprocess.run([sys.executable, "-c", KILLED, library], cwd=root, check=False)
    assert killed.returncode == -9
    assert found(library, "") == ["bare", "higgs", "lodz", "phantom", "table"]
    with open_writer(library) as writer:
        writer.add(paper("later"))
    assert found(library, "kind:paper") == ["higgs", "later"]
    assert names(library) == ["MAIN_WRITELOCK", "json", "seg", "seg", "toc"]


def test_a_writer_that_fails_leaves_no_file(library):
    before = sorted(file.name for file in library.iterdir())
    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error):
            write_and_fail(library, error)
    assert sorted(file.name for file in library.iterdir()) == before
    assert found(library, "boson OR table") == ["higgs", "table"]


@pytest.mark.parametrize("limit", [0, 10, 1_000, 10_000, 30_000, 100_000])
def test_a_disk_that_takes_no_more_leaves_the_index_as_it_was(library, limit):
    before = {file.name: file.read_bytes() for file in library.iterdir()}
    with pytest.raises(OSError, match="File too large"), files_of_at_most(limit):
        write_much(library)
    assert {file.name: file.read_bytes() for file in library.iterdir()} == before
    with open_writer(library) as writer:
        writer.delete("higgs")
    assert found(library, "") == ["bare", "lodz", "phantom", "table"]


def test_a_document_that_cannot_be_written_changes_nothing(library):
    with open_writer(library) as writer, pytest.raises(UnicodeEncodeError):
        writer.add(paper("higgs", title="half of a pair: \ud800"))
    assert found(library, "") == ["bare", "higgs", "lodz", "phantom", "table"]


def test_an_index_on_a_read_only_medium_opens(library):
    (library / "MAIN_WRITELOCK").unlink()
    library.chmod(0o555)
    with open_index(library) as index:
        assert index.document("higgs") == HIGGS
    library.chmod(0o755)
    assert names(library) == ["json", "seg", "toc"]


def test_readers_hold_an_index_while_it_is_written(library):
    with open_index(library) as index:
        with open_writer(library) as writer:
            for document in LIBRARY:
                writer.delete(document.key)
        assert index.document("higgs") == HIGGS
        facets = index.search(SearchRequest(facets=("kind",), limit=0)).facets["kind"]
        assert len(facets) == 5
    assert found(library, "") == []


def test_a_linked_copy_changes_without_its_parent(library, tmp_path):
    before = {file.name: file.read_bytes() for file in library.iterdir()}
    child = tmp_path / "child"
    link_index(library, child)
    with open_writer(child) as writer:
        writer.delete("higgs")
        writer.replace(msgspec.structs.replace(TABLE, title="another title"))
    assert {file.name: file.read_bytes() for file in library.iterdir()} == before
    assert (found(library, "boson"), found(child, "boson")) == (["higgs"], [])
    assert (found(library, "another"), found(child, "another")) == ([], ["table"])


def test_a_linked_copy_shares_the_segments_and_not_the_lock(library, tmp_path):
    child = tmp_path / "child"
    link_index(library, child)
    (segment,) = segments(library)
    assert (child / segment).stat().st_ino == (library / segment).stat().st_ino
    with open_writer(library), open_writer(child) as writer:
        writer.delete("higgs")
    assert found(child, "boson") == []


def test_a_copy_onto_something_is_refused(library, tmp_path):
    with pytest.raises(FileExistsError):
        link_index(library, tmp_path)


def test_many_runs_end_in_few_segments_and_no_other_file(tmp_path):
    for run in range(12):
        with open_writer(tmp_path) as writer:
            for number in range(10):
                writer.replace(paper(f"{run}-{number % 8}", year=2000 + run))
    assert len(segments(tmp_path)) <= 8
    assert set(names(tmp_path)) == {"MAIN_WRITELOCK", "json", "seg", "toc"}
    with open_index(tmp_path) as index:
        request = SearchRequest(facets=("year",), sort=Sort.DATE, limit=1)
        result = index.search(request)
        assert (result.total, index.n_documents) == (96, 96)
        assert result.hits[0].document.year == 2011
        assert set(result.facets["year"]) == {
            FacetCount(str(year), 8) for year in range(2000, 2012)
        }


def test_after_many_changes_each_key_has_its_last_document(tmp_path):
    last: dict[str, int] = {}
    for run in range(20):
        with open_writer(tmp_path) as writer:
            for step in range(12):
                key = f"k{(run * 7 + step * step) % 40}"
                if step % 4 == 3:
                    writer.delete(key)
                    last.pop(key, None)
                else:
                    writer.replace(paper(key, title=f"run{run}", year=1000 + run))
                    last[key] = run
        assert found(tmp_path, "") == sorted(last)
    for run in range(20):
        keys = sorted(key for key, number in last.items() if number == run)
        assert found(tmp_path, f"run{run}") == found(tmp_path, f"year:{1000 + run}") == keys
    with open_index(tmp_path) as index:
        assert index.n_documents == len(last) > 20
        assert [index.document(f"k{n}") is None for n in range(40)] == [
            f"k{n}" not in last for n in range(40)
        ]


def test_an_index_of_mostly_deleted_documents_is_made_anew(library):
    before = segments(library)
    with open_writer(library) as writer:
        writer.delete("higgs")
        writer.delete("lodz")
    after = segments(library)
    assert (len(after), after == before) == (1, False)
    assert found(library, "") == ["bare", "phantom", "table"]
    assert found(library, "year:[* TO *]") == ["phantom", "table"]


def test_an_index_can_lose_all_and_grow_again(library):
    with open_writer(library) as writer:
        for document in LIBRARY:
            writer.delete(document.key)
    assert found(library, "-boson OR phan*") == []
    with open_index(library) as index:
        assert index.n_documents == 0
        assert index.search(SearchRequest(facets=FACETS)).facets == dict.fromkeys(FACETS, ())
    with open_writer(library) as writer:
        writer.add(HIGGS)
    assert found(library, "bosons") == ["higgs"]


def test_what_was_added_can_be_taken_back_before_it_is_committed(tmp_path):
    with open_writer(tmp_path) as writer:
        writer.add(paper("a", title="one"))
        writer.add(paper("b", title="two"))
        writer.delete("a")
        writer.replace(paper("b", title="three"))
        writer.delete("b")
        writer.replace(paper("b", title="four"))
    assert found(tmp_path, "one OR two OR three") == []
    assert (found(tmp_path, ""), found(tmp_path, "four")) == (["b"], ["b"])


@pytest.mark.parametrize(
    "query", ["year:2012", "year:[* TO *]", "phan*", '"top quark"', "creator:*", "10.1000*"]
)
def test_fields_that_no_document_has_find_nothing(tmp_path, query):
    with open_writer(tmp_path) as writer:
        writer.add(Document(key="bare", kind="other", title="→"))
    assert found(tmp_path, query) == []
    assert found(tmp_path, f"-{query}") == ["bare"]


def test_phrases_count_repeated_words_and_end_with_their_value(tmp_path):
    with open_writer(tmp_path) as writer:
        writer.add(paper("twice", title="very very high energy", subjects=("dark", "matter")))
        writer.add(paper("once", title="very high energy"))
    assert found(tmp_path, '"very very high"') == ["twice"]
    assert found(tmp_path, '"very high"') == ["once", "twice"]
    assert found(tmp_path, '"dark matter"') == []
    assert found(tmp_path, '"very high en"') == []


def test_words_of_one_beginning_end_a_phrase(tmp_path):
    with open_writer(tmp_path) as writer:
        writer.add(paper("energy", title="at high-energy"))
        writer.add(paper("energies", title="high energies"))
        writer.add(paper("apart", title="high and low energies"))
    assert found(tmp_path, "high-ener*") == ["energies", "energy"]
    assert found(tmp_path, "high-energi*") == ["energies"]


def test_the_best_field_counts_and_not_that_of_another_document(tmp_path):
    """Whoosh's own query for this gives the first document the score of the second."""
    with open_writer(tmp_path) as writer:
        writer.add(paper("abstract", abstract="a boson"))
        writer.add(paper("title", title="a boson"))
        for number in range(20):
            writer.add(paper(str(number)))
    with open_index(tmp_path) as index:
        hits = index.search(SearchRequest(query=parse_query("boson"))).hits
        assert [hit.key for hit in hits] == ["title", "abstract"]
        assert (hits[0].score or 0) > (hits[1].score or 0) > 0


def test_letters_of_other_scripts_keep_their_marks(tmp_path):
    with open_writer(tmp_path) as writer:
        writer.add(paper("kana", title="ガス"))
        writer.add(paper("greek", title="Όρια"))
        writer.add(paper("latin", title="Ångström, Đà Nẵng, İstanbul"))
    assert (found(tmp_path, "ガス"), found(tmp_path, "カス")) == (["kana"], [])
    assert (found(tmp_path, "όρια"), found(tmp_path, "ορια")) == (["greek"], [])  # noqa: RUF001
    assert found(tmp_path, "angstrom da nang istanbul") == ["latin"]


def test_a_value_of_any_length_does_not_stop_the_writer(tmp_path):
    long = Document(key="long", kind="paper", title="x" * 100_000, publisher="y" * 100_000)
    with open_writer(tmp_path) as writer:
        writer.add(long)
    with open_index(tmp_path) as index:
        assert index.document("long") == long
    assert found(tmp_path, "x" * 100 + "*") == ["long"]


def test_facets_are_exact_with_many_values(tmp_path):
    with open_writer(tmp_path) as writer:
        for number in range(600):
            writer.add(paper(str(number), publisher=f"publisher {number % 300:04}"))
        writer.add(paper("one more", publisher="publisher 0299"))
    with open_index(tmp_path) as index:
        request = SearchRequest(facets=("publisher",), facet_limit=2)
        assert index.search(request).facets["publisher"] == (
            ("publisher 0299", 3),
            ("publisher 0000", 2),
        )


def test_a_writer_of_little_memory_writes_the_same(tmp_path):
    rows = [
        paper(str(n), abstract=" ".join(f"w{n * i % 997}" for i in range(90))) for n in range(99)
    ]
    for name, memory_mb in (("small", 1), ("large", 128)):
        with open_writer(tmp_path / name, memory_mb=memory_mb) as writer:
            for row in rows:
                writer.add(row)
    for query in ("w5", "w5 w10", '"w0 w5"', "w99*", "-w8"):
        assert found(tmp_path / "small", query) == found(tmp_path / "large", query) != []


def test_one_index_answers_several_threads(library):
    with open_index(library) as index, ThreadPoolExecutor(4) as pool:

        def ask(query):
            result = index.search(SearchRequest(query=parse_query(query), facets=FACETS))
            return [hit.key for hit in result.hits]

        queries = ["boson", "phan*", '"proton collisions"', "-tev", "year:2012"] * 20
        assert list(pool.map(ask, queries)) == [ask(query) for query in queries]
