"""Sitemaps of all live entities."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree

from search.web.portal.sitemap import MAX_BYTES, part_size
from tests.graph.builders import Town, new_town, work
from tests.search.web.portal.towns import BASE, Client, publish_town, serving_town

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FIRST, SECOND = "2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with new_town(tmp_path) as found:
        found.arrive(*(work(f"zenodo/{n}", f"doi:10.1/{n}") for n in range(5)))
        yield found


@pytest.fixture
def data(tmp_path: Path, town: Town) -> Path:
    """Two releases: five works; then one has changed and one has gone."""
    data = tmp_path / "data"
    first = publish_town(data, town)
    town.delete("zenodo/4")
    publish_town(data, town, first, changed=["zenodo/0"])
    turns = json.dumps([(1, FIRST), (2, SECOND)])
    (data / "releases" / ".history.json").write_text(turns)
    return data


async def entries(client: Client, path: str) -> list[tuple[str, str]]:
    """Address and time of change of everything that a sitemap lists."""
    response = await client.get(path)
    assert (response.status, response.content_type) == (200, "application/xml")
    root = etree.fromstring(await response.read())
    return [(each.findtext(f"{NS}loc", ""), each.findtext(f"{NS}lastmod", "")) for each in root]


async def test_the_index_leads_to_every_live_entity_once(data, town, monkeypatch):
    monkeypatch.setattr("search.web.portal.sitemap.MAX_URLS", 3)
    keys = town.keys()
    async with serving_town(data) as client:
        parts = await entries(client, "/sitemap.xml")
        listed = []
        for address, _ in parts:
            listed.append(await entries(client, "/" + address.removeprefix(BASE)))
    assert parts == [(f"{BASE}sitemap-1.xml", FIRST), (f"{BASE}sitemap-2.xml", SECOND)]
    unchanged = sorted(keys[f"zenodo/{n}"] for n in (1, 2, 3))
    assert listed == [
        [(f"{BASE}id/{key}", FIRST) for key in unchanged],
        [(f"{BASE}id/{keys['zenodo/0']}", SECOND)],
    ]


async def test_robots_are_told_of_the_sitemap(data):
    async with serving_town(data) as client:
        text = await (await client.get("/robots.txt")).text()
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.site_maps() == [f"{BASE}sitemap.xml"]
    for path in ("sitemap.xml", "sitemap-1.xml"):
        assert rules.can_fetch("Googlebot", f"https://weft.example.org/{path}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sitemap-2.xml", 404),
        ("/sitemap-0.xml", 404),
        ("/sitemap-01.xml", 404),
        ("/sitemap--1.xml", 404),
        ("/sitemap-9999999.xml", 404),
        ("/sitemap-%31.xml", 200),
        ("/sitemap-1.xml?x=<", 200),
    ],
)
async def test_a_part_that_is_not_there_is_not_found(data, path, status):
    async with serving_town(data) as client:
        assert (await client.get(path)).status == status


async def test_a_release_without_entities_has_an_index_without_parts(tmp_path):
    """Its schema wants one part at least; there is nothing that could be listed."""
    with new_town(tmp_path) as town:
        publish_town(tmp_path / "data", town)
        async with serving_town(tmp_path / "data") as client:
            assert await entries(client, "/sitemap.xml") == []


async def test_sitemaps_are_packed_for_those_who_can_unpack_and_known_by_their_tag(data):
    async with serving_town(data) as client:
        packed = await client.get("/sitemap-1.xml", headers={"Accept-Encoding": "gzip"})
        plain = await client.get("/sitemap-1.xml", headers={"Accept-Encoding": "identity"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert await packed.read() == await plain.read()
        again = await client.get("/sitemap-1.xml", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status, plain.headers["Weft-Release"]) == (304, "2")


@pytest.mark.parametrize("kept", ["/weft", ""])
async def test_under_a_prefix_the_addresses_are_those_of_the_base_iri(data, kept):
    async with serving_town(data, prefix="/weft") as client:
        assert (await entries(client, f"{kept}/sitemap.xml"))[0][0] == f"{BASE}sitemap-1.xml"


@pytest.mark.parametrize(
    ("base_iri", "size"),
    [
        ("https://weft.example.org/", 50_000),
        (f"https://weft.example.org/{'a' * 900}/", 50_000),
        (f"https://weft.example.org/{'a' * 1200}/", 39_990),
        (f"https://weft.example.org/{'&' * 1200}/", 8_579),
    ],
)
def test_no_sitemap_is_longer_than_the_specification_allows(base_iri, size):
    assert part_size(base_iri) == size
    longest = len(base_iri.replace("&", "&amp;")) + 78
    assert size * longest < MAX_BYTES
