"""Why the records of an entity were taken for one thing, and what was kept apart from it."""

from collections import Counter
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from graph.explain.answer import Member, RecordName
from graph.explain.decisions import Decision, decisions_on
from graph.explain.view import View
from graph.guards import PERSON_DIFFERENT
from graph.iris import decision_iri, decision_key
from graph.match import PERSON_SAME, RULES
from search.web.linked.description import NamedLink, identifier_link
from search.web.site import Site

_MAX_MEMBERS: Final = 20
_MAX_REASONS: Final = 12
"""Decisions of each sort that a page tells in words; the others are told as a number."""
_MAX_PARTIES: Final = 6
"""Records that a page names of one decision: too common an identifier is shared by hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A source record with what its header says."""

    source: str
    """What people call the source."""
    name: str
    """OAI identifier."""
    path: str
    number: int
    """Of the records of its source in this entity, from 1; 0 when the source has no other."""
    changed: str
    """Day on which the source last changed it; empty when not known."""
    harvested: str
    """Day on which it was harvested; empty when not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A record that a decision is about."""

    record: SourceRecord
    entity: NamedLink | None
    """What it describes, when that is another entity than the one of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision in words."""

    sentence: str
    """What the rule says."""
    rule: str
    is_by_person: bool
    evidence: NamedLink | None
    """The identifier it rests on."""
    parties: tuple[Party, ...]
    n_parties: int
    at: str
    """Day on which it was first decided; empty when not known."""
    path: str
    """Where the decision's page is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneThing:
    """The account of a merge."""

    records: tuple[SourceRecord, ...]
    n_records: int
    joined: tuple[Told, ...]
    n_joined: int
    apart: tuple[Told, ...]
    n_apart: int


def read_one_thing(site: Site, key: str) -> OneThing:
    """Why an entity is one thing; without records for a stub."""
    view = View(site.graph, site.base_iri)
    records = view.members(key)
    decisions = decisions_on(view, records)
    joined = [each for each in decisions if each.is_join]
    # a decision to keep apart that later ones overrode is about records that are one thing now
    apart = [each for each in decisions if not each.is_join and not set(each.records) <= {*records}]
    return OneThing(
        records=tuple(read_records(site, view, key).values())[:_MAX_MEMBERS],
        n_records=len(records),
        joined=tuple(_told(site, view, key, each) for each in joined[:_MAX_REASONS]),
        n_joined=len(joined),
        apart=tuple(_told(site, view, key, each) for each in apart[:_MAX_REASONS]),
        n_apart=len(apart),
    )


def read_records(site: Site, view: View, key: str) -> dict[RecordName, SourceRecord]:
    """The records of an entity, numbered where a source has several."""
    members = [view.member(each) for each in view.members(key)]
    n_of_source = Counter(member.source for member in members)
    found: dict[RecordName, SourceRecord] = {}
    counted: Counter[str] = Counter()
    for member in members:
        counted[member.source] += 1
        is_alone = n_of_source[member.source] == 1
        number = 0 if is_alone else counted[member.source]
        found[member.name] = _record(site, member, number)
    return found


def _told(site: Site, view: View, key: str, decision: Decision) -> Told:
    names = (_name_of(site, each) for each in decision.records)
    minted = decision_key(decision.rule, decision.evidence, names)
    # its own records first: those of other things are what it is kept apart from
    own = set(view.members(key))
    shown = sorted(decision.records, key=lambda each: each not in own)
    if not own.issuperset(shown):
        ours = [each for each in shown if each in own][: _MAX_PARTIES // 2]
        shown = [*ours, *(each for each in shown if each not in own)]
    return Told(
        sentence=RULES.get(decision.rule, ""),
        rule=decision.rule,
        is_by_person=decision.rule in (PERSON_SAME, PERSON_DIFFERENT),
        evidence=_evidence(decision.evidence),
        parties=tuple(
            Party(record=_record(site, view.member(each)), entity=_elsewhere(site, view, key, each))
            for each in shown[:_MAX_PARTIES]
        ),
        n_parties=len(decision.records),
        at=decision.at[:10],
        path=site.path_of(decision_iri(site.base_iri, minted)),
    )


def _name_of(site: Site, record: str) -> tuple[str, str]:
    """Source and OAI identifier as the record's IRI spells them, without a look at the record."""
    source, _, name = record.removeprefix(f"{site.base_iri}record/").partition("/")
    return unquote(source), unquote(name)


def _evidence(evidence: str) -> NamedLink | None:
    return identifier_link(evidence) if evidence else None


def _elsewhere(site: Site, view: View, key: str, record: str) -> NamedLink | None:
    other = view.entity_of(record)
    if other is None or other == key:
        return None
    iri = view.iri(other)
    return NamedLink(label=site.graph.names([iri]).get(iri, other), href=site.path_of(iri))


def _record(site: Site, member: Member, number: int = 0) -> SourceRecord:
    return SourceRecord(
        source=site.source_title(member.source),
        name=member.record or site.short_name(member.iri),
        path=site.shown_path(member.iri),
        number=number,
        changed=member.datestamp[:10],
        harvested=member.harvested_at[:10],
    )
