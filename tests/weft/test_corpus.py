"""Real pages through the whole product: `weft replay`, `weft harvest`, `weft build`, questions.

What is expected was looked up by hand in the pages themselves.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

WEFT = Path(sys.executable).with_name("weft")
ZENODO, HEPDATA = "zenodo/oai", "hepdata/oai-reconstructed-datacite/oai_datacite"
FOLDERS = {
    "cernopendata": "cernopendata/oai-reconstructed/oai_datacite",
    "zenodo": ZENODO,
    "hepdata": HEPDATA,
    "oapen": "oapen/xoai",
}
# source: folder and prefix. Zenodo's pages hold three dialects; one record may come in two of them
SOURCES = {
    "cernopendata": ("cernopendata", "oai_datacite"),
    "zenodo": ("zenodo", "oai_datacite"),
    "zenodo-datacite": ("zenodo", "datacite"),
    "zenodo-dc": ("zenodo", "oai_dc"),
    "hepdata": ("hepdata", "oai_datacite"),
    "oapen": ("oapen", "xoai"),
}
PREFIXES = """
PREFIX cito: <http://purl.org/spar/cito/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX weft: <https://w3id.org/weft#>
"""


@contextmanager
def replaying(folder: Path) -> Iterator[str]:
    """`weft replay` as a user runs it; gives the base URL that it prints."""
    server = subprocess.Popen(
        [str(WEFT), "replay", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        found = re.search(r"http://\S+", said)
        assert found, f"weft replay printed no address: {said!r}"
        yield found[0]
    finally:
        server.terminate()
        server.communicate(timeout=20)


def run(*arguments: str) -> str:
    command = [str(WEFT), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a release that was built from the corpus."""
    place = tmp_path_factory.mktemp("corpus")
    config = place / "config.toml"
    with ExitStack() as servers:
        urls = {
            name: servers.enter_context(replaying(corpus / folder))
            for name, folder in FOLDERS.items()
        }
        tables = [
            f'[sources.{name}]\nurl = "{urls[folder]}"\nprefix = "{prefix}"\n'
            "requests_per_minute = 0\n"
            for name, (folder, prefix) in SOURCES.items()
        ]
        config.write_text("\n".join(tables), encoding="utf-8")
        run("--config", str(config), "update")
    return config


@pytest.fixture(scope="module")
def status(built: Path) -> Any:
    return json.loads(run("--config", str(built), "status", "--json"))


@pytest.fixture(scope="module")
def store(built: Path) -> ox.Store:
    return ox.Store.read_only(str(built.parent / "data" / "releases" / "current" / "graph"))


def ask(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    rows = store.query(PREFIXES + query)
    assert isinstance(rows, ox.QuerySolutions)
    return [tuple("" if cell is None else cell.value for cell in row) for row in rows]


def test_every_record_of_the_pages_is_staged_and_mapped(status):
    assert {name: source["live"] for name, source in status["sources"].items()} == {
        "cernopendata": 120,
        "zenodo": 85,
        "zenodo-datacite": 50,
        "zenodo-dc": 199,
        "hepdata": 786,
        "oapen": 60,
    }
    assert {source["state"] for source in status["sources"].values()} == {"complete"}
    assert {source["rejected"] for source in status["sources"].values()} == {0}
    assert status["release"]["records"] == 1300


def test_entities_are_the_records_less_the_merged_ones(status):
    release = status["release"]
    assert release["merged_entities"] == 50
    assert release["entities"] == 1250
    assert release["by_kind"] == {
        "book": 62,
        "chapter": 3,
        "dataset": 949,
        "other": 176,
        "paper": 31,
        "software": 29,
    }


def test_one_record_in_two_dialects_is_one_entity(store):
    rows = ask(
        store,
        """SELECT ?source ?kind WHERE {
          ?entity schema:identifier "doi:10.5061/dryad.cz8w9gj8q" ; weft:kind ?kind ;
                  weft:fromRecord ?record .
          ?record weft:source ?source .
        } ORDER BY ?source""",
    )
    # the Dublin Core record says "other"; the one that says more decides
    assert rows == [("zenodo-datacite", "dataset"), ("zenodo-dc", "dataset")]


def test_each_merge_has_a_decision_with_its_evidence(store):
    (row,) = ask(
        store,
        """SELECT (COUNT(DISTINCT ?decision) AS ?n) (SAMPLE(?rule) AS ?rules) WHERE {
          GRAPH ?g { ?decision a weft:MergeDecision ; weft:rule ?rule ; weft:outcome weft:together ;
                     weft:evidence ?evidence } }""",
    )
    assert row == ("50", "same-doi")


def test_a_hepdata_table_belongs_to_its_version_and_supplements_the_paper(store):
    rows = ask(
        store,
        """SELECT ?what ?identifier WHERE {
          ?table schema:identifier "doi:10.17182/hepdata.62097.v1/t1" .
          { ?table weft:isSupplementTo ?other BIND("supplements" AS ?what) }
          UNION { ?table dcterms:isPartOf ?other BIND("part of" AS ?what) }
          ?other schema:identifier ?identifier .
          FILTER(STRSTARTS(?identifier, "doi:") || STRSTARTS(?identifier, "inspire:"))
        } ORDER BY ?what ?identifier""",
    )
    assert rows == [
        ("part of", "doi:10.17182/hepdata.62097"),
        ("part of", "doi:10.17182/hepdata.62097.v1"),
        ("supplements", "inspire:1208547"),
    ]


def test_the_paper_of_hepdata_is_a_stub_of_kind_paper(store):
    assert ask(
        store,
        """SELECT ?kind WHERE {
          ?paper schema:identifier "inspire:1208547" ; a weft:Stub ; weft:kind ?kind }""",
    ) == [("paper",)]


def test_a_version_and_its_record_are_two_entities_with_a_link(store):
    assert ask(
        store,
        """SELECT ?n WHERE {
          ?version schema:identifier "doi:10.17182/hepdata.62097.v1" ; dcterms:isVersionOf ?record .
          ?record schema:identifier "doi:10.17182/hepdata.62097" .
          { SELECT (COUNT(*) AS ?n) WHERE { ?part dcterms:isPartOf
            [ schema:identifier "doi:10.17182/hepdata.62097.v1" ] } } }""",
    ) == [("64",)]


def test_a_zenodo_version_points_to_its_concept_which_nobody_delivered(store):
    assert ask(
        store,
        """SELECT ?concept WHERE {
          ?version schema:identifier "doi:10.5281/zenodo.13320003" ; weft:kind "dataset" ;
                   dcterms:isVersionOf ?stub .
          ?stub a weft:Stub ; schema:identifier ?concept }""",
    ) == [("doi:10.5281/zenodo.13320002",)]


def test_an_oapen_chapter_is_part_of_a_book_and_not_merged_with_it(store):
    rows = ask(
        store,
        """SELECT ?kind ?book WHERE {
          ?chapter schema:identifier "doi:10.4324/9781003112587-3" ; weft:kind ?kind ;
                   dcterms:isPartOf [ schema:identifier ?book ] .
          FILTER(STRSTARTS(?book, "isbn:")) }""",
    )
    assert sorted(rows) == [
        ("chapter", "isbn:9780367632489"),
        ("chapter", "isbn:9780367632496"),
        ("chapter", "isbn:9781003112587"),
    ]


def test_an_oapen_book_has_handle_isbn_language_and_licence(store):
    rows = ask(
        store,
        """SELECT ?handle ?isbn ?language ?licence WHERE {
          ?book schema:identifier ?handle, ?isbn ; schema:inLanguage ?language ;
                schema:license ?licence ; weft:kind "book" .
          FILTER(?handle = "handle:20.500.12657/60744" && STRSTARTS(?isbn, "isbn:")) }""",
    )
    licence = "https://spdx.org/licenses/CC-BY-SA-4.0"
    assert sorted(rows) == [
        ("handle:20.500.12657/60744", "isbn:9783837665253", "de", licence),
        ("handle:20.500.12657/60744", "isbn:9783839465257", "de", licence),
    ]


def test_a_record_without_doi_is_found_by_its_page(store):
    assert ask(
        store,
        """SELECT ?name WHERE {
          ?entity schema:sameAs <https://opendata.cern.ch/record/351> ; schema:name ?name }""",
    ) == [("ATLAS WPath 2015 Masterclass dataset 12",)]


def test_the_core_question_is_answered(store):
    """Datasets that supplement a paper, with the software that cites either, by year."""
    rows = ask(
        store,
        """SELECT ?year ?dataset ?paper ?software WHERE {
          ?dataset weft:isSupplementTo ?paper ; weft:kind "dataset" ; weft:year ?year .
          ?paper weft:kind "paper" .
          OPTIONAL {
            { ?software cito:cites ?dataset } UNION { ?software cito:cites ?paper }
            ?software weft:kind "software" . } } ORDER BY ?year""",
    )
    assert len(rows) == 443
    years = [int(row[0]) for row in rows]
    assert years == sorted(years)
    # no source of the corpus states such a citation: the four meet only through papers
    assert {row[3] for row in rows} == {""}


def test_search_finds_what_the_pages_hold(built):
    found = json.loads(run("--config", str(built), "search", "PocketCoffea", "--json"))
    assert found["total"] == 1
    assert found["hits"][0]["title"] == (
        "PocketCoffea: a configuration layer for CMS analyses with Coffea"
    )
    assert found["hits"][0]["sources"] == ["zenodo-datacite", "zenodo-dc"]
