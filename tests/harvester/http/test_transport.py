"""One GET over real sockets of the loopback: cut bodies, gzip, redirects, pauses.

127.0.0.1 stands for the public internet where a test says so, 127.0.0.2 for a private network.
"""

import asyncio
import gzip
import logging
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from harvester.errors import AnswerTooLarge, RepositoryUnreachable
from harvester.http.retry import Quota
from harvester.http.transport import Lost, NeverSent, open_transport
from harvester.http.user_agent import user_agent
from tests.harvester.fake_repository import over_http

XML = b"<?xml version='1.0'?><OAI-PMH>" + b"x" * 500 + b"</OAI-PMH>"
PRIVATE = "127.0.0.2"


@asynccontextmanager
async def raw_server(*parts: bytes | float, host="127.0.0.1") -> AsyncIterator[str]:
    """Answers every connection once with these bytes, with pauses in seconds between, and closes.

    None of it is checked to be HTTP.
    """
    writers: list[asyncio.StreamWriter] = []
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            for part in parts:
                if isinstance(part, bytes):
                    writer.write(part)
                    await writer.drain()
                else:
                    await asyncio.sleep(part)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, host, 0)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}/oai"
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


def head(*fields: str, status="200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "", "")).encode("latin-1")


def sized(body: bytes, *fields: str) -> bytes:
    return head(f"Content-Length: {len(body)}", *fields) + body


def redirect(location: str, *, status="302 Found") -> bytes:
    return head("Content-Length: 0", f"Location: {location}", status=status)


async def body_of(*parts: bytes | float, max_body_bytes=1_000_000) -> bytes:
    async with raw_server(*parts) as url, open_transport(max_body_bytes=max_body_bytes) as get:
        return (await get(url)).body


# --- what is asked, what comes back


async def test_the_request_says_who_asks_and_takes_gzip():
    seen: dict[str, str] = {}

    async def handle(request: web.Request) -> web.Response:
        seen.update(request.headers)
        return web.Response(body=XML)

    async with over_http(handle) as url, open_transport(contact="me@example.org") as get:
        await get(url)
    assert seen["User-Agent"] == user_agent("me@example.org")
    assert seen["From"] == "me@example.org"
    assert seen["Accept-Encoding"] == "gzip"


def test_the_user_agent_names_the_contact():
    assert user_agent("me@example.org").endswith(" (+mailto:me@example.org)")
    assert "mailto" not in user_agent("")


async def test_the_fields_that_rules_need_are_read():
    fields = (
        "Content-Type: text/xml; charset=ISO-8859-1",
        "Retry-After: 59",
        "X-RateLimit-Remaining: 0",
        "X-RateLimit-Reset: 1767268830",
    )
    async with raw_server(sized(XML, *fields)) as url, open_transport() as get:
        answer = await get(url)
    assert (answer.status, answer.body) == (200, XML)
    assert (answer.charset, answer.retry_after) == ("iso-8859-1", "59")
    assert answer.quota == Quota(remaining="0", reset="1767268830")


async def test_fields_that_are_absent_or_garbled_are_empty():
    async with raw_server(sized(XML, "Content-Type: ;;;")) as url, open_transport() as get:
        answer = await get(url)
    assert (answer.charset, answer.retry_after, answer.quota) == ("", "", Quota())


# --- compression


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (XML, "identity"),
        (XML, "gzip"),
        (XML, "utf-8"),
        (gzip.compress(XML, mtime=0), "gzip"),
        (gzip.compress(XML, mtime=0), "x-gzip"),
        (gzip.compress(XML, mtime=0), "identity"),
        (gzip.compress(XML, mtime=0), "deflate"),
        (gzip.compress(gzip.compress(XML, mtime=0), mtime=0), "gzip"),
        (gzip.compress(gzip.compress(XML, mtime=0), mtime=0), "gzip, gzip"),
    ],
)
async def test_gzip_is_known_by_its_bytes_whatever_the_label(body, label):
    assert await body_of(sized(body, f"Content-Encoding: {label}")) == XML


async def test_unlabelled_gzip_is_unpacked():
    assert await body_of(sized(gzip.compress(XML, mtime=0))) == XML


async def test_cut_gzip_is_no_answer():
    """The Content-Length is that of the half, so HTTP itself has nothing to say."""
    with pytest.raises(Lost, match="gzip data ends early"):
        await body_of(sized(gzip.compress(XML, mtime=0)[:-4], "Content-Encoding: gzip"))


async def test_a_body_beyond_the_limit_is_not_read():
    with pytest.raises(AnswerTooLarge, match="larger than 100 bytes"):
        await body_of(sized(XML), max_body_bytes=100)


async def test_a_bomb_ends_at_the_limit():
    bomb = gzip.compress(b"x" * 10_000_000, mtime=0)
    with pytest.raises(AnswerTooLarge):
        await body_of(sized(bomb, "Content-Encoding: gzip"), max_body_bytes=20_000)


# --- answers that do not arrive whole


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (head("Content-Length: 600") + XML,),
        (head("Content-Length: 600") + XML, 0.01),
        (head("Content-Length: 100") + XML,),
        (head("Content-Length: 100", "Connection: close") + XML,),
        (head("Transfer-Encoding: chunked") + b"5\r\n<?xml\r\n",),
        (head("Transfer-Encoding: chunked") + b"ZZ\r\n<?xml\r\n",),
        (head("Content-Length: many") + XML,),
        (b"HTTP/1.1 200",),
        (b"no HTTP at all\r\n\r\n",),
    ],
    ids=[
        "nothing",
        "body shorter than its length",
        "the same after a while",
        "body longer than its length",
        "the same with close",
        "chunks without end",
        "garbled chunks",
        "garbled length",
        "half a status line",
        "no HTTP",
    ],
)
async def test_an_answer_that_is_not_whole_is_lost(parts):
    with pytest.raises(Lost, match="no whole answer") as caught:
        await body_of(*parts)
    assert not isinstance(caught.value, NeverSent)


async def test_line_ends_after_the_body_are_no_fault():
    assert await body_of(sized(XML) + b"\r\n") == XML


async def test_a_body_without_length_ends_with_the_connection():
    assert await body_of(head() + XML) == XML


async def test_a_reset_connection_is_lost():
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(XML)
        assert request.transport is not None
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        request.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, linger
        )
        request.transport.abort()
        return response

    async with over_http(handle) as url, open_transport() as get:
        with pytest.raises(Lost):
            await get(url)


async def test_a_pause_inside_of_the_body_is_bounded():
    async with (
        raw_server(head("Content-Length: 600") + XML, 5.0) as url,
        open_transport(idle_s=0.05) as get,
    ):
        with pytest.raises(Lost, match=r"no byte for 0\.05 s"):
            await get(url)


async def test_bytes_that_keep_coming_are_no_pause():
    drips = [each for n in range(9) for each in (XML[n : n + 1], 0.02)]
    async with (
        raw_server(head("Content-Length: 9"), *drips) as url,
        open_transport(idle_s=0.15) as get,
    ):
        assert (await get(url)).body == XML[:9]


async def test_a_repository_may_think_longer_than_a_pause_before_its_answer():
    async with raw_server(0.1, sized(XML)) as url, open_transport(idle_s=0.03) as get:
        assert (await get(url)).body == XML


async def test_a_request_that_is_lost_on_a_kept_connection_is_not_repeated_in_silence():
    """aiohttp would send it again, and an Invenio token would skip a page."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.path)
        if len(asked) > 1:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(body=XML)

    async with over_http(handle) as url, open_transport() as get:
        await get(url)
        with pytest.raises(Lost):
            await get(url)
    assert asked == ["/oai", "/oai"]


async def test_a_connection_is_kept_for_the_next_request():
    ports: set[object] = set()

    async def handle(request: web.Request) -> web.Response:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername"))
        return web.Response(body=XML)

    async with over_http(handle) as url, open_transport() as get:
        for _ in range(3):
            await get(url)
    assert len(ports) == 1


# --- connections that never stood


async def test_a_closed_port_was_never_sent_anything():
    async with raw_server(b"") as url:
        pass
    async with open_transport() as get:
        with pytest.raises(NeverSent):
            await get(url)


class Names(AbstractResolver):
    """Looks names up in a table; what is not in it does not exist."""

    def __init__(self, **addresses: tuple[str, ...]):
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host.partition(".")[0] not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, f"no address of {host}, {family}")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self.addresses[host.partition(".")[0]]
        ]

    async def close(self) -> None:
        pass


async def test_a_name_that_does_not_exist_was_never_sent_anything():
    async with open_transport(resolver=Names()) as get:
        with pytest.raises(NeverSent, match=r"no address of r\.example"):
            await get("http://r.example/oai")


async def test_a_handshake_that_hangs_was_never_sent_anything():
    async with raw_server(5.0) as url, open_transport(connect_s=0.05) as get:
        with pytest.raises(NeverSent, match="no connection in time"):
            await get(url.replace("http:", "https:"))


async def test_a_server_without_tls_was_never_sent_anything():
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server, open_transport() as get:
        with pytest.raises(NeverSent, match="SSL"):
            await get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/oai")


# --- redirects


def public(address: str) -> bool:
    """127.0.0.1 is the internet, everything else is not."""
    return address == "127.0.0.1"


async def test_a_redirect_is_followed_with_its_query_as_given():
    seen: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        if request.path == "/oai":
            location = "/moved?resumptionToken=a%2Fb%7C+c"
            return web.Response(status=302, headers={"Location": location})
        return web.Response(body=XML)

    async with over_http(handle) as url, open_transport() as get:
        answer = await get(f"{url}?verb=ListRecords")
    assert (answer.body, answer.n_redirects) == (XML, 1)
    assert seen == ["/oai?verb=ListRecords", "/moved?resumptionToken=a%2Fb%7C+c"]


async def test_five_redirects_are_followed_and_no_sixth():
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound(request.path_qs)

    async with over_http(handle) as url, open_transport() as get:
        with pytest.raises(RepositoryUnreachable, match="more than 5 times"):
            await get(url)
    assert len(asked) == 6


async def test_a_redirect_to_nowhere_is_an_answer_with_its_status():
    async with (
        raw_server(head("Content-Length: 0", status="302 Found")) as url,
        open_transport() as get,
    ):
        assert (await get(url)).status == 302


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("ftp://127.0.0.1/oai", "neither http nor https"),
        ("http://me:secret@127.0.0.1/", "credentials"),
        ("http://[::1", "is no address"),
        ("http://2130706433/", "not a canonical IPv4 address"),
        (f"http://{'a' * 70}.example/", "cannot ask"),
    ],
)
async def test_a_refused_redirect_says_what_and_why(location, why):
    async with raw_server(redirect(location)) as url, open_transport() as get:
        with pytest.raises(RepositoryUnreachable, match=why) as caught:
            await get(url)
    assert location in str(caught.value)


async def test_a_public_source_is_not_followed_to_a_private_address():
    asked: list[bytes] = []
    async with (
        private_server(asked) as inside,
        raw_server(redirect(inside)) as url,
        open_transport(is_public=public) as get,
    ):
        with pytest.raises(
            RepositoryUnreachable,
            match=rf"redirect to {re.escape(inside)} is refused: its address 127\.0\.0\.2 is not",
        ):
            await get(url)
    assert asked == []


async def test_a_public_source_is_not_followed_to_a_name_of_a_private_address():
    """The address is checked that is connected to, so a name that changes between two look-ups
    gains nothing."""
    asked: list[bytes] = []
    names = Names(inside=(PRIVATE, "127.0.0.3"))
    async with private_server(asked) as inside:
        location = inside.replace(PRIVATE, "inside.example")
        async with (
            raw_server(redirect(location)) as url,
            open_transport(is_public=public, resolver=names) as get,
        ):
            with pytest.raises(RepositoryUnreachable, match=r"127\.0\.0\.[23] is not public"):
                await get(url)
    assert asked == []


async def test_a_kept_connection_to_a_private_address_serves_no_public_source():
    asked: list[bytes] = []
    async with (
        private_server(asked) as inside,
        raw_server(redirect(inside)) as url,
        open_transport(is_public=public) as get,
    ):
        assert (await get(inside)).body == XML
        with pytest.raises(RepositoryUnreachable, match="not public"):
            await get(url)
    assert len(asked) == 1


async def test_a_private_source_may_redirect_to_another_private_address():
    async with (
        private_server([]) as other,
        raw_server(redirect(other), host=PRIVATE) as url,
        open_transport(is_public=public) as get,
    ):
        assert (await get(url)).body == XML


async def test_a_private_source_that_leads_out_is_not_led_back_in():
    async with (
        private_server([]) as inside,
        raw_server(redirect(inside)) as outside,
        raw_server(redirect(outside), host=PRIVATE) as url,
        open_transport(is_public=public) as get,
    ):
        with pytest.raises(RepositoryUnreachable, match="not public"):
            await get(url)


async def test_a_public_source_is_followed_to_public_addresses():
    async with (
        raw_server(sized(XML)) as other,
        raw_server(redirect(other)) as url,
        open_transport(is_public=public) as get,
    ):
        assert (await get(url)).body == XML


@asynccontextmanager
async def private_server(asked: list[bytes]) -> AsyncIterator[str]:
    """A server on the private address that notes the requests and keeps its connections."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(sized(XML))
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(handle, PRIVATE, 0)
    try:
        yield f"http://{PRIVATE}:{server.sockets[0].getsockname()[1]}/oai"
    finally:
        server.close()


@pytest.mark.parametrize("status", ["301 Moved Permanently", "308 Permanent Redirect"])
async def test_a_move_for_good_is_warned_of_once(status, caplog):
    caplog.set_level(logging.WARNING, logger="harvester.http.transport")
    async with (
        raw_server(sized(XML)) as new,
        raw_server(redirect(f"{new}?verb=Identify", status=status)) as old,
        open_transport() as get,
    ):
        for verb in ("Identify", "ListSets"):
            await get(f"{old}?verb={verb}")
    assert [record.getMessage() for record in caplog.records] == [
        f"moved url={old} to={new}: put the new address into the configuration"
    ]


async def test_a_passing_redirect_is_not_warned_of(caplog):
    caplog.set_level(logging.WARNING, logger="harvester.http.transport")
    async with (
        raw_server(sized(XML)) as new,
        raw_server(redirect(new)) as old,
        open_transport() as get,
    ):
        await get(old)
    assert caplog.records == []


async def test_a_permanent_redirect_of_the_query_alone_is_no_move(caplog):
    caplog.set_level(logging.WARNING, logger="harvester.http.transport")

    async def handle(request: web.Request) -> web.Response:
        if "x" not in request.query:
            raise web.HTTPMovedPermanently("/oai?x=1")
        return web.Response(body=XML)

    async with over_http(handle) as url, open_transport() as get:
        await get(url)
    assert caplog.records == []
