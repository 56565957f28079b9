"""Figures that lie across sources: which of them overlap, and what each one's records state. Pure.

What they are made of is told in `search.coverage.figures.figure`.
"""

from typing import Final

from search.coverage.charts.matrix import heat_map, share_text, upset
from search.coverage.figures.figure import (
    Figure,
    Line,
    Naming,
    Query,
    counted_words,
    query_list,
    table_words,
    word,
)
from search.coverage.report import Report
from search.words import fill

_COLUMNS: Final = 20
"""Sets of sources that a picture shows."""
_QUERIES: Final = 20
"""Sets whose query is offered; the others are in the table."""


def overlap(report: Report, naming: Naming) -> Figure:
    """Entities by the exact set of their sources."""
    sizes = {
        row.source: row.entities
        for row in sorted(report.totals.by_source, key=lambda row: (-row.entities, row.source))
        if row.entities
    }
    lines = tuple(
        Line((_joined(row.sources, naming), row.n), naming.records_href(row.sources))
        for row in report.overlap
    )
    drawn = [
        (tuple(naming.title(name) for name in row.sources), row.n, naming.records_href(row.sources))
        for row in report.overlap[:_COLUMNS]
    ]
    summary = _overlap_summary(report, naming, len(sizes))
    titles = [(naming.title(name), n) for name, n in sizes.items()]
    return Figure(
        id="overlap",
        group="overlap",
        title=word("overlap", "title"),
        summary=summary,
        how=word("overlap", "how"),
        head=table_words("head", "sources", "entities"),
        lines=lines,
        chart=upset(drawn, titles, summary) if drawn else None,
        queries=query_list(
            *((_joined(row.sources, naming), row.query) for row in report.overlap[:_QUERIES])
        ),
    )


def _joined(sources: tuple[str, ...], naming: Naming) -> str:
    return " + ".join(naming.title(name) for name in sources)


def _overlap_summary(report: Report, naming: Naming, n_sources: int) -> str:
    total = sum(row.n for row in report.overlap)
    if not total:
        return word("completeness", "nothing")
    if n_sources == 1:
        return fill(word("overlap", "one_source"), all=total)
    alone = sum(row.n for row in report.overlap if len(row.sources) == 1)
    largest = report.overlap[0]
    said = fill(
        word("overlap", "summary"),
        n=n_sources,
        alone=alone,
        all=total,
        shared=total - alone,
        sources=_joined(largest.sources, naming),
        largest=largest.n,
    )
    if left := len(report.overlap) - _COLUMNS:
        said += f" {counted_words('overlap', 'not_drawn', left)}" if left > 0 else ""
    return said


def completeness(report: Report, naming: Naming) -> Figure:
    """Metadata completeness by field and source."""
    fair = {row.field: row.fair for row in report.fields}
    fields = list(dict.fromkeys(row.field for row in report.completeness))
    sources = list(dict.fromkeys(row.source for row in report.completeness))
    # rows of the picture: a field and the principle that it serves
    labels = {name: f"{word('fields', name)} · {fair.get(name, '')}" for name in fields}
    cells = [
        (naming.title(row.source), labels[row.field], row.n, row.of) for row in report.completeness
    ]
    summary = _completeness_summary(report, len(sources))
    lines = tuple(
        Line(
            (
                word("fields", row.field),
                row.fair,
                naming.title(row.source),
                row.n,
                row.of,
                row.share if row.of else None,
            )
        )
        for row in report.completeness
    )
    titles = [naming.title(name) for name in sources]
    return Figure(
        id="completeness",
        group="completeness",
        title=word("completeness", "title"),
        summary=summary,
        how=word("completeness", "how"),
        head=table_words("head", "field", "fair", "source", "stated", "records", "share"),
        lines=lines,
        wide_head=(*table_words("head", "field", "fair"), *titles),
        wide_lines=_wide(report, fields, sources, fair),
        chart=heat_map(cells, titles, list(labels.values()), summary) if cells else None,
        queries=tuple(
            Query(word("fields", row.field), row.query) for row in report.fields if row.query
        ),
    )


def _wide(
    report: Report, fields: list[str], sources: list[str], fair: dict[str, str]
) -> tuple[Line, ...]:
    """A line for each field, with numbers and share of each source."""
    found = {(row.field, row.source): (row.n, row.of) for row in report.completeness}
    return tuple(
        Line(
            (
                word("fields", field),
                fair.get(field, ""),
                *(_of(*found.get((field, source), (0, 0))) for source in sources),
            )
        )
        for field in fields
    )


def _of(n: int, of: int) -> str:
    return fill(word("completeness", "cell"), n=n, of=of, share=share_text(n, of))


def _completeness_summary(report: Report, n_sources: int) -> str:
    stated: dict[str, tuple[int, int]] = {}
    for row in report.completeness:
        n, of = stated.get(row.field, (0, 0))
        stated[row.field] = (n + row.n, of + row.of)
    shares = {name: n / of for name, (n, of) in stated.items() if of}
    if not shares:
        return word("completeness", "nothing")
    most = max(shares, key=lambda name: shares[name])
    least = min(shares, key=lambda name: shares[name])
    return fill(
        word("completeness", "summary"),
        fields=len(shares),
        sources=n_sources,
        most=f"{word('fields', most)} ({share_text(*stated[most])})",
        least=f"{word('fields', least)} ({share_text(*stated[least])})",
    )
