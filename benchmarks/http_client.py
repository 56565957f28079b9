"""Clients of a loopback server, as cheap as they can be: keep-alive, one request after another.

They run in a process of their own, since they would otherwise take the server's time.
"""

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

ANSWER_S: Final = 120.0
"""What an answer may take before the client gives up; above the longest query of a server."""
_SUCCESS: Final = range(200, 400)


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of the requests of some clients."""

    times_ms: tuple[float, ...]
    """Of every answer, in the order in which they came; those that were stopped come last."""
    statuses: dict[int, int]
    """Number of answers by status; 0 for connections that broke."""
    wall_s: float

    def percentile(self, share: float) -> float:
        """The time that this share of the answers took at most, in ms; 0 without any."""
        ranked = sorted(self.times_ms)
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)] if ranked else 0.0

    @property
    def n_errors(self) -> int:
        """Answers that were no success."""
        return sum(n for status, n in self.statuses.items() if status not in _SUCCESS)


class Clients:
    """Clients in a process; `start` begins, `result` waits for their end."""

    def __init__(self, port: int, targets: Sequence[str], n_clients: int, n_requests: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        arguments = (theirs, port, tuple(targets), n_clients, n_requests)
        self._process = context.Process(target=_ask_all, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def result(self) -> Asked:
        """Wait until all requests are answered."""
        asked: Asked = self._ours.recv()
        self._process.join()
        return asked

    def stop(self) -> Asked:
        """End them in the middle; what was answered until then."""
        self._ours.send("stop")
        return self.result()


def ask(port: int, targets: Sequence[str], *, n_clients: int, n_requests: int) -> Asked:
    """Ask for the targets in turn, over and over, until so many requests are answered.

    Args:
        port: of the server on loopback.
        targets: what stands on the request line, such as `/search?q=quark`.
        n_clients: connections at a time; each asks again as soon as it has its answer.
        n_requests: of all clients together.
    """
    return Clients(port, targets, n_clients, n_requests).result()


def _ask_all(
    pipe: Connection, port: int, targets: tuple[str, ...], n_clients: int, n_requests: int
) -> None:
    pipe.send(asyncio.run(_run(pipe, port, targets, n_clients, n_requests)))


async def _run(
    pipe: Connection, port: int, targets: tuple[str, ...], n_clients: int, n_requests: int
) -> Asked:
    times: list[float] = []
    statuses: Counter[int] = Counter()
    waiting = iter(range(n_requests))
    began = time.perf_counter()

    async def client() -> None:
        connection = None
        for number in waiting:
            if pipe.poll():
                break
            started = time.perf_counter()
            try:
                async with asyncio.timeout(ANSWER_S):
                    connection = connection or await asyncio.open_connection("127.0.0.1", port)
                    status = await _get(*connection, targets[number % len(targets)])
            except (OSError, EOFError, TimeoutError):
                connection, status = None, 0
            except asyncio.CancelledError:  # stopped: it has waited so long at least
                times.append((time.perf_counter() - started) * 1000)
                raise
            times.append((time.perf_counter() - started) * 1000)
            statuses[status] += 1
        if connection is not None:
            connection[1].close()

    async with asyncio.TaskGroup() as tasks:
        clients = [tasks.create_task(client()) for _ in range(n_clients)]
        while not all(each.done() for each in clients):
            if pipe.poll():
                for each in clients:
                    each.cancel()
                break
            await asyncio.sleep(0.05)
    return Asked(tuple(times), dict(statuses), time.perf_counter() - began)


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> int:
    writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head.split(" ", 2)[1])
