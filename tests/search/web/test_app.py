"""The server as the command line runs it."""

import asyncio

import aiohttp
import pytest

from graph.errors import NoRelease
from search.sparql.pool import Limits
from search.web.app import serve
from search.web.site import open_site

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(8)) + "}"


async def test_it_serves_until_cancelled_and_a_client_that_leaves_frees_its_worker(data_directory):
    """With one worker, the second query is answered only if the first one was stopped."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    site = open_site(data_directory, limits=Limits(workers=1, time_limit_s=60))
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        server = tasks.create_task(serve(site, "127.0.0.1", 0, on_ready=ready.set_result))
        address = await ready
        async with aiohttp.ClientSession() as session:
            impatient = aiohttp.ClientTimeout(total=0.3)
            with pytest.raises(TimeoutError):
                await session.get(f"{address}sparql", params={"query": ENDLESS}, timeout=impatient)
            async with session.get(f"{address}sparql", params={"query": "ASK {}"}) as response:
                assert response.status == 200
        server.cancel()


async def test_without_a_release_nothing_is_served(tmp_path):
    with pytest.raises(NoRelease, match="weft build"):
        await serve(open_site(tmp_path), "127.0.0.1", 0)
