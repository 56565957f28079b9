"""A server in another thread, and a client that sends it bytes as they are."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from search.sparql.pool import Limits
from search.web.app import serve_current
from search.web.operation.settings import ServeSettings

PATIENCE_S = 10.0
"""What a client of these tests waits for; a server that takes longer is stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; status 0 when the connection was cut without an answer."""

    status: int
    head: str
    body: bytes

    @property
    def is_clear(self) -> bool:
        """Whether a client was refused, or cut off."""
        return self.status == 0 or 400 <= self.status < 500


class Server:
    """A server in another thread, spoken to over raw sockets."""

    def __init__(self, port: int) -> None:
        self.port = port

    def send(self, *parts: bytes) -> Reply:
        """Send bytes as they are, then read until the server closes the connection."""
        address = ("127.0.0.1", self.port)
        received = b""
        with socket.create_connection(address, timeout=PATIENCE_S) as connection:
            try:
                for part in parts:
                    connection.sendall(part)
                while block := connection.recv(1 << 16):
                    received += block
            except (ConnectionResetError, BrokenPipeError):
                pass
        received = received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        head, _, body = received.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.") else 0
        return Reply(status=status, head=head.decode("latin-1"), body=body)

    def get(self, target: str | bytes, *headers: bytes, host: bytes = b"a") -> Reply:
        """Ask for a target that goes onto the request line as it is."""
        raw = target if isinstance(target, bytes) else target.encode()
        lines = (b"GET " + raw + b" HTTP/1.1", b"Host: " + host, *headers, b"Connection: close")
        return self.send(b"\r\n".join(lines) + b"\r\n\r\n")

    def post(self, target: str, body: bytes, content_type: str) -> Reply:
        """Send a body."""
        head = (
            f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return self.send(head.encode(), body)

    def check_it_serves(self) -> None:
        """An honest page, search and query are answered."""
        assert self.get("/id/paperpaperpap").status == 200
        assert self.get("/api/v1/search?q=boson").status == 200
        assert self.get("/sparql?query=ASK%7B%7D").status == 200


@contextmanager
def in_thread(data: Path, settings: ServeSettings, limits: Limits) -> Iterator[Server]:
    """Serve in another thread, so that these tests may wait for sockets."""
    ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def hold() -> None:
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(
                serve_current(
                    data,
                    "127.0.0.1",
                    0,
                    settings=settings,
                    limits=limits,
                    on_ready=lambda address: ready.set_result((address, loop, end)),
                )
            )
            await end.wait()
            serving.cancel()

    thread = Thread(target=lambda: asyncio.run(hold()), daemon=True)
    thread.start()
    address, loop, end = ready.result(timeout=60)
    try:
        yield Server(int(address.rstrip("/").rpartition(":")[2]))
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(timeout=60)
        assert not thread.is_alive()
