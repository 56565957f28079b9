"""The protocol's parameters: read, or refused with a 4xx, whatever is sent."""

from urllib.parse import urlencode

import pytest
from aiohttp import web
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multidict import MultiDict

from search.errors import QueryRefused
from search.sparql.gate import check, decode_escapes, read_form
from search.web.protocol import decode_body, parse_parameters, read_request
from search.web.sparql import accepts_gzip

ENDPOINT = "http://weft.test/sparql"


def test_every_parameter_is_read():
    asked = read_request(
        MultiDict(
            [
                ("query", "ASK {}"),
                ("default-graph-uri", "http://g/1"),
                ("default-graph-uri", "http://g/2"),
                ("named-graph-uri", "http://g/3"),
                ("output", "xml"),
            ]
        ),
        ENDPOINT,
    )
    assert asked.query == "ASK {}"
    assert asked.default_graphs == ("http://g/1", "http://g/2")
    assert asked.named_graphs == ("http://g/3",)
    assert asked.format_word == "xml"


@pytest.mark.parametrize(
    ("query", "is_repeatable"),
    [
        ("SELECT ?now { ?s ?p ?o }", False),
        ("SELECT ?known { ?s ?p ?o }", True),
        ("ASK { FILTER(rand() > 0.5) }", False),
        ("ASK { SERVICE <http://x/> {} }", False),
    ],
)
def test_a_query_counts_as_repeatable_only_when_that_is_certain(query, is_repeatable):
    asked = read_request(MultiDict(query=query), ENDPOINT)
    assert asked.is_repeatable is is_repeatable


@given(st.lists(st.tuples(st.text(), st.text())))
def test_parameters_are_read_as_they_were_meant(pairs):
    assert list(parse_parameters(urlencode(pairs)).items()) == pairs


@given(st.text(alphabet="qu=&%+;0fFé\x00 "))
@example("&" * 2000)
@example("%")
def test_whatever_stands_in_an_address_is_read_or_refused(text):
    try:
        parameters = parse_parameters(text)
        read_request(parameters, ENDPOINT)
    except web.HTTPBadRequest:
        return
    assert len(parameters.getall("query")) == 1


@given(st.binary(), st.none() | st.text())
def test_whatever_stands_in_a_body_is_read_or_refused(body, charset):
    try:
        text = decode_body(body, charset)
    except (web.HTTPBadRequest, web.HTTPUnsupportedMediaType):
        return
    assert text.encode() == body.removeprefix(b"\xef\xbb\xbf")


@given(st.text(alphabet="gzip*;q=01., "))
def test_whatever_stands_in_accept_encoding_is_judged(header):
    assert accepts_gzip(header) in (True, False)


@settings(deadline=None)  # loading a grammar takes its time once
@given(st.text() | st.text(alphabet="ASK{}()<>'\"#\\uU0024fF?SERVICE:. \n"))
@example("\\U00110000 SERVICE")
@example("ASK { " + "{" * 500 + " SERVICE <x> {} " + "}" * 500 + " }")
def test_the_gate_lets_a_text_pass_or_refuses_it(text):
    decode_escapes(text)
    try:
        checked = check(text)
    except QueryRefused:
        return
    assert (checked.text, checked.form) == (text, read_form(text))
