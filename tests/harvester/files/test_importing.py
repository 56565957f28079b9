"""Files into the stage: what is staged of each format, and what is said of the rest."""

import gzip
from pathlib import Path

import msgspec
import pytest

from harvester.errors import HarvestError
from harvester.files import UnreadableFile, import_file, importing, xml_records
from harvester.report import Progress
from harvester.stage import Tally
from tests.harvester.conftest import NOW

FILES = Path(__file__).parents[2] / "data" / "files"


@pytest.fixture
def take(stage, tmp_path):
    """Imports a file of tests/data/files, or the bytes given."""

    async def take(what, name="kap", **arguments):
        path = FILES / what if isinstance(what, str) else tmp_path / "file"
        if isinstance(what, bytes):
            path.write_bytes(what)
        return await import_file(name, path, stage, now=lambda: NOW, **arguments)

    return take


def staged(stage, name="kap") -> dict[str, bytes]:
    return {record.identifier: record.xml for record in stage.records(source=name)}


def rejected(stage) -> list[tuple[str, str]]:
    return [(each.reason, each.detail) for each in stage.rejections("kap")]


async def test_each_product_of_an_onix_message_is_a_record_by_its_reference(stage, take):
    report = await take("onix-reference.xml")
    records = list(stage.records(source="kap"))
    assert [(each.identifier, each.prefix, each.is_deleted) for each in records] == [
        ("kap:kap.1", "onix", False),
        ("kap:kap.2", "onix", True),
        ("kap:kap.4", "onix", False),
    ]
    assert records[0].xml.startswith(b'<Product xmlns="http://ns.editeur.org/onix/3.0/reference">')
    assert records[0].datestamp == "2026-03-01T00:00:00Z"
    assert report.tally == Tally(new=3, deleted=1, rejected=2)
    assert (report.state, report.error) == ("incomplete", "2 parts of onix-reference.xml rejected")


async def test_a_broken_product_and_one_without_reference_are_kept_apart(stage, take):
    await take("onix-reference.xml")
    assert [reason for reason, _ in rejected(stage)] == ["bad-xml", "no-identifier"]
    first = next(stage.rejections("kap"))
    assert stage.rejected_bytes(first.rejection_id) == (
        b"<Product><RecordReference>kap.3</RecordReference><Broken></Product>"
    )


async def test_short_tags_are_read_as_reference_tags_are(stage, take):
    report = await take("onix-short.xml")
    assert list(staged(stage)) == ["kap:kap.9"]
    assert (report.state, report.error, report.seen) == ("complete", None, 1)


async def test_the_same_file_again_changes_nothing(take):
    await take("onix-short.xml")
    report = await take("onix-short.xml")
    assert report.tally == Tally(unchanged=1)


@pytest.mark.parametrize("size", [1, 7, 64])
async def test_records_come_whole_however_the_text_is_cut(stage, take, monkeypatch, size):
    await take("onix-reference.xml", name="whole")
    monkeypatch.setattr(xml_records, "_CHUNK_CHARS", size)
    await take("onix-reference.xml")
    whole = {key.removeprefix("whole"): xml for key, xml in staged(stage, "whole").items()}
    assert {key.removeprefix("kap"): xml for key, xml in staged(stage).items()} == whole


async def test_a_gzip_file_is_unpacked(stage, take):
    await take(gzip.compress((FILES / "onix-short.xml").read_bytes()))
    assert list(staged(stage)) == ["kap:kap.9"]


async def test_a_cut_gzip_file_gives_what_came_before_the_cut(stage, take):
    rows = b"".join(b"Title %d\tu%d\t%d\n" % (n, n * n, n) for n in range(30_000))
    packed = gzip.compress(b"publication_title\ttitle_url\ttitle_id\n" + rows)
    report = await take(packed[: len(packed) * 9 // 10])
    assert report.state == "incomplete"
    assert report.tally.new > 20_000
    assert [reason for reason, _ in rejected(stage)][-1] == "cut-file"


async def test_an_undeclared_marc_prefix_is_declared(stage, take):
    await take("marc.xml")
    with_number, without = staged(stage).items()
    assert with_number[0] == "kap:k1"
    assert with_number[1].startswith(b'<marc:record xmlns:marc="http://www.loc.gov/MARC21/slim">')
    assert without[0].startswith("kap:sha256:")
    assert [reason for reason, _ in rejected(stage)] == ["no-identifier", "cut-record"]


ONE = b"<record><leader>l</leader><controlfield tag='001'>%d</controlfield></record>"


async def test_a_collection_cut_between_records_is_no_complete_one(stage, take):
    report = await take(b"<collection>" + ONE % 1 + ONE % 2)
    assert list(staged(stage)) == ["kap:1", "kap:2"]
    assert report.state == "incomplete"
    assert [reason for reason, _ in rejected(stage)] == ["cut-file"]


@pytest.mark.parametrize("text", [b"%s", b"<collection>%s</collection><!-- end -->"])
async def test_a_record_alone_and_a_comment_at_the_end_are_complete(take, text):
    assert (await take(text % (ONE % 1))).state == "complete"


async def test_a_mended_file_makes_up_for_what_was_rejected(stage, take):
    await take(b"<collection>" + ONE % 1 + ONE % 2)
    report = await take(b"<collection>" + ONE % 1 + ONE % 2 + b"</collection>")
    assert (report.state, report.tally) == ("complete", Tally(unchanged=2))
    assert rejected(stage) == []


async def test_what_a_later_file_lacks_stays(stage, take):
    await take(b"<collection>" + ONE % 1 + b"</collection>")
    await take(b"<collection>" + ONE % 2 + b"</collection>")
    assert list(staged(stage)) == ["kap:1", "kap:2"]


async def test_a_record_without_end_is_given_up_at_a_limit(stage, take, monkeypatch):
    monkeypatch.setattr(xml_records, "RECORD_CHARS", 1000)
    monkeypatch.setattr(xml_records, "_CHUNK_CHARS", 100)
    await take(b"<collection>" + ONE % 1 + b"<record><leader>" + b"x" * 9000 + ONE % 2)
    assert list(staged(stage)) == ["kap:1"]
    (only,) = stage.rejections("kap")
    assert only.reason == "cut-record"
    assert len(stage.rejected_bytes(only.rejection_id)) < 1200


async def test_a_kbart_row_is_a_json_object_of_its_cells(stage, take):
    await take("kbart.tsv")
    row = msgspec.json.decode(staged(stage)["kap:20.500.99999/744"])
    assert row["publication_title"] == 'Oil, "tolls" and lamps'
    assert row["print_identifier"] == "9789999908016; 9789999908023"
    assert "date_first_issue_online" not in row


async def test_rows_of_one_serial_are_kept_apart_and_a_nameless_row_has_a_hash(stage, take):
    await take("kbart.tsv")
    _, first, second, nameless = staged(stage)
    assert first == "kap:J1"
    assert second.startswith("kap:J1#")
    assert nameless.startswith("kap:sha256:")


async def test_a_row_that_is_not_utf8_is_kept_with_its_bytes(stage, take):
    await take("kbart.tsv")
    (only,) = stage.rejections("kap")
    assert only.reason == "not-text"
    assert b"Caf\xe9\t" in stage.rejected_bytes(only.rejection_id)


async def test_csv_rows_go_by_their_handle_and_a_cut_one_is_rejected(stage, take):
    await take("oapen.csv")
    assert list(staged(stage)) == [
        "kap:https://library.oapen.org/handle/20.500.12657/999999901",
        "kap:https://library.oapen.org/handle/20.500.12657/999999902",
    ]
    assert rejected(stage) == [("bad-row", "2 cells under 23 columns")]


async def test_lines_before_the_header_row_are_listed(stage, take):
    await take("doab-2018.csv")
    assert rejected(stage) == [("before-header", "a line before the header row")]
    assert len(staged(stage)) == 1


async def test_utf16_is_read(stage, take):
    await take("publication_title\ttitle_url\ttitle_id\nÅ\tu\tx\n".encode("utf-16"))
    row = msgspec.json.decode(staged(stage)["kap:x"])
    assert row == {"publication_title": "Å", "title_url": "u", "title_id": "x"}


async def test_pages_are_told(take, monkeypatch):
    monkeypatch.setattr(importing, "PAGE_RECORDS", 2)
    told: list[Progress] = []
    await take("kbart.tsv", report=told.append)
    assert [(each.n_pages, each.n_records) for each in told] == [(1, 2), (2, 4), (3, 4)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no ONIX, MARCXML or KBART"),
        (b"a,b\n1,2\n", "no header row of OAPEN's or DOAB's CSV"),
        (b"<html/>", "XML, but neither ONIX nor MARCXML"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "unknown encoding"),
        (b"\x1f\x8bnot gzip", "Unknown compression method"),
    ],
)
async def test_a_file_of_no_known_format_is_refused(stage, take, content, why):
    with pytest.raises(UnreadableFile, match=why):
        await take(content)
    assert stage.source_states() == {}


async def test_an_absent_file_is_refused(take):
    with pytest.raises(HarvestError, match="No such file"):
        await take("absent.xml")


async def test_a_harvested_source_is_not_written_to(stage, take):
    await stage.begin_run("kap", "http://repository.example/oai\noai_dc\n")
    with pytest.raises(UnreadableFile, match="'kap' is harvested"):
        await take("onix-short.xml")


async def test_a_header_row_alone_is_a_failed_import(take):
    report = await take(b"publication_title\ttitle_url\n")
    assert (report.state, report.error) == ("failed", "file has no records")


async def test_exports_of_the_corpus_come_whole(stage, corpus):
    exports = corpus / "oapen" / "exports"
    for name, n_records in (
        ("harvester__test.onix", 6),
        ("repository-export.onix_3.0-short.xml", 6),
        ("DATA_oapen_25rows.tsv", 24),
        ("repository-export-10rows.csv", 9),
        ("repository-export.marc-short.xml", 3),
        ("a25b4d28-4003-4ef3-9e5c-63b01f60f95c.marc.xml", 1),
    ):
        report = await import_file(name, exports / name, stage)
        assert (report.state, report.tally) == ("complete", Tally(new=n_records)), name
