"""A pool of worker processes: bounded queue, time limit by killing, clean answers for what died.

https://www.w3.org/TR/sparql11-protocol/ leaves limits to the service; these are ours.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from search.errors import (
    IndexDamaged,
    MemoryLimitPassed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
    ResultTooLarge,
    SearchError,
    WorkersBusy,
)
from search.sparql.results import ResultFormat
from search.sparql.wire import LENGTH, Answer, Request, Start

_log = logging.getLogger(__name__)

_START_LIMIT_S: Final = 30.0
"""Longest wait for a worker to open its store; measured: 20 ms for 1.5 M quads."""


class Limits(Struct, frozen=True, kw_only=True):
    """How many queries run, and what one may take."""

    workers: Annotated[int, Meta(ge=1)] = 2
    """Long queries that run at a time; where the pool also serves look-ups, it keeps as many more
    processes for them when this is above 1."""
    time_limit_s: Annotated[float, Meta(gt=0)] = 30.0
    """Wall time in the worker; waiting for a worker is limited to the same again."""
    memory_limit_bytes: Annotated[int, Meta(ge=256 << 20)] = 1 << 30
    """Memory of one worker; 1 GiB was measured to serve 1.5 M quads. Below 256 MiB the stacks of
    the store's threads may not fit, and the worker does not start."""
    result_limit_bytes: Annotated[int, Meta(gt=0)] = 32 << 20
    """Size of one serialised result."""
    queue_limit: Annotated[int, Meta(ge=0)] = 64
    """How many queries may wait for a worker; measured: 35 are on their way at a time when Comunica
    joins this endpoint with another source."""
    allowed_services: tuple[str, ...] = ()
    """Absolute IRIs that SERVICE may name; none: the workers cannot open a socket at all."""


@asynccontextmanager
async def open_pool(store: Path, limits: Limits | None = None) -> AsyncIterator["QueryPool"]:
    """Start worker processes on the store of a release; all have ended when the context has.

    Raises:
        IndexDamaged: the store cannot be opened.
    """
    pool = QueryPool(store, limits or Limits())
    try:
        await pool.start()
        yield pool
    finally:
        await pool.close()


class QueryPool:
    """Runs queries, one a worker; see `open_pool`."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self.limits = limits
        self._workers = tuple(_Worker(store, limits) for _ in range(limits.workers))
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._n_waiting = 0

    async def start(self) -> None:
        """Start every worker."""
        for worker in self._workers:
            await worker.start()
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """Kill every worker and wait until it has ended."""
        for worker in self._workers:
            await worker.stop()

    async def run(
        self,
        query: str,
        format: ResultFormat,  # noqa: A002  # the word of the protocol's clients
        *,
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
    ) -> bytes:
        """Run a read-only query and return its serialised result.

        A caller that is cancelled frees its worker at once.

        Raises:
            QuerySyntaxError: the query does not parse; line and column from 1.
            QueryRefused: an update, a forbidden SERVICE, or one that failed while evaluated.
            QueryTimeout: the time limit passed.
            QueryTooDeep: the query is nested beyond what can be read.
            MemoryLimitPassed, ResultTooLarge: what their names say.
            WorkersBusy: too many queries are waiting.
        """
        request = Request(
            query=query,
            format=format,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
        worker = await self._take_worker()
        try:
            answer, result = await worker.ask(request)
        finally:
            self._idle.put_nowait(worker)
        match answer.state:
            case "ok":
                return result
            case "syntax":
                raise QuerySyntaxError(answer.message, line=answer.line, column=answer.column)
            case "large":
                raise ResultTooLarge(answer.message)
            case "memory":
                raise memory_limit_passed(self.limits.memory_limit_bytes)
            case "refused":
                raise QueryRefused(answer.message)
            case "failed":
                raise QueryRefused(f"the query could not be evaluated: {answer.message}")

    async def _take_worker(self) -> "_Worker":
        busy = WorkersBusy(
            f"{len(self._workers)} queries are running and {self._n_waiting} are waiting",
            retry_after_s=max(1, round(self.limits.time_limit_s)),
        )
        if self._idle.empty() and self._n_waiting >= self.limits.queue_limit:
            raise busy
        self._n_waiting += 1
        try:
            async with asyncio.timeout(self.limits.time_limit_s):
                return await self._idle.get()
        except TimeoutError:
            raise busy from None
        finally:
            self._n_waiting -= 1


def memory_limit_passed(limit_bytes: int) -> MemoryLimitPassed:
    """The error of a query that was stopped for its memory; the result may have been small."""
    return MemoryLimitPassed(
        f"the query needed more than {limit_bytes} bytes of memory: match fewer statements, or sort"
        " and group fewer solutions"
    )


class _Worker:
    """One process slot; a process that died is replaced before the next query."""

    def __init__(self, store: Path, limits: Limits) -> None:
        self._limits = limits
        self._start_frame = Start(
            store=str(store),
            memory_limit_bytes=limits.memory_limit_bytes,
            result_limit_bytes=limits.result_limit_bytes,
            time_limit_s=limits.time_limit_s,
            allowed_services=limits.allowed_services,
        )
        self._process: asyncio.subprocess.Process | None = None
        self._is_spent = False

    async def start(self) -> None:
        """Start the process and wait until it has opened the store."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "search.sparql.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._is_spent = True
        async with asyncio.timeout(_START_LIMIT_S):
            try:
                await self._send(self._start_frame)
                answer = await self._receive_answer()
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise IndexDamaged("a query worker ended while it opened the graph") from error
        if answer.state != "ok":
            raise IndexDamaged(f"cannot open {self._start_frame.store}: {answer.message}")
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
        """Run one query in the process; it is killed unless it answers in time."""
        if self._is_spent:
            await self.stop()
        if self._process is None:
            await self.start()
        self._is_spent = True
        try:
            async with asyncio.timeout(self._limits.time_limit_s):
                await self._send(request)
                answer = await self._receive_answer()
                result = await self._receive() if answer.state == "ok" else b""
            self._is_spent = False
        except TimeoutError:
            _log.info("query killed limit_s=%s", self._limits.time_limit_s)
            raise QueryTimeout(
                f"the query ran longer than {self._limits.time_limit_s:g} s and was stopped"
            ) from None
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
        assert self._process is not None  # noqa: S101  # our own invariant: ask() starts it
        await self._process.communicate()
        code = self._process.returncode
        _log.info("query worker died code=%s", code)
        if code == -signal.SIGSEGV:
            return QueryTooDeep("the query is nested too deeply, or is a chain of too many parts")
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return memory_limit_passed(self._limits.memory_limit_bytes)
        return SearchError(f"a query worker failed with exit code {code}")

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _send(self, message: Struct) -> None:
        assert self._process is not None  # noqa: S101  # our own invariant: ask() starts it
        assert self._process.stdin is not None  # noqa: S101  # start() asks for a pipe
        body = msgspec.json.encode(message)
        self._process.stdin.write(LENGTH.pack(len(body)) + body)
        await self._process.stdin.drain()

    async def _receive(self) -> bytes:
        assert self._process is not None  # noqa: S101  # our own invariant: ask() starts it
        assert self._process.stdout is not None  # noqa: S101  # start() asks for a pipe
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        return await self._process.stdout.readexactly(length)

    async def _receive_answer(self) -> Answer:
        return msgspec.json.decode(await self._receive(), type=Answer)
