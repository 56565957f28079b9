"""The API behind a proxy that shows the site under a path."""

import asyncio
import re
from html import unescape

import aiohttp

from graph.iris import mint_key
from search.sparql.pool import Limits
from search.web.app import serve_current
from search.web.operation.settings import ServeSettings

LOST, KEPT = mint_key("arxiv:2401.00001"), mint_key("doi:10.5072/first")


async def test_addresses_and_errors_of_the_api_stay_under_the_prefix(town_data):
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.timeout(50), asyncio.TaskGroup() as tasks:
        server = tasks.create_task(
            serve_current(
                town_data,
                "127.0.0.1",
                0,
                settings=ServeSettings(prefix="/weft"),
                limits=Limits(workers=1, time_limit_s=10),
                on_ready=ready.set_result,
            )
        )
        try:
            base = (await ready).rstrip("/")
            async with aiohttp.ClientSession() as session:
                await _check(session, base)
        finally:
            server.cancel()


async def _check(session: aiohttp.ClientSession, base: str) -> None:
    for kept in ("/weft", ""):
        async with session.get(f"{base}{kept}/api") as response:
            links = re.findall(r'href="(/[^"]*api[^"]*)"', await response.text())
        assert links
        for link in links:
            assert link.startswith("/weft/api")
            async with session.get(base + unescape(link)) as response:
                assert response.status == 200, link
        moved = f"{base}{kept}/api/v1/entities/{LOST}"
        async with session.get(moved, allow_redirects=False) as response:
            assert response.headers["Location"] == f"/weft/api/v1/entities/{KEPT}"
        async with session.get(f"{base}{kept}/api/v1/entities?id={LOST}") as response:
            assert response.headers["Content-Location"] == f"/weft/api/v1/entities/{KEPT}"
        async with session.get(f"{base}{kept}/api/nothing") as response:
            assert (response.status, response.content_type) == (404, "application/problem+json")
