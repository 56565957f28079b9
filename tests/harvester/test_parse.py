"""From bytes to records and errors."""

import inspect
from pathlib import Path

import pytest
import sickle.oaiexceptions
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import (
    OAI_ERRORS,
    CutAnswer,
    NotOaiPmh,
    OaiError,
    ProtocolError,
    UnknownOaiError,
)
from harvester.parse import (
    FormatDescription,
    Page,
    SetDescription,
    read_answer,
    read_formats,
    read_identify,
    read_page,
    read_sets,
)
from harvester.protocol import Granularity
from tests.harvester.fake_repository import error, listing, record_xml

ANSWERS = Path(__file__).parent.parent / "data" / "oai"
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


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n \n", b"\n\xef\xbb\xbf\r\n"])
def test_mark_and_white_space_before_the_declaration_are_tolerated(before):
    assert len(page_of(before + PAGE).records) == 2


def test_utf_16_is_read():
    text = PAGE.decode().replace("UTF-8", "UTF-16")
    assert len(page_of(text.encode("utf-16")).records) == 2


@given(st.integers(min_value=0, max_value=len(PAGE) - 1))
def test_no_cut_page_passes_for_a_page(length):
    with pytest.raises((CutAnswer, NotOaiPmh)):
        read_answer(PAGE[:length], url="http://r/oai")


def test_a_page_cut_inside_a_record_is_called_cut():
    with pytest.raises(CutAnswer) as caught:
        read_answer(PAGE[:-40], url="http://r/oai")
    assert caught.value.body == PAGE[:-40]


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_protocol_error(body):
    with pytest.raises(ProtocolError):
        read_answer(body, url="http://r/oai")


@pytest.mark.parametrize(
    "body",
    [
        (ANSWERS / "not-xml.xml").read_bytes(),
        b"",
        b"<html><body>Please wait</body></html>",
        b"<OAI-PMH/>",
        PAGE.replace(b"Title 1", b"Tom & Jerry"),
        PAGE.replace(b"Title 1", b"\x08"),
        PAGE.replace(b"Title 1", b"\xff"),
        PAGE + b"<b>Notice</b>",
    ],
    ids=["text", "empty", "html", "no-namespace", "ampersand", "control", "encoding", "trailing"],
)
def test_what_is_not_well_formed_oai_pmh_is_not_mended(body):
    with pytest.raises(NotOaiPmh):
        read_answer(body, url="http://r/oai")


def test_a_title_of_24_mb_is_read():
    title = "x" * 24_000_000
    assert len(page_of(listing(record_xml(1, title=title)).body).records[0].xml) > 24_000_000


def test_an_entity_bomb_is_refused():
    entities = '<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 20}">'
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    doctype = f"<!DOCTYPE OAI-PMH [{entities}]>"
    padding = f"<!--{'x' * 10_000_000}-->"
    with pytest.raises(NotOaiPmh):
        read_answer(inside(f'<a b="&h;"/>{padding}', doctype=doctype), url="http://r/oai")


def test_a_record_with_a_declared_entity_is_rejected_and_the_file_behind_it_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    doctype = f'<!DOCTYPE OAI-PMH [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    records = record_xml(1, title="&s;") + record_xml(2)
    page = page_of(inside(f"<ListRecords>{records}</ListRecords>", doctype=doctype))
    assert [record.identifier for record in page.records] == ["oai:fake:2"]
    (rejected,) = page.rejected
    assert (rejected.identifier, rejected.reason) == ("oai:fake:1", "entity-reference")
    assert b"secret<" not in rejected.body


def test_a_harmless_doctype_changes_nothing():
    records = f"<ListRecords>{record_xml(1)}</ListRecords>"
    body = inside(records, doctype='<!DOCTYPE OAI-PMH SYSTEM "http://nowhere.example/x.dtd">')
    assert len(page_of(body).records) == 1


@pytest.mark.parametrize("code", sorted(OAI_ERRORS))
def test_every_error_code_of_the_specification_has_its_class(code):
    with pytest.raises(OAI_ERRORS[code]) as caught:
        read_answer(error(code).body, url="http://r/oai")
    assert str(caught.value) == f"http://r/oai answers {code}: said so"


def test_our_error_classes_are_those_of_sickle():
    theirs = {name for name, _ in inspect.getmembers(sickle.oaiexceptions, inspect.isclass)}
    ours = {error_class.__name__ for error_class in OAI_ERRORS.values()}
    assert theirs - {"OAIError"} == ours


def test_an_unknown_error_code_is_kept_as_data():
    with pytest.raises(UnknownOaiError) as caught:
        read_answer(error("tooManyHats").body, url="http://r/oai")
    assert caught.value.code == "tooManyHats"


def test_error_bodies_without_declaration_are_read():
    for name, message in [
        (
            "bad-resumption-token.xml",
            "badResumptionToken: No list goes on from this token; please begin again.",
        ),
        ("no-records-match.xml", "noRecordsMatch"),
    ]:
        with pytest.raises(OaiError) as caught:
            read_answer((ANSWERS / name).read_bytes(), url="http://r/oai")
        assert str(caught.value) == f"http://r/oai answers {message}"
        assert type(caught.value) is OAI_ERRORS[caught.value.code]


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


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("list_records/10-verb-ListRecords-resumptionToken-XXX.xml", "badResumptionToken"),
        (
            "list_records/06-verb-ListRecords-metadataPrefix-oai-dc-set-XXX.xml",
            "noRecordsMatch",
        ),
    ],
)
def test_real_error_bodies_are_read(corpus, name, code):
    body = (corpus / "zenodo" / "oai" / "scythe-cassettes" / name).read_bytes()
    with pytest.raises(OAI_ERRORS[code]):
        read_answer(body, url="http://r/oai")


def test_a_real_identify_is_read(corpus):
    name = "zenodo/oai/scythe-cassettes/identify/02-verb-Identify.xml"
    described = read_identify(read_answer((corpus / name).read_bytes(), url="http://r/oai"))
    assert (described.name, described.deleted_record) == ("Zenodo", "no")
    assert described.granularity is Granularity.SECOND
