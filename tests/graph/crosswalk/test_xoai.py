"""OAPEN's XOAI: books and chapters."""

import pytest

from graph.work import Access, Agent, Date, Identifier, Kind, Problem, Subject, Text


def test_a_book_has_handle_doi_and_isbns(map_file):
    work = map_file("xoai-book", "oai:library.example.org:20.500.99999/744")
    assert work.kind is Kind.BOOK
    assert work.identifiers == (
        Identifier("oai", "library.example.org:20.500.99999/744"),
        Identifier("handle", "20.500.99999/744"),
        Identifier("doi", "10.5072/9789999908016"),
        Identifier("isbn", "9789999908016"),
        Identifier("isbn", "9789999908023"),
    )
    assert work.titles[0] == Text("Das Licht am Kap")
    assert work.creators == (Agent(name="Lindqvist, Tove"),)
    assert work.publisher == "Kap Verlag"
    assert work.languages == ("de",)
    assert work.year == 2021
    assert Subject("TTX Lamps & signals", "bic Book Industry Communication") in work.subjects


def test_the_licence_is_the_publications_not_the_covers(map_file):
    work = map_file("xoai-book", "oai:library.example.org:20.500.99999/744")
    assert work.licence == "CC-BY-SA-4.0"
    assert "unknown-licence" not in {problem.reason for problem in work.problems}


def test_a_funder_without_name_and_a_local_number_are_listed(map_file):
    work = map_file("xoai-book", "oai:library.example.org:20.500.99999/744")
    assert work.funding == ()
    assert work.problems == (
        Problem("local-identifier", "ONIX_20240601_9789999908016_3"),
        Problem("unnamed-funder", "20.500.99999/743"),
    )


def test_a_chapter_is_part_of_its_book_and_has_no_isbn_of_its_own(map_file):
    work = map_file("xoai-chapter", "oai:library.example.org:20.500.99999/772")
    assert work.kind is Kind.CHAPTER
    assert "isbn" not in {identifier.scheme for identifier in work.identifiers}
    assert [(link.relation, str(link.target), link.rule) for link in work.links] == [
        ("IsPartOf", "handle:20.500.99999/704", "stated"),
        ("IsPartOf", "isbn:9789999908115", "chapter-isbn"),
        ("IsPartOf", "isbn:9789999908122", "chapter-isbn"),
        ("IsPartOf", "isbn:9789999908139", "chapter-isbn"),
    ]
    assert {link.target_kind for link in work.links} == {"book"}
    assert work.titles[0] == Text("Chapter 2 Oil and tolls in three harbours", "en-US")
    assert work.funding == ("Lamp Oil Fund",)


def _item(field: str, value: str, rights: str = "") -> str:
    schema, *names = field.split(".")
    inside = "".join(f'<element name="{name}">' for name in (*names, "none"))
    return (
        f'<metadata xmlns="http://www.lyncode.com/xoai"><element name="{schema}">{inside}'
        f'<field name="value">{value}</field>{"</element>" * (len(names) + 2)}'
        '<element name="bundles"><element name="bundle"><field name="name">ORIGINAL</field>'
        f'<element name="bitstreams"><element name="bitstream">{rights}</element></element>'
        "</element></element></metadata>"
    )


@pytest.mark.parametrize(
    ("value", "rights", "access"),
    [
        ("open access", "", Access.OPEN),
        ("info:eu-repo/semantics/closedAccess", "", Access.CLOSED),
        ("restricted access", '<field name="rights">CC-BY</field>', Access.RESTRICTED),
        ("", '<field name="rights">CC-BY-NC-ND</field>', Access.OPEN),
        (
            "",
            '<field name="rightsuri">http://creativecommons.org/licenses/by/4.0/</field>',
            Access.OPEN,
        ),
        ("", '<field name="rights">All rights reserved</field>', Access.UNKNOWN),
        ("All rights reserved", "", Access.UNKNOWN),
        ("", "", Access.UNKNOWN),
    ],
)
def test_access_is_stated_or_follows_from_a_public_licence_on_a_file(
    map_xml, value, rights, access
):
    assert map_xml(_item("dc.rights", value, rights)).access is access


def test_an_embargo_is_told_with_its_date(map_xml):
    rights = '<field name="rights">CC-BY</field>'
    work = map_xml(_item("dc.date.embargo", "2031-05-01", rights))
    assert work.access is Access.EMBARGOED
    assert work.dates == (Date("Available", "2031-05-01"),)
