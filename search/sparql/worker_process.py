"""One worker process seen from the server: started, asked, killed, and what it died of."""

import asyncio
import logging
import signal
import sys
from typing import Final

import msgspec
from msgspec import Struct

from search.errors import IndexDamaged, MemoryLimitPassed, QueryTimeout, QueryTooDeep, SearchError
from search.sparql.wire import LENGTH, Answer, Request, Start

_log = logging.getLogger(__name__)

_START_LIMIT_S: Final = 30.0
"""Longest wait for a worker to open its store; measured: 20 ms for 1.5 M quads."""


class WorkerProcess:
    """A process that runs one query at a time; it is killed when a query passes its time.

    Args:
        start: which store it opens, and its limits.
    """

    def __init__(self, start: Start) -> None:
        self._start = start
        self._process: asyncio.subprocess.Process | None = None
        self._is_spent = False

    @property
    def is_stopped(self) -> bool:
        """Whether it must be started before it can be asked."""
        return self._process is None or self._is_spent

    @property
    def process_id(self) -> int | None:
        """Of the process that was started last, None before the first start and after `stop`."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the process, in place of one that is spent, and wait until it has the store open.

        Raises:
            IndexDamaged: the store cannot be opened, or not in time.
        """
        await self.stop()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "search.sparql.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._is_spent = True
        try:
            async with asyncio.timeout(_START_LIMIT_S):
                await self._send(self._start)
                answer = await self._receive_answer()
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise IndexDamaged("a query worker ended while it opened the graph") from error
        except TimeoutError as error:
            message = f"a query worker took more than {_START_LIMIT_S:g} s to open the graph"
            raise IndexDamaged(message) from error
        if answer.state != "ok":
            raise IndexDamaged(f"cannot open {self._start.store}: {answer.message}")
        self._is_spent = False

    async def stop(self) -> None:
        """Kill the process, if there is one, and wait for its end."""
        if self._process is None:
            return
        self._kill()
        # wait() alone would hang while an unread result fills the pipe's buffer: read it away
        await self._process.communicate()
        self._process = None

    async def ask(self, request: Request) -> tuple[Answer, bytes]:
        """Run one query in the process, which is not stopped; it is killed unless it answers.

        Raises:
            QueryTimeout: it ran longer than it may.
            QueryTooDeep, MemoryLimitPassed: the process died of it.
            SearchError: the process died of something else.
        """
        self._is_spent = True
        try:
            async with asyncio.timeout(self._start.time_limit_s):
                await self._send(request)
                answer = await self._receive_answer()
                result = await self._receive() if answer.state == "ok" else b""
            self._is_spent = False
        except TimeoutError:
            limit_s = self._start.time_limit_s
            _log.info("query killed limit_s=%s", limit_s)
            message = f"the query ran longer than {limit_s:g} s and was stopped"
            raise QueryTimeout(message) from None
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._reason_of_death() from error
        finally:
            if self._is_spent:
                self._kill()
        return answer, result

    async def _reason_of_death(self) -> SearchError:
        """What a process that ended by itself died of, told by its signal.

        Measured: a stack that overflows while a query is read ends in a segmentation fault, memory
        past its limit in an abort. A machine short of memory kills what takes most of it.
        """
        assert self._process is not None  # noqa: S101  # our own invariant: it was asked
        await self._process.communicate()
        code = self._process.returncode
        _log.info("query worker died code=%s", code)
        if code == -signal.SIGSEGV:
            return QueryTooDeep("the query is nested too deeply, or is a chain of too many parts")
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return memory_limit_passed(self._start.memory_limit_bytes)
        return SearchError(f"a query worker failed with exit code {code}")

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _send(self, message: Struct) -> None:
        assert self._process is not None  # noqa: S101  # our own invariant: it was started
        assert self._process.stdin is not None  # noqa: S101  # start() asks for a pipe
        body = msgspec.json.encode(message)
        self._process.stdin.write(LENGTH.pack(len(body)) + body)
        await self._process.stdin.drain()

    async def _receive(self) -> bytes:
        assert self._process is not None  # noqa: S101  # our own invariant: it was started
        assert self._process.stdout is not None  # noqa: S101  # start() asks for a pipe
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        return await self._process.stdout.readexactly(length)

    async def _receive_answer(self) -> Answer:
        return msgspec.json.decode(await self._receive(), type=Answer)


def memory_limit_passed(limit_bytes: int) -> MemoryLimitPassed:
    """The error of a query that was stopped for its memory; the result may have been small."""
    return MemoryLimitPassed(
        f"the query needed more than {limit_bytes} bytes of memory: match fewer statements, or sort"
        " and group fewer solutions"
    )
