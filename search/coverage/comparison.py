"""What coverage gained and lost from one release to another, figure by figure. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from search.coverage.report import Report, Values
from search.coverage.selection import Selection

Place = tuple[str, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """One number in two releases."""

    figure: str
    """totals, kinds, sources, growth, identifiers, licences, access, languages, subjects,
    publishers, overlap, completeness or the id of a link coverage."""
    of: tuple[str, ...]
    """Which number of the figure, such as `["2012", "dataset"]` of growth."""
    old: int | None
    """Null: the older report has no such row, or does not list it among the commonest."""
    new: int | None
    """Likewise."""
    difference: int | None
    """new - old; null when one lacks it."""
    old_of: int | None = None
    """What `old` is a part of, of completeness and link coverage."""
    new_of: int | None = None


class Comparison(Struct, frozen=True, kw_only=True):
    """Two releases, counted with one selection."""

    old_release: int
    old_created_at: str
    new_release: int
    new_created_at: str
    selection: Selection
    gained: tuple[Difference, ...]
    """Numbers that grew or are new, the largest gain first."""
    lost: tuple[Difference, ...]
    """Numbers that shrank or are gone, the largest loss first."""
    n_unchanged: int
    """Numbers that are as they were."""


def compare(old: Report, new: Report) -> Comparison:
    """What coverage gained and lost.

    Raises:
        ValueError: the reports are not of one selection.
    """
    if old.selection != new.selection:
        raise ValueError("only reports of one selection can be compared")
    before, after = dict(_numbers(old)), dict(_numbers(new))
    found = [
        _difference(place, before.get(place), after.get(place))
        for place in dict.fromkeys((*before, *after))
    ]
    changed = [each for each in found if (each.old, each.old_of) != (each.new, each.new_of)]
    gained = [each for each in changed if _change(each) > 0]
    lost = [each for each in changed if _change(each) <= 0]
    return Comparison(
        old_release=old.release,
        old_created_at=old.created_at,
        new_release=new.release,
        new_created_at=new.created_at,
        selection=new.selection,
        gained=tuple(sorted(gained, key=lambda each: -_change(each))),
        lost=tuple(sorted(lost, key=_change)),
        n_unchanged=len(found) - len(changed),
    )


def _change(each: Difference) -> int:
    """By how much a number grew; of an equal one, by how little of more it now is."""
    grown = (each.new or 0) - (each.old or 0)
    return grown or (each.old_of or 0) - (each.new_of or 0)


def _difference(
    place: Place, old: tuple[int, int | None] | None, new: tuple[int, int | None] | None
) -> Difference:
    return Difference(
        figure=place[0],
        of=place[1:],
        old=old[0] if old else None,
        new=new[0] if new else None,
        difference=new[0] - old[0] if old and new else None,
        old_of=old[1] if old else None,
        new_of=new[1] if new else None,
    )


def _numbers(report: Report) -> Iterator[tuple[Place, tuple[int, int | None]]]:
    """Every number of a report by its place, with what it is a part of where it is a part."""
    totals = report.totals
    for name in ("entities", "records", "works_rolled_up", "merged", "stubs"):
        yield ("totals", name), (getattr(totals, name), None)
    for kind in totals.by_kind:
        yield ("kinds", kind.kind, "entities"), (kind.entities, None)
        yield ("kinds", kind.kind, "works"), (kind.works, None)
    for source in totals.by_source:
        yield ("sources", source.source, "records"), (source.records, None)
        yield ("sources", source.source, "entities"), (source.entities, None)
    for row in report.growth.rows:
        yield ("growth", _year(row.year), row.kind), (row.n, None)
    for name in ("identifiers", "licences", "access", "languages", "subjects", "publishers"):
        values: Values = getattr(report, name)
        for value in values.rows:
            yield (name, value.value), (value.n, None)
    for overlap in report.overlap:
        yield ("overlap", *overlap.sources), (overlap.n, None)
    for field in report.completeness:
        yield ("completeness", field.source, field.field), (field.n, field.of)
    yield from _linked_numbers(report)


def _linked_numbers(report: Report) -> Iterator[tuple[Place, tuple[int, int | None]]]:
    for linked in report.link_coverage:
        yield (linked.id, "numerator"), (linked.numerator, linked.denominator)
        yield (linked.id, "delivered"), (linked.delivered, linked.denominator)
        for in_year in linked.by_year:
            place = (linked.id, "numerator", _year(in_year.year))
            yield place, (in_year.numerator, in_year.denominator)


def _year(year: int | None) -> str:
    return "unknown" if year is None else str(year)
