"""The repository on a socket: every byte, and every missing one, goes out as the reply says.

No HTTP library: none sends a cut body, a wrong length or a reset on purpose.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qsl

from harvester.client import Client, open_client
from tests.harvester.misbehaving.answers import HOME, Ask, Counts, Reply, Sending
from tests.harvester.misbehaving.clock import SharedClock

_DRIP_S = 0.01
_HAS_LENGTH = {
    Sending.WHOLE,
    Sending.CUT,
    Sending.SHORT_LENGTH,
    Sending.RESET,
    Sending.STALL,
    Sending.DRIP,
}


class Answering(Protocol):
    """What can be served: the misbehaving repository, a recording."""

    clock: SharedClock
    counts: Counts

    def answer(self, ask: Ask) -> Reply:
        """Answer a request."""
        ...


@asynccontextmanager
async def serve(repository: Answering) -> AsyncIterator[str]:
    """Serve on a free port of the loopback; gives the base URL."""
    connections = _Connections(repository)
    server = await asyncio.start_server(connections.serve, "127.0.0.1", 0)
    connections.home = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield f"{connections.home}/oai"
    finally:
        server.close()
        await connections.end()
        await server.wait_closed()


@asynccontextmanager
async def impatient_client(repository: Answering, *, contact: str = "") -> AsyncIterator[Client]:
    """The real client on the network, on the repository's clock: it never really waits."""
    async with open_client(contact=contact) as client:
        yield replace(client, clock=repository.clock.as_clock())


@dataclass
class _Connections:
    """The open connections of one server."""

    repository: Answering
    home: str = ""
    n_in_flight: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)
    tasks: set[asyncio.Task[object]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until one of the two sides ends it."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self.writers.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.writers.discard(writer)
            self.tasks.discard(task)

    async def end(self) -> None:
        """Cut every connection; wait until nobody serves one."""
        for writer in tuple(self.writers):
            writer.transport.abort()
        if self.tasks:
            await asyncio.wait(tuple(self.tasks))

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; True when the connection may serve another."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.n_in_flight += 1
        try:
            reply = self.repository.answer(self._ask(head))
            if reply.takes_s:
                await asyncio.sleep(reply.takes_s)
            return await self._send(reply, reader, writer)
        finally:
            self.n_in_flight -= 1

    def _ask(self, head: str) -> Ask:
        request_line, *lines = head.strip().split("\r\n")
        target = request_line.split(" ")[1]
        path, _, query = target.partition("?")
        fields = (line.partition(":") for line in lines)
        return Ask(
            path=path,
            query=query,
            arguments=dict(parse_qsl(query, keep_blank_values=True)),
            headers={name.strip().lower(): value.strip() for name, _, value in fields},
            n_in_flight=self.n_in_flight,
            at_s=self.repository.clock.elapsed_s,
        )

    async def _send(
        self, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        body = reply.rendered().replace(HOME.encode(), self.home.encode())
        head = self._head(reply, len(body))
        n_bytes = len(body) if reply.n_bytes is None else reply.n_bytes
        match reply.sending:
            case Sending.HANG:
                await reader.read()
            case Sending.RESET:
                await _write(writer, head + body[:n_bytes] if n_bytes else b"")
                _reset(writer)
            case Sending.STALL:
                await _write(writer, head + body[: len(body) // 2])
                await reader.read()
            case Sending.DRIP:
                await _drip(writer, reader, head + body)
            case Sending.CHUNKED | Sending.CHUNKED_CUT:
                chunk = body[:n_bytes]
                await _write(writer, head + f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                if reply.sending is Sending.CHUNKED:
                    await _write(writer, b"0\r\n\r\n")
            case _:
                await _write(writer, head + body[:n_bytes])
        is_whole = reply.sending in {Sending.WHOLE, Sending.CHUNKED}
        if is_whole or reply.sending is Sending.UNFRAMED:
            self._count(reply)
        return is_whole

    def _head(self, reply: Reply, length: int) -> bytes:
        fields = [*reply.headers]
        if reply.sending in {Sending.CHUNKED, Sending.CHUNKED_CUT}:
            fields.append(("Transfer-Encoding", "chunked"))
        elif reply.sending in _HAS_LENGTH:
            short = 40 if reply.sending is Sending.SHORT_LENGTH else 0
            fields.append(("Content-Length", str(length - short)))
        if reply.sending not in {Sending.WHOLE, Sending.CHUNKED, Sending.SHORT_LENGTH}:
            fields.append(("Connection", "close"))
        status = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"
        lines = (status, *(f"{name}: {value}" for name, value in fields), "", "")
        return "\r\n".join(lines).replace(HOME, self.home).encode("latin-1")

    def _count(self, reply: Reply) -> None:
        counts = self.repository.counts
        if reply.status == HTTPStatus.OK:
            counts.n_records += len(reply.identifiers())
            counts.n_get_records += reply.record is not None


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def _drip(writer: asyncio.StreamWriter, reader: asyncio.StreamReader, data: bytes) -> None:
    for position in range(len(data)):
        if reader.at_eof() or writer.is_closing():
            return
        await _write(writer, data[position : position + 1])
        await asyncio.sleep(_DRIP_S)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End with RST instead of FIN: what a killed worker or a firewall does."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
