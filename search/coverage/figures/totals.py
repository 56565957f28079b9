"""Figures of how much there is: in all, by kind and by source. Pure.

What they are made of is told in `search.coverage.figures.figure`.
"""

from search.coverage.figures.figure import Figure, Line, Naming, query_list, table_words, word
from search.coverage.report import Report


def totals(report: Report, naming: Naming) -> tuple[Figure, ...]:
    """How much there is: in all, by kind, by source."""
    counted = report.totals
    numbers = {
        "works": (counted.works_rolled_up, counted.works_query),
        "entities": (counted.entities, counted.entities_query),
        "records": (counted.records, counted.records_query),
        "merged": (counted.merged, counted.merged_query),
        "stubs": (counted.stubs, counted.stubs_query),
    }
    kinds = tuple(Line((row.kind, row.works, row.entities)) for row in counted.by_kind)
    sources = tuple(
        Line((naming.title(row.source), row.records, row.entities, row.last_harvested_at[:10]))
        for row in counted.by_source
    )
    return (
        Figure(
            id="totals",
            group="totals",
            title=word("totals", "title"),
            summary="",
            head=table_words("head", "figure", "all"),
            lines=tuple(Line((word("totals", name), n)) for name, (n, _) in numbers.items()),
            queries=query_list(
                *((word("totals", name), query) for name, (_, query) in numbers.items())
            ),
        ),
        Figure(
            id="kinds",
            group="totals",
            title=word("totals", "kinds"),
            summary="",
            head=table_words("head", "kind", "works", "entities"),
            lines=kinds,
            queries=query_list((word("totals", "kinds"), counted.by_kind_query)),
        ),
        Figure(
            id="sources",
            group="totals",
            title=word("totals", "sources"),
            summary="",
            head=table_words("head", "source", "records", "entities", "harvested"),
            lines=sources,
            queries=query_list((word("totals", "sources"), counted.by_source_query)),
        ),
    )
