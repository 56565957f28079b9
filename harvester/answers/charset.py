"""From bytes in whatever encoding to UTF-8; pure. Used only for a page that does not parse.

What an encoding is told by, strongest first: the bytes themselves, the XML declaration, the HTTP
charset. Specification: https://www.w3.org/TR/xml/#sec-guessing
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final

UTF8_MARK: Final = codecs.BOM_UTF8
_CHUNK_BYTES: Final = 1 << 20
"""Text is recoded piece by piece: as one Python string it may take four bytes a character."""
_HEAD_BYTES: Final = 1 << 16
"""How far into an answer its XML declaration is looked for."""
_MARKS: Final = (
    (UTF8_MARK, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_ROOT: Final = "OAI-PMH".encode("utf-16-le")[:-1]
"""The root's name between zero bytes: it stands in UTF-16 of both byte orders."""
_DECLARED = re.compile(
    rb"""<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.:-]{0,39})["']""", re.IGNORECASE
)
_NAME = re.compile(r"[A-Za-z][\w.:-]{0,39}", re.ASCII)
_KNOWN = re.compile(
    r"ascii|utf-8|iso8859-\d{1,2}|cp125[0-8]|cp(?:437|85\d|86[56]|874|9\d\d)|koi8-[rtu]"
    r"|mac-\w+|gb\w+|big5\w*|shift_jis\w*|euc_\w+"
)
"""Encodings in which ASCII bytes mean ASCII, by Python's names; it also knows `unicode_escape`."""
_UNTOLD: Final = ("", "ascii", "utf-8", "iso8859-1", "cp1252")
"""What HTTP servers write without having looked: their default tells nothing."""
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_ASCII: Final = bytes(range(128))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoded:
    """A page in UTF-8, without a byte order mark."""

    body: bytes
    is_other_charset: bool = False
    """Whether it was read in another encoding than it declares."""
    is_replaced: bool = False
    """Whether bytes that mean nothing in its encoding became U+FFFD."""


def to_utf8(body: bytes, *, charset: str = "") -> Recoded:
    r"""Bring a page to UTF-8.

    A byte order mark decides, then zero bytes between the letters (UTF-16), then the declared
    encoding if the whole page decodes in it, then UTF-8 if it decodes in that. What is left is
    damaged or wrongly declared, and read

    1. in the declared encoding, then in the HTTP charset, where that is one which nobody writes
       unseen (not UTF-8, ASCII, Latin-1, windows-1252) and fewer of the bytes above ASCII are right
       as UTF-8 than wrong;
    2. as windows-1252 when not one sequence of it is right as UTF-8;
    3. as UTF-8 otherwise, so that what is right stays as it is.

    Bytes that mean nothing in that encoding become U+FFFD.

    Args:
        body: the page as it came.
        charset: of the HTTP Content-Type; empty when there is none.

    >>> to_utf8(b'<OAI-PMH a="\xe9"/>').body.decode()
    '<OAI-PMH a="é"/>'
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _recode(body[len(mark) :], codec)
    if b"OAI-PMH" not in body and (at := body.find(_WIDE_ROOT)) >= 0:
        return _recode(body, "utf-16-be" if at % 2 else "utf-16-le")
    declaration = _DECLARED.search(body, 0, _HEAD_BYTES)
    declared = _codec(declaration[1].decode("ascii")) if declaration else "utf-8"
    codec = _codec_of_bytes(body, declared, _codec(charset))
    return _recode(body, codec, is_other_charset=codec != declared)


def _codec_of_bytes(body: bytes, declared: str, told: str) -> str:
    """What a page in an encoding that extends ASCII is read in."""
    for codec in (declared, "utf-8"):
        if codec and _decodes(body, codec):
            return codec
    for codec in (declared, told):
        if codec not in _UNTOLD and _is_rather_not_utf8(body):
            return codec
    return "utf-8" if _MULTIBYTE.search(body) else "cp1252"


def _codec(name: str) -> str:
    """Python's name of an encoding; empty when it is none that a page may be in."""
    if not _NAME.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    return found if _KNOWN.fullmatch(found) else ""


def _decodes(body: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(body), _CHUNK_BYTES):
            decoder.decode(body[start : start + _CHUNK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recode(body: bytes, codec: str, *, is_other_charset: bool = False) -> Recoded:
    is_replaced = not _decodes(body, codec)
    if codec != "utf-8" or is_replaced:
        decoder = codecs.getincrementaldecoder(codec)("replace")
        pieces = [
            decoder.decode(body[start : start + _CHUNK_BYTES]).encode()
            for start in range(0, len(body), _CHUNK_BYTES)
        ]
        pieces.append(decoder.decode(b"", final=True).encode())
        body = b"".join(pieces)
    return Recoded(body=body, is_other_charset=is_other_charset, is_replaced=is_replaced)


def _is_rather_not_utf8(body: bytes) -> bool:
    n_above_ascii = len(body.translate(None, _ASCII))
    n_right = sum(len(sequence[0]) for sequence in _MULTIBYTE.finditer(body))
    return n_right * 2 < n_above_ascii
