"""The protocol around a search: versions, parameters, diagnostics."""

import pytest
from lxml import etree

from tests.search.web.conftest import PAPER
from tests.search.web.sru.answers import SRU_2, SRW, V1_2, codes, keys, text, texts


@pytest.mark.parametrize(
    ("parameters", "root", "version"),
    [
        ({}, f"{{{SRU_2}}}explainResponse", None),
        ({"operation": "explain"}, f"{{{SRW}}}explainResponse", "1.2"),
        ({"operation": "explain", "version": "1.1"}, f"{{{SRW}}}explainResponse", "1.1"),
        ({"operation": "explain", "version": "2.0"}, f"{{{SRU_2}}}explainResponse", None),
        ({"query": "higgs"}, f"{{{SRU_2}}}searchRetrieveResponse", None),
        ({"query": "higgs", "version": "2.0"}, f"{{{SRU_2}}}searchRetrieveResponse", None),
        ({"query": "higgs", "version": "1.1"}, f"{{{SRW}}}searchRetrieveResponse", "1.1"),
        ({"query": "higgs", **V1_2}, f"{{{SRW}}}searchRetrieveResponse", "1.2"),
        (
            {"query": "a", "operation": "searchRetrieve", "queryType": "cql"},
            f"{{{SRU_2}}}searchRetrieveResponse",
            None,
        ),
    ],
)
def test_answer_has_the_form_of_the_version_asked_for(service, parameters, root, version):
    answer = service.ask(parameters)
    assert (answer.tag, text(answer, "version")) == (root, version)
    assert codes(answer) == []


@pytest.mark.parametrize(
    ("parameters", "code", "details"),
    [
        ({"version": "1.2", "operation": "fly"}, 4, "fly"),
        ({"version": "1.2", "operation": "scan", "scanClause": "a"}, 4, "scan"),
        ({"scanClause": "a"}, 4, "scan"),
        ({"version": "1.0", "operation": "explain"}, 5, "2.0"),
        ({"version": "3.0", "query": "a"}, 5, "2.0"),
        ({"version": "", "query": "a"}, 5, "2.0"),
        ({"operation": "searchRetrieve", "query": "a"}, 7, "version"),
        (V1_2, 7, "query"),
        ({**V1_2, "query": " "}, 7, "query"),
        ({"queryType": "cql"}, 7, "query"),
        ({"query": "a", "queryType": "lucene"}, 6, "queryType"),
        ({**V1_2, "query": "a", "startRecord": "0"}, 6, "startRecord"),
        ({**V1_2, "query": "a", "startRecord": "-1"}, 6, "startRecord"),
        ({**V1_2, "query": "a", "startRecord": "x"}, 6, "startRecord"),
        ({**V1_2, "query": "a", "maximumRecords": "1.5"}, 6, "maximumRecords"),
        ({**V1_2, "query": "a", "maximumRecords": "²"}, 6, "maximumRecords"),
        ({**V1_2, "query": "a", "resultSetTTL": "x"}, 6, "resultSetTTL"),
        ({**V1_2, "query": "higgs", "startRecord": "2"}, 61, "2"),
        ({**V1_2, "query": "*", "startRecord": "99999999999999999999"}, 61, "1000000000"),
        ({**V1_2, "query": "a", "recordSchema": "onix"}, 66, "onix"),
        ({**V1_2, "query": "a", "recordPacking": "zip"}, 71, "zip"),
        ({"query": "a", "recordXMLEscaping": "zip"}, 71, "zip"),
        ({"query": "a", "recordPacking": "unpacked"}, 6, "recordPacking"),
        ({**V1_2, "query": "a", "recordSchema": "schema.org", "recordPacking": "xml"}, 71, "xml"),
        ({**V1_2, "query": "a", "recordXPath": "/a"}, 72, None),
        ({"query": "a", "renderedBy": "server"}, 6, "renderedBy"),
        ({"query": "a", "responseType": "x"}, 6, "responseType"),
        ({"query": "a", "facetLimit": "x"}, 6, "facetLimit"),
        ({"query": "a", "sortKeys": "creator"}, 88, "creator"),
        ({**V1_2, "query": "dc.title <> a"}, 22, "dc.title <>"),
        ({**V1_2, "query": "a and"}, 10, "character 6"),
        ({**V1_2, "query": "a\x00 and"}, 10, "character 7"),
        ({**V1_2, "query": "(" * 60}, 13, "50"),
        ({**V1_2, "query": "a" * 5000}, 12, "4000"),
        ({**V1_2, "query": "\ufffe.x = a"}, 15, None),
    ],
)
def test_fault_is_told_by_its_diagnostic_and_nothing_is_found(service, parameters, code, details):
    answer = service.ask(parameters)
    assert (codes(answer), text(answer, "details")) == ([code], details)
    assert keys(answer) == []
    assert text(answer, "message")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"stylesheet": "http://evil.example/x.xsl"}, [110]),
        ({"foo": "1", "bar": "2"}, [8, 8]),
        ({"facetLimit": "3"}, [8]),
        ({"x-info-1-anything": "1"}, []),
        ({"extraRequestData": "1", "resultSetTTL": "300"}, []),
    ],
)
def test_what_is_left_out_is_told_beside_the_records(service, parameters, expected):
    body = service.reply({**V1_2, "query": "higgs", **parameters})
    answer = etree.fromstring(body.encode())
    assert (keys(answer), codes(answer)) == ([PAPER], expected)
    assert "<?xml-stylesheet" not in body


def test_diagnostics_are_in_the_namespace_of_the_version(service):
    old = service.ask(V1_2)
    new = service.ask(queryType="cql")
    assert next(old.iter(f"{{{SRW}}}diagnostics"))[0].tag == (
        "{http://www.loc.gov/zing/srw/diagnostic/}diagnostic"
    )
    assert next(new.iter(f"{{{SRU_2}}}diagnostics"))[0].tag == (
        "{http://docs.oasis-open.org/ns/search-ws/diagnostic}diagnostic"
    )


def test_repeated_parameter_is_refused(service):
    assert codes(service.ask([("query", "a"), ("query", "b")])) == [6]


def test_echo_repeats_the_request_as_it_was_read(service):
    answer = service.ask(V1_2, query='dc.title any/stem "a b"', startRecord="1")
    echo = next(answer.iter(f"{{{SRW}}}echoedSearchRetrieveRequest"))
    assert [etree.QName(each).localname for each in echo] == [
        "version", "query", "xQuery", "startRecord", "maximumRecords", "recordPacking",
        "recordSchema",
    ]  # fmt: skip
    assert (text(echo, "index"), text(echo, "term"), texts(echo, "type")) == (
        "dc.title", "a b", ["stem"],
    )  # fmt: skip


def test_echo_leaves_out_a_query_that_is_too_long(service):
    answer = service.ask(query="a" * 100_000)
    assert (codes(answer), text(answer, "echoedSearchRetrieveRequest")) == ([12], None)
