"""What kind of file a list is, told by its first bytes and never by its name. Pure."""

import re
from enum import StrEnum
from typing import Final

from harvester.files.marcxml import is_marcxml
from harvester.files.onix import is_onix
from search.holdings.encoding import marked_encoding
from search.holdings.errors import UnreadableList


class Carrier(StrEnum):
    """How the rows are carried, as far as the first bytes tell."""

    TEXT = "text"
    """A table or a plain list."""
    MARC = "marc"
    MARCXML = "marcxml"
    ONIX = "onix"


_MARC: Final = re.compile(rb"\s*\d{5}[ -~]{7}\d{5}[ -~]{3}45[ -~]{2}")
_MARC_CUT: Final = re.compile(rb"\s*\d{5}[ -~]{0,19}$")
_NOT_LISTS: Final = (
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document: save it as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    (b"Rar!", "a RAR archive: unpack it"),
    (b"BZh", "a bzip2 file: unpack it"),
    (b"\xfd7zXZ", "an xz file: unpack it"),
    (b"(\xb5/\xfd", "a zstandard file: unpack it"),
    (b"{\\rtf", "a document in RTF: save it as CSV or plain text"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PAR1", "a Parquet file: save it as CSV"),
)
_ZIPS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_WEB_PAGE: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_MARKED_UP: Final = re.compile(
    r"\s*<(?:a|abbr|b|bdi|bdo|blink|cite|em|font|i|img|mark|p|q|s|script|small|span|strong|sub|sup"
    r"|tt|u|var)\b[^<]*>",
    re.IGNORECASE,
)
"""A title with markup in it may stand first in a list."""
_JSON: Final = re.compile(r"\s*(?:\{\s*\"|\[\s*(?:\{|\"))")
_RIS: Final = re.compile(r"\s*TY  - ")
_BIBTEX: Final = re.compile(r"\s*@\w{3,20}\s*\{")
_CONTROL: Final = frozenset(range(32)) - frozenset(b"\t\n\r\x0b\x0c\x1a\x1b\x1d\x1e\x1f\0")
_MANY_CONTROLS: Final = 0.01
_MANY_ZEROS: Final = 0.1
_LOOKED_AT: Final = 1 << 14


def carrier_of(head: bytes) -> Carrier:
    """The carrier of a file that begins like this.

    Raises:
        UnreadableList: it is no list; says what it is.
    """
    if not head.strip(b"\0\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise UnreadableList("the file is empty")
    _refuse_binary(head)
    if _MARC.match(head) or (_MARC_CUT.match(head) and b"\x1e" in head):
        return Carrier.MARC
    encoding, n_mark = marked_encoding(head)
    text = head[n_mark:].decode(encoding or "utf-8", "replace").lstrip("\ufeff")
    if _WEB_PAGE.match(text):
        raise UnreadableList("a web page, not a list: download the file itself")
    if text.lstrip().startswith("<") and not _MARKED_UP.match(text):
        return _xml_carrier(text)
    for pattern, what in (
        (_JSON, "JSON"),
        (_RIS, "a list of references in RIS"),
        (_BIBTEX, "a list of references in BibTeX"),
    ):
        if pattern.match(text):
            raise UnreadableList(f"{what}: what can be read are {READABLE}")
    return Carrier.TEXT


READABLE: Final = "CSV, KBART, MARC, MARCXML, ONIX 3.0 and plain lists of identifiers or titles"


def _refuse_binary(head: bytes) -> None:
    for magic, what in _NOT_LISTS:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(magic):
            raise UnreadableList(f"{what}; what can be read are {READABLE}")
    if head.startswith(_ZIPS):
        what = "a zip archive: unpack it"
        if b"xl/" in head or b"[Content_Types].xml" in head:
            what = "an Excel workbook or another office document: save it as CSV"
        elif b"opendocument" in head[:200]:
            what = "an OpenDocument file: save it as CSV"
        raise UnreadableList(f"{what}; what can be read are {READABLE}")
    looked_at = head[:_LOOKED_AT]
    if marked_encoding(head)[0]:
        return
    n_controls = sum(byte in _CONTROL for byte in looked_at)
    is_binary = n_controls > _MANY_CONTROLS * len(looked_at) and n_controls > 1
    if is_binary or looked_at.count(0) > _MANY_ZEROS * len(looked_at):
        raise UnreadableList(f"no text; what can be read are {READABLE}")


def _xml_carrier(text: str) -> Carrier:
    if is_onix(text):
        return Carrier.ONIX
    if is_marcxml(text):
        return Carrier.MARCXML
    root = re.search(r"<([A-Za-z_][\w.:-]{0,60})", text)
    named = f" with the root {root[1]!r}" if root else ""
    raise UnreadableList(f"XML{named}, but neither ONIX nor MARCXML")
