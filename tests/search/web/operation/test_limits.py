"""What a request may take of the server."""

import asyncio
import gzip
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from search.web.operation.limits import StuckClients
from search.web.operation.settings import ServeSettings
from tests.search.web.servers import publish_release, serving

FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory with one release."""
    path = tmp_path_factory.mktemp("data")
    publish_release(path)
    return path


@asynccontextmanager
async def connected(address):
    """A plain connection to the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.close()


async def status_of(reader) -> int:
    """The status of the answer, once the server has closed the connection."""
    answer = await reader.read()
    return int(answer.split(b" ", 2)[1])


async def test_a_body_that_is_too_long_gets_413_before_it_is_read(data):
    settings = ServeSettings(body_limit_bytes=2000)
    async with serving(data, settings=settings) as address, connected(address) as (reader, writer):
        writer.write(
            f"POST /sparql HTTP/1.1\r\nHost: a\r\n{FORM}\r\nContent-Length: 2001\r\n\r\n".encode()
        )
        assert (await reader.readline()).startswith(b"HTTP/1.1 413")


async def test_a_body_of_unknown_length_is_read_to_its_limit_only(data):
    async def body():
        for _ in range(30):
            yield b"query=" + b"x" * 100

    settings = ServeSettings(body_limit_bytes=2000)
    async with (
        serving(data, settings=settings) as address,
        aiohttp.ClientSession() as session,
        session.post(f"{address}/sparql", data=body()) as response,
    ):
        assert response.status == 413


async def test_a_small_body_that_unpacks_to_a_large_one_gets_413(data):
    settings = ServeSettings(body_limit_bytes=20_000)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/sparql-query"}
    body = gzip.compress(b" " * 10_000_000)
    async with (
        serving(data, settings=settings) as address,
        aiohttp.ClientSession() as session,
        session.post(f"{address}/sparql", data=body, headers=headers) as response,
    ):
        assert response.status == 413


@pytest.mark.parametrize(
    "head",
    ["Content-Encoding: gzip\r\nContent-Length: 8", "Transfer-Encoding: chunked"],
)
async def test_a_body_that_cannot_be_read_gets_400(data, head):
    async with serving(data) as address, connected(address) as (reader, writer):
        writer.write(
            f"POST /sparql HTTP/1.1\r\nHost: a\r\n{FORM}\r\n{head}\r\n\r\nzzzzzzzz".encode()
        )
        assert (await reader.readline()).split()[1] == b"400"


async def test_a_body_that_does_not_arrive_gets_408_and_the_connection_is_closed(data):
    settings = ServeSettings(body_time_s=0.05)
    async with serving(data, settings=settings) as address, connected(address) as (reader, writer):
        writer.write(
            f"POST /sparql HTTP/1.1\r\nHost: a\r\n{FORM}\r\nContent-Length: 9\r\n\r\nq".encode()
        )
        assert await status_of(reader) == 408


@pytest.mark.parametrize(
    "request_",
    [
        "GET /sparql?query=" + "x" * 100_000 + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nAccept: " + "x" * 100_000 + "\r\n\r\n",
        "GET / HTTP/1.1\r\n" + "".join(f"X-{n}: 1\r\n" for n in range(1000)) + "\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "\x16\x03\x01 hello\r\n\r\n",
    ],
)
async def test_a_head_that_is_too_long_or_no_http_gets_400(data, request_):
    async with serving(data) as address, connected(address) as (reader, writer):
        writer.write(request_.encode())
        assert await status_of(reader) == 400


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
async def test_a_connection_without_a_whole_request_is_closed(data, sent):
    settings = ServeSettings(idle_time_s=0.1)
    async with serving(data, settings=settings) as address, connected(address) as (reader, writer):
        writer.write(sent)
        assert await reader.read() == b""


async def test_an_answer_that_takes_too_long_is_given_up_with_503(data):
    async def endless(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    def extend(app: web.Application) -> None:
        app.router.add_get("/endless", endless)

    settings = ServeSettings(answer_time_s=0.05)
    async with (
        serving(data, settings=settings, extend=extend) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/endless") as response,
    ):
        assert (response.status, response.headers["Retry-After"]) == (503, "10")


class Waiting(asyncio.Transport):
    """A transport in whose buffer so many bytes wait."""

    def __init__(self, n_bytes: int) -> None:
        super().__init__()
        self.n_bytes = n_bytes

    def get_write_buffer_size(self) -> int:
        return self.n_bytes


def test_only_a_client_that_takes_nothing_is_stuck():
    stuck, slow, idle = Waiting(100), Waiting(100), Waiting(0)
    clients = StuckClients(30.0)
    assert clients.look([stuck, slow, idle], 0.0) == []
    slow.n_bytes = 99
    assert clients.look([stuck, slow, idle], 29.0) == []
    assert clients.look([stuck, slow, idle], 30.0) == [stuck]


async def test_a_client_that_takes_nothing_of_its_answer_is_cut_off(data):
    cut = asyncio.Event()

    async def large(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" " * 1_000_000)
        finally:
            cut.set()

    def extend(app: web.Application) -> None:
        app.router.add_get("/large", large)

    settings = ServeSettings(stuck_time_s=0.1)
    async with serving(data, settings=settings, extend=extend) as address:
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as client:
            client.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            await cut.wait()
