"""The page about the graph: sources, release, citation, and what absence means."""

import hashlib
import json
from dataclasses import replace

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from graph.release import HarvestedSource, Release, release_numbers
from search.sparql.pool import Limits
from search.web.about_page import cite, read_files, read_releases, read_sources
from search.web.app import build_app
from search.web.site import open_site
from tests.search.web.sample import BASE, sample_release
from tests.search.web.servers import publish_release

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample")
    sample_release(path)
    return path


@pytest.fixture
async def site(data):
    async with open_site(data, limits=Limits(workers=1)) as opened:
        yield opened


async def _text(site):
    async with TestClient(TestServer(build_app(site))) as client:
        response = await client.get("/about", headers=HTML)
        assert response.status == 200
        return await response.text()


def _with_sources(site, **sources):
    release = site.release
    info = msgspec.structs.replace(release.info, sources=sources)
    return replace(site, release=Release(number=release.number, path=release.path, info=info))


async def test_each_source_says_what_it_holds_and_how_completely(site):
    text = await _text(site)
    assert '<a href="/search?source=cernopendata">CERN Open Data</a>' in text
    assert '<a class="note address" href="https://opendata.cern.ch/oai2d"' in text
    assert text.count('<span class="state state-complete"') == 4
    assert "24 live, 1 deleted" in text
    by_name = {each.name: each for each in read_sources(site)}
    assert by_name["oapen"].kinds == (("book", 9), ("chapter", 3))
    assert by_name["zenodo"].n_records == 32
    assert [each.name for each in read_sources(site)] == [
        "cernopendata",
        "zenodo",
        "hepdata",
        "oapen",
    ]


async def test_a_source_that_is_incomplete_or_was_never_harvested_says_so(site):
    changed = _with_sources(
        site,
        zenodo=HarvestedSource(
            title="Zenodo",
            url="https://zenodo.org/oai2d",
            state="incomplete",
            last_harvest="2026-01-02T03:04:05Z",
            announced=1234,
            live=32,
            deleted=0,
            rejected=5,
        ),
        doab=HarvestedSource(
            title="<DOAB>",
            url="javascript:alert(1)",
            state="never",
            last_harvest=None,
            announced=None,
            live=0,
            deleted=0,
        ),
    )
    text = await _text(changed)
    assert "32 live, 5 could not be read" in text
    assert "of 1\u202f234 announced" in text
    assert '<time datetime="2026-01-02T03:04:05Z">2026-01-02</time>' in text
    assert "&lt;DOAB&gt;" in text
    assert "not yet harvested" in text
    assert "javascript:" not in text


async def test_a_state_that_this_version_does_not_know_is_shown_as_it_is(site):
    odd = HarvestedSource(
        title="Odd", url="", state="<odd>", last_harvest=None, announced=None, live=1, deleted=0
    )
    assert "&lt;odd&gt;" in await _text(_with_sources(site, odd=odd))


async def test_a_release_of_before_says_that_it_does_not_tell(site):
    text = await _text(_with_sources(site))
    assert "does not tell when they were harvested" in text
    assert "72 live" in text


async def test_the_release_is_told_with_its_counts_and_its_fingerprint(site):
    text = await _text(site)
    files = read_files(site)
    assert hashlib.sha256(files.checksums.encode()).hexdigest() == files.fingerprint
    for said in ("<td>141</td>", "<td>140</td>", "<td>227</td>", "<td>68</td>", files.fingerprint):
        assert said in text
    assert "Absence here is not evidence of absence" in text


async def test_the_checksums_are_those_of_the_files(site):
    async with TestClient(TestServer(build_app(site))) as client:
        response = await client.get("/about/checksums")
        assert (response.status, response.content_type) == (200, "text/plain")
        lines = (await response.text()).splitlines()
        again = await client.get(
            "/about/checksums", headers={"If-None-Match": response.headers["ETag"]}
        )
        assert again.status == 304
    assert len(lines) > 5
    for line in lines:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((site.release.path / name).read_bytes()).hexdigest() == digest


async def test_a_release_without_checksums_has_none_to_give(linked):
    assert (await linked.get("/about/checksums")).status == 404
    text = await (await linked.get("/about", headers=HTML)).text()
    assert "Fingerprint" not in text


async def test_the_citation_names_the_release_and_what_it_was_made_from(site):
    text, bibtex = cite(site, read_sources(site), "f00d")
    day = site.release.info.created_at[:10]
    assert text == (
        f"Weft, release 1 ({day}). Linked metadata of 141 source records from CERN Open Data,"
        f" Zenodo, HEPData, OAPEN Library. {BASE}. Fingerprint sha256:f00d."
    )
    assert bibtex.splitlines() == [
        "@misc{weft-release-1,",
        "  title = {{Weft: linked metadata of datasets, papers, software and books, release 1}},",
        "  author = {{Weft}},",
        f"  year = {{{day[:4]}}},",
        "  version = {1},",
        f"  url = {{{BASE}}},",
        f"  note = {{Release 1 of {day}, 140 entities}}",
        "}",
    ]


async def test_a_title_cannot_break_out_of_bibtex(site):
    _, bibtex = cite(replace(site, title="A & B}, note = {x\\input{y} 100%"), (), "")
    assert "author = {{A \\& B, note = xinputy 100\\%}}" in bibtex
    assert bibtex.count("{") == bibtex.count("}")


async def test_the_releases_that_are_kept_are_listed_and_a_damaged_one_too(tmp_path):
    for _ in range(3):
        publish_release(tmp_path)
    (tmp_path / "releases" / "2" / "release.json").write_text("{")
    async with open_site(tmp_path, number=3, limits=Limits(workers=1)) as site:
        listed = read_releases(site)
        text = await _text(site)
    assert release_numbers(tmp_path) == [1, 2, 3]
    assert [(each.number, each.is_served, each.day) for each in listed] == [
        (3, True, "2026-01-02"),
        (2, False, ""),
        (1, False, "2026-01-02"),
    ]
    assert "cannot be read" in text


async def test_the_page_is_small_and_leads_to_every_part(site):
    text = await _text(site)
    assert len(text.encode()) < 30_000
    for name in ("absence", "sources", "release", "cite", "licences", "language", "machines"):
        assert text.count(f'id="{name}"') == 1


def test_the_state_of_sources_stands_in_release_json(data):
    kept = json.loads((data / "releases" / "1" / "release.json").read_text())["sources"]
    assert {name: source["state"] for name, source in kept.items()} == dict.fromkeys(
        ("cernopendata", "zenodo", "hepdata", "oapen"), "complete"
    )
