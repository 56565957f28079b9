"""Mends the bytes of a page that does not parse, so that its records arrive; pure, linear in size.

Each mend has one clear reading: nothing is guessed, and what is not damaged keeps its bytes.
Legal characters: https://www.w3.org/TR/xml/#charsets
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from html import escape
from html.entities import html5
from itertools import islice
from typing import Final

from harvester.answers.charset import UTF8_MARK, to_utf8
from harvester.answers.frame import CLOSINGS, OPENING, Beyond, Frame, find_frame

MAX_REPAIRS: Final = 1_000_000
"""Wrong ampersands mended in one page (guessed): far more than a page of records can hold."""
_PIECE_BYTES: Final = 1 << 16
_PIECE_END = re.compile(rb"[<\s]|&(?!#(?:0*5[67][0-9]{3}|[xX]0*[dD][c-fC-F]))")
"""Where a text may be cut: no reference spans it, and no pair of references is parted."""
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\v\f\r")
_BREAKS_TO_SPACES: Final = bytes.maketrans(b"\v\f", b"  ")
_NO_CHARACTERS: Final = ("\ufffe".encode(), "\uffff".encode())
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}".encode()
_DECLARATION = re.compile(rb"<\?xml[\s?]", re.IGNORECASE)
_OF_XML: Final = frozenset((b"lt", b"gt", b"amp", b"quot", b"apos"))
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{0,31});")
_STRAY = re.compile(rb"&(?!(?:#0*[0-9]{1,7}|#x0*[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos);)")
"""An ampersand that begins no reference that XML knows without a declaration."""
_NUMBER = re.compile(
    rb"&#(?:0*([12]?[0-9]|3[01]|5[5-7][0-9]{3}|6553[45]|[1-9][0-9]{6})"
    rb"|[xX]0*(1?[0-9A-Fa-f]|[dD][89A-Fa-f][0-9A-Fa-f]{2}|[fF]{3}[eEfF]|[1-9A-Fa-f][0-9A-Fa-f]{5}));"
    rb"(?:&#(?:0*(56(?:3[2-9]|[4-9][0-9])[0-9]|57(?:[0-2][0-9]|3[0-3])[0-9]|5734[0-3])"
    rb"|[xX]0*([dD][c-fC-F][0-9A-Fa-f]{2}));)?"
)
"""A reference by number that may be illegal; with the next one where that may be the second half
of a surrogate pair."""
_HIGH_SURROGATES: Final = range(0xD800, 0xDC00)
_SURROGATES: Final = range(0xD800, 0xE000)
_FIRST_BEYOND_BMP: Final = 0x10000
_LAST_CODE: Final = 0x10FFFF


class Mend(StrEnum):
    """What was mended; the values are kept with the page and shown to people."""

    CHARSET = "charset"
    """It is not in the encoding that it declares."""
    INVALID_BYTES = "invalid-bytes"
    """Bytes that mean nothing in its encoding became U+FFFD."""
    CONTROL_CHARACTERS = "control-characters"
    """What XML forbids: form feed and vertical tab became a space, other controls are left out,
    lone surrogates and U+FFFE, U+FFFF became U+FFFD. Two references that are the two halves of one
    character (Xalan 2.7.1 writes them) became that character."""
    LEADING_JUNK = "leading-junk"
    TRAILING_JUNK = "trailing-junk"
    DOCTYPE = "doctype"
    """The document type declaration was removed; the entities it declares stay unexpanded."""
    INNER_DECLARATIONS = "inner-declarations"
    """XML declarations within the root were removed; Dataverse wrote one in each record."""
    ENTITIES = "entities"
    """HTML's names became their characters; other entities became text, such as `&amp;name;`."""
    AMPERSANDS = "ampersands"
    PROLOG = "prolog"
    """What stands before the root, such as a malformed XML declaration, was left out."""
    XSI_PREFIX = "xsi-prefix"
    """The prefix `xsi` was declared."""
    NAMESPACE = "namespace"
    """The protocol's elements were put into their namespace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """The root element of a page in UTF-8, without anything around it."""

    body: bytes
    mends: tuple[Mend, ...]
    """In the order of `Mend`; empty when no mend found anything to do."""


def mend(body: bytes, *, charset: str = "") -> Mended | Beyond:
    """Mend a page; that the outcome parses is not promised.

    CDATA sections, comments and processing instructions are only freed from bytes and characters
    that are illegal everywhere.

    Args:
        body: the page as it came.
        charset: of the HTTP Content-Type; empty when there is none.
    """
    recoded = to_utf8(body, charset=charset)
    text = without_controls(recoded.body)
    done = {
        Mend.CHARSET: recoded.is_other_charset,
        Mend.INVALID_BYTES: recoded.is_replaced,
        Mend.CONTROL_CHARACTERS: text != recoded.body,
    }
    del recoded
    text = text.lstrip().removeprefix(UTF8_MARK)
    frame = find_frame(text)
    if isinstance(frame, Beyond):
        return frame
    done |= {
        Mend.LEADING_JUNK: frame.is_junk_before,
        Mend.TRAILING_JUNK: frame.is_junk_behind,
        Mend.DOCTYPE: frame.is_declared,
    }
    if sum(1 for _ in islice(_STRAY.finditer(text), MAX_REPAIRS + 1)) > MAX_REPAIRS:
        return Beyond.FAULTS
    text, in_root = _mend_root(text, frame)
    done |= dict.fromkeys(in_root, True)
    return Mended(body=text, mends=tuple(each for each in Mend if done.get(each)))


def without_controls(text: bytes) -> bytes:
    r"""Leave out or replace the characters that XML forbids.

    >>> without_controls(b"a\x00b\x0cc")
    b'ab c'
    """
    text = text.translate(_BREAKS_TO_SPACES, _CONTROLS)
    for no_character in _NO_CHARACTERS:
        text = text.replace(no_character, _REPLACEMENT)
    return text


def with_legal_numbers(text: bytes) -> bytes:
    r"""Replace references by number to characters that XML forbids.

    >>> with_legal_numbers(b"a&#0;b&#xC;c&#65;")
    b'ab c&#65;'
    >>> with_legal_numbers(b"&#55349;&#56320;").decode() == "\N{MATHEMATICAL BOLD CAPITAL A}"
    True
    """
    return _NUMBER.sub(_legal_number, text)


def with_known_entities(text: bytes, declared: frozenset[bytes] = frozenset()) -> bytes:
    r"""Replace the names of HTML by their characters, and show other entities as text.

    Args:
        text: content and tags.
        declared: names that the page declared itself; these are shown as text too.

    >>> with_known_entities(b"&nbsp;&amp;&what;").decode()
    '\xa0&amp;&amp;what;'
    """
    return _ENTITY.sub(partial(_known_entity, declared), text)


def with_escaped_ampersands(text: bytes) -> bytes:
    """Escape each `&` that begins no reference.

    >>> with_escaped_ampersands(b"R&D &lt; &#65;")
    b'R&amp;D &lt; &#65;'
    """
    return _STRAY.sub(b"&amp;", text)


def with_xsi(root: bytes) -> bytes:
    """Declare the prefix `xsi` on the root of a page: some omit it from the second page on.

    >>> with_xsi(b"<OAI-PMH><a/>")
    b'<OAI-PMH xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a/>'
    """
    declaration = rb' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return re.sub(rb"\A<[\w.:-]+", rb"\g<0>" + declaration, root, count=1)


def _mend_root(text: bytes, frame: Frame) -> tuple[bytes, set[Mend]]:
    """The root element with its references mended, and the mends that changed it."""
    steps: tuple[tuple[Mend, Callable[[bytes], bytes]], ...] = (
        (Mend.CONTROL_CHARACTERS, with_legal_numbers),
        (Mend.ENTITIES, partial(with_known_entities, declared=frame.entities)),
        (Mend.AMPERSANDS, with_escaped_ampersands),
    )
    pieces: list[bytes] = []
    done: set[Mend] = set()
    for is_section, piece in _pieces(text, frame.start, frame.end):
        changed = piece
        if is_section and _DECLARATION.match(piece):
            changed = b""
            done.add(Mend.INNER_DECLARATIONS)
        elif not is_section and b"&" in piece:
            for name, step in steps:
                before, changed = changed, step(changed)
                if changed != before:
                    done.add(name)
        pieces.append(changed)
    return b"".join(pieces), done


def _pieces(text: bytes, at: int, end: int) -> Iterator[tuple[bool, bytes]]:
    """Cut a root element into sections in which no markup counts (True) and the rest (False)."""
    while opening := OPENING.search(text, at, end):
        yield from _portions(text, at, opening.start())
        closing = CLOSINGS[opening[0]]
        section_end = text.index(closing, opening.end()) + len(closing)
        yield True, text[opening.start() : section_end]
        at = section_end
    yield from _portions(text, at, end)


def _portions(text: bytes, at: int, end: int) -> Iterator[tuple[bool, bytes]]:
    """Cut a text: a substitution holds all its parts in memory at once."""
    while at < end:
        cut = _PIECE_END.search(text, min(at + _PIECE_BYTES, end), end)
        next_at = end if cut is None else cut.start()
        yield False, text[at:next_at]
        at = next_at


def _legal_number(reference: re.Match[bytes]) -> bytes:
    first = _code(reference[1], reference[2])
    if reference[3] is None and reference[4] is None:
        return _legal_character(first, reference[0])
    second = _code(reference[3], reference[4])
    if first in _HIGH_SURROGATES:
        pair = (first - 0xD800 << 10) + second - 0xDC00 + _FIRST_BEYOND_BMP
        return chr(pair).encode()
    written, _, _ = reference[0].partition(b";")
    return _legal_character(first, written + b";") + _REPLACEMENT


def _code(decimal: bytes | None, hexadecimal: bytes | None) -> int:
    return int(hexadecimal or b"0", 16) if decimal is None else int(decimal)


def _legal_character(code: int, written: bytes) -> bytes:
    """The reference as it was written where it is legal, else what stands for it."""
    if code < ord(" ") and code not in b"\t\n\r":
        return b" " if code in b"\v\f" else b""
    if code in _SURROGATES or code in (0xFFFE, 0xFFFF) or code > _LAST_CODE:
        return _REPLACEMENT
    return written


def _known_entity(declared: frozenset[bytes], reference: re.Match[bytes]) -> bytes:
    name = reference[1]
    if name in _OF_XML:
        return reference[0]
    character = None if name in declared else html5.get(f"{name.decode('ascii')};")
    if character is None:
        return b"&amp;" + reference[0][1:]
    return escape(character).encode()
