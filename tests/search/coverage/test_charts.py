"""Charts: legal Vega-Lite, small, drawn without a browser, sensible with little and with much."""

from typing import Any

import altair as alt
import msgspec
import pytest
from lxml import etree

from search.coverage.charts.chart import (
    KIND_COLOURS,
    Chart,
    bars,
    by_kind,
    configuration,
)
from search.coverage.charts.linked import changes, linked_bars, linked_columns
from search.coverage.charts.matrix import heat_map, share_text, upset
from search.coverage.charts.svg import ChartError, draw
from search.coverage.figures.figure import Figure, Naming
from search.coverage.figures.listing import list_figures
from tests.search.coverage.reports import HOSTILE, empty_report, large_report, one_paper

MOST_BYTES = 60_000


def content(chart: Chart) -> Any:
    return chart.specification


def size(picture: str, side: str) -> str:
    return etree.fromstring(picture).get(side) or ""


def drawn(figures: tuple[Figure, ...]) -> dict[str, Chart]:
    return {figure.id: figure.chart for figure in figures if figure.chart is not None}


@pytest.fixture(scope="module")
def large() -> dict[str, Chart]:
    return drawn(list_figures(large_report(), Naming(records_href="/records?{}".format)))


def test_every_chart_is_legal_by_the_schema_of_vega_lite(large):
    small = drawn(list_figures(one_paper(), Naming()))
    compared = changes([("paper", 3), ("book", -2)], "what changed")
    for chart in (*large.values(), *small.values(), compared):
        alt.Chart.from_dict(chart.specification, validate=True)


def test_a_chart_of_a_million_works_from_nine_sources_is_small(large):
    sizes = {name: len(msgspec.json.encode(chart.specification)) for name, chart in large.items()}
    assert max(sizes.values()) < MOST_BYTES
    assert {"growth", "overlap", "completeness", "links", "papers-with-data-by-year"} <= set(sizes)


def test_nothing_is_drawn_of_nothing():
    assert drawn(list_figures(empty_report(), Naming())) == {}


def test_pictures_are_as_high_as_the_page_reserves(large):
    for name in ("growth", "subjects", "overlap", "completeness", "links"):
        chart = large[name]
        height = float(size(draw(chart), "height"))
        assert chart.height - 40 <= height <= chart.height + 4, name


def test_a_picture_fills_its_place_unless_what_it_shows_is_wider():
    width = size(draw(bars([("doi", 3, False)], "one"), width=500), "width")
    assert width == "500"
    matrix = upset([(("a", "b"), 2, "")], [("a", 2), ("b", 2)], "two")
    assert matrix.is_wide
    assert float(size(draw(matrix, width=5000), "width")) < 400


def test_text_of_records_stays_text_in_a_picture():
    picture = draw(bars([(HOSTILE, 3, False)], HOSTILE))
    assert "<script" not in picture
    texts = [node.text for node in etree.fromstring(picture).iter() if node.text]
    assert any(text.startswith("</script><script>") for text in texts)


def test_all_data_stand_in_the_chart(large):
    text = msgspec.json.encode([chart.specification for chart in large.values()]).decode()
    assert '"url"' not in text


def test_what_cannot_be_drawn_is_an_error_with_a_reason():
    with pytest.raises(ChartError, match="cannot draw a chart"):
        draw(Chart({"mark": "no such mark", "data": {"values": []}}, 10))


def test_words_and_lines_take_the_colour_of_the_text_around():
    axis: Any = configuration()["axis"]
    assert {axis["labelColor"], axis["titleColor"], axis["gridColor"]} == {"currentColor"}
    assert configuration()["background"] == "transparent"


def test_kinds_have_colours_that_differ_in_lightness_or_hue():
    assert len(set(KIND_COLOURS.values())) == len(KIND_COLOURS) == 6


def test_only_kinds_that_are_there_have_a_colour_in_the_legend():
    chart = by_kind([("2020", "paper", 1), ("2020", "book", 2)], "two kinds")
    scale = content(chart)["encoding"]["color"]["scale"]
    assert scale["domain"] == ["paper", "book"]


def test_numbers_along_an_axis_are_whole():
    one = bars([("doi", 1, False)], "one work")
    layer = content(one)["layer"][0]
    assert layer["encoding"]["x"]["axis"]["values"] == [0, 1]
    many = bars([("doi", 940_000, False)], "many works")
    axis = content(many)["layer"][0]["encoding"]["x"]["axis"]
    assert axis["values"] == [0, 200_000, 400_000, 600_000, 800_000]


def test_what_nobody_states_has_a_colour_of_its_own():
    chart = bars([("CC0-1.0", 2, False), ("not stated", 5, True)], "licences")
    assert '"#9aa19f"' in msgspec.json.encode(chart.specification).decode()
    assert content(chart)["data"]["values"] == [
        {"x": "CC0-1.0", "n": 2},
        {"x": "not stated", "n": 5, "u": 1},
    ]


def test_linked_works_are_in_three_parts_that_add_up():
    rows = [("2020", 3, 2, 5), ("2021", 0, 0, 4)]
    for chart in (linked_columns(rows, "by year"), linked_bars(rows, "by publisher")):
        assert content(chart)["data"]["values"] == [
            {"x": "2020", "p0": 3, "p1": 2, "p2": 5},
            {"x": "2021", "p2": 4},
        ]


def test_a_column_of_the_overlap_leads_to_its_records():
    chart = upset([(("a", "b"), 2, "/records?a,b"), (("a",), 1, "")], [("a", 3), ("b", 2)], "two")
    columns = content(chart)["vconcat"][0]["data"]["values"]
    assert columns == [
        {"i": 0, "n": 2, "s": "a + b", "href": "/records?a,b"},
        {"i": 1, "n": 1, "s": "a"},
    ]


def test_a_dot_stands_for_each_source_of_a_set():
    chart = upset([(("b",), 2, "")], [("a", 3), ("b", 2)], "two")
    dots = content(chart)["vconcat"][1]["data"]["values"]
    assert [(dot["s"], dot["in"]) for dot in dots] == [("a · 3", 0), ("b · 2", 1)]


def test_a_cell_without_records_has_no_share():
    cells = [("Zenodo", "Title", 0, 0), ("Zenodo", "Date", 1, 3)]
    chart = heat_map(cells, ["Zenodo"], ["Title", "Date"], "two fields")
    texts = [row["t"] for row in content(chart)["data"]["values"]]
    assert texts == ["-", "33%"]


@pytest.mark.parametrize(
    ("n", "of", "text"),
    [(0, 5, "0%"), (5, 5, "100%"), (1, 1000, "<1%"), (999, 1000, ">99%"), (1, 3, "33%")],
)
def test_only_all_is_a_hundred_per_cent_and_only_none_is_zero(n, of, text):
    assert share_text(n, of) == text
