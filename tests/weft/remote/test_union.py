"""Queries over a local release and a remote one, on another Weft and on Virtuoso."""

import asyncio
import json

import pytest

from graph.release import open_release
from harvester.http.retry import RetryPlan
from search.errors import QueryRefused
from search.sparql.pool import Limits, open_pool
from search.sparql.results import ResultFormat
from tests.search.web.servers import BASE, publish_release, serving
from tests.weft.conftest import in_thread
from tests.weft.remote.misbehaving import endpoint, never, ok, raw, results
from weft.remote.ask_endpoint import ask_endpoint
from weft.remote.errors import (
    RemoteCut,
    RemoteNotResults,
    RemoteRedirectRefused,
    RemoteRefused,
    RemoteTimeout,
    RemoteTooLarge,
    RemoteUnreachable,
)
from weft.remote.opener import Opener
from weft.remote.settings import RemoteLimits
from weft.remote.union import MOST_ROWS, answer_services

NAME = "<https://schema.org/name>"
LIMITS = RemoteLimits(timeout_s=5, retry=RetryPlan(retries=0))


def rows_of(body):
    found = json.loads(body)["results"]["bindings"]
    return sorted([sorted((k, v["value"]) for k, v in row.items()) for row in found])


def run(data, query):
    """What the current release answers to a query without services."""

    async def ask():
        release = open_release(data)
        async with open_pool(release.graph_path, Limits(workers=1)) as pool:
            return await pool.run(query, ResultFormat.JSON)

    return asyncio.run(ask())


@pytest.fixture
def here(tmp_path):
    """A data directory whose current release calls its one thing `mark2`."""
    publish_release(tmp_path / "here")
    publish_release(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path):
    """The address of another Weft, whose release calls the thing of the same IRI `mark1`."""
    publish_release(tmp_path / "there")
    with in_thread(serving(tmp_path / "there")) as address:
        yield f"{address}/sparql"


def answered(query, url, **options):
    return answer_services(query, [url], limits=LIMITS, **options).text


def test_a_local_and_a_remote_release_are_asked_in_one_query(here, there):
    query = (
        f"SELECT ?s ?ours ?theirs {{ ?s {NAME} ?ours SERVICE <{there}> {{ ?s {NAME} ?theirs }} }}"
    )
    rows = rows_of(run(here, answered(query, there)))
    assert rows == [
        [("ours", "mark2"), ("s", f"{BASE}id/0123456789abc"), ("theirs", "mark1")],
    ]


def test_a_union_has_the_solutions_of_both(here, there):
    query = f"SELECT ?n {{ {{ ?s {NAME} ?n }} UNION {{ SERVICE <{there}> {{ ?s {NAME} ?n }} }} }}"
    assert rows_of(run(here, answered(query, there))) == [[("n", "mark1")], [("n", "mark2")]]


def test_a_block_without_variables_holds_or_not(here, there):
    def query(name):
        block = f'SERVICE <{there}> {{ <{BASE}id/0123456789abc> {NAME} "{name}" }}'
        return f"SELECT ?n {{ ?s {NAME} ?n {block} }}"

    assert rows_of(run(here, answered(query("mark1"), there))) == [[("n", "mark2")]]
    assert rows_of(run(here, answered(query("mark2"), there))) == []


def test_a_service_that_was_not_allowed_is_refused(here, there):
    query = f"ASK {{ SERVICE <{there}> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryRefused, match=r"SERVICE .* is not allowed here"):
        run(here, answer_services(query, [], limits=LIMITS).text)


def test_terms_of_all_sorts_come_through(here):
    rows = [
        {"o": {"type": "literal", "value": 'say "hi"\n', "xml:lang": "en"}},
        {
            "o": {
                "type": "literal",
                "value": "seven",
                "datatype": "http://www.w3.org/2001/XMLSchema#int",
            }
        },
        {"o": {"type": "bnode", "value": "b 1"}},
        {},
    ]

    def answer(query):
        return ok(results(["o"], [] if "OFFSET" in query else rows))

    with endpoint(answer) as (url, _):
        text = answered(f"SELECT ?o {{ SERVICE <{url}> {{ ?s ?p ?o }} }}", url)
        found = json.loads(run(here, text))["results"]["bindings"]
    assert [row.get("o", {}).get("value") for row in found] == [
        'say "hi"\n',
        "seven",
        url.replace("/sparql", "/.well-known/genid/b%201"),
        None,
    ]


def test_rows_limited_in_silence_are_an_error(virtuoso_url):
    with pytest.raises(RemoteCut, match="7 solutions and has more"):
        answered(f"SELECT * {{ SERVICE <{virtuoso_url}> {{ ?s <urn:number> ?o }} }}", virtuoso_url)


def test_virtuoso_is_joined_with_a_release(here, virtuoso_url):
    call = f"SERVICE <{virtuoso_url}> {{ ?s <urn:note> ?note }}"
    query = f"SELECT ?n ?note {{ ?s {NAME} ?n {call} }}"
    assert rows_of(run(here, answered(query, virtuoso_url))) == [
        [("n", "mark2"), ("note", "seen")],
    ]


def test_the_word_service_in_a_solution_costs_nothing_and_is_kept(here):
    values = [
        {"type": "literal", "value": "Customer Service"},
        {"type": "literal", "value": "SERVICE -0- 'quoted'", "xml:lang": "en-x-service"},
        {"type": "literal", "value": "service", "datatype": "http://x/service"},
        {"type": "uri", "value": "http://services.example/service"},
        {"type": "literal", "value": "7", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
    ]
    rows = [{"n": {"type": "literal", "value": "x"}, "o": value} for value in values] + [{}]

    def answer(query):
        return ok(results(["n", "o"], [] if "OFFSET" in query else rows))

    with endpoint(answer) as (url, _):
        text = answered(f"SELECT ?n ?o {{ SERVICE <{url}> {{ ?s ?n ?o }} }}", url)
    assert "service" not in text.lower()
    found = json.loads(run(here, text))["results"]["bindings"]
    assert [row.get("o") for row in found] == [*values, None]


def test_too_many_solutions_are_an_error():
    rows = [{"o": {"type": "uri", "value": f"a:{n}"}} for n in range(MOST_ROWS + 1)]
    with (
        endpoint(lambda _: ok(results(["o"], rows))) as (url, _),
        pytest.raises(RemoteTooLarge, match="put VALUES or a FILTER"),
    ):
        answered(f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}", url)


def test_a_service_that_hangs_is_left_in_time():
    quick = RemoteLimits(timeout_s=0.2)
    with raw(never) as url, pytest.raises(RemoteTimeout):
        answer_services(f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}", [url], limits=quick)


def test_a_page_instead_of_solutions_is_named():
    with (
        endpoint(lambda _: ok(b"<html><title>Hello</title>", "text/html")) as (url, _),
        pytest.raises(RemoteNotResults, match="'Hello'"),
    ):
        answered(f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}", url)


def test_a_redirect_to_a_private_address_is_refused():
    public = iter([True, False])
    opener = Opener(limits=LIMITS, is_public=lambda _: next(public))
    with (
        endpoint(lambda _: ok(b"", status=302, Location="http://10.0.0.1/")) as (url, _),
        pytest.raises(RemoteRedirectRefused, match=r"10\.0\.0\.1 is not public"),
    ):
        answer_services(f"ASK {{ SERVICE <{url}> {{ ?s ?p ?o }} }}", [url], opener=opener)


def test_silent_makes_a_failure_one_empty_solution_and_tells_it(here):
    told: list[str] = []
    with endpoint(lambda _: ok(b"no", status=404)) as (url, _):
        query = f"SELECT ?n {{ ?s {NAME} ?n SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}"
        text = answered(query, url, warn=told.append)
    assert rows_of(run(here, text)) == [[("n", "mark2")]]
    assert "HTTP status 404" in told[0]


def test_another_weft_is_asked_in_every_format(there):
    def ask(query, form):
        return ask_endpoint(there, query, form, limits=LIMITS)

    select = f"SELECT ?n {{ ?s {NAME} ?n }}"
    assert rows_of(ask(select, ResultFormat.JSON)) == [[("n", "mark1")]]
    assert ask(select, ResultFormat.CSV) == b"n\r\nmark1\r\n"
    assert b"<literal>mark1</literal>" in ask(select, ResultFormat.XML)
    assert json.loads(ask("ASK { ?s ?p ?o }", ResultFormat.JSON)) == {"head": {}, "boolean": True}
    construct = f"CONSTRUCT WHERE {{ ?s {NAME} ?n }}"
    assert b'"mark1"' in ask(construct, ResultFormat.TURTLE)
    assert b'"mark1"' in ask(construct, ResultFormat.N_TRIPLES)


def test_virtuoso_is_asked_in_the_same_way(virtuoso_url):
    def ask(query, form):
        return ask_endpoint(virtuoso_url, query, form, limits=LIMITS)

    (row,) = json.loads(ask("SELECT ?o { <urn:s> <urn:p> ?o }", ResultFormat.JSON))["results"][
        "bindings"
    ]
    assert row == {"o": {"type": "literal", "value": "Käse", "xml:lang": "de"}}
    assert json.loads(ask("ASK { <urn:s> ?p ?o }", ResultFormat.JSON))["boolean"] is True
    assert ask("SELECT ?o { <urn:s> <urn:q> ?o }", ResultFormat.CSV) == b'"o"\n7\n'


def test_what_is_wrong_with_a_query_is_told_in_the_words_of_the_endpoint(there):
    with pytest.raises(RemoteRefused, match="HTTP status 400") as caught:
        ask_endpoint(there, "SELECT * { ?s ?p }", ResultFormat.JSON, limits=LIMITS)
    assert caught.value.status == 400


def test_an_endpoint_that_is_no_address_is_named():
    with pytest.raises(RemoteUnreachable, match="no http or https address"):
        ask_endpoint("data/sparql", "ASK {}", ResultFormat.JSON)
