"""The command line of links, networks, exports and citations: options arrive as meant."""

import json
from xml.etree import ElementTree as ET

import pytest

DATASET, PAPER = "10.17182/hepdata.58738", "10.1103/physrevd.85.032002"


def test_links_are_selected_by_every_option(demo):
    found = demo.json(
        *("links", "--json", "--from-kind", "dataset", "--to-kind", "paper", "--stubs", "only"),
        *("--relation", "IsSupplementedBy", "--source", "hepdata", "--stated-by", "hepdata"),
        *("--year", "2014", "--at", "10.17182/hepdata.64354"),
    )
    [link] = found["links"]
    assert (found["total"], link["relation"], found["release"]) == (1, "IsSupplementTo", 1)
    assert link["stated_by"][0]["source"] == "hepdata"
    assert {"record", "as", "at", "rule"} <= link["stated_by"][0].keys()


def test_links_are_written_as_files(demo, tmp_path):
    csv, parquet, scholix = (tmp_path / name for name in ("l.csv", "l.parquet", "l.json"))
    result = demo.run(
        *("links", "--from-kind", "dataset", "--to-kind", "paper", "--csv", str(csv)),
        *("--parquet", str(parquet), "--scholix", str(scholix), "--scholix-version", "4"),
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(csv.read_text(encoding="utf-8").splitlines()) == 31
    assert parquet.read_bytes()[:4] == b"PAR1"
    assert len(json.loads(scholix.read_text(encoding="utf-8"))) == 30


def test_a_wrong_condition_says_what_there_is(demo):
    result = demo.run("links", "--relation", "IsFriendOf")
    assert result.exit_code == 2
    assert "IsFriendOf" in result.stderr
    assert "IsSupplementTo" in result.stderr


def test_a_path_is_found_and_read(demo):
    found = demo.json("path", DATASET, PAPER, "--json", "--relation", "IsSupplementTo")
    assert (found["length"], len(found["path"]), len(found["links"])) == (1, 2, 1)
    assert "IsSupplementTo" in demo.run("path", DATASET, PAPER).stdout


def test_without_a_chain_the_length_is_null(demo):
    found = demo.json("path", DATASET, PAPER, "--json", "--relation", "Cites")
    assert (found["length"], found["path"], found["links"]) == (None, [], [])


def test_an_end_that_is_unknown_is_told_and_nothing_is_done(demo):
    result = demo.run("path", DATASET, "10.5072/none")
    assert result.exit_code == 3
    assert "10.5072/none" in result.stderr


@pytest.mark.parametrize(
    "measure", ["components", "degree", "reuse", "bridges", "communities", "ego"]
)
def test_every_measure_is_told_to_people_and_programs(demo, tmp_path, measure):
    of = ("--of", DATASET, "--radius", "2") if measure == "ego" else ()
    told = demo.json("network", "--measure", measure, *of, "--json")
    assert told["release"] == 1
    table = tmp_path / "rows.csv"
    result = demo.run("network", "--measure", measure, *of, "--csv", str(table))
    assert result.exit_code == 0, result.stderr
    assert len(table.read_text(encoding="utf-8").splitlines()) > 1
    assert "release 1" in demo.run("network", "--measure", measure, *of).stdout


def test_a_selection_is_exported_in_the_format_of_the_files_name(demo, tmp_path):
    file = tmp_path / "network.graphml"
    result = demo.run("export", "--select", "has:paper", "--output", str(file))
    assert result.exit_code == 0, result.stderr
    assert ET.parse(file).getroot().tag.endswith("graphml")  # noqa: S314  # our own file
    about = json.loads((tmp_path / "network.graphml.about.json").read_text(encoding="utf-8"))
    assert (about["release"], about["query"]) == (1, "has:paper")


def test_an_export_goes_to_standard_output(demo):
    result = demo.run("export", "--format", "bibtex", "--select", "kind:book")
    assert result.stdout.count("@book{") == 9


def test_a_selection_of_nothing_writes_nothing(demo, tmp_path):
    file = tmp_path / "none.csv"
    result = demo.run("export", "--select", "xylophonist", "--output", str(file))
    assert result.exit_code == 3
    assert "xylophonist" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_release_is_cited(demo):
    cited = demo.json("cite", "--style", "csl", "--publisher", "Weft House", "--json")
    assert json.loads(cited["citation"])[0]["publisher"] == "Weft House"


def test_an_enrichment_that_is_not_configured_is_told(demo):
    result = demo.run("enrich", "nowhere")
    assert result.exit_code == 2
    assert "[enrich.nowhere]" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--drop",), "name what to drop"),
        (("wikidata", "--drop", "--refresh"), "--drop goes with no other option"),
    ],
    ids=["nothing named", "another option"],
)
def test_what_cannot_be_dropped_is_told(demo, options, message):
    result = demo.run("enrich", *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_remote_endpoint_takes_no_release(demo):
    result = demo.run("sparql", "--endpoint", "http://a.example/sparql", "--release", "1", "ASK {}")
    assert result.exit_code == 2
    assert "leave out --service and --release" in result.stderr


def test_an_endpoint_that_is_not_there_is_told(demo):
    result = demo.run("sparql", "--endpoint", "http://127.0.0.1:9/sparql", "ASK {}")
    assert result.exit_code == 3
    assert "http://127.0.0.1:9" in result.stderr
