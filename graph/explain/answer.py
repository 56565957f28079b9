"""What an explanation holds; as JSON these structs are what `weft explain --json` prints."""

from enum import StrEnum

from msgspec import Struct, field


class State(StrEnum):
    """What a release knows of a thing that somebody asked about."""

    ENTITY = "entity"
    STUB = "stub"
    TOMBSTONE = "tombstone"
    SEVERAL = "several"
    """An identifier that more than one entity carries."""
    GONE = "gone"
    """A record that its source has deleted or no longer lists, with no entity left."""
    UNKNOWN = "unknown"


class RecordName(Struct, frozen=True):
    """A source record."""

    source: str
    record: str
    """OAI identifier."""


class Member(Struct, frozen=True, kw_only=True):
    """A source record as the release's header tells of it."""

    source: str
    record: str
    """OAI identifier."""
    iri: str
    datestamp: str
    harvested_at: str
    status: str
    """`live`, `deleted` or `vanished`."""

    @property
    def name(self) -> RecordName:
        """Source and OAI identifier alone."""
        return RecordName(self.source, self.record)


class Subject(Struct, frozen=True, kw_only=True):
    """What a key, IRI or identifier stands for in a release."""

    asked: str
    """As it was asked for."""
    state: State
    message: str = ""
    """For a person, when there is more to say than the state."""
    key: str | None = None
    iri: str | None = None
    title: str = ""
    kind: str = ""
    redirected_from: tuple[str, ...] = ()
    """Keys that led here, the one asked for first."""
    candidates: tuple[str, ...] = ()
    """Keys of the entities that carry the identifier, when they are several."""
    identifier: str = ""
    """`scheme:value`, or the OAI identifier of a record, when that was asked for."""
    records: tuple[RecordName, ...] = ()
    """The entity's records that state the identifier; all of them when none was asked for."""


class Party(Struct, frozen=True):
    """A record that a decision is about, and the entity it belongs to in this release."""

    source: str
    record: str
    entity: str | None


class Reason(Struct, frozen=True, kw_only=True):
    """Why records are one thing, or are not."""

    rule: str
    sentence: str
    """The rule in words."""
    evidence: str
    """The identifier that it rests on; empty when there is none."""
    records: tuple[str, ...] = ()
    """OAI identifiers."""
    about: tuple[Party, ...] = ()
    """All records of the decision."""
    at: str | None = None
    """When it was first decided; None for what is no decision but seen in the records."""


class Statement(Struct, frozen=True, kw_only=True):
    """A link as one record words it."""

    source: str
    record: str
    stated_as: str = field(name="as")
    at: str
    """When the record was harvested."""
    rule: str
    """The reading rule that made the link out of the record."""
    target_as: str
    """The target as written."""


class StatedLink(Struct, frozen=True, kw_only=True):
    """A link in its canonical direction, with all that state it."""

    source: str
    relation: str
    target: str
    stated_by: tuple[Statement, ...]


class OtherValue(Struct, frozen=True):
    """What a record says instead."""

    source: str
    record: str
    value: str | tuple[str, ...]


class ChosenField(Struct, frozen=True, kw_only=True):
    """A field that is taken from one record."""

    value: str | tuple[str, ...]
    origin: RecordName | None = field(name="from")
    """The first record, in the order of field choice, that says it."""
    agree: tuple[RecordName, ...]
    """Further records that say the same."""
    others: tuple[OtherValue, ...]
    """What the others say when they differ."""


class GatheredValue(Struct, frozen=True):
    """One value of a field that adds up, and the records that state it."""

    value: str
    records: tuple[RecordName, ...]


class GatheredField(Struct, frozen=True):
    """A field that holds what all records say together."""

    values: tuple[GatheredValue, ...]


class Explanation(Struct, frozen=True, kw_only=True):
    """All that made an entity what it is."""

    key: str | None
    """None when what was asked for is no one entity; `subject` says what it is."""
    subject: Subject
    members: tuple[Member, ...] = ()
    together: tuple[Reason, ...] = ()
    apart: tuple[Reason, ...] = ()
    """What keeps other records from it, or the things from each other that carry what was asked."""
    links: tuple[StatedLink, ...] = ()
    fields: dict[str, ChosenField | GatheredField] = {}


class Comparison(Struct, frozen=True, kw_only=True):
    """Why two things are one, or are not."""

    a: str | None
    """Key; None when what was asked for is no one entity."""
    b: str | None
    same: bool
    because: tuple[Reason, ...] = ()
    """The joins that lead from one to the other, in order."""
    apart: tuple[Reason, ...] = ()
    """Why they are not one."""
    links: tuple[StatedLink, ...] = ()
    """Those between the two; of one entity, those between its records."""
    subjects: tuple[Subject, Subject]
    """What the two that were asked for stand for."""


class ConflictValue(Struct, frozen=True):
    """One of several values of a field, and the records that say it."""

    value: str
    records: tuple[RecordName, ...]


class Conflict(Struct, frozen=True, kw_only=True):
    """An entity whose records disagree on a field."""

    entity: str
    field: str
    chosen: str
    values: tuple[ConflictValue, ...]


class ConflictCount(Struct, frozen=True, kw_only=True):
    """How many entities have records of these two sources that disagree on a field."""

    field: str
    sources: tuple[str, str]
    """By name; twice the same for two records of one source."""
    entities: int


class Conflicts(Struct, frozen=True, kw_only=True):
    """All disagreements of a release."""

    counts: tuple[ConflictCount, ...]
    conflicts: tuple[Conflict, ...]
