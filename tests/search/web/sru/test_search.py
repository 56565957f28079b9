"""What a search finds, in the small release of these tests and in the sample."""

import json
from dataclasses import replace

import pytest
import rdflib
from lxml import etree

from search.text.engine import SearchResult
from tests.search.web.conftest import BASE, DATA, HOSTILE, HOSTILE_TITLE, PAPER
from tests.search.web.sru.answers import DC, MARC, V1_2, Service, codes, keys, text, texts


@pytest.mark.parametrize("version", [{}, V1_2])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("higgs", {PAPER}),
        ('"standard model"', {PAPER}),
        ('"model standard"', set()),
        ("standard prox model", {PAPER}),
        ("model prox standard", {PAPER}),
        ("model prox/ordered standard", set()),
        ("dc.title = higgs", set()),
        ("dc.title any/stem observations", {PAPER, DATA}),
        ("dc.description = higgs", {PAPER}),
        ("dc.title = observ*", {PAPER, DATA}),
        ("dc.title = observation not dc.type = paper", {DATA}),
        ("dc.date > 2012", {DATA}),
        ('dc.date within "2012 2013"', {PAPER, DATA}),
        ('dc.creator = "Zoe Aa"', {PAPER}),
        ('dc.identifier = "doi:10.17182/HEPDATA.1"', {DATA}),
        ('"10.1016/j.physletb.2012.08.021"', {PAPER}),
        ("dc.rights == cc-by-4.0", {PAPER}),
        ("weft.has = data", {PAPER}),
        ("weft.collaboration = cms or dc.date = 2013", {PAPER, DATA}),
        (f'rec.identifier = "{BASE}id/{PAPER}"', {PAPER}),
        (f"rec.identifier = {DATA}", {DATA}),
        ("rec.identifier = nonesuch", set()),
        (f"rec.identifier = {DATA} or rec.identifier = {PAPER}", {DATA, PAPER}),
        (f'rec.identifier any "{DATA} {BASE}id/{PAPER} nonesuch"', {DATA, PAPER}),
        (f"rec.identifier = {DATA} and dc.type = dataset", {DATA}),
        (f"rec.identifier = {DATA} and dc.type = paper", set()),
        (f"higgs or rec.identifier = {DATA}", {PAPER, DATA}),
        (f"dc.title = observation not rec.identifier = {PAPER}", {DATA}),
        (f"rec.identifier <> {PAPER}", {DATA, HOSTILE}),
        (f"cql.allRecords = 1 not (rec.identifier = {PAPER} or dc.date = 2013)", {HOSTILE}),
        ("*", {PAPER, DATA, HOSTILE}),
        ("cql.allRecords = 1 and dc.type = dataset", {DATA, HOSTILE}),
    ],
)
def test_query_finds_what_it_should_in_both_versions(service, version, query, expected):
    answer = service.ask(version, query=query)
    assert set(keys(answer)) == expected
    assert text(answer, "numberOfRecords") == str(len(expected))
    assert codes(answer) == []


def test_record_is_dublin_core_unless_asked_otherwise(service):
    answer = service.ask(query="higgs")
    assert text(answer, "recordSchema") == "info:srw/schema/1/dc-v1.1"
    (title,) = answer.iter(f"{{{DC}}}title")
    assert title.text == "Observation of a new boson at a mass of 125 GeV"


@pytest.mark.parametrize("schema", ["marcxml", "info:srw/schema/1/marcxml-v1.1"])
def test_record_is_marc_by_short_name_or_uri(service, schema):
    answer = service.ask(query="higgs", recordSchema=schema)
    (title,) = answer.xpath(
        "//m:datafield[@tag='245']/m:subfield[@code='a']", namespaces={"m": MARC}
    )
    assert title.text == "Observation of a new boson at a mass of 125 GeV"


def canonical(element):
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


@pytest.mark.parametrize(
    ("version", "parameter"), [(V1_2, "recordPacking"), ({}, "recordXMLEscaping")]
)
def test_string_packing_gives_the_same_record_as_text(service, version, parameter):
    whole = service.ask(version, query="higgs")
    packed = service.ask({**version, parameter: "string"}, query="higgs")
    assert text(packed, parameter) == "string"
    (held,) = next(whole.iter("{*}recordData"))
    written = etree.fromstring(text(packed, "recordData"))
    assert canonical(written) == canonical(held)


def test_schema_org_record_is_json_in_a_string(service):
    answer = service.ask(V1_2, query="higgs", recordSchema="schema.org")
    assert text(answer, "recordPacking") == "string"
    found = json.loads(text(answer, "recordData"))
    assert (found["@id"], found["@type"]) == (f"{BASE}id/{PAPER}", "ScholarlyArticle")
    assert found["abstract"].startswith("The search for the Higgs boson")


def test_markup_in_a_title_is_text_in_every_schema(service):
    for schema in ("dc", "marcxml", "schema.org"):
        query = f"rec.identifier = {HOSTILE}"
        answer = service.ask(query=query, recordSchema=schema)
        assert not list(answer.iter("{*}script"))
        assert HOSTILE_TITLE in [*texts(answer, "title"), *texts(answer, "subfield")] or (
            json.loads(text(answer, "recordData"))["name"] == HOSTILE_TITLE
        )


def pages(sample, query, size, **more):
    """The keys of all pages of a query, following nextRecordPosition."""
    found: list[list[str]] = []
    position: str | None = "1"
    while position is not None:
        parameters = {"startRecord": position, "maximumRecords": str(size), **more}
        answer = sample.ask(parameters, query=query)
        assert texts(answer, "recordPosition") == [
            str(int(position) + n) for n in range(len(keys(answer)))
        ]
        found.append(keys(answer))
        position = text(answer, "nextRecordPosition")
    return found


@pytest.mark.parametrize(
    "sort", ["", " sortby dc.date", " sortby dc.title/sort.descending", " sortby dc.title"]
)
def test_pages_hold_each_record_once(sample, sort):
    query = f"dc.type = dataset{sort}"
    total = int(text(sample.ask(query=query), "numberOfRecords"))
    found = pages(sample, query, 17)
    assert total > 34
    assert [len(page) for page in found] == [17] * (total // 17) + [total % 17] * (total % 17 > 0)
    assert len({key for page in found for key in page}) == total


@pytest.mark.parametrize("index", ["dc.date", "dc.title"])
def test_one_direction_is_the_other_read_backwards(sample, index):
    up = pages(sample, f"higgs sortby {index}/sort.ascending", 7)
    down = pages(sample, f"higgs sortby {index}/sort.descending", 50)
    assert [key for page in up for key in page] == down[0][::-1]
    assert len(down[0]) > 14


def test_oldest_come_first_when_dates_ascend(sample):
    query = "dc.date = * sortby dc.date"
    answer = sample.ask(query=query, maximumRecords="50")
    dates = [each.text[:4] for each in answer.iter(f"{{{DC}}}date")]
    assert dates == sorted(dates)
    assert dates[0] < dates[-1]


def test_sort_keys_order_like_sortby(sample):
    by_query = sample.ask(query="higgs sortby dc.title")
    by_parameter = sample.ask(query="higgs", sortKeys="title,,1")
    assert keys(by_query) == keys(by_parameter) != keys(sample.ask(query="higgs"))


def test_no_more_than_fifty_records_come_at_once(sample):
    answer = sample.ask(query="*", maximumRecords="1000000")
    assert len(keys(answer)) == 50
    assert text(answer, "nextRecordPosition") == "51"


def test_no_records_come_when_none_are_wanted(service):
    answer = service.ask(query="*", maximumRecords="0")
    assert text(answer, "numberOfRecords") == "3"
    assert text(answer, "records") is None
    assert text(answer, "nextRecordPosition") is None


def test_search_terms_need_all_words_and_no_cql(service):
    answer = service.ask(query="boson the standard", queryType="searchTerms")
    assert keys(answer) == [PAPER]


def test_facets_count_and_lead_on(service):
    answer = service.ask(query="* sortby dc.title", facetLimit="5:dc.type,1:weft.source")
    assert texts(answer, "index") == ["dc.type", "weft.source"]
    assert texts(answer, "actualTerm") == ["dataset", "paper", "zenodo"]
    assert texts(answer, "count") == ["2", "1", "2"]
    narrowed = '(*) and dc.type == "dataset"'
    assert narrowed in texts(answer, "query")
    assert set(keys(service.ask(query=narrowed))) == {DATA, HOSTILE}
    assert f"{BASE}sru?query=" in text(answer, "requestUrl")


def test_names_of_publishers_lead_nowhere_as_cql_cannot_ask_for_them(service):
    answer = service.ask(query="*", facetLimit="5:weft.publisher")
    assert texts(answer, "actualTerm") == ["Elsevier"]
    assert text(answer, "requestUrl") is None


@pytest.mark.parametrize(
    "query",
    [
        " ".join(f"a{n} {'and' if n % 2 else 'or'}" for n in range(100)) + " z",
        " not ".join(["higgs", *["fish"] * 100]),
        "(" * 50 + "higgs" + ")" * 50,
        " or ".join(f"{letter}*" for letter in "abcdefghijklmnopqrst"),
        'cql.anywhere any "' + "higgs " * 200 + '"',
        '"' + "higgs " * 200 + '"',
    ],
)
def test_query_as_large_as_they_may_be_is_answered(service, query):
    assert codes(service.ask(V1_2, query=query)) == []


def test_record_that_the_graph_lacks_has_a_diagnostic_in_its_place(service):
    lacking = replace(service.site, graph=NoGraph())
    for version, schema in ((V1_2, "dc"), ({}, "schema.org")):
        answer = Service(lacking).ask(version, query="higgs", recordSchema=schema)
        assert text(answer, "recordSchema") == "info:srw/schema/1/diagnostics-v1.1"
        (held,) = next(answer.iter("{*}recordData"))
        assert (codes(held), text(held, "details")) == ([65], f"{BASE}id/{PAPER}")
        assert text(answer, "numberOfRecords") == "1"


def test_too_many_records_are_not_sorted_from_their_end(service):
    many = replace(service.site, index=Many())
    answer = Service(many).ask(query="* sortby dc.date")
    assert (codes(answer), text(answer, "details")) == ([83], "10000")
    assert codes(Service(many).ask(query="* sortby dc.date/sort.descending")) == []


def test_word_too_long_to_look_for_has_a_diagnostic(service):
    answer = service.ask(query=f"title={'x' * 200}*")
    assert codes(answer) == [12]
    assert "write at most 190" in text(answer, "message")


class NoGraph:
    """A graph that describes nothing."""

    def facts(self, _iri):
        return {}

    def describe(self, _iri):
        return rdflib.Graph()


class Many:
    """An index in which everything finds one record more than are sorted from the end."""

    def search(self, _request):
        return SearchResult(total=10_001, hits=(), facets={}, took_ms=0.0)


def test_position_past_the_last_record_tells_how_many_there_are(service):
    answer = service.ask(query="*", startRecord="4")
    assert (codes(answer), text(answer, "numberOfRecords")) == ([61], "3")
