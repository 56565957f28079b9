"""A generated repository served over HTTP by a process of its own, which counts what it serves.

The records are made beforehand and kept, so that making them is not measured. Answers are sent
without compression: the bench measures harvesters, and the server shares the machine with them.
"""

import asyncio
import json
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Final
from urllib.request import urlopen

from aiohttp import web

from benchmarks.generated import PREFIX, GeneratedRepository, Prefix
from harvester.provider.provider import answer
from harvester.provider.source import Page, Selection

_CONTROL_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """What a repository has sent since its start."""

    n_requests: int
    n_records: int

    def __sub__(self, before: "Served") -> "Served":
        """What was sent in between."""
        return Served(self.n_requests - before.n_requests, self.n_records - before.n_records)


@dataclass(frozen=True, slots=True)
class ServedRepository:
    """A repository that is being served."""

    origin: str
    prefix: Prefix
    n_bytes: int
    """Of all records together."""

    def url(self, latency_ms: int = 0) -> str:
        """Its base URL, at which every answer is sent so much later."""
        return f"{self.origin}/{latency_ms}/oai"

    def served(self) -> Served:
        """What it has sent until now."""
        return Served(**json.loads(self._ask("served")))

    def change(self, n_changes: int) -> None:
        """Change that many records."""
        self._ask(f"change/{n_changes}")

    def _ask(self, what: str) -> bytes:
        with urlopen(f"{self.origin}/{what}", timeout=_CONTROL_TIMEOUT_S) as response:  # noqa: S310  # our own address
            body: bytes = response.read()
            return body


@contextmanager
def serving(n_records: int, prefix: Prefix = PREFIX) -> Iterator[ServedRepository]:
    """Serve that many records from a process of its own, in pages of 100."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs, n_records, prefix), daemon=True)
    server.start()
    theirs.close()
    try:
        origin, n_bytes = ours.recv()
        yield ServedRepository(origin, prefix, n_bytes)
    finally:
        server.terminate()
        server.join()


def _serve(pipe: Connection, n_records: int, prefix: Prefix) -> None:
    asyncio.run(_Server(_Remembering(n_records, prefix)).run(pipe))


class _Remembering(GeneratedRepository):
    """Keeps every record it has made, and counts those it hands out."""

    def __init__(self, n_records: int, prefix: Prefix) -> None:
        super().__init__(n_records, prefix=prefix)
        self.n_served = 0
        self._made = [super(_Remembering, self).record_xml(n) for n in range(n_records)]

    @property
    def n_bytes(self) -> int:
        """Of all records together."""
        return sum(map(len, self._made))

    def change(self, n_changes: int) -> None:
        super().change(n_changes)
        for n in self._changed:
            self._made[n] = super().record_xml(n)

    def record_xml(self, n: int) -> bytes:
        return self._made[n]

    def records(self, selection: Selection, position: str) -> Page:
        page = super().records(selection, position)
        self.n_served += len(page.items)
        return page

    def record(self, identifier: str, prefix: str) -> bytes | None:
        self.n_served += 1
        return super().record(identifier, prefix)


class _Server:
    """The routes of one repository."""

    def __init__(self, repository: _Remembering) -> None:
        self._repository = repository
        self._n_requests = 0

    async def run(self, pipe: Connection) -> None:
        """Serve on a free port until the process is ended."""
        app = web.Application()
        app.router.add_get("/{latency_ms}/oai", self._oai)
        app.router.add_get("/served", self._served)
        app.router.add_get("/change/{n_changes}", self._change)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        listener = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        pipe.send((origin, self._repository.n_bytes))
        await asyncio.Event().wait()

    async def _oai(self, request: web.Request) -> web.Response:
        self._n_requests += 1
        latency_ms = int(request.match_info["latency_ms"])
        if latency_ms:
            await asyncio.sleep(latency_ms / 1000)
        body = answer(
            list(request.query.items()),
            self._repository,
            base_url=str(request.url.with_query(None)),
            now=datetime.now(UTC),
        )
        return web.Response(body=body, content_type="text/xml", charset="utf-8")

    async def _served(self, _: web.Request) -> web.Response:
        n_records = self._repository.n_served
        return web.json_response({"n_requests": self._n_requests, "n_records": n_records})

    async def _change(self, request: web.Request) -> web.Response:
        self._repository.change(int(request.match_info["n_changes"]))
        return web.Response()
