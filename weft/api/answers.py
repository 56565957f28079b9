"""What a release answers: the structs of the REST API, each with the release and what was asked."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, structs

from graph.explain.answer import Comparison, Explanation
from graph.release import Asked
from search.metadata.entity import Entity
from search.question.search_answer import ApiAnswer

__all__ = ["Compared", "Explained", "FoundEntities", "FoundEntity"]


class FoundEntities(ApiAnswer, frozen=True, kw_only=True):
    """Entities that a search found: a page of `hits`, how many there are, and the facets.

    The fields are those of `/api/v1/search`, and the ones below.
    """

    base_iri: str
    """Where its IRIs begin."""
    filters: dict[str, tuple[str, ...]]
    """Values that were asked for, by facet."""


class FoundEntity(Entity, frozen=True, kw_only=True):
    """Everything that a release holds of one entity.

    The fields are those of `/api/v1/entities`, and the ones below.
    """

    base_iri: str
    """Where its IRIs begin."""
    query: str
    """What was asked for."""


class Explained(Explanation, frozen=True, kw_only=True):
    """What made an entity: its records, the decisions on them, its links, the origin of each field.

    What is no one entity is told in `subject`.
    """

    release: int
    created_at: str
    """When the release was made, UTC."""
    base_iri: str
    """Where its IRIs begin."""
    query: str
    """What was asked for."""
    caveats: tuple[str, ...]
    """What must be known of its sources."""


class Compared(Comparison, frozen=True, kw_only=True):
    """Why two things are one entity, or are not."""

    release: int
    created_at: str
    """When the release was made, UTC."""
    base_iri: str
    """Where its IRIs begin."""
    query: str
    """What was asked for."""
    caveats: tuple[str, ...]
    """What must be known of its sources."""


def found_entities(
    answer: ApiAnswer, about: Asked, filters: Mapping[str, tuple[str, ...]]
) -> FoundEntities:
    """The answer to a search, with the release it is of."""
    return FoundEntities(**_fields(answer), base_iri=about.base_iri, filters=dict(filters))


def found_entity(entity: Entity, about: Asked) -> FoundEntity:
    """An entity, with the release it is of."""
    return FoundEntity(**_fields(entity), base_iri=about.base_iri, query=about.query)


def explained(explanation: Explanation, about: Asked) -> Explained:
    """An explanation, with the release it is of."""
    return Explained(**_fields(explanation), **_fields(about))


def compared(comparison: Comparison, about: Asked) -> Compared:
    """A comparison, with the release it is of."""
    return Compared(**_fields(comparison), **_fields(about))


def _fields(struct: Struct) -> dict[str, Any]:
    return structs.asdict(struct)
