"""Everything that a release holds of one entity, as the API answers it."""

from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta, Struct

from graph.iris import record_iri
from graph.links.found import FoundLink
from graph.release import caveats
from graph.vocabulary import SCHEMA
from search.metadata.described import Described, Title
from search.metadata.parties import Agent, Grant
from search.metadata.stated_link import StatedLink, describe_links
from search.open_release import OpenRelease

MAX_LINKS: Final = 100
"""Links that an entity's answer holds; `/api/v1/links` lists the others."""


class SourceRecord(Struct, frozen=True, kw_only=True):
    """A record that was merged into an entity."""

    source: Annotated[str, Meta(description="Name of its source.")]
    record: Annotated[str, Meta(description="OAI identifier.")]
    iri: str


class Entity(Struct, frozen=True, kw_only=True):
    """Everything that a release holds of one entity; what no record states is empty."""

    key: str
    iri: str
    kind: Annotated[
        str,
        Meta(description="dataset, paper, software, book, chapter or other; unknown of some stubs"),
    ]
    type: Annotated[str, Meta(description="IRI of its class of schema.org.")]
    is_stub: Annotated[bool, Meta(description="Whether it is known only as a target of links.")]
    titles: tuple[Title, ...]
    creators: tuple[Agent, ...]
    editors: tuple[Agent, ...]
    contributors: tuple[Agent, ...]
    date: Annotated[str, Meta(description="Of publication: YYYY, YYYY-MM or YYYY-MM-DD.")]
    year: int | None
    publisher: str
    publisher_identifiers: tuple[str, ...]
    languages: Annotated[tuple[str, ...], Meta(description="BCP 47.")]
    licence: Annotated[str, Meta(description="IRI or words.")]
    spdx: Annotated[str, Meta(description="SPDX identifier of the licence.")]
    access: Annotated[str, Meta(description="open, embargoed, restricted, closed, or empty.")]
    subjects: tuple[str, ...]
    collaborations: tuple[str, ...]
    version: str
    volume: str
    sizes: tuple[str, ...]
    formats: tuple[str, ...]
    abstract: str
    identifiers: Annotated[tuple[str, ...], Meta(description="As `scheme:value`, a DOI first.")]
    grants: tuple[Grant, ...]
    records: tuple[SourceRecord, ...]
    sources: tuple[str, ...]
    n_links: Annotated[int, Meta(description="Links to and from it.")]
    links: Annotated[
        tuple[StatedLink, ...],
        Meta(description=f"The first {MAX_LINKS} of them, in either direction."),
    ]
    all_links: Annotated[str, Meta(description="Where all its links are listed, page by page.")]
    release: int
    created_at: Annotated[str, Meta(description="When that release was made, UTC.")]
    caveats: Annotated[
        tuple[str, ...],
        Meta(description="What the release was made from and what it lacks, by source."),
    ]


def entity_answer(
    opened: OpenRelease, said: Described, links: Iterable[FoundLink], n_links: int
) -> Entity:
    """What a release holds of an entity.

    Args:
        opened: the release.
        said: the entity as its records describe it.
        links: the first `MAX_LINKS` of its links.
        n_links: how many there are.
    """
    return Entity(
        key=said.key,
        iri=said.iri,
        kind=said.kind,
        type=SCHEMA + said.rdf_type,
        is_stub=said.is_stub,
        titles=said.titles,
        creators=said.creators,
        editors=said.editors,
        contributors=said.contributors,
        date=said.date,
        year=said.year,
        publisher=said.publisher,
        publisher_identifiers=said.publisher_identifiers,
        languages=said.languages,
        licence=said.licence,
        spdx=said.spdx,
        access=said.access,
        subjects=said.subjects,
        collaborations=said.collaborations,
        version=said.version,
        volume=said.volume,
        sizes=said.sizes,
        formats=said.formats,
        abstract=said.abstract,
        identifiers=said.identifiers,
        grants=said.grants,
        records=tuple(
            SourceRecord(
                source=source, record=record, iri=record_iri(opened.base_iri, source, record)
            )
            for source, record in said.records
        ),
        sources=said.sources,
        n_links=n_links,
        links=tuple(describe_links(opened, links)),
        all_links=opened.iri_of(f"api/v1/links?entity={said.key}"),
        release=opened.release.number,
        created_at=opened.info.created_at,
        caveats=caveats(opened.info),
    )
