"""The change to another release while requests run."""

import asyncio
import re
import shutil
from collections import Counter
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from graph.release import drop_old, release_numbers, use
from search.sparql.pool import Limits
from search.web.site import SITE, open_site
from search.web.switch import look_at, open_switch
from tests.search.web.servers import BASE, KEY, publish_release, serving

NAME_QUERY = "SELECT ?n { ?s <https://schema.org/name> ?n }"
Request = tuple[str, dict[str, str], str | None]
HTML = {"Accept": "text/html"}
REQUESTS: tuple[Request, ...] = (
    ("/", HTML, None),
    ("/search?q=found", HTML, r"mark(\d+)"),
    ("/api/v1/search?q=found", {}, r"mark(\d+)"),
    (f"/id/{KEY}", HTML, r"mark(\d+)"),
    (f"/id/{KEY}", {"Accept": "text/turtle"}, r"mark(\d+)"),
    (f"/id/{KEY}.jsonld", {}, r"mark(\d+)"),
    ("/sparql?query=" + NAME_QUERY.replace("?", "%3F").replace(" ", "+"), {}, r"mark(\d+)"),
    ("POST /sparql", {}, r"mark(\d+)"),
    ("/healthz", {}, r'"release":(\d+)'),
    ("/metrics", {}, r"weft_release (\d+)"),
)
"""Path, headers, and where the answer shows the release that it was made from."""


def open_files_below(path: Path) -> list[str]:
    links = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            links.append(str(link.readlink()))
    return [link for link in links if link.startswith(str(path))]


def opener(data: Path):
    return lambda number: open_site(data, number=number, limits=Limits(workers=1))


async def ask(session: aiohttp.ClientSession, address: str, request: Request) -> int:
    """Send one request; gives the release that answered, after a check that all of it did."""
    path, headers, pattern = request
    method, _, path = path.rpartition(" ")
    data = {"query": NAME_QUERY} if method else None
    async with session.request(
        method or "GET", address + path, headers=headers, data=data
    ) as response:
        text = await response.text()
        assert response.status == 200, (path, response.status, text)
        number = response.headers["Weft-Release"]
    if headers == HTML:
        assert f"Release {number} of 2026-01-02" in text
    if pattern:
        assert set(re.findall(pattern, text)) == {number}, (path, number, text)
    return int(number)


async def answer_of(session: aiohttp.ClientSession, address: str, number: int) -> None:
    """Ask until a release answers."""
    while await ask(session, address, REQUESTS[1]) != number:
        pass


async def dropped(data: Path, number: int) -> None:
    """Drop what is old until that is the release of a number, which nobody reads then."""
    while await asyncio.to_thread(drop_old, data, 1) != [number]:
        pass


async def test_under_load_no_request_fails_and_each_answer_is_of_one_release(tmp_path):
    publish_release(tmp_path)
    answered: Counter[int] = Counter()
    enough = asyncio.Event()

    async def client(address: str, session: aiohttp.ClientSession, offset: int) -> None:
        turn = offset
        while not enough.is_set():
            answered[await ask(session, address, REQUESTS[turn % len(REQUESTS)])] += 1
            turn += 1

    async def publisher(address: str, session: aiohttp.ClientSession) -> None:
        for number in (2, 3, 4):
            await asyncio.to_thread(publish_release, tmp_path)
            await answer_of(session, address, number)
            await dropped(tmp_path, number - 1)
        enough.set()

    async with (
        serving(tmp_path) as address,
        aiohttp.ClientSession() as session,
        asyncio.TaskGroup() as tasks,
    ):
        for n in range(8):
            tasks.create_task(client(address, session, n))
        tasks.create_task(publisher(address, session))
    assert sorted(answered) == [1, 2, 3, 4]
    assert min(answered.values()) >= len(REQUESTS)
    assert release_numbers(tmp_path) == [4]


async def test_a_request_ends_on_the_release_it_began_with(tmp_path):
    """In the graph, the index and the query workers; the release stays on its disk that long."""
    publish_release(tmp_path)
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        site = request.app[SITE]
        began.set()
        await go_on.wait()
        names = await asyncio.to_thread(site.graph.names, [f"{BASE}id/{KEY}"])
        document = site.index.document(KEY)
        assert document is not None
        return web.json_response([site.release.number, *names.values(), document.title])

    def extend(app: web.Application) -> None:
        app.router.add_get("/slow", slow)

    async with serving(tmp_path, extend=extend) as address, aiohttp.ClientSession() as session:
        async with asyncio.TaskGroup() as tasks:
            request = tasks.create_task(session.get(f"{address}/slow"))
            await began.wait()
            await asyncio.to_thread(publish_release, tmp_path)
            await answer_of(session, address, 2)
            assert drop_old(tmp_path, 1) == []
            go_on.set()
        async with request.result() as response:
            assert await response.json() == [1, "mark1", "found mark1"]
            assert response.headers["Weft-Release"] == "1"
        await dropped(tmp_path, 1)


async def test_a_release_is_let_go_of_once_nobody_reads_it(tmp_path):
    """Else its files would stay on the disk, and its store in memory, for as long as we run."""
    first = publish_release(tmp_path)
    async with open_switch(opener(tmp_path), lambda: look_at(tmp_path)) as switch:
        request, context = switch.answering(), copy_context()
        context.run(request.__enter__)
        publish_release(tmp_path)
        await switch.look_again()
        assert (switch.n_open, switch.site.release.number) == (2, 2)
        assert context.run(switch.site_now).release.number == 1
        context.run(request.__exit__, None, None, None)
        await switch.look_again()
        assert (switch.n_open, switch.site.release.number) == (1, 2)
        assert open_files_below(first.path) == []


@pytest.mark.parametrize("harm", ["graph", "text", "release.json"])
async def test_a_damaged_release_is_logged_and_the_old_one_stays(tmp_path, caplog, harm):
    publish_release(tmp_path)
    async with open_switch(opener(tmp_path), lambda: look_at(tmp_path)) as switch:
        harmed = publish_release(tmp_path).path / harm
        if harmed.is_dir():
            shutil.rmtree(harmed)
        else:
            harmed.write_text("{")
        await switch.look_again()
        await switch.look_again()
        assert (switch.n_open, switch.site.release.number) == (1, 1)
        refusals = [text for text in caplog.messages if "release refused" in text]
        assert len(refusals) == 1
        assert "number=2 serving=1: release 2 is damaged" in refusals[0]
        publish_release(tmp_path)
        await switch.look_again()
        assert switch.site.release.number == 3


async def test_the_way_back_to_an_older_release_is_a_switch_as_well(tmp_path):
    publish_release(tmp_path)
    publish_release(tmp_path)
    async with open_switch(opener(tmp_path), lambda: look_at(tmp_path)) as switch:
        use(tmp_path, 1)
        await switch.look_again()
        assert switch.site.release.number == 1


async def test_a_data_directory_made_anew_is_seen_although_it_counts_from_1_again(tmp_path):
    data = tmp_path / "data"
    publish_release(data)
    async with open_switch(opener(data), lambda: look_at(data)) as switch:
        old = switch.site.graph
        data.rename(tmp_path / "aside")
        await switch.look_again()
        assert switch.site.graph is old
        publish_release(data)
        await switch.look_again()
        assert switch.site.graph is not old


async def test_a_release_that_does_not_close_well_is_logged_and_the_server_goes_on(
    tmp_path, caplog
):
    @asynccontextmanager
    async def open_badly(number):
        async with open_site(tmp_path, number=number, limits=Limits(workers=1)) as site:
            yield site
        if number == 1:
            raise OSError("the disk is gone")

    publish_release(tmp_path)
    async with open_switch(open_badly, lambda: look_at(tmp_path)) as switch:
        publish_release(tmp_path)
        await switch.look_again()
        assert (switch.n_open, switch.site.release.number) == (1, 2)
    assert "release not closed number=1" in caplog.messages
