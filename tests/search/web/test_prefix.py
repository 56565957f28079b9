"""The site under a path of another one."""

import asyncio
import re
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web

import search
from search.web.answers import address_of
from search.web.operation.settings import ServeSettings
from search.web.templating import under
from tests.search.web.conftest import DATA, GONE, HOSTILE, MERGED, PAPER
from tests.search.web.servers import serving

HTML = {"Accept": "text/html"}
SETTINGS = ServeSettings(prefix="/weft", trusted_proxies=("127.0.0.1",))
LINK = re.compile(r'(?:href|src|action)="(/[^"]*)"')
TEMPLATES = Path(search.__file__).parent / "templates"
ADDRESS = re.compile(r'\b(?:href|src|action)="([^"]*)"')
ABSOLUTE = (
    *("{{ iri }}", "{{ entity.iri }}", "{{ gone.iri }}", "{{ site.base_iri }}"),
    "{{ field.address }}",
)
"""Canonical addresses of pages, and pages of others."""
MOUNTED = ("{{ line.href }}", "{{ asking ~ line.asked[loop.index0] }}")
"""Put under the prefix by the page that hands them to a shared table."""
NEEDS_A_ROLL = "/weft/oai?verb=Identify"
"""The release of this test is from before there were rolls."""
PAGES = (
    "/",
    "/about",
    "/embed",
    "/search?q=boson",
    "/search?q=nothingatall",
    "/sparql",
    "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D",
    f"/id/{PAPER}",
    f"/id/{DATA}",
    f"/id/{HOSTILE}",
    f"/id/{GONE}",
    "/record/zenodo/oai:zenodo.org:1",
    "/nowhere",
)


@pytest.mark.parametrize(
    ("href", "mounted"),
    [
        ("/", "/weft/"),
        ("/search?q=1", "/weft/search?q=1"),
        ("/weft/search", "/weft/search"),
        ("/wefts", "/weft/wefts"),
        ("https://doi.org/10.1/x", "https://doi.org/10.1/x"),
        ("//elsewhere/", "//elsewhere/"),
        ("#main", "#main"),
        ("", ""),
    ],
)
def test_only_paths_of_the_site_are_put_under_the_prefix(href, mounted):
    assert under("/weft", href) == mounted


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_every_address_in_a_template_is_put_under_the_prefix_or_is_absolute(template):
    """Also in pages that the other tests here do not open."""
    for address in ADDRESS.findall((TEMPLATES / template).read_text()):
        is_mounted = address.startswith("{{ prefix }}/") or "| here }}" in address
        is_mounted |= address.endswith("| static }}")
        is_known = address in ABSOLUTE or address in MOUNTED
        assert is_mounted or address.startswith("#") or is_known, address


@pytest.mark.parametrize("kept", ["/weft", ""])
async def test_every_link_of_every_page_leads_under_the_prefix(data_directory, kept):
    """Whether the proxy passes the prefix on or takes it away."""
    followed = set()
    async with (
        serving(data_directory, settings=SETTINGS) as address,
        aiohttp.ClientSession() as session,
    ):
        for path in PAGES:
            async with session.get(f"{address}{kept}{path}", headers=HTML) as response:
                links = LINK.findall(await response.text())
            assert len(links) >= 5, path
            for link in links:
                assert link.startswith("/weft/"), (path, link)
                followed.add(link.replace("&amp;", "&"))
        for link in sorted(followed - {NEEDS_A_ROLL}):
            reached = link if kept else link.removeprefix("/weft")
            assert await settled(session, address + reached) in (200, 301, 303, 410), link


async def settled(session, address):
    """The status of an answer, once the release was read for the first time."""
    while True:
        async with session.get(address, allow_redirects=False) as response:
            if response.status != 503:
                return response.status


@pytest.mark.parametrize("kept", ["/weft", ""])
@pytest.mark.parametrize(
    ("path", "status", "target"),
    [
        (f"/id/{MERGED}", 301, f"/weft/id/{PAPER}"),
        (f"/id/{MERGED}.ttl", 301, f"/weft/id/{PAPER}.ttl"),
        ("/pid/doi/10.17182/hepdata.1", 303, f"/weft/id/{DATA}"),
    ],
)
async def test_redirects_lead_under_the_prefix(data_directory, kept, path, status, target):
    async with (
        serving(data_directory, settings=SETTINGS) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}{kept}{path}", allow_redirects=False) as response,
    ):
        assert response.status == status
        location = response.headers["Location"].removeprefix("http://weft.test")
        assert location in (target, target.removeprefix("/weft"))


async def test_paths_in_headers_are_put_under_the_prefix_and_other_addresses_are_not(
    data_directory,
):
    async def with_headers(request: web.Request) -> web.Response:
        response = web.Response(text=address_of(request))
        response.headers["Content-Location"] = "/a.ttl"
        response.headers.add("Link", '</a.ttl>; rel="describedby", <https://b/>; rel="author"')
        response.headers.add("Link", '</c>; rel="item"')
        return response

    def extend(app: web.Application) -> None:
        app.router.add_get("/a", with_headers)

    async with (
        serving(data_directory, settings=SETTINGS, extend=extend) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/a?q=1") as response,
    ):
        assert await response.text() == f"{address}/weft/a"
        assert response.headers["Content-Location"] == "/weft/a.ttl"
        assert response.headers.getall("Link") == [
            '</weft/a.ttl>; rel="describedby", <https://b/>; rel="author"',
            '</weft/c>; rel="item"',
        ]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("GET http://weft.test/weft/about", 200),
        ("GET /weft/about?a=%2F..&b=%zz", 200),
        ("GET /weft//about", 404),
        ("GET //weft/about", 404),
        ("GET /weft/../../etc/passwd", 404),
        ("GET /weft/static/%2e%2e/%2e%2e/app.py", 404),
        ("GET /weft/%00", 404),
        ("GET /weft/%E9", 404),
        ("OPTIONS *", 404),
        ("DELETE /weft/about", 405),
    ],
)
async def test_an_odd_target_is_answered_and_never_a_failure(data_directory, target, status):
    async with serving(data_directory, settings=SETTINGS) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(f"{target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        assert int(answer.split()[1]) == status


async def test_the_prefix_alone_leads_to_the_front_page(data_directory):
    async with (
        serving(data_directory, settings=SETTINGS) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/weft", headers=HTML) as response,
    ):
        assert response.status == 200
        assert response.url.path == "/weft/"


async def test_the_address_that_a_proxy_was_asked_at_is_the_endpoint(data_directory):
    headers = {
        "Accept": "text/turtle",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "weft.example",
    }
    async with (
        serving(data_directory, settings=SETTINGS) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/sparql", headers=headers) as response,
    ):
        assert "<https://weft.example/" in await response.text()


@pytest.mark.parametrize(
    "prefix", ["weft", "/weft/", "/we ft", "/", "/..", "//weft", '/"><script>']
)
def test_a_prefix_that_is_no_path_is_an_error_of_the_configuration(prefix):
    with pytest.raises(msgspec.ValidationError, match="prefix"):
        msgspec.convert({"prefix": prefix}, ServeSettings)
