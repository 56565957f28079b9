"""Figures of link coverage: how much is linked to what, in all, by year and by publisher. Pure.

What they are made of is told in `search.coverage.figures.figure`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from search.coverage.charts.linked import linked_bars, linked_columns
from search.coverage.charts.matrix import share_text
from search.coverage.figures.figure import (
    Figure,
    Line,
    Query,
    newest_first,
    table_words,
    word,
    word_of,
    year_columns,
)
from search.coverage.report import LinkCoverage, LinkedInYear, LinkedOfPublisher, Report
from search.words import fill

_BARS: Final = 10
"""Publishers that a picture shows."""
_NUMBERS: Final = ("linked", "delivered", "counted", "share")

Counted = tuple[str, int, int, int]
"""A label; linked works, those linked to something delivered, all works."""


def link_figures(report: Report) -> tuple[Figure, ...]:
    """All measures together, then each by year and by publisher."""
    found = [_measures(report)]
    for measure in report.link_coverage:
        found += [_by_year(measure, report.created_at), _by_publisher(measure)]
    return tuple(found)


def _measures(report: Report) -> Figure:
    measures = report.link_coverage
    said = [
        fill(
            word("links", "summary" if each.denominator else "no_works"),
            measure=word("measures", each.id),
            n=each.numerator,
            of=each.denominator,
            share=share_text(each.numerator, each.denominator),
        )
        for each in measures
    ]
    rows = [
        (word("measures", each.id), each.numerator, each.delivered, each.denominator)
        for each in measures
    ]
    summary = " ".join(said)
    drawn = _in_parts([row for row in rows if row[3]])
    return Figure(
        id="links",
        group="links",
        title=word("links", "title"),
        summary=summary,
        how=word("links", "how"),
        head=table_words("head", "measure", *_NUMBERS),
        lines=_with_queries(_lines(rows)),
        chart=linked_bars(drawn, summary, are_shares=True) if drawn else None,
        queries=tuple(Query(*pair) for each in measures for pair in _queries(each)),
    )


def _with_queries(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Each number with the query behind it; a measure has three, in the order of its numbers."""
    return tuple(
        Line(line.cells, line.href, (None, *range(3 * place, 3 * place + 3), None))
        for place, line in enumerate(lines)
    )


def _queries(measure: LinkCoverage) -> list[tuple[str, str]]:
    texts = {
        "numerator": measure.numerator_query,
        "delivered": measure.delivered_query,
        "denominator": measure.denominator_query,
    }
    title = word("measures", measure.id)
    return [(f"{title}: {word('links', name)}", text) for name, text in texts.items()]


def _by_year(measure: LinkCoverage, created_at: str) -> Figure:
    rows = {row.year: row for row in measure.by_year}
    table = [_counted(_year(year), [rows[year]]) for year in newest_first(rows)]
    columns = year_columns([year for year in rows if year is not None], created_at)
    drawn = _in_parts(
        _counted(label, [rows[year] for year in years if year in rows]) for label, years in columns
    )
    dated = [row for row in measure.by_year if row.year is not None]
    summary = word("links", "nothing")
    if dated:
        latest = max(dated, key=lambda row: row.year or 0)
        summary = fill(
            word("links", "year_summary"),
            linked=sum(row.numerator for row in dated),
            all=sum(row.denominator for row in dated),
            last=str(latest.year),
            n=latest.numerator,
            of=latest.denominator,
        )
    return Figure(
        id=f"{measure.id}-by-year",
        group=measure.id,
        title=_titled("by_year", measure),
        summary=summary,
        head=table_words("head", "year", *_NUMBERS),
        lines=_lines(table),
        chart=linked_columns(drawn, summary) if drawn and measure.numerator else None,
    )


def _by_publisher(measure: LinkCoverage) -> Figure:
    rows = [_counted(row.publisher or word_of("unknown"), [row]) for row in measure.by_publisher]
    stated = [row for row in measure.by_publisher if row.publisher]
    summary = word("links", "nothing")
    if stated:
        first = stated[0]
        summary = fill(
            word("links", "publisher_summary"),
            publisher=first.publisher,
            n=first.numerator,
            of=first.denominator,
        )
    drawn = _in_parts(rows[:_BARS])
    return Figure(
        id=f"{measure.id}-by-publisher",
        group=measure.id,
        title=_titled("by_publisher", measure),
        summary=summary,
        head=table_words("head", "publisher", *_NUMBERS),
        lines=_lines(rows),
        n_unlisted=max(0, measure.n_publishers - len(stated)),
        chart=linked_bars(drawn, summary) if drawn and measure.numerator else None,
    )


def _titled(name: str, measure: LinkCoverage) -> str:
    return fill(word("links", name), measure=word("measures", measure.id))


def _year(year: int | None) -> str:
    return word_of("unknown_year") if year is None else str(year)


def _counted(label: str, rows: Sequence[LinkedInYear] | Sequence[LinkedOfPublisher]) -> Counted:
    return (
        label,
        sum(row.numerator for row in rows),
        sum(row.delivered for row in rows),
        sum(row.denominator for row in rows),
    )


def _lines(rows: Sequence[Counted]) -> tuple[Line, ...]:
    return tuple(
        Line((label, linked, delivered, of, linked / of if of else None))
        for label, linked, delivered, of in rows
    )


def _in_parts(rows: Iterable[Counted]) -> list[Counted]:
    """The three parts of each whole: linked to what is here, linked elsewhere, not linked."""
    return [
        (label, delivered, linked - delivered, of - linked) for label, linked, delivered, of in rows
    ]
