"""Cuts a stream of XML into its records, so that one that is broken spoils no other.

The text is cut at the tags of the records, comments and CDATA aside, and each piece is parsed by
itself under the namespaces that the elements before it declare.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TextIO

from lxml import etree

from harvester.answers.parse import Rejected
from harvester.files.opened import Item, has_foreign_bytes, original_bytes
from harvester.record import RawRecord

MARC: Final = "http://www.loc.gov/MARC21/slim"
_PREFIXES: Final = {"marc": MARC}
"""Namespaces of prefixes that files use without declaring them, as OAPEN's MARCXML does."""
_CHUNK_CHARS: Final = 1 << 18
RECORD_CHARS: Final = 32 << 20
"""Longest record read; what is longer has lost its end tag (guessed)."""
_START: Final = re.compile(r"<([A-Za-z_][^\s<>/]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_DECLARATION: Final = re.compile(r"xmlns(?::([^\s=]+))?\s*=\s*(\"[^\"]*\"|'[^']*')")

Identify = Callable[[etree._Element], tuple[str, bool]]  # noqa: SLF001  # no public name
"""Gives a record's own identifier, empty where it has none, and whether it is a deletion."""


def read_records(stream: TextIO, names: tuple[str, ...], identify: Identify) -> Iterator[Item]:
    """Read the outermost elements of these local names.

    Reasons of what is rejected: `bad-xml`, `no-identifier`, `not-text` (bytes that are none in the
    file's encoding), `cut-record` (the file ends inside it, or it is longer than `RECORD_CHARS`),
    `cut-file` (it ends between records, before the element around them does).
    """
    cutter = _Cutter(names=names)
    while chunk := stream.read(_CHUNK_CHARS):
        for piece in cutter.feed(chunk):
            yield _read(piece, cutter.namespaces, identify)
        if len(cutter.rest) > RECORD_CHARS:
            cutter.is_ended = False
            break
    if cutter.begins >= 0:
        body = original_bytes(cutter.rest[cutter.begins :])
        detail = "the record has no end tag; nothing behind its start was read"
        yield Rejected(identifier="", reason="cut-record", detail=detail, body=body)
    elif cutter.is_inside and not cutter.is_ended:
        detail = "the file ends before the element around its records does"
        body = original_bytes(cutter.rest)
        yield Rejected(identifier="", reason="cut-file", detail=detail, body=body)


@dataclass(slots=True, kw_only=True)
class _Cutter:
    """Where in the text we are."""

    names: tuple[str, ...]
    rest: str = ""
    begins: int = -1
    """Start of the open record in `rest`; -1 outside of one."""
    namespaces: dict[str, str] = field(default_factory=dict)
    """Quoted namespace by prefix, as declared before the first record."""
    is_inside: bool = False
    """The records stand inside of another element."""
    is_ended: bool = False
    """An end tag of another element has come since the last record."""
    _done: int = 0
    """End of the last record in `rest`."""
    _at: int = 0
    _depth: int = 0
    _token: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        names = "|".join(map(re.escape, self.names))
        self._token = re.compile(
            r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(?P<open><!--|<!\[CDATA\[)"
            rf"|<(?P<end>/?)(?:[\w.-]+:)?(?:{names})(?=[\s/>])[^<>]*?(?P<empty>/?)>",
            re.DOTALL,
        )

    def feed(self, chunk: str) -> Iterator[str]:
        """Take more text; give the records that end in it."""
        self.rest += chunk
        while match := self._token.search(self.rest, self._at):
            if match["open"]:  # its end is in a later chunk
                self._at = match.start()
                break
            self._at = match.end()
            if match["end"] is not None and (piece := self._step(match)):
                yield piece
        else:
            # a tag may go on in the next chunk
            self._at = max(self._at, self.rest.rfind("<"))
        self._forget()

    def _step(self, match: re.Match[str]) -> str:
        """Count a tag of a record; the whole record once its last one has come."""
        if match["end"]:
            self._depth = max(0, self._depth - 1)
        elif self.begins < 0:
            self._declare(self.rest[self._done : match.start()])
            self.begins = match.start()
            self.is_ended = False
            self._depth = not match["empty"]
        else:
            self._depth += not match["empty"]
        if self._depth or self.begins < 0:
            return ""
        piece = self.rest[self.begins : match.end()]
        self.begins = -1
        self._done = match.end()
        return piece

    def _declare(self, before: str) -> None:
        """Note the namespaces that stand before a record: the root's, or of an element around."""
        for start in _START.finditer(before):
            self.is_inside = True
            self.namespaces.update(
                (prefix or "", value) for prefix, value in _DECLARATION.findall(start[2])
            )

    def _forget(self) -> None:
        """Drop the text of records that are done; keep what may declare namespaces."""
        done = self.begins if self.begins >= 0 else self._at
        if self.begins < 0:
            self._declare(self.rest[self._done : done])
            self.is_ended = self.is_ended or "</" in self.rest[self._done :]
        self._done = 0
        self.rest = self.rest[done:]
        self._at -= done
        self.begins = 0 if self.begins >= 0 else -1


def _read(piece: str, namespaces: dict[str, str], identify: Identify) -> Item:
    body = original_bytes(piece)
    if has_foreign_bytes(piece):
        detail = "bytes that are no text in the encoding of the file"
        return Rejected(identifier="", reason="not-text", detail=detail, body=body)
    declared = {prefix: value for prefix, value in namespaces.items() if value != '""'}
    for prefix, uri in _PREFIXES.items():
        declared.setdefault(prefix, f'"{uri}"')
    spoken = "".join(
        f" xmlns{':' if prefix else ''}{prefix}={value}" for prefix, value in declared.items()
    )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        around = etree.fromstring(f"<file{spoken}>{piece}</file>".encode(), parser)
    except etree.XMLSyntaxError as error:
        return Rejected(identifier="", reason="bad-xml", detail=str(error), body=body)
    record = around[0]
    identifier, is_deleted = identify(record)
    if not identifier:
        detail = "nothing in the record names it"
        return Rejected(identifier="", reason="no-identifier", detail=detail, body=body)
    etree.cleanup_namespaces(around)
    xml = etree.tostring(record, encoding="utf-8", with_tail=False, xml_declaration=False)
    return RawRecord(identifier=identifier, datestamp="", is_deleted=is_deleted, sets=(), xml=xml)
