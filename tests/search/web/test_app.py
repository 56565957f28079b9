"""The server as the command line runs it."""

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from graph.errors import NoRelease
from search.sparql.pool import Limits
from search.web.app import serve, serve_current
from search.web.operation.settings import ServeSettings
from search.web.site import open_site
from tests.search.web.servers import publish_release, serving

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(8)) + "}"
SECONDS_LONG = (
    "SELECT (COUNT(*) AS ?n) {" + "".join(f"?a{n} ?b{n} ?c{n} ." for n in range(10)) + "}"
)
"""Counts 4 to the power of 10 solutions."""
COMMAND = (
    "import sys; from pathlib import Path; from weft import config, run;"
    "sys.exit(run.serve(config.load(Path(sys.argv[1])), None, 0))"
)


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
    with pytest.raises(NoRelease, match="weft build"):
        await serve_current(tmp_path, "127.0.0.1", 0)


async def test_a_port_that_is_taken_is_an_error_that_leaves_nothing_open(tmp_path):
    publish_release(tmp_path)
    async with serving(tmp_path) as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"):
            await serve_current(tmp_path, "127.0.0.1", port)


@pytest.mark.parametrize(("stop_time_s", "is_answered"), [(10.0, True), (0.05, False)])
async def test_what_is_under_way_may_finish_within_its_limit(tmp_path, stop_time_s, is_answered):
    publish_release(tmp_path)
    began, go_on = asyncio.Event(), asyncio.Event()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def slow(_: web.Request) -> web.Response:
        began.set()
        await go_on.wait()
        return web.Response(text="whole")

    def extend(app: web.Application) -> None:
        app.router.add_get("/slow", slow)

    settings = ServeSettings(stop_time_s=stop_time_s)
    async with (
        asyncio.timeout(20),
        aiohttp.ClientSession() as session,
        asyncio.TaskGroup() as tasks,
    ):
        serving_ = serve_current(
            tmp_path, "127.0.0.1", 0, settings=settings, extend=extend, on_ready=ready.set_result
        )
        server = tasks.create_task(serving_)
        address = await ready
        request = tasks.create_task(text_of(session, f"{address}slow"))
        await began.wait()
        server.cancel()
        await refused(int(address.rstrip("/").rpartition(":")[2]))
        if is_answered:
            go_on.set()
    assert await request == ("whole" if is_answered else "")


async def text_of(session: aiohttp.ClientSession, url: str) -> str:
    """The text of an answer; empty when the connection is cut."""
    try:
        async with session.get(url) as response:
            return await response.text()
    except aiohttp.ClientConnectionError:
        return ""


async def refused(port: int) -> None:
    """Wait until no new connection is taken."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            return
        writer.close()


async def test_sigterm_lets_a_query_end_and_then_the_process_with_status_0(tmp_path):
    publish_release(tmp_path / "data")
    (tmp_path / "config.toml").write_text('[weft]\ndata = "data"\n')
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", COMMAND, str(tmp_path / "config.toml")),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        address = (await process.stdout.readline()).decode().split()[-1].rstrip("/")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(
            "POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
            f"Content-Length: {len(SECONDS_LONG)}\r\n\r\n{SECONDS_LONG}".encode()
        )
        async with session.get(f"{address}/healthz") as response:  # so the first has begun
            assert response.status == 200
        process.send_signal(signal.SIGTERM)
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"value":"1048576"' in answer
        assert await process.wait() == 0
        writer.close()
        await process.communicate()
