"""`weft links` on the release of the demo: for people, as JSON, and as files."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from graph.errors import NoRelease
from graph.explain.view import View
from graph.relation import PREDICATES
from graph.release import open_release
from graph.store import open_graph
from search.errors import ExportFailed
from weft.config import ConfigError, load
from weft.link_options import LinkOptions, NotOneEntity, find_key
from weft.links import Outputs, run

PREFIX = "PREFIX weft: <https://w3id.org/weft#> "
LINKS = 227
"""Of the demo."""


@pytest.fixture
def config(demo):
    return load(demo.config, data=demo.data)


@pytest.fixture
def asked(config, capsys):
    """What the command prints as JSON."""

    def ask(**options):
        run(config, LinkOptions(**options), Outputs(as_json=True))
        return json.loads(capsys.readouterr().out)

    return ask


@pytest.fixture
def count(demo):
    """A count by SPARQL on the same release."""

    def ask(pattern):
        with open_graph(open_release(demo.data).graph_path) as reader:
            [[n]] = reader.rows(f"{PREFIX}SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        return int(n)

    return ask


LINK = f"VALUES ?p {{ {' '.join(f'<{p}>' for p in PREDICATES)} }} ?s ?p ?o "


def test_json_has_the_documented_form(asked):
    answer = asked(at="10.17182/hepdata.89408.v1", relation=("IsVersionOf",))
    assert answer["total"] == len(answer["links"]) == 1
    assert answer["release"] == 1
    assert answer["query"].startswith("relation=IsVersionOf at=http://127.0.0.1:8080/id/")
    assert [each.split(":")[0] for each in answer["caveats"]] == [
        "cernopendata", "hepdata", "oapen", "zenodo",
    ]  # fmt: skip
    [link] = answer["links"]
    assert (link["relation"], link["stated_from"]) == ("IsVersionOf", "both")
    assert (link["source"], link["target"]) == ("4rowl6lk7stx6", "tefxsys3mc6gs")
    assert {(said["source"], said["as"], said["rule"]) for said in link["stated_by"]} == {
        ("hepdata", "IsVersionOf", "stated"),
        ("hepdata", "HasVersion", "stated"),
        ("hepdata", "HEPDataRecord", "hepdata-page"),
    }
    assert all({"record", "at"} <= said.keys() for said in link["stated_by"])


@pytest.mark.parametrize(
    ("options", "pattern"),
    [
        ({}, LINK),
        ({"stubs": "only"},
         LINK + "FILTER(EXISTS { ?s a weft:Stub } || EXISTS { ?o a weft:Stub })"),
        ({"stubs": "without"}, LINK + "MINUS { ?s a weft:Stub } MINUS { ?o a weft:Stub }"),
        ({"from_kind": ("dataset",), "to_kind": ("paper",)},
         LINK + '. ?s weft:kind "dataset" . ?o weft:kind "paper"'),
        ({"to_kind": ("unknown",)}, LINK + "FILTER NOT EXISTS { ?o weft:kind ?k }"),
        ({"year": "2015-2020"}, LINK + ". ?s weft:year ?y FILTER(?y >= 2015 && ?y <= 2020)"),
        ({"relation": ("IsSupplementedBy",)}, "?s weft:isSupplementTo ?o"),
        ({"source": ("zenodo",)},
         LINK + 'FILTER(EXISTS { ?s weft:fromRecord/weft:source "zenodo" }'
         ' || EXISTS { ?o weft:fromRecord/weft:source "zenodo" })'),
        ({"stated_by": ("hepdata",), "relation": ("IsSupplementTo",)},
         ("{ SELECT DISTINCT ?s ?o { ?r weft:source 'hepdata' . ?s weft:isSupplementTo ?o ."
         " GRAPH ?r { { ?l weft:subject ?s ; weft:object ?o ; weft:relation 'IsSupplementTo' }"
         " UNION { ?l weft:subject ?o ; weft:object ?s ; weft:relation 'IsSupplementedBy' }"
         " } } }")),
    ],
)  # fmt: skip
def test_as_many_links_are_found_as_sparql_counts(asked, count, options, pattern):
    answer = asked(**options)
    assert answer["total"] == len(answer["links"]) == count(pattern) > 0
    ends = [(each["source"], each["relation"], each["target"]) for each in answer["links"]]
    assert len(set(ends)) == len(ends)


def test_all_links_of_the_release_are_listed(asked, demo):
    assert asked()["total"] == LINKS == open_release(demo.data).info.links


def test_people_see_stubs_apart_and_who_states_what(config, capsys):
    run(config, LinkOptions(from_kind=("software",)), Outputs(), limit=2)
    out = capsys.readouterr().out
    delivered, stubs = out.split("links with a stub: no source has delivered that end")
    assert "links between things that sources delivered" in delivered
    assert "  stub " not in delivered
    assert "  stub " in stubs
    assert "cernopendata oai:cernopendata.cern:" in out
    assert "harvested 20" in out
    assert "rule stated" in out
    assert "stated at its start only" in out
    assert "more: raise --limit, or ask for --json or --csv" in out


def test_people_are_told_how_many_a_source_states(config, capsys):
    run(config, LinkOptions(stated_by=("zenodo",)), Outputs(), limit=1)
    out = capsys.readouterr().out
    shown = [line for line in out.splitlines() if line.startswith("      zenodo ")]
    assert len(shown) == 2
    assert "no source has delivered that end" in out


def test_nothing_that_fits_is_an_answer(config, capsys, asked):
    run(config, LinkOptions(relation=("Obsoletes",)), Outputs())
    assert capsys.readouterr().out == "no links fit: relation=Obsoletes\n"
    assert asked(relation=("Obsoletes",))["links"] == []


def test_csv_has_a_row_for_each_statement(config, tmp_path, capsys, asked):
    path = tmp_path / "links.csv"
    run(config, LinkOptions(), Outputs(csv=path))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{LINKS} links in" in captured.err
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    said = [
        (link["source"], link["relation"], link["target"], each["source"], each["record"])
        for link in asked()["links"]
        for each in link["stated_by"]
    ]
    columns = ("source_key", "relation", "target_key", "stated_by", "record")
    assert [tuple(row[name] for name in columns) for row in rows] == said
    assert sum(row["statement"] == "1" for row in rows) == LINKS
    assert [path.name for path in tmp_path.iterdir()] == ["links.csv"]


def test_csv_goes_to_standard_output(config, capsysbinary):
    run(config, LinkOptions(relation=("Requires",)), Outputs(csv=Path("-")))
    assert capsysbinary.readouterr().out.startswith(b"\xef\xbb\xbfrelease,link,statement,")


def test_parquet_holds_the_same_and_names_its_release(config, tmp_path):
    path = tmp_path / "links.parquet"
    run(config, LinkOptions(stubs="without"), Outputs(parquet=path))
    frame = pl.read_parquet(path)
    assert frame.get_column("link").n_unique() == 112
    assert not frame.get_column("target_is_stub").any()
    said = pl.read_parquet_metadata(path)
    assert (said["weft:release"], said["weft:query"]) == ("1", "stubs=without")
    assert len(json.loads(said["weft:caveats"])) == 4


def test_scholix_holds_packages_of_links_with_data_or_software(config, tmp_path, capsys, asked):
    path = tmp_path / "links.json"
    run(config, LinkOptions(), Outputs(scholix=path))
    told = capsys.readouterr().err
    packages = json.loads(path.read_text(encoding="utf-8"))
    kinds = [
        {link[end]["kind"] for end in ("source_entity", "target_entity")}
        for link in asked()["links"]
    ]
    n_data = sum(bool(each & {"dataset", "software"}) for each in kinds)
    assert len(packages) == n_data < LINKS
    assert f"{LINKS - n_data} links without data or software" in told
    first = packages[0]
    assert {"LinkPublicationDate", "LinkProvider", "RelationshipType", "Source", "Target"} == (
        first.keys()
    )
    assert isinstance(first["Source"]["Identifier"], dict)
    run(config, LinkOptions(), Outputs(scholix=path, scholix_version="4"))
    assert isinstance(json.loads(path.read_bytes())[0]["Source"]["Identifier"], list)


def test_several_files_are_written_in_one_run(config, tmp_path):
    outputs = Outputs(csv=tmp_path / "a.csv", parquet=tmp_path / "a.parquet")
    run(config, LinkOptions(), outputs)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.parquet"]


def test_a_full_disk_leaves_no_half_file(config, tmp_path, monkeypatch):
    path = tmp_path / "links.csv"
    path.write_text("before")

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("weft.links.write_csv", full)
    with pytest.raises(ExportFailed, match=r"links\.csv.*No space left"):
        run(config, LinkOptions(), Outputs(csv=path))
    assert [each.name for each in tmp_path.iterdir()] == ["links.csv"]
    assert path.read_text() == "before"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"from_kind": ("data",)}, "no kind 'data'"),
        ({"relation": ("cites",)}, "expected one of Cites,"),
        ({"source": ("zendo",)}, "there are: cernopendata, hepdata, oapen, zenodo"),
        ({"stated_by": ("x",)}, "no source 'x'"),
        ({"year": "2015-2010"}, "expected the earlier year first"),
        ({"year": "soon"}, "expected a year such as 2010"),
        ({"year": "unknown"}, "a year that is known"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(config, options, says):
    with pytest.raises(ConfigError) as caught:
        run(config, LinkOptions(**options), Outputs())
    assert says in str(caught.value)


def test_two_outputs_for_one_place_are_refused(config, tmp_path):
    both = Outputs(csv=tmp_path / "a", parquet=tmp_path / "a")
    with pytest.raises(ConfigError, match="two outputs for one place"):
        run(config, LinkOptions(), both)


def test_an_unknown_identifier_says_so(config):
    with pytest.raises(NotOneEntity, match="no entity of this release has the identifier"):
        run(config, LinkOptions(at="10.5072/none"), Outputs())


def test_a_release_that_is_not_there_says_so(config):
    with pytest.raises(NoRelease, match="no release 99"):
        run(config, LinkOptions(), Outputs(), number=99)


def test_keys_iris_and_identifiers_find_one_entity(demo):
    release = open_release(demo.data)
    with open_graph(release.graph_path) as reader:
        view = View(reader, release.info.base_iri)
        for text in (
            "4rowl6lk7stx6",
            "http://127.0.0.1:8080/id/4rowl6lk7stx6",
            "https://doi.org/10.17182/HEPDATA.89408.v1",
            " doi:10.17182/hepdata.89408.v1 ",
        ):
            assert find_key(view, text) == "4rowl6lk7stx6"
        for text in ("", "what?", "id/" + "x" * 5000):
            with pytest.raises(NotOneEntity):
                find_key(view, text)
