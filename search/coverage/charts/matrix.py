"""Charts of what lies across sources, made with Altair: which sources overlap, what they state.

The picture of overlap is an UpSet plot (Lex et al. 2014, https://upset.app/): bars of exact
intersections above a matrix of dots. That of metadata completeness is a heat map.
"""

from collections.abc import Sequence

import altair as alt

from search.coverage.charts.chart import (
    BAR,
    Chart,
    Row,
    Specification,
    chart_word,
    finished,
    inline,
    upright,
)

_BAND = 34
"""Pixels from one intersection to the next."""
_ROW = 24
_BARS = 150
_CELL = 62
_CELL_HEIGHT = 26
_LABEL = 190
_DARK_FROM = 0.55
"""Share from which a cell is so dark that its number is white."""
_SCALE = ("#f1f5ee", "#b9dcd2", "#6bb5aa", "#2a8580", "#0b4f52")
"""Light to dark, so that no colour vision is needed to read it."""
_EMPTY = "#8a8f8e"


def upset(
    columns: Sequence[tuple[tuple[str, ...], int, str]],
    sources: Sequence[tuple[str, int]],
    summary: str,
) -> Chart:
    """Bars of exact intersections above a dot for each source in one.

    Args:
        columns: sources, number of entities, and address of their list (empty: none); in order.
        sources: what each source is called, and how many entities it has in all; in order.
        summary: what the picture shows, in words.
    """
    rows = {name: f"{name} · {n:,}".replace(",", "\u202f") for name, n in sources}
    x = alt.X("i:O", axis=None, scale=alt.Scale(paddingInner=0.25))
    width = max(len(columns), 1) * _BAND
    parts = [
        _intersections(columns, x).properties(width=width, height=_BARS),
        _matrix(columns, rows, x).properties(width=width, height=len(rows) * _ROW),
    ]
    chart = alt.vconcat(*parts, spacing=4).resolve_scale(x="shared")
    height = _BARS + len(rows) * _ROW + 34
    return Chart(finished(chart, summary), height, is_wide=True)


def _intersections(columns: Sequence[tuple[tuple[str, ...], int, str]], x: alt.X) -> alt.LayerChart:
    values: list[Row] = []
    for place, (names, n, href) in enumerate(columns):
        values.append({"i": place, "n": n, "s": " + ".join(names)})
        if href:
            values[-1]["href"] = href
    tooltip = [
        alt.Tooltip("s:N", title=chart_word("exactly")),
        alt.Tooltip("n:Q", title=chart_word("entities"), format=",d"),
    ]
    base = alt.Chart(inline(values)).encode(x=x, tooltip=tooltip)
    if any(href for *_, href in columns):
        base = base.encode(href="href:N")
    top = max((n for _, n, _ in columns), default=0)
    y = upright(top, title=chart_word("entities"), room=1.1)
    numbers = base.mark_text(dy=-7, fontSize=10).encode(y=y, text=alt.Text("n:Q", format=".3~s"))
    return alt.LayerChart(layer=[base.mark_bar(color=BAR).encode(y=y), numbers])


def _matrix(
    columns: Sequence[tuple[tuple[str, ...], int, str]], rows: dict[str, str], x: alt.X
) -> alt.LayerChart:
    dots: list[Row] = [
        {"i": place, "s": row, "in": int(name in names)}
        for place, (names, _, _) in enumerate(columns)
        for name, row in rows.items()
    ]
    order = list(rows.values())
    lines: list[Row] = []
    for place, (names, _, _) in enumerate(columns):
        inside = [row for name, row in rows.items() if name in names]
        if len(inside) > 1:
            lines.append({"i": place, "s": inside[0], "e": inside[-1]})
    axis = alt.Axis(title=None, ticks=False, domain=False, labelLimit=_LABEL, labelPadding=6)
    y = alt.Y("s:N", sort=order, axis=axis, scale=alt.Scale(domain=order))
    all_dots = alt.Chart(inline(dots)).mark_circle(size=90, opacity=1)
    opacity = alt.condition("datum.in", alt.value(1), alt.value(0.18))
    layers: list[alt.Chart] = [
        all_dots.encode(
            x=x, y=y, opacity=opacity, color=alt.value("currentColor"), tooltip=alt.value(None)
        )
    ]
    if lines:
        rule = alt.Chart(inline(lines)).mark_rule(strokeWidth=2, color="currentColor")
        layers.append(rule.encode(x=x, y=y, y2="e:N"))
    return alt.LayerChart(layer=layers)


def heat_map(
    cells: Sequence[tuple[str, str, int, int]],
    sources: Sequence[str],
    fields: Sequence[str],
    summary: str,
) -> Chart:
    """A cell for each field and source, with its share.

    Args:
        cells: source, field, how many records state it, of how many.
        sources: what stands above the columns, in order.
        fields: what stands before the rows, in order.
        summary: what the picture shows, in words.
    """
    values: list[Row] = [
        {
            "s": source,
            "f": field,
            "n": n,
            "of": of,
            "t": share_text(n, of),
        }
        for source, field, n, of in cells
    ]
    base = _grid(inline(values), sources, fields)
    scale = alt.Scale(domain=[0, 1], range=list(_SCALE), clamp=True)
    fill = alt.Color("share:Q", scale=scale, legend=None)
    squares = base.mark_rect(invalid=None).encode(
        color=alt.condition("datum.share === null", alt.value(_EMPTY), fill)
    )
    ink = alt.condition(f"datum.share > {_DARK_FROM}", alt.value("#ffffff"), alt.value("#1d2423"))
    numbers = base.mark_text(fontSize=11).encode(text="t:N", color=ink)
    chart = alt.layer(squares, numbers)
    height = len(fields) * _CELL_HEIGHT + 90
    specification: Specification = finished(chart, summary)
    return Chart(specification, height, is_wide=True)


def _grid(data: alt.Data, sources: Sequence[str], fields: Sequence[str]) -> alt.Chart:
    """Fields below each other, sources beside each other, and what is told of a cell."""
    top = alt.Axis(
        orient="top",
        title=None,
        labelAngle=-35,
        labelAlign="left",
        ticks=False,
        domain=False,
        labelLimit=130,
    )
    side = alt.Axis(title=None, ticks=False, domain=False, labelLimit=_LABEL, labelPadding=6)
    whole = alt.Chart(
        data,
        width=max(len(sources), 1) * _CELL,
        height=max(len(fields), 1) * _CELL_HEIGHT,
    ).transform_calculate(share="datum.of ? datum.n / datum.of : null")
    return whole.encode(
        x=alt.X("s:N", sort=list(sources), axis=top),
        y=alt.Y("f:N", sort=list(fields), axis=side),
        tooltip=[
            alt.Tooltip("s:N", title=chart_word("source")),
            alt.Tooltip("f:N", title=chart_word("field")),
            alt.Tooltip("n:Q", title=chart_word("records"), format=",d"),
            alt.Tooltip("of:Q", title=chart_word("of"), format=",d"),
        ],
    )


def share_text(n: int, of: int) -> str:
    """A share as it fits into a cell; only none is 0 % and only all is 100 %.

    >>> share_text(1, 1000), share_text(999, 1000), share_text(2, 4), share_text(0, 0)
    ('<1%', '>99%', '50%', '-')
    """
    if not of:
        return "-"
    percent = round(100 * n / of)
    if n and not percent:
        return "<1%"
    return ">99%" if n < of and percent == 100 else f"{percent}%"  # noqa: PLR2004  # per cent
