import pytest
import rdflib

from harvester.http.retry import RetryPlan
from search.errors import QueryRefused
from tests.weft.remote.misbehaving import endpoint, ok, results
from weft.remote.endpoint import Endpoint
from weft.remote.errors import RemoteCut, RemoteNotResults
from weft.remote.opener import Opener
from weft.remote.settings import RemoteLimits
from weft.remote.term import Term

SELECT = "SELECT * { ?s ?p ?o }"
ROWS = results(["o"], [{"o": {"type": "uri", "value": "http://x/1"}}])
ALL_TERMS = results(
    ["o"],
    [
        {"o": {"type": "uri", "value": "http://x/1"}},
        {"o": {"type": "literal", "value": "Käse", "xml:lang": "de"}},
        {"o": {"type": "literal", "value": "7", "datatype": "http://x/t"}},
        {"o": {"type": "typed-literal", "value": "8", "datatype": "http://x/t"}},
        {"o": {"type": "bnode", "value": "b0"}},
        {},
    ],
)


def at(url):
    return Endpoint(url=url, opener=Opener(limits=RemoteLimits(retry=RetryPlan(retries=0))))


def test_rows_have_terms_with_type_datatype_and_language():
    with endpoint(lambda _: ok(ALL_TERMS)) as (url, _):
        found = at(url).select(SELECT)
    assert found.variables == ("o",)
    assert [row.get("o") for row in found.rows] == [
        Term(type="iri", value="http://x/1"),
        Term(type="literal", value="Käse", language="de"),
        Term(type="literal", value="7", datatype="http://x/t"),
        Term(type="literal", value="8", datatype="http://x/t"),
        Term(type="blank", value="b0"),
        None,
    ]


def test_a_short_query_is_sent_by_get_and_a_long_one_by_post():
    long = SELECT + " " * 2000
    with endpoint(lambda _: ok(ROWS)) as (url, asked):
        at(url).select(SELECT)
        at(url).select(long)
    assert [(method, query) for method, query, _ in asked] == [("GET", SELECT), ("POST", long)]


def test_an_address_with_a_query_of_its_own_stays_as_it_is():
    with endpoint(lambda _: ok(ROWS)) as (url, asked):
        at(f"{url}?timeout=5").select(SELECT)
    assert [(method, query) for method, query, _ in asked] == [("POST", SELECT)]


def test_a_comment_cannot_make_a_query_an_update():
    with endpoint(lambda _: ok(ROWS)) as (url, asked):
        at(url).select("# DELETE\nSELECT * { ?s ?p 'INSERT DATA' }")
    assert asked.queries == ["# DELETE\nSELECT * { ?s ?p 'INSERT DATA' }"]


def test_an_update_is_never_sent():
    with endpoint(lambda _: ok(ROWS)) as (url, asked):
        with pytest.raises(QueryRefused, match="update"):
            at(url).select("INSERT DATA { <a:b> <a:b> <a:b> }")
        assert asked == []


def test_ask_gives_yes_or_no():
    with endpoint(lambda _: ok(b'{"head": {}, "boolean": false}')) as (url, _):
        assert at(url).ask("ASK {}") is False


def test_construct_gives_a_graph():
    with endpoint(lambda _: ok(b"<a:s> <a:p> 7 .", "text/turtle")) as (url, _):
        graph = at(url).construct("CONSTRUCT WHERE { ?s ?p ?o }")
    assert list(graph) == [
        (rdflib.URIRef("a:s"), rdflib.URIRef("a:p"), rdflib.Literal(7)),
    ]


def test_a_construct_that_is_no_turtle_is_named():
    with (
        endpoint(lambda _: ok(b"<a:s> <a:p", "text/turtle")) as (url, _),
        pytest.raises(RemoteNotResults, match="no Turtle"),
    ):
        at(url).construct("CONSTRUCT WHERE { ?s ?p ?o }")


@pytest.mark.parametrize("media_type", ["text/html", "application/sparql-results+json"])
def test_a_web_page_is_no_result_and_its_title_is_quoted(media_type):
    page = b"\n<!doctype HTML><html><title>Maintenance</title></html>"
    with (
        endpoint(lambda _: ok(page, media_type)) as (url, _),
        pytest.raises(RemoteNotResults, match="a web page instead of results: 'Maintenance'"),
    ):
        at(url).select(SELECT)


def test_other_text_is_no_result():
    with (
        endpoint(lambda _: ok(b"Service busy", "text/plain")) as (url, _),
        pytest.raises(RemoteNotResults, match="text/plain instead of SPARQL JSON: 'Service busy'"),
    ):
        at(url).select(SELECT)


def test_other_json_is_no_result():
    with (
        endpoint(lambda _: ok(b'{"error": "no"}', "application/json")) as (url, _),
        pytest.raises(RemoteNotResults, match="no SPARQL result"),
    ):
        at(url).select(SELECT)


@pytest.mark.parametrize("size", [1, 40, len(ALL_TERMS) - 1])
def test_results_that_break_off_are_named(size):
    with (
        endpoint(lambda _: ok(ALL_TERMS[:size])) as (url, _),
        pytest.raises(RemoteCut, match=f"break off after {size} bytes"),
    ):
        at(url).select(SELECT)


def test_a_stack_trace_behind_the_results_is_a_cut():
    body = ROWS[:-2] + b"\njava.util.concurrent.TimeoutException"
    with (
        endpoint(lambda _: ok(body)) as (url, _),
        pytest.raises(RemoteCut, match="TimeoutException"),
    ):
        at(url).select(SELECT)


@pytest.mark.parametrize(
    "reply", [ok(ROWS, status=206), ok(ROWS, X_SQL_State="S1TAT", X_SQL_Message="timed out")]
)
def test_an_answer_that_calls_itself_partial_is_none(reply):
    with endpoint(lambda _: reply) as (url, _), pytest.raises(RemoteCut, match="a part of"):
        at(url).select(SELECT)


def test_half_a_character_is_no_result():
    body = ROWS.replace(b"http://x/1", b"\xff\xfe")
    with endpoint(lambda _: ok(body)) as (url, _), pytest.raises(RemoteNotResults):
        at(url).select(SELECT)


def test_virtuoso_is_asked_in_all_forms(virtuoso_url):
    asked = at(virtuoso_url)
    rows = asked.select("SELECT ?o { <urn:s> ?p ?o } ORDER BY ?p").rows
    assert [row["o"].value for row in rows] == ["Käse", "7"]
    assert [row["o"].language for row in rows] == ["de", ""]
    assert asked.ask("ASK { <urn:s> ?p ?o }") is True
    assert asked.ask("ASK { <urn:nothing> ?p ?o }") is False
    assert len(asked.construct("CONSTRUCT WHERE { <urn:s> ?p ?o }")) == 2
