"""Every record of the corpus is mapped or refused, and no identifier that it states is lost.

The identifiers are found by regular expressions over the raw text, tag by tag or value by value,
with nothing of ours in between; what is not found again in the work has its reason in a list here.
"""

import gzip
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from graph.crosswalk import map_record
from graph.errors import UnmappableRecord
from graph.work import Work
from harvester.record import StagedRecord

_REST = (
    "datacite/rest-json/bolognese-cassettes.jsonl.gz",
    "hepdata/datacite-rest-json/bolognese-hyper-authorship.jsonl.gz",
    "zenodo/datacite-rest-json/bolognese-zenodo.jsonl.gz",
)
"""Answers of DataCite's REST API with the XML of a record inside."""
_JSON = {
    "cernopendata-json": ("cernopendata/json/records", "cernopendata/json/supplementaries"),
    "inspire-json": ("inspire/json/literature_",),
}

_PATTERNS = {
    "doi": re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s<>\"]+"),
    "isbn": re.compile(r"(?<![\w./-])97[89][- ]?(?:\d[- ]?){9}\d(?!\w)"),
    "arxiv": re.compile(
        r"(?:arxiv[:./]\s*(?:org/)?(?:abs/|pdf/)?)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})",
        re.IGNORECASE,
    ),
}
_ISBN10 = re.compile(r"(?i:isbn)(?:-10)?[:\s]*((?:\d[ -]?){9}[\dX])(?![\d-])")
_TAG = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)([^>]*)>([^<]*)")
_ATTRIBUTE = re.compile(r"([\w:.-]+)=\"([^\"]*)\"")
_NO_STATEMENT = re.compile(r"xmlns.*|.*schemaLocation")
_RELATED = frozenset({"relatedIdentifier", "relatedItemIdentifier", "relation"})
_CERN_RECORD = re.compile(r"(?:relations|links|system_details)\.recid")

_FREE_TEXT = re.compile(r"description|.*\.description|references\.raw_refs\.value")
"""Sentences and unread references: an identifier in them is mentioned, not stated as a relation.

`description` is DataCite's and Dublin Core's element; the others are fields of CERN Open Data and
INSPIRE. The words are kept and searched, no link is made of them.
"""
_EXPLAINED = {
    ("doi", "doi:10.26259/5c43ca8f", "relatedIdentifier"): "a RAiD: kept by its address raid.org",
    ("doi", "doi:10.1155/2010/194946", "identifier"): "an example of OAI identifiers in the header",
    ("doi", "doi:10.4121/resource:terms_of_use", "rights@rightsURI"): "terms of use, not the thing",
    **dict.fromkeys(
        (
            ("doi", "doi:10.1163/qwerty", "identifier"),
            ("doi", "doi:10.1080/09672567.2013.792375", "identifier"),
            ("doi", "doi:10.1080/08673487.2012.812376", "identifier"),
            ("doi", "doi:10.1090/08673487.2012.812376", "identifier"),
            ("related", "ror_________::https://ror.org/00rqy9422", "relation"),
        ),
        "OpenAIRE's own notes beside the metadata that the repository delivered",
    ),
    ("related", "info:eu-repo/grantAgreement/EC/FP7/312463/EU//FIXO3", "relation"): (
        "a grant: in the funding of the work"
    ),
    ("related", "info:eu-repo/semantics/altIdentifier/doi/10.15479/AT:ISTA:92", "relation"): (
        "another identifier of the thing itself: among its identifiers"
    ),
}
"""What a record states and the work does not hold, or holds elsewhere, with the reason."""
_CITED = "references.reference.dois"
"""Papers cited by papers are INSPIRE's to tell; only DOIs of data and software make links."""
_DATA_DOIS = ("doi:10.7483/", "doi:10.17182/", "doi:10.5281/")

_N_RECORDS = 9992
_N_WORKS = 9658
_N_FOUND = Counter({"doi": 9958, "related": 5874, "record": 1782, "isbn": 630, "arxiv": 101})
_N_UNRESOLVED = 609
_REASONS = {"unknown-dialect", "no-metadata", "authority-record", "several-records"}


@dataclass
class _Read:
    """What became of the records of the corpus."""

    n_works: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    malformed: set[str] = field(default_factory=set)
    found: Counter[str] = field(default_factory=Counter)
    in_free_text: Counter[str] = field(default_factory=Counter)
    n_cited: int = 0
    """DOIs of papers that INSPIRE's papers cite."""
    as_problem: Counter[str] = field(default_factory=Counter)
    """Related identifiers that nobody can resolve, by the reason kept in the work."""
    missing: set[tuple[str, str, str]] = field(default_factory=set)
    """Scheme, identifier, and the element, attribute or field that states it."""


@pytest.fixture(scope="module")
def read(corpus) -> _Read:
    """Map the corpus once; find its identifiers again."""
    result = _Read()
    for record, text in (*_xml_records(corpus, result.malformed), *_rest_records(corpus)):
        _check(record, list(_stated_in_xml(text)), result)
    for record, metadata in _json_records(corpus):
        _check(record, list(_stated_in_json(metadata)), result)
    return result


def _staged(identifier: str, content: bytes, prefix: str = "xml") -> StagedRecord:
    return StagedRecord(
        source="example",
        identifier=identifier,
        prefix=prefix,
        datestamp="2024-01-01T00:00:00Z",
        is_deleted=False,
        sets=(),
        sha256=b"",
        xml=content,
        harvested_at="2024-01-02T00:00:00Z",
        seq=1,
    )


def _xml_records(corpus: Path, malformed: set[str]) -> Iterator[tuple[StagedRecord, str]]:
    """The records of every page, and the files that are one record without a repository."""
    for path in sorted(corpus.rglob("*.xml")):
        content = path.read_bytes().strip()
        try:
            root = etree.fromstring(content)
        except etree.XMLSyntaxError:
            malformed.add(path.name)
            continue
        name = etree.QName(root).localname
        records = [each for each in root.iter("{*}record") if each.find("{*}header") is not None]
        for each in records:
            identifier = (each.findtext("{*}header/{*}identifier") or "none").strip()
            text = etree.tostring(each, encoding="unicode", with_tail=False)
            yield _staged(identifier, text.encode()), text.partition("header>")[2]
        if not records and name != "OAI-PMH":
            identifier = f"oai:example.org:{path.stem}"
            yield _staged(identifier, content), etree.tostring(root, encoding="unicode")


def _rest_records(corpus: Path) -> Iterator[tuple[StagedRecord, str]]:
    for name in _REST:
        with gzip.open(corpus / name, "rt") as lines:
            for number, line in enumerate(lines):
                if text := json.loads(line).get("xml_decoded"):
                    identifier = f"oai:example.org:{number}"
                    yield _staged(identifier, text.encode()), text


def _json_records(corpus: Path) -> Iterator[tuple[StagedRecord, dict[str, object]]]:
    for prefix, starts in _JSON.items():
        for path in sorted(corpus.glob("*/json/*")):
            if not str(path.relative_to(corpus)).startswith(starts):
                continue
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else b""
            for number, line in enumerate(content.splitlines() or [path.read_bytes()]):
                whole = json.loads(line)
                whole.pop("_corpus", None)  # a note of those who collected
                identifier = f"{path.stem}-{number}"
                yield (
                    _staged(identifier, json.dumps(whole).encode(), prefix),
                    whole.get("metadata", whole),
                )


def _stated_in_xml(text: str) -> Iterator[tuple[str, str]]:
    """Element or attribute, and what is written there."""
    text = re.sub(r"<!--.*?-->|<!\[CDATA\[|\]\]>", "", text, flags=re.DOTALL)
    for element, attributes, content in _TAG.findall(text):
        yield element, html.unescape(html.unescape(content)).strip()
        for attribute, value in _ATTRIBUTE.findall(attributes):
            if not _NO_STATEMENT.fullmatch(attribute):
                yield f"{element}@{attribute}", html.unescape(value)


def _stated_in_json(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, each in value.items():
                if key == "recid" and "doi" in value:
                    continue  # one record told twice: the DOI is enough
                yield from _stated_in_json(each, f"{path}.{key}".lstrip("."))
        case list():
            for each in value:
                yield from _stated_in_json(each, path)
        case str() | int():
            yield path, str(value)
        case _:
            return  # a number with a fraction, or nothing


def _check(record: StagedRecord, stated: list[tuple[str, str]], read: _Read) -> None:
    try:
        work = map_record(record)
    except UnmappableRecord as refusal:
        read.refused[refusal.reason] += 1
        return
    read.n_works += 1
    known = _known(work)
    for place, text in stated:
        for scheme, spellings in _identifiers(place, text):
            read.found[scheme] += 1
            if not known.isdisjoint(spellings):
                continue
            if place == _CITED and not min(spellings).startswith(_DATA_DOIS):
                read.n_cited += 1
            elif _FREE_TEXT.fullmatch(place):
                read.in_free_text[scheme] += 1
            else:
                read.missing.add((scheme, min(spellings), place))
        if place in _RELATED and text:
            _check_related(place, text, work, read)


def _known(work: Work) -> set[str]:
    agents = (identifier for agent in work.creators for identifier in agent.identifiers)
    funders = (str(each) for grant in work.funding for each in grant.funder_identifiers)
    targets = (link.target for link in work.links)
    return {*map(str, (*work.identifiers, *targets, *agents)), *funders}


def _identifiers(place: str, text: str) -> Iterator[tuple[str, set[str]]]:
    """Scheme and the spellings by which the work may know it, each scheme once a text."""
    for found in set(_PATTERNS["doi"].findall(text)):
        doi = unquote(found).lower().rstrip(".,;)")
        arxiv = re.fullmatch(r"10\.48550/arxiv\.(.+?)(?:v\d+)?", doi)
        yield "doi", {f"doi:{doi}", f"doi:{doi})", *([f"arxiv:{arxiv[1]}"] if arxiv else [])}
    for found in set(_PATTERNS["isbn"].findall(text)):
        yield "isbn", {"isbn:" + re.sub(r"\D", "", found)}
    for found in set(_PATTERNS["arxiv"].findall(text)):
        yield "arxiv", {"arxiv:" + re.sub(r"\.[a-z]{2}/", "/", found.lower())}
    if place == "arxiv_eprints.value":
        yield "arxiv", {f"arxiv:{text.lower()}"}
    for found in set(_ISBN10.findall(text)):
        yield "isbn", {"isbn:" + _isbn13(re.sub(r"[ -]", "", found))}
    if _CERN_RECORD.search(place):
        yield "record", {f"oai:cernopendata.cern:{text}"}


def _isbn13(isbn10: str) -> str:
    digits = "978" + isbn10[:9]
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return digits + str((10 - total % 10) % 10)


def _check_related(place: str, text: str, work: Work, read: _Read) -> None:
    read.found["related"] += 1
    if any(text == link.stated_target for link in work.links):
        return
    words = " ".join(text.split())
    reasons = [each.reason for each in work.problems if words in each.detail]
    if reasons:
        read.as_problem[reasons[0]] += 1
    else:
        read.missing.add(("related", text, place))


def test_every_well_formed_record_is_a_work_or_refused_with_a_reason(read):
    """Refused are formats nobody delivers to us (arXiv's, DOAJ's, ISO 19115, Crossref, ONIX here
    without its importer), MARC of people and journals, and records without metadata.
    """
    counts = f"{read.n_works} works, refused {dict(read.refused)}"
    assert read.n_works + read.refused.total() == _N_RECORDS, counts
    assert read.n_works >= _N_WORKS, counts
    assert set(read.refused) <= _REASONS, counts


def test_malformed_files_are_these(read):
    assert read.malformed == {
        "ListRecordsBroken.xml",
        "a25b4d28-4003-4ef3-9e5c-63b01f60f95c.marc.xml",
        "bolognese__datacite-example-relateditems.xml",
        "eu__dnetlib__dhp__oa__graph__raw__oaf_notwellformed.xml",
        "fake3__00001.xml",
        "fake4__00001.xml",
        "lupo__datacite-example-relateditems.xml",
        "preston-malformed.xml",
        "xoai-item-31210.xml",
    }


def test_every_stated_identifier_is_in_the_work(read):
    counts = (
        f"found {dict(read.found)}, of them in free text {dict(read.in_free_text)}, "
        f"papers cited by papers {read.n_cited}"
    )
    assert read.missing - set(_EXPLAINED) == set(), counts
    assert set(_EXPLAINED) - read.missing == set(), f"explained and not missing; {counts}"
    assert read.found >= _N_FOUND, counts


def test_related_identifiers_that_nobody_can_resolve_are_kept_as_problems(read):
    """`bad-identifier`: INSPIRE number 0, wrong check digits, sample numbers, bibcodes, RRIDs;
    `relation-in-words`: report series and months; `self-relation`: the thing itself.
    """
    assert set(read.as_problem) <= {"bad-identifier", "relation-in-words", "self-relation"}
    assert read.as_problem.total() <= _N_UNRESOLVED, dict(read.as_problem)
