"""DataCite: affiliations, publishers, grants, keywords and extent, and what stands beside them."""

from xml.sax.saxutils import quoteattr

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.entity import merge
from graph.quads import entity_lines, record_lines
from graph.work import Affiliation, Grant, Identifier, Problem, Subject


def _kernel(version: str, inside: str) -> str:
    return (
        f'<resource xmlns="http://datacite.org/schema/kernel-{version}">'
        f"<titles><title>T</title></titles>{inside}</resource>"
    )


def test_an_affiliation_keeps_the_identifier_beside_it(map_xml):
    """Kernel 4.3: https://schema.datacite.org/meta/kernel-4.3/."""
    person = (
        "<{0}><{0}Name>Okafor, Ada</{0}Name>"
        '<affiliation affiliationIdentifier="https://ror.org/05mmh0f86" '
        'affiliationIdentifierScheme="ROR" schemeURI="https://ror.org">Outer Bank</affiliation>'
        '<affiliation affiliationIdentifier="grid.9999.1f" affiliationIdentifierScheme="GRID">'
        "Inner Bank</affiliation><affiliation>Middle Bank</affiliation>"
        '<affiliation affiliationIdentifier="05mmh0f86">Outer Bank, again</affiliation></{0}>'
    )
    work = map_xml(
        _kernel(
            "4",
            f"<creators>{person.format('creator')}</creators>"
            f"<contributors>{person.format('contributor')}</contributors>",
        )
    )
    assert [agent.affiliations for agent in work.creators] == [
        (
            Affiliation("Outer Bank", (Identifier("ror", "05mmh0f86"),)),
            Affiliation("Inner Bank", (Identifier("grid", "grid.9999.1f"),)),
            Affiliation("Middle Bank"),
            Affiliation("Outer Bank, again", (Identifier("ror", "05mmh0f86"),)),
        )
    ] * 2
    assert work.problems == ()


@pytest.mark.parametrize(
    ("scheme", "stated", "reason"),
    [
        ("ROR", "https://ror.org/05mmh0f87", "bad-ror"),
        ("GRID", "05mmh0f86", "bad-grid"),
        ("Ringgold", "99999", "unknown-name-scheme"),
        ("ORCID", "0000-0002-1825-0097", "bad-identifier"),
    ],
)
def test_an_affiliation_stays_when_its_identifier_is_wrong(map_xml, scheme, stated, reason):
    work = map_xml(
        _kernel(
            "4",
            "<creators><creator><creatorName>Okafor, Ada</creatorName>"
            f'<affiliation affiliationIdentifier="{stated}" '
            f'affiliationIdentifierScheme="{scheme}">Outer Bank</affiliation>'
            "</creator></creators>",
        )
    )
    assert work.creators[0].affiliations == (Affiliation("Outer Bank"),)
    assert [problem.reason for problem in work.problems] == [reason]


@pytest.mark.parametrize(
    ("called", "scheme", "identifier", "expected"),
    [
        ("Organizational", "ORCID", "0000-0002-1825-0097", "person"),
        ("", "ORCID", "0000-0002-1825-0097", "person"),
        ("Personal", "ROR", "05mmh0f86", "organization"),
        ("", "GRID", "grid.9999.1f", "organization"),
        ("Personal", "ISNI", "000099099990000X", "person"),
        ("", "ISNI", "000099099990000X", ""),
    ],
)
def test_an_orcid_makes_a_person_and_a_ror_an_organisation_whatever_it_is_called(
    map_xml, called, scheme, identifier, expected
):
    """People and organisations have ISNIs alike."""
    work = map_xml(
        _kernel(
            "4",
            f'<creators><creator><creatorName nameType="{called}">Ada</creatorName>'
            f'<nameIdentifier nameIdentifierScheme="{scheme}">{identifier}</nameIdentifier>'
            "</creator></creators>",
        )
    )
    assert [agent.type for agent in work.creators] == [expected]
    assert work.problems == ()


@pytest.mark.parametrize("version", ["4.5", "4.6", "4"])
def test_the_publisher_has_an_identifier(map_xml, version):
    """Since kernel 4.5."""
    work = map_xml(
        _kernel(
            version,
            '<publisher xml:lang="en" publisherIdentifier="https://ror.org/05mmh0f86" '
            'publisherIdentifierScheme="ROR" schemeURI="https://ror.org/">Kap Verlag</publisher>',
        )
    )
    assert work.publisher == "Kap Verlag"
    assert work.publisher_identifier == Identifier("ror", "05mmh0f86")
    assert work.problems == ()


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        (
            'publisherIdentifier="r3d999" publisherIdentifierScheme="re3data"',
            Problem("unknown-name-scheme", "re3data r3d999"),
        ),
        (
            'publisherIdentifier="05mmh0f87" publisherIdentifierScheme="ROR"',
            Problem("bad-ror", "05mmh0f87"),
        ),
    ],
)
def test_a_publisher_stays_when_its_identifier_is_wrong(map_xml, attributes, problem):
    work = map_xml(_kernel("4.5", f"<publisher {attributes}>Kap Verlag</publisher>"))
    assert (work.publisher, work.publisher_identifier) == ("Kap Verlag", None)
    assert work.problems == (problem,)


def test_a_keyword_has_the_address_of_its_concept_and_its_language(map_xml):
    work = map_xml(
        _kernel(
            "4.6",
            '<subjects><subject subjectScheme="Harbour words" schemeURI="https://words.example.org"'
            ' valueURI="https://words.example.org/lamp" classificationCode="7" xml:lang="ger">'
            'Lampe</subject><subject xml:lang="en">lamp</subject><subject>oil</subject></subjects>',
        )
    )
    assert work.subjects == (
        Subject("Lampe", "Harbour words", "https://words.example.org/lamp", "de"),
        Subject("lamp", "", "", "en"),
        Subject("oil"),
    )
    assert work.problems == ()


def test_a_language_of_a_keyword_that_is_none_is_listed(map_xml):
    work = map_xml(_kernel("4", '<subjects><subject xml:lang="fog_ue">oil</subject></subjects>'))
    assert work.subjects == (Subject("oil"),)
    assert work.problems == (Problem("bad-language", "fog_ue"),)


@pytest.mark.parametrize("address", ["lamp", "words.example.org/lamp", "http://[::1/"])
def test_an_address_of_a_keyword_that_is_none_is_listed(map_xml, address):
    work = map_xml(
        _kernel("4", f'<subjects><subject valueURI="{address}">lamp</subject></subjects>')
    )
    assert work.subjects == (Subject("lamp"),)
    assert work.problems == (Problem("bad-iri", address),)


def test_sizes_and_formats_are_kept_in_the_words_of_the_source_once_each(map_xml):
    work = map_xml(
        _kernel(
            "4",
            "<sizes><size>12 pages</size><size> 3.4\n MB</size><size>12 pages</size><size/></sizes>"
            "<formats><format>application/pdf</format><format>CSV</format>"
            "<format>application/pdf</format><format> </format></formats>",
        )
    )
    assert work.sizes == ("12 pages", "3.4 MB")
    assert work.formats == ("application/pdf", "CSV")
    assert work.problems == ()


def test_a_grant_has_funder_number_title_and_address(map_xml):
    work = map_xml(
        _kernel(
            "4.6",
            "<fundingReferences><fundingReference><funderName>Lamp Oil Fund</funderName>"
            '<funderIdentifier funderIdentifierType="Crossref Funder ID" '
            'schemeURI="https://doi.org/">https://doi.org/10.13039/999000999</funderIdentifier>'
            '<awardNumber awardURI="https://fund.example.org/12">LOF-12</awardNumber>'
            "<awardTitle>Lamps for all</awardTitle></fundingReference>"
            "<fundingReference><funderName>Wick Office</funderName></fundingReference>"
            "<fundingReference/></fundingReferences>",
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
        Grant(funder="Wick Office"),
    )
    assert work.problems == ()


@pytest.mark.parametrize(
    ("stated", "scheme", "value"),
    [
        ("https://doi.org/10.13039/999000999", "doi", "10.13039/999000999"),
        ("https://ror.org/00k4n6c32", "ror", "00k4n6c32"),
        ("grid.9999.1f", "grid", "grid.9999.1f"),
    ],
)
def test_a_funder_keeps_its_identifier_without_a_stated_scheme(map_xml, stated, scheme, value):
    work = map_xml(
        _kernel(
            "4",
            "<fundingReferences><fundingReference><funderName>Lamp Oil Fund</funderName>"
            f"<funderIdentifier>{stated}</funderIdentifier><awardNumber>LOF-12</awardNumber>"
            "</fundingReference></fundingReferences>",
        )
    )
    assert work.funding == (
        Grant(
            funder="Lamp Oil Fund",
            funder_identifiers=(Identifier(scheme, value),),
            number="LOF-12",
        ),
    )


@pytest.mark.parametrize("address", ["LOF-12", "ftp://fund.example.org", "http://[::1/"])
def test_an_award_at_no_address_of_the_web_is_listed_and_the_grant_stays(map_xml, address):
    work = map_xml(
        _kernel(
            "4",
            "<fundingReferences><fundingReference><funderName>Lamp Oil Fund</funderName>"
            f'<awardNumber awardURI="{address}">LOF-12</awardNumber>'
            "</fundingReference></fundingReferences>",
        )
    )
    assert work.funding == (Grant(funder="Lamp Oil Fund", number="LOF-12"),)
    assert work.problems == (Problem("bad-iri", address),)


@pytest.mark.parametrize(
    ("identifier", "grant"),
    [
        ("", Grant(funder="Lamp Oil Fund")),
        (
            '<nameIdentifier nameIdentifierScheme="ROR">05mmh0f86</nameIdentifier>',
            Grant(funder="Lamp Oil Fund", funder_identifiers=(Identifier("ror", "05mmh0f86"),)),
        ),
        (
            (
                '<nameIdentifier nameIdentifierScheme="info">'
                "info:eu-repo/grantAgreement/LOF/Wicks/LOF-12/</nameIdentifier>"
            ),
            Grant(funder="Lamp Oil Fund Wicks", number="LOF-12"),
        ),
    ],
)
def test_a_funder_among_the_contributors_is_no_creator(map_xml, identifier, grant):
    """Where kernel 3 put it; OpenAIRE has the grant stand where the identifier would be."""
    work = map_xml(
        _kernel(
            "3",
            '<contributors><contributor contributorType="Funder">'
            f"<contributorName>Lamp Oil Fund</contributorName>{identifier}"
            "</contributor></contributors>",
        )
    )
    assert (work.creators, work.funding, work.problems) == ((), (grant,), ())


# -- whatever stands beside a name ----------------------------------------------------------------

_WRITTEN = st.sampled_from(
    [
        *("https://ror.org/05mmh0f86", "05mmh0f87", "grid.9999.1f", "0000-0002-1825-0097"),
        *("10.13039/999000999", "999000999", "info:eu-repo/grantAgreement/LOF/W/12/ZA//A"),
        *("https://fund.example.org/12 3", "http://[::1/", "urn:x", "None", "", " ", "<b>", '"'),
    ]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
_SCHEMES = st.sampled_from(
    ["", "ROR", "GRID", "ISNI", "ORCID", "INSPIRE", "Crossref Funder ID", "Other", "re3data"]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_WRITTEN, min_size=9, max_size=9), st.lists(_SCHEMES, min_size=4, max_size=4))
def test_any_text_in_any_of_these_places_is_legal_rdf_and_nothing_is_said_of_nobody(
    map_xml, texts, schemes
):
    """Every node that is called an organisation or grant is pointed at by what it is one of."""
    name, known, place, publisher, funder, number, award, word, address = map(quoteattr, texts)
    agent, where, press, payer = map(quoteattr, schemes)
    work = map_xml(
        _kernel(
            "4.6",
            f"<creators><creator><creatorName>{name[1:-1]}</creatorName><nameIdentifier "
            f"nameIdentifierScheme={agent}>{known[1:-1]}</nameIdentifier><affiliation "
            f"affiliationIdentifier={place} affiliationIdentifierScheme={where}>{word[1:-1]}"
            f"</affiliation></creator></creators><publisher publisherIdentifier={publisher} "
            f"publisherIdentifierScheme={press}>{name[1:-1]}</publisher>"
            f"<fundingReferences><fundingReference><funderName>{word[1:-1]}</funderName>"
            f"<funderIdentifier funderIdentifierType={payer}>{funder[1:-1]}</funderIdentifier>"
            f"<awardNumber awardURI={award}>{number[1:-1]}</awardNumber></fundingReference>"
            f"</fundingReferences><subjects><subject valueURI={address}>{word[1:-1]}</subject>"
            "</subjects>",
        )
    )
    entity = merge("k", [work], ())
    lines = [*entity_lines(entity, "http://x/"), *record_lines(entity, (), "http://x/")]
    quads = list(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))
    pointed_at = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    described = {quad.subject.value for quad in quads}
    assert described <= pointed_at | {"http://x/id/k"}
