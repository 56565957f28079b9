"""OAPEN's XOAI: books and chapters."""

import pytest

from graph.work import Access, Agent, Date, Grant, Identifier, Kind, Problem, Subject, Text


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
    assert work.funding == (Grant(funder="Lamp Oil Fund"),)
    assert work.sizes == ("678 bytes", "18 pages")
    assert work.formats == ("application/pdf",)


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


def _funded(number: str, programme: str) -> str:
    """An item with a funder, his grant and another's; the funder is known by its UUID."""
    grants = "".join(
        f'<element name="oapen.grant.{name}"><element name="parentInfo">'
        f'<field name="parentValue">{parent}</field><field name="originalValue">{value}</field>'
        "</element></element>"
        for name, parent, value in (
            ("number", "9-9", "other"),
            ("number", "1-1", number),
            ("program", "1-1", programme),
            ("project", "1-1", "Lamps for all"),
        )
    )
    return (
        '<metadata xmlns="http://www.lyncode.com/xoai"><element name="linkedItemsMetadata">'
        '<element name="oapen.relation.isFundedBy"><field name="uuid">1-1</field>'
        '<element name="grantor.name"><field name="value">Lamp Oil Fund</field></element>'
        f'</element></element><element name="fieldsWithParentData">{grants}</element></metadata>'
    )


@pytest.mark.parametrize(
    ("number", "programme", "grant"),
    [
        ("LOF-12", "Wicks", Grant(funder="Lamp Oil Fund Wicks", number="LOF-12")),
        ("LOF-12", "[...]", Grant(funder="Lamp Oil Fund", number="LOF-12")),
        ("n/a", "Wicks", Grant(funder="Lamp Oil Fund Wicks")),
        ("", "", Grant(funder="Lamp Oil Fund")),
    ],
)
def test_a_grant_is_the_funders_with_programme_and_number(map_xml, number, programme, grant):
    assert map_xml(_funded(number, programme)).funding == (grant,)


@pytest.mark.parametrize(
    ("stated", "size"), [("212", "212 pages"), ("xii, 212 p.", "xii, 212 p."), (" 9 ", "9 pages")]
)
def test_pages_are_called_so_where_a_number_stands_alone(map_xml, stated, size):
    assert map_xml(_item("oapen.pages", stated)).sizes == (size,)


def test_size_and_format_are_those_of_the_publication(map_xml):
    file = '<field name="format">text/html</field><field name="size">999</field>'
    work = map_xml(_item("dc.title", "T", file).replace("ORIGINAL", "THUMBNAIL"))
    assert (work.sizes, work.formats) == ((), ())
    work = map_xml(_item("dc.title", "T", file))
    assert (work.sizes, work.formats) == (("999 bytes",), ("text/html",))
