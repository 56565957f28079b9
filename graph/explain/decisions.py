"""Reads the merge decisions about records, and finds the joins that lead from one to another."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.explain.answer import Party, Reason
from graph.explain.view import View
from graph.guards import PERSON_DIFFERENT
from graph.match import PERSON_SAME, RULES, scheme_rank
from graph.relation import PROV, WEFT

_USED: Final = PROV + "used"
_ENDED: Final = PROV + "endedAtTime"
_TOGETHER: Final = WEFT + "together"
_BY_A_PERSON: Final = (PERSON_SAME, PERSON_DIFFERENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A merge decision as the release holds it."""

    rule: str
    is_join: bool
    evidence: str
    records: tuple[str, ...]
    """IRIs, by source and OAI identifier."""
    at: str


def decisions_on(view: View, records: Iterable[str]) -> list[Decision]:
    """The decisions about any of these records: a person's first, then by strength of evidence."""
    iris = {
        iri for record in records for iri in view.reader.subjects(_USED, record, view.decisions_iri)
    }
    decisions = (_read(view, iri) for iri in iris)
    return sorted(
        decisions,
        key=lambda each: (
            each.rule not in _BY_A_PERSON, scheme_rank(each.evidence), each.rule, each.records,
        ),
    )  # fmt: skip


def reason(view: View, decision: Decision, records: Sequence[str] = ()) -> Reason:
    """A decision as explanations give it.

    Args:
        view: the release.
        decision: the decision.
        records: IRIs to name in `Reason.records`, in this order, instead of all of them.
    """
    parties = []
    for record in decision.records:
        source, name = view.name(record)
        parties.append(Party(source, name, view.entity_of(record)))
    return Reason(
        rule=decision.rule,
        sentence=RULES.get(decision.rule, ""),
        evidence=decision.evidence,
        records=tuple(view.name(record)[1] for record in records or decision.records),
        about=tuple(parties),
        at=decision.at or None,
    )


def chain(
    joins: Sequence[Decision], start: Iterable[str], goal: Iterable[str]
) -> list[tuple[str, str]]:
    """The shortest way from one of the starting records to one of the goals.

    Returns:
        The records on the way two by two, each two joined; empty when there is no way, or when a
        record is a start and a goal.
    """
    ends = set(goal)
    came_from: dict[str, str | None] = dict.fromkeys(sorted(start))
    if ends & came_from.keys():
        return []
    joined: dict[str, list[str]] = {}
    for join in joins:
        for record in join.records:
            joined.setdefault(record, []).extend(join.records)
    waiting = deque(came_from)
    while waiting:
        here = waiting.popleft()
        for there in joined.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                if there in ends:
                    return _way_to(there, came_from)
                waiting.append(there)
    return []


def _way_to(record: str, came_from: Mapping[str, str | None]) -> list[tuple[str, str]]:
    way = []
    while before := came_from[record]:
        way.append((before, record))
        record = before
    return way[::-1]


def _read(view: View, iri: str) -> Decision:
    graph = view.decisions_iri
    return Decision(
        rule=view.text(iri, WEFT + "rule", graph),
        is_join=view.text(iri, WEFT + "outcome", graph) == _TOGETHER,
        evidence=view.text(iri, WEFT + "evidence", graph),
        records=tuple(view.reader.objects(iri, _USED, graph)),
        at=view.text(iri, _ENDED, graph),
    )
