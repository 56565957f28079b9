"""From a parsed answer to records, headers, tokens and descriptions; pure, one walk.

sickle's models read all but records and their headers; its transport and parser are not used.
Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#XMLResponse
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from lxml import etree
from sickle.models import Identify, MetadataFormat, ResumptionToken, Set

from harvester.answers.answer import Answer, read_answer
from harvester.protocol import OAI, Granularity, Verb
from harvester.record import RawRecord

__all__ = [
    "Answer",
    "FormatDescription",
    "Page",
    "RecordHeader",
    "Rejected",
    "RepositoryDescription",
    "SetDescription",
    "read_answer",
    "read_formats",
    "read_identify",
    "read_page",
    "read_record",
    "read_sets",
]

_RECORD: Final = f"{OAI}record"
_HEADER: Final = f"{OAI}header"
_IDENTIFIER: Final = f"{OAI}identifier"
_DATESTAMP: Final = f"{OAI}datestamp"
_SET_SPEC: Final = f"{OAI}setSpec"
_COUNT_DIGITS: Final = 18
"""Longest count read; SQLite's integers end at 19 digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A `<record>` or a whole page that cannot be staged, with its bytes."""

    identifier: str
    """Empty when there is none."""
    reason: str
    """`no-header`, `no-identifier` or `other-namespace`; of a page `not-xml` or `cut-page`."""
    detail: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHeader:
    """One `<header>` of a ListIdentifiers answer."""

    identifier: str
    datestamp: str
    """As the repository wrote it; empty when it did not."""
    is_deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a ListRecords or ListIdentifiers answer."""

    records: tuple[RawRecord, ...]
    rejected: tuple[Rejected, ...]
    token: str | None
    """None at the end of the list, however the repository marks it."""
    complete_list_size: int | None
    """What the repository announces for the whole list; None when it does not."""
    cursor: int | None
    response_date: str
    headers: tuple[RecordHeader, ...] = ()
    """Of ListIdentifiers, whose pages have no records."""

    @property
    def items(self) -> tuple[RawRecord | RecordHeader, ...]:
        """What the page lists: records, or headers where those were asked for."""
        return self.records or self.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryDescription:
    """What a repository says of itself in Identify."""

    name: str
    base_url: str
    """Not to be followed: DOAB states OAPEN's address."""
    earliest_datestamp: str
    deleted_record: str
    """`no`, `transient` or `persistent`; as sent, empty when missing."""
    granularity: Granularity
    """Day when the repository states none that exists: every repository accepts days."""
    response_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDescription:
    """One `<set>`."""

    spec: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatDescription:
    """One `<metadataFormat>`."""

    prefix: str
    schema: str
    namespace: str


def read_page(answer: Answer, *, verb: Verb = Verb.LIST_RECORDS) -> Page:
    """Take the records or headers, the rejected ones and the token out of an answer.

    An answer without the verb's element is an empty page: that is how some repositories write
    the end of a list.
    """
    is_of_headers = verb is Verb.LIST_IDENTIFIERS
    item_name = "header" if is_of_headers else "record"
    records: list[RawRecord] = []
    headers: list[RecordHeader] = []
    rejected: list[Rejected] = []
    listing = _listing(answer, verb)
    for element in listing.iterchildren(f"{{*}}{item_name}"):
        match _read_header(element) if is_of_headers else _read_record(element):
            case RawRecord() as record:
                records.append(record)
            case RecordHeader() as header:
                headers.append(header)
            case Rejected() as unreadable:
                rejected.append(unreadable)
    token = _read_token(listing)
    return Page(
        records=tuple(records),
        headers=tuple(headers),
        rejected=tuple(rejected),
        token=token.token or None,
        complete_list_size=_count(token.complete_list_size),
        cursor=_count(token.cursor),
        response_date=answer.response_date,
    )


def read_record(answer: Answer) -> RawRecord | Rejected | None:
    """Read a GetRecord answer; None when it holds no record."""
    page = read_page(answer, verb=Verb.GET_RECORD)
    if page.records:
        return page.records[0]
    return page.rejected[0] if page.rejected else None


def read_identify(answer: Answer) -> RepositoryDescription:
    """Read an Identify answer; what is missing is empty."""
    has_element = answer.xml.find(f".//{OAI}Identify") is not None
    fields = Identify(answer) if has_element else None  # type: ignore[no-untyped-call]  # sickle
    return RepositoryDescription(
        name=_text(fields, "repositoryName"),
        base_url=_text(fields, "baseURL"),
        earliest_datestamp=_text(fields, "earliestDatestamp"),
        deleted_record=_text(fields, "deletedRecord"),
        granularity=_granularity(_text(fields, "granularity")),
        response_date=answer.response_date,
    )


def read_sets(answer: Answer) -> tuple[tuple[SetDescription, ...], str | None]:
    """Read a ListSets page: the sets and the token of the next page."""
    listing = _listing(answer, Verb.LIST_SETS)
    described = tuple(
        SetDescription(spec=_text(each, "setSpec"), name=_text(each, "setName"))
        for each in map(Set, listing.iterchildren(f"{OAI}set"))
    )
    return described, _read_token(listing).token or None


def read_formats(answer: Answer) -> tuple[FormatDescription, ...]:
    """Read a ListMetadataFormats answer."""
    listing = _listing(answer, Verb.LIST_METADATA_FORMATS)
    return tuple(
        FormatDescription(
            prefix=_text(each, "metadataPrefix"),
            schema=_text(each, "schema"),
            namespace=_text(each, "metadataNamespace"),
        )
        for each in map(MetadataFormat, listing.iterchildren(f"{OAI}metadataFormat"))
    )


def _listing(answer: Answer, verb: Verb) -> etree._Element:
    listing = answer.xml.find(f"{OAI}{verb}")
    return etree.Element("empty") if listing is None else listing


def _read_record(element: etree._Element) -> RawRecord | Rejected:
    xml = etree.tostring(element, encoding="utf-8", with_tail=False)
    if element.tag != _RECORD:
        return _of_other_namespace(element, xml)
    header_element = next(element.iterchildren(_HEADER), None)
    if header_element is None:
        return Rejected(identifier="", reason="no-header", detail="no <header>", body=xml)
    header = _fields(header_element)
    if not header.identifier:
        return _without_identifier(xml)
    return RawRecord(
        identifier=header.identifier,
        datestamp=header.datestamp,
        is_deleted=header.is_deleted,
        sets=header.sets,
        xml=xml,
    )


def _read_header(element: etree._Element) -> RecordHeader | Rejected:
    if element.tag != _HEADER:
        xml = etree.tostring(element, encoding="utf-8", with_tail=False)
        return _of_other_namespace(element, xml)
    header = _fields(element)
    if not header.identifier:
        return _without_identifier(etree.tostring(element, encoding="utf-8", with_tail=False))
    return RecordHeader(
        identifier=header.identifier,
        datestamp=header.datestamp,
        is_deleted=header.is_deleted,
    )


class _Fields(NamedTuple):
    """What a `<header>` holds."""

    identifier: str
    datestamp: str
    is_deleted: bool
    sets: tuple[str, ...]


def _fields(header: etree._Element) -> _Fields:
    """Read a header in one walk; of a repeated field the first counts.

    Every record comes through here, and sickle's model of a header takes four times as long.
    """
    identifier: str | None = None
    datestamp: str | None = None
    sets: list[str] = []
    for element in header:
        tag = element.tag
        if tag == _IDENTIFIER and identifier is None:
            identifier = (element.text or "").strip()
        elif tag == _DATESTAMP and datestamp is None:
            datestamp = (element.text or "").strip()
        elif tag == _SET_SPEC and (spec := (element.text or "").strip()):
            sets.append(spec)
    is_deleted = header.get("status") == "deleted"
    return _Fields(identifier or "", datestamp or "", is_deleted, tuple(sets))


def _of_other_namespace(element: etree._Element, xml: bytes) -> Rejected:
    detail = f"{element.tag} is not in the namespace of OAI-PMH"
    return Rejected(identifier="", reason="other-namespace", detail=detail, body=xml)


def _without_identifier(xml: bytes) -> Rejected:
    detail = "the <header> has no <identifier>"
    return Rejected(identifier="", reason="no-identifier", detail=detail, body=xml)


def _read_token(listing: etree._Element) -> ResumptionToken:
    element = listing.find(f"{OAI}resumptionToken")
    if element is None:
        return ResumptionToken()  # type: ignore[no-untyped-call]  # sickle has no types
    return ResumptionToken(  # type: ignore[no-untyped-call]  # sickle has no types
        token=(element.text or "").strip(),
        cursor=element.get("cursor", ""),
        complete_list_size=element.get("completeListSize", ""),
        expiration_date=element.get("expirationDate", ""),
    )


def _count(text: str) -> int | None:
    """A count as a repository writes it; None when it is missing or no number below 10^18."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _COUNT_DIGITS else None


def _text(fields: object, name: str) -> str:
    """A field of one of sickle's models, which have no attribute for what was not sent."""
    return (getattr(fields, name, None) or "").strip()


def _granularity(text: str) -> Granularity:
    try:
        return Granularity(text)
    except ValueError:
        return Granularity.DAY
