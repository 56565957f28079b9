"""Reads keys, records and their names out of a release: what all explanations look up."""

from functools import lru_cache
from typing import Final

from graph.explain.answer import Member, RecordName
from graph.iris import entity_iri
from graph.relation import WEFT
from graph.store import GraphReader

_FROM_RECORD: Final = WEFT + "fromRecord"
_OAI_IDENTIFIER: Final = WEFT + "oaiIdentifier"


class View:
    """One release, read by entity key and by record."""

    def __init__(self, reader: GraphReader, base_iri: str) -> None:
        self.reader = reader
        self.base_iri = base_iri
        self.decisions_iri = base_iri + "decisions"
        self.member = lru_cache(maxsize=65536)(self._member)

    def iri(self, key: str) -> str:
        """Where an entity resolves."""
        return entity_iri(self.base_iri, key)

    def key(self, iri: str) -> str:
        """The key in an entity's IRI."""
        return iri.removeprefix(self.base_iri + "id/")

    def members(self, key: str) -> tuple[str, ...]:
        """IRIs of an entity's records, in order."""
        return tuple(self.reader.objects(self.iri(key), _FROM_RECORD))

    def name(self, record: str) -> tuple[str, str]:
        """Source and OAI identifier of a record."""
        header = self.member(record)
        return header.source, header.record

    def record_name(self, record: str) -> RecordName:
        """Source and OAI identifier of a record, as explanations write them."""
        return self.member(record).name

    def entity_of(self, record: str) -> str | None:
        """Key of the entity that a record belongs to; None when it belongs to none."""
        return next(map(self.key, self.reader.subjects(_FROM_RECORD, record)), None)

    def records_named(self, identifier: str) -> tuple[str, ...]:
        """IRIs of the records with an OAI identifier, one of each source that has it."""
        return tuple(self.reader.subjects(_OAI_IDENTIFIER, identifier, is_text=True))

    def text(self, subject: str, predicate: str, graph: str = "") -> str:
        """The value of a property, the first by text; empty without one."""
        return next(iter(self.reader.objects(subject, predicate, graph)), "")

    def _member(self, record: str) -> Member:
        said = self.reader.statements(record)
        header = {predicate: value.text for predicate, value in said}
        return Member(
            source=header.get(WEFT + "source", ""),
            record=header.get(_OAI_IDENTIFIER, ""),
            iri=record,
            datestamp=header.get(WEFT + "datestamp", ""),
            harvested_at=header.get(WEFT + "harvestedAt", ""),
            status=header.get(WEFT + "status", "").removeprefix(WEFT),
        )
