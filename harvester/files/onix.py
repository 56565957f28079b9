"""ONIX 3.0 messages, with reference or short tags: one record a product, by its RecordReference.

Specification: https://www.editeur.org/93/Release-3.0-Downloads/
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import QName, _Element

from harvester.files.opened import Item, OpenedFile
from harvester.files.xml_records import read_records

_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(?:ONIXMessage|ONIXmessage|Product|product)[\s>/]")


def is_onix(head: str) -> bool:
    """Tell whether a file is an ONIX message, or products alone."""
    return _ROOT.search(head) is not None


def read_onix(file: OpenedFile) -> Iterator[Item]:
    """Read the products of a message."""
    return read_records(file.stream, ("Product", "product"), _reference)


def _reference(product: _Element) -> tuple[str, bool]:
    """The RecordReference, and whether the NotificationType (list 1) is 05, Delete."""
    texts = {
        QName(child).localname: (child.text or "").strip() for child in product.iterchildren("*")
    }
    reference = texts.get("RecordReference") or texts.get("a001", "")
    notification = texts.get("NotificationType") or texts.get("a002", "")
    return reference, notification == "05"
