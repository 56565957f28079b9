"""CSV rows of OAPEN and DOAB, in both layouts."""

import csv
import gzip
import re

import msgspec
import pytest

from graph.crosswalk.csv_row import map_csv_row
from graph.work import Access, Agent, Date, Grant, Identifier, Kind, Problem, Subject, Text
from tests.graph.crosswalk.row_dialect import FILES, map_cells

_ISBN = re.compile(r"(?<!\d)97[89]\d{10}(?!\d)")


@pytest.fixture
def mapped(staged):
    """Maps a row."""
    return lambda cells: map_cells(map_csv_row, staged(b""), cells)


@pytest.fixture
def book(mapped):
    with (FILES / "oapen.csv").open(encoding="utf-8", newline="") as file:
        return mapped(next(csv.DictReader(file)))


@pytest.fixture
def chapter(mapped):
    with (FILES / "oapen.csv").open(encoding="utf-8", newline="") as file:
        return mapped(list(csv.DictReader(file))[1])


@pytest.fixture
def of_2018(mapped):
    lines = (FILES / "doab-2018.csv").read_text().splitlines()[2:]
    return mapped(next(csv.DictReader(lines)))


def test_a_book_has_its_identifiers_and_the_rest_is_listed(book):
    assert book.kind is Kind.BOOK
    assert book.identifiers == (
        Identifier("handle", "20.500.12657/999999901"),
        Identifier("doi", "10.5072/kap.1"),
        Identifier("isbn", "9789999908016"),
    )
    assert book.problems == (
        Problem("local-identifier", "ONIX_20240601_1"),
        Problem("bad-identifier", "ISBN 9789999908017"),
    )


def test_values_are_parted_and_contributors_have_their_roles(book):
    assert book.creators == (
        Agent(name="Lindqvist, Tove"),
        Agent(name="Berg, Ida"),
        Agent(name="Holm, Ole", role="editor"),
    )
    assert book.titles == (Text("The light"), Text("At the cape"))
    assert book.subjects == (
        Subject("HB History", "bic Book Industry Communication"),
        Subject("lamps"),
        Subject("harbours"),
    )


def test_language_dates_rights_and_funder_are_read(book):
    assert (book.languages, book.publisher) == (("nl",), "Kap Verlag")
    assert book.dates == (Date("Issued", "2021"), Date("Available", "2022-02-03"))
    assert (book.licence, book.access) == ("CC-BY-4.0", Access.OPEN)
    assert book.funding == (Grant(funder="Lamp Oil Fund", number="L-7"),)
    assert book.descriptions == (Text("Of lamps, and harbours."),)
    assert [(link.relation, str(link.target)) for link in book.links] == [
        ("IsPartOf", "issn:0000-0019")
    ]


def test_a_chapter_is_part_of_its_book_and_reserved_rights_open_nothing(chapter):
    assert chapter.kind is Kind.CHAPTER
    assert chapter.identifiers == (Identifier("handle", "20.500.12657/999999902"),)
    assert [(link.relation, str(link.target), link.target_kind) for link in chapter.links] == [
        ("IsPartOf", "handle:20.500.12657/999999901", "book"),
        ("IsPartOf", "isbn:9789999908016", "book"),
    ]
    assert (chapter.licence, chapter.access) == ("", Access.UNKNOWN)
    assert chapter.licence_stated == "All rights reserved"


def test_the_layout_of_2018_writes_roles_behind_names(of_2018):
    assert of_2018.creators == (
        Agent(name="Tove Lindqvist", role="editor"),
        Agent(name="Berg, Ida", role="translator"),
        Agent(name="Holm (Oslo)"),
    )


def test_the_layout_of_2018_is_read_whole(of_2018):
    assert of_2018.kind is Kind.BOOK
    assert of_2018.identifiers == (
        Identifier("url", "http://books.example.org/id/1"),
        Identifier("isbn", "9789999908016"),
        Identifier("isbn", "9789999908023"),
    )
    assert (of_2018.languages, of_2018.year) == (("en", "de"), 2011)
    assert of_2018.subjects == (
        Subject("lamps"),
        Subject("harbours"),
        Subject("QL1-991", "LCC"),
        Subject("DL1", "LCC"),
    )
    assert (of_2018.licence, of_2018.access) == ("", Access.OPEN)
    assert of_2018.licence_stated == "CC by-nc"


def test_every_isbn_of_doab_2018_is_found_again(corpus, mapped):
    n_rows = n_isbns = 0
    with gzip.open(corpus / "doab" / "csv-2018" / "doab.jsonl.gz") as lines:
        for line in lines:
            row = msgspec.json.decode(line)
            work = mapped(row)
            read = {each.value for each in work.identifiers if each.scheme == "isbn"}
            read |= {link.target.value for link in work.links if link.target.scheme == "isbn"}
            stated = {isbn for isbn in _ISBN.findall(row["ISBN"].replace("-", "")) if _sums(isbn)}
            assert stated <= read, row["ISBN"]
            assert work.titles
            n_rows += 1
            n_isbns += len(stated)
    assert (n_rows, n_isbns) == (8645, 12772)


def _sums(isbn: str) -> bool:
    """Tell whether the check digit of an ISBN-13 is right."""
    return sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(isbn)) % 10 == 0
