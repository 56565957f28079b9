"""Agents and grants of an entity, read out of a release: names, identifiers, affiliations."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from graph import identifiers
from graph.relation import WEFT
from graph.store import Value
from graph.vocabulary import RDF_TYPE, SCHEMA
from graph.work import Identifier

Facts = Mapping[str, Sequence[Value]]
"""What a graph says of one subject, by predicate."""
Ask = Callable[[str], Facts]
"""Gives the facts on a node by its IRI."""

_NAME: Final = SCHEMA + "name"
_PERSON: Final = SCHEMA + "Person"
_ORGANIZATION: Final = SCHEMA + "Organization"
_AFFILIATION: Final = SCHEMA + "affiliation"
_FUNDER: Final = SCHEMA + "funder"
_URL: Final = SCHEMA + "url"
_AWARD_NUMBER: Final = WEFT + "awardNumber"
_PARTY_SCHEMES: Final = ("orcid", "ror", "isni", "grid", "doi")
_RESOLVERS: Final = tuple(
    (resolver, scheme)
    for scheme in _PARTY_SCHEMES
    if (resolver := identifiers.iri(Identifier(scheme, "")))
)
_PART: Final = re.compile(r"#(?:agent|grant)-([0-9]{1,9})$")


class Affiliation(Struct, frozen=True):
    """An organisation that somebody belongs to."""

    name: str
    identifiers: tuple[str, ...] = ()
    """As `ror:05mmh0f86`."""


class Agent(Struct, frozen=True, kw_only=True):
    """A person, organisation or collaboration with a part in an entity."""

    name: str
    is_person: bool = False
    is_organization: bool = False
    """Neither: no record says which of the two."""
    identifiers: tuple[str, ...] = ()
    """As `orcid:0000-0002-1825-0097`."""
    affiliations: tuple[Affiliation, ...] = ()


class Grant(Struct, frozen=True, kw_only=True):
    """Money that something was made with; any part may be missing, not all."""

    number: str = ""
    title: str = ""
    funder: str = ""
    """Name of who pays."""
    funder_identifiers: tuple[str, ...] = ()
    """As `ror:05mmh0f86` or `doi:10.13039/501100000780`."""
    address: str = ""
    """Web page of the award."""


def identifier_of_node(iri: str) -> str | None:
    """The identifier, as `scheme:value`, whose resolver names an agent or organisation.

    >>> identifier_of_node("https://ror.org/05mmh0f86")
    'ror:05mmh0f86'
    """
    for resolver, scheme in _RESOLVERS:
        if iri.startswith(resolver):
            return f"{scheme}:{unquote(iri.removeprefix(resolver))}"
    return None


def read_agents(nodes: Iterable[Value], ask: Ask, order: Mapping[str, int]) -> tuple[Agent, ...]:
    """The agents behind some nodes.

    Args:
        nodes: what the entity names as creators, editors or contributors.
        ask: for the facts on a node.
        order: place of each name in the record, which RDF does not keep; others come last, in the
            order of their numbers.
    """
    read = ((node, _agent(node, ask, order)) for node in nodes)
    found = [(_rank(node, agent, order), agent) for node, agent in read if agent]
    found.sort(key=lambda ranked: ranked[0])
    return tuple(agent for _, agent in found)


def read_grants(nodes: Iterable[Value], ask: Ask) -> tuple[Grant, ...]:
    """The grants behind some nodes, in the order of the record."""
    return tuple(_grant(ask(node.text), ask) for node in sorted(nodes, key=_number))


def texts(facts: Facts, predicate: str) -> list[str]:
    """Values of a predicate, in alphabetical order."""
    return sorted(value.text for value in facts.get(predicate, ()))


def first(facts: Facts, predicate: str) -> str:
    """The first value of a predicate in alphabetical order, empty for none."""
    return min((value.text for value in facts.get(predicate, ())), default="")


def _agent(node: Value, ask: Ask, order: Mapping[str, int]) -> Agent | None:
    facts = ask(node.text) if node.is_iri else {}
    names = texts(facts, _NAME)
    if not names:
        return None
    types = texts(facts, RDF_TYPE)
    identifier = identifier_of_node(node.text)
    return Agent(
        # many records name a person with an identifier, each in its way: this entity's way
        name=min(names, key=lambda name: (order.get(name, len(order)), name)),
        is_person=_PERSON in types,
        is_organization=_ORGANIZATION in types and _PERSON not in types,
        identifiers=(identifier,) if identifier else (),
        affiliations=_affiliations(facts.get(_AFFILIATION, ()), ask),
    )


def _rank(node: Value, agent: Agent, order: Mapping[str, int]) -> tuple[int, int, str]:
    return order.get(agent.name, len(order)), _number(node)[0], agent.name


def _number(node: Value) -> tuple[int, str]:
    """The number of an agent or grant without an identifier; those with one come before."""
    match = _PART.search(node.text)
    return (int(match[1]) if match else 0), node.text


def _affiliations(values: Iterable[Value], ask: Ask) -> tuple[Affiliation, ...]:
    found = []
    for value in values:
        if not value.is_iri:
            found.append(Affiliation(value.text))
        elif identifier := identifier_of_node(value.text):
            name = first(ask(value.text), _NAME) or identifier.partition(":")[2]
            found.append(Affiliation(name, (identifier,)))
    return tuple(sorted(found, key=lambda place: (place.name, place.identifiers)))


def _grant(facts: Facts, ask: Ask) -> Grant:
    """A grant; its title stands only in its name, after funder and number."""
    number = first(facts, _AWARD_NUMBER)
    whole = first(facts, _NAME)
    address = first(facts, _URL)
    names: list[str] = []
    found: list[str] = []
    for value in sorted(facts.get(_FUNDER, ())):
        if not value.is_iri:
            names.append(value.text)
            continue
        names += texts(ask(value.text), _NAME)
        if identifier := identifier_of_node(value.text):
            found.append(identifier)
    # a funder with an identifier is named by many records: this grant begins with its own name
    fitting = [name for name in names if whole == name or whole.startswith(name + ", ")]
    funder = max(fitting, key=len, default=min(names, default=""))
    begins = (funder if fitting else " ".join(found), number)
    head = ", ".join(part for part in begins if part)
    title = whole.removeprefix(head).removeprefix(", ") if whole.startswith(head) else ""
    return Grant(
        number=number,
        title="" if title == address else title,
        funder=funder,
        funder_identifiers=tuple(found),
        address=address,
    )
