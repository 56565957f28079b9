"""Where each field of an entity comes from: the record whose own graph says the chosen value.

What a record says is held against what the entity says, so the answer is true of whatever order
the release was made with; the order only tells which of several that agree is named first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from graph.explain.answer import (
    ChosenField,
    GatheredField,
    GatheredValue,
    OtherValue,
    RecordName,
)
from graph.explain.view import View
from graph.relation import PREDICATES, WEFT
from graph.store import Value
from graph.vocabulary import RDF_TYPE, SCHEMA, SPDX

SINGLE: Final[dict[str, str]] = {
    "title": SCHEMA + "name",
    "kind": WEFT + "kind",
    "date": SCHEMA + "datePublished",
    "year": WEFT + "year",
    "licence": SCHEMA + "license",
    "access": WEFT + "access",
    "publisher": SCHEMA + "publisher",
    "version": SCHEMA + "version",
}
"""Fields with one value, taken from one record: name and predicate."""

_WHOLE: Final = {
    "creators": SCHEMA + "creator",
    "editors": SCHEMA + "editor",
    "contributors": SCHEMA + "contributor",
    "sizes": SCHEMA + "size",
}
"""Fields with many values that are taken from one record as a whole."""

_ORDERED_AS: Final = {"editors": "creators", "contributors": "creators", "sizes": "size"}
"""Fields whose order of sources is set under another name."""

_GATHERED: Final = {
    SCHEMA + "identifier": "identifiers",
    SCHEMA + "inLanguage": "languages",
    SCHEMA + "encodingFormat": "formats",
    WEFT + "collaboration": "collaborations",
}
"""Fields that add up, where the name is not that of the predicate."""

_LEFT_OUT: Final = frozenset(
    {
        RDF_TYPE,  # says what weft:kind says
        SCHEMA + "sameAs",  # follows from schema:identifier
        SCHEMA + "isAccessibleForFree",  # follows from weft:access
        WEFT + "fromRecord",
        *PREDICATES,
    }
)

_NUMBERED: Final = re.compile(r".*#[a-z]+-(\d+)")
_LAST: Final = 1_000_000

_Said = Mapping[str, Mapping[str, str]]
"""By predicate: what tells values apart, and each as people read it.

Agents that only one record knows are told apart by name, those with an identifier by its IRI.
"""


@dataclass(frozen=True, slots=True)
class _Record:
    name: RecordName
    says: _Said


def fields_of(
    view: View,
    key: str,
    source_order: Sequence[str],
    field_orders: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, ChosenField | GatheredField]:
    """Every field of an entity by name: those taken from one record first, then those that add up.

    Args:
        view: the release.
        key: the entity's key.
        source_order: names of the sources, the most trusted first; others follow by name.
        field_orders: sources that go before that order, for single fields of
            `graph.entity.ORDERED_FIELDS`.
    """
    iri = view.iri(key)
    merged = _said(view, iri, "")
    by_name = [
        _Record(view.record_name(each), _said(view, iri, each)) for each in view.members(key)
    ]
    records = _in_order(by_name, source_order)
    fields: dict[str, ChosenField | GatheredField] = {}
    for name, predicate in (SINGLE | _WHOLE).items():
        if predicate in merged:
            order = field_orders.get(_ORDERED_AS.get(name, name), ())
            fields[name] = _chosen(predicate, merged, _in_order(records, order))
    for predicate in sorted(merged.keys() - _LEFT_OUT - {*SINGLE.values(), *_WHOLE.values()}):
        name = _GATHERED.get(predicate) or predicate.replace("#", "/").rpartition("/")[2]
        fields[name] = _gathered(predicate, merged, records)
    return fields


def _in_order(records: Sequence[_Record], sources: Sequence[str]) -> list[_Record]:
    rank = {source: place for place, source in enumerate(sources)}
    return sorted(records, key=lambda each: rank.get(each.name.source, len(rank)))


def shown_value(value: str) -> str:
    """A value as people read it: a licence goes by its SPDX identifier."""
    return value.removeprefix(SPDX)


def _chosen(predicate: str, merged: _Said, records: Sequence[_Record]) -> ChosenField:
    speaking = [each for each in records if predicate in each.says]
    exact = [each for each in speaking if each.says[predicate].keys() == merged[predicate].keys()]
    chosen = exact[0].says[predicate] if exact else merged[predicate]
    words = set(chosen.values())
    # one source names the same people by ORCID and another does not: no difference to speak of
    close = [each for each in speaking if set(each.says[predicate].values()) == words]
    agreeing = [*exact, *(each for each in close if each not in exact)]
    is_single = predicate in SINGLE.values()

    def shown(said: Mapping[str, str]) -> str | tuple[str, ...]:
        return ", ".join(sorted(said.values())) if is_single else tuple(said.values())

    return ChosenField(
        value=shown(chosen),
        origin=agreeing[0].name if agreeing else None,
        agree=tuple(each.name for each in agreeing[1:]),
        others=tuple(
            OtherValue(each.name.source, each.name.record, shown(each.says[predicate]))
            for each in speaking
            if each not in agreeing
        ),
    )


def _gathered(predicate: str, merged: _Said, records: Sequence[_Record]) -> GatheredField:
    return GatheredField(
        tuple(
            GatheredValue(
                text,
                tuple(each.name for each in records if value in each.says.get(predicate, {})),
            )
            for value, text in sorted(merged[predicate].items(), key=lambda item: item[1])
        )
    )


def _said(view: View, iri: str, graph: str) -> _Said:
    """What a graph says of an entity."""
    found = ((p, value) for p, value in view.reader.statements(iri, graph) if p not in _LEFT_OUT)
    said: dict[str, dict[str, str]] = {}
    for predicate, node in sorted(found, key=lambda each: _place(each[1])):
        value, text = node.text, shown_value(node.text)
        if node.is_iri:
            text = view.text(value, SCHEMA + "name", graph) or text
        if value.startswith((f"{iri}#", f"{graph}#")):
            value = text  # a name of its own in every graph
        said.setdefault(predicate, {})[value] = text
    return said


def _place(value: Value) -> tuple[int, str]:
    """A sort key that keeps agents in the order of their record as far as their IRIs tell it."""
    numbered = _NUMBERED.fullmatch(value.text) if value.is_iri else None
    return (int(numbered[1]) if numbered else _LAST), value.text
