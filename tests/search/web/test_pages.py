"""The pages for people, and what every answer carries."""

import pytest

from search.query import FIELDS, parse_query
from search.web.examples import SEARCH_EXAMPLES, SPARQL_EXAMPLES
from search.words import WORDS

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/", "/search", "/about", "/links", "/links?year=2012"])
async def test_a_page_runs_no_scripts_and_names_its_release(client, path):
    response = await client.get(path, headers=HTML)
    text = await response.text()
    assert response.status == 200
    assert response.headers["Weft-Release"] == "7"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in text
    assert "Release 7 of 2026-01-02" in text


@pytest.mark.parametrize("path", ["/sparql", "/embed"])
async def test_a_page_with_scripts_runs_those_of_this_site_only(client, path):
    response = await client.get(path, headers=HTML)
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert " style=" not in await response.text()


@pytest.mark.parametrize("path", ["/", "/search?q=boson", "/about", "/id/paperpaperpap.ttl"])
async def test_an_unchanged_page_is_not_sent_again(client, path):
    first = await client.get(path, headers=HTML)
    again = await client.get(path, headers={**HTML, "If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["Weft-Release"] == "7"


async def test_the_forms_of_an_entity_have_different_tags(client):
    page = await client.get("/id/paperpaperpap", headers=HTML)
    turtle = await client.get("/id/paperpaperpap", headers={"Accept": "text/turtle"})
    assert page.headers["ETag"] != turtle.headers["ETag"]


async def test_the_front_page_counts_by_kind_and_source(client):
    text = await (await client.get("/", headers=HTML)).text()
    assert '<a href="/search?kind=dataset"' in text
    assert '<a href="/search?source=zenodo">Zenodo</a>' in text


async def test_results_have_marks_and_links_that_narrow(client):
    text = await (await client.get("/search?q=observation", headers=HTML)).text()
    assert "<mark>Observation</mark>" in text
    assert 'href="/search?q=observation&amp;kind=paper"' in text
    narrowed = await (await client.get("/search?q=observation&kind=paper", headers=HTML)).text()
    assert 'aria-label="Remove the filter Kind: paper"' in narrowed


async def test_a_query_that_does_not_parse_shows_where(client):
    response = await client.get("/search?q=higgs+(", headers=HTML)
    assert response.status == 400
    assert "higgs (\n      ^</pre>" in await response.text()


async def test_health_is_never_cached(client):
    response = await client.get("/healthz")
    assert await response.json() == {"status": "ok", "release": 7, "documents": 3}
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


async def test_errors_have_one_shape(client):
    as_json = await client.get("/nowhere")
    assert (await as_json.json())["status"] == 404
    as_page = await client.get("/nowhere", headers=HTML)
    assert (as_page.status, as_page.content_type) == (404, "text/html")
    not_allowed = await client.delete("/search")
    assert (not_allowed.status, not_allowed.headers["Allow"]) == (405, "GET,HEAD")


async def test_static_files_are_ours_only(client):
    assert (await client.get("/static/weft.css")).content_type == "text/css"
    assert (await client.get("/static/..%2Ftemplates%2Fbase.html")).status == 404


async def test_a_wrong_iri_in_the_address_is_no_failure(client):
    assert (await client.get("/record/zenodo/%00%3Cx%3E")).status == 404
    assert (await client.get("/pid/doi/%22%3E%3Cscript%3E")).status == 404


async def test_the_example_queries_are_answered(client):
    for example in SPARQL_EXAMPLES:
        response = await client.get("/sparql", params={"query": example.query})
        assert response.status == 200, example.label
    for search in SEARCH_EXAMPLES:
        parse_query(search.query)


def test_the_examples_of_the_language_parse():
    language = WORDS.about["language"]
    assert isinstance(language, dict)
    examples = language["examples"]
    assert len(examples) == 12
    for text in examples:
        parse_query(text)
    assert "kind" in FIELDS
