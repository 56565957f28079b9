"""What two releases can differ in: the rows of a comparison, as they are written in JSON."""

from typing import TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

from graph.diff.losses import Cause
from graph.diff.reader import State


class RecordRef(Struct, frozen=True, omit_defaults=True):
    """A source record; of a loss, with what became of it."""

    source: str
    record: str
    """OAI identifier."""
    cause: Cause | UnsetType = UNSET
    """Left out when the record is as it was."""


class EntityGained(Struct, frozen=True, kw_only=True):
    """An entity with records, under a key that had none; a stub that became whole is one."""

    key: str
    kind: str
    name: str
    was: State
    records: tuple[RecordRef, ...]


class EntityLost(Struct, frozen=True, kw_only=True):
    """An entity none of whose records is in an entity now; what became a stub is lost."""

    key: str
    kind: str
    name: str
    now: State
    cause: Cause
    records: tuple[RecordRef, ...]


class EntityMerged(Struct, frozen=True, kw_only=True):
    """An entity that lives on under other keys."""

    key: str
    name: str
    into: tuple[str, ...]


class EntitySplit(Struct, frozen=True, kw_only=True):
    """An entity that was part of others before."""

    key: str
    name: str
    out_of: tuple[str, ...]


class Because(Struct, frozen=True, kw_only=True):
    """A merge decision about some of the records."""

    rule: str
    evidence: str
    together: bool
    records: tuple[RecordRef, ...]


class MergeGained(Struct, frozen=True, kw_only=True):
    """Records that are one entity and were not all one before."""

    key: str
    records: tuple[RecordRef, ...]
    because: tuple[Because, ...]


class MergeLost(Struct, frozen=True, kw_only=True):
    """Records that were one entity and are not all one now."""

    key: str
    cause: Cause
    records: tuple[RecordRef, ...]
    because: tuple[Because, ...]
    """What joined them before."""
    now: tuple[str, ...]
    """Keys that the records have now."""
    apart: tuple[Because, ...]
    """What keeps them apart now, if a decision does."""


class StatedBy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record that states a link; of a lost link, why it does so no longer."""

    source: str
    record: str
    stated_as: str = field(name="as")
    at: str
    """When the record was harvested."""
    rule: str
    cause: Cause | UnsetType = UNSET
    target_now: str | UnsetType = UNSET
    """Key that the same words lead to now."""


class LinkGained(Struct, frozen=True, kw_only=True):
    """A link in canonical direction that was between no two of these entities' forms."""

    source: str
    relation: str
    target: str
    stated_by: tuple[StatedBy, ...]


class LinkLost(Struct, frozen=True, kw_only=True):
    """A link in canonical direction that is between no two of these entities' forms now."""

    source: str
    relation: str
    target: str
    cause: Cause
    stated_by: tuple[StatedBy, ...]


Gain: TypeAlias = EntityGained | EntitySplit | MergeGained | LinkGained
Loss: TypeAlias = EntityLost | EntityMerged | MergeLost | LinkLost
