"""The misbehaving repository keeps its own promises: asked with aiohttp, read with lxml."""

import asyncio
import gzip

import aiohttp
import pytest
from lxml import etree

from harvester.protocol import OAI, Granularity
from tests.harvester.misbehaving import faults, list_faults, mangling
from tests.harvester.misbehaving.answers import Sending, http_page
from tests.harvester.misbehaving.holdings import holdings, ids, in_one_second, oai_id
from tests.harvester.misbehaving.paging import Cursor, Offset, Paging, Scroll
from tests.harvester.misbehaving.repository import Misbehaving
from tests.harvester.misbehaving.server import serve

PAGINGS = [Offset, Cursor, Scroll]


@pytest.fixture
async def ask():
    """Asks a repository over a socket of its own; gives status, headers and body."""

    async def ask(repository: Misbehaving, **arguments: str):
        async with serve(repository) as url, aiohttp.ClientSession() as session:
            return await _get(session, url, arguments)

    return ask


async def _get(session, url, arguments):
    timeout = aiohttp.ClientTimeout(total=0.3)
    async with session.get(url, params=arguments, timeout=timeout) as response:
        return response.status, response.headers, await response.read()


async def walk(repository: Misbehaving, **arguments: str) -> list[list[str]]:
    """Identifiers of every page of a list."""
    pages = []
    async with serve(repository) as url, aiohttp.ClientSession() as session:
        arguments = {"verb": "ListRecords", "metadataPrefix": "oai_dc", **arguments}
        while True:
            _, _, body = await _get(session, url, arguments)
            root = etree.fromstring(body)
            pages.append([str(e.text) for e in root.iterfind(f".//{OAI}header/{OAI}identifier")])
            token = root.findtext(f".//{OAI}resumptionToken")
            if not token:
                return pages
            arguments = {"verb": arguments["verb"], "resumptionToken": token}


def as_set(pages: list[list[str]]) -> set[str]:
    return {identifier for page in pages for identifier in page}


LIST = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}


@pytest.mark.parametrize("paging", PAGINGS)
async def test_a_list_holds_every_record_once(paging):
    pages = await walk(Misbehaving(paging=paging()))
    assert sum(map(len, pages)) == 60
    assert as_set(pages) == {oai_id(number) for number in range(60)}


@pytest.mark.parametrize("paging", PAGINGS)
@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
async def test_a_window_of_a_set_holds_what_lies_in_both(paging, verb):
    window = {"from": "2025-01-12", "until": "2025-03-13T03:04:05Z"[:10], "set": "physics"}
    pages = await walk(Misbehaving(paging=paging()), verb=verb, **window)
    assert as_set(pages) == set(ids(3, 6, 9, 12))


async def test_a_scroll_is_followed_by_an_empty_page_where_the_size_divides():
    assert [len(page) for page in await walk(Misbehaving(paging=Scroll()))] == [10] * 6 + [0]
    assert [len(p) for p in await walk(Misbehaving(holdings(55), Scroll()))] == [10] * 5 + [5]


@pytest.mark.parametrize(
    ("paging", "second"), [(Offset(), "same"), (Cursor(), "same"), (Scroll(), "next")]
)
async def test_replaying_a_token_gives_the_next_page_of_a_scroll_only(paging: Paging, second):
    repository = Misbehaving(paging=paging)
    async with serve(repository) as url, aiohttp.ClientSession() as session:
        _, _, body = await _get(session, url, LIST)
        token = etree.fromstring(body).findtext(f".//{OAI}resumptionToken")
        replay = {"verb": "ListRecords", "resumptionToken": token}
        roots = [etree.fromstring((await _get(session, url, replay))[2]) for _ in range(2)]
    first_ids, second_ids = (
        [e.text for e in root.iterfind(f".//{OAI}header/{OAI}identifier")] for root in roots
    )
    cursors = [root.xpath("string(//*[local-name()='resumptionToken']/@cursor)") for root in roots]
    assert (first_ids == second_ids) == (second == "same")
    assert set(first_ids).isdisjoint(second_ids) == (second == "next")
    assert cursors == ["10", "10"]
    assert repository.counts.replayed == [token]


async def test_a_scroll_expires_by_the_shared_clock():
    repository = Misbehaving(paging=Scroll(), error_status=422)
    async with serve(repository) as url, aiohttp.ClientSession() as session:
        _, _, body = await _get(session, url, LIST)
        token = etree.fromstring(body).findtext(f".//{OAI}resumptionToken")
        await repository.clock.sleep(61)
        resumed = {"verb": "ListRecords", "resumptionToken": token}
        status, _, body = await _get(session, url, resumed)
    assert status == 422
    assert b'code="badResumptionToken"' in body


async def test_a_token_of_another_verb_is_refused(ask):
    repository = Misbehaving(paging=Scroll())
    _, _, body = await ask(repository, **LIST)
    token = etree.fromstring(body).findtext(f".//{OAI}resumptionToken")
    _, _, body = await ask(repository, verb="ListIdentifiers", resumptionToken=token)
    assert b'code="badResumptionToken"' in body


async def test_seconds_are_refused_where_datestamps_are_days(ask):
    repository = Misbehaving(granularity=Granularity.DAY)
    _, _, body = await ask(repository, **LIST, **{"from": "2025-01-01T00:00:00Z"})
    assert b'code="badArgument"' in body
    pages = await walk(repository, **{"from": "2025-04-12", "until": "2025-04-12"})
    assert as_set(pages) == set(ids(*range(20, 30)))


async def test_get_record_answers_one_record_and_is_counted(ask):
    repository = Misbehaving()
    arguments = {"verb": "GetRecord", "identifier": oai_id(3), "metadataPrefix": "oai_dc"}
    status, _, body = await ask(repository, **arguments)
    assert status == 200
    assert etree.fromstring(body).findtext(f".//{OAI}identifier") == oai_id(3)
    counts = repository.counts
    assert (counts.n_requests, counts.n_records, counts.n_get_records) == (1, 1, 1)


@pytest.mark.parametrize(
    "sending", [Sending.WHOLE, Sending.CHUNKED, Sending.UNFRAMED], ids=lambda each: each.name
)
async def test_whole_bodies_arrive_whole(ask, sending):
    spoil = faults.when(faults.any_list, faults.sent(sending))
    _, _, body = await ask(Misbehaving(faults=(spoil,)), **LIST)
    assert body.endswith(b"</OAI-PMH>")


@pytest.mark.parametrize(
    "sending",
    [
        Sending.CUT,
        Sending.CHUNKED_CUT,
        Sending.SHORT_LENGTH,
        Sending.RESET,
        Sending.HANG,
        Sending.STALL,
        Sending.DRIP,
    ],
    ids=lambda each: each.name,
)
async def test_broken_bodies_break_for_an_http_client(ask, sending):
    spoil = faults.when(faults.any_list, faults.cut_in_half(sending))
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await ask(Misbehaving(faults=(spoil,)), **LIST)


async def test_a_cut_without_a_length_shows_only_in_the_xml(ask):
    spoil = faults.when(faults.any_list, faults.cut_in_half(Sending.UNFRAMED))
    _, _, body = await ask(Misbehaving(faults=(spoil,)), **LIST)
    assert body.startswith(b"<?xml")
    assert not body.endswith(b"</OAI-PMH>")


async def test_a_scroll_has_moved_on_behind_a_lost_answer():
    """aiohttp must be told not to ask again by itself, which it does with every lost GET."""
    lost = faults.when(faults.answers_to(faults.is_resumed), faults.sent(Sending.RESET, 0), times=1)
    repository = Misbehaving(paging=Scroll(), faults=(lost,))
    async with serve(repository) as url, aiohttp.ClientSession() as session:
        session._retry_connection = False
        _, _, body = await _get(session, url, LIST)
        token = etree.fromstring(body).findtext(f".//{OAI}resumptionToken")
        resumed = {"verb": "ListRecords", "resumptionToken": token}
        with pytest.raises(aiohttp.ClientError):
            await _get(session, url, resumed)
        _, _, body = await _get(session, url, resumed)
    order = [(number * 7919) % 1009 for number in range(60)]
    third_page = sorted(range(60), key=order.__getitem__)[20:30]
    served = [e.text for e in etree.fromstring(body).iterfind(f".//{OAI}header/{OAI}identifier")]
    assert served == [oai_id(number) for number in third_page]
    assert repository.counts.n_records == 20


async def test_faults_before_the_repository_leave_a_scroll_alone():
    busy = faults.instead(faults.is_resumed, http_page(503), times=1)
    repository = Misbehaving(paging=Scroll(), faults=(busy,))
    async with serve(repository) as url, aiohttp.ClientSession() as session:
        _, _, body = await _get(session, url, LIST)
        token = etree.fromstring(body).findtext(f".//{OAI}resumptionToken")
        resumed = {"verb": "ListRecords", "resumptionToken": token}
        statuses = [(await _get(session, url, resumed))[0] for _ in range(2)]
    assert statuses == [503, 200]
    assert repository.counts.replayed == []


async def test_requests_at_the_same_time_are_refused_by_one_at_a_time():
    repository = Misbehaving(faults=(faults.one_at_a_time,))
    statuses = []

    async def one(session, url):
        statuses.append((await _get(session, url, LIST))[0])

    async with (
        serve(repository) as url,
        aiohttp.ClientSession() as session,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(3):
            group.create_task(one(session, url))
    assert sorted(statuses) == [200, 429, 429]


async def test_who_comes_back_too_early_is_noted(ask):
    limit = faults.limiting(faults.retry_after_s(429, 30), 30, skip=0)
    repository = Misbehaving(faults=(limit,))
    status, headers, _ = await ask(repository, **LIST)
    assert (status, headers["Retry-After"]) == (429, "30")
    await ask(repository, **LIST)
    assert len(repository.counts.too_early) == 1
    await repository.clock.sleep(30)
    await ask(repository, **LIST)
    assert len(repository.counts.too_early) == 1


async def test_gzip_is_labelled_or_not(ask):
    unlabelled = faults.when(faults.any_list, mangling.gzipped(label=False))
    _, headers, body = await ask(Misbehaving(faults=(unlabelled,)), **LIST)
    assert "Content-Encoding" not in headers
    assert gzip.decompress(body).endswith(b"</OAI-PMH>")
    labelled = faults.when(faults.any_list, mangling.gzipped())
    _, headers, body = await ask(Misbehaving(faults=(labelled,)), **LIST)
    assert headers["Content-Encoding"] == "gzip"
    assert body.endswith(b"</OAI-PMH>")


async def test_an_external_entity_leads_to_the_server_which_notes_who_follows():
    spoil = mangling.with_doctype(mangling.EXTERNAL, 3, b"&secret;")
    repository = Misbehaving(faults=(faults.when(faults.page_holding(3), spoil),))
    async with serve(repository) as url, aiohttp.ClientSession() as session:
        _, _, body = await _get(session, url, LIST)
        assert f'SYSTEM "{url.removesuffix("/oai")}/secret"'.encode() in body
        await _get(session, url.removesuffix("/oai") + "/secret", {})
    assert repository.counts.fetched == ["/secret"]


async def first_pages(repository: Misbehaving, n: int) -> list[tuple[str, int]]:
    """Token and number of records of the first pages of a list."""
    pages: list[tuple[str, int]] = []
    async with serve(repository) as url, aiohttp.ClientSession() as session:
        arguments = LIST
        while len(pages) < n:
            root = etree.fromstring((await _get(session, url, arguments))[2])
            token = root.findtext(f".//{OAI}resumptionToken") or ""
            pages.append((token, len(root.findall(f".//{OAI}record"))))
            arguments = {"verb": "ListRecords", "resumptionToken": token}
    return pages


@pytest.mark.parametrize(("empty", "size"), [(True, 0), (False, 10)])
async def test_an_endless_list_has_ever_new_tokens(empty, size):
    endless = list_faults.for_ever(20, empty=empty)
    pages = await first_pages(Misbehaving(faults=(endless,)), 6)
    assert len({token for token, _ in pages}) == 6
    assert [n_records for _, n_records in pages] == [10, 10, 10, size, size, size]


async def test_a_loop_of_two_tokens_returns_to_its_first():
    loop = list_faults.looping(("A", "B"), 20)
    pages = await first_pages(Misbehaving(faults=(loop,)), 6)
    assert [token for token, _ in pages[2:]] == ["A", "B", "A", "B"]


def test_records_of_one_second_differ_in_nothing_that_a_window_sees():
    assert {item.datestamp for item in in_one_second(7)} == {"2025-01-02T03:04:05Z"}


def test_the_holdings_are_spread_and_crowded():
    items = holdings()
    stamps = [item.datestamp for item in items]
    assert (min(stamps), max(stamps)) == ("2025-01-02T03:04:05Z", "2025-10-24T03:40:28Z")
    assert len({stamps[number] for number in range(10, 15)}) == 1
    assert len({stamps[number][:10] for number in range(20, 30)}) == 1
    assert [item.number for item in items if item.is_deleted] == [16, 33, 50]
