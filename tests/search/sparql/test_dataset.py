"""The data set of a query: which graphs, and several of them merged into one."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest

from search.sparql import dataset
from search.sparql.dataset import Dataset, read_dataset
from search.sparql.results import ResultFormat
from search.sparql.wire import Request, Start
from search.sparql.worker import answer_request

START = Start(store="", memory_limit_bytes=1, result_limit_bytes=10_000, time_limit_s=1)
SUBJECTS = "SELECT ?s { ?s ?p ?o } ORDER BY ?s"
N_QUADS = """
<http://x/only-in-1> <http://p> "x" <http://g/1> .
<http://x/both> <http://p> "x" <http://g/1> .
<http://x/both> <http://p> "x" <http://g/2> .
<http://x/only-in-3> <http://p> "x" <http://g/3> .
<http://x/merged> <http://p> "x" .
"""


def ask(query, **graphs):
    store = ox.Store()
    store.load(N_QUADS, format=ox.RdfFormat.N_QUADS)
    request = Request(query=query, format=ResultFormat.TSV, **graphs)
    answer, body = answer_request(store, request, START)
    assert answer.state == "ok", answer
    return [line.strip("<>") for line in body.decode().splitlines()[1:]]


def test_without_names_the_default_graph_of_the_release_is_read():
    assert ask(SUBJECTS) == ["http://x/merged"]


def test_one_default_graph_stands_for_the_one_of_the_release():
    found = ask(SUBJECTS, default_graphs=("http://g/1",))
    assert found == ["http://x/both", "http://x/only-in-1"]


def test_a_statement_of_two_default_graphs_is_there_once():
    found = ask(SUBJECTS, default_graphs=("http://g/1", "http://g/2"))
    assert found == ["http://x/both", "http://x/only-in-1"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s FROM <http://g/1> FROM <http://g/2> { ?s ?p ?o } ORDER BY ?s",
        "PREFIX g: <http://g/> SELECT ?s from g:1 from g:2 { ?s ?p ?o } ORDER BY ?s",
        "BASE <http://g/> SELECT ?s FROM <1>\nFROM <2> { ?s ?p ?o } ORDER BY ?s",
    ],
)
def test_a_statement_of_two_from_clauses_is_there_once(query):
    assert ask(query) == ["http://x/both", "http://x/only-in-1"]


def test_the_answer_is_dropped_by_the_thread_that_made_it():
    """The grammar that reads FROM clauses keeps the frames of all who called it for long."""
    query = "SELECT ?s FROM <http://g/1> FROM <http://g/2> { ?s ?p ?o }"
    gc.disable()
    try:
        with ThreadPoolExecutor(1) as threads:
            assert len(threads.submit(ask, query).result()) == 2
    finally:
        gc.enable()
    gc.collect()  # what is dropped in a wrong thread is told as a warning, which is an error here


def test_named_graphs_are_kept_beside_merged_ones():
    query = "SELECT ?s { ?s ?p ?o . GRAPH ?g { ?s ?q ?r } }"
    graphs = ("http://g/1", "http://g/2", "http://g/3")
    assert ask(query, default_graphs=graphs, named_graphs=("http://g/3",)) == ["http://x/only-in-3"]


def test_with_named_graphs_alone_the_default_graph_is_empty():
    assert ask(SUBJECTS, named_graphs=("http://g/3",)) == []


def test_graphs_that_are_not_there_are_empty():
    assert ask(SUBJECTS, default_graphs=("http://g/8", "http://g/9")) == []


@pytest.mark.parametrize(
    "clauses",
    ["", "FROM <http://g/3>", "FROM <http://g/3> FROM <http://g/2>", "FROM NAMED <http://g/3>"],
)
@pytest.mark.parametrize("graphs", [("http://g/1",), ("http://g/1", "http://g/2")])
def test_the_data_set_of_the_request_wins_over_that_of_the_query(clauses, graphs):
    query = f"SELECT ?s {clauses} {{ ?s ?p ?o }} ORDER BY ?s"
    assert ask(query, default_graphs=graphs) == ["http://x/both", "http://x/only-in-1"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <http://g/1> { ?s ?p ?o }",
        "SELECT * FROM <http://g/1> FROM NAMED <http://g/2> { ?s ?p ?o }",
        "SELECT * { ?from ?p 'from here', 'FROM there' }",
        "SELECT * FROM <http://g/1> FROM { }",
    ],
)
def test_a_query_that_needs_no_merging_is_left_to_the_store(query):
    assert read_dataset(query) == Dataset()


def test_more_than_can_be_merged_is_refused(monkeypatch):
    monkeypatch.setattr(dataset, "MAX_MERGED", 2)
    request = Request(
        query=SUBJECTS, format=ResultFormat.TSV, default_graphs=("http://g/1", "http://g/2")
    )
    store = ox.Store()
    store.load(N_QUADS, format=ox.RdfFormat.N_QUADS)
    answer, _ = answer_request(store, request, START)
    assert (answer.state, "more than 2 statements" in answer.message) == ("refused", True)
