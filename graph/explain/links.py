"""Reads the links of an entity with the words of every record that states them."""

from collections.abc import Iterable
from typing import Final

from graph.explain.answer import StatedLink, Statement
from graph.explain.view import View
from graph.relation import RELATIONS, SYMMETRIC, UNKNOWN_RELATION, WEFT

_ENDS: Final = (WEFT + "subject", WEFT + "object")

_Ends = tuple[str, str, str]
"""Key, canonical relation, key."""


def links_of(view: View, key: str, other: str | None = None) -> tuple[StatedLink, ...]:
    """The links of an entity: with itself first, then those it has, then those that point at it.

    A link with itself is one between records that turned out to be one thing.

    Args:
        view: the release.
        key: the entity's key.
        other: only links with this entity; None = all.
    """
    stated: dict[_Ends, list[Statement]] = {}
    for record, node in _nodes(view, view.iri(key)):
        ends = _ends(view, record, node)
        if other is None or {ends[0], ends[2]} == {key, other}:
            stated.setdefault(ends, []).append(_statement(view, record, node))
    return tuple(
        StatedLink(source=ends[0], relation=ends[1], target=ends[2], stated_by=_sorted(statements))
        for ends, statements in sorted(stated.items(), key=lambda each: _rank(each[0], key))
    )


def _nodes(view: View, iri: str) -> set[tuple[str, str]]:
    """Record graph and IRI of every `weft:Link` that has the entity at either end."""
    return {found for predicate in _ENDS for found in view.reader.named_subjects(predicate, iri)}


def _ends(view: View, record: str, node: str) -> _Ends:
    """What a link joins, in the direction of the default graph."""
    relation = RELATIONS.get(view.text(node, WEFT + "relation", record), UNKNOWN_RELATION)
    subject, object_ = (view.key(view.text(node, end, record)) for end in _ENDS)
    if relation.is_inverse or (relation.name in SYMMETRIC and object_ < subject):
        subject, object_ = object_, subject
    return subject, relation.name, object_


def _statement(view: View, record: str, node: str) -> Statement:
    header = view.member(record)
    return Statement(
        source=header.source,
        record=header.record,
        stated_as=view.text(node, WEFT + "statedAs", record),
        at=header.harvested_at,
        rule=view.text(node, WEFT + "rule", record),
        target_as=view.text(node, WEFT + "statedTarget", record),
    )


def _sorted(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(
        sorted(
            statements, key=lambda each: (each.source, each.record, each.stated_as, each.target_as)
        )
    )


def _rank(ends: _Ends, key: str) -> tuple[bool, bool, str, str, str]:
    source, relation, target = ends
    return source != target, source != key, relation, source, target
