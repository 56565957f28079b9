"""A coverage report as one HTML file: tables, pictures as SVG, caveats and queries; no script.

It needs nothing else to be read or printed, and says which release it was made from.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup

from search.coverage.charts.chart import Chart
from search.coverage.charts.svg import draw
from search.coverage.figures.figure import Figure, Naming
from search.coverage.figures.listing import conditions, list_figures
from search.coverage.report import Report
from search.words import WORDS, fill, plural, thin_spaced

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
_WIDTH: Final = 700
"""Pixels of a picture: what fits on a printed page."""


def write_report(
    report: Report, path: Path, *, titles: Mapping[str, str] | None = None, site: str = "Weft"
) -> None:
    """Write a report as a file.

    Args:
        report: what was counted.
        path: the file; one that is there is replaced.
        titles: what people call a source, by its name.
        site: name of the site for people.

    Raises:
        OSError: the file cannot be written.
        ChartError: a picture cannot be drawn.
    """
    path.write_text(render_report(report, titles=titles, site=site), encoding="utf-8")


def render_report(
    report: Report, *, titles: Mapping[str, str] | None = None, site: str = "Weft"
) -> str:
    """A report as HTML; see `write_report`."""
    naming = Naming(dict(titles or {}))
    figures = list_figures(report, naming)
    return (
        _environment()
        .get_template("coverage_report.html")
        .render(
            site=site,
            report=report,
            figures=figures,
            by_id={figure.id: figure for figure in figures},
            conditions=[label for _, _, label in conditions(report.selection, naming)],
            pictures={figure.id: _picture(figure.chart) for figure in figures if figure.chart},
            queries=_queries(figures),
        )
    )


def _picture(chart: Chart) -> Markup:
    return Markup(draw(chart, width=_WIDTH))  # noqa: S704  # vl-convert escapes the texts in it


def _queries(figures: tuple[Figure, ...]) -> list[tuple[str, str]]:
    """Labels and texts of the queries, each text once."""
    found: dict[str, str] = {}
    for figure in figures:
        for query in figure.queries:
            label = query.label
            found.setdefault(
                query.text, label if label == figure.title else f"{figure.title}: {label}"
            )
    return [(label, text) for text, label in found.items()]


@cache
def _environment() -> jinja2.Environment:
    """The templates; every value is escaped."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    found.globals["words"] = WORDS
    found.filters["number"] = thin_spaced
    found.filters["fill"] = fill
    found.filters["plural"] = plural
    return found
