"""MARC 21 in XML, read but not interpreted: leader, control fields, data fields by tag.

With or without namespace, under any prefix. Where INSPIRE's indicators make another field of a tag
(`909CO`, `999C5`), they are part of the tag here.
Specification: https://www.loc.gov/standards/marcxml/ , https://www.loc.gov/marc/bibliographic/
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from graph.crosswalk.elements import Element, local_name, text_of
from graph.errors import UnmappableRecord

_INDICATED: Final = frozenset({"909", "999"})
_LEADER: Final = re.compile(r"\d{5}.{3,19}", re.DOTALL)
_ISBD_TAIL: Final = re.compile(r"(?:\s*\. ?-|\s*[/:;,=])+\s*$")
_SENTENCE_END: Final = re.compile(r"(?<=[^\W\d_]{3})\.$|(?<=[)\]])\.$")


class Field(Struct, gc=False, frozen=True, array_like=True):
    """A data field; subfields without text are left out."""

    tag: str
    indicators: str
    """Two characters, a blank where there is none."""
    subfields: tuple[tuple[str, str], ...]
    """Code and text, in the order of the record."""

    def first(self, codes: str) -> str:
        """Text of the first of these codes that is there, or empty."""
        for wanted in codes:
            for code, text in self.subfields:
                if code == wanted:
                    return text
        return ""

    def every(self, codes: str) -> list[str]:
        """All texts under these codes, in the order of the record."""
        return [text for code, text in self.subfields if code in codes]


class MarcRecord(Struct, gc=False, frozen=True):
    """One bibliographic (or other) record."""

    leader: str
    """Empty when it is not one: OAPEN writes `naaaa       uu`."""
    control: dict[str, str]
    """Control fields, the first of each tag."""
    fields: dict[str, list[Field]]
    """Data fields by tag, in the order of the record."""

    def of(self, tag: str) -> list[Field]:
        """The data fields of a tag."""
        return self.fields.get(tag, [])

    def first(self, tag: str, codes: str) -> str:
        """Text of the first of these codes in the fields of a tag, or empty."""
        return next((text for field in self.of(tag) if (text := field.first(codes))), "")

    def every(self, tag: str, codes: str) -> list[str]:
        """All texts under these codes in the fields of a tag."""
        return [text for field in self.of(tag) for text in field.every(codes)]

    def fixed_date(self) -> str:
        """First year of field 008, or empty. OAPEN's begins with a date of eight digits."""
        match = re.match(r"(?:\d{6}|\d{8})[a-z|](\d{4})", self.control.get("008", ""))
        return match[1] if match else ""

    def fixed_language(self) -> str:
        """Language code of field 008, or empty."""
        match = re.search(r"[^a-z]([a-z]{3})[ a-z|]{0,2}$", self.control.get("008", ""))
        return match[1] if match else ""


def read_marc(root: Element) -> MarcRecord:
    """Read a `record`, or the only one of a `collection`.

    Raises:
        UnmappableRecord: reason `no-metadata` when there is none, `several-records` when there are
            more: each has to be staged as a record of its own.
    """
    if _name(root.tag) == "collection":
        records = [child for child in root if _name(child.tag) == "record"]
        if len(records) > 1:
            raise UnmappableRecord("several-records", f"{len(records)} in one <collection>")
        if not records:
            raise UnmappableRecord("no-metadata", "<collection> without <record>")
        root = records[0]
    leader = ""
    control: dict[str, str] = {}
    fields: dict[str, list[Field]] = {}
    for child in root:
        match _name(child.tag):
            case "leader":
                leader = child.text or ""
            case "controlfield":
                control.setdefault(child.get("tag") or "", (child.text or "").strip())
            case "datafield":
                if (field := _read_field(child)).subfields:
                    fields.setdefault(field.tag, []).append(field)
            case _:
                continue
    if not fields and not control:
        raise UnmappableRecord("no-metadata", "MARC record without fields")
    return MarcRecord(leader if _LEADER.fullmatch(leader) else "", control, fields)


def _read_field(element: Element) -> Field:
    tag = element.get("tag") or ""
    indicators = (element.get("ind1") or " ")[:1] + (element.get("ind2") or " ")[:1]
    if tag in _INDICATED and indicators[0] == "C":
        tag += indicators
    subfields = [
        (child.get("code") or "", text)
        for child in element
        if _name(child.tag) == "subfield" and (text := text_of(child))
    ]
    return Field(tag, indicators, tuple(subfields))


@lru_cache(maxsize=1024)
def _name(tag: object) -> str:
    """Name without namespace, and without the prefix of a namespace that nobody declared."""
    return local_name(tag).rpartition(":")[2]


def without_punctuation(text: str) -> str:
    """A text without the punctuation that catalogues put between it and the next subfield.

    >>> without_punctuation("Harbours and lamps /"), without_punctuation("Fecko, M.")
    ('Harbours and lamps', 'Fecko, M.')
    """
    return _SENTENCE_END.sub("", _ISBD_TAIL.sub("", text)).strip()
