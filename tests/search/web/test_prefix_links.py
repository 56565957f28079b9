"""Linked data behind a proxy: whatever leads somewhere leads below the prefix."""

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.operation.settings import ServeSettings
from search.web.operation.state import Operation
from search.web.site import open_site
from tests.search.web.link_header import parse

HTML = {"Accept": "text/html"}


@pytest.fixture
async def mounted(linked_directory) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    operation = Operation(settings=ServeSettings(prefix="/weft"))
    async with (
        open_site(linked_directory, limits=Limits(workers=1)) as site,
        TestClient(TestServer(build_app(site, operation=operation))) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/id/datadatadatad",
        "/id/gonegonegoneg",
        "/decision/decisiondecis",
        "/decisions",
        "/record/zenodo/oai:x:1.ttl",
        "/pid/isbn/9783030382070",
    ],
)
async def test_pages_lead_below_the_prefix_only(mounted, path):
    text = await (await mounted.get(f"/weft{path}", headers=HTML)).text()
    hrefs = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
    assert len(hrefs) > 5
    assert [href for href in hrefs if not href.startswith("/weft/")] == []
    assert [href for href in hrefs if href.startswith("/weft/weft")] == []


async def test_headers_lead_below_the_prefix(mounted):
    response = await mounted.get("/weft/id/mergedmergedm.ttl", allow_redirects=False)
    assert response.headers["Location"] == "/weft/id/datadatadatad.ttl"
    response = await mounted.get("/weft/id/datadatadatad", headers={"Accept": "text/turtle"})
    assert response.headers["Content-Location"] == "/weft/id/datadatadatad.ttl"
    paths = [t for t, _ in parse(response.headers["Link"]) if t.startswith("/")]
    assert len(paths) == 7
    assert all(path.startswith("/weft/id/") for path in paths)
    response = await mounted.get("/weft/pid/doi/10.1000/part", allow_redirects=False)
    assert response.headers["Location"] == "/weft/id/partpartpartp"
    response = await mounted.get("/weft/void")
    assert response.headers["Content-Location"] == "/weft/void.ttl"


async def test_robots_are_kept_out_below_the_prefix(mounted):
    assert "Disallow: /weft/sparql\n" in await (await mounted.get("/weft/robots.txt")).text()
