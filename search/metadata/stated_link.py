"""A link with the names of its ends and all that state it, as answers hold it."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from graph.links.found import FoundLink
from graph.links.stated import RecordStatement
from graph.relation import PREDICATES
from search.metadata.end import End, end_reader
from search.open_release import OpenRelease

Side = Literal["source", "target"]


class LinkStatement(Struct, frozen=True, kw_only=True):
    """A link as one record words it."""

    source: Annotated[str, Meta(description="Name of the source that the record is of.")]
    record: Annotated[str, Meta(description="OAI identifier.")]
    record_iri: str
    side: Annotated[Side, Meta(description="The end of the link that the record describes.")]
    stated_as: Annotated[str, Meta(description="In the record's own words.")] = field(name="as")
    target_as: Annotated[str, Meta(description="The other end as the record writes it.")]
    at: Annotated[str, Meta(description="When the record was harvested, UTC.")]
    datestamp: Annotated[str, Meta(description="When its source last changed it, UTC.")]
    rule: Annotated[str, Meta(description="The rule that read the link out of the record.")]


class StatedLink(Struct, frozen=True, kw_only=True):
    """A link in its canonical direction, with all that state it."""

    source: Annotated[str, Meta(description="Key of the entity that the link starts at.")]
    relation: Annotated[str, Meta(description="Canonical DataCite relation.")]
    target: Annotated[str, Meta(description="Key of the entity that the link leads to.")]
    predicate: Annotated[str, Meta(description="IRI of the relation in the graph.")]
    source_entity: End
    target_entity: End
    stated_from: Annotated[
        Literal["source", "target", "both", "neither"],
        Meta(description="Which ends' records state it."),
    ]
    stated_by: tuple[LinkStatement, ...]


def describe_links(opened: OpenRelease, links: Iterable[FoundLink]) -> Iterator[StatedLink]:
    """Links in their canonical direction, with the names of their ends, one by one."""
    read = end_reader(opened.graph, opened.base_iri)
    for link in links:
        source, target = read(link.start), read(link.end)
        if link.way.is_turned:
            source, target = target, source
        yield _described(link, source, target)


def _described(link: FoundLink, source: End, target: End) -> StatedLink:
    stated = link.stated
    match bool(stated.by_subject), bool(stated.by_object):
        case True, True:
            stated_from: Literal["source", "target", "both", "neither"] = "both"
        case True, False:
            stated_from = "source"
        case False, True:
            stated_from = "target"
        case _:
            stated_from = "neither"
    return StatedLink(
        source=source.key,
        relation=PREDICATES[link.way.predicate],
        target=target.key,
        predicate=link.way.predicate,
        source_entity=source,
        target_entity=target,
        stated_from=stated_from,
        stated_by=(
            *(_statement(each, "source") for each in stated.by_subject),
            *(_statement(each, "target") for each in stated.by_object),
        ),
    )


def _statement(said: RecordStatement, side: Side) -> LinkStatement:
    return LinkStatement(
        source=said.source,
        record=said.record,
        record_iri=said.record_iri,
        side=side,
        stated_as=said.stated_as,
        target_as=said.target_as,
        at=said.at,
        datestamp=said.datestamp,
        rule=said.rule,
    )
