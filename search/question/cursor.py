"""Cursors of a search: where its next page begins, opaque to clients and tied to one release. Pure.

A cursor carries a checksum, so one that was cut or edited is told from one that is old. It is no
secret: somebody who makes one up can ask nothing that could not be asked without it.
"""

import base64
import binascii
import hashlib
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from graph.release import ReleaseInfo
from search.errors import BadSearch
from search.question.ask import Ask
from search.text.engine import Sort

BEGIN: Final = "*"
"""The cursor of the first page."""
MAX_CURSOR: Final = 2000
"""Characters of a cursor that is read; that of a title of 120 letters outside ASCII has 1,000."""
_CHECK_BYTES: Final = 9


class Cursor(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a cursor says."""

    release: Annotated[int, Meta(ge=0, lt=2**31)]
    made: str
    """When the release was made: a data directory made anew counts from 1 again."""
    question: str
    """Digest of what was asked."""
    place: str
    """See `SearchRequest.after`."""


def write_cursor(release: ReleaseInfo, ask: Ask, place: str) -> str:
    """The cursor of a place in the answer to a question; safe in an address."""
    body = msgspec.json.encode(Cursor(release.number, release.created_at, _digest(ask), place))
    return base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("=")


def read_cursor(text: str, ask: Ask) -> Cursor:
    """Read a cursor that `write_cursor` made of the same question; pages may differ in length.

    Raises:
        BadSearch: it is none, or it belongs to another question.
    """
    cursor = _decoded(text)
    if cursor is None:
        message = f"the cursor is cut or edited: begin again with cursor={BEGIN}"
        raise BadSearch(message)
    if cursor.question != _digest(ask):
        message = (
            "the cursor belongs to another query, sort or filter:"
            f" keep them the same, or begin again with cursor={BEGIN}"
        )
        raise BadSearch(message)
    return cursor


def _decoded(text: str) -> Cursor | None:
    if len(text) > MAX_CURSOR or not text.isascii():
        return None
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        check, body = whole[:_CHECK_BYTES], whole[_CHECK_BYTES:]
        return msgspec.json.decode(body, type=Cursor) if check == _check(body) else None
    except (binascii.Error, ValueError):
        return None


def _digest(ask: Ask) -> str:
    sort = Sort(ask.sort).value
    filters = sorted((name, sorted(values)) for name, values in ask.filters.items() if values)
    return hashlib.sha256(msgspec.json.encode((ask.text, sort, filters))).hexdigest()[:16]


def _check(body: bytes) -> bytes:
    return hashlib.sha256(b"weft cursor " + body).digest()[:_CHECK_BYTES]
