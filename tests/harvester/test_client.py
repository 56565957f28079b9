"""Asking: turns, retries, politeness, error bodies; the last tests use real sockets."""

import asyncio
import logging
from pathlib import Path

import pytest

from harvester.answers.parse import read_page
from harvester.client import Client, HttpAnswer, first_words, open_client
from harvester.errors import (
    AmbiguousFailure,
    BadResumptionToken,
    CutAnswer,
    NoRecordsMatch,
    NotOaiPmh,
    RateLimited,
    RepositoryUnreachable,
    TransportError,
    UnexpectedStatus,
)
from harvester.http.politeness import Wait
from harvester.http.retry import Quota
from harvester.http.transport import Lost, NeverSent
from harvester.record import Repository
from harvester.request import identify, list_records, resume
from harvester.window import Window
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
    assert clock.slept == [0.5, 1.0]


async def test_retry_after_is_waited_for(client_of, clock, repository):
    await client_of(scripted(status(429, retry_after="17"), PAGE)).ask(repository, LIST)
    assert clock.slept == [17.0]


async def test_a_host_that_asked_for_a_pause_is_left_alone_by_all_sources(client_of, clock):
    polite = Repository(url="http://a.example/one", requests_per_minute=0)
    client = client_of(scripted(status(429, retry_after="17"), PAGE))
    client.pacing.hold("a.example", until=5.0, reason="held")
    await client.ask(polite, LIST)
    assert clock.slept == [5.0, 17.0]
    assert client.pacing.reserve("a.example", now=0.0) == Wait(
        seconds=22.0, reason="Retry-After 17 s, HTTP status 429"
    )


async def test_a_hold_overtakes_who_already_waits_for_a_turn(client_of, clock):
    slow = Repository(url="http://a.example/oai", requests_per_minute=60)
    client = client_of(scripted(PAGE, PAGE))
    await client.ask(slow, LIST)

    def told(_: Wait) -> None:
        client.pacing.hold("a.example", until=30.0, reason="held")

    await client.ask(slow, LIST, told=told)
    assert clock.slept == [1.0, 29.0]


async def test_a_quota_that_a_page_used_up_holds_its_host(client_of, clock, repository):
    last = HttpAnswer(status=200, body=PAGE.body, quota=Quota(remaining="0", reset="41"))
    waits: list[Wait] = []
    client = client_of(scripted(last, PAGE))
    for _ in range(2):
        await client.ask(repository, LIST, told=waits.append)
    assert waits == [Wait(seconds=41.0, reason="quota used up for 41 s")]
    assert clock.slept == [41.0]


async def test_a_far_reset_of_a_quota_is_bounded_by_the_plan(client_of, clock, repository):
    last = HttpAnswer(status=200, body=PAGE.body, quota=Quota(remaining="0", reset="86400"))
    client = client_of(scripted(last, PAGE))
    for _ in range(2):
        await client.ask(repository, LIST)
    assert clock.slept == [120.0]


async def test_retry_after_on_a_page_holds_nobody(client_of, clock, repository):
    """Zenodo sends it with every answer."""
    page = HttpAnswer(
        status=200, body=PAGE.body, retry_after="60", quota=Quota(remaining="7", reset="60")
    )
    client = client_of(scripted(page, page))
    for _ in range(2):
        await client.ask(repository, LIST)
    assert clock.slept == []


async def test_a_crawl_delay_is_kept_after_an_answer(client_of, clock):
    oapen = Repository(url="http://a.example/oai", requests_per_minute=0, crawl_delay_s=10)
    client = client_of(scripted(PAGE, lost(), PAGE))
    for _ in range(2):
        await client.ask(oapen, LIST)
    assert clock.slept == [10.0, 0.5, 9.5]


async def test_redirects_count_as_requests(client_of, clock):
    repository = Repository(url="http://a.example/oai", requests_per_minute=60)
    moved = HttpAnswer(status=200, body=PAGE.body, n_redirects=2)
    client = client_of(scripted(moved, PAGE))
    for _ in range(2):
        await client.ask(repository, LIST)
    assert clock.slept == [3.0]


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        (({"parallel": 1},), 1),
        (({"parallel": 2}, {"parallel": 3}), 3),
        (({"parallel": 3}, {"parallel": 1, "crawl_delay_s": 0.5}), 1),
    ],
)
async def test_sources_of_one_host_share_its_requests_in_flight(client_of, settings, most):
    in_flight, peak = 0, 0

    async def transport(_: str, /) -> HttpAnswer:
        nonlocal in_flight, peak
        in_flight += 1
        peak = max(peak, in_flight)
        for _turn in range(3):
            await asyncio.sleep(0)
        in_flight -= 1
        return PAGE

    client = client_of(transport)
    sources = [
        Repository(url=f"http://a.example/{n}", requests_per_minute=0, **each)
        for n, each in enumerate(settings)
    ]
    for source in sources:
        await client.ask(source, LIST)
    async with asyncio.TaskGroup() as group:
        for source in sources * 4:
            group.create_task(client.ask(source, LIST))
    assert peak == most


async def test_a_host_that_answers_one_at_a_time_gets_one_at_a_time(client_of):
    in_flight, asked, refused = 0, 0, 0

    async def transport(_: str, /) -> HttpAnswer:
        nonlocal in_flight, asked, refused
        asked += 1
        in_flight += 1
        is_alone = in_flight == 1
        for _turn in range(3):
            await asyncio.sleep(0)
        in_flight -= 1
        refused += not is_alone
        return PAGE if is_alone else status(429)

    client = client_of(transport)
    eager = Repository(url="http://a.example/", requests_per_minute=0, parallel=4)
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(client.ask(eager, LIST))
    assert (asked, refused) == (23, 3)


async def test_a_cancelled_request_gives_its_slot_back(client_of, repository):
    asked = []

    async def transport(url: str, /) -> HttpAnswer:
        asked.append(url)
        if len(asked) == 1:
            await asyncio.Event().wait()
        return PAGE

    client = client_of(transport)
    hanging = asyncio.ensure_future(client.ask(repository, LIST))
    waiting = asyncio.ensure_future(client.ask(repository, LIST))
    await asyncio.sleep(0)
    assert len(asked) == 1
    hanging.cancel()
    assert len(read_page(await waiting).records) == 1


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


@pytest.mark.parametrize("code", [403, 404])
async def test_a_lasting_status_is_not_asked_again(client_of, clock, repository, code):
    with pytest.raises(UnexpectedStatus) as caught:
        await client_of(scripted(status(code))).ask(repository, LIST)
    assert (caught.value.status, caught.value.body, clock.slept) == (code, b"<html>", [])


async def test_the_error_quotes_the_first_words_of_a_page_that_refuses(client_of, repository):
    page = HttpAnswer(
        status=403,
        body=b"<!DOCTYPE html><html><head><title>Just a moment...</title><style>*{margin:0}"
        b"</style><script>var a = 1 < 2;</script></head><body>Verifying\n you are human",
    )
    with pytest.raises(
        UnexpectedStatus, match=r"HTTP status 403: Just a moment\.\.\. Verifying you are human "
    ):
        await client_of(scripted(page)).ask(repository, LIST)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"<html><script>unclosed", ""),
        (b"plain\x1b[31m text\r\n", "plain[31m text"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"<p>" + b"word " * 30, "word " * 19 + "word..."),
    ],
)
def test_first_words(body, words):
    assert first_words(body) == words


async def test_a_repeated_500_ends_before_the_plan(client_of, clock):
    patient = Repository(url="http://a.example/oai", requests_per_minute=0, retries=9)
    with pytest.raises(UnexpectedStatus, match=r"status 500 \(attempt 3, the last\)"):
        await client_of(scripted(*[status(500)] * 3)).ask(patient, LIST)
    assert clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("failure", [status(500), status(502), status(504)])
async def test_an_ambiguous_status_is_not_repeated_where_that_is_not_safe(
    client_of, clock, repository, failure
):
    with pytest.raises(AmbiguousFailure, match=rf"status {failure.status}.*must not be sent again"):
        await client_of(scripted(failure)).ask(repository, LIST, may_repeat=False)
    assert clock.slept == []


@pytest.mark.parametrize("failure", [lost(), Lost("cut", url="http://r/oai")])
async def test_a_lost_answer_is_not_asked_for_again_where_that_is_not_safe(
    client_of, repository, failure
):
    with pytest.raises(AmbiguousFailure):
        await client_of(scripted(failure)).ask(repository, LIST, may_repeat=False)


@pytest.mark.parametrize(
    "failure",
    [
        NeverSent("refused", url="http://r/oai"),
        status(408),
        status(425),
        status(429),
        status(503),
    ],
)
async def test_what_was_never_served_is_asked_again_in_any_case(client_of, repository, failure):
    client = client_of(scripted(failure, PAGE))
    answer = await client.ask(repository, LIST, may_repeat=False)
    assert len(read_page(answer).records) == 1


async def test_a_safe_failure_does_not_make_the_next_one_safe(client_of, repository):
    with pytest.raises(AmbiguousFailure):
        await client_of(scripted(status(503), lost())).ask(repository, LIST, may_repeat=False)


async def test_a_timeout_is_ambiguous(client_of):
    repository = Repository(url="http://a.example/oai", requests_per_minute=0, timeout_s=0.001)

    async def silent(_: str, /) -> HttpAnswer:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(AmbiguousFailure, match=r"within 0\.001 s"):
        await client_of(silent).ask(repository, LIST, may_repeat=False)


async def test_a_refused_redirect_is_not_asked_again(client_of, clock, repository):
    refused = RepositoryUnreachable("refused", url="http://r/oai")
    with pytest.raises(RepositoryUnreachable, match=r"^refused$"):
        await client_of(scripted(refused)).ask(repository, LIST)
    assert clock.slept == []


async def test_who_watches_is_told_every_wait_with_its_reason(client_of, clock):
    repository = Repository(url="http://a.example/oai", requests_per_minute=60)
    waits: list[Wait] = []
    client = client_of(scripted(status(429, retry_after="120"), lost(), PAGE, PAGE))
    for _ in range(2):
        await client.ask(repository, LIST, told=waits.append)
    assert waits == [
        Wait(seconds=120.0, reason="Retry-After 120 s, HTTP status 429", is_retry=True),
        Wait(seconds=1.0, reason="connection reset, attempt 3 next", is_retry=True),
        Wait(seconds=1.0, reason="60 requests a minute"),
    ]
    assert clock.slept == [120.0, 1.0, 1.0]


async def test_retries_and_holds_are_logged_one_line_each(client_of, repository, caplog):
    caplog.set_level(logging.INFO, logger="harvester.client")
    await client_of(scripted(status(503, retry_after="9"), PAGE)).ask(repository, LIST)
    url = "http://repository.example/oai?verb=ListRecords&metadataPrefix=oai_dc"
    assert [record.getMessage() for record in caplog.records] == [
        f"retry url={url} wait_s=9.0 because={url} answers with HTTP status 503",
        "hold host=repository.example wait_s=9.0 because=Retry-After 9 s, HTTP status 503",
    ]


async def test_a_cut_page_with_status_200_is_not_asked_again_by_the_client(client_of, repository):
    cut = HttpAnswer(status=200, body=PAGE.body[:-20])
    with pytest.raises(CutAnswer):
        await client_of(scripted(cut)).ask(repository, LIST)


async def test_the_charset_of_the_content_type_reaches_the_parser(client_of, repository):
    body = PAGE.body.replace(b' encoding="UTF-8"', b"").replace(b"Title 1", b"Gr\xf6\xdfe")
    page = HttpAnswer(status=200, body=body, charset="iso-8859-1")
    answer = await client_of(scripted(page)).ask(repository, LIST)
    assert "Größe".encode() in read_page(answer).records[0].xml


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


async def test_a_closed_port_is_unreachable_although_nothing_may_be_repeated():
    async with over_http(handler_of(FakeRepository([]))) as url:
        pass
    async with open_client() as client:
        with pytest.raises(RepositoryUnreachable, match="no whole answer"):
            await client.ask(real(url), identify(), may_repeat=False)


async def test_retry_after_reaches_the_plan_from_a_real_header(clock):
    fake = FakeRepository([record_xml(1)], instead={"": [status(503, retry_after="9")]})
    async with over_http(handler_of(fake)) as url, open_client() as client:
        waiting = Client(transport=client.transport, clock=clock.as_clock())
        await waiting.ask(Repository(url=url, requests_per_minute=0), LIST)
    assert clock.slept == [9.0]
