"""`/api/v1/coverage`."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from search.coverage.measure import measure
from search.coverage.selection import Selection
from search.coverage.table import Table
from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.site import open_site

Client = TestClient[web.Request, web.Application]
PATH = "/api/v1/coverage"


@pytest_asyncio.fixture
async def client(town_data: Path) -> AsyncIterator[Client]:
    limits = Limits(workers=1, time_limit_s=10)
    async with (
        open_site(town_data, limits=limits) as site,
        TestClient(TestServer(build_app(site))) as found,
    ):
        yield found


async def _ask(client: Client, query: str = "") -> Any:
    """The answer, asked for again while the release is being read."""
    async with asyncio.timeout(40):
        while True:
            async with client.get(f"{PATH}{query}") as response:
                if response.status != 503:
                    assert response.status == 200, await response.text()
                    assert response.headers["Weft-Release"] == "1"
                    return await response.json()
                assert int(response.headers["Retry-After"]) > 0


async def test_the_answer_is_the_report(client, town_table: Table):
    told = await _ask(client)
    report = measure(town_table, Selection())
    assert told["totals"]["entities"] == 8
    assert told["release"] == 1
    assert [each["id"] for each in told["link_coverage"]] == [
        *("papers-with-data", "data-with-papers", "papers-with-software", "books-with-anything"),
    ]
    assert told["link_coverage"][0]["numerator_query"] == report.link_coverage[0].numerator_query


async def test_the_parameters_are_the_selection(client):
    told = await _ask(
        client,
        "?kind=dataset&kind=paper&year=2010-2012&source=hep&licence=-&licence=CC0-1.0"
        "&relation=IsSupplementedBy&each=true",
    )
    assert told["selection"] == {
        "sources": ["hep"],
        "kinds": ["dataset", "paper"],
        "years": [{"since": 2010, "until": 2012}],
        "publishers": [],
        "languages": [],
        "licences": ["", "CC0-1.0"],
        "collaborations": [],
        "relations": ["IsSupplementTo"],
        "rolled_up": False,
    }
    assert told["totals"]["entities"] == 1


async def test_a_release_against_itself_has_gained_nothing(client):
    told = await _ask(client, "?against=1")
    assert (told["gained"], told["lost"]) == ([], [])
    assert (told["old_release"], told["new_release"]) == (1, 1)


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("?kind=papers", 400, "no kind 'papers'"),
        ("?year=soon", 400, "expected a year such as 2010"),
        ("?relation=links", 400, "no link type 'links'"),
        ("?each=perhaps", 400, "each"),
        ("?against=0", 400, "against"),
        ("?against=99", 404, "no release 99"),
        ("?against=x", 400, "against"),
        ("?colour=red", 400, "no parameter 'colour' here"),
        (f"?publisher={'x' * 501}", 400, "publisher"),
        (f"?{'&'.join(f'source={n}' for n in range(101))}", 400, "at most 100 values"),
    ],
)
async def test_what_cannot_be_meant_is_a_clear_error(client, query, status, says):
    await _ask(client)
    async with client.get(f"{PATH}{query}") as response:
        assert response.status == status
        assert response.content_type == "application/problem+json"
        assert says in (await response.json())["detail"]


async def test_an_answer_that_has_not_changed_is_not_sent_again(client):
    await _ask(client)
    async with client.get(PATH) as response:
        tag = response.headers["ETag"]
    async with client.get(PATH, headers={"If-None-Match": tag}) as response:
        assert response.status == 304


async def test_the_description_tells_of_it(client):
    async with client.get("/api/openapi.json") as response:
        described = await response.json()
    operation = described["paths"][PATH]["get"]
    assert [each["name"] for each in operation["parameters"]] == [
        *("source", "kind", "year", "publisher", "language", "licence", "collaboration"),
        *("relation", "each", "against", "release"),
    ]
    assert all(each["description"] for each in operation["parameters"])
    report = described["components"]["schemas"]["LinkCoverage"]["properties"]
    assert "whether or not any source delivered" in report["numerator"]["description"]
