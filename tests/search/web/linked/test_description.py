"""What an entity page shows, from a description written out by hand."""

import rdflib

from search.web.linked.description import Description, NamedLink, identifier_link, read_view

BASE = "http://x/"
IRI = f"{BASE}id/a"
PREFIXES = """@prefix s: <https://schema.org/> . @prefix w: <https://w3id.org/weft#> .
@prefix d: <http://purl.org/dc/terms/> .
"""


def view(about, order=()):
    graph = rdflib.Graph().parse(data=PREFIXES + about, format="turtle")
    found = Description(iri=IRI, about=graph, incoming=rdflib.Graph())
    return read_view(found, lambda iri: iri.replace(BASE, "/"), order)


def test_creators_stand_in_the_order_of_the_record():
    about = (
        f'<{IRI}> s:creator [ s:name "A" ], [ s:name "B" ], <http://orcid/1> .'
        '<http://orcid/1> s:name "C" .'
    )
    shown = view(about, order=("C", "A", "B"))
    assert [link.label for link in shown.creators] == ["C", "A", "B"]
    assert shown.creators[0].href == "http://orcid/1"


def test_without_a_name_the_first_identifier_is_the_title():
    shown = view(f'<{IRI}> a w:Stub ; s:identifier "doi:10.1/b", "arxiv:1" .')
    assert (shown.title, shown.is_stub, shown.kind) == ("arxiv:1", True, "unknown")


def test_identifiers_lead_to_their_resolvers():
    assert identifier_link("doi:10.17182/hepdata.1") == NamedLink(
        label="10.17182/hepdata.1", href="https://doi.org/10.17182/hepdata.1", note="doi"
    )


def test_an_identifier_with_a_script_leads_nowhere():
    assert identifier_link("url:javascript:alert(1)").href == ""


def test_a_licence_with_a_script_leads_nowhere():
    shown = view(f"<{IRI}> s:license <javascript:alert(1)> .")
    assert shown.facts == (("licence", (NamedLink(label="javascript:alert(1)"),)),)


def test_a_grant_is_one_readable_line_that_leads_to_the_page_of_the_award():
    shown = view(
        f"<{IRI}> s:funding <{IRI}#grant-1>, <{IRI}#grant-2>, <{IRI}#grant-3> ."
        f'<{IRI}#grant-1> a s:Grant ; s:name "Lamp Oil Fund, LOF-12" ; w:awardNumber "LOF-12" ;'
        " s:url <https://fund.example.org/12> ; s:funder <https://ror.org/05mmh0f86> ."
        '<https://ror.org/05mmh0f86> a s:Organization ; s:name "Lamp Oil Fund" .'
        f'<{IRI}#grant-2> a s:Grant ; s:name "Wick Office" ; s:funder "Wick Office" .'
        f'<{IRI}#grant-3> a s:Grant ; s:name "Zeal, 7" ; s:url <javascript:alert(1)> .'
    )
    assert shown.facts == (
        (
            "funding",
            (
                NamedLink(
                    label="Lamp Oil Fund, LOF-12",
                    href="https://fund.example.org/12",
                    fragment="grant-1",
                ),
                NamedLink(label="Wick Office", fragment="grant-2"),
                NamedLink(label="Zeal, 7", fragment="grant-3"),
            ),
        ),
    )


def test_size_and_format_stand_before_the_keywords():
    shown = view(
        f'<{IRI}> s:keywords "oil" ; s:encodingFormat "text/csv", "CSV" ; s:size "12 pages" .'
    )
    assert [(label, [link.label for link in links]) for label, links in shown.facts] == [
        ("size", ["12 pages"]),
        ("format", ["CSV", "text/csv"]),
        ("keywords", ["oil"]),
    ]


def test_an_affiliation_of_a_creator_is_no_creator():
    shown = view(
        f"<{IRI}> s:creator <http://orcid/1> . <http://orcid/1> s:name "
        '"A" ; s:affiliation <https://ror.org/05mmh0f86>, "Inner Bank" .'
        '<https://ror.org/05mmh0f86> a s:Organization ; s:name "Outer Bank" .'
    )
    assert [link.label for link in shown.creators] == ["A"]
