"""The search box for other sites: its script in a real browser, on a page of another origin."""

from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

import search
from search.web.operation.settings import ServeSettings
from tests.search.web.conftest import BASE
from tests.search.web.portal.browser import browse
from tests.search.web.servers import serving

SCRIPT = Path(search.__file__).parent / "static" / "weft-search.js"
PAGE = """<!doctype html><meta charset="utf-8"><title>elsewhere</title>
<script src="{script}" data-weft="{weft}" {more} defer></script>
<script src="/drive.js" defer></script><pre id="out"></pre>"""
DRIVE = """
addEventListener("load", async () => {
  const root = document.querySelector("weft-search").shadowRoot;
  const parts = ["input", "ul", "p", "ol"].map((name) => root.querySelector(name));
  const [input, list, said, found] = parts;
  const until = async (ready) => {
    while (!ready()) await new Promise((go) => setTimeout(go, 20));
  };
  const options = () => [...root.querySelectorAll("[role=option]")];
  const type = (text) => { input.value = text; input.dispatchEvent(new Event("input")); };
  const key = (key) => input.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  const ask = async (text) => {
    input.value = text; input.form.requestSubmit();
    await until(() => said.textContent && said.textContent !== "Searching…");
  };
  const tell = (text) => { document.getElementById("out").textContent += text + "\\n"; };
  %s
  document.title = "driven";
});
"""


@asynccontextmanager
async def elsewhere(weft: str, drive: str, more: str = "", script: str = ""):
    """A site of another origin with the box and a script that uses it; strict about both."""

    async def show(_: web.Request) -> web.Response:
        page = PAGE.format(
            script=f"{script or weft}/static/weft-search.js", weft=f"{weft}/", more=more
        )
        policy = f"default-src 'none'; script-src 'self' {script or weft}; connect-src {weft}"
        return web.Response(
            text=page, content_type="text/html", headers={"Content-Security-Policy": policy}
        )

    async def send(_: web.Request) -> web.Response:
        return web.Response(text=DRIVE % drive, content_type="text/javascript")

    app = web.Application()
    app.add_routes([web.get("/", show), web.get("/drive.js", send)])
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def told(weft, tmp_path, drive, more="", script=""):
    """What the script wrote after it used the box of a site elsewhere."""
    async with elsewhere(weft, drive, more, script) as address:
        page = await browse(
            address, tmp_path / "profile", "--virtual-time-budget=20000", "--dump-dom"
        )
    assert "<title>driven</title>" in page, page
    written = page.partition('<pre id="out">')[2].partition("</pre>")[0]
    return written.splitlines()


async def test_the_box_suggests_and_finds_on_a_page_of_another_origin(data_directory, tmp_path):
    drive = """
      type("observation of a n"); await until(() => options().length);
      tell(options().map((each) => each.firstChild.data).sort().join(" | "));
      tell(input.getAttribute("aria-expanded"));
      key("ArrowDown");
      tell(options()[0].getAttribute("aria-selected"));
      tell(input.getAttribute("aria-activedescendant"));
      key("ArrowUp"); tell(input.getAttribute("aria-activedescendant"));
      key("Escape"); tell(list.hidden + " " + input.getAttribute("aria-expanded"));
      type("observation of a"); await until(() => options().length);
      key("ArrowDown"); key("Enter"); await until(() => found.children.length);
      tell(input.value); tell(said.textContent); tell(found.textContent);
      tell(new URL(found.querySelector("a").href).pathname);
    """
    async with serving(data_directory) as weft:
        lines = await told(weft, tmp_path, drive)
    assert lines == [
        "Observation of a new boson at a mass of 125 GeV",
        "true",
        "true",
        "option-0",
        "option-0",
        "true false",
        "Observation of a new boson at a mass of 125 GeV",
        "1 found. See all",
        "Observation of a new boson at a mass of 125 GeVpaper · 2012 · Carberry, Josiah; Aa, Zoë",
        "/id/paperpaperpap",
    ]


async def test_markup_in_a_title_is_shown_as_text(data_directory, tmp_path):
    drive = """
      await ask("script");
      tell(String(root.querySelectorAll("ol script, li script").length));
      tell(found.querySelector("a").textContent.length + " " + said.textContent);
    """
    async with serving(data_directory) as weft:
        lines = await told(weft, tmp_path, drive)
    assert lines == ["0", "38 1 found. See all"]


async def test_it_says_what_may_have_been_meant_and_what_cannot_be_read(data_directory, tmp_path):
    drive = """
      await ask("bozon"); tell(said.textContent);
      said.querySelector("a").click(); await until(() => found.children.length); tell(input.value);
      await ask("zzzzzzzz"); tell(said.textContent);
      await ask("(higgs"); tell(said.textContent);
    """
    async with serving(data_directory) as weft:
        lines = await told(weft, tmp_path, drive, more='data-filter="kind=paper"')
    assert lines == [
        "Nothing found. Did you mean boson?",
        "boson",
        "Nothing found. Try fewer words.",
        "The search cannot be read: check its quotes and signs.",
    ]


async def test_a_server_that_is_not_there_is_told_in_words(data_directory, tmp_path):
    async with serving(data_directory) as gone:
        pass
    drive = 'await ask("higgs"); tell(said.textContent);'
    async with serving(data_directory) as weft:
        lines = await told(gone, tmp_path, drive, script=weft)
    assert lines == ["The search cannot be reached. Try again later."]


async def test_the_example_page_shows_the_box_and_the_tag(data_directory, tmp_path):
    async with serving(data_directory) as weft:
        page = await browse(
            f"{weft}/embed", tmp_path / "profile", "--virtual-time-budget=5000", "--dump-dom"
        )
    assert "<weft-search></weft-search>" in page
    assert (
        f'&lt;script src="{BASE}static/weft-search.js" data-weft="{BASE}" defer&gt;&lt;/script&gt;'
        in page
    )


async def test_under_a_prefix_everything_is_there(data_directory):
    settings = ServeSettings(prefix="/weft")
    async with serving(data_directory, settings=settings) as weft, ClientSession() as session:
        for path in (
            "/embed",
            "/static/weft-search.js",
            "/suggest?q=obs",
            "/opensearch.xml",
            "/search.atom?q=boson",
            "/api/v1/search?cursor=*",
        ):
            async with session.get(f"{weft}/weft{path}") as response:
                assert response.status == 200, path
                text = await response.text()
            if path == "/embed":
                assert 'src="/weft/static/weft-search.js" data-weft="/weft/"' in text


async def test_the_page_lets_its_own_script_in_and_no_other(client):
    policy = (await client.get("/embed")).headers["Content-Security-Policy"]
    assert "script-src 'self'; connect-src 'self';" in policy
    assert "unsafe" not in policy


async def test_the_script_may_be_run_by_any_site(client):
    response = await client.get("/static/weft-search.js")
    assert (response.status, response.content_type) == (200, "text/javascript")
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert await response.read() == SCRIPT.read_bytes()


@pytest.mark.parametrize(
    "path", ["/api/v1/search?q=boson", "/suggest?q=bos", "/suggest?q=" + "x" * 999]
)
async def test_any_site_may_ask(client, path):
    response = await client.get(path, headers={"Origin": "https://elsewhere.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_script_is_small_and_never_writes_markup():
    text = SCRIPT.read_text()
    assert len(text.encode()) < 8000
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "import ",
    ):
        assert way not in text
