"""What the template of the coverage page shows: figures, choices of the form, charts as JSON. Pure.

Charts stand in the page as JSON that no text from a record can end.
"""

from dataclasses import dataclass, replace
from typing import Final

import msgspec
from markupsafe import Markup

from graph.work import Kind
from search.coverage.charts.chart import Specification, configuration
from search.coverage.comparison import compare
from search.coverage.conditions import UNSTATED
from search.coverage.figures.compared import comparison_figure
from search.coverage.figures.figure import Naming, word
from search.coverage.figures.listing import conditions, list_figures
from search.coverage.report import Report, Values
from search.coverage.selection import ALL_RELATIONS, Selection
from search.web.coverage.asking import Asked
from search.web.site import Site
from search.words import WORDS

_GROUPS: Final = ("growth", "values", "overlap", "completeness", "links")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page is made of."""

    asked: Asked
    report: Report
    whole: Report
    """On the whole release: what there is to choose from."""
    releases: tuple[int, ...]
    """Others to compare with."""
    older: Report | None = None
    """On the same selection from the release to compare with; None: it is gone, or not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition that is set, and the page without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be chosen in the form: values, and what they are called."""

    sources: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    publishers: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    licences: tuple[tuple[str, str], ...]
    relations: tuple[str, ...]
    releases: tuple[int, ...]


def view_of(shown: Shown, naming: Naming, site: Site) -> dict[str, object]:
    """The values of the template."""
    asked, report = shown.asked, shown.report
    figures = list_figures(report, naming)
    if shown.older is not None:
        figures = (comparison_figure(compare(shown.older, report), naming), *figures)
    query = asked.query_string()
    since, until, other_years = _years(asked.selection)
    return {
        "asked": asked,
        "report": report,
        "figures": figures,
        "by_id": {figure.id: figure for figure in figures},
        "specs": {
            figure.id: as_json(figure.chart.specification) for figure in figures if figure.chart
        },
        "config": as_json(configuration()),
        "is_gone": asked.against is not None and shown.older is None,
        "uncompared": replace(asked, against=None).address(),
        "more": f"&{query}" if query else "",
        "active": active_conditions(asked, naming),
        "options": _options(shown, site),
        "chosen": _chosen(asked.selection),
        "since": since,
        "until": until,
        "other_years": other_years,
        "contents": _contents(report, is_compared=shown.older is not None),
    }


def active_conditions(asked: Asked, naming: Naming) -> tuple[Condition, ...]:
    """The conditions that leave something out."""
    return tuple(
        Condition(label=label, href=asked.without(name, value).address())
        for name, value, label in conditions(asked.selection, naming)
    )


def as_json(specification: Specification) -> Markup:
    """JSON for a script element: no text in it can end the element or begin a comment.

    Without the description, which the page gives to the picture itself.
    """
    parts = {name: part for name, part in specification.items() if name != "description"}
    text = msgspec.json.encode(parts).decode()
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # what could end it is escaped


def _contents(report: Report, *, is_compared: bool) -> tuple[tuple[str, str], ...]:
    """Parts of the page: fragment and name."""
    found = [("comparison", word("group", "comparison"))] if is_compared else []
    found.append(("totals", word("totals", "title")))
    if report.totals.entities:
        found += [(f"group-{name}", word("group", name)) for name in _GROUPS]
    return tuple(found)


def _options(shown: Shown, site: Site) -> Options:
    whole, chosen = shown.whole, shown.asked.selection
    sources = {row.source: site.source_title(row.source) for row in whole.totals.by_source}
    sources |= {name: site.source_title(name) for name in chosen.sources}
    return Options(
        sources=tuple(sources.items()),
        kinds=tuple((kind.value, kind.value) for kind in Kind),
        publishers=_values(whole.publishers, chosen.publishers),
        languages=_values(whole.languages, chosen.languages),
        licences=_values(whole.licences, chosen.licences),
        relations=ALL_RELATIONS,
        releases=shown.releases,
    )


def _values(counted: Values, chosen: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The commonest values and those chosen; what nobody states is written otherwise."""
    names = dict.fromkeys((*(row.value for row in counted.rows), *chosen))
    unknown = str(WORDS.coverage["unknown"])
    return tuple((name or UNSTATED, name or unknown) for name in names)


def _chosen(selection: Selection) -> dict[str, tuple[str, ...]]:
    """Values of the fields that the form fills in, as they are written in an address."""
    return {
        name: tuple(value or UNSTATED for value in getattr(selection, name))
        for name in ("publishers", "languages", "licences", "collaborations")
    }


def _years(selection: Selection) -> tuple[str, str, tuple[str, ...]]:
    """The span that two fields can show, and the years that they cannot."""
    spans = selection.years
    if len(spans) == 1 and not spans[0].is_unknown:
        return str(spans[0].since or ""), str(spans[0].until or ""), ()
    return "", "", tuple(map(str, spans))
