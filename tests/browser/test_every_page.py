"""What holds for every page: seen in Chromium at two widths, without scripts, and by axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PAGES = {
    "front": "/",
    "results": "/search?q=higgs",
    "nothing found": "/search?q=higgs+bosonn+zzzz",
    "query that cannot be read": "/search?q=(higgs",
    "entity": "/pid/doi/10.17182/hepdata.90607",
    "stub": "/pid/doi/10.1016/j.physletb.2012.08.021",
    "sparql": "/sparql",
    "coverage": "/coverage",
    "holdings": "/holdings",
    "links": "/links",
    "about": "/about",
    "api": "/api",
    "decisions": "/decisions",
    "embed": "/embed",
    "not found": "/nothing/here",
}
WIDTHS = {"desk": 1280, "phone": 390}
_SERIOUS = {"serious", "critical"}
_MOST_BYTES = 100_000
_MOST_SHIFT = 0.1
"""https://web.dev/articles/cls calls a page good up to here."""
_WATCH_SHIFT = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def _opened(browser: Browser, site: str, path: str, width: int, **options: object) -> Page:
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 900},
        **options,  # type: ignore[arg-type]  # named as playwright names them
    )
    page = context.new_page()
    page.add_init_script(_WATCH_SHIFT)
    page.goto(path)
    if page.locator("meta[http-equiv=refresh]").count():  # what is counted first is counted soon
        page.wait_for_selector("meta[http-equiv=refresh]", state="detached", timeout=60_000)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(browser, site, name, width, scheme):
    page = _opened(browser, site, PAGES[name], WIDTHS[width], color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    serious = {
        f"{each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found
        if each["impact"] in _SERIOUS
        for node in each["nodes"]
    }
    page.context.close()
    assert serious == set()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_the_window_or_jumps(browser, site, name, width):
    page = _opened(browser, site, PAGES[name], WIDTHS[width])
    shown = page.evaluate("document.documentElement.scrollWidth")
    shift = page.evaluate("window.shift")
    page.context.close()
    assert shown <= WIDTHS[width]
    assert shift < _MOST_SHIFT


@pytest.mark.parametrize("name", PAGES)
def test_every_page_works_with_scripts_off(browser, site, name):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGES[name])
    heading = page.locator("h1").first.inner_text()
    box = page.locator("input[type=search]").first
    box.fill("pyhf")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=pyhf"))
    found = page.locator(".hit").count()
    context.close()
    assert heading
    assert found > 0


@pytest.mark.parametrize("name", ["front", "results", "entity", "links", "about", "holdings"])
def test_a_page_weighs_less_than_100_kilobytes(browser, site, name):
    context = browser.new_context(base_url=site)
    page = context.new_page()
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body()) if answer.ok else 0))
    page.goto(PAGES[name])
    page.wait_for_load_state("networkidle")
    context.close()
    assert 0 < sum(sizes) < _MOST_BYTES


@pytest.mark.parametrize("name", PAGES)
def test_the_first_key_leads_to_the_content(browser, site, name):
    page = _opened(browser, site, PAGES[name], WIDTHS["desk"])
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    page.context.close()
    assert focused == "#main"
