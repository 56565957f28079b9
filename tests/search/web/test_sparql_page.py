"""The SPARQL page: a form that works without scripts, and what its editor is told."""

import json
import re
from typing import Any

import pytest

from graph.vocabulary import PREFIXES, SCHEMA
from search.web.editor import terms
from search.web.examples import SPARQL_EXAMPLES
from tests.search.web.conftest import BASE, PAPER
from tests.search.web.sample import sample_release

HTML = {"Accept": "text/html"}
PAGE_LIMIT_BYTES = 100_000
SETTINGS = re.compile(r'<script type="application/json" id="editor-settings"[^>]*>(.*?)</script>')


def _settings(text: str) -> dict[str, Any]:
    [found] = SETTINGS.findall(text)
    settings: dict[str, Any] = json.loads(found)
    return settings


async def _page(client, query=None):
    parameters = {"query": query} if query is not None else {}
    response = await client.get("/sparql", params=parameters, headers=HTML)
    return response, await response.text()


async def test_without_a_query_the_page_offers_one_and_shows_no_result(client):
    response, text = await _page(client)
    assert response.status == 200
    assert "SELECT ?year ?dataset ?data_name" in text
    assert '<table class="solutions">' not in text
    assert len(text.encode()) < PAGE_LIMIT_BYTES


async def test_a_link_with_a_query_shows_the_query_and_its_answer(client):
    query = f"SELECT ?name {{ <{BASE}id/{PAPER}> <{SCHEMA}name> ?name }}"
    response, text = await _page(client, query)
    assert response.status == 200
    assert "<td>Observation of a new boson at a mass of 125 GeV" in text
    assert "<h2>1 row</h2>" in text
    assert "SELECT ?name {" in text.partition("<textarea")[2].partition("</textarea>")[0]


async def test_yes_and_no_and_a_graph_are_shown_without_scripts(client):
    assert "<h2>Yes</h2>" in (await _page(client, "ASK { ?s ?p ?o }"))[1]
    assert "<h2>No</h2>" in (await _page(client, "ASK { ?s <urn:none> ?o }"))[1]
    described = (await _page(client, f"DESCRIBE <{BASE}id/{PAPER}>"))[1]
    assert "<h2>Turtle</h2>" in described


async def test_a_query_that_does_not_parse_keeps_its_text_and_shows_the_place(client):
    response, text = await _page(client, "SELECT ?x { ?x ?y }")
    assert response.status == 400
    assert 'role="alert"' in text
    assert "(line 1, column" in text
    assert "SELECT ?x { ?x ?y }</textarea>" in text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("DELETE WHERE { ?s ?p ?o }", 403),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 403),
        ("", 400),
        ("\x00", 400),
        ("</textarea><script>alert(1)</script>", 400),
        ("SELECT" * 40_000, 414),
    ],
)
async def test_what_cannot_be_asked_is_told_and_never_run(client, query, status):
    response = await client.get("/sparql", params={"query": query}, headers=HTML)
    assert response.status in (status, 400)
    assert "<script>alert(1)" not in await response.text()


async def test_the_limits_are_told(client):
    _, text = await _page(client)
    assert "A query may take 5 s and give 32 MB; the page shows its first 1\u202f000 rows" in text


async def test_every_format_has_a_button(client):
    _, text = await _page(client)
    named = re.findall(r'name="format" value="(\w+)"', text)
    assert named == ["json", "xml", "csv", "tsv", "turtle", "ntriples", "jsonld", "rdfxml"]
    for name in named[:4]:
        answer = await client.get(
            "/sparql", params={"query": "ASK {}", "format": name}, headers=HTML
        )
        assert (answer.status, answer.content_type) != (200, "text/html"), name


async def test_the_gallery_opens_each_query_and_says_what_to_read_in_it(client):
    _, text = await _page(client)
    assert text.count('class="open-query"') == len(SPARQL_EXAMPLES)
    assert [text.index(group) for group in ("people who study", "librarians", "portals")] == sorted(
        text.index(group) for group in ("people who study", "librarians", "portals")
    )
    for example in SPARQL_EXAMPLES:
        assert f'id="{example.name}"' in text


async def test_the_editor_is_told_of_this_site_only(client):
    _, text = await _page(client)
    settings = _settings(text)
    assert settings["endpoint"] == "/sparql"
    assert settings["base"] == BASE
    assert settings["prefixes"] == PREFIXES
    assert settings["fresh"].startswith(
        "PREFIX cito: <http://purl.org/spar/cito/>\nPREFIX dcterms:"
    )
    assert not [key for key in settings if "proxy" in key or "catalogue" in key]


async def test_what_ends_a_script_cannot_stand_in_the_settings(client):
    _, text = await _page(client, "SELECT ('</script><b>' AS ?x) {}")
    assert "</script><b>" not in text
    assert _settings(text)["endpoint"] == "/sparql"


def test_all_that_a_release_is_written_with_can_be_completed(tmp_path):
    from graph.store import open_graph  # noqa: PLC0415

    known = terms()
    release = sample_release(tmp_path)
    with open_graph(release.graph_path) as graph:
        stated = "{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }"
        properties = {name for (name,) in graph.rows(f"SELECT DISTINCT ?p {{ {stated} }}")}
        classes = {
            name
            for (name,) in graph.rows(
                "SELECT DISTINCT ?c { { ?s a ?c } UNION { GRAPH ?g { ?s a ?c } } }"
            )
        }
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    assert properties - {rdf_type} <= set(known["properties"])
    assert classes <= set(known["classes"])
