"""Finds the entities whose records disagree on a field that has one value, and counts them.

Every record graph holds that record's own statements, so what the sources say can be compared
after the merge has chosen. `docs/explain.md` has the SPARQL query that counts the same.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

from graph.explain.answer import Conflict, ConflictCount, Conflicts, ConflictValue
from graph.explain.fields import SINGLE, shown_value
from graph.explain.view import View
from graph.relation import PROV, WEFT

_Pair = tuple[str, str]
"""Two sources, by name."""


def find_conflicts(
    view: View, source: str | None = None, fields: Collection[str] = tuple(SINGLE)
) -> Conflicts:
    """All disagreements between records of one entity.

    A date that is only less exact than another, such as 2012 beside 2012-09-17, is none.

    Args:
        view: the release.
        source: only those with a record of this source on one side; None = all.
        fields: names of `SINGLE` to look at.
    """
    counts: Counter[tuple[str, _Pair]] = Counter()
    conflicts = []
    for key in _merged_keys(view):
        records = view.members(key)
        for field in fields:
            says = _says(view, key, records, SINGLE[field])
            if pairs := _disagreeing(view, says, is_date=field == "date", source=source):
                counts.update((field, pair) for pair in pairs)
                conflicts.append(_conflict(view, key, field, says))
    return Conflicts(
        counts=tuple(
            ConflictCount(field=field, sources=pair, entities=count)
            for (field, pair), count in sorted(
                counts.items(), key=lambda item: (list(SINGLE).index(item[0][0]), -item[1], item[0])
            )
        ),
        conflicts=tuple(conflicts),
    )


def _merged_keys(view: View) -> list[str]:
    """Keys of the entities with more than one record: those of a decision to join."""
    keys = set()
    for decision in view.reader.subjects(WEFT + "outcome", WEFT + "together", view.decisions_iri):
        record = view.text(decision, PROV + "used", view.decisions_iri)
        if key := view.entity_of(record):
            keys.add(key)
    return sorted(keys)


def _says(view: View, key: str, records: tuple[str, ...], predicate: str) -> dict[str, str]:
    """What each record says, by its IRI; those that say nothing are left out."""
    iri = view.iri(key)
    said = ((record, view.text(iri, predicate, record)) for record in records)
    return {record: value for record, value in said if value}


def _disagreeing(
    view: View, says: Mapping[str, str], *, is_date: bool, source: str | None
) -> set[_Pair]:
    """The pairs of sources that have records with different values."""
    return {
        pair
        for (one, value), (other, another) in combinations(says.items(), 2)
        if value != another and not (is_date and _is_less_exact(value, another))
        if source in (None, *(pair := _pair(view, one, other)))
    }


def _is_less_exact(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _pair(view: View, one: str, other: str) -> _Pair:
    first, second = sorted((view.name(one)[0], view.name(other)[0]))
    return first, second


def _conflict(view: View, key: str, field: str, says: Mapping[str, str]) -> Conflict:
    by_value: dict[str, list[str]] = {}
    for record, value in says.items():
        by_value.setdefault(value, []).append(record)
    return Conflict(
        entity=key,
        field=field,
        chosen=shown_value(view.text(view.iri(key), SINGLE[field])),
        values=tuple(_values(view, by_value)),
    )


def _values(view: View, by_value: Mapping[str, list[str]]) -> Iterator[ConflictValue]:
    for value, records in sorted(by_value.items()):
        yield ConflictValue(shown_value(value), tuple(map(view.record_name, records)))
