"""`weft export`: what it writes, where, and what it says of a wish that cannot be granted."""

import gzip
import hashlib
import io
import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from search.errors import ExportFailed, QueryRefused, QuerySyntaxError
from search.export.errors import NothingSelected, SelectionRefused
from weft.config import ConfigError, load
from weft.exporting import FORMATS, Wish, run

CONSTRUCT = "CONSTRUCT { ?s a ?t } { ?s a ?t ; <https://w3id.org/weft#kind> 'book' }"


@pytest.fixture(scope="module")
def config(demo):
    return load(demo.config, data=demo.data)


def sorted_rows(path):
    head, *rows = path.read_bytes().splitlines(keepends=True)
    return b"".join((head, *sorted(rows)))


def files(folder):
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(config, tmp_path, name):
    place = tmp_path / ("dump.zip" if name == "ro-crate" else "out")
    run(config, Wish(output=place, format=name, select="higgs"))
    expected = ["dump.zip"] if name == "ro-crate" else ["out", "out.about.json"]
    assert files(tmp_path) == expected
    assert place.stat().st_size > 0


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a.nq", ("nquads", False)),
        ("a.NQ.GZ", ("nquads", True)),
        ("a.ttl", ("turtle", False)),
        ("a.bib", ("bibtex", False)),
        ("a.parquet", ("parquet", False)),
    ],
)
def test_the_ending_tells_the_format(config, tmp_path, capsys, file, expected):
    run(config, Wish(output=tmp_path / file, select="kind:book", as_json=True))
    said = json.loads(capsys.readouterr().out)
    assert (said["format"], said["is_compressed"]) == expected
    assert said["entities"] == 9
    body = (tmp_path / file).read_bytes()
    assert said["sha256"] == hashlib.sha256(body).hexdigest()
    assert (body[:2] == b"\x1f\x8b") is expected[1]


def test_the_summary_names_release_query_and_caveats(config, tmp_path, capsys):
    run(config, Wish(output=tmp_path / "a.csv", select="kind:book", as_json=True))
    said = json.loads(capsys.readouterr().out)
    assert (said["release"], said["query"]) == (1, "kind:book")
    assert [each.partition(":")[0] for each in said["caveats"]] == [
        "cernopendata",
        "hepdata",
        "oapen",
        "zenodo",
    ]
    assert said == json.loads((tmp_path / "a.csv.about.json").read_text())


def test_people_are_told_where_it_is(config, tmp_path, capsys):
    place = tmp_path / "a.csv"
    run(config, Wish(output=place, select="kind:book"))
    assert capsys.readouterr().out == (
        f"9 entities of release 1 written to {place}\n"
        f"what it is, and its checksum, stand in {place}.about.json\n"
    )


def test_standard_output_holds_the_export_alone(config, capsysbinary):
    run(config, Wish(format="ris", select="kind:book"))
    out = capsysbinary.readouterr().out
    assert out.count(b"ER  -") == 9
    assert out.startswith(b"TY  - ")


def test_a_file_that_is_there_is_replaced(config, tmp_path):
    place = tmp_path / "a.csv"
    place.write_bytes(b"old")
    run(config, Wish(output=place))
    assert place.read_bytes().startswith(b"\xef\xbb\xbfkey,iri,")


def test_a_query_may_come_from_a_file_or_standard_input(config, tmp_path, monkeypatch):
    query = tmp_path / "q.rq"
    query.write_text("SELECT ?e { ?e <https://w3id.org/weft#kind> 'book' }")
    run(config, Wish(output=tmp_path / "a.csv", select=f"@{query}"))
    monkeypatch.setattr("sys.stdin", io.StringIO("kind:book"))
    run(config, Wish(output=tmp_path / "b.csv", select="-"))
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 10
    assert (tmp_path / "a.csv").read_bytes() == sorted_rows(tmp_path / "b.csv")


def test_triples_of_a_query_are_written(config, tmp_path, capsys):
    run(config, Wish(output=tmp_path / "a.nq.gz", select=CONSTRUCT, as_json=True))
    lines = gzip.decompress((tmp_path / "a.nq.gz").read_bytes()).decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 9
    assert json.loads(capsys.readouterr().out)["entities"] is None


def test_another_release_is_named_by_its_number(config, tmp_path):
    with pytest.raises(Exception, match="no release 7"):
        run(config, Wish(output=tmp_path / "a.csv", number=7))
    run(config, Wish(output=tmp_path / "a.csv", number=1))


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (Wish(format="xlsx"), "no format 'xlsx': expected one of nquads, turtle"),
        (Wish(), "- does not tell the format: add --format"),
        (Wish(output=Path("a.xml")), "a.xml does not tell the format"),
        (Wish(format="ro-crate"), "name it with --output"),
        (Wish(format="ro-crate", output=Path("d"), is_compressed=True), "leave out --gzip"),
        (Wish(format="csv", as_json=True), "name a file by --output"),
        (Wish(format="csv", select="@/no/such/file"), "cannot read the selection from"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_wrong_usage(config, wish, message):
    with pytest.raises(ConfigError, match=message):
        run(config, wish)


def test_a_directory_is_no_file(config, tmp_path):
    with pytest.raises(ConfigError, match="is a directory: name a file"):
        run(config, Wish(format="csv", output=tmp_path))


def test_an_empty_file_of_a_query_is_no_wish_for_everything(config, tmp_path):
    (tmp_path / "q.rq").write_text(" \n")
    with pytest.raises(ConfigError, match="is empty: leave out --select for all"):
        run(config, Wish(format="csv", select=f"@{tmp_path / 'q.rq'}"))


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("kind:(", QuerySyntaxError, "this parenthesis is not closed"),
        ("colour:red", QuerySyntaxError, "colour"),
        ("SELECT ?e { ?e", QuerySyntaxError, "expected"),
        ("INSERT DATA { <a:b> <a:c> 1 }", QueryRefused, "INSERT is an update"),
        ("SELECT ?n { ?e <https://schema.org/name> ?n }", SelectionRefused, "entities only"),
        ("SELECT ?e { SERVICE <http://x/> { ?e ?p ?o } }", QueryRefused, "not allowed"),
        (CONSTRUCT, SelectionRefused, "CONSTRUCT gives triples, which csv cannot hold"),
        ("nosuchword", NothingSelected, "nothing in release 1 matches 'nosuchword'"),
    ],
)
def test_a_selection_that_cannot_be_meant_leaves_no_file(config, tmp_path, text, error, message):
    with pytest.raises(error, match=message):
        run(config, Wish(output=tmp_path / "a.csv", select=text))
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_leaves_what_was_there(config, tmp_path, name):
    place = tmp_path / ("d.zip" if name == "ro-crate" else "out")
    place.write_bytes(b"old")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(ExportFailed, match="File too large"):
            run(config, Wish(output=place, format=name, select="kind:book OR kind:software"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert files(tmp_path) == [place.name]
    assert place.read_bytes() == b"old"


def test_a_reader_that_has_enough_ends_the_export_quietly(demo):
    program = (
        "from pathlib import Path; from weft.config import load;"
        " from weft.exporting import Wish, run;"
        f"run(load(Path({str(demo.config)!r}), data=Path({str(demo.data)!r})),"
        " Wish(format='nquads'))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().endswith(b" .\n")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
