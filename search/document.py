"""What the text index knows of an entity: the fields of the query language and of the facets."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from graph.entity import Entity


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entity, ready to be indexed. Stubs have none: nothing is known of them but a name."""

    key: str
    kind: str
    title: str
    abstract: str = ""
    creators: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    publisher: str = ""
    identifiers: tuple[str, ...] = ()
    """As `scheme:value`."""
    sources: tuple[str, ...] = ()
    creator_identifiers: tuple[str, ...] = ()
    """ORCID and the like, as `scheme:value`; looked up as `identifiers` are."""
    year: int | None = None
    date: str = ""
    """YYYY, YYYY-MM or YYYY-MM-DD; only sorted by. Empty: `year` stands in for it."""
    licence: str = ""
    """SPDX identifier."""
    languages: tuple[str, ...] = ()
    access: str = "unknown"
    collaborations: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    """Kinds it is linked to: data, paper, software, book."""


_HAS: Final = {"dataset": "data", "paper": "paper", "software": "software", "book": "book"}


def document_of(entity: Entity, linked_kinds: Iterable[str]) -> Document:
    """What the text index keeps of an entity that is linked to things of these kinds."""
    title = entity.title.value if entity.title else ""
    return Document(
        key=entity.key,
        kind=entity.kind,
        title=title or (str(entity.identifiers[0]) if entity.identifiers else entity.key),
        abstract=entity.description.value if entity.description else "",
        creators=tuple(dict.fromkeys(agent.name for agent in entity.creators)),
        subjects=tuple(dict.fromkeys(subject.value for subject in entity.subjects)),
        publisher=entity.publisher,
        identifiers=tuple(map(str, entity.identifiers)),
        creator_identifiers=tuple(
            dict.fromkeys(str(each) for agent in entity.creators for each in agent.identifiers)
        ),
        sources=tuple(dict.fromkeys(work.source for work in entity.works)),
        year=entity.year,
        licence=entity.licence,
        languages=entity.languages,
        access=entity.access,
        collaborations=entity.collaborations,
        has=tuple(sorted(_HAS[kind] for kind in linked_kinds if kind in _HAS)),
    )
