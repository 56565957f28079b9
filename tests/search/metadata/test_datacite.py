"""An entity in DataCite's kernel, element by element."""

import pytest
from lxml import etree

from search.metadata.datacite import write_oai_datacite
from search.metadata.described import Agent, Described, Grant, Related

NS = {"d": "http://datacite.org/schema/kernel-4"}
NOTHING = Described(iri="https://weft.example.org/id/a", key="a", kind="other")


def resource(described):
    """The resource inside the wrapper."""
    [found] = etree.fromstring(write_oai_datacite(described))[-1]
    return found


def element(root, path):
    """Text and attributes of the only element at a path."""
    (found,) = root.findall(path, NS)
    return found.text, dict(found.attrib)


def with_(**fields):
    return Described(iri=NOTHING.iri, key="a", kind=fields.pop("kind", "other"), **fields)


def test_what_must_stand_and_is_not_known_is_said_in_datacite_s_codes():
    root = resource(NOTHING)
    assert element(root, "d:creators/d:creator/d:creatorName") == (":unav", {})
    assert element(root, "d:titles/d:title") == (":unav", {})
    assert element(root, "d:publisher") == (":unav", {})
    assert element(root, "d:publicationYear") == ("0000", {})
    assert [etree.QName(child).localname for child in root] == [
        *("identifier", "creators", "titles", "publisher", "publicationYear", "resourceType"),
    ]


def test_a_funder_without_a_name_is_said_in_datacite_s_codes():
    root = resource(with_(grants=(Grant(number="12"),)))
    grant = "d:fundingReferences/d:fundingReference/"
    assert element(root, grant + "d:funderName") == (":unav", {})
    assert element(root, grant + "d:awardNumber") == ("12", {})


@pytest.mark.parametrize(
    ("identifiers", "text", "kind"),
    [
        (("doi:10.1000/a", "handle:20.500.1/a"), "10.1000/a", "DOI"),
        (("arxiv:1207.7235", "handle:20.500.1/a"), "20.500.1/a", "Handle"),
        (("ark:12345/x",), "ark:/12345/x", "ARK"),
        (("arxiv:1207.7235",), "https://weft.example.org/id/a", "URL"),
        ((), "https://weft.example.org/id/a", "URL"),
    ],
)
def test_the_identifier_is_the_doi_or_the_next_best(identifiers, text, kind):
    root = resource(with_(identifiers=identifiers))
    assert element(root, "d:identifier") == (text, {"identifierType": kind})


def test_the_other_identifiers_are_alternate_ones(read):
    root = resource(read("software"))
    assert element(root, "d:alternateIdentifiers/d:alternateIdentifier") == (
        "oai:zenodo.org:8",
        {"alternateIdentifierType": "oai"},
    )


def test_a_creator_has_the_orcid_and_the_ror_of_the_affiliation(read):
    second = resource(read("full")).findall("d:creators/d:creator", NS)[1]
    assert element(second, "d:creatorName") == ("Carberry, Josiah", {"nameType": "Personal"})
    assert element(second, "d:nameIdentifier") == (
        "https://orcid.org/0000-0002-1825-0097",
        {"nameIdentifierScheme": "ORCID", "schemeURI": "https://orcid.org"},
    )
    assert [(each.text, dict(each.attrib)) for each in second.findall("d:affiliation", NS)] == [
        ("Inner Bank", {}),
        (
            "Lamp Archive",
            {
                "affiliationIdentifier": "https://ror.org/05mmh0f86",
                "affiliationIdentifierScheme": "ROR",
                "schemeURI": "https://ror.org",
            },
        ),
    ]


def test_a_collaboration_that_no_agent_stands_for_is_a_research_group():
    described = with_(
        creators=(Agent(name="The CMS Collaboration"),),
        collaborations=("CMS Collaboration", "ATLAS Collaboration"),
    )
    root = resource(described)
    assert element(root, "d:contributors/d:contributor")[1] == {"contributorType": "ResearchGroup"}
    assert element(root, "d:contributors/d:contributor/d:contributorName") == (
        "ATLAS Collaboration",
        {"nameType": "Organizational"},
    )


def test_licence_and_access_are_two_statements_of_rights(read):
    rights = resource(read("full")).findall("d:rightsList/d:rights", NS)
    assert [(each.text, dict(each.attrib)) for each in rights] == [
        (
            "CC-BY-4.0",
            {
                "rightsURI": "https://spdx.org/licenses/CC-BY-4.0",
                "rightsIdentifier": "CC-BY-4.0",
                "rightsIdentifierScheme": "SPDX",
                "schemeURI": "https://spdx.org/licenses/",
            },
        ),
        ("Open Access", {"rightsURI": "info:eu-repo/semantics/openAccess"}),
    ]


def test_a_licence_that_is_no_web_address_is_words():
    root = resource(with_(licence="javascript:alert(1)"))
    assert element(root, "d:rightsList/d:rights") == ("javascript:alert(1)", {})


def test_a_grant_has_all_its_parts(read):
    first = resource(read("full")).findall("d:fundingReferences/d:fundingReference", NS)[0]
    assert element(first, "d:funderName") == ("Oil Fund", {})
    assert element(first, "d:funderIdentifier") == (
        "https://doi.org/10.13039/501100000780",
        {"funderIdentifierType": "Crossref Funder ID"},
    )
    assert element(first, "d:awardNumber") == ("12", {"awardURI": "https://fund.example.org/12"})
    assert element(first, "d:awardTitle") == ("Oil, and more oil", {})


@pytest.mark.parametrize(
    ("kind", "is_stub", "general"),
    [
        ("paper", False, {"resourceTypeGeneral": "Text"}),
        ("paper", True, {"resourceTypeGeneral": "JournalArticle"}),
        ("software", True, {"resourceTypeGeneral": "Software"}),
        ("unknown", True, {}),
    ],
)
def test_a_link_states_relation_type_and_kind_of_its_end(kind, is_stub, general):
    end = Related(
        relation="IsSupplementTo",
        iri="https://weft.example.org/id/b",
        key="b",
        kind=kind,
        name="On lamps",
        identifiers=("arxiv:1207.7235",),
        is_stub=is_stub,
    )
    root = resource(with_(related=(end,)))
    assert element(root, "d:relatedIdentifiers/d:relatedIdentifier") == (
        "1207.7235",
        {
            "relatedIdentifierType": "arXiv",
            "relationType": "IsSupplementTo",
            **general,
        },
    )


def test_a_link_of_which_no_more_is_known_is_of_an_other_type_in_words():
    end = Related(
        relation="IsRelatedTo",
        iri="https://weft.example.org/id/b",
        key="b",
        kind="unknown",
        name="",
        identifiers=("doi:10.1000/b",),
        is_stub=True,
    )
    root = resource(with_(related=(end,)))
    assert element(root, "d:relatedIdentifiers/d:relatedIdentifier") == (
        "10.1000/b",
        {
            "relatedIdentifierType": "DOI",
            "relationType": "Other",
            "relationTypeInformation": "is related to",
        },
    )


@pytest.mark.parametrize(
    ("kind", "general", "words"),
    [
        ("dataset", "Dataset", None),
        ("paper", "Text", "Eprint"),
        ("software", "Software", None),
        ("book", "Book", None),
        ("chapter", "BookChapter", None),
        ("other", "Other", None),
        ("unknown", "Other", None),
    ],
)
def test_each_kind_has_its_type(kind, general, words):
    root = resource(with_(kind=kind))
    assert element(root, "d:resourceType") == (words, {"resourceTypeGeneral": general})


@pytest.mark.parametrize(
    ("year", "date", "expected"),
    [
        (2012, "2013-01-01", "2012"),
        (None, "2013-01-01", "2013"),
        (987, "", "0987"),
        (10000, "", "0000"),
    ],
)
def test_the_year_is_that_of_the_date_where_none_is_known(year, date, expected):
    root = resource(with_(year=year, date=date))
    assert element(root, "d:publicationYear") == (expected, {})


def test_the_wrapper_names_the_kernel_and_no_data_centre():
    root = etree.fromstring(write_oai_datacite(NOTHING))
    names = {"o": "http://schema.datacite.org/oai/oai-1.1/"} | NS
    assert root.findtext("o:schemaVersion", namespaces=names) == "4.7"
    assert root.findtext("o:datacentreSymbol", namespaces=names) == ":unav"
    assert root.find("o:payload/d:resource", names) is not None
