"""Asking: retries, politeness, error bodies; the last tests use real sockets."""

import asyncio
import gzip
from pathlib import Path

import pytest
from aiohttp import web

from harvester.client import Client, HttpAnswer, open_client, user_agent
from harvester.errors import (
    AnswerTooLarge,
    BadResumptionToken,
    NoRecordsMatch,
    NotOaiPmh,
    RateLimited,
    RepositoryUnreachable,
    TransportError,
    UnexpectedStatus,
)
from harvester.parse import read_page
from harvester.record import Repository
from harvester.request import Window, identify, list_records, resume
from tests.harvester.fake_repository import (
    FakeRepository,
    error,
    handler_of,
    listing,
    over_http,
    record_xml,
)

ANSWERS = Path(__file__).parent.parent / "data" / "oai"
PAGE = listing(record_xml(1))
LIST = list_records("oai_dc", Window())


def scripted(*answers: HttpAnswer | Exception):
    """A transport that gives these answers in turn."""
    queue = list(answers)

    async def transport(_: str, /) -> HttpAnswer:
        answer = queue.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return transport


def lost() -> TransportError:
    return TransportError("connection reset", url="http://r/oai")


def status(code: int, *, retry_after="") -> HttpAnswer:
    return HttpAnswer(status=code, body=b"<html>", retry_after=retry_after)


async def test_a_page_is_returned_parsed(client_of, repository):
    answer = await client_of(scripted(PAGE)).ask(repository, LIST)
    assert read_page(answer).records[0].identifier == "oai:fake:1"


async def test_an_error_body_is_read_although_the_status_is_422(client_of, repository):
    body = (ANSWERS / "bad-resumption-token.xml").read_bytes()
    transport = scripted(HttpAnswer(status=422, body=body, retry_after="41"))
    with pytest.raises(BadResumptionToken):
        await client_of(transport).ask(repository, LIST)


async def test_an_error_body_with_a_passing_status_is_the_answer(client_of, repository):
    with pytest.raises(NoRecordsMatch):
        await client_of(scripted(error("noRecordsMatch", status=500))).ask(repository, LIST)


async def test_network_failures_are_asked_again(client_of, clock, repository):
    answer = await client_of(scripted(lost(), status(502), PAGE)).ask(repository, LIST)
    assert len(read_page(answer).records) == 1
    assert clock.slept == [1.0, 2.0]


async def test_retry_after_is_waited_for(client_of, clock, repository):
    await client_of(scripted(status(429, retry_after="17"), PAGE)).ask(repository, LIST)
    assert clock.slept == [17.0]


async def test_a_host_that_asked_for_a_pause_is_left_alone_by_all_sources(client_of, clock):
    polite = Repository(url="http://a.example/one", requests_per_minute=0)
    client = client_of(scripted(status(429, retry_after="17"), PAGE))
    client.pacing.hold("a.example", until=5.0)
    await client.ask(polite, LIST)
    assert clock.slept == [5.0, 17.0]
    assert client.pacing.reserve("a.example", requests_per_minute=0, now=0.0) == 22.0


async def test_requests_keep_the_rate_of_their_host(client_of, clock):
    repository = Repository(url="http://a.example/oai", requests_per_minute=30)
    client = client_of(scripted(PAGE, PAGE, PAGE))
    for _ in range(3):
        await client.ask(repository, LIST)
    assert clock.slept == [2.0, 2.0]


async def test_rate_limited_when_the_plan_ends_on_429(client_of, repository):
    transport = scripted(*[status(429, retry_after="1")] * 3)
    with pytest.raises(RateLimited, match=r"status 429 \(attempt 3, the last\)"):
        await client_of(transport).ask(repository, LIST)


async def test_unreachable_when_the_plan_ends_without_an_answer(client_of, repository):
    with pytest.raises(RepositoryUnreachable, match="connection reset"):
        await client_of(scripted(lost(), lost(), lost())).ask(repository, LIST)


async def test_a_lasting_status_is_not_asked_again(client_of, clock, repository):
    with pytest.raises(UnexpectedStatus) as caught:
        await client_of(scripted(status(403))).ask(repository, LIST)
    assert (caught.value.status, caught.value.body, clock.slept) == (403, b"<html>", [])


async def test_an_html_page_with_status_200_is_not_asked_again_by_the_client(client_of, repository):
    with pytest.raises(NotOaiPmh):
        await client_of(scripted(status(200))).ask(repository, LIST)


async def test_a_list_with_an_error_status_is_no_page(client_of, repository):
    half = HttpAnswer(status=404, body=PAGE.body)
    with pytest.raises(UnexpectedStatus):
        await client_of(scripted(half)).ask(repository, LIST)


async def test_an_answer_that_does_not_come_is_timed_out_and_asked_again(client_of):
    repository = Repository(
        url="http://a.example/oai", requests_per_minute=0, retries=1, timeout_s=0.001
    )
    asked = []

    async def silent(url: str, /) -> HttpAnswer:
        asked.append(url)
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(RepositoryUnreachable, match=r"within 0\.001 s"):
        await client_of(silent).ask(repository, LIST)
    assert len(asked) == 2


def test_the_user_agent_names_the_contact():
    assert user_agent("me@example.org").endswith(" (+mailto:me@example.org)")
    assert "mailto" not in user_agent("")


def real(url: str, **settings) -> Repository:
    return Repository(url=url, requests_per_minute=0, retries=0, **settings)


async def test_a_token_arrives_at_a_real_server_encoded_once():
    fake = FakeRepository([record_xml(n) for n in range(3)])
    fake.instead[""] = [listing(record_xml(0), token="a/b=%7C+ |")]  # noqa: S106  # no secret
    fake.instead["a/b=%7C+ |"] = [PAGE]
    async with over_http(handler_of(fake)) as url, open_client() as client:
        page = read_page(await client.ask(real(url), LIST))
        await client.ask(real(url), resume(LIST.verb, page.token or ""))
    assert fake.tokens == ["", "a/b=%7C+ |"]


async def test_the_request_says_who_asks_and_takes_gzip():
    seen: dict[str, str] = {}

    async def handle(request: web.Request) -> web.Response:
        seen.update(request.headers)
        return web.Response(body=gzip.compress(PAGE.body), headers={"Content-Encoding": "gzip"})

    async with over_http(handle) as url, open_client(contact="me@example.org") as client:
        page = read_page(await client.ask(real(url), LIST))
    assert len(page.records) == 1
    assert seen["User-Agent"] == user_agent("me@example.org")
    assert "gzip" in seen["Accept-Encoding"]


async def test_redirects_are_followed():
    async def handle(request: web.Request) -> web.Response:
        if request.path == "/oai":
            raise web.HTTPMovedPermanently(f"/moved?{request.query_string}")
        return web.Response(body=PAGE.body)

    async with over_http(handle) as url, open_client() as client:
        assert len(read_page(await client.ask(real(url), LIST)).records) == 1


async def test_redirects_without_end_are_given_up():
    asked = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound(request.path_qs)

    async with over_http(handle) as url, open_client() as client:
        with pytest.raises(RepositoryUnreachable):
            await client.ask(Repository(url=url, requests_per_minute=0), LIST)
    assert len(asked) == 5


async def test_a_body_beyond_the_limit_is_not_read():
    async def handle(_: web.Request) -> web.Response:
        body = gzip.compress(b"x" * 10_000_000)
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})

    async with over_http(handle) as url, open_client(max_body_bytes=1_000_000) as client:
        with pytest.raises(AnswerTooLarge):
            await client.ask(real(url), LIST)


async def test_a_connection_that_breaks_inside_the_body_is_no_answer():
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(PAGE.body))})
        await response.prepare(request)
        await response.write(PAGE.body[:100])
        assert request.transport is not None
        request.transport.close()
        return response

    async with over_http(handle) as url, open_client() as client:
        with pytest.raises(RepositoryUnreachable, match="no whole answer"):
            await client.ask(real(url), LIST)


async def test_a_closed_port_is_unreachable():
    async with over_http(handler_of(FakeRepository([]))) as url:
        pass
    async with open_client() as client:
        with pytest.raises(RepositoryUnreachable, match="no whole answer"):
            await client.ask(real(url), identify())


async def test_retry_after_reaches_the_plan_from_a_real_header(clock):
    fake = FakeRepository([record_xml(1)], instead={"": [status(503, retry_after="9")]})
    async with over_http(handler_of(fake)) as url, open_client() as client:
        waiting = Client(transport=client.transport, clock=clock.as_clock())
        await waiting.ask(Repository(url=url, requests_per_minute=0), LIST)
    assert clock.slept == [9.0]
