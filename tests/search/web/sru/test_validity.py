"""Answers, whatever was asked, are valid against the standard's XML schemas."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.search.web.sru.answers import FACETS, V1_2, keys

QUERIES = [
    "higgs", "*", "a and (b or c) not d", 'dc.title any/stem "top charm"', "a prox/distance<2 b",
    '> dc = "info:srw/cql-context-set/1/dc-v1.1" (> "x" dc.title = a)', "a sortby dc.date",
    "a and", "(", '"', "foo.bar = 1", "dc.date = x", "", "\x00\ufffe&<>]]>", "naïve \U0001f600",
]  # fmt: skip
PARAMETERS = {
    "version": ["1.1", "1.2", "2.0", "1.0", "9", "\x00"],
    "operation": ["explain", "searchRetrieve", "scan", "<b>"],
    "query": QUERIES,
    "queryType": ["cql", "searchTerms", "x"],
    "startRecord": ["1", "2", "0", "-1", "x"],
    "maximumRecords": ["0", "1", "50", "999", "x"],
    "recordPacking": ["xml", "string", "packed", "x"],
    "recordXMLEscaping": ["xml", "string", "x"],
    "recordSchema": ["dc", "marcxml", "schema.org", "&"],
    "sortKeys": ["title", "date,,0", "x", " "],
    "facetLimit": ["3", "2:dc.type,3:weft.publisher", "x"],
    "facetStart": ["2", "x"],
    "facetSort": ["alphanumeric", "x"],
    "scanClause": ["a"],
    "stylesheet": ["javascript:alert(1)"],
    "x-any": ["1"],
    "<i>\x01": ["1"],
}


def requests():
    """Requests with any of the parameters, each with one of its values."""
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in PARAMETERS.items()}
    )


@given(request=requests())
@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_request_gets_a_valid_answer(service, schemas, request):
    schemas.check(service.ask(request))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("version", [{}, V1_2, {**V1_2, "version": "1.1"}])
def test_any_query_gets_a_valid_answer_in_each_version(service, schemas, version, query):
    schemas.check(service.ask({**version, "query": query}))


@pytest.mark.parametrize("schema", ["dc", "marcxml", "schema.org"])
@pytest.mark.parametrize("version", [{}, V1_2])
def test_records_of_the_sample_are_valid(sample, schemas, version, schema):
    n_seen = 0
    for start in ("1", "51", "101"):
        answer = sample.ask(
            version, query="*", startRecord=start, maximumRecords="50", recordSchema=schema
        )
        schemas.check(answer)
        n_seen += len(keys(answer))
    assert n_seen == 140


def test_facets_are_valid(sample, schemas):
    answer = sample.ask(query="higgs", facetLimit="5")
    (held,) = answer.iter("{*}facetedResults")
    found = etree.Element(f"{{{FACETS}}}facetedResults")
    found.extend(list(held))
    schemas.facets.assertValid(etree.fromstring(etree.tostring(found)))
    assert len(found) >= 6
