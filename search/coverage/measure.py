"""From the columns of a release and a selection to the report. Pure, and fast enough for a page."""

from collections.abc import Iterable, Iterator
from typing import Final

from search.coverage.counts import (
    count_completeness,
    count_growth,
    count_overlap,
    count_totals,
    count_values,
    describe_fields,
    select_entities,
    units_of,
)
from search.coverage.linked import measure_links
from search.coverage.report import Report
from search.coverage.selection import Selection
from search.coverage.table import Table

ABSENCE: Final = (
    "Absence here is not evidence of absence: the figures tell what the harvested records state."
)
ROLLED_UP: Final = (
    "A part counts with its whole and a version with its concept; a work is linked when any of its"
    " parts or versions is."
)
EACH: Final = "Each part and each version counts for itself."
STUBS: Final = (
    "Things known only as targets of links are never counted as works. A link to one counts in a"
    " numerator; beside it stands how many works are linked to something that a source delivered."
)


def measure(table: Table, selection: Selection, caveats: Iterable[str] = ()) -> Report:
    """Count everything.

    Args:
        table: the release.
        selection: what is counted.
        caveats: more of what must be known, such as sources that were harvested in part.
    """
    entities = select_entities(table, selection)
    units = units_of(entities)
    totals = count_totals(table, selection, entities)
    by_value = {
        figure: count_values(figure, selection, entities, units.height)
        for figure in (
            *("identifiers", "licences", "access"),
            *("languages", "subjects", "publishers"),
        )
    }
    return Report(
        release=table.number,
        created_at=table.created_at,
        selection=selection,
        totals=totals,
        growth=count_growth(selection, units),
        **by_value,
        overlap=count_overlap(selection, entities),
        fields=describe_fields(selection),
        completeness=count_completeness(table, entities),
        link_coverage=measure_links(table, selection, entities, units),
        caveats=(
            ABSENCE,
            ROLLED_UP if selection.rolled_up else EACH,
            STUBS,
            *_harvests(table),
            *caveats,
        ),
    )


def _harvests(table: Table) -> Iterator[str]:
    """When each source was harvested, and how completely."""
    for source, at, state, announced in table.sources.select(
        "source", "last_harvested_at", "state", "announced"
    ).iter_rows():
        said = f"{source}: last harvested {at or 'at an unknown time'}"
        if state == "never":
            said = f"{source}: not harvested yet"
        elif state and state != "complete":
            said += f", and the harvest is {state}: records are missing"
        if announced is not None and state != "complete":
            said += f"; it announced {announced}"
        yield f"{said}."
