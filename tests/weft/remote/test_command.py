"""The commands that ask remote endpoints, as a person types them."""

import json
import shutil

import pytest

from tests.search.web.servers import publish_release, serving
from tests.weft.conftest import Installation, in_thread
from tests.weft.remote.misbehaving import endpoint, ok

NAME = "<https://schema.org/name>"


@pytest.fixture
def there(tmp_path):
    """The address of another Weft, whose release calls a thing `mark1`."""
    publish_release(tmp_path / "there")
    with in_thread(serving(tmp_path / "there")) as address:
        yield f"{address}/sparql"


@pytest.fixture
def here(demo, tmp_path):
    """The sample, with an enrichment that asks for names at an address to be filled in."""
    shutil.copytree(demo.data, tmp_path / "data", symlinks=True)
    (tmp_path / "names.rq").write_text(
        "SELECT DISTINCT ?entity ?predicate ?object WHERE { VALUES (?entity ?id) { $rows }"
        f" ?thing <https://schema.org/identifier> ?full ; {NAME} ?object"
        f" FILTER (?full = CONCAT('doi:', ?id)) BIND ({NAME} AS ?predicate) }}"
    )
    return Installation(config=tmp_path / "config.toml", data=tmp_path / "data")


def configure(here, url):
    here.config.write_text(
        f'[enrich.other]\nendpoint = "{url}"\nquery = "names.rq"\nschemes = ["doi"]\n'
        "requests_per_minute = 0\n",
        encoding="utf-8",
    )


def test_a_remote_weft_is_asked_as_a_local_release_is(demo, there):
    query = f"SELECT ?n {{ ?s {NAME} ?n }}"
    table = demo.run("sparql", "--endpoint", there, query)
    assert (table.exit_code, table.stdout.split()) == (0, ["n", "mark1"])
    csv = demo.run("sparql", "--endpoint", there, "--format", "csv", query)
    assert csv.stdout_bytes == b"n\r\nmark1\r\n"


def test_a_local_and_a_remote_release_are_asked_in_one_query(demo, there):
    query = (
        "SELECT (COUNT(DISTINCT ?ours) AS ?n) (SAMPLE(?theirs) AS ?remote)"
        f" {{ ?s {NAME} ?ours SERVICE <{there}> {{ ?t {NAME} ?theirs }} }}"
    )
    answer = demo.json("sparql", "--json", "--service", there, query)
    (row,) = answer["results"]["bindings"]
    assert row["remote"]["value"] == "mark1"
    assert int(row["n"]["value"]) > 100


def test_an_error_after_a_service_is_told_where_it_stands_in_the_query_as_typed(demo, there):
    query = f"SELECT * {{ SERVICE <{there}> {{ ?t {NAME} ?n }} ?s ?p }}"
    result = demo.run("sparql", "--service", there, query)
    assert result.exit_code == 2
    assert f"(line 1, column {len(query) + 1})" in result.stderr  # where the parser stopped


def test_a_service_that_is_not_named_is_refused(demo, there):
    result = demo.run("sparql", f"ASK {{ SERVICE <{there}> {{ ?s ?p ?o }} }}")
    assert result.exit_code == 2
    assert "is not allowed here" in result.stderr


@pytest.mark.parametrize("option", ["--endpoint", "--service"])
def test_a_page_instead_of_results_ends_in_words(demo, option):
    with endpoint(lambda _: ok(b"<html><title>Hello</title>", "text/html")) as (url, _):
        result = demo.run("sparql", option, url, f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    assert result.exit_code == 3
    assert "a web page instead of results: 'Hello'" in result.stderr


def test_an_enrichment_is_pulled_from_another_weft_built_and_dropped(here, there):
    configure(here, there)
    told = here.json("enrich", "other", "--json")["enrichments"][0]
    assert (told["failed"], told["stopped"]) == ([], None)
    assert told["asked"] == told["identifiers"] > 0
    assert here.run("build").exit_code == 0
    query = "SELECT (COUNT(*) AS ?n) { GRAPH <enriched/other> { ?s a ?c } }"
    answer = here.json("sparql", "--json", query)
    assert int(answer["results"]["bindings"][0]["n"]["value"]) > 0
    assert here.run("enrich", "other", "--drop").exit_code == 0
    assert here.run("build").exit_code == 0
    answer = here.json("sparql", "--json", query)
    assert answer["results"]["bindings"][0]["n"]["value"] == "0"


def test_an_endpoint_that_refuses_costs_nothing_but_the_run(here):
    with endpoint(lambda _: ok(b"gone", "text/plain", 410)) as (url, _):
        configure(here, url)
        result = here.run("enrich", "other")
    assert result.exit_code == 3
    assert "stopped: " in result.stdout
    assert "HTTP status 410: gone" in result.stdout


def test_json_of_results_is_json(demo, there):
    result = demo.run("sparql", "--json", "--endpoint", there, "ASK { ?s ?p ?o }")
    assert json.loads(result.stdout)["boolean"] is True
