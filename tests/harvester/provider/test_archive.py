"""The archive: a folder of answers as a source of records."""

import gzip
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from harvester.errors import StorageError
from harvester.protocol import OAI, DeletedRecord, Granularity
from harvester.provider.archive import Archive, open_archive
from harvester.provider.source import Selection

QUIRKS = Path(__file__).parents[2] / "data" / "archive" / "quirks"
ANSWERS = Path(__file__).parents[2] / "data" / "oai"
OAI_XMLNS = 'xmlns="http://www.openarchives.org/OAI/2.0/"'
DC = '<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"/>'
DATACITE = '<resource xmlns="http://datacite.org/schema/kernel-4"/>'


def record(
    identifier: str, datestamp: str = "2020-01-01T00:00:00Z", metadata: str = DC, sets: str = ""
) -> str:
    specs = "".join(f"<setSpec>{spec}</setSpec>" for spec in sets.split())
    return (
        f"<record><header><identifier>{identifier}</identifier><datestamp>{datestamp}</datestamp>"
        f"{specs}</header><metadata>{metadata}</metadata></record>"
    )


def deleted(identifier: str, datestamp: str = "2021-01-01T00:00:00Z") -> str:
    return (
        f'<record><header status="deleted"><identifier>{identifier}</identifier>'
        f"<datestamp>{datestamp}</datestamp></header></record>"
    )


def page(*records: str, request: str = 'metadataPrefix="oai_dc"', issues: str = "") -> str:
    issued = f"<resumptionToken>{issues}</resumptionToken>" if issues else ""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><OAI-PMH {OAI_XMLNS}>"
        f'<request verb="ListRecords" {request}>http://x.example/oai</request>'
        f"<ListRecords>{''.join(records)}{issued}</ListRecords></OAI-PMH>"
    )


Opener = Callable[..., Archive]


@pytest.fixture
def opened(tmp_path: Path, request: pytest.FixtureRequest) -> Opener:
    """Write the files given by name, open their folder, close it after the test."""

    def opened(
        files: dict[str, str | bytes], page_size: int = 100, max_file_bytes: int = 2**20
    ) -> Archive:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        archive = open_archive(tmp_path, page_size=page_size, max_file_bytes=max_file_bytes)
        request.addfinalizer(archive.close)
        return archive

    return opened


def select(prefix: str = "oai_dc", **bounds: datetime | str) -> Selection:
    return Selection(prefix=prefix, **bounds)  # type: ignore[arg-type]  # dates and a set by name


def listed(archive: Archive, selection: Selection) -> list[str]:
    """Return the identifiers of all parts, in order; headers and records must agree."""
    found: list[list[str]] = []
    for read in (archive.headers, archive.records):
        position, each = "", []
        while True:
            part = read(selection, position)
            roots = [
                etree.fromstring(b"<a %s>%s</a>" % (OAI_XMLNS.encode(), xml)) for xml in part.items
            ]
            each += [root.findtext(f".//{OAI}identifier") or "" for root in roots]
            position = part.next_position
            if not position:
                break
        found.append(each)
    assert found[0] == found[1]
    assert archive.count(selection) == len(found[0])
    return found[0]


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def reasons(archive: Archive) -> list[tuple[str, str]]:
    return [(path.name, reason.split(":")[0]) for path, reason in archive.unreadable]


def test_order_is_datestamp_then_identifier(opened: Opener) -> None:
    archive = opened(
        {
            "a.xml": page(record("z", "2020-01-02T00:00:00Z"), record("c"), record("b")),
            "b.xml": page(record("a", "2020-01-03T00:00:00Z")),
        },
        page_size=1,
    )
    assert listed(archive, select()) == ["b", "c", "z", "a"]


def test_selection_by_bounds_includes_both(opened: Opener) -> None:
    archive = opened(
        {"a.xml": page(*(record(f"r{day}", f"2020-01-0{day}T00:00:00Z") for day in range(1, 6)))},
        page_size=2,
    )
    chosen = select(since=datetime(2020, 1, 2, tzinfo=UTC), until=datetime(2020, 1, 4, tzinfo=UTC))
    assert listed(archive, chosen) == ["r2", "r3", "r4"]


def test_set_holds_the_sets_below_it(opened: Opener) -> None:
    archive = opened(
        {"a.xml": page(record("a", sets="physics"), record("b", sets="physics:hep x"), record("c"))}
    )
    assert listed(archive, select(set="physics")) == ["a", "b"]
    assert listed(archive, select(set="physics:hep")) == ["b"]
    assert archive.count_sets() == 3


def test_sets_come_in_parts(opened: Opener) -> None:
    archive = opened({"a.xml": page(record("a", sets="p q r"))}, page_size=2)
    first = archive.sets("")
    assert [b"<setSpec>p<" in first.items[0], b"<setSpec>q<" in first.items[1]] == [True, True]
    second = archive.sets(first.next_position)
    assert (len(second.items), second.next_position) == (1, "")


def test_setspec_against_the_syntax_stays_in_its_header_only(opened: Opener) -> None:
    xml = page(record("a")).replace("</datestamp>", "</datestamp><setSpec>my set</setSpec>")
    archive = opened({"a.xml": xml})
    assert archive.count_sets() == 0
    assert b"<setSpec>my set</setSpec>" in archive.headers(select(), "").items[0]


@pytest.mark.parametrize("later_first", [True, False])
def test_later_datestamp_wins_whichever_file_has_it(opened: Opener, later_first: bool) -> None:  # noqa: FBT001  # a parameter of the test
    old = page(record("a", "2020-01-01T00:00:00Z", sets="old"))
    new = page(record("a", "2020-01-02T00:00:00Z", sets="new"))
    archive = opened({"1.xml": new, "2.xml": old} if later_first else {"1.xml": old, "2.xml": new})
    assert (archive.n_records, archive.superseded) == (1, 1)
    assert b"2020-01-02" in (archive.record("a", "oai_dc") or b"")
    assert listed(archive, select(set="new")) == ["a"]
    assert archive.count_sets() == 1


def test_same_item_in_two_formats_is_two_records(opened: Opener) -> None:
    archive = opened(
        {
            "1.xml": page(record("a")),
            "2.xml": page(record("a", metadata=DATACITE), request='metadataPrefix="datacite"'),
        }
    )
    assert (archive.n_records, archive.superseded) == (2, 0)
    assert [each.prefix for each in archive.formats("a") or ()] == ["datacite", "oai_dc"]


def test_request_names_the_format_even_against_the_root_element(opened: Opener) -> None:
    """CERN Open Data answers oai_datacite with a bare DataCite resource."""
    archive = opened(
        {"1.xml": page(record("a", metadata=DATACITE), request='metadataPrefix="oai_datacite"')}
    )
    assert [each.prefix for each in archive.formats(None) or ()] == ["oai_datacite"]


@pytest.mark.parametrize(
    ("metadata", "prefix"),
    [
        (DC, "oai_dc"),
        (DATACITE, "datacite"),
        ('<resource xmlns="http://datacite.org/schema/kernel-2.2"/>', "datacite"),
        ('<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.0/"/>', "oai_datacite"),
        ('<metadata xmlns="http://www.lyncode.com/xoai"/>', "xoai"),
        ('<m:record xmlns:m="http://www.loc.gov/MARC21/slim"/>', "marcxml"),
        ('<arXiv xmlns="http://arxiv.org/OAI/arXiv/"/>', "arXiv"),
    ],
)
def test_root_element_names_the_format_of_a_single_record(
    opened: Opener, metadata: str, prefix: str
) -> None:
    archive = opened(
        {"1.xml": record("a", metadata=metadata).replace("<record>", f"<record {OAI_XMLNS}>")}
    )
    assert [each.prefix for each in archive.formats(None) or ()] == [prefix]


def test_page_of_a_token_has_the_format_of_the_page_that_issued_it(opened: Opener) -> None:
    """Files sort as 1, 10, 2: the chain of tokens is followed, not the names."""
    asked = 'metadataPrefix="oai_datacite"'
    archive = opened(
        {
            "page-1.xml": page(record("a", metadata=DATACITE), request=asked, issues="t1"),
            "page-10.xml": page(record("c", metadata=DATACITE), request='resumptionToken="t2"'),
            "page-2.xml": page(
                record("b", metadata=DATACITE), request='resumptionToken="t1"', issues="t2"
            ),
        }
    )
    assert listed(archive, select("oai_datacite")) == ["a", "b", "c"]


def test_page_of_an_unknown_token_goes_by_its_root_elements(opened: Opener) -> None:
    archive = opened({"1.xml": page(record("a"), request='resumptionToken="lost"')})
    assert listed(archive, select("oai_dc")) == ["a"]


def test_deleted_record_has_no_metadata_and_makes_the_archive_persistent(opened: Opener) -> None:
    faulty = deleted("a").replace("</record>", f"<metadata>{DC}</metadata></record>")
    archive = opened({"1.xml": page(faulty)})
    assert archive.identify().deleted_record is DeletedRecord.PERSISTENT
    assert b"metadata" not in (archive.record("a", "oai_dc") or b"metadata")
    assert archive.formats("a") == ()


def test_deletion_of_no_known_format_holds_in_every_format(opened: Opener) -> None:
    archive = opened(
        {
            "1.xml": deleted("a").replace("<record>", f"<record {OAI_XMLNS}>"),
            "2.xml": page(record("a")),
            "3.xml": page(record("a", metadata=DATACITE), request='metadataPrefix="datacite"'),
        }
    )
    assert archive.formats("a") == ()
    assert (archive.n_records, archive.superseded) == (2, 2)


def test_deletion_in_an_archive_without_formats_is_listed(opened: Opener) -> None:
    archive = opened({"1.xml": deleted("a").replace("<record>", f"<record {OAI_XMLNS}>")})
    assert reasons(archive) == [("1.xml", "no-metadata")]


def test_bare_document_is_named_after_its_file_and_dated_1970(opened: Opener) -> None:
    archive = opened({"sub/my item.xml": DATACITE})
    header = archive.headers(select("datacite"), "").items[0]
    assert header == (
        b"<header><identifier>oai:archive:sub/my%20item</identifier>"
        b"<datestamp>1970-01-01T00:00:00Z</datestamp></header>"
    )


def test_lone_xoai_item_gets_back_its_namespace(opened: Opener) -> None:
    item = (QUIRKS / "item-without-namespaces.xml").read_bytes()
    archive = opened({"item.xml": item})
    xml = etree.fromstring(archive.record("oai:archive:item", "xoai") or b"")
    payload = xml[1][0]
    assert {etree.QName(each).namespace for each in payload.iter("*")} == {
        "http://www.lyncode.com/xoai"
    }
    assert payload.findtext(".//{*}field[@name='value']") == "Quill,\N{NO-BREAK SPACE}Ada"


def test_answer_that_lost_the_protocols_namespace_gets_it_back(opened: Opener) -> None:
    answer = (QUIRKS / "answer-without-namespace.xml").read_bytes()
    archive = opened({"answer.xml": answer})
    xml = etree.fromstring(
        archive.record("oai:library.example.org:20.500.99999/802", "xoai") or b""
    )
    assert [child.tag for child in xml] == [OAI + "header", OAI + "metadata"]
    assert xml[1][0].tag == "{http://www.lyncode.com/xoai}metadata"


def test_metadata_without_a_namespace_does_not_fall_into_the_protocols(opened: Opener) -> None:
    xml = (
        '<o:record xmlns:o="http://www.openarchives.org/OAI/2.0/"><o:header>'
        "<o:identifier>a</o:identifier><o:datestamp>2020-01-01</o:datestamp></o:header>"
        "<o:metadata><odd/></o:metadata></o:record>"
    )
    archive = opened({"1.xml": xml})
    record = archive.record("a", "odd") or b""
    around = etree.fromstring(b"<a %s>%s</a>" % (OAI_XMLNS.encode(), record))
    assert around[0][1][0].tag == "odd"


def test_served_record_is_canonically_the_archived_one(opened: Opener) -> None:
    answer = (QUIRKS / "token-page.xml").read_bytes()
    archive = opened({"1.xml": answer})
    originals = {
        element.findtext(f".//{OAI}identifier"): element
        for element in etree.fromstring(answer).iter(OAI + "record")
    }
    assert len(originals) == 3
    for identifier, original in originals.items():
        served = etree.fromstring(archive.record(str(identifier), "oai_dc") or b"")
        served.tail = original.tail = None
        assert canonical(served) == canonical(original)


def test_cdata_and_comments_survive(opened: Opener) -> None:
    inner = DC.replace("/>", "><!-- kept --><![CDATA[a < b]]></dc>")
    archive = opened({"1.xml": page(record("a", metadata=inner))})
    assert b"<!-- kept --><![CDATA[a < b]]>" in (archive.record("a", "oai_dc") or b"")


def test_other_encodings_become_utf_8(opened: Opener) -> None:
    inner = DC.replace("/>", ">Brélaz</dc>")
    latin = page(record("a", metadata=inner)).replace("UTF-8", "ISO-8859-1").encode("latin-1")
    archive = opened({"1.xml": latin})
    assert "Brélaz".encode() in (archive.record("a", "oai_dc") or b"")


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b" \n\t", b"\xef\xbb\xbf\r\n"])
def test_space_or_byte_order_mark_before_the_xml_is_allowed(opened: Opener, before: bytes) -> None:
    assert opened({"1.xml": before + page(record("a")).encode()}).n_records == 1


def test_gzip_is_known_by_its_bytes_and_folders_are_read_to_the_bottom(opened: Opener) -> None:
    packed = gzip.compress(page(record("a")).encode(), mtime=0)
    archive = opened(
        {"1.xml.gz": packed, "sub/deeper/2.xml": gzip.compress(page(record("b")).encode(), mtime=0)}
    )
    assert listed(archive, select()) == ["a", "b"]


BOMB = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;">]>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Down for maintenance", "not-xml"),
        (b"", "not-xml"),
        (page(record("a")).encode()[:-30], "cut"),
        (b"<html><body>Sorry</body></html>", "unknown-root"),
        (f"{BOMB}{page(record('a')).split('?>', 1)[1]}".encode(), "entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "entities"),
        (gzip.compress(page(record("a")).encode(), mtime=0)[:-9], "bad-gzip"),
        (b" " * 5001, "too-large"),
        (gzip.compress(b" " * 5001, mtime=0), "too-large"),
    ],
)
def test_unreadable_file_is_listed_and_the_others_served(
    opened: Opener, content: bytes, reason: str
) -> None:
    archive = opened({"bad.xml": content, "good.xml": page(record("b"))}, max_file_bytes=5000)
    assert reasons(archive) == [("bad.xml", reason)]
    assert listed(archive, select()) == ["b"]
    assert archive.n_files == 2


def test_cut_page_gives_none_of_its_records(opened: Opener) -> None:
    cut = page(record("a"), record("b")).encode()[:-30]
    assert opened({"1.xml": cut}).n_records == 0


def test_record_that_cannot_be_served_is_listed_beside_its_readable_neighbours(
    opened: Opener,
) -> None:
    archive = opened({"1.xml": page(record("a"), record(""), record("c", "yesterday"))})
    assert listed(archive, select()) == ["a"]
    assert [reason for _, reason in archive.unreadable] == [
        "no-identifier: the header names no item (record 2)",
        "bad-datestamp: c has 'yesterday' (record 3)",
    ]


def test_single_record_without_metadata_is_listed(opened: Opener) -> None:
    empty = record("a", metadata="").replace("<record>", f"<record {OAI_XMLNS}>")
    archive = opened({"1.xml": empty, "2.xml": page(record("b", "0001-01-01T00:00:00+01:00"))})
    assert reasons(archive) == [("1.xml", "no-metadata"), ("2.xml", "bad-datestamp")]


def test_undeclared_prefix_other_than_xsi_is_no_xml(opened: Opener) -> None:
    assert reasons(opened({"1.xml": '<metadata foo:a="b"/>'})) == [("1.xml", "not-xml")]


def test_answers_that_hold_no_records_are_no_fault(opened: Opener) -> None:
    listing = page().replace("ListRecords", "ListIdentifiers")
    error = (ANSWERS / "no-records-match.xml").read_bytes()
    archive = opened({"1.xml": listing, "2.xml": error})
    assert (archive.n_records, archive.unreadable) == (0, ())


def test_identify_tells_the_earliest_datestamp_and_the_granularity(opened: Opener) -> None:
    archive = opened({"1.xml": page(record("a", "2012-07-04"), record("b", "2011-01-01"))})
    facts = archive.identify()
    assert facts.earliest == datetime(2011, 1, 1, tzinfo=UTC)
    assert facts.granularity is Granularity.DAY
    assert facts.deleted_record is DeletedRecord.NO


def test_one_datestamp_in_seconds_makes_the_granularity_seconds(opened: Opener) -> None:
    archive = opened({"1.xml": page(record("a", "2012-07-04"), record("b"))})
    assert archive.identify().granularity is Granularity.SECOND


def test_datestamp_with_a_fraction_or_an_offset_is_served_and_sorted(opened: Opener) -> None:
    archive = opened(
        {
            "1.xml": page(
                record("a", "2020-01-01T10:00:00.5Z"), record("b", "2020-01-01T10:30:00+01:00")
            )
        }
    )
    assert listed(archive, select()) == ["b", "a"]
    assert b"10:30:00+01:00" in archive.headers(select(), "").items[0]


def test_format_is_described_as_the_records_declare_it(opened: Opener) -> None:
    located = DC.replace(
        "/>",
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation='
        '"http://www.openarchives.org/OAI/2.0/oai_dc/ http://x.example/oai_dc.xsd"/>',
    )
    [described] = opened({"1.xml": page(record("a", metadata=located))}).formats(None) or ()
    assert described.schema == "http://x.example/oai_dc.xsd"
    assert described.namespace == "http://www.openarchives.org/OAI/2.0/oai_dc/"


def test_hidden_files_are_left_alone(opened: Opener) -> None:
    assert opened({".DS_Store": b"\x00", ".git/x.xml": "x", "1.xml": page()}).n_files == 1


def test_two_openings_give_the_same_answers(opened: Opener, tmp_path: Path) -> None:
    archive = opened({"1.xml": page(record("b"), record("a")), "2.xml": DATACITE})
    with open_archive(tmp_path) as again:
        assert again.records(select(), "") == archive.records(select(), "")
        assert again.formats(None) == archive.formats(None)


def test_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is not a folder"):
        open_archive(tmp_path / "absent")


@pytest.mark.parametrize(
    ("folder", "by_prefix", "superseded", "unreadable"),
    [
        (
            "zenodo/oai",
            {"datacite": 50, "oai_datacite": 85, "oai_datacite3": 8, "oai_dc": 199},
            13,
            [("preston-malformed.xml", "not-xml"), ("http-exchanges.jsonl", "not-xml")],
        ),
        ("cernopendata/oai-reconstructed/oai_datacite", {"oai_datacite": 120}, 0, []),
        ("hepdata/oai-reconstructed-datacite/oai_datacite", {"oai_datacite": 786}, 0, []),
        ("oapen/xoai", {"xoai": 60}, 1, []),
    ],
)
def test_corpus_is_read_whole(
    corpus: Path,
    folder: str,
    by_prefix: dict[str, int],
    superseded: int,
    unreadable: list[tuple[str, str]],
) -> None:
    with open_archive(corpus / folder) as archive:
        counted = Counter(
            {
                each.prefix: archive.count(select(each.prefix))
                for each in archive.formats(None) or ()
            }
        )
        assert counted == by_prefix
        assert archive.superseded == superseded
        assert reasons(archive) == unreadable
