"""Runs SPARQL queries on a local release in a process of its own, which can be stopped.

The store cannot stop a query, so the process is killed when the time is up, or when the person who
asks interrupts. It is started by the first query, and nothing waits for it in the background: no
thread and no event loop, so it works in a notebook whose own loop runs.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from graph.errors import ReleaseError
from search.errors import (
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
    ResultTooLarge,
    SearchError,
)
from search.sparql.wire import LENGTH, Answer, Request, Start, write_frame
from search.sparql.worker_process import memory_limit_passed

MEMORY_LIMIT_BYTES: Final = 2 << 30
"""Memory that the process may have; twice what the server gives, for a person who is alone."""
RESULT_LIMIT_BYTES: Final = 256 << 20
"""Largest result, some million rows; a larger one is an error."""
_START_LIMIT_S: Final = 30.0
_PIECE: Final = 1 << 20
_GRACE_S: Final = 1.0


class QueryWorker:
    """One process that runs one query at a time; it may be asked from several threads.

    Args:
        store: directory of the release's graph.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._process: subprocess.Popen[bytes] | None = None
        self._longest_s = 0.0
        self._lock = Lock()

    def run(self, request: Request, timeout_s: float) -> bytes:
        """The serialised result of a read-only query.

        Raises:
            QuerySyntaxError: the query does not parse; line and column from 1.
            QueryRefused: an update, SERVICE, or a query that failed while it was evaluated.
            QueryTimeout: it took longer than `timeout_s` seconds.
            QueryTooDeep, MemoryLimitPassed, ResultTooLarge: what their names say.
            ReleaseError: the graph cannot be opened.
        """
        with self._lock:
            is_whole = False
            try:
                process = self._running(timeout_s)
                answer, result = self._ask(process, request, timeout_s)
                is_whole = True
            finally:
                if not is_whole:  # interrupted, late, or dead: what it says next is of no use
                    self._stop()
        _raise_for(answer)
        return result

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._stop()

    def _running(self, timeout_s: float) -> "subprocess.Popen[bytes]":
        """The process, started when there is none or it would end itself before the time is up."""
        if self._process is not None and timeout_s <= self._longest_s:
            return self._process
        self._stop()
        self._longest_s = timeout_s
        process = self._process = subprocess.Popen(  # our own module
            [sys.executable, "-m", "search.sparql.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            process_group=0,  # Ctrl-C is for the person's program, which stops this one itself
        )
        start = Start(
            store=str(self._store),
            memory_limit_bytes=MEMORY_LIMIT_BYTES,
            result_limit_bytes=RESULT_LIMIT_BYTES,
            time_limit_s=timeout_s + _GRACE_S,
        )
        try:
            _send(process, start)
            opened = _receive_answer(process, time.monotonic() + _START_LIMIT_S)
        except (EOFError, OSError, TimeoutError) as error:
            raise ReleaseError(f"no process could open the graph at {self._store}") from error
        if opened.state != "ok":
            raise ReleaseError(f"cannot open the graph at {self._store}: {opened.message}")
        return process

    def _ask(
        self, process: "subprocess.Popen[bytes]", request: Request, timeout_s: float
    ) -> tuple[Answer, bytes]:
        end = time.monotonic() + timeout_s
        try:
            _send(process, request)
            answer = _receive_answer(process, end)
            return answer, _receive(process, end) if answer.state == "ok" else b""
        except TimeoutError:
            message = f"the query ran longer than {timeout_s:g} s and was stopped"
            raise QueryTimeout(message) from None
        except (EOFError, OSError) as error:
            raise _reason_of_death(process) from error

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # nobody reads what was not sent
                    pipe.close()
        process.wait()


def _send(process: "subprocess.Popen[bytes]", message: msgspec.Struct) -> None:
    assert process.stdin is not None  # noqa: S101  # it was started with a pipe
    # unbuffered: a write may be short
    frame = _Whole(process.stdin.fileno())
    write_frame(frame, msgspec.json.encode(message))  # type: ignore[arg-type]  # all that it needs


class _Whole:
    """Writes to a pipe until all is written."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, body: bytes) -> int:
        left = memoryview(body)
        while left:
            left = left[os.write(self._descriptor, left) :]
        return len(body)

    def flush(self) -> None:
        """Nothing waits."""


def _receive_answer(process: "subprocess.Popen[bytes]", end: float) -> Answer:
    return msgspec.json.decode(_receive(process, end), type=Answer)


def _receive(process: "subprocess.Popen[bytes]", end: float) -> bytes:
    (length,) = LENGTH.unpack(_read(process, LENGTH.size, end))
    return _read(process, length, end)


def _read(process: "subprocess.Popen[bytes]", n_bytes: int, end: float) -> bytes:
    """So many bytes of what the process says.

    Raises:
        TimeoutError: they did not come in time.
        EOFError: it ended before.
    """
    assert process.stdout is not None  # noqa: S101  # it was started with a pipe
    pipe, body = process.stdout.fileno(), bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while len(body) < n_bytes:
            left_s = end - time.monotonic()
            if left_s <= 0 or not waiting.select(left_s):
                raise TimeoutError
            piece = os.read(pipe, min(_PIECE, n_bytes - len(body)))
            if not piece:
                raise EOFError
            body += piece
    return bytes(body)


def _reason_of_death(process: "subprocess.Popen[bytes]") -> SearchError:
    """What the process died of; see `search.sparql.worker_process`."""
    code = process.wait()
    if code == -signal.SIGSEGV:
        return QueryTooDeep("the query is nested too deeply, or is a chain of too many parts")
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        return memory_limit_passed(MEMORY_LIMIT_BYTES)
    return SearchError(f"the process of the query failed with exit code {code}")


def _raise_for(answer: Answer) -> None:
    match answer.state:
        case "ok":
            return
        case "syntax":
            raise QuerySyntaxError(answer.message, line=answer.line, column=answer.column)
        case "large":
            raise ResultTooLarge(answer.message)
        case "memory":
            raise memory_limit_passed(MEMORY_LIMIT_BYTES)
        case "refused":
            raise QueryRefused(answer.message)
        case "failed":
            raise QueryRefused(f"the query could not be evaluated: {answer.message}")
