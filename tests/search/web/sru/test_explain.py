"""The explain record promises what a search then does."""

import pytest
from lxml import etree

from search.web.sru.explain import Database, write_explain_record
from search.web.sru.version import Version
from tests.search.web.sru.answers import EXPLAIN, codes, keys, text, texts

NAMES = {"z": EXPLAIN}
TERMS = {"date": "2012", "year": "2012", "has": "data", "isbn": "9783030382070"}
TERMS |= {"issn": "0370-2693", "identifier": "x", "within": '"2010 2012"'}


def test_record_names_the_service_by_its_configured_address(service):
    answer = service.ask(version="1.2", operation="explain")
    assert (text(answer, "host"), text(answer, "port"), text(answer, "database")) == (
        "weft.test", "80", "sru",
    )  # fmt: skip
    (info,) = answer.iter(f"{{{EXPLAIN}}}serverInfo")
    assert dict(info.attrib) == {"protocol": "SRU", "version": "1.2", "transport": "http"}


def test_record_tells_how_many_records_there_are_and_since_when(service):
    (database,) = service.ask().iter(f"{{{EXPLAIN}}}database")
    assert dict(database.attrib) == {"numRecs": "3", "lastUpdate": "2026-01-02T03:04:05Z"}


def test_every_context_set_is_listed_with_its_identifier(service):
    answer = service.ask()
    sets = answer.iter(f"{{{EXPLAIN}}}set")
    assert {each.get("name"): each.get("identifier") for each in sets} == {
        "cql": "info:srw/cql-context-set/1/cql-v1.2",
        "weft": "https://w3id.org/weft#",
        "dc": "info:srw/cql-context-set/1/dc-v1.1",
        "bath": "http://zing.z3950.org/cql/bath/2.0/",
        "rec": "info:srw/cql-context-set/2/rec-1.1",
        "sort": "info:srw/cql-context-set/1/sort-v1.0",
    }


def test_every_index_listed_answers_every_relation_listed(service):
    n_asked = 0
    for index in service.ask().iter(f"{{{EXPLAIN}}}index"):
        (name,) = index.iterfind("z:map/z:name", NAMES)
        for relation in index.iterfind("z:configInfo/z:supports[@type='relation']", NAMES):
            term = TERMS.get(relation.text, TERMS.get(name.text, "x"))
            query = f"{name.get('set')}.{name.text} {relation.text} {term}"
            assert codes(service.ask(query=query)) == [], query
            n_asked += 1
    assert n_asked > 150


def test_every_index_said_to_mask_does_and_no_other(service):
    for index in service.ask().iter(f"{{{EXPLAIN}}}index"):
        (name,) = index.iterfind("z:map/z:name", NAMES)
        masks = index.findall("z:configInfo/z:supports[@type='maskingCharacter']", NAMES)
        query = f'{name.get("set")}.{name.text} = "9*"'
        # one matches every record anyway, the other is an IRI in which * is a character
        if name.text != "allRecords" and name.get("set") != "rec":
            assert (codes(service.ask(query=query)) == []) is bool(masks), query


def test_every_index_said_to_sort_does_and_no_other(service):
    for index in service.ask().iter(f"{{{EXPLAIN}}}index"):
        (name,) = index.iterfind("z:map/z:name", NAMES)
        answer = service.ask(query=f"* sortby {name.get('set')}.{name.text}")
        assert codes(answer) == ([] if index.get("sort") == "true" else [88])


@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
def test_every_schema_listed_is_delivered_by_name_and_by_uri(service, version):
    request = {"version": version, "operation": "searchRetrieve", "query": "higgs"}
    schemas = list(service.ask(version=version).iter(f"{{{EXPLAIN}}}schema"))
    assert [each.get("name") for each in schemas] == ["dc", "marcxml", "schema.org"]
    for schema in schemas:
        for name in (schema.get("name"), schema.get("identifier")):
            answer = service.ask(request, recordSchema=name)
            assert text(answer, "recordSchema") == schema.get("identifier")
            assert len(keys(answer)) == 1


def test_examples_parse(service):
    examples = texts(service.ask(), "queryExample")
    assert len(examples) == 3
    for example in examples:
        assert codes(service.ask(query=example)) == []


def test_record_comes_as_a_string_when_asked(service):
    packed = text(service.ask(operation="explain", recordPacking="string"), "recordData")
    assert packed.startswith(f'<explain xmlns="{EXPLAIN}"')


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/weft/sru", ("example.org", "443", "weft/sru")),
        ("http://[::1]:8080/sru", ("::1", "8080", "sru")),
    ],
)
def test_address_is_taken_apart(address, expected):
    database = Database(
        address=address, title="A & <B>", n_records=1, updated_at="2026-01-02T03:04:05Z"
    )
    record = etree.fromstring(write_explain_record(database, Version.V2_0))
    assert (text(record, "host"), text(record, "port"), text(record, "database")) == expected
    assert text(record, "title") == "A & <B>"
