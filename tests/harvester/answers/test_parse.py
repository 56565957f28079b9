"""From an answer to its records, headers, token and descriptions."""

from pathlib import Path

import pytest

from harvester.answers.parse import (
    FormatDescription,
    Page,
    RecordHeader,
    Rejected,
    SetDescription,
    read_answer,
    read_formats,
    read_identify,
    read_page,
    read_record,
    read_sets,
)
from harvester.protocol import Granularity, Verb
from harvester.record import RawRecord
from tests.harvester.fake_repository import listing, record_xml

ANSWERS = Path(__file__).parents[2] / "data" / "oai"
PAGE = listing(record_xml(1), record_xml(2), token="t", size=9).body  # noqa: S106  # no secret


def page_of(body: bytes) -> Page:
    return read_page(read_answer(body, url="http://r/oai"))


def inside(content: str, *, doctype="") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{content}</OAI-PMH>'
    ).encode()


def test_a_record_keeps_its_header_fields_and_stands_alone_as_xml():
    record = page_of(PAGE).records[0]
    assert (record.identifier, record.datestamp) == ("oai:fake:1", "2026-01-01T00:00:00Z")
    assert (record.is_deleted, record.sets) == (False, ())
    assert record.xml == (
        b'<record xmlns="http://www.openarchives.org/OAI/2.0/"><header>'
        b"<identifier>oai:fake:1</identifier><datestamp>2026-01-01T00:00:00Z</datestamp></header>"
        b"<metadata><title>Title 1</title></metadata></record>"
    )


def test_the_token_and_the_announced_size_are_read():
    page = page_of(PAGE)
    assert (page.token, page.complete_list_size, page.cursor) == ("t", 9, None)
    assert page.response_date == "2026-02-01T00:00:00Z"


@pytest.mark.parametrize("token", [None, "", "  \n "])
def test_a_missing_or_empty_token_is_the_end(token):
    assert page_of(listing(record_xml(1), token=token).body).token is None


@pytest.mark.parametrize("size", ["", "many", "-1", "1e3", "٣", "9" * 19])
def test_an_unreadable_list_size_is_none(size):
    token = f'<resumptionToken completeListSize="{size}" cursor="0">t</resumptionToken>'
    page = page_of(inside(f"<ListRecords>{token}</ListRecords>"))
    assert (page.complete_list_size, page.cursor, page.token) == (None, 0, "t")


def test_the_empty_last_page_of_invenio_is_an_empty_page():
    page = page_of((ANSWERS / "empty-last-page.xml").read_bytes())
    assert (page.records, page.token, page.complete_list_size) == ((), None, 40)


def test_a_page_without_the_list_element_is_an_empty_page():
    assert page_of(inside("")).records == ()


def test_deleted_header_prefix_of_namespace_and_white_space_are_read():
    page = page_of((ANSWERS / "deleted-and-headless.xml").read_bytes())
    (record,) = page.records
    assert record.identifier == "oai:example:1"
    assert record.is_deleted
    assert record.sets == ("physics", "physics:hep")
    assert page.token == "abc/1|x=&y"  # noqa: S105  # no secret


def test_records_without_header_or_identifier_are_rejected_with_their_bytes():
    page = page_of((ANSWERS / "deleted-and-headless.xml").read_bytes())
    assert [rejected.reason for rejected in page.rejected] == ["no-header", "no-identifier"]
    assert b"<title>no header</title>" in page.rejected[0].body


def test_identify_is_read():
    described = read_identify(
        read_answer((ANSWERS / "identify.xml").read_bytes(), url="http://r/oai")
    )
    assert described.name == "Tidewater Repository"
    assert described.base_url == "https://repository.example.org/oai2d"
    assert described.granularity is Granularity.SECOND
    assert described.deleted_record == "no"
    assert described.earliest_datestamp == "2011-09-05T06:30:00Z"
    assert described.response_date == "2026-05-02T07:15:30Z"


def test_an_identify_that_says_nothing_is_of_day_granularity():
    described = read_identify(read_answer(inside("<Identify/>"), url="http://r/oai"))
    assert (described.name, described.granularity) == ("", Granularity.DAY)
    assert read_identify(read_answer(inside(""), url="http://r/oai")).name == ""


def test_sets_and_their_token_are_read():
    content = "<set><setSpec>a:b</setSpec><setName>A</setName></set><set><setSpec>c</setSpec></set>"
    body = inside(f"<ListSets>{content}<resumptionToken>n</resumptionToken></ListSets>")
    sets, token = read_sets(read_answer(body, url="http://r/oai"))
    assert sets == (SetDescription(spec="a:b", name="A"), SetDescription(spec="c", name=""))
    assert token == "n"  # noqa: S105  # no secret


def test_metadata_formats_are_read():
    body = (ANSWERS / "list-metadata-formats.xml").read_bytes()
    formats = read_formats(read_answer(body, url="http://r/oai"))
    assert [each.prefix for each in formats] == ["datacite", "oai_dc", "tideLog", "tide_log2"]
    assert formats[1] == FormatDescription(
        prefix="oai_dc",
        schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        namespace="http://www.openarchives.org/OAI/2.0/oai_dc/",
    )


def test_real_pages_lose_no_record(corpus):
    """OAPEN's page has a blank line before its declaration and metadata inside metadata."""
    pages = {
        "oapen/xoai/list-records-2023-01.xml": b"<header>",
        "zenodo/oai/oai_datacite/preston-user-eol.xml": b"<header>",
    }
    for name, mark in pages.items():
        body = (corpus / name).read_bytes()
        page = page_of(body)
        assert len(page.records) == body.count(mark) > 0
        assert page.rejected == ()


def test_a_real_identify_is_read(corpus):
    name = "zenodo/oai/scythe-cassettes/identify/02-verb-Identify.xml"
    described = read_identify(read_answer((corpus / name).read_bytes(), url="http://r/oai"))
    assert (described.name, described.deleted_record) == ("Zenodo", "no")
    assert described.granularity is Granularity.SECOND


def test_the_headers_of_list_identifiers_are_read():
    headers = (
        "<header><identifier> a </identifier><datestamp>2026-01-01</datestamp></header>"
        '<header status="deleted"><identifier>b</identifier></header>'
        "<header><datestamp>2026-01-01</datestamp></header>"
        '<x:header xmlns:x="urn:x"><identifier>c</identifier></x:header>'
    )
    end = '<resumptionToken completeListSize="9">n</resumptionToken>'
    body = inside(f"<ListIdentifiers>{headers}{end}</ListIdentifiers>")
    page = read_page(read_answer(body, url="http://r/oai"), verb=Verb.LIST_IDENTIFIERS)
    assert page.headers == (
        RecordHeader(identifier="a", datestamp="2026-01-01", is_deleted=False),
        RecordHeader(identifier="b", datestamp="", is_deleted=True),
    )
    assert [each.reason for each in page.rejected] == ["no-identifier", "other-namespace"]
    assert (page.records, page.token, page.complete_list_size) == ((), "n", 9)


def test_a_page_of_records_has_no_headers_of_its_own():
    assert page_of(PAGE).headers == ()


def test_a_record_of_another_namespace_is_rejected_and_not_passed_over():
    strange = '<record xmlns="urn:x"><header/></record>'
    page = page_of(inside(f"<ListRecords>{record_xml(1)}{strange}</ListRecords>"))
    assert [each.identifier for each in page.records] == ["oai:fake:1"]
    (rejected,) = page.rejected
    assert (rejected.reason, rejected.body) == ("other-namespace", strange.encode())


def test_the_record_of_get_record_is_read():
    body = inside(f"<GetRecord>{record_xml(7, is_deleted=True)}</GetRecord>")
    record = read_record(read_answer(body, url="http://r/oai"))
    assert isinstance(record, RawRecord)
    assert (record.identifier, record.is_deleted) == ("oai:fake:7", True)


def test_a_get_record_without_a_usable_record_says_so():
    headless = inside("<GetRecord><record/></GetRecord>")
    rejected = read_record(read_answer(headless, url="http://r/oai"))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "no-header"
    assert read_record(read_answer(inside("<GetRecord/>"), url="http://r/oai")) is None


def test_real_headers_are_all_read(corpus):
    """Zenodo's lists of identifiers, as recorded."""
    folder = corpus / "zenodo" / "oai" / "scythe-cassettes" / "list_identifiers"
    n_headers = 0
    for file in sorted(folder.glob("*.xml")):
        body = file.read_bytes()
        if b"<error" in body:
            continue
        page = read_page(read_answer(body, url="http://r/oai"), verb=Verb.LIST_IDENTIFIERS)
        assert len(page.headers) == body.count(b"<identifier>")
        n_headers += len(page.headers)
    assert n_headers > 100
