"""The chart of links by year, as a Vega-Lite specification; see `search.coverage.charts.chart`."""

from collections.abc import Sequence
from typing import Final

import altair as alt

from search.coverage.charts.chart import Chart, Row, finished, inline
from search.words import WORDS

HEIGHT: Final = 300
_OTHERS: Final = "#9aa19f"
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b3a100", "#56b4e9")
"""After the palette of Okabe and Ito, see `search.coverage.charts.chart.KIND_COLOURS`."""
MOST_RELATIONS: Final = len(_COLOURS)
"""Relations with a colour of their own; all others share one."""


def links_by_year(rows: Sequence[tuple[str, str, int]], summary: str) -> Chart:
    """Columns of links by year, in parts by relation.

    Args:
        rows: year, relation as people read it, number; in the order of years.
        summary: what the picture shows, in words.
    """
    others = str(WORDS.links["other_relations"])
    sums: dict[str, int] = {}
    for _, relation, n in rows:
        sums[relation] = sums.get(relation, 0) + n
    named = sorted(sums, key=lambda relation: -sums[relation])[:MOST_RELATIONS]
    values: list[Row] = [
        {"x": year, "r": relation if relation in named else others, "n": n}
        for year, relation, n in rows
    ]
    domain = [*named, others] if len(sums) > len(named) else named
    colours = [*_COLOURS[: len(named)], _OTHERS][: len(domain)]
    chart = (
        alt.Chart(
            inline(values),
            width="container",
            height=HEIGHT,
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        )
        .mark_bar()
        .encode(
            x=alt.X(
                "x:O",
                sort=list(dict.fromkeys(year for year, _, _ in rows)),
                axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy"),
            ),
            y=alt.Y(
                "sum(n):Q",
                axis=alt.Axis(title=str(WORDS.links["links"]), format=",d", tickMinStep=1),
            ),
            color=alt.Color(
                "r:N",
                scale=alt.Scale(domain=domain, range=colours),
                legend=alt.Legend(title=None, columns=3, labelLimit=96),
            ),
            tooltip=[
                alt.Tooltip("x:N", title=str(WORDS.links["year"])),
                alt.Tooltip("r:N", title=str(WORDS.links["relation"])),
                alt.Tooltip("sum(n):Q", title=str(WORDS.links["links"]), format=","),
            ],
        )
    )
    return Chart(finished(chart, summary), HEIGHT)
