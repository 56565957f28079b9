"""Commands that answer: what they print, for people and for programs."""

import csv
import io
import json
from datetime import datetime

import pytest

from tests.harvester.fake_repository import FakeRepository, record_xml

DATASETS = (
    "SELECT ?s ?name { ?s a <https://schema.org/Dataset> ; <https://schema.org/name> ?name }"
    " ORDER BY ?s LIMIT 3"
)
COUNT = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <https://w3id.org/weft#fromRecord> ?r }"


def test_sources_as_json_are_the_tables_of_the_configuration(demo):
    listed = demo.json("sources", "--json")
    assert list(listed)[:4] == ["cernopendata", "zenodo", "hepdata", "oapen"]
    assert listed["oapen"]["url"] == "https://library.oapen.org/oai/request"
    assert listed["oapen"]["crawl_delay_s"] == 10


def test_sources_are_listed_whole_where_no_terminal_cuts_them(demo):
    lines = demo.run("sources").stdout.splitlines()
    assert lines[0].split() == ["source", "title", "prefix", "set", "pace", "url"]
    four = ["cernopendata", "zenodo", "hepdata", "oapen"]
    assert [line.split()[0] for line in lines[1:5]] == four
    assert lines[2].split()[-1] == "https://zenodo.org/oai2d"


def test_a_title_with_brackets_is_no_markup(serving):
    with serving(fake=FakeRepository([])) as installation:
        with installation.config.open("a") as file:
            file.write('title = "Data [bold] of [/x]"\n')
        assert "Data [bold] of [/x]" in installation.run("sources").stdout


def test_status_for_people_names_every_source_and_the_release(demo):
    shown = demo.run("status").stdout
    assert " hepdata       complete  24    1        0" in shown
    assert "release 1 of " in shown
    assert " of 141 records" in shown


def test_records_are_one_object_a_line_deleted_ones_included(demo):
    rows = demo.json_lines("records", "--jsonl")
    assert len(rows) == 142
    assert all(
        list(row) == ["source", "id", "datestamp", "deleted", "title", "kind"] for row in rows
    )
    assert [row for row in rows if row["deleted"]] == [
        {
            "source": "hepdata",
            "id": "doi:10.17182/hepdata.sample-deleted",
            "datestamp": next(row["datestamp"] for row in rows if row["deleted"]),
            "deleted": True,
            "title": None,
            "kind": None,
        }
    ]
    live = [row for row in rows if not row["deleted"]]
    assert all(row["title"] for row in live)
    assert {row["kind"] for row in live} <= {"dataset", "software", "book", "chapter", "other"}
    for row in rows:
        assert datetime.fromisoformat(row["datestamp"]).tzinfo is not None


def test_records_of_one_source(demo):
    rows = demo.json_lines("records", "oapen", "--jsonl")
    assert {row["source"] for row in rows} == {"oapen"}
    assert len(rows) == 13
    assert demo.json_lines("records", "oapen", "--json") == rows


def test_records_for_people_are_one_line_each(demo):
    lines = demo.run("records", "hepdata").stdout.splitlines()
    assert len(lines) == 25
    assert "hepdata  doi:10.17182/hepdata.sample-deleted  deleted  " in lines


def test_a_record_that_no_crosswalk_reads_is_listed_without_title_and_kind(serving):
    with serving(fake=FakeRepository([record_xml(1)])) as installation:
        assert installation.run("harvest").exit_code == 0
        [row] = installation.json_lines("records", "--jsonl")
    assert row == {
        "source": "fake",
        "id": "oai:fake:1",
        "datestamp": "2026-01-01T00:00:00Z",
        "deleted": False,
        "title": None,
        "kind": None,
    }


def test_rejected_for_people_gives_source_id_reason_and_detail(serving):
    with serving(fake=FakeRepository([record_xml(1)])) as installation:
        assert installation.run("harvest").exit_code == 0
        assert installation.run("build").exit_code == 0
        result = installation.run("records", "--rejected")
    assert result.stdout.startswith("fake  oai:fake:1  unknown-dialect: oai:fake:1: root element")


@pytest.mark.parametrize("flags", [(), ("--rejected",)])
def test_records_before_any_harvest_make_3_and_nothing_on_disk(sample, flags):
    result = sample.run("records", *flags)
    assert result.exit_code == 3
    assert "run `weft harvest` first" in result.stderr
    assert not sample.data.exists()


def test_search_as_json_is_the_answer_of_the_api(demo):
    found = demo.json("search", "higgs", "boson", "kind:dataset", "--json", "--limit", "2")
    assert found["query"] == "higgs boson kind:dataset"
    assert found["release"] == 1
    assert len(found["hits"]) == 2
    assert found["total"] >= 2
    for hit in found["hits"]:
        assert hit["kind"] == "dataset"
        assert hit["iri"] == f"http://127.0.0.1:8080/id/{hit['key']}"


def test_search_by_doi_finds_its_entity(demo):
    found = demo.json("search", "--json", "10.17182/hepdata.90607.v4/r3")
    assert [hit["identifiers"][0] for hit in found["hits"]] == ["doi:10.17182/hepdata.90607.v4/r3"]


def test_search_for_people_gives_title_address_and_number_found(demo):
    found = demo.json("search", "--json", "--limit", "1", "higgs")
    shown = demo.run("search", "--limit", "1", "higgs").stdout.splitlines()
    hit = found["hits"][0]
    assert shown[0] == f"{found['total']} found, release 1"
    assert shown[2] == f"{hit['title']} ({hit['year']})  {hit['kind']}"
    assert shown[3].split()[0] == hit["iri"]


def test_a_search_without_a_hit_is_an_answer(demo):
    result = demo.run("search", "xylophonist")
    assert (result.exit_code, result.stdout) == (0, "0 found, release 1\n")


def test_sparql_as_a_table_gives_whole_terms(demo):
    rows = json.loads(demo.run("sparql", "--json", DATASETS).stdout)["results"]["bindings"]
    lines = demo.run("sparql", DATASETS).stdout.splitlines()
    assert lines[0].split() == ["s", "name"]
    assert len(lines) == 4
    for row, line in zip(rows, lines[1:], strict=True):
        assert line.split() == [row["s"]["value"], *row["name"]["value"].split()]


def test_sparql_as_json_is_the_w3c_format(demo):
    answer = demo.json("sparql", "--format", "json", COUNT)
    assert answer["head"] == {"vars": ["n"]}
    assert answer["results"]["bindings"] == [
        {
            "n": {
                "type": "literal",
                "datatype": "http://www.w3.org/2001/XMLSchema#integer",
                "value": str(demo.json("status", "--json")["release"]["entities"]),
            }
        }
    ]
    assert demo.json("sparql", "--json", COUNT) == answer


def test_sparql_as_csv(demo):
    text = demo.run("sparql", "--format", "csv", DATASETS).stdout
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["s", "name"]
    assert len(rows) == 4


def test_sparql_from_a_file_and_from_a_pipe(demo, tmp_path):
    path = tmp_path / "question.rq"
    path.write_text(COUNT, encoding="utf-8")
    expected = demo.run("sparql", "--format", "csv", COUNT).stdout
    assert demo.run("sparql", "--format", "csv", f"@{path}").stdout == expected
    assert demo.run("sparql", "--format", "csv", "-", stdin=COUNT).stdout == expected


def test_sparql_asks_and_constructs(demo):
    assert demo.run("sparql", "ASK { ?s ?p ?o }").stdout == "yes\n"
    assert demo.run("sparql", "ASK { <http://a.example/> ?p ?o }").stdout == "no\n"
    built = demo.run("sparql", "CONSTRUCT { <http://a.example/> ?p 1 } WHERE { ?s ?p ?o } LIMIT 1")
    assert built.exit_code == 0
    assert built.stdout.startswith("<http://a.example/> ")


def test_a_missing_query_file_is_named(demo, tmp_path):
    result = demo.run("sparql", f"@{tmp_path / 'none.rq'}")
    assert result.exit_code == 2
    assert f"cannot read the query from {tmp_path / 'none.rq'}" in result.stderr
