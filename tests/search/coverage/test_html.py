"""The report as a file: whole by itself, readable without scripts, safe with any text."""

from typing import Any

from lxml import html

from search.coverage.html import render_report, write_report
from tests.search.coverage.reports import HOSTILE, empty_report, one_paper


def parsed(text: str) -> Any:
    return html.fromstring(text)


def test_the_file_holds_pictures_tables_caveats_and_queries(tmp_path):
    path = tmp_path / "report.html"
    write_report(one_paper(), path, titles={"zenodo": "Zenodo"}, site="Test")
    page = parsed(path.read_text("utf-8"))
    assert page.findtext(".//h1") == "Coverage of Test, release 7"
    assert len(page.findall(".//svg")) == 12
    assert len(page.findall(".//table")) == 15
    text = page.text_content()
    assert "Before you quote a figure" in text
    assert [node.text for node in page.iter("pre")] == [
        "SELECT (4 AS ?n) {}",
        "SELECT ?year {}",
        "SELECT ?value ?n {}",
        "SELECT (5 AS ?n) {}",
        "SELECT ?source ?n {}",
        "SELECT (1 AS ?n) {}",
        "SELECT (2 AS ?n) {}",
        "SELECT (3 AS ?n) {}",
    ]


def test_the_file_needs_nothing_else():
    page = parsed(render_report(one_paper()))
    assert not page.xpath("//script | //link | //img | //iframe | //@src | //@onclick")


def test_every_picture_has_a_name_and_its_table():
    page = parsed(render_report(one_paper()))
    for picture in page.iter("figure"):
        assert picture.get("role") == "img"
        assert len(picture.get("aria-label")) > 20
        assert picture.getparent().find(".//table") is not None


def test_text_of_records_is_escaped():
    text = render_report(one_paper(HOSTILE))
    assert "<script" not in text
    assert parsed(text).text_content().count("</script><script>alert") > 4


def test_a_report_on_nothing_says_so_and_tells_what_was_asked():
    text = parsed(render_report(empty_report())).text_content()
    assert "Counted among: kind paper." in text
    assert "Papers with data: there are none to count." in text
