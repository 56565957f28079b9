"""Charts of coverage figures as Vega-Lite specifications, made with Altair: rows in, mapping out.

The same specification is drawn by Vega in a page and turned to SVG for a report (`svg.py`). Text
and lines take the colour of the words around the picture, so that it is legible in light and dark;
marks have colours that colour-blind people tell apart. Specification:
https://vega.github.io/vega-lite/docs/
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import altair as alt
from msgspec import Struct

from graph.work import Kind
from search.words import WORDS

Specification = dict[str, object]
"""A Vega-Lite specification, without its configuration; see `configuration`."""
Row = dict[str, str | int | float | bool | None]
"""One datum of a chart."""

KIND_COLOURS: Final[dict[str, str]] = {
    Kind.DATASET: "#0072b2",
    Kind.PAPER: "#cc79a7",
    Kind.SOFTWARE: "#d55e00",
    Kind.BOOK: "#009e73",
    Kind.CHAPTER: "#b3a100",
    Kind.OTHER: "#8a8f8e",
}
"""After the palette of Okabe and Ito, which people with any colour vision tell apart:
https://jfly.uni-koeln.de/color/"""
BAR: Final = "#15857a"
UNKNOWN: Final = "#9aa19f"
"""Of what nobody states."""
STEP: Final = 24
"""Pixels from one bar to the next."""
FRAME: Final = 46
"""Pixels that the axis and its title take below bars."""
_LABEL: Final = 170
"""Pixels a label may take beside its bar: half of a phone."""
_ROOM: Final = 1.18
"""How much longer an axis is than its longest bar."""
_FEW: Final = 8
_WIDEST: Final = 36
"""Pixels of a column when there are few."""
_NUMBERS: Final = 5
"""Numbers that are written along an axis, besides 0."""
_TICKS: Final = 12
"""Years that are written along an axis."""


class Chart(Struct, frozen=True):
    """A specification and the height of its picture."""

    specification: Specification
    height: int
    """Pixels; kept free before the picture is drawn."""
    is_wide: bool = False
    """Whether its width follows from what it shows, not from the place it has."""


def configuration() -> Specification:
    """What all charts share; part of no specification, so that a page holds it once."""
    font = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, sans-serif"
    ink = "currentColor"
    return {
        "background": "transparent",
        "font": font,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "domainColor": ink,
            "domainOpacity": 0.4,
            "tickColor": ink,
            "tickOpacity": 0.4,
            "gridColor": ink,
            "gridOpacity": 0.12,
            "labelColor": ink,
            "labelFontSize": 12,
            "titleColor": ink,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        "legend": {
            "labelColor": ink,
            "labelFontSize": 12,
            "titleColor": ink,
            "symbolType": "square",
            "orient": "top",
            "title": None,
        },
        "text": {"color": ink, "fontSize": 12},
        "bar": {"color": BAR},
    }


def finished(chart: alt.TopLevelMixin, summary: str) -> Specification:
    """A chart as a specification: without configuration, described in words."""
    made: Specification = chart.to_dict(validate=False)
    made.pop("config", None)
    made.pop("$schema", None)
    made["description"] = summary
    return made


def by_kind(rows: Sequence[tuple[str, str, int]], summary: str) -> Chart:
    """Stacked columns.

    Args:
        rows: label of a column, kind, number; columns in order.
        summary: what the picture shows, in words.
    """
    height = 300
    kinds = [kind for kind in KIND_COLOURS if any(row[1] == kind for row in rows)]
    scale = alt.Scale(domain=kinds, range=[KIND_COLOURS[kind] for kind in kinds])
    names = inline([{"x": x, "kind": kind, "n": n} for x, kind, n in rows])
    chart = alt.Chart(names, width="container", height=height, autosize=fit())
    chart = columns_of(chart, [row[0] for row in rows]).encode(
        x=columns([row[0] for row in rows]),
        y=upright(highest([(x, n) for x, _, n in rows]), title=chart_word("works")),
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend(columns=3)),
        tooltip=[*told("x"), alt.Tooltip("kind:N", title=chart_word("kind")), *told("n")],
    )
    return Chart(finished(chart, summary), height)


def bars(rows: Sequence[tuple[str, int, bool]], summary: str) -> Chart:
    """Bars that lie, each with its number at its end.

    Args:
        rows: label, number, and whether it stands for what is not known.
        summary: what the picture shows, in words.
    """
    height = len(rows) * STEP + FRAME
    values: list[Row] = [{"x": x, "n": n} for x, n, _ in rows]
    for value, (_, _, unknown) in zip(values, rows, strict=True):
        if unknown:
            value["u"] = 1
    data = inline(values)
    base = alt.Chart(data).encode(
        y=labels(),
        x=lying(highest([(x, n) for x, n, _ in rows]), title=chart_word("works"), room=_ROOM),
        tooltip=[*told("x"), *told("n")],
    )
    colour = alt.condition("datum.u", alt.value(UNKNOWN), alt.value(BAR))
    ends = base.mark_text(align="left", dx=5).encode(text=alt.Text("n:Q", format=",d"))
    chart = alt.layer(base.mark_bar().encode(color=colour), ends).properties(
        width="container", height=height, autosize=fit()
    )
    return Chart(finished(chart, summary), height)


def columns(labels: Sequence[str]) -> alt.X:
    """An axis with all columns, of which some are named."""
    order = list(dict.fromkeys(labels))
    every = -(-len(order) // _TICKS)
    # counted from the right: the latest year is the one looked for
    named = order[::-1][::every][::-1]
    axis = alt.Axis(values=named, labelAngle=0, title=None, labelOverlap="greedy", tickSize=4)
    return alt.X("x:O", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.12))


def columns_of(chart: alt.Chart, labels: Sequence[str]) -> alt.Chart:
    """The marks of columns; few are not made as wide as a picture."""
    made: alt.Chart = chart.mark_bar(size=_WIDEST) if len(set(labels)) < _FEW else chart.mark_bar()
    return made


def labels() -> alt.Y:
    """Names of bars that lie, in the order of the data."""
    axis = alt.Axis(title=None, ticks=False, domain=False, labelLimit=_LABEL, labelPadding=6)
    return alt.Y("x:N", sort=None, axis=axis)


def upright(top: int, *, title: str, room: float = 1.0) -> alt.Y:
    """The field n along an upright axis from 0 to `top`, and as much further as `room` times it."""
    top = max(top, 1)
    scale = alt.Scale(domain=[0, top * room], nice=False)
    return alt.Y("n:Q", axis=_whole_numbers(top, title), scale=scale)


def lying(top: int, *, title: str, room: float = 1.0) -> alt.X:
    """The field n along a lying axis, as `upright`."""
    top = max(top, 1)
    scale = alt.Scale(domain=[0, top * room], nice=False)
    return alt.X("n:Q", axis=_whole_numbers(top, title), scale=scale)


def inline(values: list[Row]) -> alt.Data:
    """Data that stand in the specification."""
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


def _whole_numbers(top: int, title: str) -> alt.Axis:
    return alt.Axis(title=title, format=",d", values=list(range(0, top + 1, _step(top))))


def _step(top: int) -> int:
    """How far apart the numbers of an axis are, so that there are no more than five."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if top <= factor * power * _NUMBERS:
                return factor * power
        power *= 10


def highest(rows: Sequence[tuple[str, int]]) -> int:
    """The largest sum of the numbers that have one label."""
    sums: Counter[str] = Counter()
    for label, n in rows:
        sums[label] += n
    return max(sums.values(), default=0)


def told(field: str) -> list[alt.Tooltip]:
    """What is told of a mark when it is pointed at: its label x, or its number n."""
    if field == "n":
        return [alt.Tooltip("n:Q", title=chart_word("works"), format=",d")]
    return [alt.Tooltip(f"{field}:N", title=chart_word("value"))]


def fit() -> alt.AutoSizeParams:
    """The height is that of the whole picture, axis and legend with it."""
    return alt.AutoSizeParams(type="fit", contains="padding")


def chart_word(name: str) -> str:
    """A word of the charts.

    Raises:
        KeyError: there is none of that name.
    """
    words = WORDS.coverage["chart"]
    found = words[name] if isinstance(words, dict) else None
    if not isinstance(found, str):
        raise KeyError(f"no words for {name} of a chart")
    return found
