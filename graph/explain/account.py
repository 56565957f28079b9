"""The whole account of one entity, and of two things beside each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from graph.explain.answer import Comparison, Explanation, Party, Reason, RecordName, State, Subject
from graph.explain.decisions import Decision, chain, decisions_on, reason
from graph.explain.fields import fields_of
from graph.explain.links import links_of
from graph.explain.subject import find_subject
from graph.explain.view import View
from graph.match import is_trusted, scheme_rank
from graph.relation import WEFT
from graph.vocabulary import SCHEMA
from graph.work import Identifier, Kind

_SEEN: Final = {
    "one-record": "one record states them as its own",
    "nothing-shared": "no shared trusted identifier",
    "same-title": "the titles are the same, and titles never join",
    "undecided": "both state it, and the release holds no decision on it",
}
"""What can be seen in the records where nothing had to be decided, each with its sentence."""

_UNTRUSTED: Final = {
    "isbn": "the ISBN of anything but a book is that of the volume around it, so it joins nothing",
    "oai": "an OAI identifier counts within its own source only, so it joins nothing",
}
"""Why an identifier of a scheme that may join others does not join here."""


def explain(
    view: View,
    text: str,
    source_order: Sequence[str] = (),
    field_orders: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Explanation:
    """What made an entity: records, decisions, links, and the origin of every field.

    Args:
        view: the release.
        text: a key, the IRI of an entity or a record, or an identifier in any spelling.
        source_order: names of the sources, the most trusted first.
        field_orders: sources that go before that order, for single fields.
    """
    subject = find_subject(view, text)
    if subject.candidates:
        return Explanation(key=None, subject=subject, apart=tuple(_apart_on(view, subject)))
    key = subject.key
    if key is None or subject.state is State.TOMBSTONE:
        return Explanation(key=key, subject=subject)
    records = view.members(key)
    decisions = decisions_on(view, records)
    return Explanation(
        key=key,
        subject=subject,
        members=tuple(map(view.member, records)),
        together=tuple(reason(view, each) for each in decisions if each.is_join),
        apart=tuple(
            reason(view, each)
            for each in decisions
            if not each.is_join and not set(each.records).issubset(records)
        ),
        links=links_of(view, key),
        fields=fields_of(view, key, source_order, field_orders),
    )


def compare(view: View, one: str, other: str) -> Comparison:
    """Why two things are one entity, or are not; the arguments are as for `explain`."""
    a, b = find_subject(view, one), find_subject(view, other)
    is_same = a.key is not None and a.key == b.key
    because: tuple[Reason, ...] = ()
    apart: tuple[Reason, ...] = ()
    if is_same:
        because = _why_same(view, a, b)
    elif absent := tuple(_absent(a, b)):
        apart = absent
    else:
        apart = tuple(_why_apart(view, a, b))
    return Comparison(
        a=a.key,
        b=b.key,
        same=is_same,
        because=because,
        apart=apart,
        links=links_of(view, a.key, b.key) if a.key and b.key else (),
        subjects=(a, b),
    )


def _apart_on(view: View, subject: Subject) -> Iterator[Reason]:
    """What kept apart the things that carry one identifier."""
    records = [record for key in subject.candidates for record in view.members(key)]
    for decision in decisions_on(view, records):
        if not decision.is_join and decision.evidence == subject.identifier:
            yield reason(view, decision)


def _absent(*subjects: Subject) -> Iterator[Reason]:
    for each in subjects:
        if each.key is None or each.state is State.TOMBSTONE:
            yield Reason(rule=each.state.value, sentence=each.message, evidence=each.asked)


def _why_same(view: View, a: Subject, b: Subject) -> tuple[Reason, ...]:
    """The way from the records that state the one to those that state the other.

    Where a whole entity is asked about, there is no way to go: all of its joins are the answer.
    """
    records = {view.record_name(each): each for each in view.members(a.key or "")}
    joins = [each for each in decisions_on(view, records.values()) if each.is_join]
    both = [name for name in a.records if name in b.records]
    is_whole = not (a.identifier and b.identifier) or a.identifier == b.identifier
    if is_whole and joins:
        return tuple(reason(view, each) for each in joins)
    if both:
        named = dict.fromkeys(filter(None, (a.identifier, b.identifier)))
        return (_seen("one-record", " and ".join(named), [(each, a.key) for each in both]),)
    way = chain(joins, (records[name] for name in a.records), (records[name] for name in b.records))
    return tuple(
        reason(view, join, (here, there))
        for here, there in way
        for join in joins
        if {here, there}.issubset(join.records)
    )


def _why_apart(view: View, a: Subject, b: Subject) -> Iterator[Reason]:
    ours, theirs = view.members(a.key or ""), view.members(b.key or "")
    guards = [each for each in decisions_on(view, ours) if _keeps_apart(each, theirs)]
    yield from (reason(view, each) for each in guards)
    judged = {each.evidence for each in guards}
    shared = [each for each in _shared_identifiers(view, a, b) if each not in judged]
    yield from (_why_not_joined(view, a, b, identifier) for identifier in shared)
    for subject in (a, b):
        if subject.state is State.STUB:
            yield Reason(rule=subject.state.value, sentence=subject.message, evidence=subject.title)
    title, other_title = (view.text(each.iri or "", SCHEMA + "name") for each in (a, b))
    if title and title.casefold() == other_title.casefold():
        yield _seen("same-title", title, ())
    if not (guards or shared):
        yield _seen("nothing-shared", "", ())


def _keeps_apart(decision: Decision, records: Iterable[str]) -> bool:
    return not decision.is_join and not set(decision.records).isdisjoint(records)


def _shared_identifiers(view: View, a: Subject, b: Subject) -> list[str]:
    ours, theirs = (
        set(view.reader.objects(each.iri or "", SCHEMA + "identifier")) for each in (a, b)
    )
    return sorted(ours & theirs, key=scheme_rank)


def _why_not_joined(view: View, a: Subject, b: Subject, text: str) -> Reason:
    """What keeps an identifier that both carry from joining them."""
    scheme, _, value = text.partition(":")
    stating: list[tuple[RecordName, str | None]] = []
    kinds = set()
    for subject in (a, b):
        for record in view.members(subject.key or ""):
            if text in view.reader.objects(subject.iri or "", SCHEMA + "identifier", record):
                stating.append((view.record_name(record), subject.key))
                kinds.add(Kind(view.text(subject.iri or "", WEFT + "kind", record)))
    if all(is_trusted(Identifier(scheme, value), kind) for kind in kinds):
        return _seen("undecided", text, stating)
    sentence = _UNTRUSTED.get(scheme, f"a {scheme} may stand for many things, so it joins nothing")
    return _seen("untrusted-identifier", text, stating, sentence)


def _seen(
    rule: str,
    evidence: str,
    about: Sequence[tuple[RecordName, str | None]],
    sentence: str = "",
) -> Reason:
    return Reason(
        rule=rule,
        sentence=sentence or _SEEN[rule],
        evidence=evidence,
        records=tuple(name.record for name, _ in about),
        about=tuple(Party(name.source, name.record, key) for name, key in about),
    )
