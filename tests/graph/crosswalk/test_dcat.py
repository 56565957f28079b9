"""DCAT-AP in the form that InvenioRDM makes of DataCite."""

import pytest

from graph.crosswalk.dcat import map_dcat
from graph.crosswalk.dcat_terms import CONTRIBUTORS, DATES, IGNORED, RELATIONS
from graph.errors import UnmappableRecord
from graph.relation import RELATIONS as KNOWN_RELATIONS
from graph.work import (
    Access,
    Affiliation,
    Agent,
    Date,
    Grant,
    Identifier,
    Kind,
    Link,
    Problem,
    Subject,
    Text,
)
from tests.graph.crosswalk.dialect import map_file_with, map_with

_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" '
    'xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:org="http://www.w3.org/ns/org#" '
    'xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:schema="http://schema.org/" '
    'xmlns:skos="http://www.w3.org/2004/02/skos/core#" '
    'xmlns:citedcat="https://w3id.org/citedcat-ap/">{}</rdf:RDF>'
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
            affiliations=(Affiliation("Harbour Institute"),),
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
    assert software.funding == (
        Grant(funder="Lamp Oil Fund", number="999999", title="Tides for all"),
    )


_DATASET = "<dcat:Dataset><dct:title>T</dct:title>{}</dcat:Dataset>{}"
_ROR = "https://ror.org/05mmh0f86"


@pytest.mark.parametrize(
    "organisation",
    [
        (
            f'<foaf:Organization rdf:about="{_ROR}"><foaf:name>Outer Bank</foaf:name>'
            "</foaf:Organization>"
        ),
        (
            f'<foaf:Organization rdf:about="https://ror.org/{_ROR}"><dct:identifier>{_ROR}'
            "</dct:identifier><foaf:name>Outer Bank</foaf:name></foaf:Organization>"
        ),
        (
            "<foaf:Organization><dct:identifier>05mmh0f86</dct:identifier>"
            "<foaf:name>Outer Bank</foaf:name></foaf:Organization>"
        ),
    ],
)
def test_an_organisation_is_known_by_its_iri_or_the_identifier_inside(map_rdf, organisation):
    """The second is InvenioRDM's: it puts the resolver before an address that has it already."""
    work = map_rdf(
        _DATASET.format(
            "<dct:creator><foaf:Person><foaf:name>Okafor, Ada</foaf:name>"
            f"<org:memberOf>{organisation}</org:memberOf></foaf:Person></dct:creator>"
            f"<citedcat:funder>{organisation}</citedcat:funder>",
            "",
        )
    )
    ror = Identifier("ror", "05mmh0f86")
    assert work.creators[0].affiliations == (Affiliation("Outer Bank", (ror,)),)
    assert work.funding == (Grant(funder="Outer Bank", funder_identifiers=(ror,)),)
    assert work.problems == ()


def test_an_organisation_without_name_or_with_a_page_only_is_listed(map_rdf):
    work = map_rdf(
        _DATASET.format(
            "<dct:creator><foaf:Person><foaf:name>Okafor, Ada</foaf:name>"
            f'<org:memberOf rdf:resource="{_ROR}"/>'
            '<org:memberOf><foaf:Organization rdf:about="https://bank.example.org/">'
            "<foaf:name>Inner Bank</foaf:name></foaf:Organization></org:memberOf>"
            "</foaf:Person></dct:creator>",
            "",
        )
    )
    assert work.creators[0].affiliations == (Affiliation("Inner Bank"),)
    assert work.problems == (
        Problem("no-affiliation", "ror:05mmh0f86"),
        Problem("unknown-name-scheme", "https://bank.example.org/"),
    )


@pytest.mark.parametrize("prefix", ["citedcat:isFundedBy", "schema:funding"])
def test_a_grant_has_its_address_and_its_funder_wherever_they_are_described(map_rdf, prefix):
    work = map_rdf(
        _DATASET.format(
            f'<{prefix} rdf:resource="https://fund.example.org/12"/>'
            '<schema:funder rdf:resource="https://doi.org/10.13039/999000999"/>',
            '<foaf:Project rdf:about="https://fund.example.org/12">'
            "<dct:identifier>LOF-12</dct:identifier><dct:title>Lamps for all</dct:title>"
            '<citedcat:isAwardedBy rdf:resource="https://doi.org/10.13039/999000999"/>'
            "</foaf:Project>"
            '<foaf:Organization rdf:about="https://doi.org/10.13039/999000999">'
            "<foaf:name>Lamp Oil Fund</foaf:name></foaf:Organization>",
        )
    )
    assert work.funding == (
        Grant(
            funder="Lamp Oil Fund",
            funder_identifiers=(Identifier("doi", "10.13039/999000999"),),
            number="LOF-12",
            title="Lamps for all",
            address="https://fund.example.org/12",
        ),
    )


def test_a_funder_without_a_name_is_named_once_by_its_identifier(map_rdf):
    work = map_rdf(
        _DATASET.format(
            "<citedcat:isFundedBy><foaf:Project><dct:identifier>LOF-12</dct:identifier>"
            f'<citedcat:isAwardedBy rdf:resource="{_ROR}"/></foaf:Project></citedcat:isFundedBy>'
            f'<citedcat:funder rdf:resource="{_ROR}"/>'
            '<citedcat:funder rdf:resource="https://doi.org/10.13039/999000999"/>',
            "",
        )
    )
    assert work.funding == (
        Grant(funder_identifiers=(Identifier("ror", "05mmh0f86"),), number="LOF-12"),
        Grant(funder_identifiers=(Identifier("doi", "10.13039/999000999"),)),
    )


def test_sizes_and_formats_of_the_files_are_kept(map_rdf):
    work = map_rdf(
        _DATASET.format(
            "<dct:extent><dct:SizeOrDuration><rdfs:label>2 sheets</rdfs:label>"
            "</dct:SizeOrDuration></dct:extent>"
            "<dcat:distribution><dcat:Distribution>"
            "<dct:extent><dct:SizeOrDuration><rdfs:label>12 pages</rdfs:label>"
            "</dct:SizeOrDuration></dct:extent><dcat:byteSize>999</dcat:byteSize>"
            '<dcat:mediaType rdf:resource="https://www.iana.org/assignments/media-types/text/csv"/>'
            "<dcat:mediaType>text/plain</dcat:mediaType>"
            '<dct:format rdf:resource="http://publications.europa.eu/resource/authority/file-type/'
            'CSV"/>'
            "<dct:format><dct:MediaTypeOrExtent><rdfs:label>HDF5</rdfs:label>"
            "</dct:MediaTypeOrExtent></dct:format>"
            "</dcat:Distribution></dcat:distribution>",
            "",
        )
    )
    assert work.sizes == ("2 sheets", "12 pages", "999 bytes")
    assert work.formats == ("text/csv", "text/plain", "CSV", "HDF5")
    assert work.problems == ()


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (
            (
                '<dct:subject rdf:about="https://words.example.org/lamp"><skos:Concept>'
                "<skos:prefLabel>lamp</skos:prefLabel></skos:Concept></dct:subject>"
            ),
            Subject("lamp", "", "https://words.example.org/lamp"),
        ),
        (
            (
                '<dct:subject><skos:Concept rdf:about="https://words.example.org/lamp">'
                "<skos:prefLabel>lamp</skos:prefLabel></skos:Concept></dct:subject>"
            ),
            Subject("lamp", "", "https://words.example.org/lamp"),
        ),
        (
            '<dcat:keyword xml:lang="ger">Lampe</dcat:keyword>',
            Subject("Lampe", "", "", "de"),
        ),
    ],
)
def test_a_keyword_has_the_iri_of_its_concept_and_its_language(map_rdf, subject, expected):
    assert map_rdf(_DATASET.format(subject, "")).subjects == (expected,)


def test_size_of_the_file_is_kept(software):
    assert (software.sizes, software.formats) == (("9 bytes",), ())


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
