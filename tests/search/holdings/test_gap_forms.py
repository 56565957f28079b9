"""The gap as KBART, MARC and CSV; each is read again by what reads such files."""

import csv
import io
import re
from datetime import date

import pymarc
import pytest
from lxml import etree

from search.holdings.cells import inert
from search.holdings.gap import GapLimits, Lacking, find_gap
from search.holdings.gap_csv import gap_csv_pieces
from search.holdings.gap_kbart import COLUMNS, kbart_pieces
from search.holdings.gap_marc import MAX_RECORD_BYTES, marc_pieces, marcxml_pieces, to_binary
from search.holdings.reading import read_rows
from search.metadata.described import Agent, Described, Title
from search.metadata.marcxml import write_marcxml
from tests.search.holdings.gap_release import (
    CHAPTER,
    HEBREW,
    LAMPS,
    OILS,
    SHEET,
    opened,
    write_release,
)

KBART_COLUMNS = [
    *("publication_title", "print_identifier", "online_identifier", "date_first_issue_online"),
    *("num_first_vol_online", "num_first_issue_online", "date_last_issue_online"),
    *("num_last_vol_online", "num_last_issue_online", "title_url", "first_author", "title_id"),
    *("embargo_info", "coverage_depth", "notes", "publisher_name", "publication_type"),
    *("date_monograph_published_print", "date_monograph_published_online", "monograph_volume"),
    *("monograph_edition", "first_editor", "parent_publication_title_id"),
    *("preceding_publication_title_id", "access_type"),
]


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The release, open."""
    with opened(write_release(tmp_path_factory.mktemp("gap"))) as found:
        yield found


def lacking(release, **limits):
    """What a list of nothing lacks."""
    return list(find_gap(release, (), GapLimits(**limits)))


def kbart_rows(body):
    """The rows of a KBART file by title_id; its lines as they are."""
    head, *lines = body.decode("utf-8").removesuffix("\r\n").split("\r\n")
    assert head.split("\t") == KBART_COLUMNS
    rows = [dict(zip(KBART_COLUMNS, line.split("\t"), strict=True)) for line in lines]
    return {row["title_id"]: row for row in rows}


def is_isbn_13(text):
    """Whether a text is an ISBN of thirteen digits with its check digit."""
    weighed = sum(int(digit) * (1, 3)[n % 2] for n, digit in enumerate(text))
    return len(text) == 13 and weighed % 10 == 0


def is_date(text):
    """Whether a text is a date of ISO 8601: a year, a month or a day."""
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
        return False
    return bool(date.fromisoformat((text + "-01-01")[:10]))


def test_a_kbart_file_keeps_the_rules_of_kbart(release):
    rows = kbart_rows(b"".join(kbart_pieces(lacking(release, with_parts=True))))
    assert len(rows) == 9
    for row in rows.values():
        assert row["publication_title"]
        assert row["publication_type"] == "monograph"
        assert row["access_type"] in ("F", "P", "")
        assert row["coverage_depth"] in ("fulltext", "")
        assert row["title_url"].startswith(("https://", "http://"))
        assert not row["online_identifier"] or is_isbn_13(row["online_identifier"])
        assert not row["print_identifier"] or is_isbn_13(row["print_identifier"])
        published = row["date_monograph_published_online"]
        assert not published or is_date(published)
        # of serials only
        assert not any(row[name] for name in KBART_COLUMNS[3:9])
        assert not row["embargo_info"]
    assert tuple(KBART_COLUMNS) == COLUMNS


def test_a_book_is_a_kbart_row(release):
    rows = kbart_rows(b"".join(kbart_pieces(lacking(release, kinds=("book",)))))
    assert {name: cell for name, cell in rows[LAMPS].items() if cell} == {
        "publication_title": "Lamps of the north",
        "online_identifier": "9783030382070",
        "title_url": "https://doi.org/10.1007/978-3-030-38207-0",
        "first_author": "Carberry",
        "title_id": LAMPS,
        "coverage_depth": "fulltext",
        "notes": "other ISBNs: 9783030382063; licence: CC-BY-4.0",
        "publisher_name": "Lamp Press",
        "publication_type": "monograph",
        "date_monograph_published_online": "2012-09",
        "monograph_volume": "2",
        "monograph_edition": "3rd",
        "first_editor": "Bibliography Club",
        "access_type": "F",
    }


def test_what_no_record_says_is_left_empty_in_kbart(release):
    rows = kbart_rows(b"".join(kbart_pieces(lacking(release, kinds=("book",)))))
    assert {name: cell for name, cell in rows[OILS].items() if cell} == {
        "publication_title": "Oils",
        "online_identifier": "9789814644150",
        "title_url": f"http://weft.test/id/{OILS}",
        "title_id": OILS,
        "publisher_name": "Oil and Lamp House",
        "publication_type": "monograph",
        "date_monograph_published_online": "1999",
        "access_type": "P",
    }
    assert rows[HEBREW]["access_type"] == ""


def test_a_chapter_names_its_book_and_its_kind_in_kbart(release):
    rows = kbart_rows(b"".join(kbart_pieces(lacking(release, kinds=("chapter",)))))
    assert rows[CHAPTER]["parent_publication_title_id"] == LAMPS
    assert rows[CHAPTER]["notes"] == "kind: chapter"


def test_tabs_line_breaks_and_formulas_do_no_harm_in_kbart(release):
    rows = kbart_rows(b"".join(kbart_pieces(lacking(release, kinds=("book",)))))
    assert rows[SHEET]["publication_title"] == "'=HYPERLINK(1) and more"
    assert rows[SHEET]["publisher_name"] == "'@cmd"


def test_a_kbart_file_of_ours_is_recognised_as_a_list(release):
    body = b"".join(kbart_pieces(lacking(release, kinds=("book",))))
    reading = read_rows(io.BytesIO(body))
    found = {row.title: [str(each) for each in row.identifiers] for row in reading.rows}
    assert reading.file.kind == "kbart"
    assert "isbn:9783030382070" in found["Lamps of the north"]
    assert len(found) == 4


def test_binary_marc_is_read_by_pymarc_with_every_letter(release):
    body = b"".join(marc_pieces(lacking(release, kinds=("book",))))
    records = {each["001"].data: each for each in pymarc.MARCReader(body)}
    assert sorted(records) == sorted([LAMPS, OILS, HEBREW, SHEET])
    lamps = records[LAMPS]
    assert lamps.leader[5:8] == "nam"
    assert lamps.leader[9] == "a"
    assert {each["a"] for each in lamps.get_fields("020")} == {"9783030382063", "9783030382070"}
    assert lamps["245"]["a"] == "Lamps of the north"
    assert lamps["100"]["a"] == "Carberry, Josiah"
    assert [each["a"] for each in lamps.get_fields("700")] == ["Aa, Zoë"]
    assert lamps["856"]["u"] == "https://doi.org/10.1007/978-3-030-38207-0"
    assert records[HEBREW]["245"]["a"] == "ספר על <b>מנורות</b>"


def test_binary_marc_and_marcxml_say_the_same(release):
    found = lacking(release, with_parts=True)
    binary = list(pymarc.MARCReader(b"".join(marc_pieces(found))))
    xml = pymarc.parse_xml_to_array(io.BytesIO(b"".join(marcxml_pieces(found))))
    assert len(binary) == len(xml) == 9
    for one, other in zip(binary, xml, strict=True):
        assert [str(field) for field in one.fields] == [str(field) for field in other.fields]


def test_marcxml_of_nothing_is_an_empty_collection():
    root = etree.fromstring(b"".join(marcxml_pieces([])))
    assert root.tag == "{http://www.loc.gov/MARC21/slim}collection"
    assert len(root) == 0


def long_book(n_creators, abstract):
    """A book with more to say than a MARC record holds."""
    return Described(
        iri="http://weft.test/id/longlonglongl",
        key="longlonglongl",
        kind="book",
        titles=(Title("Long"),),
        creators=tuple(
            Agent(name=f"Writer number {n:05}, of the north", is_person=True)
            for n in range(n_creators)
        ),
        abstract=abstract,
    )


def test_a_text_longer_than_a_marc_field_is_cut_at_a_letter():
    [record] = pymarc.MARCReader(to_binary(write_marcxml(long_book(1, "é" * 20_000))))
    abstract = record["520"]["a"]
    assert abstract.strip("é") == "…"
    assert 9900 < len(abstract.encode()) <= 9999
    assert record["245"]["a"] == "Long"


def test_a_record_longer_than_marc_can_count_loses_the_last_of_its_commonest_field():
    body = to_binary(write_marcxml(long_book(5000, "short")))
    [record] = pymarc.MARCReader(body)
    assert len(body) <= MAX_RECORD_BYTES
    assert int(body[:5]) == len(body)
    assert record["100"]["a"] == "Writer number 00000, of the north"
    names = [each["a"] for each in record.get_fields("700")]
    assert names == [f"Writer number {n:05}, of the north" for n in range(1, len(names) + 1)]
    assert record["520"]["a"] == "short"
    assert record["980"]["a"] == "book"


def test_the_csv_says_what_is_lacking_and_which_row_to_look_at(release):
    found = find_gap(release, (), GapLimits(kinds=("book",)), {OILS: 7})
    body = b"".join(gap_csv_pieces(found))
    assert body.startswith(b"\xef\xbb\xbf")
    rows = {row["entity"]: row for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))}
    assert {name: cell for name, cell in rows[LAMPS].items() if cell} == {
        "title": "Lamps of the north",
        "creators": "Carberry, Josiah; Aa, Zoë",
        "year": "2012",
        "kind": "book",
        "publisher": "Lamp Press",
        "language": "en",
        "isbn": "9783030382063; 9783030382070",
        "doi": "10.1007/978-3-030-38207-0",
        "licence": "CC-BY-4.0",
        "access": "open",
        "sources": "oapen",
        "address": "https://doi.org/10.1007/978-3-030-38207-0",
        "entity": LAMPS,
        "iri": f"http://weft.test/id/{LAMPS}",
    }
    assert rows[OILS]["see_row"] == "7"
    assert rows[SHEET]["title"] == "'=HYPERLINK(1) and more"


def test_a_csv_names_twenty_creators_and_counts_the_rest():
    body = b"".join(gap_csv_pieces([Lacking(described=long_book(3000, ""))]))
    assert b"; and 2980 more" in body
    assert len(body) < 2000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" \t=1", "'=1"),
        ("＝1", "'＝1"),  # noqa: RUF001  # a full-width sign
        ("'=1", "''=1"),
        ("a\r\n=1", "a =1"),
        ("a\x00b\u2028c", "a b c"),
        ("\ud800x", "\ufffdx"),
        ("ספר", "ספר"),
        ("", ""),
        ("978-3-16-148410-0", "978-3-16-148410-0"),
    ],
)
def test_a_cell_is_one_line_and_no_formula(text, expected):
    assert inert(text) == expected
