"""Takes in an uploaded list: streamed into a file without a name, which is gone when it is closed.

A form: https://www.rfc-editor.org/rfc/rfc7578 . The bytes are counted as they come; more than the
limit, or a client that sends too slowly, ends the request.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from search.web.operation.settings import ServeSettings

FILE: Final = "file"
"""Name of the field with the list."""
MEGABYTE: Final = 1 << 20
_PIECE: Final = 1 << 16
_WRITE_AT: Final = 1 << 20
"""Bytes gathered before a thread writes them."""
_FORM_BYTES: Final = 1 << 16
"""All that a form may have besides the file."""
_MAX_PARTS: Final = 200
_MAX_NAME: Final = 200
"""Characters of a file's name that are shown."""


@dataclass(slots=True, kw_only=True)
class Upload:
    """What came."""

    file: BinaryIO
    """The list, to be read from its beginning."""
    name: str = ""
    size: int = 0
    """Bytes."""
    fields: dict[str, list[str]] = field(default_factory=dict)
    """The other fields of the form; those that are empty are left out."""


@asynccontextmanager
async def receiving(request: web.Request, settings: ServeSettings) -> AsyncIterator[Upload]:
    """Take in the list of a request, as a form or as the body itself; it is gone afterwards.

    Raises:
        HTTPRequestEntityTooLarge: it is longer than it may be.
        HTTPRequestTimeout: it comes too slowly.
        HTTPBadRequest: the form cannot be read, or has no file or several.
    """
    refuse_long(request, settings)
    with tempfile.TemporaryFile(prefix="weft-list-") as file:
        upload = Upload(file=file)
        try:
            async with asyncio.timeout(settings.holdings_upload_s):
                if request.content_type == "multipart/form-data":
                    await _read_form(request, upload, settings)
                else:
                    await _write(request.content.iter_chunked(_PIECE), upload, settings)
        except TimeoutError:
            raise web.HTTPRequestTimeout(
                text=f"the file took longer than {settings.holdings_upload_s:g} s to arrive"
            ) from None
        except (web.RequestPayloadError, BadHttpMessage, ValueError, AssertionError) as error:
            # the last two are what the reader of forms says of one that is malformed
            raise web.HTTPBadRequest(text="the form of the request cannot be read") from error
        if not upload.size:
            raise web.HTTPBadRequest(text="no list came: choose a file that is not empty")
        file.seek(0)
        yield upload


def refuse_long(request: web.Request, settings: ServeSettings) -> None:
    """Refuse a body by the length that it announces, before it is read.

    Raises:
        HTTPRequestEntityTooLarge: it is longer than it may be.
    """
    length = request.content_length or 0
    if length > settings.holdings_bytes + _FORM_BYTES:
        raise too_large(settings.holdings_bytes, length)


def too_large(limit: int, actual: int) -> web.HTTPRequestEntityTooLarge:
    """The error of a list with more bytes than the limit."""
    size = max(1, limit // MEGABYTE)
    return web.HTTPRequestEntityTooLarge(
        max_size=limit,
        actual_size=actual,
        text=f"the list is longer than {size} MB, the most that is read here: split it, pack it"
        " with gzip, or use the command `weft holdings`",
    )


async def _read_form(request: web.Request, upload: Upload, settings: ServeSettings) -> None:
    reader = await request.multipart()
    n_bytes, has_file = 0, False
    for _ in range(_MAX_PARTS):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise web.HTTPBadRequest(text="a field of the form is itself a form")
        if part.name == FILE:
            if has_file:
                raise web.HTTPBadRequest(text="the form has several files: send one at a time")
            has_file = True
            upload.name = (part.filename or "")[:_MAX_NAME]
            await _write(_pieces(part), upload, settings)
            continue
        text = bytearray()
        async for piece in _pieces(part):
            text += piece
            if n_bytes + len(text) > _FORM_BYTES:
                raise too_large(settings.holdings_bytes, settings.holdings_bytes + n_bytes)
        n_bytes += len(text)
        if text and part.name:
            value = text.decode(errors="replace").strip()
            upload.fields.setdefault(part.name, []).append(value)
    else:
        raise web.HTTPBadRequest(text=f"the form has more than {_MAX_PARTS} fields")
    if not has_file:
        raise web.HTTPBadRequest(text=f"the form has no field {FILE!r} with the list")


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(_PIECE):
        yield piece


async def _write(pieces: AsyncIterator[bytes], upload: Upload, settings: ServeSettings) -> None:
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        upload.size += len(piece)
        if upload.size > settings.holdings_bytes:
            raise too_large(settings.holdings_bytes, upload.size)
        if len(waiting) >= _WRITE_AT:
            await asyncio.to_thread(upload.file.write, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(upload.file.write, bytes(waiting))
    await asyncio.to_thread(upload.file.flush)
