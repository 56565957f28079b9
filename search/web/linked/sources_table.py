"""Who said what of an entity: a table of its fields with what each record states. Pure.

Which value stands on the page, and why, is read off `graph.explain.fields`; the rule that chooses
is `graph.entity.merge`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graph.explain.answer import ChosenField, GatheredField, RecordName

_MAX_VALUES: Final = 12
"""Values of a field that adds up which a table shows."""
_MAX_NAMES: Final = 8
"""Names of a list of people that a table shows."""
_ORDER: Final = (
    *("title", "kind", "creators", "editors", "contributors", "collaborations", "date", "year"),
    *("publisher", "version", "licence", "access", "languages", "identifiers", "keywords"),
)
"""Fields in the order of the page; others follow by name."""


class Why(StrEnum):
    """Why a value stands on the page."""

    AGREED = "agreed"
    """All records that say anything say this."""
    ORDER = "order"
    """Its record is the first, in the configured order of sources, that says anything."""
    TELLING = "telling"
    """It is the kind that says most."""
    ADDED = "added"
    """All values of all records are kept."""
    NONE = "none"
    """No record says just this: it is put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a field."""

    texts: tuple[str, ...]
    """The value; of a list of people the first names."""
    n_more: int = 0
    """Names of the list that are not in `texts`."""
    is_chosen: bool = True
    """Whether it stands on the page."""
    records: tuple[RecordName, ...] = ()
    """Which records state it, the one it was taken from first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field with all that is said of it."""

    field: str
    why: Why
    values: tuple[Value, ...]
    """The one on the page first."""
    n_more: int = 0
    """Values past those shown."""

    @property
    def is_disputed(self) -> bool:
        """Whether records say something else than the page."""
        return any(not value.is_chosen for value in self.values)


def read_rows(
    fields: Mapping[str, ChosenField | GatheredField], is_hidden: Callable[[str], bool]
) -> tuple[Row, ...]:
    """A table of fields.

    Args:
        fields: as `graph.explain.fields.fields_of` gives them.
        is_hidden: of a field's name, whether no page shows it.
    """
    names = sorted(fields, key=lambda name: (_place(name), name))
    rows = [_row(name, fields[name]) for name in names if not is_hidden(name)]
    # the year is that of the date: worth a line only where the records differ on it
    has_date = "date" in fields
    return tuple(row for row in rows if row.field != "year" or not has_date or row.is_disputed)


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _row(name: str, field: ChosenField | GatheredField) -> Row:
    if isinstance(field, GatheredField):
        values = tuple(
            Value(texts=(each.value,), records=each.records) for each in field.values[:_MAX_VALUES]
        )
        return Row(field=name, why=Why.ADDED, values=values, n_more=len(field.values) - len(values))
    said = (field.origin, *field.agree) if field.origin else ()
    others: dict[str | tuple[str, ...], list[RecordName]] = {}
    for other in field.others:
        others.setdefault(other.value, []).append(RecordName(other.source, other.record))
    values = (
        _value(field.value, said, is_chosen=True),
        *(_value(value, records, is_chosen=False) for value, records in others.items()),
    )
    return Row(
        field=name,
        why=_why(name, field),
        values=values[:_MAX_VALUES],
        n_more=max(0, len(values) - _MAX_VALUES),
    )


def _value(
    value: str | tuple[str, ...], records: Iterable[RecordName], *, is_chosen: bool
) -> Value:
    texts = (value,) if isinstance(value, str) else value
    return Value(
        texts=texts[:_MAX_NAMES],
        n_more=max(0, len(texts) - _MAX_NAMES),
        is_chosen=is_chosen,
        records=tuple(records),
    )


def _why(name: str, field: ChosenField) -> Why:
    if field.origin is None:
        return Why.NONE
    if not field.others:
        return Why.AGREED
    return Why.TELLING if name == "kind" else Why.ORDER
