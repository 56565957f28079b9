"""Charts of link coverage and of what changed between releases, made with Altair.

What all charts share is told in `search.coverage.charts.chart`.
"""

import json
from collections.abc import Sequence
from typing import Final

import altair as alt

from search.coverage.charts.chart import (
    BAR,
    FRAME,
    STEP,
    Chart,
    Row,
    chart_word,
    columns,
    columns_of,
    finished,
    fit,
    highest,
    inline,
    labels,
    lying,
    told,
    upright,
)

LINKED_COLOURS: Final = ("#14786c", "#d9a441", "#c3c9c7")
"""Linked to something delivered, linked to something else, not linked: dark to light, so that they
differ without colour too."""
LOST: Final = "#d55e00"
_LEGEND: Final = 60
"""Pixels that a legend of three lines takes."""


def linked_columns(rows: Sequence[tuple[str, int, int, int]], summary: str) -> Chart:
    """Columns in three parts: linked to what was delivered, linked elsewhere, not linked.

    Args:
        rows: label of a column, and the three numbers.
        summary: what the picture shows, in words.
    """
    height = 260
    chart = _parts(rows).properties(width="container", height=height, autosize=fit())
    chart = columns_of(chart, [row[0] for row in rows]).encode(
        x=columns([row[0] for row in rows]),
        y=upright(highest([(x, sum(n)) for x, *n in rows]), title=chart_word("works")),
        color=_linked_colour(columns=2),
        order=alt.Order("part:O"),
        tooltip=[*told("x"), alt.Tooltip("p:N", title=chart_word("part")), *told("n")],
    )
    return Chart(finished(chart, summary), height)


def linked_bars(
    rows: Sequence[tuple[str, int, int, int]], summary: str, *, are_shares: bool = False
) -> Chart:
    """Bars in three parts, as `linked_columns`; as shares they are equally long."""
    height = len(rows) * STEP + FRAME + _LEGEND
    share = alt.Axis(format="%", title=chart_word("share"), tickCount=4)
    x = (
        alt.X("n:Q", stack="normalize", axis=share)
        if are_shares
        else lying(highest([(x, sum(n)) for x, *n in rows]), title=chart_word("works"))
    )
    chart = (
        _parts(rows)
        .properties(width="container", height=height, autosize=fit())
        .mark_bar()
        .encode(
            y=labels(),
            x=x,
            color=_linked_colour(columns=1),
            order=alt.Order("part:O"),
            tooltip=[*told("x"), alt.Tooltip("p:N", title=chart_word("part")), *told("n")],
        )
    )
    return Chart(finished(chart, summary), height)


def changes(rows: Sequence[tuple[str, int]], summary: str) -> Chart:
    """Bars to the right for what grew and to the left for what shrank, each with its number.

    Args:
        rows: label, and by how much.
        summary: what the picture shows, in words.
    """
    height = len(rows) * STEP + FRAME
    data = inline([{"x": x, "n": n} for x, n in rows])
    # a number stands on the outer side of its bar
    low = min(0, *(n for _, n in rows)) * 1.2
    high = max(0, *(n for _, n in rows)) * 1.2
    axis = alt.Axis(title=chart_word("entities"), format="+,d", tickCount=4, tickMinStep=1)
    base = alt.Chart(data).encode(
        y=labels(),
        x=alt.X("n:Q", axis=axis, scale=alt.Scale(domain=[low, high or 1], nice=False)),
        tooltip=[*told("x"), alt.Tooltip("n:Q", title=chart_word("entities"), format="+,d")],
    )
    colour = alt.condition("datum.n < 0", alt.value(LOST), alt.value(BAR))
    text = alt.Text("n:Q", format="+,d")
    right = base.transform_filter("datum.n >= 0").mark_text(align="left", dx=5)
    left = base.transform_filter("datum.n < 0").mark_text(align="right", dx=-5)
    chart = alt.layer(
        base.mark_bar().encode(color=colour), right.encode(text=text), left.encode(text=text)
    ).properties(width="container", height=height, autosize=fit())
    return Chart(finished(chart, summary), height)


def _parts(rows: Sequence[tuple[str, int, int, int]]) -> alt.Chart:
    """A chart without marks, with a datum for each part of each whole; the rows are written once.

    Numbers that are 0 stay out of the specification, and come back as it is drawn.
    """
    values: list[Row] = []
    for x, *numbers in rows:
        values.append({"x": x} | {f"p{place}": n for place, n in enumerate(numbers) if n})
    names = {f"p{place}": name for place, name in enumerate(_part_names())}
    return (
        alt.Chart(inline(values))
        .transform_fold(list(names), as_=["part", "n"])
        .transform_calculate(n="datum.n || 0", p=f"{json.dumps(names)}[datum.part]")
    )


def _part_names() -> list[str]:
    return [chart_word("delivered"), chart_word("elsewhere"), chart_word("unlinked")]


def _linked_colour(*, columns: int) -> alt.Color:
    scale = alt.Scale(domain=_part_names(), range=list(LINKED_COLOURS))
    legend = alt.Legend(columns=columns, columnPadding=14)
    return alt.Color("p:N", scale=scale, legend=legend, sort=None)
