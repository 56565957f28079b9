"""What the picture of a neighbourhood is drawn from, over HTTP and in a browser."""

from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from search.web.operation.settings import ServeSettings
from search.web.templating import is_built
from tests.search.web.linked.crowded_release import HUB, MARKUP, PLAIN, STUB, WHOLE
from tests.search.web.servers import serving

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


async def around(client, key):
    response = await client.get(f"/id/{key}/neighbourhood.json")
    assert (response.status, response.content_type) == (200, "application/json")
    return await response.json()


async def test_an_entity_stands_first_among_what_it_is_linked_to(crowded):
    found = await around(crowded, PLAIN)
    assert found == {
        "key": PLAIN,
        "nodes": [
            {"key": PLAIN, "name": "Plain data", "kind": "dataset", "stub": False,
             "href": "/id/plain"},
            {"key": HUB, "name": "Cited by thousands", "kind": "paper", "stub": False,
             "href": "/id/hub"},
        ],
        "edges": [
            {"source": PLAIN, "relation": "IsSupplementTo", "target": HUB,
             "stated_by": ["Zenodo"]},
        ],
        "n_left_out": 0,
    }  # fmt: skip


async def test_a_hub_gives_sixty_nodes_of_every_relation_and_counts_the_rest(crowded):
    found = await around(crowded, HUB)
    keys = [node["key"] for node in found["nodes"]]
    assert len(keys) == len(set(keys)) == 60
    assert {PLAIN, "code", STUB} <= set(keys)
    assert found["n_left_out"] == 5003 - 59
    assert {edge["relation"] for edge in found["edges"]} == {"Cites", "IsSupplementTo"}
    assert [node["stub"] for node in found["nodes"] if node["key"] == STUB] == [True]


async def test_edges_join_nodes_that_are_there_each_once_circles_too(crowded):
    found = await around(crowded, WHOLE)
    keys = {node["key"] for node in found["nodes"]}
    edges = [(edge["source"], edge["relation"], edge["target"]) for edge in found["edges"]]
    assert len(edges) == len(set(edges))
    assert {end for source, _, target in edges for end in (source, target)} <= keys
    assert {("whole", "IsPartOf", "above"), ("above", "IsPartOf", "whole")} <= set(edges)
    assert ("cell0", "IsPartOf", "part1") not in edges


async def test_a_merged_a_gone_and_an_unknown_entity_answer_as_their_pages_do(linked):
    moved = await linked.get("/id/mergedmergedm/neighbourhood.json", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (
        301,
        "/id/datadatadatad/neighbourhood.json",
    )
    assert (await linked.get("/id/gonegonegoneg/neighbourhood.json")).status == 410
    assert (await linked.get("/id/aaaaaaaaaaaaa/neighbourhood.json")).status == 404


async def test_the_same_picture_is_not_sent_twice(linked):
    response = await linked.get("/id/datadatadatad/neighbourhood.json")
    tag = {"If-None-Match": response.headers["ETag"]}
    assert (await linked.get("/id/datadatadatad/neighbourhood.json", headers=tag)).status == 304
    assert response.headers["Weft-Release"] == "3"


async def test_nodes_lead_under_the_prefix_of_the_site(crowded_directory):
    async with (
        serving(crowded_directory, settings=ServeSettings(prefix="/weft")) as address,
        async_playwright() as player,
    ):
        request = await player.request.new_context()
        answer = await request.get(f"{address}/id/{PLAIN}/neighbourhood.json")
        found = await answer.json()
        assert [node["href"] for node in found["nodes"]] == ["/weft/id/plain", "/weft/id/hub"]
        await request.dispose()


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")
@pytest.mark.skipif(not is_built("neighbourhood.js"), reason="the scripts are not built")
async def test_the_picture_is_drawn_when_opened_and_grows_by_keyboard(crowded_directory):
    """Nothing is loaded before it is opened; the policy of the page is broken by nothing."""
    asked, wrong = [], []
    async with serving(crowded_directory) as address, async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES])
        page = await (await browser.new_context(reduced_motion="reduce")).new_page()
        page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
        page.on("console", lambda said: wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"{address}/id/{MARKUP}")
        assert not any("neighbourhood" in each for each in asked)
        box = page.locator(".picture-box")
        await page.locator(".picture > summary").press("Enter")
        height = await box.evaluate("box => box.offsetHeight")
        await page.wait_for_selector("[data-drawn='2']")
        assert await box.evaluate("box => box.offsetHeight") == height
        buttons = page.locator(".nodes button")
        assert (
            await buttons.nth(0).inner_text()
            == "<img src=x onerror=alert(1)> & <i>H</i><sub>2</sub>O"
        )
        await buttons.nth(1).press("Enter")
        assert await buttons.nth(1).get_attribute("aria-pressed") == "true"
        link = page.locator(".chosen a")
        assert (await link.get_attribute("href")) == "/id/rtl"
        async with page.expect_response("**/id/rtl/neighbourhood.json"):
            await page.locator(".chosen button").press("Enter")
        await page.locator(".chosen button:disabled").wait_for()
        assert await buttons.count() == 2
        await browser.close()
    assert wrong == []
