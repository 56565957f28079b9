"""DCAT-AP in the form that InvenioRDM makes of DataCite."""

import pytest

from graph.crosswalk.dcat import map_dcat
from graph.crosswalk.dcat_terms import CONTRIBUTORS, DATES, IGNORED, RELATIONS
from graph.errors import UnmappableRecord
from graph.relation import RELATIONS as KNOWN_RELATIONS
from graph.work import Access, Agent, Date, Identifier, Kind, Link, Problem, Subject, Text
from tests.graph.crosswalk.dialect import map_file_with, map_with

_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" '
    'xmlns:foaf="http://xmlns.com/foaf/0.1/">{}</rdf:RDF>'
)


@pytest.fixture
def software(staged):
    return map_file_with(map_dcat, "dcat-dataset", staged(b"", "oai:repository.example.org:888"))


@pytest.fixture
def map_rdf(staged):
    def map_one(inside: str):
        return map_with(map_dcat, _RDF.format(inside).encode(), staged(b""))

    return map_one


def test_a_thing_goes_by_its_iri_and_its_own_addresses(software):
    assert software.kind is Kind.SOFTWARE
    assert software.identifiers == (
        Identifier("oai", "repository.example.org:888"),
        Identifier("doi", "10.5072/gauge.888"),
        Identifier("oai", "zenodo.org:999000888"),
    )
    assert software.titles == (Text("Gauge reader"),)
    assert software.publisher == "Example Repository"
    assert software.version == "1.2"
    assert software.languages == ("da",)
    assert software.dates == (Date("Issued", "2024"), Date("Issued", "2024-01-31"))
    assert software.year == 2024
    assert software.subjects == (Subject("Tides", "Harbour words"), Subject("gauge"))
    assert software.descriptions == (Text("Reads a gauge."), Text("Made in the harbour."))


def test_agents_have_role_orcid_and_affiliation(software):
    assert software.creators == (
        Agent(
            name="Okafor, Ada",
            type="person",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
            affiliations=("Harbour Institute",),
        ),
        Agent(name="Harbour Office", type="organization", role="dataManager"),
    )


def test_a_related_thing_is_a_link_in_the_words_of_the_source(software):
    assert software.links == (
        Link(
            relation="IsSupplementTo",
            target=Identifier("doi", "10.5072/tides.1"),
            stated_as="citedcat:isSupplementTo",
            stated_target="https://doi.org/10.5072/tides.1",
            target_kind="book",
        ),
        Link(
            relation="IsRelatedTo",
            target=Identifier("arxiv", "2301.99999"),
            stated_as="dct:relation",
            stated_target="arXiv:2301.99999",
            target_kind="paper",
        ),
    )


def test_embargoed_is_not_taken_for_closed(software):
    assert software.access is Access.EMBARGOED
    assert software.licence == "CC-BY-4.0"


def test_a_funder_named_with_the_project_is_not_named_again(software):
    assert software.funding == ("Lamp Oil Fund, 999999, Tides for all",)


def test_nothing_is_lost_in_silence(software):
    assert software.problems == (
        Problem("file-address", "https://repository.example.org/records/888/files/reader.zip"),
    )


def test_nodes_may_stand_beside_the_dataset(map_rdf):
    work = map_rdf(
        '<foaf:Person rdf:about="https://orcid.org/0000-0002-1825-0097">'
        "<foaf:name>Okafor, Ada</foaf:name></foaf:Person>"
        '<dcat:Dataset rdf:about="https://doi.org/10.5072/1"><dct:title>T</dct:title>'
        '<dct:creator rdf:resource="https://orcid.org/0000-0002-1825-0097"/>'
        '<dct:publisher rdf:parseType="Resource"><foaf:name>Kap</foaf:name></dct:publisher>'
        "</dcat:Dataset>"
    )
    assert work.kind is Kind.DATASET
    assert work.creators == (
        Agent(
            name="Okafor, Ada",
            type="person",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
        ),
    )
    assert work.publisher == "Kap"


def test_a_page_with_a_description_documents_and_one_without_is_the_things_own(map_rdf):
    work = map_rdf(
        '<dcat:Dataset rdf:about="https://doi.org/10.5072/1"><dct:title>T</dct:title>'
        '<foaf:page rdf:resource="https://doi.org/10.5072/1"/>'
        '<foaf:page><rdf:Description rdf:about="https://doi.org/10.5072/2"/></foaf:page>'
        "</dcat:Dataset>"
    )
    assert [(link.relation, str(link.target)) for link in work.links] == [
        ("IsDocumentedBy", "doi:10.5072/2")
    ]


def test_an_unknown_property_is_listed(map_rdf):
    work = map_rdf("<dcat:Dataset><dct:title>T</dct:title><dct:mood>calm</dct:mood></dcat:Dataset>")
    assert work.problems == (Problem("unknown-element", "dct:mood"),)


def test_rdf_without_a_title_is_refused(map_rdf):
    with pytest.raises(UnmappableRecord) as caught:
        map_rdf("<dcat:Catalog/>")
    assert caught.value.reason == "no-metadata"


def test_the_tables_name_relations_that_exist_and_do_not_overlap():
    assert set(RELATIONS.values()) <= set(KNOWN_RELATIONS)
    tables = (RELATIONS, CONTRIBUTORS, DATES, IGNORED)
    assert sum(map(len, tables)) == len(set().union(*tables))
