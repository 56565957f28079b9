"""What a comparison asks of one release, by key and by record, whatever its base IRI.

Nothing is held but the answer at hand: each method is one look-up or one scan of the store.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote

from graph.relation import DCTERMS, PREDICATES, PROV, RELATIONS, SYMMETRIC, UNKNOWN_RELATION, WEFT
from graph.release import Release
from graph.store import GraphReader, open_graph
from graph.vocabulary import SCHEMA

State = Literal["stub", "replaced", "tombstone", "nothing"]
"""What a key stands for that has no live record: a thing known as the target of links only, another
key, an entity whose records are all gone, or nothing at all."""

_FROM_RECORD: Final = WEFT + "fromRecord"
_REPLACED_BY: Final = DCTERMS + "isReplacedBy"


class Link(NamedTuple):
    """A link of the default graph, in canonical direction."""

    source: str
    """Key of the subject."""
    relation: str
    """DataCite name, such as `IsSupplementTo`."""
    target: str
    """Key of the object."""


class StatedLink(NamedTuple):
    """A link as one record states it."""

    record: str
    """The record's IRI below the base."""
    relation: str
    stated_as: str
    stated_target: str
    rule: str
    target: str
    """Key of the entity that the stated target was resolved to."""

    def is_of(self, link: Link, near: str) -> bool:
        """Whether a record of the entity `near`, one end of the link, states this link by it."""
        relation = RELATIONS.get(self.relation, UNKNOWN_RELATION)
        if relation.name != link.relation:
            return False
        return relation.name in SYMMETRIC or relation.is_inverse == (near == link.target)


class Reason(NamedTuple):
    """A merge decision, as far as it is about some records."""

    rule: str
    evidence: str
    is_join: bool
    records: tuple[str, ...]


@contextmanager
def read_release(release: Release) -> Iterator["ReleaseReader"]:
    """Open a release to compare it with another.

    Raises:
        ReleaseError: its graph is missing or damaged.
    """
    with open_graph(release.graph_path) as graph:
        yield ReleaseReader(graph, release.info.base_iri)


class ReleaseReader:
    """One release; entities go by key, records by their IRI below the base (`record/a/oai:a:1`)."""

    def __init__(self, graph: GraphReader, base: str) -> None:
        self._graph = graph
        self._base = base
        self._decisions = f"{base}decisions"

    def memberships(self) -> Iterator[tuple[str, str]]:
        """Key of the entity and record, for every live record."""
        for entity, record in self._graph.pairs(_FROM_RECORD):
            yield self._key(entity), self._below(record)

    def belongs(self, record: str, key: str) -> bool:
        """Whether a live record belongs to the entity with a key."""
        return self._graph.holds(self._iri(key), _FROM_RECORD, self._base + record)

    def links(self) -> Iterator[Link]:
        """Every link of the default graph."""
        for predicate, relation in PREDICATES.items():
            for subject, object_ in self._graph.pairs(predicate):
                yield Link(self._key(subject), relation, self._key(object_))

    def has_link(self, link: Link) -> bool:
        """Whether the default graph has the link; a symmetric one may be turned round."""
        source, target = self._iri(link.source), self._iri(link.target)
        predicate = RELATIONS[link.relation].predicate
        return self._graph.holds(source, predicate, target) or (
            link.relation in SYMMETRIC and self._graph.holds(target, predicate, source)
        )

    def state(self, key: str) -> State:
        """What a key without live records stands for."""
        iri = self._iri(key)
        if self._graph.has(iri, WEFT + "Stub"):
            return "stub"
        if self._graph.has(iri, WEFT + "Tombstone"):
            return "tombstone"
        return "replaced" if self._graph.redirect(iri) else "nothing"

    def is_whole(self, key: str) -> bool:
        """Whether the key stands for an entity with a live record."""
        return self._graph.has_any(self._iri(key), _FROM_RECORD)

    def is_alive(self, key: str) -> bool:
        """Whether the key stands for an entity, be it a stub."""
        return self.is_whole(key) or self._graph.has(self._iri(key), WEFT + "Stub")

    def successor(self, key: str) -> str | None:
        """The entity that the key redirects to, however many times; None when there is none."""
        seen = {key}
        while iri := self._graph.redirect(self._iri(key)):
            key = self._key(iri)
            if key in seen:
                return None
            seen.add(key)
        return key if self.is_alive(key) else None

    def predecessors(self, key: str) -> list[str]:
        """Keys that redirect to this one."""
        return [self._key(iri) for iri in self._graph.subjects(_REPLACED_BY, self._iri(key))]

    def records(self, key: str) -> list[str]:
        """The live records of an entity, in order; none of a stub."""
        return [self._below(iri) for iri in self._graph.objects(self._iri(key), _FROM_RECORD)]

    def entity_of(self, record: str) -> str | None:
        """Key of the entity that a live record belongs to."""
        found = self._graph.subjects(_FROM_RECORD, self._base + record)
        return self._key(found[0]) if found else None

    def identifiers(self, key: str) -> set[str]:
        """Identifiers of an entity, written `scheme:value`."""
        return set(self._graph.objects(self._iri(key), SCHEMA + "identifier"))

    def find(self, identifier: str) -> str | None:
        """Key of the entity with an identifier."""
        iri = self._graph.find(identifier)
        return self._key(iri) if iri else None

    def name(self, key: str) -> str:
        """Title of an entity, else an identifier, else nothing."""
        return self._graph.names([self._iri(key)]).get(self._iri(key), "")

    def kind(self, key: str) -> str:
        """Kind of an entity, empty when it is not known."""
        return self._graph.kind(self._iri(key))

    @staticmethod
    def record_name(record: str) -> tuple[str, str]:
        """Source and OAI identifier of a record, which its IRI is made of."""
        _, source, identifier = record.split("/", 2)
        return unquote(source), unquote(identifier)

    def status(self, record: str) -> str:
        """`live`, `deleted` or `vanished`; empty when the release has no header of the record."""
        return self._of_record(record, "status").removeprefix(WEFT)

    def sha256(self, record: str) -> str:
        """Hash of the record's bytes; empty when the release has no header of it."""
        return self._of_record(record, "sha256")

    def harvested_at(self, record: str) -> str:
        """When the record was harvested, UTC; empty when the release has no header of it."""
        return self._of_record(record, "harvestedAt")

    def own_facts(self, record: str) -> set[str]:
        """What decides which entity a record belongs to: its identifiers and its kind."""
        graph = self._base + record
        return {
            *self._graph.objects(None, SCHEMA + "identifier", graph),
            *self._graph.objects(None, WEFT + "kind", graph),
        }

    def statements_about(self, record: str, target: str) -> Iterator[StatedLink]:
        """Links that a record states to an entity."""
        graph = self._base + record
        for node in self._graph.subjects(WEFT + "object", self._iri(target), graph):
            yield self._statement(node, record)

    def same_words(self, statement: StatedLink) -> Iterator[StatedLink]:
        """What the record of a statement of another release says here in the same words."""
        graph, target = self._base + statement.record, statement.stated_target
        for node in self._graph.subjects(WEFT + "statedTarget", target, graph, is_text=True):
            said = self._statement(node, statement.record)
            if (said.relation, said.stated_as) == (statement.relation, statement.stated_as):
                yield said

    def reasons(self, records: Iterable[str]) -> list[Reason]:
        """Merge decisions about at least two of these records."""
        about: dict[str, list[str]] = {}
        for record in records:
            used = self._graph.subjects(PROV + "used", self._base + record, self._decisions)
            for decision in used:
                about.setdefault(decision, []).append(record)
        found = [
            self._reason(decision, tuple(members))
            for decision, members in about.items()
            if len(members) > 1
        ]
        return sorted(found)

    def _reason(self, decision: str, records: tuple[str, ...]) -> Reason:
        def one(predicate: str) -> str:
            return next(iter(self._graph.objects(decision, WEFT + predicate, self._decisions)), "")

        is_join = one("outcome") == WEFT + "together"
        return Reason(one("rule"), one("evidence"), is_join, records)

    def _statement(self, node: str, record: str) -> StatedLink:
        def one(predicate: str) -> str:
            found = self._graph.objects(node, WEFT + predicate, self._base + record)
            return next(iter(found), "")

        return StatedLink(
            record=record,
            relation=one("relation"),
            stated_as=one("statedAs"),
            stated_target=one("statedTarget"),
            rule=one("rule"),
            target=self._key(one("object")),
        )

    def _of_record(self, record: str, name: str) -> str:
        return next(iter(self._graph.objects(self._base + record, WEFT + name)), "")

    def _iri(self, key: str) -> str:
        return f"{self._base}id/{key}"

    def _key(self, iri: str) -> str:
        return iri.removeprefix(f"{self._base}id/")

    def _below(self, iri: str) -> str:
        return iri.removeprefix(self._base)
