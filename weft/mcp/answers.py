"""What the tools answer: every answer names the release, and what was cut."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from graph.explain.answer import Member, Reason, Subject
from graph.explain.answer import StatedLink as ToldLink
from search.metadata.entity import Entity
from search.metadata.stated_link import StatedLink
from weft.api import Release


class AnsweredBy(Struct, frozen=True, kw_only=True):
    """The release that an answer is of."""

    number: int
    created_at: Annotated[str, Meta(description="UTC.")]
    base_iri: str
    caveats: Annotated[
        tuple[str, ...],
        Meta(description="What must be known of its sources before conclusions are drawn."),
    ]


class Answer(Struct, frozen=True, kw_only=True):
    """What every answer has."""

    release: AnsweredBy
    notices: Annotated[
        tuple[str, ...], Meta(description="What a limit has cut from this answer; empty: nothing.")
    ]


class FoundHit(Struct, frozen=True, kw_only=True):
    """One entity that a search found."""

    iri: str
    key: str
    kind: str
    title: str
    year: int | None
    creators: tuple[str, ...]
    identifiers: tuple[str, ...]
    sources: tuple[str, ...]
    records: Annotated[tuple[str, ...], Meta(description="IRIs of the source records.")]
    snippet: str


class SearchAnswer(Answer, frozen=True, kw_only=True):
    """Answer of `search`."""

    query: str
    total: Annotated[int, Meta(description="All that were found, whatever the limit.")]
    hits: tuple[FoundHit, ...]
    did_you_mean: Annotated[str | None, Meta(description="A query that finds something.")]


class EntityAnswer(Answer, frozen=True, kw_only=True):
    """Answer of `entity`."""

    entity: Entity


class LinksAnswer(Answer, frozen=True, kw_only=True):
    """Answer of `links`."""

    query: Annotated[str, Meta(description="The conditions in one line.")]
    total: int
    links: tuple[StatedLink, ...]


class ExplainAnswer(Answer, frozen=True, kw_only=True):
    """Answer of `explain`."""

    query: str
    subjects: Annotated[
        tuple[Subject, ...], Meta(description="What was asked for stands for these.")
    ]
    same: Annotated[bool | None, Meta(description="Of two things: whether they are one.")]
    members: Annotated[tuple[Member, ...], Meta(description="Of one thing: its source records.")]
    together: Annotated[tuple[Reason, ...], Meta(description="Why records are one thing.")]
    apart: Annotated[tuple[Reason, ...], Meta(description="Why others are not.")]
    links: tuple[ToldLink, ...]
    fields: Annotated[
        dict[str, Any], Meta(description="Of one thing: where the value of each field is from.")
    ]


class SparqlAnswer(Answer, frozen=True, kw_only=True):
    """Answer of `sparql`."""

    query: str
    columns: tuple[str, ...]
    rows: Annotated[
        tuple[dict[str, str | int | float | bool | None], ...],
        Meta(description="Values by variable; null where a variable is not bound."),
    ]
    n_rows: Annotated[int, Meta(description="Rows that the query has, whatever the limit.")]
    boolean: Annotated[bool | None, Meta(description="Answer of an ASK query.")]
    graph: Annotated[str | None, Meta(description="Turtle, of CONSTRUCT and DESCRIBE.")]


def answered_by(release: Release) -> AnsweredBy:
    """The release as answers name it."""
    return AnsweredBy(
        number=release.number,
        created_at=release.created_at,
        base_iri=release.base_iri,
        caveats=release.caveats,
    )
