"""The dump of a release: every part there, every checksum right, nothing half at its place."""

import csv
import gzip
import hashlib
import io
import json
import resource
import shutil
import signal
import subprocess
import zipfile
from contextlib import contextmanager

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from rocrate.rocrate import ROCrate  # type: ignore[import-untyped]  # it has no types

from graph.release import asked
from search.errors import ExportFailed
from search.export.chosen import choose
from search.export.dump import write_dump
from search.export.selection import read_selection

PARTS = [
    "release.nq.gz",
    "entities.parquet",
    "links.parquet",
    "decisions.csv",
    "void.ttl",
    "README.md",
    "SHA256SUMS",
]


def names_in(folder):
    return sorted(each.name for each in folder.iterdir())


def dump(opened, place, text=""):
    chosen = choose(opened, read_selection(text))
    return write_dump(chosen, asked(opened.info, text), place, title="Weft", software="Weft 9.9")


@pytest.fixture(scope="module")
def dumped(sample, tmp_path_factory):
    place = tmp_path_factory.mktemp("dumps") / "weft-1"
    dump(sample, place)
    return place


@contextmanager
def largest_file(n_bytes):
    """Let no file grow larger, as a full disk would."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)


def test_an_independent_reader_finds_every_part(dumped):
    crate = ROCrate(dumped)
    assert [each.id for each in crate.data_entities] == PARTS
    assert names_in(dumped) == sorted([*PARTS, "ro-crate-metadata.json"])
    assert crate.root_dataset["name"] == "Weft, release 1"
    assert crate.root_dataset["datePublished"].startswith("20")
    assert crate.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.1"


def test_parts_say_size_checksum_and_format(dumped):
    crate = ROCrate(dumped)
    for name in PARTS[:-1]:
        body = (dumped / name).read_bytes()
        said = crate.dereference(name)
        assert said["contentSize"] == str(len(body))
        assert said["sha256"] == hashlib.sha256(body).hexdigest()
        assert said["encodingFormat"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum here")
def test_sha256sum_checks_all_other_files(dumped):
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"],  # noqa: S607  # coreutils
        cwd=dumped,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.count(": OK\n") == len(names_in(dumped)) - 1


def test_the_statements_are_the_quads_of_the_store(sample, dumped):
    body = gzip.decompress((dumped / "release.nq.gz").read_bytes())
    store = ox.Store.read_only(str(sample.release.graph_path))
    assert set(ox.parse(body, ox.RdfFormat.N_QUADS)) == set(store)


def test_tables_have_all_entities_and_links(sample, dumped):
    assert pl.read_parquet(dumped / "entities.parquet").height == sample.info.entities
    links = pl.read_parquet(dumped / "links.parquet").filter(pl.col("statement") == 1)
    assert links.height == sample.info.links


def test_decisions_name_rule_evidence_and_records(dumped):
    text = (dumped / "decisions.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(row["rule"], row["evidence"]) for row in rows} == {
        ("same-doi", "doi:10.1007/978-3-030-38207-0"),
        ("same-isbn", "isbn:9783030382070"),
    }
    assert [row["record"].rpartition("sample-")[2] for row in rows] == ["01", "02", "01", "02"]


def test_void_names_the_dump(dumped):
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    graph = rdflib.Graph().parse(dumped / "void.ttl", publicID="https://deposit.example/7/")
    [dataset] = graph.subjects(void.dataDump)
    assert list(graph.objects(dataset, void.dataDump)) == [
        rdflib.URIRef("https://deposit.example/7/release.nq.gz")
    ]
    assert len(list(graph.objects(dataset, void.subset))) == 4


def test_licences_are_those_that_sources_state(dumped):
    crate = json.loads((dumped / "ro-crate-metadata.json").read_text("utf-8"))
    nodes = {node["@id"]: node for node in crate["@graph"]}
    cc0 = {"@id": "https://creativecommons.org/publicdomain/zero/1.0/"}
    assert {name: nodes[f"#source-{name}"]["license"] for name in ("zenodo", "oapen")} == {
        "zenodo": cc0,
        "oapen": cc0,
    }
    assert nodes["#source-hepdata"]["license"] == "not stated by the repository"
    assert nodes["./"]["license"] == {"@id": "#licences-of-the-sources"}
    assert (
        "hepdata: not stated by the repository" in nodes["#licences-of-the-sources"]["description"]
    )


def test_the_readme_tells_counts_sources_and_how_to_load(sample, dumped):
    readme = (dumped / "README.md").read_text("utf-8")
    assert f"| entities | {sample.info.entities} |" in readme
    assert "oxigraph load --location store --file release.nq" in readme
    assert "| not stated by the repository |" in readme
    assert "## How to cite it" in readme
    query = "\n".join(
        line.strip()
        for line in readme.partition("each kind:\n")[2].partition("The tables")[0].splitlines()
    )
    rows = sample.graph.rows(query)
    assert {kind: int(n) for kind, n in rows} == sample.info.by_kind


def test_each_reference_of_the_crate_leads_somewhere(hostile, tmp_path):
    dump(hostile, tmp_path / "d")
    crate = json.loads((tmp_path / "d" / "ro-crate-metadata.json").read_text("utf-8"))
    ids = {node["@id"] for node in crate["@graph"]}
    assert len(ids) == len(crate["@graph"])
    w3id = {"https://w3id.org/ro/crate/1.1"}

    def references(value):
        if isinstance(value, list):
            return set().union(*map(references, value))
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                return {value["@id"]}
            return set().union(set(), *map(references, value.values()))
        return set()

    assert references(crate["@graph"]) <= ids | w3id


def test_titles_of_sources_do_not_break_the_readme(hostile, tmp_path):
    dump(hostile, tmp_path / "d")
    readme = (tmp_path / "d" / "README.md").read_text("utf-8")
    assert r"| DOAB &lt;of> books \| and more (`doab`) | incomplete |" in readme


def test_the_same_release_is_the_same_dump(sample, dumped, tmp_path):
    dump(sample, tmp_path / "again")
    for name in names_in(dumped):
        assert (tmp_path / "again" / name).read_bytes() == (dumped / name).read_bytes(), name
    dump(sample, tmp_path / "a.zip")
    dump(sample, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_zip_holds_the_same_files(sample, dumped, tmp_path):
    dump(sample, tmp_path / "d.zip")
    with zipfile.ZipFile(tmp_path / "d.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == names_in(dumped)
        for name in archive.namelist():
            assert archive.read(name) == (dumped / name).read_bytes()
    assert names_in(tmp_path) == ["d.zip"]


def test_a_selection_is_a_smaller_dump_that_says_so(sample, tmp_path):
    crate = dump(sample, tmp_path / "d", "kind:book")
    assert [part.name for part in crate.parts][:1] == ["selection.nq.gz"]
    assert pl.read_parquet(tmp_path / "d" / "entities.parquet").height == 9
    assert "    kind:book" in (tmp_path / "d" / "README.md").read_text("utf-8")
    assert "decisions.csv" not in names_in(tmp_path / "d")


@pytest.mark.parametrize("name", ["d", "d.zip"])
def test_a_full_disk_leaves_nothing(sample, tmp_path, name):
    with (
        largest_file(40_000),
        pytest.raises(ExportFailed, match=f"cannot write .*{name}: File too"),
    ):
        dump(sample, tmp_path / name)
    assert names_in(tmp_path) == []


def test_what_is_there_is_not_touched(sample, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "mine").write_text("x")
    with pytest.raises(ExportFailed, match="is there already"):
        dump(sample, tmp_path / "d")
    assert names_in(tmp_path / "d") == ["mine"]


def test_an_empty_directory_is_filled(sample, tmp_path):
    (tmp_path / "d").mkdir()
    dump(sample, tmp_path / "d")
    assert len(names_in(tmp_path / "d")) == 8


def test_a_place_that_cannot_be_is_told(sample, tmp_path):
    with pytest.raises(ExportFailed, match=r"cannot write .*No such file or directory"):
        dump(sample, tmp_path / "no" / "such" / "d")
