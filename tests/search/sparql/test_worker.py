"""What one worker makes of a request, and how it words the parser's errors."""

import pyoxigraph as ox
import pytest

from search.sparql.diagnosis import read_syntax_error
from search.sparql.results import ResultFormat
from search.sparql.wire import Request, Start
from search.sparql.worker import answer_request

START = Start(store="", memory_limit_bytes=1, result_limit_bytes=1000, time_limit_s=1)


def ask(query, form=ResultFormat.JSON, **dataset):
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://a"), ox.NamedNode("http://b"), ox.Literal("x" * 40)))
    return answer_request(store, Request(query=query, format=form, **dataset), START)


def test_a_result_within_the_limit_is_ok():
    answer, body = ask("SELECT ?s { ?s ?p ?o }", ResultFormat.CSV)
    assert (answer.state, body) == ("ok", b"s\r\nhttp://a\r\n")


def test_a_result_past_the_limit_is_large():
    values = " ".join(f"({n})" for n in range(1000))
    answer, body = ask(f"SELECT ?x {{ VALUES (?x) {{ {values} }} }}")
    assert (answer.state, body) == ("large", b"")


def test_a_format_of_the_other_sort_is_refused():
    assert ask("DESCRIBE <http://a>")[0].state == "refused"


def test_a_syntax_error_has_line_and_column():
    answer, _ = ask("SELECT *\nWHERE { ?s ?p ?o . foo }")
    assert (answer.state, answer.line, answer.column) == ("syntax", 2, 25)


def test_a_graph_iri_that_is_none_is_an_answer():
    assert ask("ASK {}", default_graphs=("not an iri",))[0].state == "failed"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('error at 1:3: expected one of "{", GRAPH, [_]', 'expected "{" or GRAPH'),
        ("error at 1:3: expected one of Base not found, ['%'], [':']", "base not found"),
        ("error at 1:3: expected IRI parsing failed", "IRI parsing failed"),
        ("error at 1:1: expected [_]", "the query ends or goes on in an unexpected way"),
        (
            "error at 1:9: expected one of A, B, C, D, E, F, G, H, I, J",
            "expected A, B, C, D, E, F, G, H or ...",
        ),
        ('error at 1:9: expected one of ",", "."', 'expected "," or "."'),
    ],
)
def test_the_parsers_message_is_made_readable(message, expected):
    assert read_syntax_error(message, "SELECT").message == expected


@pytest.mark.parametrize(
    ("query", "line", "column", "message"),
    [
        ("SELECT * { ?s ex:p ?o }", 1, 15, "prefix ex: is not declared"),
        ("PREFIX b: <http://x/>\nASK { ?s b:c ?o .\n ?s :d ?o }", 3, 5, "prefix : is not declared"),
        (
            'ASK { # a:b\n ?s <a:b> "c:d", """e:\nf:""" , _:b ; dct:title ?o }',
            3,
            15,
            "prefix dct: is not declared",
        ),
    ],
)
def test_a_prefix_that_is_not_declared_is_named_where_it_stands(query, line, column, message):
    """The parser alone says `expected OPTIONAL` there."""
    answer, _ = ask(query)
    assert (answer.line, answer.column, answer.message) == (line, column, message)
