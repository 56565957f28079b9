"""Text search inside a SPARQL query, over HTTP; and the example of it, on the sample."""

import asyncio
import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import cast

import msgspec
import pytest
import rdflib
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from search.errors import IndexDamaged
from search.sparql.gate import MAX_QUERY_CHARS
from search.sparql.pool import Limits
from search.text.engine import TextIndex
from search.web.app import build_app
from search.web.examples import SPARQL_EXAMPLES
from search.web.service_description import SD
from search.web.site import open_site
from tests.search.web.conftest import BASE, DATA, HOSTILE, PAPER, RECORD
from weft.cli import weft

DOCUMENT = Path(__file__).parents[3] / "docs" / "sparql.md"
CSV = {"Accept": "text/csv"}
PREFIX = "PREFIX weft: <https://w3id.org/weft#>\n"
SEARCH = "SERVICE weft:search { ?d weft:query 'observation' ; weft:score ?score ; weft:rank ?rank }"
UNPARSED = "the search text does not parse at its character 1:"
LINKED = f"{PREFIX}SELECT ?d ?paper {{ {SEARCH} ?d weft:isSupplementTo ?paper }}"


@pytest.mark.parametrize("method", ["GET", "form", "direct"])
async def test_hits_are_joined_with_the_graph_by_every_way_to_ask(client, method):
    match method:
        case "GET":
            response = await client.get("/sparql", params={"query": LINKED}, headers=CSV)
        case "form":
            response = await client.post("/sparql", data={"query": LINKED}, headers=CSV)
        case _:
            response = await client.post(
                "/sparql", data=LINKED, headers={**CSV, "Content-Type": "application/sparql-query"}
            )
    assert await response.text() == f"d,paper\r\n{BASE}id/{DATA},{BASE}id/{PAPER}\r\n"


async def test_the_same_search_has_the_same_etag_and_is_not_made_again(client):
    first = await client.get("/sparql", params={"query": LINKED}, headers=CSV)
    assert first.headers["Weft-Release"] == "7"
    assert first.headers["Cache-Control"] == "no-cache"
    headers = {**CSV, "If-None-Match": first.headers["ETag"]}
    again = await client.get("/sparql", params={"query": LINKED}, headers=headers)
    assert again.status == 304
    changing = LINKED.replace("?paper }", "?paper BIND(NOW() AS ?now) }")
    other = await client.get("/sparql", params={"query": changing}, headers=CSV)
    assert other.headers["Cache-Control"] == "no-store"


async def test_the_words_of_a_search_do_not_make_a_query_change(client):
    query = f"{PREFIX}SELECT * {{ SERVICE weft:search {{ ?d weft:query 'now(rand) service' }} }}"
    response = await client.get("/sparql", params={"query": query}, headers=CSV)
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    ("query", "error", "line", "column"),
    [
        (
            "SELECT * { SERVICE weft:search { ?d weft:query '(a' } }",
            f"{UNPARSED} this parenthesis is not closed: expected )",
            2,
            49,
        ),
        (
            "SELECT * {\n SERVICE weft:search { ?d weft:query ?text } }",
            "weft:query takes a text in quotation marks, found ?text",
            3,
            38,
        ),
        (f"SELECT * {{ {SEARCH} ?d ex:p ?o }}", "prefix ex: is not declared", 2, 105),
    ],
)
async def test_what_is_wrong_is_told_with_its_place_in_what_was_sent(
    client, query, error, line, column
):
    response = await client.get("/sparql", params={"query": PREFIX + query})
    body = await response.json()
    assert (response.status, body["error"]) == (400, error)
    assert body["position"] == {"line": line, "column": column}


async def test_the_page_shows_hits_as_links_and_errors_under_their_place(client):
    html = {"Accept": "text/html"}
    query = f"{PREFIX}SELECT * {{ SERVICE weft:search {{ ?d weft:query 'script' }} }}"
    shown = await client.get("/sparql", params={"query": query}, headers=html)
    assert f'<a href="/id/{HOSTILE}" title="{BASE}id/{HOSTILE}">' in await shown.text()
    assert "SERVICE weft:search" in await shown.text(), "the form keeps the query as it was sent"
    wrong = await client.get(
        "/sparql", params={"query": query.replace("script", "<script>(")}, headers=html
    )
    text = await wrong.text()
    assert (wrong.status, "does not parse at its character 9" in text) == (400, True)
    assert "<script>" not in text


async def test_graphs_of_the_protocol_do_not_touch_the_hits(client):
    query = f"{PREFIX}SELECT ?rank ?name {{ {SEARCH} ?d <https://schema.org/name> ?name }}"
    parameters = {"query": query, "default-graph-uri": RECORD}
    response = await client.get("/sparql", params=parameters, headers=CSV)
    assert (await response.text()).splitlines()[1:] in (
        ["1,Observation of a new boson"],
        ["2,Observation of a new boson"],
    )


@pytest.mark.parametrize(
    "service",
    ["SERVICE <http://169.254.169.254/> { ?s ?p ?o }", "SERVICE ?d { ?s ?p ?o }"],
)
async def test_no_other_service_comes_in_beside_a_search(client, service):
    query = f"{PREFIX}SELECT * {{ {SEARCH} {service} }}"
    response = await client.get("/sparql", params={"query": query})
    assert (response.status, "is not allowed" in await response.text()) == (403, True)


async def test_the_length_that_counts_is_that_of_what_was_sent(client):
    """The rows of the hits, and the base IRI that is put before a query, are not the client's."""
    query = LINKED + "#" * (MAX_QUERY_CHARS - len(LINKED))
    longest = await client.post("/sparql", data={"query": query})
    assert longest.status == 200
    too_long = await client.post("/sparql", data={"query": query + "#"})
    body = await too_long.json()
    assert (too_long.status, body["error"]) == (
        413,
        "the query has 100001 characters, 100000 are allowed",
    )


async def test_the_service_description_tells_of_the_search(client):
    response = await client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=await response.text(), format="turtle")
    service = rdflib.URIRef(f"{BASE}sparql#service")
    [feature] = graph.objects(service, SD.feature)
    assert str(feature) == "https://w3id.org/weft#search"
    [comment] = graph.objects(feature, rdflib.RDFS.comment)
    example = str(comment).partition("} gives")[0] + "}"
    asked = example.replace("words", "boson")
    found = await client.get(
        "/sparql", params={"query": f"SELECT ?entity {{ {asked} }}"}, headers=CSV
    )
    assert await found.text() == f"entity\r\n{BASE}id/{PAPER}\r\n"


class Stuck:
    """A text index whose searches end when they are let."""

    n_documents = 0

    def __init__(self):
        self.may_end = threading.Event()
        self.n_begun = 0

    def search(self, _):
        self.n_begun += 1
        assert self.may_end.wait(20)
        raise IndexDamaged("nobody asks any more")


async def test_queries_whose_searches_take_too_long_leave_the_server_its_threads(data_directory):
    """Forty requests of two searches each; one thread is at work, and other pages come."""
    stuck = Stuck()
    limits = Limits(workers=1, queue_limit=40, time_limit_s=0.2)
    async with (
        open_site(data_directory, limits=limits) as site,
        TestClient(TestServer(build_app(replace(site, index=cast("TextIndex", stuck))))) as client,
    ):
        query = f"{PREFIX}SELECT * {{ {SEARCH} {SEARCH} }}"
        async with asyncio.TaskGroup() as tasks:
            asked = [
                tasks.create_task(client.get("/sparql", params={"query": query})) for _ in range(40)
            ]
        assert {task.result().status for task in asked} == {503}
        page = await client.get("/ns", headers={"Accept": "text/turtle"})
        assert page.status == 200
        plain = await client.get("/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers=CSV)
        assert await plain.text() == "n\r\n1\r\n"
        assert stuck.n_begun == site.pool.search_threads.n_pending == 1
        stuck.may_end.set()


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    data = tmp_path_factory.mktemp("sample") / "data"
    made = CliRunner().invoke(weft, ["demo", "--no-serve", "--data", str(data)])
    assert made.exit_code == 0, made.stderr
    return data


async def test_the_example_has_an_answer_in_the_sample(sample):
    [example] = [each for each in SPARQL_EXAMPLES if "SERVICE" in each.query]
    async with (
        open_site(sample, limits=Limits(workers=1)) as site,
        TestClient(TestServer(build_app(site))) as client,
    ):
        response = await client.get("/sparql", params={"query": example.query})
        answer = msgspec.json.decode(await response.read())
        page = await client.get("/sparql", headers={"Accept": "text/html"})
        assert example.label in await page.text()
    rows = answer["results"]["bindings"]
    scores = [float(row["score"]["value"]) for row in rows]
    assert len(rows) > 0
    assert scores == sorted(scores, reverse=True)
    assert all({"data", "name", "paper", "score"} == row.keys() for row in rows)


async def test_the_queries_of_the_document_have_answers_in_the_sample(sample):
    queries = re.findall(r"--data-urlencode query='\n(.*?)'\n", DOCUMENT.read_text(), re.DOTALL)
    assert len(queries) == 2
    async with (
        open_site(sample, limits=Limits(workers=1)) as site,
        TestClient(TestServer(build_app(site))) as client,
    ):
        for query in queries:
            response = await client.post("/sparql", data={"query": query}, headers=CSV)
            assert (response.status, (await response.text()).count("\r\n") > 1) == (200, True)
