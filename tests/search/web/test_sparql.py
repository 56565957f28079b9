"""The SPARQL Protocol over HTTP, and the page around it."""

import asyncio

import pytest
import rdflib
from SPARQLWrapper import JSON as WRAPPER_JSON
from SPARQLWrapper import SPARQLWrapper

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?paper <https://w3id.org/weft#kind> 'paper' }"
DIRECT = {"Content-Type": "application/sparql-query"}


async def test_a_query_by_get_is_answered_as_json(client):
    response = await client.get("/sparql", params={"query": COUNT})
    assert response.content_type == "application/sparql-results+json"
    body = await response.json(content_type=None)
    assert body["results"]["bindings"][0]["n"]["value"] == "1"


async def test_a_query_by_post_comes_as_form_or_as_body(client):
    as_form = await client.post("/sparql", data={"query": "ASK {}"})
    as_body = await client.post("/sparql", data="ASK {}", headers=DIRECT)
    for response in (as_form, as_body):
        assert (await response.json(content_type=None))["boolean"] is True


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", "application/json", "application/sparql-results+json"),
        ("ASK {}", "text/csv", "text/csv"),
        ("SELECT * {}", "text/tab-separated-values", "text/tab-separated-values"),
        ("DESCRIBE <http://x>", "*/*", "text/turtle"),
        ("DESCRIBE <http://x>", "application/rdf+xml", "application/rdf+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/plain", "application/n-triples"),
    ],
)
async def test_the_accept_header_chooses_the_format(client, query, accept, content_type):
    response = await client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert (response.status, response.content_type) == (200, content_type)


async def test_a_format_parameter_counts_only_without_an_accept_header(client):
    parameters = {"query": "ASK {}", "format": "csv"}
    plain = await client.get("/sparql", params=parameters)
    browser = await client.get("/sparql", params=parameters, headers={"Accept": "text/html,*/*"})
    stated = await client.get(
        "/sparql", params=parameters, headers={"Accept": "application/sparql-results+xml"}
    )
    types = [response.content_type for response in (plain, browser, stated)]
    assert types == ["text/csv", "text/csv", "application/sparql-results+xml"]


async def test_a_syntax_error_has_line_and_column(client):
    response = await client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ex:p ?o }"})
    body = await response.json()
    assert response.status == 400
    assert (body["error"], body["line"], body["column"]) == ("prefix ex: is not declared", 2, 12)


@pytest.mark.parametrize(
    "query", ["DELETE WHERE { ?s ?p ?o }", "ASK { SERVICE <http://evil.example/> { ?s ?p ?o } }"]
)
async def test_updates_and_services_are_forbidden(client, query):
    response = await client.post("/sparql", data=query, headers=DIRECT)
    assert response.status == 403


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"query=ASK+%7B%7D&query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400),
        (b"other=1", "application/x-www-form-urlencoded", 400),
        (b"update=CLEAR+ALL", "application/x-www-form-urlencoded", 403),
        (b"CLEAR ALL", "application/sparql-update", 403),
        (b"ASK {}", "text/plain", 415),
        ("ASK { ?s ?p 'ÿ' }".encode("utf-16"), "application/sparql-query", 400),
    ],
)
async def test_a_request_outside_the_protocol_is_refused(client, body, content_type, status):
    response = await client.post("/sparql", data=body, headers={"Content-Type": content_type})
    assert response.status == status


async def test_the_dataset_parameters_choose_the_graphs(client):
    parameters = {
        "query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "default-graph-uri": "http://weft.test/record/zenodo/oai:zenodo.org:1",
    }
    response = await client.get("/sparql", params=parameters, headers={"Accept": "text/csv"})
    assert await response.text() == "n\r\n7\r\n"


async def test_an_unchanged_result_is_not_computed_again(client):
    first = await client.get("/sparql", params={"query": COUNT})
    again = await client.get(
        "/sparql", params={"query": COUNT}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status == 304


async def test_a_query_that_may_answer_differently_is_not_cached(client):
    response = await client.get("/sparql", params={"query": "SELECT (NOW() AS ?t) {}"})
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


async def test_a_full_queue_says_when_to_come_back(client, site):
    site.pool._n_waiting = site.pool.limits.queue_limit
    worker = site.pool._idle.get_nowait()
    response = await client.get("/sparql", params={"query": COUNT})
    site.pool._idle.put_nowait(worker)
    assert (response.status, response.headers["Retry-After"]) == (503, "5")


async def test_without_a_query_programs_get_the_service_description(client):
    response = await client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=await response.text(), format="turtle")
    endpoint = rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#endpoint")
    assert list(graph.objects(None, endpoint)) == [rdflib.URIRef(str(client.make_url("/sparql")))]


async def test_browsers_get_a_form_and_a_table(client):
    browser = {"Accept": "text/html"}
    form = await (await client.get("/sparql", headers=browser)).text()
    assert '<textarea id="query" name="query"' in form
    response = await client.get("/sparql", params={"query": COUNT}, headers=browser)
    assert "<td>1</td>" in await response.text()
    turtle = await client.get(
        "/sparql", params={"query": "DESCRIBE <http://weft.test/id/gonegonegoneg>"}, headers=browser
    )
    assert "Tombstone" in await turtle.text()


async def test_browsers_see_where_a_query_is_wrong(client):
    response = await client.get(
        "/sparql", params={"query": "SELECT * {\n ?s <b> ex:p }"}, headers={"Accept": "text/html"}
    )
    text = await response.text()
    assert response.status == 400
    assert " ?s &lt;b&gt; ex:p }\n        ^</pre>" in text


async def test_an_independent_client_reads_a_select(client):
    """SPARQLWrapper, blocking, in a thread of its own."""
    wrapper = SPARQLWrapper(str(client.make_url("/sparql")))
    wrapper.setQuery("PREFIX s: <https://schema.org/> SELECT ?d { ?d a s:ScholarlyArticle }")
    wrapper.setReturnFormat(WRAPPER_JSON)
    found = await asyncio.to_thread(wrapper.queryAndConvert)
    assert isinstance(found, dict)
    values = [row["d"]["value"] for row in found["results"]["bindings"]]
    assert values == ["http://weft.test/id/paperpaperpap"]
