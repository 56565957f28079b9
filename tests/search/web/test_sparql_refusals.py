"""What `/sparql` refuses: requests outside the protocol, updates, and what would take too much."""

import gzip

import pytest
from aiohttp import ClientSession
from yarl import URL

from search.sparql.pool import Limits
from tests.search.web.servers import serving

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?paper <https://w3id.org/weft#kind> 'paper' }"
DIRECT = {"Content-Type": "application/sparql-query"}


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
        (b"update=CLEAR+ALL&update=DROP+ALL", "application/x-www-form-urlencoded", 403),
        (b"ASK {}", "text/plain", 415),
        (b"ASK {}", "application/sparql-query; charset=utf-16", 415),
        (b"ASK {}", "application/sparql-query; charset=no-such", 415),
        (b"query=ASK+%7B%7D", "application/x-www-form-urlencoded; charset=no-such", 415),
        (b"query=ASK+%7B%7D", "multipart/form-data; boundary=x", 415),
        (b"query=ASK+%7B%7D%FF", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=b"] * 2000), "application/x-www-form-urlencoded", 400),
        (b"", "application/sparql-query", 400),
        ("ASK { ?s ?p 'ÿ' }".encode("utf-16"), "application/sparql-query", 400),
    ],
)
async def test_a_request_outside_the_protocol_is_refused(client, body, content_type, status):
    response = await client.post("/sparql", data=body, headers={"Content-Type": content_type})
    assert response.status == status


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ("update=CLEAR+ALL", 400),
        ("query=ASK+%7B%7D&query=ASK+%7B%7D", 400),
        ("query=ASK+%7B%7D&default-graph-uri=not+an+iri", 400),
        ("query=ASK+%7B%7D&named-graph-uri=relative", 400),
        ("default-graph-uri=http://x/", 400),
        ("query=ASK+%7B+%FF+%7D", 400),
        ("query=", 400),
        ("query=CLEAR+ALL", 403),
    ],
)
async def test_an_address_outside_the_protocol_is_refused(client, parameters, status):
    response = await client.get(
        URL(f"/sparql?{parameters}", encoded=True), headers={"Accept": "application/json"}
    )
    assert (response.status, (await response.json())["status"]) == (status, status)


@pytest.mark.parametrize("host", ["a b", "x> <y", "x:99999999", "", "[::", "x/y"])
async def test_a_host_that_is_none_is_refused(client, host):
    response = await client.get("/sparql", headers={"Host": host, "Accept": "text/turtle"})
    assert response.status == 400


async def test_a_body_in_an_unknown_coding_is_refused(client):
    compressed = await client.post(
        "/sparql", data=gzip.compress(b"ASK {}"), headers={**DIRECT, "Content-Encoding": "gzip"}
    )
    assert compressed.status == 200
    unknown = await client.post(
        "/sparql", data=b"ASK {}", headers={**DIRECT, "Content-Encoding": "no-such"}
    )
    assert unknown.status == 415


async def test_a_byte_order_mark_is_no_part_of_the_query(client):
    response = await client.post("/sparql", data=b"\xef\xbb\xbfASK {}", headers=DIRECT)
    assert response.status == 200


async def test_a_query_is_sent_once_only(client):
    response = await client.post("/sparql?query=ASK+%7B%7D", data="ASK {}", headers=DIRECT)
    assert response.status == 400


async def test_other_methods_are_told_which_there_are(client):
    response = await client.put("/sparql", params={"query": "ASK {}"})
    assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD,OPTIONS,POST")


async def test_no_other_media_type_is_answered(client):
    response = await client.get(
        "/sparql", params={"query": "ASK {}"}, headers={"Accept": "image/png"}
    )
    assert response.status == 406


async def test_a_query_nested_too_deeply_is_refused_and_the_next_one_answered(client):
    deep = "ASK " + "{" * 20_000 + "}" * 20_000
    refused = await client.post("/sparql", data=deep, headers=DIRECT)
    assert (refused.status, "nested" in await refused.text()) == (400, True)
    assert (await client.post("/sparql", data="ASK {}", headers=DIRECT)).status == 200


async def test_a_query_of_too_many_characters_is_too_large_a_request(client):
    response = await client.post("/sparql", data="#" * 100_001, headers=DIRECT)
    body = await response.json()
    assert (response.status, body["error"]) == (
        413,
        "the query has 100001 characters, 100000 are allowed",
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "the result is larger than 1000000 bytes"),
        (
            "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o } ORDER BY ?c ?f ?i",
            "the query needed more than 268435456 bytes of memory",
        ),
    ],
)
async def test_a_query_that_passes_a_limit_is_told_which(data_directory, query, message):
    limits = Limits(workers=1, memory_limit_bytes=256 << 20, result_limit_bytes=1_000_000)
    async with (
        serving(data_directory, limits=limits) as address,
        ClientSession() as session,
        session.post(f"{address}/sparql", data={"query": query}) as response,
    ):
        body = await response.json()
    assert (response.status, body["error"].startswith(message)) == (503, True), body


async def test_a_full_queue_says_when_to_come_back(client, site):
    site.pool.queue.n_waiting = site.pool.limits.queue_limit
    async with site.pool.queue.worker():
        response = await client.get("/sparql", params={"query": COUNT})
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
