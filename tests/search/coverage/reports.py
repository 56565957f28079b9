"""Coverage reports made by hand, as small or as large as a test needs."""

from itertools import combinations

from search.coverage.report import (
    Completeness,
    Growth,
    KindCount,
    LinkCoverage,
    LinkedInYear,
    LinkedOfPublisher,
    MetadataField,
    Overlap,
    Report,
    SourceCount,
    Totals,
    Value,
    Values,
    YearCount,
)
from search.coverage.selection import Selection

KINDS = ("dataset", "paper", "software", "book", "chapter", "other")
HOSTILE = "</script><script>alert('x')</script> & \"quotes\""


def values(*rows: tuple[str, int], of: int, n_values: int | None = None) -> Values:
    stated = len([row for row in rows if row[0]])
    return Values(
        rows=tuple(Value(*row) for row in rows),
        n_values=stated if n_values is None else n_values,
        of=of,
        query="SELECT ?value ?n {}",
    )


def linked(
    name: str = "papers-with-data",
    *,
    by_year: tuple[LinkedInYear, ...] = (),
    by_publisher: tuple[LinkedOfPublisher, ...] = (),
    counted: tuple[int, int, int] = (0, 0, 0),
) -> LinkCoverage:
    numerator, delivered, denominator = counted
    return LinkCoverage(
        id=name,
        kind="paper",
        linked_to=("dataset",),
        numerator=numerator,
        delivered=delivered,
        denominator=denominator,
        share=numerator / denominator if denominator else None,
        share_delivered=delivered / denominator if denominator else None,
        relations=("Cites",),
        rolled_up=True,
        by_year=by_year,
        by_publisher=by_publisher,
        n_publishers=len(by_publisher),
        numerator_query="SELECT (1 AS ?n) {}",
        delivered_query="SELECT (2 AS ?n) {}",
        denominator_query="SELECT (3 AS ?n) {}",
    )


def empty_report() -> Report:
    """Nothing is left of the release."""
    nothing = values(of=0)
    return Report(
        release=7,
        created_at="2026-01-02T03:04:05Z",
        selection=Selection(kinds=("paper",)),
        totals=totals(0, (), ()),
        growth=Growth(rows=(), query=""),
        identifiers=nothing,
        licences=nothing,
        access=nothing,
        languages=nothing,
        subjects=nothing,
        publishers=nothing,
        overlap=(),
        fields=(),
        completeness=(),
        link_coverage=(linked(),),
        caveats=("Absence is not evidence.",),
    )


def totals(n: int, kinds: tuple[KindCount, ...], sources: tuple[SourceCount, ...]) -> Totals:
    return Totals(
        entities=n,
        records=n,
        works_rolled_up=n,
        merged=0,
        stubs=0,
        by_kind=kinds,
        by_source=sources,
        entities_query="SELECT (4 AS ?n) {}",
        records_query="",
        works_query="",
        merged_query="",
        stubs_query="",
        by_kind_query="",
        by_source_query="",
    )


def one_paper(text: str = "Zenodo") -> Report:
    """One paper of 2020 from one source; `text` stands wherever a record writes freely."""
    return Report(
        release=7,
        created_at="2026-01-02T03:04:05Z",
        selection=Selection(),
        totals=totals(1, (KindCount("paper", 1, 1),), (SourceCount("zenodo", 1, 1, ""),)),
        growth=Growth(rows=(YearCount(2020, "paper", 1),), query="SELECT ?year {}"),
        identifiers=values(("doi", 1), of=1),
        licences=values(("", 1), of=1),
        access=values(("open", 1), of=1),
        languages=values(("", 1), of=1),
        subjects=values((text, 1), of=1),
        publishers=values((text, 1), of=1),
        overlap=(Overlap(sources=("zenodo",), n=1, query="SELECT (5 AS ?n) {}", records_query=""),),
        fields=(
            MetadataField(
                field="title",
                means="A title.",
                fair="F2",
                principle="Data are described with rich metadata",
                address="https://www.go-fair.org/fair-principles/",
                query="SELECT ?source ?n {}",
            ),
        ),
        completeness=(
            Completeness(source="zenodo", field="title", n=1, of=1, share=1.0, fair="F2"),
        ),
        link_coverage=(
            linked(
                counted=(1, 0, 1),
                by_year=(LinkedInYear(year=2020, numerator=1, delivered=0, denominator=1),),
                by_publisher=(
                    LinkedOfPublisher(publisher=text, numerator=1, delivered=0, denominator=1),
                ),
            ),
        ),
        caveats=(text,),
    )


def large_report() -> Report:
    """A million works of nine sources, from 1500 to 9999."""
    names = tuple(f"source-{n}" for n in range(9))
    sets = [each for size in range(1, 10) for each in combinations(names, size)]
    years = (*range(1500, 2027), 9999, None)
    many = values(
        *((f"a value with a long name, number {n}", 10_000 - n) for n in range(50)),
        ("", 5000),
        of=1_000_000,
        n_values=300_000,
    )
    fields = [f"field_{n}" for n in range(15)]
    measures = (
        "papers-with-data", "data-with-papers", "papers-with-software", "books-with-anything",
    )  # fmt: skip
    return Report(
        release=7,
        created_at="2026-01-02T03:04:05Z",
        selection=Selection(),
        totals=totals(
            1_000_000,
            tuple(KindCount(kind, 166_666, 166_666) for kind in KINDS),
            tuple(SourceCount(name, 200_000, 200_000, "2026-01-01T00:00:00Z") for name in names),
        ),
        growth=Growth(
            rows=tuple(YearCount(year, kind, 300) for year in years for kind in KINDS),
            query="SELECT ?year {}",
        ),
        identifiers=many,
        licences=many,
        access=many,
        languages=many,
        subjects=many,
        publishers=many,
        overlap=tuple(
            Overlap(sources=each, n=900_000 // (place + 1), query="ASK {}", records_query="")
            for place, each in enumerate(sets)
        ),
        fields=(),
        completeness=tuple(
            Completeness(source=name, field=field, n=1, of=3, share=1 / 3, fair="F2")
            for name in names
            for field in fields
        ),
        link_coverage=tuple(
            linked(
                name,
                counted=(2, 1, 4),
                by_year=tuple(
                    LinkedInYear(year=year, numerator=2, delivered=1, denominator=4)
                    for year in years
                ),
                by_publisher=tuple(
                    LinkedOfPublisher(
                        publisher=f"publisher {n}", numerator=2, delivered=1, denominator=4
                    )
                    for n in range(50)
                ),
            )
            for name in measures
        ),
        caveats=(),
    )
