"""Runs the process that holds a list against the release: its reply first, then its bytes.

Matching keeps Python busy for up to a minute, which would stall all other answers of this process.
The process is killed when it passes its time, and when the client leaves.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, Final

import msgspec

from search.holdings.errand import Errand, Reply

_log = logging.getLogger(__name__)

_PIECE: Final = 1 << 16
_MAX_REPLY: Final = 1 << 20
"""Bytes of the line that a process answers first."""
_FAILED: Final = "the list could not be compared: the process that does it ended"


class Running:
    """A process that has replied."""

    def __init__(self, process: asyncio.subprocess.Process, reply: Reply) -> None:
        self._process = process
        self.reply = reply

    async def pieces(self) -> AsyncIterator[bytes]:
        """What was wanted, piece by piece.

        Raises:
            RuntimeError: the process ended before it was done.
        """
        assert self._process.stdout is not None  # noqa: S101  # it was asked for
        while piece := await self._process.stdout.read(_PIECE):
            yield piece
        if code := await self._process.wait():
            raise RuntimeError(f"the process ended with {code} before it was done")

    async def whole(self) -> bytes:
        """What was wanted, at once; for what is known to be small."""
        return b"".join([piece async for piece in self.pieces()])


@asynccontextmanager
async def running(errand: Errand, file: BinaryIO) -> AsyncIterator[Running]:
    """Run an errand as long as the context lasts; then the process is gone, done or not.

    Args:
        errand: what is wanted.
        file: the list, with a file descriptor; the process reads it from its beginning.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "search.holdings.worker",
        msgspec.json.encode(errand).decode(),
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        limit=_MAX_REPLY,
    )
    try:
        yield Running(process, await _reply(process))
    finally:
        if process.returncode is None:
            process.kill()
            # an unread answer fills the pipe, and wait() alone would hang: read it away
            await process.communicate()


async def _reply(process: asyncio.subprocess.Process) -> Reply:
    assert process.stdout is not None  # noqa: S101  # it was asked for
    line = await process.stdout.readline()
    try:
        return msgspec.json.decode(line, type=Reply)
    except msgspec.DecodeError:
        code = await process.wait()
        _log.warning("holdings process ended code=%s", code)
        return Reply(state="failed", message=_FAILED)
