"""MARC records, in transmission format and in XML, as rows."""

import io
from typing import Any

import pymarc
import pytest

from search.holdings.marc_file import MAX_RECORD_BYTES
from search.holdings.reading import Reading, read_rows
from search.holdings.row import Row

TITLE = ("245", "10", ("a", "Tides of the Severn /"), ("c", "A. Person."))


def marc(*fields: Any, leader: str = "00000nam a2200000 a 4500", control: str = "") -> bytes:
    """A record in UTF-8."""
    record = pymarc.Record(leader=leader, force_utf8=True)
    if control:
        record.add_field(pymarc.Field(tag="008", data=control))
    for tag, indicators, *subfields in fields:
        record.add_field(
            pymarc.Field(
                tag=tag,
                indicators=pymarc.Indicators(*indicators),
                subfields=[pymarc.Subfield(*each) for each in subfields],
            )
        )
    return record.as_marc()


def read(data: bytes) -> tuple[Reading, list[Row]]:
    reading = read_rows(io.BytesIO(data))
    return reading, list(reading.rows)


def names(row: Row) -> list[str]:
    return [str(each) for each in row.identifiers]


def test_a_record_gives_title_year_kind_and_every_isbn_of_print_and_ebook():
    data = marc(
        ("020", "  ", ("a", "978-3-653-06465-0 (e-book) : EUR 20"), ("z", "0306406152 (print)")),
        ("024", "7 ", ("a", "10.1234/tides"), ("2", "doi")),
        ("245", "10", ("a", "Tides :"), ("b", "of the Severn /"), ("c", "A. Person.")),
        ("264", " 1", ("c", "[2016]")),
        ("776", "08", ("z", "9781912250134")),
        ("856", "40", ("u", "https://proxy.example.org/login?url=https://doi.org/10.1234/tides")),
    )
    reading, (row,) = read(data)
    assert names(row) == [
        "isbn:9783653064650",
        "doi:10.1234/tides",
        "isbn:9780306406157",
        "isbn:9781912250134",
    ]
    assert (row.title, row.year, row.kind) == ("Tides: of the Severn", 2016, "book")
    assert (reading.file.kind, reading.file.encoding) == ("marc", "utf-8")


def test_the_year_of_field_008_stands_in_for_a_missing_imprint():
    _, (row,) = read(marc(TITLE, control="200101s1998    xxu           000 0 eng d"))
    assert row.year == 1998


def test_the_isbn_of_a_host_marks_a_chapter():
    _, (row,) = read(marc(TITLE, ("773", "08", ("z", "9783653064650"))))
    assert (row.kind, names(row)) == ("chapter", ["isbn:9783653064650"])


def test_a_serial_goes_by_its_issns():
    data = marc(
        TITLE,
        ("022", "0 ", ("a", "1476-4687"), ("l", "0028-0836")),
        leader="00000nas a2200000 a 4500",
    )
    _, (row,) = read(data)
    assert (row.kind, names(row)) == ("serial", ["issn:1476-4687", "issn:0028-0836"])


def test_a_mistyped_isbn_is_told_and_a_cancelled_one_is_not():
    _, (row,) = read(marc(TITLE, ("020", "  ", ("a", "9783653064651"))) + b"")
    assert [(bad.text, bad.fault.value) for bad in row.bad] == [
        ("9783653064651", "bad check digit")
    ]
    _, (row,) = read(marc(TITLE, ("020", "  ", ("z", "9783653064651"))))
    assert row.bad == ()


def test_marc8_is_decoded_and_so_is_utf8_that_calls_itself_marc8():
    # a small hand-made record: the leader says MARC-8, the title has a combining umlaut before u
    for title, wanted in (
        (b"M\xe8uller on lamps", "Müller on lamps"),
        ("Müller".encode(), "Müller"),
    ):
        data = b"10\x1fa" + title + b"\x1e"
        directory = b"245%04d00000\x1e" % len(data)
        base = 24 + len(directory)
        length = base + len(data) + 1
        record = b"%05dnam  22%05d a 4500" % (length, base) + directory + data + b"\x1d"
        reading, (row,) = read(record)
        assert (row.title, reading.file.encoding) == (wanted, "marc-8")


def test_the_records_before_a_cut_are_read_and_the_cut_one_is_told_by_its_number():
    whole = marc(TITLE, ("020", "  ", ("a", "9783653064650")))
    _, rows = read(whole * 3 + whole[: len(whole) // 2])
    assert [names(row) for row in rows] == [["isbn:9783653064650"]] * 3 + [[]]
    assert (rows[3].number, rows[3].is_unreadable) == (4, True)
    assert rows[3].problems == ("the file is cut inside this record",)


@pytest.mark.parametrize(
    "broken",
    [
        b"00026nam a2200025 a 4500\x1e\x1d",  # no fields
        b"99999nam a2200025 a 4500\x1e\x1d",  # longer than it is
        b"rubbish between records\x1d",
        b"00050nam a22abcde a 4500" + b"x" * 30 + b"\x1d",
        b"\x1b\x1b\xff\xfe" * 20 + b"\x1d",
    ],
)
def test_a_broken_record_is_counted_and_spoils_no_other(broken):
    whole = marc(TITLE, ("020", "  ", ("a", "9783653064650")))
    _, rows = read(whole + broken + b"\r\n" + whole)
    assert [row.is_unreadable for row in rows] == [False, True, False]
    assert rows[1].problems[0].startswith("no MARC record")
    assert names(rows[2]) == ["isbn:9783653064650"]


def test_a_record_without_end_is_left_out_up_to_the_next_and_memory_is_bounded():
    whole = marc(TITLE, ("020", "  ", ("a", "9783653064650")))
    endless = b"x" * (3 * MAX_RECORD_BYTES) + b"\x1d"
    _, rows = read(whole + endless + whole)
    assert [row.is_unreadable for row in rows] == [False, True, False]


XML = """<collection xmlns="http://www.loc.gov/MARC21/slim">{}</collection>"""
RECORD = """<record><leader>00000nam a2200000 a 4500</leader>
<datafield tag="020" ind1=" " ind2=" "><subfield code="a">{isbn}</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield></datafield></record>"""


def test_marcxml_gives_the_same_rows():
    data = XML.format(RECORD.format(isbn="9783653064650", title="On &lt;i&gt;lamps&lt;/i&gt;"))
    reading, (row,) = read(data.encode())
    assert (row.title, names(row), row.kind) == ("On lamps", ["isbn:9783653064650"], "book")
    assert reading.file.kind == "marcxml"


def test_marcxml_in_the_middle_of_which_a_record_is_broken_or_the_file_ends():
    good = RECORD.format(isbn="9783653064650", title="Lamps")
    reading, rows = read(XML.format(good + good.replace("</leader>", "") + good).encode())
    assert [row.is_unreadable for row in rows] == [False, True, False]
    reading, rows = read(XML.format(good * 3).encode()[:-150])
    assert [row.is_unreadable for row in rows] == [False, False, True]
    assert rows[2].problems[0].startswith("cut-record: ")
    reading, rows = read(XML.format(good * 2).encode().removesuffix(b"</collection>"))
    assert len(rows) == 2
    assert reading.problems[0].is_cut


def test_bytes_that_are_no_text_lose_no_record():
    good = RECORD.format(isbn="9783653064650", title="Lamps").encode()
    bad = good.replace(b"Lamps", b"L\xe4mps")
    _, rows = read(XML.encode().replace(b"{}", good + bad))
    assert [row.title for row in rows] == ["Lamps", "L\ufffdmps"]
    assert "shown as \ufffd" in rows[1].problems[0]


def test_an_entity_that_reads_a_file_reads_none():
    evil = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + XML.format(
        RECORD.format(isbn="9783653064650", title="&e;Lamps")
    )
    _, rows = read(evil.encode())
    assert [(row.title in {"Lamps", ""}, row.number) for row in rows] == [(True, 1)]


ONIX = """<?xml version="1.0" encoding="utf-8"?><{m} release="3.0">{p}</{m}>"""
REFERENCE = """<Product><ProductIdentifier><ProductIDType>15</ProductIDType>
<IDValue>9783653064650</IDValue></ProductIdentifier><DescriptiveDetail><ProductForm>EA</ProductForm>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>Lamps</TitleText></TitleElement></TitleDetail></DescriptiveDetail><RelatedMaterial>
<RelatedProduct><ProductRelationCode>13</ProductRelationCode><ProductIdentifier>
<ProductIDType>15</ProductIDType><IDValue>9781912250134</IDValue></ProductIdentifier>
</RelatedProduct></RelatedMaterial></Product>"""
SHORT = """<product><productidentifier><b221>15</b221><b244>9783653064650</b244>
</productidentifier><descriptivedetail><b012>EA</b012><titledetail><b202>01</b202><titleelement>
<x409>01</x409><b203>Lamps</b203></titleelement></titledetail></descriptivedetail></product>"""


def test_onix_gives_the_isbns_of_the_product_and_of_its_other_forms():
    reading, (row,) = read(ONIX.format(m="ONIXMessage", p=REFERENCE).encode())
    assert names(row) == ["isbn:9783653064650", "isbn:9781912250134"]
    assert (row.title, row.kind, reading.file.kind) == ("Lamps", "book", "onix")


def test_onix_with_short_tags_is_read_alike():
    _, (row,) = read(ONIX.format(m="ONIXmessage", p=SHORT).encode())
    assert (row.title, names(row)) == ("Lamps", ["isbn:9783653064650"])


def test_a_mistyped_isbn_in_onix_is_told():
    data = ONIX.format(m="ONIXMessage", p=REFERENCE.replace("9783653064650", "9783653064651"))
    _, (row,) = read(data.encode())
    assert row.bad[0].fault == "bad check digit"
