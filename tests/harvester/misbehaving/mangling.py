"""Faults in the bytes of a page: encodings, entities, rubbish, cuts."""

import gzip
from collections.abc import Callable
from dataclasses import replace

from tests.harvester.misbehaving.answers import HOME, Reply
from tests.harvester.misbehaving.faults import Spoil

Mangle = Callable[[bytes], bytes]


def body(mangle: Mangle, *headers: tuple[str, str]) -> Spoil:
    """The body changed, and header fields added."""

    def spoil(reply: Reply) -> Reply:
        return replace(reply, body=mangle(reply.rendered()), headers=(*reply.headers, *headers))

    return spoil


def replacing(old: bytes, new: bytes) -> Spoil:
    """One sequence of bytes replaced by another, where it occurs first.

    Raises:
        AssertionError: on use, if it does not occur.
    """

    def mangle(data: bytes) -> bytes:
        assert old in data, f"{old!r} is not in the answer"
        return data.replace(old, new, 1)

    return body(mangle)


def title_of(number: int, new: bytes) -> Spoil:
    """The escaped title of one record replaced by these bytes."""
    old = f"Größe {number} &amp; more &lt; all</dc:title>".encode()
    return replacing(old, new + b"</dc:title>")


def declared(encoding: str, *, written: str = "utf-8") -> Spoil:
    """The page declares one encoding and is written in another."""

    def mangle(data: bytes) -> bytes:
        text = data.decode().replace("encoding='UTF-8'", f"encoding='{encoding}'")
        return text.encode(written, errors="xmlcharrefreplace")

    return body(mangle)


def appended(data: bytes) -> Spoil:
    """Bytes behind the end."""
    return body(lambda page: page + data)


def prepended(data: bytes) -> Spoil:
    """Bytes before the beginning."""
    return body(lambda page: data + page)


def truncated_to(n_bytes: int) -> Spoil:
    """Only the first bytes, with a Content-Length that agrees."""
    return body(lambda page: page[:n_bytes])


def without_closing(data: bytes) -> bytes:
    """Half of the page: what a worker killed in mid-answer leaves."""
    return data[: len(data) // 2]


def torn_inside(data: bytes) -> bytes:
    """A piece is missing in the middle, the end is there."""
    middle = len(data) // 2
    return data[:middle] + data[middle + 150 :]


def gzipped(*, label: bool = True, is_cut: bool = False) -> Spoil:  # noqa: FBT  # the table reads well
    """Compressed, with or without Content-Encoding, whole or not."""

    def mangle(data: bytes) -> bytes:
        packed = gzip.compress(data)
        return packed[: len(packed) // 2] if is_cut else packed

    return body(mangle, *([("Content-Encoding", "gzip")] if label else []))


_LEVELS = "".join(f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10}">' for level in range(1, 10))
BOMB = f'<!DOCTYPE OAI-PMH [<!ENTITY lol0 "lol">{_LEVELS}]>'.encode()
"""A thousand million laughs behind `&lol9;`."""
QUADRATIC = b'<!DOCTYPE OAI-PMH [<!ENTITY big "' + b"x" * 100_000 + b'">]>'
"""One long entity, to be referred to many times."""
EXTERNAL = f'<!DOCTYPE OAI-PMH [<!ENTITY secret SYSTEM "{HOME}/secret">]>'.encode()
EXTERNAL_DTD = f'<!DOCTYPE OAI-PMH SYSTEM "{HOME}/oai.dtd">'.encode()
PARAMETER = (
    f'<!DOCTYPE OAI-PMH [<!ENTITY % remote SYSTEM "{HOME}/parameter.dtd"> %remote;]>'.encode()
)
LOCAL_FILE = b'<!DOCTYPE OAI-PMH [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
HARMLESS = b'<!DOCTYPE OAI-PMH [<!ENTITY eacute "&#233;">]>'


def with_doctype(doctype: bytes, number: int, title: bytes) -> Spoil:
    """A document type declaration, and one record whose title refers to it."""

    def spoil(reply: Reply) -> Reply:
        declared_page = replacing(b"<OAI-PMH ", doctype + b"<OAI-PMH ")(reply)
        return title_of(number, title)(declared_page)

    return spoil
