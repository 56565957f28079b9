"""Answers that are kept: the same as those made anew, of one release, within a limit."""

import pytest
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict

from search.web.app import build_app
from search.web.kept import KeptAnswer, KeptAnswers
from search.web.operation.settings import ServeSettings
from search.web.operation.state import Operation
from tests.search.web.conftest import PAPER


def question(name, number=7):
    return (number, "2026-01-02T03:04:05Z", name, "*/*")


def answer(n_bytes):
    return KeptAnswer(b"x" * n_bytes, CIMultiDict())


def test_the_least_lately_used_gives_way():
    kept = KeptAnswers(3 * answer(1000).size)
    for name in ("/a", "/b", "/c"):
        kept.put(question(name), answer(1000))
    assert kept.get(question("/a")) is not None
    kept.put(question("/d"), answer(1000))
    assert kept.get(question("/b")) is None
    assert [kept.get(question(name)) is None for name in ("/a", "/c", "/d")] == [False] * 3


def test_never_more_than_the_limit_is_kept():
    kept = KeptAnswers(10_000)
    for n in range(100):
        kept.put(question(f"/{n % 7}"), answer(n * 10))
        assert kept.n_bytes <= 10_000
        assert kept.n_bytes == sum(kept._answers[key].size for key in kept._answers)


def test_nothing_is_kept_where_nothing_fits():
    kept = KeptAnswers(0)
    kept.put(question("/a"), answer(1))
    assert (len(kept), kept.n_bytes) == (0, 0)


def test_releases_do_not_answer_for_each_other():
    kept = KeptAnswers(10_000)
    kept.put(question("/a", number=7), answer(1))
    assert kept.get(question("/a", number=8)) is None


@pytest.fixture
async def clients(site):
    """One that keeps answers and one that does not."""
    made = [
        TestClient(
            TestServer(build_app(site, operation=Operation(settings=ServeSettings(kept_bytes=n))))
        )
        for n in (1 << 20, 0)
    ]
    for each in made:
        await each.start_server()
    yield made
    for each in made:
        await each.close()


ASKED = [
    ("/search?q=boson", "text/html"),
    ("/search.atom?q=boson", "*/*"),
    (f"/id/{PAPER}", "text/html"),
    (f"/id/{PAPER}", "text/turtle"),
    (f"/id/{PAPER}.jsonld", "*/*"),
    (f"/api/v1/entities/{PAPER}", "*/*"),
    ("/sru?query=boson", "*/*"),
    ("/id/nothingatallx", "text/html"),
    ("/search?q=(", "text/html"),
]


@pytest.mark.parametrize(("path", "accept"), ASKED)
async def test_an_answer_given_before_is_the_answer_made_anew(clients, path, accept):
    told = []
    for client in clients:
        for _ in range(2):
            response = await client.get(path, headers={"Accept": accept})
            headers = sorted(
                (name, value) for name, value in response.headers.items() if name != "Date"
            )
            told.append((response.status, headers, await response.read()))
    assert told[1] == told[0]
    assert told[2] == told[0]


async def test_a_client_that_has_it_is_told_so_from_memory_too(clients):
    first = await clients[0].get(f"/id/{PAPER}.ttl")
    again = await clients[0].get(
        f"/id/{PAPER}.ttl", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status, await again.read()) == (304, b"")


async def test_what_is_kept_is_found_without_asking_the_release(site, clients, monkeypatch):
    first = await (await clients[0].get("/api/v1/search?q=boson")).read()
    monkeypatch.setattr(type(site.index), "search", lambda *_: pytest.fail("asked again"))
    assert await (await clients[0].get("/api/v1/search?q=boson")).read() == first
