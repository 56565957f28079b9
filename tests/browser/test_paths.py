"""The ways people take through the pages, in Chromium."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect


def test_from_a_search_to_an_entity_to_its_record_and_along_a_link(tab: Page):
    tab.goto("/")
    tab.get_by_role("searchbox").first.fill("higgs boson kind:dataset")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"/search\?q="))
    tab.locator(".hit h3 a").first.click()
    tab.wait_for_url(re.compile(r"/id/[a-z0-9]+$"))
    entity = tab.url
    title = tab.locator("h1").inner_text()
    tab.locator("a[href^='/record/']:visible").first.click()
    tab.wait_for_url(re.compile(r"/record/"))
    expect(tab.locator("main")).to_contain_text(title[:30])
    tab.goto(entity)
    tab.locator(".links a[href^='/id/']:visible").first.click()
    tab.wait_for_url(lambda url: "/id/" in url and url != entity)
    assert tab.locator("h1").inner_text()


def test_the_address_of_a_search_reproduces_the_page(tab: Page):
    tab.goto("/search?q=higgs")
    tab.locator(".facets a").first.click()
    tab.wait_for_load_state()
    shown = tab.locator(".hits").inner_text()
    again = tab.context.new_page()
    again.goto(tab.url)
    assert again.locator(".hits").inner_text() == shown


def test_a_pasted_doi_leads_to_the_thing(tab: Page):
    tab.goto("/")
    tab.get_by_role("searchbox").first.fill("https://doi.org/10.17182/HEPDATA.90607")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"/search"))
    expect(tab.locator(".hit")).to_have_count(1)


def test_a_query_is_written_run_shared_and_opened_by_another(tab: Page):
    tab.goto("/sparql")
    editor = tab.locator(".CodeMirror").first
    editor.wait_for()
    tab.evaluate(
        """() => document.querySelector('.CodeMirror').CodeMirror.setValue(
        'SELECT (COUNT(*) AS ?papers) { ?x <https://w3id.org/weft#kind> "paper" }')"""
    )
    tab.locator("button.yasqe_queryButton").first.click()
    expect(tab.locator(".yasr")).to_contain_text("papers", timeout=20_000)
    tab.wait_for_url(re.compile(r"query=SELECT"))
    other = tab.context.new_page()
    other.goto(tab.url)
    other.locator(".CodeMirror").first.wait_for()
    expect(other.locator(".yasr")).to_contain_text("papers", timeout=20_000)


def test_a_kbart_file_is_dropped_and_the_gap_comes_back(tab: Page, tmp_path: Path):
    listed = tmp_path / "held.tsv"
    listed.write_text(
        "publication_title\tprint_identifier\tonline_identifier\tpublication_type\n"
        "Quantum Field Theory\t\t9783030382063\tmonograph\n"
        "No such book\t\t9780000000002\tmonograph\n",
        "utf-8",
    )
    tab.goto("/holdings")
    dropped = tab.evaluate_handle(
        """([text, name]) => {
            const files = new DataTransfer();
            files.items.add(new File([text], name));
            return files;
        }""",
        [listed.read_text("utf-8"), listed.name],
    )
    tab.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    tab.get_by_role("button", name=re.compile("compare|match|check", re.IGNORECASE)).first.click()
    expect(tab.locator("main")).to_contain_text("No such book", timeout=30_000)
    tab.goto("/holdings")
    tab.locator("input[type=file]").first.set_input_files(listed)
    tab.locator("[value=gap-kbart]").first.check()
    with tab.expect_download() as waited:
        tab.get_by_role(
            "button", name=re.compile("compare|match|check", re.IGNORECASE)
        ).first.click()
    gap = Path(waited.value.path()).read_text("utf-8")
    assert gap.startswith("publication_title\t")
    assert "9783030382063" not in gap
