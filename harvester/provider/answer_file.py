"""Reads one file of an archive: bytes in, records out; pure.

A file is a ListRecords or GetRecord answer, a single `<record>`, or a bare metadata document.
Formats are told apart by `_DIALECTS`; what cannot be read raises `UnreadableFile` with its reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from harvester.errors import HarvestError
from harvester.protocol import OAI, parse_datestamp
from harvester.provider.provider import LEGAL_PREFIX
from harvester.provider.source import MetadataFormat, write_header, write_record

UNDATED: Final = "1970-01-01T00:00:00Z"
"""Datestamp of a bare metadata file, which has none of its own; a constant, so that two runs on
one folder give the same answers (a file's time of change does not survive a copy)."""

_XSI_LOCATION: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_XSI_DECLARED: Final = b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_XOAI: Final = "{http://www.lyncode.com/xoai}"
_DIALECTS: Final = (
    ("http://www.openarchives.org/OAI/2.0/oai_dc/", "dc", "oai_dc"),
    ("http://schema.datacite.org/oai/", "oai_datacite", "oai_datacite"),
    ("http://datacite.org/schema/kernel", "resource", "datacite"),
    ("http://www.lyncode.com/xoai", "metadata", "xoai"),
    ("http://www.loc.gov/MARC21/slim", "record", "marcxml"),
)
"""Start of the namespace, root element and metadataPrefix of the formats known by sight."""


class UnreadableFile(HarvestError):
    """A file without a usable answer; the message is a short code, a colon, a detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedRecord:
    """One record of a file."""

    identifier: str
    prefix: str
    """Empty when neither the request nor any metadata tells it."""
    datestamp: str
    """As the header has it."""
    key: str
    """The datestamp in seconds, UTC, `YYYY-MM-DDThh:mm:ssZ`: for ordering and selecting."""
    sets: tuple[str, ...]
    is_deleted: bool
    header: bytes
    xml: bytes
    """The `<record>` element, complete with its namespaces, UTF-8."""
    metadata_format: MetadataFormat | None
    """As the metadata declares it; None without metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """What one file holds."""

    records: tuple[ArchivedRecord, ...] = ()
    faults: tuple[str, ...] = ()
    """Why single records of it cannot be served."""
    prefix: str = ""
    """metadataPrefix of the request; empty when it does not say."""
    asked_token: str = ""
    """resumptionToken of the request; such a request does not say its metadataPrefix."""
    issued_token: str = ""


def read_answer_file(content: bytes, *, identifier: str, prefix: str = "") -> AnswerFile:
    """Read one file.

    Args:
        content: the bytes, unpacked; whitespace or a byte order mark before the XML is allowed.
        identifier: given to a bare metadata document, which has none.
        prefix: metadataPrefix of an answer whose request does not say it, where it is known.

    Raises:
        UnreadableFile: the reason begins with `not-xml`, `cut`, `entities` or `unknown-root`.
    """
    root = _parse(content)
    if _is(root, "OAI-PMH"):
        return _read_answer(root, prefix)
    if _is(root, "record") and _child(root, "header") is not None:
        return _collect([root], AnswerFile(prefix=prefix))
    if root.tag == "metadata" and root.find("element") is not None:
        root = _xoai_in_its_namespace(root)
    metadata_format = _format_of(root, "")
    if not any(metadata_format.prefix == known for _, _, known in _DIALECTS):
        raise UnreadableFile(f"unknown-root: {root.tag}")
    header = write_header(identifier, UNDATED, ())
    bare = ArchivedRecord(
        identifier=identifier,
        prefix=metadata_format.prefix,
        datestamp=UNDATED,
        key=UNDATED,
        sets=(),
        is_deleted=False,
        header=header,
        xml=write_record(header, _bytes_of(root)),
        metadata_format=metadata_format,
    )
    return AnswerFile(records=(bare,))


def _parse(content: bytes) -> etree._Element:
    text = content.lstrip(b" \t\r\n\xef\xbb\xbf")
    try:
        root = _root(text)
    except etree.XMLSyntaxError as error:
        if _code(error) != etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE:
            raise _unreadable(text, error) from error
        # A part copied out of a page often loses xmlns:xsi, which stood on the page's root.
        try:
            root = _root(re.sub(rb"<[A-Za-z_][^\s/>]*", rb"\g<0> " + _XSI_DECLARED, text, count=1))
        except etree.XMLSyntaxError:
            raise _unreadable(text, error) from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:  # type: ignore[attr-defined]  # not in the stubs
        raise UnreadableFile("entities: the document declares its own entities")
    return root


def _root(text: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    return etree.fromstring(text, parser)


def _code(error: etree.XMLSyntaxError) -> int:
    """Return libxml2's number of an error."""
    return int(error.code)  # type: ignore[attr-defined]  # not in the stubs


def _unreadable(text: bytes, error: etree.XMLSyntaxError) -> UnreadableFile:
    """Tell XML that ends too early (after a tag, or within one) from what is no XML."""
    is_open = _code(error) == etree.ErrorTypes.ERR_TAG_NOT_FINISHED
    is_cut = text.startswith(b"<") and (is_open or not text.rstrip().endswith(b">"))
    return UnreadableFile(f"{'cut' if is_cut else 'not-xml'}: {error.msg}")


def _is(element: etree._Element, name: str) -> bool:
    """Whether this is the protocol's element `name`; some archives lost the namespace."""
    return element.tag in (OAI + name, name)


def _child(parent: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in parent if _is(child, name)), None)


def _text(parent: etree._Element, name: str) -> str:
    child = _child(parent, name)
    return "" if child is None else (child.text or "").strip()


def _read_answer(root: etree._Element, prefix: str) -> AnswerFile:
    request = _child(root, "request")
    stated = "" if request is None else request.get("metadataPrefix", "")
    body = next((child for child in root if _is(child, "ListRecords")), _child(root, "GetRecord"))
    frame = AnswerFile(
        prefix=stated if LEGAL_PREFIX.fullmatch(stated) else prefix,
        asked_token="" if request is None else request.get("resumptionToken", ""),
        issued_token="" if body is None else _text(body, "resumptionToken"),
    )
    records = [] if body is None else [child for child in body if _is(child, "record")]
    return _collect(records, frame)


def _collect(elements: list[etree._Element], frame: AnswerFile) -> AnswerFile:
    records, faults = [], []
    for number, element in enumerate(elements, start=1):
        read = _read_record(element, frame.prefix)
        if isinstance(read, str):
            faults.append(f"{read} (record {number})")
        else:
            records.append(read)
    return AnswerFile(
        records=tuple(records),
        faults=tuple(faults),
        prefix=frame.prefix,
        asked_token=frame.asked_token,
        issued_token=frame.issued_token,
    )


def _read_record(record: etree._Element, prefix: str) -> ArchivedRecord | str:
    """Read one record, or return why it cannot be served."""
    header = _child(record, "header")
    identifier = "" if header is None else _text(header, "identifier")
    if header is None or not identifier:
        return "no-identifier: the header names no item"
    datestamp = _text(header, "datestamp")
    key = _sort_key(datestamp)
    if not key:
        return f"bad-datestamp: {identifier} has {datestamp!r:.60}"
    sets = tuple((each.text or "").strip() for each in header if _is(each, "setSpec"))
    is_deleted = header.get("status", "").strip() == "deleted"
    metadata = _child(record, "metadata")
    payload = None if metadata is None or is_deleted else next(_elements(metadata), None)
    metadata_format = None if payload is None else _format_of(payload, prefix)
    if metadata_format is None and not is_deleted and not prefix:
        return f"no-metadata: {identifier} has none, and no request tells its format"
    header_xml = write_header(identifier, datestamp, sets, is_deleted=is_deleted)
    return ArchivedRecord(
        identifier=identifier,
        prefix=prefix or (metadata_format.prefix if metadata_format else ""),
        datestamp=datestamp,
        key=key,
        sets=sets,
        is_deleted=is_deleted,
        header=header_xml,
        xml=write_record(header_xml) if is_deleted else _record_bytes(record, header_xml, payload),
        metadata_format=metadata_format,
    )


def _sort_key(datestamp: str) -> str:
    """Write a datestamp in seconds, UTC; empty when it is no moment at all.

    Fractions and offsets are against the protocol, yet some repositories send them.

    >>> _sort_key("2020-02-27T10:00:00.123+01:00")
    '2020-02-27T09:00:00Z'
    """
    try:
        moment = parse_datestamp(datestamp)[0]
    except ValueError:
        try:
            moment = datetime.fromisoformat(datestamp)
        except ValueError:
            return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat()[:19] + "Z"
    except OverflowError:  # an offset that leads out of the years 1 to 9999
        return ""


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements, without comments and processing instructions."""
    return parent.iterchildren("*")


def _format_of(payload: etree._Element, prefix: str) -> MetadataFormat:
    """Tell a document's format from its root; `prefix` wins when it is not empty."""
    name = etree.QName(payload)
    namespace = name.namespace or ""
    known = (
        each
        for start, root, each in _DIALECTS
        if namespace.startswith(start) and name.localname == root
    )
    seen = next(known, re.sub(r"[^A-Za-z0-9_.\-]", "_", name.localname))
    return MetadataFormat(
        prefix=prefix or seen, schema=_schema_of(payload, namespace), namespace=namespace
    )


def _schema_of(payload: etree._Element, namespace: str) -> str:
    """Read the schema's address from xsi:schemaLocation; the namespace when it is not told."""
    words = (payload.get(_XSI_LOCATION) or "").split()
    pairs = zip(words[::2], words[1::2], strict=False)
    return next((place for name, place in pairs if name == namespace), namespace)


def _record_bytes(record: etree._Element, header: bytes, payload: etree._Element | None) -> bytes:
    """Serialise a record as it was; one whose protocol elements lack their namespace is rebuilt."""
    head = _child(record, "header")
    own = [record, *_elements(record), *(() if head is None else _elements(head))]
    if all(str(element.tag).startswith(OAI) for element in own):
        return _bytes_of(record)
    about = [_bytes_of(each) for part in record if _is(part, "about") for each in _elements(part)]
    return write_record(header, b"" if payload is None else _bytes_of(payload), about)


def _bytes_of(element: etree._Element) -> bytes:
    """Serialise an element for use inside another document, which has its own default namespace."""
    raw = etree.tostring(element, encoding="utf-8", with_tail=False)
    if None in element.nsmap:
        return raw
    return re.sub(rb"^<[^\s/>]+", rb'\g<0> xmlns=""', raw, count=1)


def _xoai_in_its_namespace(root: etree._Element) -> etree._Element:
    """Put a lone xoai document without a namespace into the one that DSpace gives it.

    The protocol allows no metadata without a namespace, and copies out of a page often lost it.
    """
    moved = etree.fromstring(b'<metadata xmlns="%s"/>' % _XOAI[1:-1].encode())
    moved.attrib.update(root.attrib)
    moved.text = root.text
    moved.extend(list(root))
    for element in moved.iterdescendants("*"):
        if not str(element.tag).startswith("{"):
            element.tag = _XOAI + str(element.tag)
    return moved
