"""Lists of every carrier and encoding, whole and broken, as rows."""

import gzip
import io
import tracemalloc
from typing import BinaryIO, cast

import pytest

from search.holdings.errors import ListTooLarge, UnreadableList
from search.holdings.reading import Reading, read_rows
from search.holdings.row import Row


def read(data: bytes, limit_bytes: int = 1 << 30) -> tuple[Reading, list[Row]]:
    reading = read_rows(io.BytesIO(data), limit_bytes=limit_bytes)
    return reading, list(reading.rows)


def said(row: Row) -> tuple[int, str, list[str]]:
    return row.number, row.title, [str(each) for each in row.identifiers]


WAR, CRIME = "Война и мир, роман", "Преступление и наказание"  # Cyrillic
CSV = "title,isbn,year\nMüller,9783653064650,2016\nÜber Lampen,0-306-40615-2,c2001\n"
TWO = [
    (1, "Müller", ["isbn:9783653064650"]),
    (2, "Über Lampen", ["isbn:9780306406157"]),
]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("latin-1", "cp1252"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
    ],
)
def test_the_encoding_of_a_table_is_found(encoding, told):
    reading, rows = read(CSV.encode(encoding))
    assert [said(row) for row in rows] == TWO
    assert (reading.file.kind, reading.file.encoding, reading.problems) == ("csv", told, [])
    assert [row.year for row in rows] == [2016, 2001]


def test_cyrillic_in_an_old_code_page_is_found():
    text = f"title;isbn\n{WAR};9783653064650\n{CRIME};0306406152\n"
    reading, rows = read(text.encode("cp1251"))
    assert reading.file.encoding == "cp1251"
    assert [row.title for row in rows] == [WAR, CRIME]


def test_a_line_in_another_encoding_is_kept_and_told_by_its_row():
    mixed = CSV.encode() + "Café,9781912250134,2013\n".encode("latin-1")
    _, rows = read(mixed)
    assert said(rows[2]) == (3, "Caf\ufffd", ["isbn:9781912250134"])
    assert rows[2].problems == ("bytes in it that are no utf-8: shown as \ufffd",)
    assert [row.problems for row in rows[:2]] == [(), ()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_parts_cells_and_lines(delimiter, end):
    text = CSV.replace(",", delimiter).replace("\n", end)
    reading, rows = read(text.encode())
    assert [said(row) for row in rows] == TWO
    assert reading.file.delimiter == delimiter


def test_quoted_cells_may_run_over_lines_and_rows_keep_their_line():
    _, rows = read(b'title,isbn\n"A ""quoted"",\ntitle",9783653064650\n\nB,0306406152\n')
    assert [said(row)[1] for row in rows] == ['A "quoted", title', "B"]
    assert [row.line for row in rows] == [2, 5]


def test_a_quote_that_never_closes_costs_one_row_its_form_and_no_row_its_place():
    _, rows = read(b'title,isbn\n"open,9783653064650\nB,0306406152\n"shut",9781912250134\n')
    assert [list(map(str, row.identifiers)) for row in rows] == [
        ["isbn:9783653064650"],
        ["isbn:9780306406157"],
        ["isbn:9781912250134"],
    ]
    assert rows[0].problems == ("a quote opens a cell and nothing closes it",)


def test_a_table_of_open_quotes_takes_time_by_its_length():
    _, rows = read(b"title,isbn\n" + b'"x,1\n' * 3000)
    assert len(rows) == 3000


def test_a_carriage_return_behind_a_quote_is_read_all_the_same():
    _, rows = read(b'title,isbn\na"b\rc"d,9783653064650\n"a"\r"b",0306406152\n')
    assert [row.number for row in rows] == [1, 2]
    assert said(rows[0])[2] == ["isbn:9783653064650"]


def test_cells_too_many_are_told_and_cells_too_few_are_empty():
    _, rows = read(b"title,isbn\nA,9783653064650,extra\nB\n")
    assert rows[0].problems == ("3 cells under 2 columns",)
    assert said(rows[1]) == (2, "B", [])


def test_a_table_without_header_is_read_by_its_cells():
    reading, rows = read(b"Emma of Highbury,Austen,9783653064650\nPersuasion,Austen,0306406152\n")
    assert said(rows[0]) == (1, "Emma of Highbury", ["isbn:9783653064650"])
    assert reading.file.columns == {"3": "isbn", "1": "title"}


def test_a_header_of_unknown_names_is_no_row():
    reading, rows = read(b"Werk,Nummer\nEmma of Highbury,9783653064650\nPersuasion,0306406152\n")
    assert len(rows) == 2
    assert "read by their content" in reading.problems[0].text


def test_lines_before_the_header_are_told():
    reading, rows = read(b'Content-Disposition: x\n\n"Title","ISBN"\n"A","9783653064650"\n')
    assert said(rows[0]) == (1, "A", ["isbn:9783653064650"])
    assert reading.problems[0].text == "line 1 stands before the header row and was left out"


KBART = "publication_title\tprint_identifier\tonline_identifier\ttitle_url\tpublication_type\n"


def test_kbart_is_read_and_the_missing_columns_are_told():
    rest = '5" disks\t9783653064650\t10.1234/x\thttps://example.org/1\tmonograph\n'
    reading, (row,) = read((KBART + rest).encode())
    assert reading.file.kind == "kbart"
    assert said(row) == (
        1,
        '5" disks',
        ["isbn:9783653064650", "doi:10.1234/x", "url:https://example.org/1"],
    )
    assert row.kind == "book"
    assert "missing: date_first_issue_online" in reading.problems[0].text


def test_a_misspelt_column_of_kbart_is_read_and_told():
    text = KBART.replace("print_identifier", "print_identifer") + "A\t9783653064650\n"
    reading, (row,) = read(text.encode())
    assert said(row)[2] == ["isbn:9783653064650"]
    assert reading.problems[0].text == (
        "column 'print_identifer' is no column of KBART: read as print_identifier"
    )


def test_kbart_with_commas_is_told():
    reading, (row,) = read(KBART.replace("\t", ",").encode() + b"A,9783653064650\n")
    assert said(row)[2] == ["isbn:9783653064650"]
    assert reading.problems[0].text == "cells are parted by ','; KBART has tabs"


def test_the_issn_of_a_serial_is_its_own():
    _, (row,) = read((KBART + "Nature\t0028-0836\t1476-4687\t\tserial\n").encode())
    assert said(row)[2] == ["issn:0028-0836", "issn:1476-4687"]


def test_a_plain_list_holds_identifiers_and_titles():
    text = (
        "10.1234/A\nhttps://doi.org/10.1234/b\nISBN 978-3-653-06465-0\n\n9783653064651\n"
        "Emma, a novel (1815)\n- Persuasion\n20.500.12657/43833\n"
    )
    reading, rows = read(text.encode())
    assert reading.file.kind == "list"
    assert [said(row) for row in rows] == [
        (1, "", ["doi:10.1234/a"]),
        (2, "", ["doi:10.1234/b"]),
        (3, "", ["isbn:9783653064650"]),
        (4, "", []),
        (5, "Emma, a novel", []),
        (6, "Persuasion", []),
        (7, "", ["handle:20.500.12657/43833"]),
    ]
    assert [row.year for row in rows] == [None, None, None, None, 1815, None, None]
    assert rows[3].bad[0].fault == "bad check digit"


def test_the_heading_of_a_plain_list_is_no_row():
    _, rows = read(b"DOI\n10.1234/a\n")
    assert [said(row) for row in rows] == [(1, "", ["doi:10.1234/a"])]


def test_titles_from_right_to_left_and_with_markup_are_text():
    text = "title,isbn\n\u202eمقدمة ابن خلدون,9783653064650\n<b>A</b> &amp; B,0306406152\n"
    _, rows = read(text.encode())
    assert [row.title for row in rows] == ["مقدمة ابن خلدون", "A & B"]


def test_a_title_with_markup_may_stand_first():
    reading, rows = read(b"<i>Emma</i>, a novel\nPersuasion\n")
    assert (reading.file.kind, rows[0].title) == ("list", "Emma, a novel")


def test_zero_bytes_are_left_out_and_told():
    _, (row,) = read(b"title,isbn\nA\0B,97836530\x0064650\n")
    assert said(row) == (1, "AB", ["isbn:9783653064650"])
    assert row.problems == ("zero bytes in it, which were left out",)


def test_a_line_of_ten_megabytes_is_cut_and_told_and_the_next_is_read():
    _, rows = read(b"title,isbn\n" + b"A" * 10_000_000 + b",9783653064650\nB,0306406152\n")
    assert rows[0].problems == ("longer than 1048576 bytes: the rest was left out",)
    assert len(rows[0].title) == 2000
    assert said(rows[1]) == (2, "B", ["isbn:9780306406157"])


def test_gzip_is_unpacked_and_a_cut_is_told():
    whole = gzip.compress(CSV.encode())
    assert [said(row) for row in read(whole)[1]] == TWO
    many = gzip.compress(b"isbn\n" + b"".join(b"%013d\n" % n for n in range(20_000)))
    reading, rows = read(many[: len(many) // 2])
    assert 1000 < len(rows) < 20_000
    assert reading.problems[-1].is_cut


def test_a_limit_in_bytes_holds_for_what_is_unpacked():
    with pytest.raises(ListTooLarge, match="more than 1000 bytes"):
        read(b"10.1234/a\n" * 1000, limit_bytes=1000)
    with pytest.raises(ListTooLarge):
        read(gzip.compress(b"10.1234/a\n" * 1_000_000), limit_bytes=1_000_000)


def test_memory_does_not_grow_with_the_list():
    class Long(io.RawIOBase):
        """Sixty thousand times the same line."""

        line = b"A title of some length,9783653064650\n"
        place = 0

        def read(self, size=-1):
            begin, width = self.place, len(self.line)
            self.place = min(begin + size, 60_000 * width)
            ahead = self.line * (size // width + 2)
            return ahead[begin % width :][: self.place - begin]

    reading = read_rows(cast("BinaryIO", Long()))
    tracemalloc.start()
    try:
        assert sum(1 for _ in reading.rows) == 60_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b" \r\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04rest", "a zip archive: unpack it"),
        (b"PK\x03\x04[Content_Types].xml xl/workbook", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word document"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "XML with the root 'rss'"),
        (b'[{"isbn": "9783653064650"}]', "JSON"),
        (b"TY  - BOOK\nER  - \n", "RIS"),
        (b"@book{a, title={b}}", "BibTeX"),
        (bytes(range(256)) * 20, "no text"),
        (b"\0" * 5000 + b"x", "no text"),
        (b"\x1f\x8b\x08 no gzip at all", "a gzip file that is damaged"),
    ],
)
def test_what_is_no_list_is_refused_by_what_it_is(data, told):
    with pytest.raises(UnreadableList, match=told.replace("[", r"\[")):
        read(data)
