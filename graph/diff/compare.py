"""Two releases compared: entities, merges and links gained and lost, each loss with its cause.

Both releases are read as streams: for everything in one the other is asked whether it has it.
Held in memory are the change at hand and what the stores cache, never a list of keys. The order of
the changes is that of the stores, the same each time.
"""

from collections.abc import Iterator, Sequence

from msgspec import UNSET

from graph.diff.changes import (
    Because,
    EntityGained,
    EntityLost,
    EntityMerged,
    EntitySplit,
    Gain,
    LinkGained,
    LinkLost,
    Loss,
    MergeGained,
    MergeLost,
    RecordRef,
    StatedBy,
)
from graph.diff.losses import Cause, cause_of_apart, change, fate, first_cause, trace
from graph.diff.reader import Link, Reason, ReleaseReader, StatedLink


def compare(old: ReleaseReader, new: ReleaseReader) -> Iterator[Gain | Loss]:
    """Every difference between two releases, losses first.

    Keys are mapped before anything counts as lost: through redirects of either release, and
    through the records that an entity is made of. A merge that only grew is not lost, nor is a
    link whose ends go by other keys now. A link inside one entity, as a merge may leave it, is.

    Raises:
        ReleaseError: a store is damaged.
    """
    yield from _entities_lost(old, new)
    yield from _links_lost(old, new)
    yield from _entities_gained(old, new)
    yield from _links_gained(old, new)


def _entities_lost(old: ReleaseReader, new: ReleaseReader) -> Iterator[Loss]:
    for key, records in _entities(old, new):
        if not new.is_whole(key):
            into = _moved(key, records, new)
            if into:
                yield EntityMerged(key=key, name=old.name(key), into=into)
            else:
                yield _lost_entity(key, records, old, new)
        if len(records) > 1 and not _are_together(records, new):
            yield _lost_merge(key, records, old, new)


def _entities_gained(old: ReleaseReader, new: ReleaseReader) -> Iterator[Gain]:
    for key, records in _entities(new, old):
        if not old.is_whole(key):
            out_of = _moved(key, records, old)
            if out_of:
                yield EntitySplit(key=key, name=new.name(key), out_of=out_of)
            else:
                yield EntityGained(
                    key=key,
                    kind=new.kind(key),
                    name=new.name(key),
                    was=old.state(key),
                    records=tuple(map(_ref, records)),
                )
        if len(records) > 1 and not _are_together(records, old):
            yield MergeGained(
                key=key,
                records=tuple(map(_ref, records)),
                because=_because(new.reasons(records), are_joins=True),
            )


def _links_lost(old: ReleaseReader, new: ReleaseReader) -> Iterator[LinkLost]:
    for link in _missing_links(old, new):
        stated_by = tuple(_traced(each, link, old, new) for each in _statements(link, old))
        causes = (each.cause or None for each in stated_by)
        yield LinkLost(
            source=link.source,
            relation=link.relation,
            target=link.target,
            cause=first_cause(causes, Cause.RULE),
            stated_by=stated_by,
        )


def _links_gained(old: ReleaseReader, new: ReleaseReader) -> Iterator[LinkGained]:
    for link in _missing_links(new, old):
        yield LinkGained(
            source=link.source,
            relation=link.relation,
            target=link.target,
            stated_by=tuple(_stated_by(each, new) for each in _statements(link, new)),
        )


def _entities(here: ReleaseReader, there: ReleaseReader) -> Iterator[tuple[str, list[str]]]:
    """Key and records of each entity whose records do not all belong to it in the other release.

    It is met at the first such record. All others are in both releases and no less together.
    """
    for key, record in here.memberships():
        if there.belongs(record, key):
            continue
        records = here.records(key)
        if record == next(each for each in records if not there.belongs(each, key)):
            yield key, records


def _moved(key: str, records: Sequence[str], there: ReleaseReader) -> tuple[str, ...]:
    """Entities of the other release that have this one's records, or that its key redirects to."""
    found = {there.entity_of(record) for record in records}
    successor = there.successor(key)
    if successor and there.is_whole(successor):
        found.add(successor)
    return tuple(sorted(filter(None, found)))


def _are_together(records: Sequence[str], there: ReleaseReader) -> bool:
    entity = there.entity_of(records[0])
    return entity is not None and all(there.entity_of(each) == entity for each in records[1:])


def _lost_entity(
    key: str, records: Sequence[str], old: ReleaseReader, new: ReleaseReader
) -> EntityLost:
    fates = [fate(record, old, new) for record in records]
    return EntityLost(
        key=key,
        kind=old.kind(key),
        name=old.name(key),
        now=new.state(key),
        cause=first_cause(fates, Cause.RULE),
        records=tuple(map(_ref, records, fates)),
    )


def _lost_merge(
    key: str, records: Sequence[str], old: ReleaseReader, new: ReleaseReader
) -> MergeLost:
    now = {new.entity_of(record) for record in records}
    return MergeLost(
        key=key,
        cause=cause_of_apart(records, old, new),
        records=tuple(_ref(record, change(record, old, new)) for record in records),
        because=_because(old.reasons(records), are_joins=True),
        now=tuple(sorted(filter(None, now))),
        apart=_because(new.reasons(records), are_joins=False),
    )


def _missing_links(here: ReleaseReader, there: ReleaseReader) -> Iterator[Link]:
    """Links of one release that the other has under no keys of the same entities."""
    for link in here.links():
        if there.has_link(link):
            continue
        targets = _heirs(link.target, here, there)
        if not any(
            there.has_link(Link(source, link.relation, target))
            for source in _heirs(link.source, here, there)
            for target in targets
        ):
            yield link


def _heirs(key: str, here: ReleaseReader, there: ReleaseReader) -> set[str]:
    """Keys under which another release has an entity or a part of it."""
    found = {there.entity_of(record) for record in here.records(key)} - {None}
    if there.is_alive(key):
        found.add(key)
    else:
        found.add(there.successor(key))
    found.update(former for former in here.predecessors(key) if there.is_alive(former))
    found.discard(None)
    if not found:
        # no register in common: a stub goes by its identifier, unless that is a thing of its own
        by_name = filter(None, map(there.find, here.identifiers(key)))
        found.update(each for each in by_name if not here.is_alive(each))
    return {each for each in found if each}


def _statements(link: Link, here: ReleaseReader) -> Iterator[StatedLink]:
    """Who states a link, from either side."""
    for near, far in ((link.source, link.target), (link.target, link.source)):
        for record in here.records(near):
            for stated in here.statements_about(record, far):
                if stated.is_of(link, near):
                    yield stated


def _stated_by(stated: StatedLink, here: ReleaseReader) -> StatedBy:
    source, record = here.record_name(stated.record)
    return StatedBy(
        source=source,
        record=record,
        stated_as=stated.stated_as,
        at=here.harvested_at(stated.record),
        rule=stated.rule,
    )


def _traced(stated: StatedLink, link: Link, old: ReleaseReader, new: ReleaseReader) -> StatedBy:
    cause, target_now = trace(stated, link, old, new)
    plain = _stated_by(stated, old)
    return StatedBy(
        source=plain.source,
        record=plain.record,
        stated_as=plain.stated_as,
        at=plain.at,
        rule=plain.rule,
        cause=cause,
        target_now=target_now or UNSET,
    )


def _because(reasons: Sequence[Reason], *, are_joins: bool) -> tuple[Because, ...]:
    return tuple(
        Because(
            rule=reason.rule,
            evidence=reason.evidence,
            together=reason.is_join,
            records=tuple(map(_ref, reason.records)),
        )
        for reason in reasons
        if reason.is_join == are_joins
    )


def _ref(record: str, cause: Cause | None = None) -> RecordRef:
    return RecordRef(*ReleaseReader.record_name(record), cause=cause or UNSET)
