"""Collections of MARC records in XML, or one record alone; known by field 001.

A record without 001 goes by the hash of its content.
Specification: https://www.loc.gov/standards/marcxml/
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from lxml.etree import QName, _Element, tostring

from harvester.files.opened import Item, OpenedFile
from harvester.files.xml_records import read_records

_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(?:collection|record)[\s>/]")
_PARTS: Final = frozenset({"leader", "controlfield", "datafield"})


def is_marcxml(head: str) -> bool:
    """Tell whether a file begins as a collection of MARC records or as one of them."""
    return _ROOT.search(head) is not None and any(part in head for part in _PARTS)


def read_marcxml(file: OpenedFile) -> Iterator[Item]:
    """Read the records of a collection."""
    return read_records(file.stream, ("record",), _control_number)


def _control_number(record: _Element) -> tuple[str, bool]:
    """Field 001; else a hash, and nothing for an element that is no MARC record."""
    is_marc = False
    for child in record.iterchildren("*"):
        name = QName(child).localname
        is_marc = is_marc or name in _PARTS
        if name == "controlfield" and child.get("tag") == "001" and (child.text or "").strip():
            return (child.text or "").strip(), False
    canonical = tostring(record, method="c14n", with_tail=False)
    return f"sha256:{sha256(canonical).hexdigest()[:32]}" if is_marc else "", False
