"""All figures of a report, in the order of the page and of the printed report. Pure."""

from search.coverage.figures.across import completeness, overlap
from search.coverage.figures.figure import Figure, Naming, growth, values
from search.coverage.figures.links import link_figures
from search.coverage.figures.totals import totals
from search.coverage.report import Report
from search.coverage.selection import Selection
from search.words import WORDS, fill

GROUPS = ("totals", "growth", "values", "overlap", "completeness", "links")
"""Parts of the page, in order; those of one link measure follow its own figures."""


def list_figures(report: Report, naming: Naming) -> tuple[Figure, ...]:
    """Every figure that has a table, a chart, or both."""
    return (
        *totals(report, naming),
        growth(report),
        *values(report),
        overlap(report, naming),
        completeness(report, naming),
        *link_figures(report),
    )


def conditions(selection: Selection, naming: Naming) -> tuple[tuple[str, str, str], ...]:
    """What a selection leaves out: parameter, value, and both as people read them."""
    plain = {
        "kind": selection.kinds,
        "publisher": selection.publishers,
        "language": selection.languages,
        "licence": selection.licences,
        "collaboration": selection.collaborations,
    }
    found = [("source", name, naming.title(name)) for name in selection.sources]
    found += [("year", str(years), str(years)) for years in selection.years]
    for parameter, texts in plain.items():
        found += [(parameter, text, text or str(WORDS.coverage["unknown"])) for text in texts]
    words = WORDS.coverage["condition"]
    if not isinstance(words, dict):
        raise TypeError("no words: condition")
    return tuple(
        (parameter, value, fill(str(words[parameter]), value=said))
        for parameter, value, said in found
    )
