"""Broken, endless and oversized records: a work of what could be read, or a refusal that says why.

Each in bounded time and memory: a hostile record must cost one record, never the build.
"""

import resource
import time
from collections.abc import Iterator

import pytest

from graph.crosswalk import map_record
from graph.errors import UnmappableRecord
from graph.work import Date, Identifier, Work
from harvester.record import StagedRecord

_OAI = 'xmlns="http://www.openarchives.org/OAI/2.0/"'
_KERNEL = 'xmlns="http://datacite.org/schema/kernel-4"'
_DEPTH = 10_000
_SECONDS = 20  # linear work stays far below it under a tracer too; quadratic work takes hours
_MEMORY = 300_000  # KiB by which the peak of the process may grow


def _staged(xml: bytes) -> StagedRecord:
    return StagedRecord(
        source="example",
        identifier="oai:example.org:1",
        prefix="any",
        datestamp="2024-01-01T00:00:00Z",
        is_deleted=False,
        sets=(),
        sha256=b"",
        xml=xml,
        harvested_at="2024-01-02T00:00:00Z",
        seq=1,
    )


def _wrapped(metadata: str) -> str:
    return f"<record {_OAI}><header/><metadata>{metadata}</metadata></record>"


def _datacite(inside: str) -> str:
    return _wrapped(f"<resource {_KERNEL}>{inside}</resource>")


def _map(text: str, encoding: str = "utf-8") -> Work:
    return map_record(_staged(text.encode(encoding)))


def _reason(xml: bytes) -> str:
    with pytest.raises(UnmappableRecord) as refusal:
        map_record(_staged(xml))
    assert len(refusal.value.detail) < 1000
    return refusal.value.reason


def _problems(work: Work) -> set[str]:
    return {problem.reason for problem in work.problems}


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Fail a test that takes long or much memory."""
    started, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - started < _SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < _MEMORY


@pytest.mark.parametrize(
    "metadata",
    [
        "<a>" * _DEPTH + "</a>" * _DEPTH,
        f"<resource {_KERNEL}>" + "<titles>" * _DEPTH + "</titles>" * _DEPTH + "</resource>",
        "<metadata>" + '<element name="dc">' * _DEPTH + "</element>" * _DEPTH + "</metadata>",
        "<dc>" + "<title>" * _DEPTH + "x" + "</title>" * _DEPTH + "</dc>",
    ],
    ids=["unknown", "datacite", "xoai", "oai_dc"],
)
def test_xml_nested_ten_thousand_deep_is_refused(metadata):
    assert _reason(_wrapped(metadata).encode()) == "not-xml"


@pytest.mark.parametrize(
    ("start", "element", "end"),
    [
        (f"<resource {_KERNEL}>", "titles", "</resource>"),
        ("<metadata>", 'element name="dc"', "</metadata>"),
        ("<dc>", "title", "</dc>"),
    ],
    ids=["datacite", "xoai", "oai_dc"],
)
def test_xml_as_deep_as_the_parser_allows_is_a_work(start, element, end):
    name = element.split()[0]
    nested = f"<{element}>" * 250 + "x" + f"</{name}>" * 250
    assert _map(_wrapped(start + nested + end)).source == "example"


def test_entities_that_multiply_are_refused():
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    start = f'<!DOCTYPE record [<!ENTITY l0 "lol">{entities}]>'
    text = start + _datacite("<titles><title>before &l9; after</title></titles>")
    assert _reason(text.encode()) == "not-xml"


def test_no_file_is_read_through_an_entity(tmp_path):
    (tmp_path / "secret").write_text("secret")
    start = f'<!DOCTYPE record [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    work = _map(start + _datacite("<titles><title>before &x; after</title></titles>"))
    assert "secret" not in work.titles[0].value


def test_a_title_of_two_megabytes_is_kept_whole():
    title = "word " * 400_000 + "&lt;i&gt;end&lt;/i&gt;"
    work = _map(_datacite(f"<titles><title>{title}</title></titles>"))
    assert work.titles[0].value == "word " * 400_000 + "end"


@pytest.mark.parametrize("letter", ["a", "<", "&", "$", "\\", "9"])
@pytest.mark.parametrize(
    "inside",
    [
        "<titles><title>{}</title></titles>",
        "<creators><creator><creatorName>{}</creatorName></creator></creators>",
        '<identifier identifierType="DOI">{}</identifier>',
        (
            "<relatedIdentifiers><relatedIdentifier relationType='Cites'>{}</relatedIdentifier>"
            "</relatedIdentifiers>"
        ),
        '<dates><date dateType="Issued">{}</date></dates>',
        "<rightsList><rights>{}</rights></rightsList>",
        "<language>{}</language>",
        "<resourceType>{}</resourceType>",
        (
            "<creators><creator><creatorName>A</creatorName><affiliation "
            'affiliationIdentifier="{0}" affiliationIdentifierScheme="GRID">{0}</affiliation>'
            "</creator></creators>"
        ),
        (
            "<fundingReferences><fundingReference><funderName>{0}</funderName><funderIdentifier>"
            '{0}</funderIdentifier><awardNumber awardURI="{0}">{0}</awardNumber>'
            "</fundingReference></fundingReferences>"
        ),
        '<subjects><subject valueURI="{0}">{0}</subject></subjects>',
        "<sizes><size>{}</size></sizes>",
        (
            "<alternateIdentifiers><alternateIdentifier alternateIdentifierType='report number'>"
            "A-{}</alternateIdentifier></alternateIdentifiers>"
        ),
    ],
    ids=[
        *("title", "name", "doi", "related", "date", "rights", "language", "type"),
        *("affiliation", "grant", "subject", "size", "report"),
    ],
)
def test_a_megabyte_of_one_letter_takes_bounded_time(inside, letter):
    long = letter.replace("&", "&amp;").replace("<", "&lt;") * 1_000_000
    work = _map(_datacite(inside.format(long)))
    assert all(len(problem.detail) <= 300 for problem in work.problems)


@pytest.mark.parametrize(
    ("text", "dates", "year", "problem"),
    [
        ("0000", (), None, "bad-date"),
        ("n.d.", (), None, "bad-date"),
        ("2010/2012", (Date("Issued", "2010"),), 2010, "date-range"),
        ("Spring 1999", (Date("Issued", "1999"),), 1999, "date-in-words"),
    ],
)
def test_a_date_gives_what_can_be_read_of_it_and_says_so(text, dates, year, problem):
    work = _map(_datacite(f'<dates><date dateType="Issued">{text}</date></dates>'))
    assert (work.dates, work.year) == (dates, year)
    assert [(p.reason, p.detail) for p in work.problems if "date" in p.reason] == [
        (problem, f"Issued {text}")
    ]


@pytest.mark.parametrize("year", ["0000", "n.d.", ":unav"])
def test_a_year_of_publication_that_is_none_is_said(year):
    work = _map(_datacite(f"<publicationYear>{year}</publicationYear>"))
    assert work.year is None
    assert "bad-year" in _problems(work)


@pytest.mark.parametrize(
    ("list_of", "one", "attributes"),
    [
        ("alternateIdentifiers", "alternateIdentifier", 'alternateIdentifierType="ISBN"'),
        (
            "relatedIdentifiers",
            "relatedIdentifier",
            'relatedIdentifierType="ISBN" relationType="IsPartOf"',
        ),
    ],
)
def test_an_isbn_with_a_wrong_check_digit_is_kept_as_a_problem_only(list_of, one, attributes):
    isbn = "978-3-16-148410-1"
    work = _map(_datacite(f"<{list_of}><{one} {attributes}>{isbn}</{one}></{list_of}>"))
    assert work.identifiers == (Identifier("oai", "example.org:1"),)
    assert not work.links
    assert any(isbn in problem.detail for problem in work.problems)


@pytest.mark.parametrize(
    ("between", "reports"),
    [
        (" ", (Identifier("report", "A-1"),)),
        ("\u200b", (Identifier("report", "A-1"),)),
        ("- ", ()),
        (" -", ()),
        ("-A-", ()),
    ],
)
def test_a_report_number_pulled_apart_takes_bounded_time(between, reports):
    work = _map(
        _datacite(
            "<alternateIdentifiers><alternateIdentifier alternateIdentifierType='report number'>"
            f"A{between * 300_000}-1</alternateIdentifier></alternateIdentifiers>"
        )
    )
    assert work.identifiers[1:] == reports


def test_ten_thousand_affiliations_all_stay_in_order_once_each():
    places = [f"Bank {number}" for number in range(10_000)]
    stated = "".join(f"<affiliation>{each}</affiliation>" for each in (*places, *places))
    work = _map(
        _datacite(f"<creators><creator><creatorName>A</creatorName>{stated}</creator></creators>")
    )
    assert [place.name for place in work.creators[0].affiliations] == places


def test_a_thousand_creators_all_stay_in_order():
    creators = "".join(
        f"<creator><creatorName>Name {n}</creatorName></creator>" for n in range(1000)
    )
    work = _map(_datacite(f"<creators>{creators}</creators>"))
    assert [agent.name for agent in work.creators] == [f"Name {n}" for n in range(1000)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["", '<?xml version="1.0"?>'])
def test_byte_order_mark_and_utf16_are_read(encoding, declared):
    text = declared + _datacite("<titles><title>Küste 海岸</title></titles>")
    assert _map(text, encoding).titles[0].value == "Küste 海岸"


def test_a_resource_without_namespace_is_read():
    text = "<record><header/><metadata><resource><titles><title>T</title></titles></resource>"
    assert _map(text + "</metadata></record>").titles[0].value == "T"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"", "not-xml"),
        (b"   ", "not-xml"),
        (b"\xef\xbb\xbf", "not-xml"),
        (b"\x00" * 100, "not-xml"),
        (b"plain words", "not-xml"),
        (b"<html><body>Service unavailable</body></html>", "no-metadata"),
        (_wrapped("").encode(), "no-metadata"),
        (_wrapped("words").encode(), "no-metadata"),
        (_wrapped("<!-- nothing -->").encode(), "no-metadata"),
        (_wrapped("<oai_datacite><payload/></oai_datacite>").encode(), "no-metadata"),
        (_wrapped("<new-dialect/>").encode(), "unknown-dialect"),
        (_datacite("<titles><title>T</title></titles>").encode()[:-30], "not-xml"),
        (_datacite("<titles><title>&#x1;</title></titles>").encode(), "not-xml"),
        (_datacite("<titles/>").encode("utf-16-le"), "not-xml"),
        (_datacite("<titles><title>\u00e9</title></titles>").encode("latin-1"), "not-xml"),
    ],
)
def test_what_holds_no_record_is_refused_with_its_reason(xml, reason):
    assert _reason(xml) == reason


@pytest.mark.parametrize("root", ["dc", "resource", "metadata"])
def test_an_empty_record_is_a_work_without_title(root):
    assert "no-title" in _problems(_map(_wrapped(f"<{root}/>")))


@pytest.mark.parametrize("root", ["oai_datacite", "record", "RDF"])
def test_an_empty_record_of_a_dialect_with_a_record_inside_is_refused(root):
    assert _reason(_wrapped(f"<{root}/>").encode()) == "no-metadata"


def test_every_prefix_of_a_record_is_a_work_or_refused():
    whole = _datacite("<titles><title>T</title></titles>").encode()
    assert {_reason(whole[:length]) for length in range(len(whole))} == {"not-xml"}


@pytest.mark.parametrize(
    "name",
    [
        "datacite/fixtures-lupo/lupo__utf-8_bom.xml",
        "datacite/fixtures-lupo/lupo__datacite_malformed_creator.xml",
        "datacite/fixtures-lupo/lupo__datacite_malformed_creator_name_type.xml",
        "datacite/fixtures-bolognese/bolognese__datacite_missing_creator.xml",
        "datacite/fixtures-bolognese/bolognese__datacite_blank_publisher.xml",
        "datacite/fixtures-bolognese/bolognese__datacite-geolocation-empty.xml",
    ],
)
def test_the_odd_files_of_the_corpus_are_works(corpus, name):
    assert map_record(_staged((corpus / name).read_bytes())).titles


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("datacite/fixtures-lupo/lupo__datacite-example-relateditems.xml", "not-xml"),
        ("zenodo/oai/oai_datacite/preston-malformed.xml", "not-xml"),
        ("generic-oai/sickle/ListRecordsBroken.xml", "not-xml"),
        ("generic-oai/pyoai/fake3__00001.xml", "not-xml"),
        ("generic-oai/pyoai/fake4__00001.xml", "not-xml"),
    ],
)
def test_the_malformed_files_of_the_corpus_are_refused(corpus, name, reason):
    assert _reason((corpus / name).read_bytes()) == reason
