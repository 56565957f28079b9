"""The figure of two releases: which numbers of coverage grew and which shrank. Pure.

What it is made of is told in `search.coverage.figures.figure`.
"""

from typing import Final

from search.coverage.charts.linked import changes
from search.coverage.comparison import Comparison, Difference
from search.coverage.figures.figure import Cell, Figure, Line, Naming, counted_words, word, word_of
from search.words import fill

_BARS: Final = 16
"""Kinds and sources that a picture shows."""
_VALUE_FIGURES: Final = (
    *("identifiers", "licences", "access"),
    *("languages", "subjects", "publishers"),
)


def comparison_figure(comparison: Comparison, naming: Naming) -> Figure:
    """All numbers that differ, those that grew first; files have every one."""
    found = (*comparison.gained, *comparison.lost)
    old, new = comparison.old_release, comparison.new_release
    summary = fill(
        word("comparison", "summary"),
        gained=counted_words("comparison", "gained", len(comparison.gained)),
        lost=counted_words("comparison", "lost", len(comparison.lost)),
        unchanged=counted_words("comparison", "unchanged", comparison.n_unchanged),
    )
    drawn = _drawn(found, naming)
    release = word("head", "earlier")
    return Figure(
        id="comparison",
        group="comparison",
        title=fill(word("comparison", "title"), number=str(old)),
        summary=summary if found else word("comparison", "same"),
        how=word("comparison", "how"),
        head=(
            *(word("head", "figure"), word("head", "value")),
            *(fill(release, number=str(old)), fill(release, number=str(new))),
            word("head", "change"),
        ),
        lines=tuple(_line(each, naming) for each in found),
        chart=changes(drawn, summary) if drawn else None,
    )


def _line(each: Difference, naming: Naming) -> Line:
    change: Cell = each.difference
    if each.difference is not None and each.difference > 0:
        change = f"+{each.difference}"
    return Line(
        (
            _figure_name(each.figure),
            _named(each, naming),
            _part(each.old, each.old_of),
            _part(each.new, each.new_of),
            change,
        )
    )


def _part(n: int | None, of: int | None) -> Cell:
    return n if n is None or of is None else fill(word("comparison", "part"), n=n, of=of)


def _figure_name(figure: str) -> str:
    if figure in _VALUE_FIGURES:
        return word(f"values.{figure}", "title")
    named = {
        "totals": word("totals", "title"),
        "kinds": word("head", "kind"),
        "sources": word("head", "source"),
        "growth": word("group", "growth"),
        "overlap": word("group", "overlap"),
        "completeness": word("group", "completeness"),
    }
    return named.get(figure) or word("measures", figure)


def _named(each: Difference, naming: Naming) -> str:
    """Which number of its figure, as people read it."""
    first, rest = each.of[0], each.of[1:]
    match each.figure:
        case "totals":
            found = word("totals", first.removesuffix("_rolled_up"))
        case "sources" | "completeness":
            table = "chart" if each.figure == "sources" else "fields"
            found = f"{naming.title(first)}: {word(table, rest[0])}"
        case "kinds":
            found = f"{first}: {word('chart', rest[0])}"
        case "overlap":
            found = " + ".join(naming.title(name) for name in each.of)
        case "growth":
            found = " ".join(each.of)
        case _ if each.figure in _VALUE_FIGURES:
            found = first or word_of("unknown")
        case _:
            found = ", ".join(word("links", part) for part in each.of)
    return found


def _drawn(found: tuple[Difference, ...], naming: Naming) -> list[tuple[str, int]]:
    """How many entities more or fewer of a kind and of a source, the largest change first."""
    rows = [
        (_named(each, naming).rpartition(":")[0], (each.new or 0) - (each.old or 0))
        for each in found
        if each.figure in ("kinds", "sources") and each.of[1] == "entities"
    ]
    return sorted(rows, key=lambda row: -abs(row[1]))[:_BARS]
