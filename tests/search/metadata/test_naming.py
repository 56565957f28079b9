"""What an identifier is written as is read back as the same identifier."""

import pytest

from graph.identifiers import recognise
from search.metadata.described import Agent, Described, Related
from search.metadata.naming import Named, groups, named, own, resolver, target, target_address
from tests.search.metadata.conftest import FULL

KNOWN = [str(each) for each in FULL.identifiers]


def related(*identifiers):
    return Related(
        relation="Cites",
        iri="https://weft.example.org/id/b",
        key="b",
        kind="paper",
        name="",
        identifiers=identifiers,
        is_stub=False,
    )


def described(*identifiers):
    return Described(
        iri="https://weft.example.org/id/a", key="a", kind="book", identifiers=identifiers
    )


@pytest.mark.parametrize("identifier", KNOWN)
def test_an_identifier_is_read_back_from_its_type_and_text(identifier):
    kind, text = named(identifier)
    assert str(recognise(text, kind)) == identifier


@pytest.mark.parametrize("identifier", KNOWN)
def test_an_identifier_that_resolves_is_read_back_from_its_address(identifier):
    if address := resolver(identifier):
        assert str(recognise(address)) in (identifier, f"url:{address}")


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        (("doi:10.1000/a", "arxiv:1207.7235"), Named("DOI", "10.1000/a")),
        (("isbn:9783030382070", "handle:20.500.1/a"), Named("Handle", "20.500.1/a")),
        (("isbn:9783030382070",), Named("ISBN", "9783030382070")),
        (("inspire:77",), Named("URL", "https://inspirehep.net/literature/77")),
        (("oai:zenodo.org:7",), Named("URL", "https://zenodo.org/records/7")),
        (("oai:else.where:7",), Named("URL", "https://weft.example.org/id/b")),
        (("report:LAMP-2012-1",), Named("URL", "https://weft.example.org/id/b")),
        (("doi:" + "a" * 3000,), Named("URL", "https://weft.example.org/id/b")),
        ((), Named("URL", "https://weft.example.org/id/b")),
    ],
)
def test_a_link_names_its_end_by_the_surest_identifier(identifiers, expected):
    assert target(described(), related(*identifiers)) == expected


@pytest.mark.parametrize(
    ("shared", "identifiers", "expected"),
    [
        ("isbn:9783030382070", ("isbn:9783030382070",), "https://weft.example.org/id/b"),
        ("isbn:9783030382070", ("isbn:9783030382070", "inspire:77"),
         "https://inspirehep.net/literature/77"),
        ("doi:10.1000/a", ("doi:10.1000/a", "doi:10.1000/b"), "https://doi.org/10.1000/b"),
    ],
)  # fmt: skip
def test_an_identifier_of_both_ends_does_not_name_the_other(shared, identifiers, expected):
    thing, other = described(shared), related(*identifiers)
    assert target_address(thing, other) == expected
    assert str(recognise(target(thing, other).text, target(thing, other).type)) == str(
        recognise(expected)
    )


def test_a_link_leads_to_the_address_of_the_surest_identifier():
    assert (
        target_address(described(), related("doi:10.1000/a<b>"))
        == "https://doi.org/10.1000/a%3Cb%3E"
    )
    assert target_address(described(), related("isbn:9783030382070")) == "urn:isbn:9783030382070"
    assert (
        target_address(described(), related("report:LAMP-2012-1"))
        == "https://weft.example.org/id/b"
    )


def test_an_address_that_is_none_of_the_web_is_no_resolver():
    assert (resolver("url:javascript:alert(1)"), resolver("doi:\ud800"), resolver("")) == ("",) * 3


def test_identifiers_that_no_format_can_hold_are_left_out():
    described = Described(
        iri="https://weft.example.org/id/a",
        key="a",
        kind="dataset",
        identifiers=(
            "doi:10.1000/a",
            "doi:",
            "doi:\x00",
            "",
            "url:https://a.example/" + "a" * 2000,
        ),
    )
    assert own(described) == ("doi:10.1000/a",)


def test_a_collaboration_is_told_apart_only_where_no_agent_stands_for_it():
    described = Described(
        iri="https://weft.example.org/id/a",
        key="a",
        kind="dataset",
        creators=(Agent(name="on behalf of the CMS collaboration"),),
        editors=(Agent(name="Lamp Club"),),
        collaborations=("CMS Collaboration", "Lamp Club", "ATLAS Collaboration"),
    )
    assert groups(described) == ("ATLAS Collaboration",)
