"""`/coverage` of the sample's release: page, tables, pictures, queries, records, comparison."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from lxml import html
from multidict import MultiDict

from search.coverage.selection import ALL_RELATIONS
from search.web.coverage import tables as coverage_tables
from search.web.coverage.asking import Asked, read_asked
from search.web.coverage.view import as_json
from tests.search.web.living import Live, living
from tests.search.web.sample import sample_release

MOST_BYTES = 100_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release 2, and release 1 with the same content."""
    folder = tmp_path_factory.mktemp("covered")
    first = sample_release(folder).path
    second = first.with_name("2")
    shutil.copytree(first, second)
    record = msgspec.json.decode((second / "release.json").read_bytes())
    (second / "release.json").write_bytes(msgspec.json.encode({**record, "number": 2}))
    link = first.with_name("current")
    link.unlink()
    link.symlink_to("2")
    return folder


@pytest.fixture(scope="module")
def live(data: Path) -> Iterator[Live]:
    with living(data) as opened:
        opened.ready("/coverage")
        yield opened


def parsed(text: str) -> Any:
    return html.fromstring(text)


def table(live: Live, figure: str, more: str = "") -> list[list[str]]:
    answer = live.get(f"/coverage.csv?figure={figure}{more}")
    assert answer.status == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_page_tells_what_the_release_holds(live):
    answer = live.get("/coverage")
    assert (answer.status, answer.headers["Weft-Release"]) == (200, "2")
    numbers = [node.text for node in parsed(answer.text).xpath("//ul[@class='numbers-big']//b")]
    assert numbers[1:] == ["140", "141", "1", "68"]


def test_the_page_is_small(live):
    assert len(live.get("/coverage").text.encode()) < MOST_BYTES


def test_every_chart_has_a_name_its_data_its_height_and_a_table(live):
    page = parsed(live.get("/coverage").text)
    charts = page.xpath("//figure[@data-chart]")
    assert len(charts) >= 10
    for chart in charts:
        (data,) = page.xpath("//script[@id=$id]", id=chart.get("data-chart"))
        assert {"encoding", "layer", "vconcat"} & msgspec.json.decode(data.text).keys()
        place = chart.find("div")
        assert (place.get("role"), len(place.get("aria-label")) > 20) == ("img", True)
        assert int(place.find("svg").get("height")) > 40
        assert chart.getparent().xpath(".//table//tbody/tr")


def test_the_page_runs_no_text_and_only_scripts_of_ours(live):
    answer = live.get("/coverage")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    page = parsed(answer.text)
    assert {script.get("type") for script in page.iter("script") if not script.get("src")} == {
        "application/json"
    }
    assert not page.xpath("//@style | //@onclick | //style")


def test_a_title_in_a_chart_cannot_end_the_script_element():
    text = as_json({"data": "</script><script>alert(1)</script>"})
    assert "<" not in text
    assert msgspec.json.decode(str(text)) == {"data": "</script><script>alert(1)</script>"}


def test_a_condition_narrows_all_figures_and_can_be_taken_back(live):
    page = parsed(live.get("/coverage?source=hepdata&kind=dataset").text)
    assert page.xpath("//ul[@class='numbers-big']//b")[1].text == "21"
    assert page.xpath("//p[@class='active']/a/@href") == [
        "/coverage?kind=dataset",
        "/coverage?source=hepdata",
    ]
    assert page.xpath("//input[@name='source'][@checked]/@value") == ["hepdata"]


def test_an_address_of_the_form_becomes_the_shortest(live):
    answer = live.get("/coverage?source=hepdata&publisher=&since=2010&until=&language=")
    assert (answer.status, answer.headers["Location"]) == (
        303,
        "/coverage?source=hepdata&year=2010-",
    )


def test_nothing_left_is_a_page_with_a_way_back(live):
    answer = live.get("/coverage?source=nowhere")
    assert answer.status == 200
    assert "Nothing is left with these choices." in answer.text
    assert "data-chart" not in answer.text


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("year=soon", "expected a year such as 2010"),
        ("since=2020&until=2010", "expected the earlier year first"),
        ("kind=painting", "no kind"),
        ("relation=IsFriendOf", "no link type"),
        ("against=x", "is not the number of a release"),
        ("&".join(f"source=s{n}" for n in range(101)), "at most 100 values"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused_with_the_reason(live, query, reason):
    answer = live.get(f"/coverage?{query}")
    assert answer.status == 400
    assert reason in answer.text


def test_link_types_can_be_taken_out(live):
    everything = table(live, "links")
    assert everything[0] == ["Measure", "Linked", "Linked here", "All works", "Share"]
    none = table(live, "links", "&relation=IsReviewedBy")
    assert [row[3] for row in none] == [row[3] for row in everything]
    assert [row[1] for row in none[1:]] == ["0"] * 4
    assert sum(int(row[1]) for row in everything[1:]) > 0


def test_a_query_behind_a_number_gives_the_number(live):
    rows = table(live, "links")
    for place, column in ((3, 1), (5, 3)):
        answer = live.get(f"/coverage/query?figure=links&n={place}")
        assert answer.status == 303
        location = answer.headers["Location"]
        assert location.startswith("/sparql?query=")
        found = live.get(location, accept="application/sparql-results+json").text
        (binding,) = msgspec.json.decode(found)["results"]["bindings"]
        assert binding["n"]["value"] == rows[2][column]


def test_numbers_of_link_coverage_lead_to_their_queries(live):
    page = parsed(live.get("/coverage?each=1").text)
    row = page.xpath("//table[.//th[text()='Papers with data']]//tbody/tr")[0]
    assert row.xpath(".//td/a/@href") == [
        f"/coverage/query?figure=links&each=1&n={place}" for place in (0, 1, 2)
    ]


def test_a_query_that_is_not_there_is_not_found(live):
    assert live.get("/coverage/query?figure=links&n=12").status == 404
    assert live.get("/coverage/query?figure=links&n=x").status == 400
    assert live.get("/coverage/query?figure=nothing").status == 404


def test_an_intersection_leads_to_exactly_its_entities(live):
    page = parsed(live.get("/coverage").text)
    leading = page.xpath("//table//th/a[starts-with(@href, '/coverage/records')]/@href")
    rows = table(live, "overlap")[1:]
    assert len(leading) == len(rows)
    for href, (_, n) in zip(leading, rows, strict=True):
        listed = parsed(live.get(href).text)
        names = re.search(r"sources=([^&]*)", href)
        assert names
        assert f"{n} entit" in listed.text_content()
        for hit in listed.xpath("//li[@class='hit']"):
            paths = hit.xpath(".//a[@class='id']/@href")
            found = {path.split("/")[2] for path in paths}
            assert found == set(names[1].replace("%2C", ",").split(","))


def test_records_come_page_by_page(live):
    largest = max(int(row[1]) for row in table(live, "overlap")[1:])
    seen: list[str] = []
    href = "/coverage/records?sources=cernopendata"
    while href:
        page = parsed(live.get(href).text)
        seen += page.xpath("//li[@class='hit']/h2/a/@href")
        href = (page.xpath("//a[@rel='next']/@href") or [""])[0]
    assert len(seen) == len(set(seen)) == largest
    beyond = live.get("/coverage/records?sources=cernopendata&page=99")
    assert (beyond.status, "There are none." in beyond.text) == (200, True)


@pytest.mark.parametrize("query", ["", "sources=", "sources=,,", "sources=a&page=x"])
def test_records_of_no_source_are_refused(live, query):
    assert live.get(f"/coverage/records?{query}").status == 400


def test_files_hold_numbers_for_programs(live):
    answer = live.get("/coverage.csv?figure=licences")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="coverage-licences.csv"'
    rows = table(live, "licences")
    assert rows[0] == ["Value", "Works", "Share"]
    assert float(rows[1][2]) <= 1


def test_a_picture_is_svg_and_a_table_without_one_is_not_found(live):
    answer = live.get("/coverage.svg?figure=overlap")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert live.get("/coverage.svg?figure=totals").status == 404


def test_an_unknown_figure_is_not_found_and_the_known_ones_are_named(live):
    answer = live.get("/coverage.csv?figure=%3Cb%3E", accept="application/json")
    assert answer.status == 404
    assert "expected one of totals, kinds, sources, growth" in answer.text


def test_equal_releases_differ_in_nothing(live):
    answer = live.ready("/coverage?against=1")
    assert answer.status == 200
    assert "Compared with release 1" in answer.text
    assert "No number that is counted here differs." in answer.text


def test_a_release_that_is_gone_is_told_and_the_page_stays(live):
    answer = live.get("/coverage?against=9&kind=paper")
    assert answer.status == 404
    assert "There is no release 9 to compare with." in answer.text
    page = parsed(answer.text)
    assert page.xpath("//p[@role='alert']/a/@href") == ["/coverage?kind=paper"]
    assert page.xpath("//ul[@class='numbers-big']")


def test_a_page_is_revalidated(live):
    tag = live.get("/coverage").headers["ETag"]
    assert tag == live.get("/coverage").headers["ETag"]
    assert tag != live.get("/coverage?kind=paper").headers["ETag"]


def test_under_a_prefix_every_link_carries_it(data):
    with living(data, "/weft") as under:
        page = parsed(under.ready("/weft/coverage").text)
    paths = page.xpath("//main//a/@href | //main//form/@action")
    assert {path for path in paths if path.startswith("/") and not path.startswith("/weft/")} == (
        set()
    )
    (overlap,) = page.xpath("//script[@id='chart-overlap']")
    assert '"href":"/weft/coverage/records?' in overlap.text


def test_a_release_that_is_being_read_asks_to_come_again(data, monkeypatch):
    monkeypatch.setattr(coverage_tables, "PATIENCE_S", -1.0)
    with living(data) as fresh:
        page = fresh.get("/coverage")
        assert (page.status, page.headers["Retry-After"]) == (503, "4")
        assert page.headers["Cache-Control"] == "no-store"
        assert parsed(page.text).xpath("//meta[@http-equiv='refresh']/@content") == ["4"]
        for path in ("/coverage.csv?figure=growth", "/coverage/records?sources=zenodo"):
            answer = fresh.get(path, accept="application/json")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "4")
        assert fresh.get("/").status == 200


def test_a_directory_that_cannot_be_written_is_read_all_the_same(data, tmp_path, monkeypatch):
    copy = shutil.copytree(data, tmp_path / "data", symlinks=True)
    shutil.rmtree(copy / "coverage", ignore_errors=True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with living(copy) as closed:
        assert closed.ready("/coverage").status == 200
    assert not (copy / "coverage").exists()


def test_columns_that_cannot_be_kept_are_told_of(data, tmp_path):
    copy = shutil.copytree(data, tmp_path / "data", symlinks=True)
    shutil.rmtree(copy / "coverage", ignore_errors=True)
    (copy / "coverage").write_text("a file is in the way")
    with living(copy) as blocked:
        answer = blocked.ready("/coverage")
    assert answer.status == 503
    assert "cannot be written" in answer.text


def test_the_reading_process_ends_with_its_server(data):
    command = [sys.executable, "-m", "search.web.coverage.reader", str(data), "2", str(data)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert ended.returncode == 1


def asked(query: str) -> Asked:
    return read_asked(MultiDict(parse_qsl(query, keep_blank_values=True)))


@pytest.mark.parametrize(
    "query",
    [
        "source=a&source=b&kind=paper&publisher=-&year=2010-2015&year=unknown",
        "language=en&licence=MIT&collaboration=CMS&relation=Cites&each=1&against=3",
        "",
    ],
)
def test_an_address_reproduces_the_question(query):
    assert asked(asked(query).query_string()) == asked(query)


def test_a_dash_stands_for_what_nobody_states():
    assert asked("publisher=-").selection.publishers == ("",)
    assert asked("publisher=").selection.publishers == ()


def test_all_link_types_ticked_are_no_condition():
    every = "&".join(f"relation={name}" for name in ALL_RELATIONS)
    assert asked(every).selection.relations == ()


def test_unknown_parameters_are_ignored():
    assert asked("colour=blue&kind=book").query_string() == "kind=book"
