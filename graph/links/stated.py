"""Links with all that state them: who, in which words, when, and which rule read it.

A record states links of its own entity only, in the record's named graph; so the statements of a
link stand in the graphs of the records of its two ends, and hubs cost no more than others.
"""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from graph.explain.answer import Statement
from graph.explain.view import View
from graph.iris import record_iri
from graph.relation import PREDICATES, RELATIONS, SYMMETRIC, UNKNOWN_RELATION, WEFT

_OBJECT: Final = WEFT + "object"
_RELATION: Final = WEFT + "relation"
_STATED_AS: Final = WEFT + "statedAs"
_STATED_TARGET: Final = WEFT + "statedTarget"
_RULE: Final = WEFT + "rule"
_SAID: Final = (_RELATION, _STATED_AS, _STATED_TARGET, _RULE)


class RecordStatement(Statement, frozen=True, kw_only=True):
    """A link as one record words it, with the record's address."""

    record_iri: str
    datestamp: str
    """When the source last changed the record, UTC; empty when the release does not tell."""


class Stated(Struct, frozen=True, kw_only=True):
    """Who states a link, by the end that the record describes."""

    by_subject: tuple[RecordStatement, ...]
    """Records of the end that the canonical relation starts at."""
    by_object: tuple[RecordStatement, ...]
    """Records of the other end."""


def read_stated(view: View, subject: str, predicate: str, object_: str) -> Stated:
    """Who states a link of the default graph.

    Args:
        view: the release.
        subject: IRI of the entity that the link starts at in canonical direction.
        predicate: IRI of the link's predicate, one of `graph.relation.PREDICATES`.
        object_: IRI of the entity at the other end.
    """
    return Stated(
        by_subject=_statements(view, subject, predicate, object_, is_inverse=False),
        by_object=_statements(view, object_, predicate, subject, is_inverse=True),
    )


def is_stated_by(
    view: View, subject: str, predicate: str, object_: str, sources: Collection[str]
) -> bool:
    """Whether a record of one of these sources states a link; see `read_stated`."""
    wanted = tuple(record_iri(view.base_iri, source, "") for source in sources)
    sides = ((subject, object_, False), (object_, subject, True))
    return any(
        _says(said.get(_RELATION, ""), predicate, is_inverse=is_inverse)
        for teller, other, is_inverse in sides
        for record in view.members(view.key(teller))
        if record.startswith(wanted)
        for said in _nodes(view, record, other)
    )


def _statements(
    view: View, teller: str, predicate: str, other: str, *, is_inverse: bool
) -> tuple[RecordStatement, ...]:
    found = [
        _statement(view, record, said)
        for record in view.members(view.key(teller))
        for said in _nodes(view, record, other)
        if _says(said.get(_RELATION, ""), predicate, is_inverse=is_inverse)
    ]
    return tuple(
        sorted(found, key=lambda each: (each.source, each.record, each.stated_as, each.target_as))
    )


def _nodes(view: View, record: str, other: str) -> Iterator[dict[str, str]]:
    """What a record's link nodes that lead to an entity say."""
    for node in view.reader.subjects(_OBJECT, other, record):
        # one look-up each: half the time of reading all that is said of the node
        yield {predicate: view.text(node, predicate, record) for predicate in _SAID}


def _says(stated: str, predicate: str, *, is_inverse: bool) -> bool:
    """Whether a relation, stated from the record's side, is the link in that direction."""
    relation = RELATIONS.get(stated, UNKNOWN_RELATION)
    if relation.predicate != predicate:
        return False
    return PREDICATES[predicate] in SYMMETRIC or relation.is_inverse is is_inverse


def _statement(view: View, record: str, said: dict[str, str]) -> RecordStatement:
    header = view.member(record)
    return RecordStatement(
        source=header.source,
        record=header.record,
        stated_as=said.get(_STATED_AS, ""),
        at=header.harvested_at,
        rule=said.get(_RULE, ""),
        target_as=said.get(_STATED_TARGET, ""),
        record_iri=record,
        datestamp=header.datestamp,
    )
