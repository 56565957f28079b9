"""The SPARQL Protocol over HTTP, and the page around it."""

import pytest
import rdflib
from aiohttp import ClientSession

from search.web.operation.settings import ServeSettings
from tests.search.web.conftest import RECORD
from tests.search.web.servers import serving

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?paper <https://w3id.org/weft#kind> 'paper' }"
DIRECT = {"Content-Type": "application/sparql-query"}
CSV = {"Accept": "text/csv"}
ENDPOINT = rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#endpoint")


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


async def test_pages_of_other_sites_may_ask(client):
    origin = {"Origin": "https://example.org"}
    preflight = await client.options(
        "/sparql",
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    answer = await client.post("/sparql", data={"query": "ASK {}"}, headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    refused = await client.post("/sparql", data={"query": "ASK {"}, headers=origin)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


async def test_head_tells_what_get_would(client):
    parameters = {"query": "ASK {}"}
    head = await client.head("/sparql", params=parameters)
    get = await client.get("/sparql", params=parameters)
    assert head.status == 200
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip", "gzip"), ("gzip;q=0", None), ("identity", None)]
)
async def test_a_long_result_is_compressed_for_those_who_take_it(client, accepted, coding):
    response = await client.get(
        "/sparql",
        params={"query": "SELECT * { ?s ?p ?o }"},
        headers={"Accept-Encoding": accepted, "Accept": "text/csv"},
    )
    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert (await response.text()).count("\r\n") > 30


async def test_the_dataset_parameters_choose_the_graphs(client):
    parameters = {
        "query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "default-graph-uri": "http://weft.test/record/zenodo/oai:zenodo.org:1",
    }
    response = await client.get("/sparql", params=parameters, headers={"Accept": "text/csv"})
    assert await response.text() == "n\r\n7\r\n"


@pytest.mark.parametrize("sent", ["address", "form", "body"])
async def test_the_data_set_of_the_protocol_wins_over_the_query(client, sent):
    query = "SELECT (COUNT(*) AS ?n) FROM <http://x/> FROM NAMED <http://x/> { ?s ?p ?o }"
    graph = {"default-graph-uri": RECORD}
    match sent:
        case "address":
            response = await client.get("/sparql", params={"query": query, **graph}, headers=CSV)
        case "form":
            response = await client.post("/sparql", data={"query": query, **graph}, headers=CSV)
        case _:
            response = await client.post(
                "/sparql", params=graph, data=query, headers={**DIRECT, **CSV}
            )
    assert await response.text() == "n\r\n7\r\n"


async def test_parameters_of_the_address_count_beside_a_form(client):
    response = await client.post(
        "/sparql",
        params={"named-graph-uri": RECORD},
        data={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"},
        headers=CSV,
    )
    assert await response.text() == f"g\r\n{RECORD}\r\n"


async def test_relative_iris_are_those_of_the_site(client):
    response = await client.get(
        "/sparql",
        params={"query": "SELECT ?kind { <id/datadatadatad> <https://w3id.org/weft#kind> ?kind }"},
        headers=CSV,
    )
    assert await response.text() == "kind\r\ndataset\r\n"


async def test_a_position_in_the_first_line_is_that_of_the_query_as_sent(client):
    body = await (await client.get("/sparql", params={"query": "ASK { ?s ex:p ?o }"})).json()
    assert (body["line"], body["column"]) == (1, 10)


async def test_an_unchanged_result_is_not_computed_again(client):
    first = await client.get("/sparql", params={"query": COUNT})
    again = await client.get(
        "/sparql", params={"query": COUNT}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status, again.headers["Vary"]) == (304, "Accept, Accept-Encoding")
    assert again.headers["ETag"] == first.headers["ETag"]


async def test_two_formats_of_a_result_have_two_tags(client):
    answers = [
        await client.get("/sparql", params={"query": COUNT}, headers={"Accept": accept})
        for accept in ("text/csv", "application/sparql-results+json")
    ]
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]


@pytest.mark.parametrize("function", ["NOW()", "now # when\n()", "uuid ()", "bnode('x')"])
async def test_a_query_that_may_answer_differently_is_not_cached(client, function):
    response = await client.get("/sparql", params={"query": f"SELECT ({function} AS ?t) {{}}"})
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


async def test_without_a_query_programs_get_the_service_description(client):
    response = await client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=await response.text(), format="turtle")
    assert list(graph.objects(None, ENDPOINT)) == [rdflib.URIRef(str(client.make_url("/sparql")))]


async def test_the_service_description_names_the_endpoint_as_the_client_called_it(data_directory):
    settings = ServeSettings(prefix="/weft", trusted_proxies=("127.0.0.1",))
    proxied = {
        "Accept": "text/turtle",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "links.example.org",
    }
    async with serving(data_directory, settings=settings) as address, ClientSession() as session:
        for path in ("/weft/sparql", "/sparql"):
            response = await session.get(address + path, headers=proxied)
            graph = rdflib.Graph().parse(data=await response.text(), format="turtle")
            assert list(graph.objects(None, ENDPOINT)) == [
                rdflib.URIRef("https://links.example.org/weft/sparql")
            ]


@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml", "*/*"])
async def test_the_service_description_comes_as_rdf(client, media_type):
    response = await client.get("/sparql", headers={"Accept": media_type})
    graph = rdflib.Graph().parse(data=await response.text(), format=response.content_type)
    assert rdflib.URIRef(str(client.make_url("/sparql"))) in set(graph.objects(None, ENDPOINT))


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
