"""Cursors: where the next page of a list begins, opaque to clients and true in one release only."""

import base64
import binascii
import hashlib
from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from graph.release import ReleaseInfo
from search.web.api.found_links import Place, Wanted

BEGIN: Final = "*"
"""The cursor of the first page."""
MAX_CURSOR: Final = 400
"""Characters of a cursor that is read; ours have about 120."""
_MAX_PLACE: Final = 2**40

_Number = Annotated[int, Meta(ge=0, le=_MAX_PLACE)]


class Cursor(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a cursor says."""

    release: _Number
    created_at: str
    question: str
    """Digest of what was asked."""
    start: _Number
    skip: _Number
    n_candidates: _Number
    total: _Number | None

    @property
    def place(self) -> Place:
        """Where its page begins."""
        return Place(self.start, self.skip)


def write_cursor(
    release: ReleaseInfo, wanted: Wanted, place: Place, n_candidates: int, total: int | None
) -> str:
    """The cursor of a place in the answer to a question."""
    cursor = Cursor(
        release.number,
        release.created_at,
        _digest(wanted),
        place.start,
        place.skip,
        n_candidates,
        total,
    )
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def read_cursor(text: str, release: ReleaseInfo, wanted: Wanted) -> Cursor:
    """Read a cursor that `write_cursor` made.

    Raises:
        HTTPBadRequest: it is none, or belongs to another question.
        HTTPGone: it belongs to another release.
    """
    try:
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(body, type=Cursor)
    except (binascii.Error, ValueError) as error:
        raise web.HTTPBadRequest(
            text="the cursor is none of this list: begin with cursor=*"
        ) from error
    if (cursor.release, cursor.created_at) != (release.number, release.created_at):
        message = (
            f"the cursor is of release {cursor.release}, this is release {release.number}:"
            " begin without one"
        )
        raise web.HTTPGone(text=message)
    if cursor.question != _digest(wanted):
        raise web.HTTPBadRequest(text="the cursor is of another question: begin with cursor=*")
    return cursor


def _digest(wanted: Wanted) -> str:
    return hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()[:16]
