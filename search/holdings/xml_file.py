"""MARCXML and ONIX files: their records as rows, read as the harvester reads them."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from graph.crosswalk.draft import Draft
from graph.crosswalk.elements import Element, new_parser
from graph.crosswalk.marc_fields import read_marc
from graph.crosswalk.onix import map_onix
from graph.crosswalk.onix_names import reference_name
from graph.errors import UnmappableRecord
from graph.work import Identifier, Kind, Work
from harvester.answers.parse import Rejected
from harvester.files.xml_records import read_records
from harvester.record import RawRecord, StagedRecord
from search.holdings.byte_stream import ByteStream
from search.holdings.carrier import Carrier
from search.holdings.encoding import marked_encoding
from search.holdings.marc_row import row_of_marc
from search.holdings.result import Problem
from search.holdings.row import Bad, Row
from search.holdings.stated import fault_of

_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_TEXTUAL: Final = re.compile(
    r"utf-?(?:8|16|32)|(?:us-)?ascii|latin|iso|windows|cp\d|koi|mac|gb|big5|shift|euc",
    re.IGNORECASE,
)
_ELEMENTS: Final = {Carrier.MARCXML: ("record",), Carrier.ONIX: ("Product", "product")}
_PARSER: Final = new_parser()
_OF_ONIX: Final[dict[str, frozenset[str]]] = {
    "ProductIdentifier": frozenset(),
    "RelatedMaterial": frozenset(),
    "DescriptiveDetail": frozenset({"ProductForm", "TitleDetail"}),
    "PublishingDetail": frozenset({"PublishingDate"}),
}
"""What is read of a product, and of it; nothing named is all of it."""
_CUT_FILE: Final = "cut-file"
_BAD_REASONS: Final = frozenset({"bad-identifier", "bad-doi"})
_BAD_HINTS: Final = frozenset({"ISBN", "DOI"})
_OTHER_FORM: Final = "IsVariantFormOf"


class XmlRows(Iterator[Row]):
    """The records of an XML file as rows."""

    def __init__(self, stream: ByteStream, carrier: Carrier, problems: list[Problem]) -> None:
        encoding = _encoding(stream.head())
        self.encoding = encoding.lower().removesuffix("-sig")
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
        self._items = read_records(text, _ELEMENTS[carrier], lambda _: ("row", False))
        self._row: Callable[[int, bytes], Row] = (
            _marc_row if carrier is Carrier.MARCXML else _onix_row
        )
        self._problems = problems
        self._number = 0

    def __next__(self) -> Row:
        """The next record."""
        item = next(self._items)
        if isinstance(item, Rejected):
            return self._rejected(item)
        self._number += 1
        return _read(self._number, item, self._row)

    def _rejected(self, item: Rejected) -> Row:
        if item.reason == _CUT_FILE:
            told = f"behind record {self._number}: {item.detail}"
            self._problems.append(Problem(0, told, is_cut=True))
            return next(self)
        self._number += 1
        told = f"{item.reason}: {' '.join(item.detail.split())[:200]}"
        return Row(number=self._number, problems=(told,), is_unreadable=True)


def _read(number: int, item: RawRecord, read: Callable[[int, bytes], Row]) -> Row:
    try:
        return read(number, item.xml)
    except (UnmappableRecord, etree.XMLSyntaxError) as error:
        told = " ".join(str(error).split())[:200]
        return Row(number=number, problems=(told,), is_unreadable=True)


def _marc_row(number: int, xml: bytes) -> Row:
    root: Element = etree.fromstring(xml, _PARSER)
    return row_of_marc(number, read_marc(root), _replaced(xml))


def _onix_row(number: int, xml: bytes) -> Row:
    """An ONIX product by the crosswalk that harvested ones go through."""
    root: Element = etree.fromstring(xml, _PARSER)
    _prune(root)
    draft = Draft(
        StagedRecord(
            seq=number,
            source="list",
            identifier=f"row:{number}",
            prefix="onix",
            datestamp="",
            is_deleted=False,
            sets=(),
            sha256=b"",
            xml=b"",
            harvested_at="",
        )
    )
    map_onix(root, draft)
    work = draft.finish()
    return Row(
        number=number,
        title=work.titles[0].value if work.titles else "",
        identifiers=_identifiers(work, f"row:{number}"),
        bad=tuple(_bad(work)),
        year=work.year,
        kind="" if work.kind is Kind.OTHER else work.kind,
        problems=_replaced(xml),
    )


def _prune(product: Element) -> None:
    """Take out what no row has: most of a product is abstracts, subjects and contributors."""
    for child in list(product):
        kept = _OF_ONIX.get(reference_name(child.tag))
        if kept is None:
            product.remove(child)
            continue
        for inner in list(child) if kept else ():
            if reference_name(inner.tag) not in kept:
                child.remove(inner)


def _bad(work: Work) -> Iterator[Bad]:
    """What stood as an identifier and was none; the crosswalk writes its type before it."""
    for problem in work.problems:
        if problem.reason in _BAD_REASONS:
            hint, _, text = problem.detail.partition(" ")
            if hint in _BAD_HINTS:
                yield Bad(text[:100], fault_of(text))


def _identifiers(work: Work, own_name: str) -> tuple[Identifier, ...]:
    """Its own, those of other forms of it, and of a chapter the ISBN of the book."""
    found = {each: None for each in work.identifiers if str(each) != f"oai:{own_name}"}
    for link in work.links:
        is_other_form = link.relation == _OTHER_FORM and link.target.scheme == "isbn"
        if is_other_form or link.rule == "chapter-isbn":
            found[link.target] = None
    return tuple(found)


def _replaced(xml: bytes) -> tuple[str, ...]:
    if b"\xef\xbf\xbd" in xml:
        return ("bytes in it that are no text in the encoding of the file: shown as \ufffd",)
    return ()


def _encoding(head: bytes) -> str:
    marked, n_mark = marked_encoding(head)
    if marked:
        return "utf-8-sig" if marked == "utf-8" else marked.removesuffix("-le" if n_mark else "")
    declared = _DECLARED.match(head)
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        known = _TEXTUAL.match(name) and b"<".decode(name) == "<"
    except (LookupError, UnicodeError):
        known = False
    return name if known else "utf-8"
