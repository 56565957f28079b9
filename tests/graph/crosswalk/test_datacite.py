"""DataCite in all its kernels, with the habits of Zenodo, CERN and HEPData."""

import pytest

from graph.work import (
    Access,
    Affiliation,
    Agent,
    Date,
    Identifier,
    Kind,
    Link,
    Problem,
    Subject,
    Text,
)

_RESOURCE = '<resource xmlns="http://datacite.org/schema/kernel-4">{}</resource>'


def test_a_zenodo_version_points_at_its_concept(map_file):
    work = map_file("oai-datacite-version-of-concept", "oai:zenodo.org:999000013")
    assert work.kind is Kind.DATASET
    assert work.identifiers == (
        Identifier("oai", "zenodo.org:999000013"),
        Identifier("doi", "10.5072/shore.13"),
    )
    assert work.titles == (Text("Birds of the Outer Bank, list 2020"),)
    assert work.year == 2023
    assert work.licence == "CC-BY-4.0"
    assert work.access is Access.UNKNOWN
    assert [(link.relation, str(link.target)) for link in work.links] == [
        ("IsSupplementTo", "url:https://files.example.org/app_code/lists/OB_outerbank.tar.gz"),
        ("IsSourceOf", "url:https://birds.example.org/lists/359"),
        ("IsDerivedFrom", "oai:zenodo.org:999000017"),
        ("IsVersionOf", "doi:10.5072/shore.12"),
        ("IsPartOf", "url:https://zenodo.org/communities/example-shore"),
    ]
    assert work.problems == ()


def test_an_organisation_called_a_person_has_no_type(map_file):
    work = map_file("oai-datacite-version-of-concept", "oai:zenodo.org:999000013")
    assert work.creators == (
        Agent(name="Shorebird Society"),
        Agent(
            name="Josiah Carberry",
            type="person",
            role="dataManager",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
            affiliations=(Affiliation("Shorebird Society"),),
        ),
    )


def test_the_records_own_page_is_no_relation_but_its_file_is(map_file):
    work = map_file("oai-datacite3-own-page-and-file", "oai:zenodo.org:999000165")
    assert work.kind is Kind.OTHER
    assert work.stated_type == "Poster"
    assert work.access is Access.OPEN
    assert work.licence == "CC-BY-4.0"
    assert [str(link.target) for link in work.links] == [
        "url:https://zenodo.org/record/999000165/files/knots.pdf"
    ]


def test_cerns_misnamed_identifier_is_read(map_file):
    work = map_file("datacite-misnamed-identifier", "oai:cernopendata.cern:999000351")
    assert work.identifiers == (Identifier("oai", "cernopendata.cern:999000351"),)
    assert work.collaborations == ("Lantern Collaboration",)
    assert work.creators == (Agent(name="Lantern Collaboration", type="organization"),)
    assert work.subjects == (Subject("EXAMPLE-COAST"), Subject("Lantern"))
    assert work.access is Access.OPEN
    assert work.problems == ()


def test_openaires_profile_with_prefixes_is_read(map_file):
    work = map_file("openaire-prefixed-elements", "oai:cernopendata.cern:999000351")
    assert work.kind is Kind.DATASET
    assert work.publisher == "Lantern Open Data Portal"
    assert work.dates == (Date("Issued", "2015"),)
    assert work.year == 2015
    assert work.access is Access.OPEN
    assert work.problems == ()


def test_a_hepdata_record_owns_its_pages(map_file):
    work = map_file("hepdata-record", "doi:10.17182/hepdata.999000154")
    assert work.identifiers == (
        Identifier("oai", "doi:10.17182/hepdata.999000154"),
        Identifier("doi", "10.17182/hepdata.999000154"),
        Identifier("hepdata", "ins999000878"),
        Identifier("hepdata", "999000154"),
    )
    assert work.links == (
        Link(
            relation="IsSupplementTo",
            target=Identifier("inspire", "999000878"),
            stated_as="IsSupplementTo",
            stated_target="https://inspirehep.net/literature/999000878",
            target_kind="paper",
        ),
        Link(
            relation="HasVersion",
            target=Identifier("doi", "10.17182/hepdata.999000154.v1"),
            stated_as="HasVersion",
            stated_target="10.17182/hepdata.999000154.v1",
            target_kind="dataset",
        ),
    )


def test_a_hepdata_table_is_part_of_the_record_behind_its_page(map_file):
    work = map_file("hepdata-table", "doi:10.17182/hepdata.999000154.v1/t1")
    assert work.identifiers == (
        Identifier("oai", "doi:10.17182/hepdata.999000154.v1/t1"),
        Identifier("doi", "10.17182/hepdata.999000154.v1/t1"),
    )
    assert [link for link in work.links if link.rule == "hepdata-page"] == [
        Link(
            relation="IsPartOf",
            target=Identifier("hepdata", "ins999000878"),
            stated_as="HEPDataRecord",
            stated_target="https://www.hepdata.net/record/ins999000878",
            rule="hepdata-page",
        ),
        Link(
            relation="IsPartOf",
            target=Identifier("hepdata", "999000154"),
            stated_as="HEPDataRecordAlt",
            stated_target="https://www.hepdata.net/record/999000154",
            rule="hepdata-page",
        ),
    ]


def test_a_hepdata_version_is_a_version_of_the_record_behind_its_page(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<identifier identifierType='DOI'>\n 10.17182/HEPDATA.999000274.V1 \n</identifier>"
            "<alternateIdentifiers>"
            "<alternateIdentifier alternateIdentifierType='HEPDataRecord'>\n"
            "  https://www.hepdata.net/record/ins999000839\n</alternateIdentifier>"
            "<alternateIdentifier alternateIdentifierType='ROOTDownload'>"
            "https://www.hepdata.net/download/submission/999000274/root</alternateIdentifier>"
            "</alternateIdentifiers><titles><title>T</title></titles>"
        )
    )
    assert work.identifiers[1:] == (Identifier("doi", "10.17182/hepdata.999000274.v1"),)
    assert [(link.relation, str(link.target), link.rule) for link in work.links] == [
        ("IsVersionOf", "hepdata:ins999000839", "hepdata-page")
    ]
    assert [problem.reason for problem in work.problems] == ["file-address"]


def test_a_page_number_that_is_not_the_dois_names_neither(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<identifier identifierType='DOI'>10.17182/hepdata.1.v1/t1</identifier>"
            "<alternateIdentifiers><alternateIdentifier alternateIdentifierType='HEPDataRecordAlt'>"
            "https://www.hepdata.net/record/2</alternateIdentifier></alternateIdentifiers>"
            "<titles><title>T</title></titles>"
        )
    )
    assert work.links == ()
    assert [problem.reason for problem in work.problems] == ["ambiguous-identifier"]


def test_zero_for_an_inspire_number_is_a_problem_not_a_link(map_file):
    work = map_file("hepdata-table-inspire-zero", "doi:10.17182/hepdata.999000542.v1/t1")
    assert "inspire" not in {link.target.scheme for link in work.links}
    assert work.creators == ()
    assert work.problems == (
        Problem("no-name", "No Author Available"),
        Problem("placeholder", "No table description available."),
        Problem("bad-identifier", "HEPDataRecord https://www.hepdata.net/record/ins0"),
        Problem("bad-identifier", "IsSupplementTo URL https://inspirehep.net/literature/0"),
    )


def test_datacites_own_provider_is_read(map_file):
    work = map_file("oai-datacite-names-and-blanks", "doi:10.5072/reef-notes")
    assert work.creators[0].identifiers == (Identifier("orcid", "0000-0002-1825-0097"),)
    assert work.creators[0].affiliations == (Affiliation("Reef Registry"),)
    assert work.version == "1.0"
    assert work.problems == (Problem("bad-ror", "https://ror.example.org/reef"),)


@pytest.mark.parametrize("namespace", ["", *(f"kernel-{n}" for n in ("2.1", "3", "4", "4.6"))])
def test_any_kernel_or_none_is_read(map_xml, namespace):
    xmlns = f"http://datacite.org/schema/{namespace}" if namespace else ""
    work = map_xml(
        f'<resource xmlns="{xmlns}"><identifier identifierType="DOI">10.5281/zenodo.1</identifier>'
        "<titles><title>T</title></titles></resource>"
    )
    assert work.identifiers[1] == Identifier("doi", "10.5281/zenodo.1")
    assert work.titles == (Text("T"),)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<identifier identifierType='DOI'>10.12/x</identifier>", "bad-doi"),
        ("<titles><title xml:lang='english_uk'>T</title></titles>", "bad-language"),
        ("<language>english_uk</language>", "bad-language"),
        ("<publicationYear>0000</publicationYear>", "bad-year"),
        ("<dates><date dateType='Issued'>Yesterday</date></dates>", "bad-date"),
        ("<dates><date dateType='Collected'>2010/2012</date></dates>", "date-range"),
        ("<resourceType resourceTypeGeneral='Text'>Sonnet</resourceType>", "unknown-type"),
        ("<rightsList><rights>Ask me</rights></rightsList>", "unknown-licence"),
        ("<poem/>", "unknown-element"),
        (
            (
                "<relatedIdentifiers><relatedIdentifier relatedIdentifierType='DOI' "
                "relationType='Cites'>10.x</relatedIdentifier></relatedIdentifiers>"
            ),
            "bad-doi",
        ),
        (
            (
                "<relatedIdentifiers><relatedIdentifier relatedIdentifierType='DOI'>"
                "10.5281/zenodo.2</relatedIdentifier></relatedIdentifiers>"
            ),
            "no-relation-type",
        ),
        (
            (
                "<relatedIdentifiers><relatedIdentifier relatedIdentifierType='DOI' "
                "relationType='IsVersionOf'>10.5281/zenodo.1</relatedIdentifier></relatedIdentifiers>"
            ),
            "self-relation",
        ),
        (
            (
                "<creators><creator><creatorName>A, B</creatorName><nameIdentifier "
                "nameIdentifierScheme='ORCID'>0000-0002-1825-0098</nameIdentifier></creator>"
                "</creators>"
            ),
            "bad-orcid",
        ),
        (
            (
                "<creators><creator><creatorName>A, B</creatorName><affiliation>None</affiliation>"
                "</creator></creators>"
            ),
            "no-affiliation",
        ),
        (
            (
                "<alternateIdentifiers><alternateIdentifier alternateIdentifierType='Local'>4335"
                "</alternateIdentifier></alternateIdentifiers>"
            ),
            "local-identifier",
        ),
    ],
)
def test_what_cannot_be_read_is_listed(map_xml, inside, reason):
    work = map_xml(
        _RESOURCE.format(
            "<identifier identifierType='DOI'>10.5281/zenodo.1</identifier>"
            "<titles><title>T</title></titles>" + inside
        )
    )
    assert [problem.reason for problem in work.problems] == [reason]


def test_a_record_without_title_says_so(map_xml):
    work = map_xml(_RESOURCE.format("<titles><title> </title></titles>"))
    assert work.titles == ()
    assert work.problems == (Problem("no-title", "oai:example.org:1"),)


def test_a_code_for_what_is_not_known_is_no_title_publisher_or_funder(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title>(:unav)</title></titles><publisher>:unav</publisher>"
            "<fundingReferences><fundingReference><funderName>:unkn</funderName>"
            "<awardNumber>7</awardNumber></fundingReference></fundingReferences>"
        )
    )
    assert (work.titles, work.publisher) == ((), "")
    assert [(grant.funder, grant.number) for grant in work.funding] == [("", "7")]
    assert [(each.reason, each.detail) for each in work.problems] == [
        ("placeholder", "(:unav)"),
        ("placeholder", ":unav"),
        ("no-title", "oai:example.org:1"),
    ]


def test_rights_alike_in_two_records_say_the_same(map_xml):
    rights = (
        "<resource><rightsList><rights rightsURI='info:eu-repo/semantics/openAccess'/>"
        "<rights rightsURI='https://creativecommons.org/licenses/by/4.0/'>CC BY</rights>"
        "</rightsList></resource>"
    )
    for work in (map_xml(rights), map_xml(rights)):
        assert (work.access, work.licence, work.licence_stated) == (
            Access.OPEN,
            "CC-BY-4.0",
            "CC BY",
        )


def test_main_title_and_abstract_come_first(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title titleType='AlternativeTitle'>Other</title>"
            "<title xml:lang='ger'>Haupt</title></titles><descriptions>"
            "<description descriptionType='Methods'>M</description>"
            "<description descriptionType='Abstract'>A<br/>B</description></descriptions>"
        )
    )
    assert work.titles == (Text("Haupt", "de"), Text("Other"))
    assert work.descriptions == (Text("A B"), Text("M"))


def test_an_isbn_on_a_chapter_is_the_books(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title>T</title></titles><resourceType resourceTypeGeneral='BookChapter'/>"
            "<alternateIdentifiers><alternateIdentifier alternateIdentifierType='ISBN'>"
            "978-3-16-148410-0</alternateIdentifier></alternateIdentifiers>"
        )
    )
    assert work.identifiers == (Identifier("oai", "example.org:1"),)
    assert work.links == (
        Link(
            relation="IsPartOf",
            target=Identifier("isbn", "9783161484100"),
            stated_as="ISBN",
            stated_target="978-3-16-148410-0",
            target_kind="book",
            rule="chapter-isbn",
        ),
    )


@pytest.mark.parametrize(
    ("rights", "access"),
    [
        ("openAccess", Access.OPEN),
        ("embargoedAccess", Access.EMBARGOED),
        ("restrictedAccess", Access.RESTRICTED),
        ("closedAccess", Access.CLOSED),
        ("", Access.UNKNOWN),
    ],
)
def test_access_has_five_values_and_an_embargo_its_date(map_xml, rights, access):
    work = map_xml(
        _RESOURCE.format(
            '<dates><date dateType="Available">2031-01-01</date></dates><rightsList>'
            f'<rights rightsURI="info:eu-repo/semantics/{rights}"/>'
            "<rights>All rights reserved</rights></rightsList>"
        )
    )
    assert work.access is access
    assert work.dates == (Date("Available", "2031-01-01"),)


def test_a_related_item_with_identifier_is_a_link(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title>T</title></titles><relatedItems>"
            "<relatedItem relatedItemType='Journal' relationType='IsPublishedIn'>"
            "<relatedItemIdentifier relatedItemIdentifierType='ISSN'>1234-5679"
            "</relatedItemIdentifier></relatedItem>"
            "<relatedItem relatedItemType='Book' relationType='IsPublishedIn'>"
            "<titles><title>A book</title></titles></relatedItem></relatedItems>"
        )
    )
    assert [(link.relation, str(link.target)) for link in work.links] == [
        ("IsPublishedIn", "issn:1234-5679")
    ]
    assert work.problems == (Problem("item-without-identifier", "IsPublishedIn A book"),)


@pytest.mark.parametrize(
    ("attributes", "stated_as"),
    [
        ("relationType='Other'", "Other"),
        ("relationType='other' relationTypeInformation=' '", "other"),
        ("relationType='Other' relationTypeInformation='is  related to'", "is related to"),
        ("relationType='Other' relationTypeInformation='was presented at'", "was presented at"),
        ("relationType='Other' relationTypeInformation='Cites'", "Cites"),
    ],
)
def test_a_relation_without_a_name_is_a_plain_link_in_the_words_beside_it(
    map_xml, attributes, stated_as
):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title>T</title></titles><relatedIdentifiers><relatedIdentifier "
            f"relatedIdentifierType='DOI' {attributes}>10.1000/b"
            "</relatedIdentifier></relatedIdentifiers>"
        )
    )
    assert [(link.relation, link.stated_as) for link in work.links] == [("IsRelatedTo", stated_as)]
    assert work.problems == ()


def test_an_item_of_a_relation_without_a_name_is_a_plain_link(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title>T</title></titles><relatedItems>"
            "<relatedItem relatedItemType='Event' relationType='Other' "
            "relationTypeInformation='was presented at'>"
            "<relatedItemIdentifier relatedItemIdentifierType='DOI'>10.1000/b"
            "</relatedItemIdentifier></relatedItem></relatedItems>"
        )
    )
    assert [(link.relation, link.stated_as) for link in work.links] == [("IsRelatedTo", "Other")]


def test_words_beside_a_relation_that_has_a_name_change_nothing(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title>T</title></titles><relatedIdentifiers><relatedIdentifier "
            "relatedIdentifierType='DOI' relationType='Cites' relationTypeInformation='in note 3'>"
            "10.1000/b</relatedIdentifier></relatedIdentifiers>"
        )
    )
    assert [(link.relation, link.stated_as) for link in work.links] == [("Cites", "Cites")]


def test_relation_types_in_the_wrong_case_are_corrected_and_kept_as_stated(map_xml):
    work = map_xml(
        _RESOURCE.format(
            "<titles><title>T</title></titles><relatedIdentifiers><relatedIdentifier "
            "relatedIdentifierType='URL' relationType='isSupplementTo'>https://github.com/O/N"
            "</relatedIdentifier></relatedIdentifiers>"
        )
    )
    assert work.links == (
        Link(
            relation="IsSupplementTo",
            target=Identifier("github", "o/n"),
            stated_as="isSupplementTo",
            stated_target="https://github.com/O/N",
            target_kind="software",
        ),
    )
