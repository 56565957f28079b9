"""The gap as MARC 21: records in XML, or in the binary form that library systems load.

The records are those of `search.metadata.marcxml`; the binary form is made from the same XML.
ISO 2709 counts a field with four digits and a record with five: longer texts are cut at a letter,
and of a longer record the last repetitions of its commonest field are left out.
Specification: https://www.loc.gov/marc/specifications/specrecstruc.html
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import pymarc
from lxml import etree

from search.holdings.gap import Lacking
from search.metadata.marcxml import NAMESPACE, write_marcxml

MAX_FIELD_BYTES: Final = 9999
MAX_RECORD_BYTES: Final = 99_999
_ELLIPSIS: Final = "…"
_FRAME_BYTES: Final = 5
"""Of a data field besides its subfields: two indicators and its end; and a subfield's mark."""
_ENTRY_BYTES: Final = 12
"""What the directory says of a field."""


def marcxml_pieces(lacking: Iterable[Lacking]) -> Iterator[bytes]:
    """A collection of records as XML, a record a piece."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'.encode()
    for each in lacking:
        yield write_marcxml(each.described) + b"\n"
    yield b"</collection>\n"


def marc_pieces(lacking: Iterable[Lacking]) -> Iterator[bytes]:
    """Records in ISO 2709, in UTF-8, a record a piece."""
    for each in lacking:
        yield to_binary(write_marcxml(each.described))


def to_binary(marcxml: bytes) -> bytes:
    """One record of ours in ISO 2709, from its XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(marcxml, parser)
    leader = root.findtext(f"{{{NAMESPACE}}}leader") or ""
    control = [
        pymarc.Field(tag=element.get("tag", ""), data=element.text or "")
        for element in root.iterfind(f"{{{NAMESPACE}}}controlfield")
    ]
    fields = [_field(element) for element in root.iterfind(f"{{{NAMESPACE}}}datafield")]
    record = pymarc.Record(fields=[*control, *_fitting(fields)], leader=leader, force_utf8=True)
    return record.as_marc()


def _field(element: etree._Element) -> pymarc.Field:
    """A data field, its texts cut so that four digits can count it."""
    left = MAX_FIELD_BYTES - _FRAME_BYTES
    subfields = []
    for child in element:
        text = _cut(child.text or "", left)
        if not text:
            continue
        left -= len(text.encode()) + 2
        subfields.append(pymarc.Subfield(code=child.get("code", ""), value=text))
    indicators = pymarc.Indicators(element.get("ind1", " "), element.get("ind2", " "))
    return pymarc.Field(tag=element.get("tag", ""), indicators=indicators, subfields=subfields)


def _cut(text: str, n_bytes: int) -> str:
    """A text of no more bytes than that, empty where none would be left."""
    encoded = text.encode()
    if len(encoded) <= n_bytes:
        return text
    room = n_bytes - len(_ELLIPSIS.encode())
    return encoded[:room].decode(errors="ignore") + _ELLIPSIS if room > 0 else ""


def _fitting(fields: list[pymarc.Field]) -> list[pymarc.Field]:
    """The fields, less the last of the commonest tag until five digits can count the record."""
    sizes = [len(field.as_marc("utf-8")) + _ENTRY_BYTES for field in fields]
    room = MAX_RECORD_BYTES - 24 - 2 - 100  # leader, ends, control fields
    total = sum(sizes)
    if total <= room:
        return fields
    taken: Counter[str] = Counter()
    for field, size in zip(fields, sizes, strict=True):
        taken[field.tag] += size
    kept = list(zip(fields, sizes, strict=True))
    while total > room:
        tag = taken.most_common(1)[0][0]
        place = max(place for place, (field, _) in enumerate(kept) if field.tag == tag)
        _, size = kept.pop(place)
        taken[tag] -= size
        total -= size
    return [field for field, _ in kept]
