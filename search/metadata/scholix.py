"""Scholix link information packages, versions 3 and 4, of links between entities.

A package says who links what to what; nothing in it is more than some record states.
https://doi.org/10.5281/zenodo.1120265 and the JSON schemas at https://github.com/scholix/schema
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from graph import identifiers
from graph.links.found import FoundLink
from graph.links.selection import Way
from graph.links.stated import RecordStatement
from graph.relation import PREDICATES, RELATIONS, SYMMETRIC
from graph.vocabulary import SCHEMA
from graph.work import Identifier
from search.metadata.described import Described, read_described
from search.metadata.parties import Agent
from search.open_release import OpenRelease

MAX_CREATORS: Final = 100
"""Creators of an object in a package; a guess, since collaborations have thousands."""
DATACITE: Final = "https://schema.datacite.org/meta/kernel-4/metadata.xsd"
"""The vocabulary of `SubType` of a relation."""
_LITERATURE: Final = ("paper", "book", "chapter")
_DATE: Final = len("2017-11-15")
_KEPT: Final = 2000
"""Entities that are kept in memory while packages are made; a guess: collaborations have 3,000
creators."""

Name = Literal["IsSupplementTo", "IsSupplementedBy", "References", "IsReferencedBy", "IsRelatedTo"]
TypeName = Literal["literature", "dataset", "unknwon"]
"""As the schemas spell them. They have no word for software."""

_NAMES: Final[dict[str, tuple[Name, Name]]] = {
    "IsSupplementTo": ("IsSupplementTo", "IsSupplementedBy"),
    "Cites": ("References", "IsReferencedBy"),
}
"""By canonical relation the name in its direction, and in the other; all others are related."""
_INVERSES: Final = {
    relation.name: stated for stated, relation in reversed(RELATIONS.items()) if relation.is_inverse
}
"""By canonical relation what DataCite calls it from the other end."""


class ScholixIdentifier(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An identifier with its scheme."""

    value: str = field(name="ID")
    scheme: str = field(name="IDScheme")
    url: str = field(name="IDURL", default="")


class ScholixType(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    """What sort of thing an object is."""

    name: Annotated[
        TypeName, Meta(description="Spelled as in the schema; software is `unknwon` there.")
    ]
    sub_type: Annotated[str, Meta(description="Class of schema.org.")] = ""
    sub_type_schema: str = ""


class ScholixRelation(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    """How the source is related to the target."""

    name: Name
    sub_type: Annotated[str, Meta(description="The DataCite relation.")] = ""
    sub_type_schema: str = ""


class ScholixProvider(Struct, frozen=True, kw_only=True):
    """A source repository that states the link."""

    name: str


class ScholixCreator(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    """Somebody who made an object."""

    name: str
    identifier: ScholixIdentifier | None = None


class ScholixPublisher(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who published an object."""

    name: str
    identifier: ScholixIdentifier | None = field(name="Identifier", default=None)


class _About(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    type: ScholixType
    title: tuple[str, ...] = ()
    creator: tuple[ScholixCreator, ...] = ()
    publication_date: str = ""
    publisher: tuple[ScholixPublisher, ...] = ()


class ScholixObject(_About, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    """One end of a link, with one identifier."""

    identifier: ScholixIdentifier


class ScholixSource(_About, frozen=True, kw_only=True, omit_defaults=True, rename="pascal"):
    """The end that a link of version 4 starts at, with all its identifiers."""

    identifier: tuple[ScholixIdentifier, ...]


class _Package(Struct, frozen=True, kw_only=True, rename="pascal"):
    link_publication_date: Annotated[
        str,
        Meta(
            description="Earliest datestamp of the records that state the link: the first day on"
            " which it is known to have been stated."
        ),
    ]
    link_provider: tuple[ScholixProvider, ...]
    relationship_type: ScholixRelation


class ScholixV3(_Package, frozen=True, kw_only=True, rename="pascal"):
    """A link information package of version 3."""

    source: ScholixObject
    target: ScholixObject


class ScholixV4(_Package, frozen=True, kw_only=True, rename="pascal"):
    """A link information package of version 4."""

    source: ScholixSource
    target: ScholixObject


def packages_v3(opened: OpenRelease, links: Iterable[FoundLink]) -> tuple[ScholixV3, ...]:
    """Links as packages of version 3, in the direction in which they were read."""
    read = _reader(opened)
    return tuple(
        ScholixV3(
            link_publication_date=_publication_date(opened, link),
            link_provider=_providers(opened, link),
            relationship_type=relation_of(link),
            source=_object(read(link.start)),
            target=_object(read(link.end)),
        )
        for link in links
    )


def packages_v4(opened: OpenRelease, links: Iterable[FoundLink]) -> tuple[ScholixV4, ...]:
    """The same of version 4, whose source has all its identifiers."""
    read = _reader(opened)
    return tuple(
        ScholixV4(
            link_publication_date=_publication_date(opened, link),
            link_provider=_providers(opened, link),
            relationship_type=relation_of(link),
            source=_source(read(link.start)),
            target=_object(read(link.end)),
        )
        for link in links
    )


def relation_of(link: FoundLink) -> ScholixRelation:
    """A link's relation in Scholix's words, with DataCite's beside them where they say more."""
    scholix, datacite = relation_names(link.way)
    if datacite == scholix:
        return ScholixRelation(name=scholix)
    return ScholixRelation(name=scholix, sub_type=datacite, sub_type_schema=DATACITE)


def relation_names(way: Way) -> tuple[Name, str]:
    """What Scholix and DataCite call the relation of links that are read in some way."""
    name = PREDICATES[way.predicate]
    scholix = _NAMES.get(name, ("IsRelatedTo", "IsRelatedTo"))[way.is_turned]
    return scholix, _INVERSES[name] if way.is_turned and name not in SYMMETRIC else name


def _reader(opened: OpenRelease) -> Callable[[str], Described]:
    @lru_cache(_KEPT)
    def read(iri: str) -> Described:
        key = iri.removeprefix(opened.iri_of("id/"))
        found = read_described(opened.graph, opened.index.document(key), iri, with_related=False)
        # a link may lead to an entity of which the graph says nothing else
        return found or Described(iri=iri, key=key, kind="unknown")

    return read


def _said(link: FoundLink) -> tuple[RecordStatement, ...]:
    return (*link.stated.by_subject, *link.stated.by_object)


def _publication_date(opened: OpenRelease, link: FoundLink) -> str:
    known = [date for said in _said(link) if (date := said.datestamp or said.at)]
    return min(known, default=opened.release.info.created_at)[:_DATE]


def _providers(opened: OpenRelease, link: FoundLink) -> tuple[ScholixProvider, ...]:
    names = sorted({said.source for said in _said(link)})
    return tuple(ScholixProvider(name=opened.source_title(name)) for name in names)


def _object(entity: Described) -> ScholixObject:
    return ScholixObject(
        identifier=_identifiers(entity)[0],
        type=_type(entity),
        title=tuple(title.value for title in entity.titles),
        creator=_creators(entity),
        publication_date=entity.date or str(entity.year or ""),
        publisher=_publishers(entity),
    )


def _source(entity: Described) -> ScholixSource:
    return ScholixSource(
        identifier=_identifiers(entity),
        type=_type(entity),
        title=tuple(title.value for title in entity.titles),
        creator=_creators(entity),
        publication_date=entity.date or str(entity.year or ""),
        publisher=_publishers(entity),
    )


def _type(entity: Described) -> ScholixType:
    name: TypeName = "unknwon"
    if entity.kind == "dataset":
        name = "dataset"
    elif entity.kind in _LITERATURE:
        name = "literature"
    if entity.kind == "unknown":
        return ScholixType(name=name)
    return ScholixType(name=name, sub_type=entity.rdf_type, sub_type_schema=SCHEMA)


def _creators(entity: Described) -> tuple[ScholixCreator, ...]:
    return tuple(_creator(agent) for agent in entity.creators[:MAX_CREATORS])


def _creator(agent: Agent) -> ScholixCreator:
    own = _identifier(agent.identifiers[0]) if agent.identifiers else None
    return ScholixCreator(name=agent.name, identifier=own)


def _publishers(entity: Described) -> tuple[ScholixPublisher, ...]:
    if not entity.publisher:
        return ()
    own = entity.publisher_identifiers[:1]
    return (
        ScholixPublisher(name=entity.publisher, identifier=_identifier(own[0]) if own else None),
    )


def _identifiers(entity: Described) -> tuple[ScholixIdentifier, ...]:
    """All identifiers, a DOI first; of an entity that has none, its own address."""
    found = tuple(_identifier(each) for each in entity.identifiers)
    return found or (ScholixIdentifier(value=entity.iri, scheme="url", url=entity.iri),)


def _identifier(text: str) -> ScholixIdentifier:
    scheme, _, value = text.partition(":")
    resolver = identifiers.iri(Identifier(scheme, value))
    return ScholixIdentifier(value=value, scheme=scheme, url=resolver or "")
