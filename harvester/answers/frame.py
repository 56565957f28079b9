"""Where the OAI-PMH element of a page begins and ends, in a page that need not be XML; pure.

Comments, CDATA sections and processing instructions are skipped, as a parser skips them. Every
byte is looked at a bounded number of times, whatever the page holds.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_PREFIX: Final = rb"(?:[\w.-]{1,64}:)?"
CLOSINGS: Final = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
"""How the sections of XML end in which no markup counts."""
OPENING = re.compile(rb"<!--|<!\[CDATA\[|<\?")
"""Start of such a section."""
_ROOT = re.compile(rb"<" + _PREFIX + rb"OAI-PMH(?=[\s>/])")
_ROOT_OR_SECTION = re.compile(OPENING.pattern + rb"|<(/?)" + _PREFIX + rb"OAI-PMH(?=[\s>/])")
_LAST_TAG = re.compile(rb"</" + _PREFIX + rb"OAI-PMH\s*>\s*\Z")
_LAST_TAG_BYTES: Final = 256
_MORE = re.compile(rb"<" + _PREFIX + rb"(?:OAI-PMH|record|resumptionToken)[\s>/]")
_MARKUP_OF_NOTICES = re.compile(
    rb"</?(?:a|b|br|code|div|em|font|hr|i|li|ol|p|pre|small|span|strong|table|tbody|td|th|thead|tr"
    rb"|u|ul)[\s>/]",
    re.IGNORECASE,
)
"""What PHP and its debuggers write messages in; another element makes the page a document of its
own, such as HTML."""
_JUNK_BYTES: Final = 1 << 16
"""How far into a page its root may stand behind junk (guessed)."""
_MARKUP = re.compile(rb"</?[A-Za-z_!]")
_DECLARATION = re.compile(rb"<\?xml\s", re.IGNORECASE)
_DOCTYPE_PART = re.compile(rb"""["'\[\]>]|<!--|<\?""")
_ENTITY_NAME = re.compile(rb"<!ENTITY\s+(?:%\s+)?([\w.:-]{1,64})")


class Beyond(StrEnum):
    """Why a page cannot be mended."""

    CUT = "its closing </OAI-PMH> is missing"
    FOREIGN = "it does not begin as OAI-PMH"
    MORE = "records or a token stand behind its closing </OAI-PMH>"
    UNENDED = "a comment, CDATA section or processing instruction in it does not end"
    FAULTS = "more of its ampersands are wrong than are worth mending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The OAI-PMH element of a page and what stands around it."""

    start: int
    end: int
    """Behind the closing tag."""
    is_declared: bool
    """Whether a document type declaration stands before it."""
    entities: frozenset[bytes]
    """Names of the entities that the declaration declares."""
    is_junk_before: bool
    """More before it than XML allows there; white space is let pass, OAPEN's pages begin so."""
    is_junk_behind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prolog:
    end: int
    doctype: bytes
    is_junk: bool


def find_frame(body: bytes) -> Frame | Beyond:
    """Find the OAI-PMH element.

    Before it may stand what XML allows, byte order marks, text, and the markup of PHP's notices;
    behind it anything but records and tokens.

    Args:
        body: a page in UTF-8.
    """
    prolog = _read_prolog(body)
    if prolog is None:
        return Beyond.FOREIGN
    end = _root_end(body, prolog.end)
    if end is None:
        is_closed = _LAST_TAG.search(body.rstrip()[-_LAST_TAG_BYTES:])
        return Beyond.UNENDED if is_closed else Beyond.CUT
    if _MORE.search(body, end):
        return Beyond.MORE
    return Frame(
        start=prolog.end,
        end=end,
        is_declared=bool(prolog.doctype),
        entities=frozenset(_ENTITY_NAME.findall(prolog.doctype)),
        is_junk_before=prolog.is_junk,
        is_junk_behind=_is_junk(body, end),
    )


def is_free_of_doctype(body: bytes) -> bool:
    """Whether the OAI-PMH element is found and no document type declaration stands before it."""
    prolog = _read_prolog(body)
    return prolog is not None and not prolog.doctype


def _read_prolog(body: bytes) -> _Prolog | None:
    """Read up to the root's start tag; None when another element or nothing comes."""
    at, doctype, is_junk = 0, b"", False
    while (start := body.find(b"<", at)) >= 0:
        is_junk = is_junk or bool(body[at:start].strip())
        if is_junk and start > _JUNK_BYTES:
            return None
        if _ROOT.match(body, start):
            return _Prolog(end=start, doctype=doctype, is_junk=is_junk)
        if body.startswith(b"<!DOCTYPE", start):
            end = _doctype_end(body, start)
            doctype = doctype or body[start:end]
        elif opening := OPENING.match(body, start):
            end = _section_end(body, opening)
            is_misplaced = _DECLARATION.match(body, start) and body[:start].strip()
            is_junk = is_junk or bool(is_misplaced)
        elif _MARKUP_OF_NOTICES.match(body, start) or not _MARKUP.match(body, start):
            end, is_junk = start + 1, True
        else:
            return None
        if end is None:
            return None
        at = end
    return None


def _section_end(body: bytes, opening: re.Match[bytes]) -> int | None:
    closing = CLOSINGS[opening[0]]
    at = body.find(closing, opening.end())
    return None if at < 0 else at + len(closing)


def _doctype_end(body: bytes, start: int) -> int | None:
    """Skip a document type declaration with its internal subset; None when it does not end."""
    at, is_in_subset = start, False
    while part := _DOCTYPE_PART.search(body, at):
        at = part.end()
        match part[0]:
            case b'"' | b"'" as quote:
                closed_at = body.find(quote, at)
                if closed_at < 0:
                    return None
                at = closed_at + 1
            case b"[":
                is_in_subset = True
            case b"]":
                is_in_subset = False
            case b">":
                if not is_in_subset:
                    return at
            case _:
                end = _section_end(body, part)
                if end is None:
                    return None
                at = end
    return None


def _root_end(body: bytes, start: int) -> int | None:
    """The position behind the root's closing tag; an OAI-PMH element may hold another."""
    at, depth = start, 0
    while found := _ROOT_OR_SECTION.search(body, at):
        if found[0] in CLOSINGS:
            end = _section_end(body, found)
            if end is None:
                return None
            at = end
            continue
        at = found.end()
        depth += -1 if found[1] else 1
        if depth == 0:
            end = body.find(b">", at)
            return end + 1 if end >= 0 and not body[at:end].strip() else None
    return None


def _is_junk(body: bytes, at: int) -> bool:
    """Whether more than white space, comments and processing instructions follows."""
    while (start := body.find(b"<", at)) >= 0:
        if body[at:start].strip():
            return True
        opening = OPENING.match(body, start)
        end = None if opening is None else _section_end(body, opening)
        if end is None:
            return True
        at = end
    return bool(body[at:].strip())
