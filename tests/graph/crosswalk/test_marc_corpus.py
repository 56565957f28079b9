"""Every MARC record of the corpus maps or is no work, and no identifier in it is lost.

The identifiers are found again by regular expressions over the text of the record alone.
"""

import gzip
import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from graph.crosswalk.draft import Draft
from graph.crosswalk.marcxml import map_marcxml
from graph.errors import UnmappableRecord
from graph.work import Kind, Work
from harvester.record import StagedRecord

_FILES = (
    "inspire/marcxml/demo-records.xml.gz",
    "inspire/marcxml/demo-records-acceptance.xml.gz",
    "oapen/exports/repository-export.marc-short.xml",
    "oapen/exports/a25b4d28-4003-4ef3-9e5c-63b01f60f95c.marc.xml",
    "generic-oai/invenio-oaiharvester/sample_inspire_response_listrecords.xml",
    "generic-oai/vufindharvest/marc.xml",
    "scoap3/publisher/cpc.xml",
    "scoap3/publisher/test_2.xml",
)
_STAGED = StagedRecord(
    source="example",
    identifier="oai:example.org:1",
    prefix="marcxml",
    datestamp="2024-01-01T00:00:00Z",
    is_deleted=False,
    sets=(),
    sha256=b"",
    xml=b"",
    harvested_at="2024-01-02T00:00:00Z",
    seq=1,
)
_UNDECLARED = b"<marc:record>"
_DECLARED = b'<marc:record xmlns:marc="http://www.loc.gov/MARC21/slim">'

_ARCHIVES = r"(?:astro-ph|cond-mat|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|nucl-(?:ex|th)|quant-ph)"
_PATTERNS = {
    "doi": re.compile(r"10\.\d{4,9}/[^\s<>\"]+"),
    "isbn": re.compile(r"(?<![\d.-])97[89][- ]?(?:\d[- ]?){9}\d(?!\d)"),
    "arxiv": re.compile(
        rf"(?<![\w./-])(?:\d{{4}}\.\d{{4,5}}(?![\d.])|{_ARCHIVES}(?:\.[A-Z]{{2}})?/\d{{7}})"
    ),
    "orcid": re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]"),
    "inspire-author": re.compile(r"INSPIRE-\d{8}"),
}
_EXPLAINED = {
    ("isbn", "9783319059426"): "the number of a book inside the DOI of a reference",
    ("isbn", "9789814307505"): "the number of a book inside the DOI of a reference, twice",
    ("isbn", "9783319150017"): "the number of the book inside the DOI of its chapter",
    ("isbn", "9789814733519"): "the number of the book inside the DOI of its chapter",
    ("isbn", "9783319150000"): "in a sentence of a note, where it is the book around",
    ("isbn", "9781912250134"): "written 518.9781912250134, which is no ISBN: listed as bad",
}


def _records(corpus: Path, name: str) -> Iterator[etree._Element]:
    content = (corpus / name).read_bytes()
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    if content.startswith(_UNDECLARED):  # cut out of a page that declared the prefix
        content = content.replace(_UNDECLARED, _DECLARED, 1)
    for record in etree.fromstring(content).iter("{*}record"):
        if any("field" in str(child.tag) for child in record):
            yield record


@pytest.fixture(scope="module")
def mapped(corpus) -> list[tuple[str, Work]]:
    """Text of each record, without tags, and the work made of it."""
    return list(_mapped(corpus))


def _mapped(corpus: Path) -> Iterator[tuple[str, Work]]:
    for name in _FILES:
        for record in _records(corpus, name):
            text = etree.tostring(record, encoding="unicode")
            if (work := _map(record)) is not None:
                yield html.unescape(re.sub(r"<[^>]*>", "\n", text)), work


def _map(record: etree._Element, refused: Counter[str] | None = None) -> Work | None:
    draft = Draft(_STAGED)
    try:
        map_marcxml(record, draft)
    except UnmappableRecord as refusal:
        if refused is not None:
            refused[f"{refusal.reason}: {refusal.detail}"] += 1
        return None
    return draft.finish()


def test_every_record_maps_or_is_no_work(corpus):
    refused: Counter[str] = Counter()
    kinds: Counter[Kind] = Counter()
    for name in _FILES:
        for record in _records(corpus, name):
            if (work := _map(record, refused)) is not None:
                kinds[work.kind] += 1
                assert "unknown-element" not in {problem.reason for problem in work.problems}
                assert work.titles
    assert kinds == {Kind.BOOK: 90, Kind.PAPER: 22, Kind.OTHER: 18, Kind.CHAPTER: 2}
    assert refused == {
        "authority-record: 980 HEPNAMES": 11,
        "authority-record: 980 JOURNALS": 3,
        "authority-record: 980 EXPERIMENT": 2,
        "authority-record: 980 CONFERENCES": 2,
        "authority-record: 980 INSTITUTION": 1,
        "authority-record: 980 JOB": 1,
        "authority-record: heading without title and number": 2,
    }


def test_every_identifier_in_the_text_is_in_the_work(mapped):
    n_found: Counter[str] = Counter()
    missing = set()
    for text, work in mapped:
        identifiers = {
            *work.identifiers,
            *(link.target for link in work.links),
            *(identifier for agent in work.creators for identifier in agent.identifiers),
        }
        known = {(identifier.scheme, identifier.value) for identifier in identifiers}
        for scheme, pattern in _PATTERNS.items():
            for found in {_plain(scheme, each) for each in pattern.findall(text)}:
                n_found[scheme] += 1
                if (scheme, found) not in known:
                    missing.add((scheme, found))
    assert n_found == {"inspire-author": 6009, "arxiv": 854, "doi": 244, "isbn": 17}
    assert missing == set(_EXPLAINED)


def _plain(scheme: str, text: str) -> str:
    match scheme:
        case "doi":
            return text.lower().rstrip(".,;)")
        case "isbn":
            return re.sub(r"\D", "", text)
        case _:
            return text
