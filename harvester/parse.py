"""From the bytes of an answer to records, headers, tokens and errors; pure, one parse, one walk.

The parser is strict: a recovering one ends a cut page without an error and damages the records
that follow a bad entity. sickle's models read the elements; its transport and parser are not used.
Specification: https://www.openarchives.org/OAI/openarchivesprotocol.html#XMLResponse
"""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree
from sickle.models import Header, Identify, MetadataFormat, ResumptionToken, Set

from harvester.errors import OAI_ERRORS, CutAnswer, NotOaiPmh, OaiError, UnknownOaiError
from harvester.protocol import OAI, Granularity, Verb
from harvester.record import RawRecord

_BOM: Final = b"\xef\xbb\xbf"
_ROOT_START = re.compile(rb"<(?:[\w.-]+:)?OAI-PMH[\s>]")
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?OAI-PMH\s*>")
_HEAD_BYTES: Final = 4096
"""How far into an answer its root is looked for when it does not parse."""
_SEARCHABLE = re.compile(
    rb"""\A(?:<\?xml\s[^>]*?\bencoding\s*=\s*["'](?:utf-8|us-ascii|iso-8859-1)["']"""
    rb"""|<\?xml\s+version\s*=\s*["']1\.[01]["']\s*\?>"""
    rb"""|<(?:\w|!|\?xml-))""",
    re.IGNORECASE,
)
"""How a body starts in which a document type declaration would be visible as ASCII bytes."""
_TEXT_LIMIT_BYTES: Final = 10_000_000
"""libxml2's XML_MAX_TEXT_LENGTH; a smaller body cannot have failed because of it."""
_COUNT_DIGITS: Final = 18
"""Longest count read; SQLite's integers end at 19 digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A well-formed OAI-PMH answer without an error element."""

    xml: etree._Element
    """The root; the name is the one that sickle's models read."""
    response_date: str
    """As the repository wrote it; empty when it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A `<record>` or a whole page that cannot be staged, with its bytes."""

    identifier: str
    """Empty when there is none."""
    reason: str
    """`no-header`, `no-identifier` or `entity-reference`; of a page `not-xml` or `cut-page`."""
    detail: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a ListRecords answer."""

    records: tuple[RawRecord, ...]
    rejected: tuple[Rejected, ...]
    token: str | None
    """None at the end of the list, however the repository marks it."""
    complete_list_size: int | None
    """What the repository announces for the whole list; None when it does not."""
    cursor: int | None
    response_date: str


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


def read_answer(body: bytes, *, url: str) -> Answer:
    """Parse an answer strictly.

    White space and a byte order mark before the XML declaration are tolerated (OAPEN, DataCite).

    Args:
        body: the answer, decompressed.
        url: where it came from, for messages.

    Raises:
        CutAnswer: it starts as OAI-PMH and its end is missing.
        NotOaiPmh: it is not well-formed XML, or its root is not OAI-PMH.
        OaiError: it is well-formed and holds an `<error>`; a subclass by code.
    """
    stripped = body.lstrip().removeprefix(_BOM).lstrip()
    try:
        root = _parse_strictly(stripped)
    except etree.XMLSyntaxError as error:
        if _ROOT_START.search(stripped, 0, _HEAD_BYTES) and not _ROOT_END.search(stripped):
            raise CutAnswer(f"answer of {url} ends early: {error}", url=url, body=body) from error
        raise NotOaiPmh(f"answer of {url} is not XML: {error}", url=url, body=body) from error
    if root.tag != f"{OAI}OAI-PMH":
        message = f"answer of {url} has the root {root.tag}, expected {OAI}OAI-PMH"
        raise NotOaiPmh(message, url=url, body=body)
    error_element = root.find(f"{OAI}error")
    if error_element is not None:
        raise _oai_error(error_element, url=url, body=body)
    date = (root.findtext(f"{OAI}responseDate") or "").strip()
    return Answer(xml=root, response_date=date)


def read_page(answer: Answer, *, verb: Verb = Verb.LIST_RECORDS) -> Page:
    """Take the records, the rejected records and the token out of an answer.

    An answer without the verb's element is an empty page: that is how some repositories write
    the end of a list.
    """
    records: list[RawRecord] = []
    rejected: list[Rejected] = []
    listing = _listing(answer, verb)
    has_doctype = answer.xml.getroottree().docinfo.internalDTD is not None
    for element in listing.iterchildren(f"{OAI}record"):
        record = _read_record(element, has_doctype=has_doctype)
        if isinstance(record, RawRecord):
            records.append(record)
        else:
            rejected.append(record)
    token = _read_token(listing)
    return Page(
        records=tuple(records),
        rejected=tuple(rejected),
        token=token.token or None,
        complete_list_size=_count(token.complete_list_size),
        cursor=_count(token.cursor),
        response_date=answer.response_date,
    )


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


def _parse_strictly(body: bytes) -> etree._Element:
    """Parse under libxml2's limits; lift them for one large text, never together with a DTD.

    libxml2 refuses a text above 10 MB, which OAI-PMH does not. Lifting the limit
    also lifts the guard against entity expansion, so it is done only where the bytes can be
    searched for a document type declaration and hold none. The client bounds the whole body.
    """
    try:
        return etree.fromstring(body, _parser(huge=False))
    except etree.XMLSyntaxError:
        is_guarded = _SEARCHABLE.match(body) is not None and b"<!DOCTYPE" not in body
        if len(body) < _TEXT_LIMIT_BYTES or not is_guarded:
            raise
    return etree.fromstring(body, _parser(huge=True))


def _parser(*, huge: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
        recover=False,
    )


def _oai_error(element: etree._Element, *, url: str, body: bytes) -> OaiError:
    code = element.get("code", "")
    text = " ".join("".join(map(str, element.itertext())).split())
    error_class = OAI_ERRORS.get(code, UnknownOaiError)
    message = f"{url} answers {code or 'an error without a code'}{': ' if text else ''}{text}"
    return error_class(message, url=url, code=code, body=body)


def _listing(answer: Answer, verb: Verb) -> etree._Element:
    listing = answer.xml.find(f"{OAI}{verb}")
    return etree.Element("empty") if listing is None else listing


def _read_record(element: etree._Element, *, has_doctype: bool) -> RawRecord | Rejected:
    xml = etree.tostring(element, encoding="utf-8", with_tail=False)
    header_element = element.find(f"{OAI}header")
    if header_element is None:
        return Rejected(identifier="", reason="no-header", detail="no <header>", body=xml)
    header = Header(header_element)  # type: ignore[no-untyped-call]  # sickle has no types
    identifier = (header.identifier or "").strip()
    if not identifier:
        detail = "the <header> has no <identifier>"
        return Rejected(identifier="", reason="no-identifier", detail=detail, body=xml)
    if has_doctype and next(element.iter(etree.Entity), None) is not None:
        detail = "the record refers to an entity that is declared outside of it"
        return Rejected(identifier=identifier, reason="entity-reference", detail=detail, body=xml)
    return RawRecord(
        identifier=identifier,
        datestamp=(header.datestamp or "").strip(),
        is_deleted=header.deleted,
        sets=tuple(spec.strip() for spec in header.setSpecs if spec and spec.strip()),
        xml=xml,
    )


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
