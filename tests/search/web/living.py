"""A site that runs in a thread, so that many tests ask one server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.operation.settings import ServeSettings
from search.web.operation.state import Operation
from search.web.site import open_site

NAMES = (("zenodo", "Zenodo"), ("hepdata", "HEPData"))


class Live:
    """A site that runs in a thread of its own; answers are read whole, redirects not followed."""

    def __init__(self, data: Path, prefix: str = "") -> None:
        self._data, self._prefix = data, prefix
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self.address = ""

    async def _run(self) -> None:
        limits = Limits(workers=1, time_limit_s=30)
        operation = Operation(settings=ServeSettings(prefix=self._prefix))
        async with open_site(self._data, limits=limits, source_titles=NAMES) as site:
            server = TestServer(build_app(site, operation=operation))
            async with server:
                self.address = str(server.make_url("/")).rstrip("/")
                self._ready.set()
                await self._stop.wait()

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)
        self._loop.close()

    def get(self, path: str, accept: str = "text/html") -> SimpleNamespace:
        async def ask() -> SimpleNamespace:
            async with (
                ClientSession() as session,
                session.get(
                    self.address + path, headers={"Accept": accept}, allow_redirects=False
                ) as answer,
            ):
                text = (await answer.read()).decode()
                return SimpleNamespace(status=answer.status, headers=answer.headers, text=text)

        return asyncio.run(ask())

    def ready(self, path: str, accept: str = "text/html") -> SimpleNamespace:
        """The answer once the release is read."""
        while "is being read" in (answer := self.get(path, accept)).text:
            pass
        return answer


@contextmanager
def living(data: Path, prefix: str = "") -> Iterator[Live]:
    live = Live(data, prefix)
    live.start()
    try:
        yield live
    finally:
        live.stop()
