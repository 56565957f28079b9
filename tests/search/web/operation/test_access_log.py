"""One line a request."""

import asyncio
import logging
import re

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from search.web.operation.access_log import loggable
from search.web.operation.settings import ServeSettings
from tests.search.web.servers import KEY, publish_release, serving

LINE = re.compile(
    r'method=(\S+) path="([^"]*)" status=(\d+) bytes=(\d+) ms=[\d.]+ release=(\S+) client=(\S+)'
)


@pytest.fixture
def lines(caplog):
    """The fields of each line so far, without the time."""
    caplog.set_level(logging.INFO, "weft.access")

    def read() -> list[tuple[str, ...]]:
        texts = [record.getMessage() for record in caplog.records if record.name == "weft.access"]
        matches = [LINE.fullmatch(text) for text in texts]
        assert None not in matches, texts
        return [match.groups() for match in matches if match]

    return read


async def test_each_request_has_its_line_and_its_count(tmp_path, lines):
    publish_release(tmp_path)
    settings = ServeSettings(trusted_proxies=("127.0.0.1",))
    async with serving(tmp_path, settings=settings) as address, aiohttp.ClientSession() as session:
        headers = {"X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer abc"}
        async with session.get(f"{address}/id/{KEY}.ttl", headers=headers) as response:
            n_body_bytes = len(await response.read())
        async with session.post(f"{address}/sparql", data={"query": "ASK {}"}) as response:
            assert response.status == 200
        async with session.get(f"{address}/nowhere?q=1") as response:
            assert response.status == 404
        async with session.get(f"{address}/metrics") as response:
            metrics = await response.text()
    found = lines()
    assert [(*line[:3], *line[4:]) for line in found] == [
        ("GET", f"/id/{KEY}.ttl", "200", "1", "192.0.2.1"),
        ("POST", "/sparql", "200", "1", "127.0.0.1"),
        ("GET", "/nowhere?q=1", "404", "1", "127.0.0.1"),
        ("GET", "/metrics", "200", "1", "127.0.0.1"),
    ]
    assert n_body_bytes + 200 < int(found[0][3]) < n_body_bytes + 2000  # its head is counted
    assert 'weft_requests_total{method="POST",route="/sparql",status="200"} 1' in metrics
    assert 'weft_requests_total{method="GET",route="none",status="404"} 1' in metrics
    assert 'weft_sparql_queries_total{outcome="ok"} 1' in metrics


async def test_a_request_that_is_no_http_has_its_line_and_no_traceback(tmp_path, lines, caplog):
    publish_release(tmp_path)
    async with serving(tmp_path) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(b"GET / HTTP/1.1\r\nbad header\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.0 400")
        await reader.read()
        writer.close()
        await writer.wait_closed()
    assert [(line[2], line[4]) for line in lines()] == [("400", "-")]
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_client_that_leaves_has_its_line(tmp_path, lines):
    publish_release(tmp_path)
    began, ended = asyncio.Event(), asyncio.Event()

    async def endless(_: web.Request) -> web.Response:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return web.Response()

    def extend(app: web.Application) -> None:
        app.router.add_get("/endless", endless)

    async with serving(tmp_path, extend=extend) as address, aiohttp.ClientSession() as session:
        async with asyncio.TaskGroup() as tasks:
            request = tasks.create_task(session.get(f"{address}/endless"))
            await began.wait()
            request.cancel()
        await ended.wait()
        async with session.get(f"{address}/metrics") as response:
            metrics = await response.text()
    assert lines()[0] == ("GET", "/endless", "499", "0", "1", "127.0.0.1")
    assert 'weft_requests_total{method="GET",route="/endless",status="499"} 1' in metrics


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/search?q=top&page=2", "/search?q=top&page=2"),
        ("/search?token=abc&q=1", "/search?token=...&q=1"),
        ("/a?q=1&API_KEY=abc", "/a?q=1&API_KEY=..."),
        ("/oai?verb=ListRecords&resumptionToken=a1", "/oai?verb=ListRecords&resumptionToken=a1"),
        ('/"\n status=200', "/???status=200"),
        ("/sparql?query=" + "x" * 1000, "/sparql?query=" + "x" * 286 + "..."),
    ],
)
def test_what_is_logged_of_an_address(path, shown):
    assert loggable(path) == shown


@given(st.text(max_size=2000))
def test_a_logged_address_is_short_and_printable(path):
    shown = loggable(path)
    assert len(shown) <= 1000
    assert shown.isascii()
    assert not set(shown) & set(' "\r\n')
