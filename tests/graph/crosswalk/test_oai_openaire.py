"""OpenAIRE's literature profile, as DSpace writes it and as CERN Open Data does."""

import pytest

from graph.crosswalk.datacite import map_datacite
from graph.crosswalk.oai_openaire import map_resource
from graph.work import Access, Agent, Date, Grant, Identifier, Kind, Problem, Text
from tests.graph.crosswalk.dialect import map_file_with


@pytest.fixture
def article(staged):
    return map_file_with(map_resource, "openaire-article", staged(b"", "oai:papers.example.org:1"))


def test_an_article_is_read_whole(article):
    assert article.kind is Kind.PAPER
    assert article.identifiers == (
        Identifier("oai", "papers.example.org:1"),
        Identifier("doi", "10.5072/tolls.3"),
        Identifier("handle", "1822/501"),
    )
    assert article.titles == (Text("Oil and tolls in three harbours", "en"),)
    assert article.creators == (
        Agent(
            name="Okafor, Ada",
            type="person",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
        ),
    )
    assert article.dates == (Date("Accepted", "2023-11-02"), Date("Issued", "2024"))
    assert article.licence == "CC-BY-4.0"
    assert [(link.relation, str(link.target)) for link in article.links] == [
        ("IsPartOf", "issn:1234-5679")
    ]


def test_the_stream_stands_with_the_funder(article):
    assert article.funding == (
        Grant(
            funder="Lamp Oil Fund Wicks",
            funder_identifiers=(Identifier("doi", "10.5072/999"),),
            number="LOF-12",
            title="Lamps for all",
            address="https://fund.example.org/12",
        ),
    )


def test_size_and_format_of_the_article_are_kept(article):
    assert (article.sizes, article.formats) == (("12 pages",), ("application/pdf",))


def test_the_state_of_publication_is_no_version_number(article):
    assert article.version == ""


def test_rights_of_the_thing_go_before_those_of_its_file(article):
    assert article.access is Access.EMBARGOED


def test_only_the_address_of_the_file_is_left(article):
    assert article.problems == (
        Problem("file-address", "https://papers.example.org/bitstream/1822/501/1/tolls.pdf"),
    )


def test_the_bare_resource_of_cern_is_mapped_as_before(staged):
    record = staged(b"", "oai:cernopendata.cern:999000351")
    work = map_file_with(map_resource, "openaire-prefixed-elements", record)
    assert work == map_file_with(map_datacite, "openaire-prefixed-elements", record)
