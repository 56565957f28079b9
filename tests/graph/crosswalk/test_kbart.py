"""KBART rows."""

import csv

import pytest

from graph.crosswalk.kbart import map_kbart
from graph.errors import UnmappableRecord
from graph.work import Access, Agent, Date, Identifier, Kind, Problem, Text
from tests.graph.crosswalk.row_dialect import map_cells

BOOK = {
    "publication_title": "Oil and tolls",
    "print_identifier": "9789999908016; 9789999908017",
    "online_identifier": "10.5072/KAP.1",
    "title_url": "https://books.example.org/kap.pdf",
    "first_author": "Lindqvist, Tove",
    "title_id": "20.500.99999/744",
    "notes": "Publication licence: https://creativecommons.org/licenses/by-nc/4.0/",
    "publisher_name": "Kap Verlag",
    "publication_type": "Monograph",
    "date_monograph_published_print": "2021",
    "date_monograph_published_online": "2022-02-03T00:00:00Z",
    "monograph_edition": "2",
    "first_editor": "Berg, Ida",
    "parent_publication_title_id": "10.5072/kap.set",
    "preceding_publication_title_id": "17",
    "access_type": "F",
    "OCLC_Control_Number": "12",
}


@pytest.fixture
def mapped(staged):
    """Maps a row."""
    return lambda **cells: map_cells(map_kbart, staged(b""), cells)


def test_a_monograph_is_a_book_under_all_its_identifiers(mapped):
    work = mapped(**BOOK)
    assert (work.kind, work.titles) == (Kind.BOOK, (Text("Oil and tolls"),))
    assert work.identifiers == (
        Identifier("handle", "20.500.99999/744"),
        Identifier("doi", "10.5072/kap.1"),
        Identifier("isbn", "9789999908016"),
    )
    assert work.creators == (
        Agent(name="Lindqvist, Tove"),
        Agent(name="Berg, Ida", role="editor"),
    )
    assert (work.publisher, work.version) == ("Kap Verlag", "2")


def test_the_year_is_that_of_the_print_and_the_licence_is_in_the_notes(mapped):
    work = mapped(**BOOK)
    assert work.dates == (Date("Issued", "2021"), Date("Available", "2022-02-03"))
    assert work.year == 2021
    assert (work.licence, work.access) == ("CC-BY-NC-4.0", Access.OPEN)


def test_a_parent_is_a_link_and_a_number_of_the_providers_own_is_listed(mapped):
    work = mapped(**BOOK)
    assert [(link.relation, str(link.target)) for link in work.links] == [
        ("IsPartOf", "doi:10.5072/kap.set")
    ]
    assert work.problems == (
        Problem("bad-identifier", "ISBN 9789999908017"),
        Problem("local-identifier", "OCLC 12"),
        Problem("local-identifier", "preceding_publication_title_id 17"),
    )


def test_a_paid_serial_is_no_book_and_restricted(mapped):
    work = mapped(
        publication_title="Letters",
        print_identifier="0000-0019",
        publication_type="Serial",
        access_type="P",
    )
    assert (work.kind, work.stated_type) == (Kind.OTHER, "Serial")
    assert work.access is Access.RESTRICTED
    assert work.problems == (Problem("serial-identifier", "0000-0019"),)


def test_a_deleted_row_and_one_that_is_no_json_have_no_work(staged):
    with pytest.raises(UnmappableRecord, match="kap:1"):
        map_kbart(staged(b"[", "kap:1"))


def test_every_row_of_the_corpus_gives_its_doi_and_handle(corpus, mapped):
    path = corpus / "oapen" / "exports" / "DATA_oapen_25rows.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == 24
    for row in rows:
        work = mapped(**{name: cell for name, cell in row.items() if cell})
        values = {each.value for each in work.identifiers}
        assert {row["online_identifier"].lower(), row["title_id"]} - {""} <= values
        assert (work.kind, work.access) == (Kind.BOOK, Access.OPEN)
