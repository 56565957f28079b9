"""What the queries that a report shows answer, as the figures that they are shown with."""

from collections.abc import Callable

from graph.store import GraphReader
from search.coverage.queries import NO_YEAR
from search.coverage.report import Report, Values

Figures = dict[str, object]


def figures_of(report: Report) -> Figures:
    """The figures of a report that a query gives, by name."""
    totals = report.totals
    found: Figures = {
        "entities": totals.entities,
        "records": totals.records,
        "works": totals.works_rolled_up,
        "merged": totals.merged,
        "stubs": totals.stubs,
        "kinds": {row.kind: row.entities for row in totals.by_kind},
        "sources": {row.source: (row.records, row.entities) for row in totals.by_source},
        "growth": {(row.year, row.kind): row.n for row in report.growth.rows},
    }
    for name, values in _values(report):
        found[name] = {row.value: row.n for row in values.rows if row.value}
        found[f"{name}, different"] = values.n_values
    for overlap in report.overlap:
        found[f"overlap {overlap.sources}"] = overlap.n
    for field in report.fields:
        rows = [row for row in report.completeness if row.field == field.field and row.n]
        found[f"complete {field.field}"] = {row.source: row.n for row in rows}
    for linked in report.link_coverage:
        found[linked.id] = (linked.numerator, linked.delivered, linked.denominator)
        found[f"{linked.id}, shares"] = (linked.share, linked.share_delivered)
        found[f"{linked.id}, by year"] = {
            row.year: (row.numerator, row.delivered, row.denominator) for row in linked.by_year
        }
        found[f"{linked.id}, by publisher"] = {
            row.publisher: (row.numerator, row.delivered, row.denominator)
            for row in linked.by_publisher
        }
    return found


def figures_asked(report: Report, graph: GraphReader) -> Figures:
    """The same, as the graph answers the queries."""
    totals = report.totals

    def number(query: str) -> int:
        ((n,),) = graph.rows(query)
        return int(n)

    found: Figures = {
        "entities": number(totals.entities_query),
        "records": number(totals.records_query),
        "works": number(totals.works_query),
        "merged": number(totals.merged_query),
        "stubs": number(totals.stubs_query),
        "kinds": {kind: int(n) for kind, n in graph.rows(totals.by_kind_query)},
        "sources": {
            source: (int(n), int(n_entities))
            for source, n, n_entities in graph.rows(totals.by_source_query)
        },
        "growth": {
            (None if int(year) == NO_YEAR else int(year), kind): int(n)
            for year, kind, n in graph.rows(report.growth.query)
        },
    }
    for name, values in _values(report):
        rows = graph.rows(values.query)
        listed = {row.value for row in values.rows}
        found[name] = {value: int(n) for value, n in rows if value in listed}
        found[f"{name}, different"] = len(rows)
    for overlap in report.overlap:
        found[f"overlap {overlap.sources}"] = number(overlap.query)
    for field in report.fields:
        found[f"complete {field.field}"] = {source: int(n) for source, n in graph.rows(field.query)}
    for linked in report.link_coverage:
        found[linked.id] = (
            number(linked.numerator_query),
            number(linked.delivered_query),
            number(linked.denominator_query),
        )
    return found


def n_queries(report: Report) -> int:
    """How many queries a report shows, wherever they stand."""
    return _count(report, lambda name: name.endswith("query"))


def _count(value: object, is_one: Callable[[str], bool]) -> int:
    if isinstance(value, tuple):
        return sum(_count(each, is_one) for each in value)
    fields: tuple[str, ...] = getattr(value, "__struct_fields__", ())
    return sum(is_one(name) + _count(getattr(value, name), is_one) for name in fields)


def _values(report: Report) -> tuple[tuple[str, Values], ...]:
    names = ("identifiers", "licences", "access", "languages", "subjects", "publishers")
    return tuple((name, getattr(report, name)) for name in names)
