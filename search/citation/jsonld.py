"""Lists of entities as JSON-LD in the words of schema.org, with one context for all. Pure.

JSON-LD 1.1: https://www.w3.org/TR/json-ld11/
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from graph.relation import WEFT
from graph.vocabulary import SCHEMA
from search.citation.reference import one_line
from search.metadata.described import Agent, Described, Grant
from search.metadata.markup import address
from search.metadata.naming import own, resolver

_CONTEXT: Final = {
    "@vocab": SCHEMA,
    "weft": WEFT,
    **{term: {"@type": "@id"} for term in ("license", "sameAs", "url")},
}
"""As the JSON-LD of one entity has it."""


def write(described: Iterable[Described]) -> Iterator[str]:
    """Write a list of entities."""
    return write_list(described, {})


def write_list(described: Iterable[Described], about: Mapping[str, object]) -> Iterator[str]:
    """Write a list of entities with what is to be said of the list itself.

    Args:
        described: the entities.
        about: terms of schema.org and their values.
    """
    head = {"@context": _CONTEXT, "@type": "ItemList", **about}
    yield f'{msgspec.json.encode(head).decode()[:-1]},\n"itemListElement":['
    comma = "\n"
    for each in described:
        yield comma + msgspec.json.encode(_node(each)).decode()
        comma = ",\n"
    yield "\n]}\n"


def _node(described: Described) -> dict[str, object]:
    identifiers = own(described)
    addresses = [page for each in identifiers if (page := resolver(each))]
    is_open = {"open": True, "closed": False, "restricted": False, "embargoed": False}
    node: dict[str, object] = {
        "@id": described.iri,
        "@type": described.rdf_type,
        "url": described.iri,
        "weft:kind": described.kind,
        "name": [_tagged(one_line(each.value), each.language) for each in described.titles],
        "identifier": list(identifiers),
        "sameAs": addresses,
        "creator": [_agent(each) for each in described.creators],
        "editor": [_agent(each) for each in described.editors],
        "contributor": [_agent(each) for each in described.contributors],
        "datePublished": described.date or (str(described.year) if described.year else ""),
        "publisher": _organisation(described.publisher, described.publisher_identifiers),
        "inLanguage": list(described.languages),
        "license": address(described.licence),
        "keywords": list(described.subjects),
        "version": described.version,
        "description": described.abstract,
        "isAccessibleForFree": is_open.get(described.access),
        "funding": [_grant(each) for each in described.grants],
        "weft:source": list(described.sources),
    }
    return {name: _alone(said) for name, said in node.items() if said not in ("", [], {}, None)}


def _alone(said: object) -> object:
    return said[0] if isinstance(said, list) and len(said) == 1 else said


def _tagged(text: str, language: str) -> object:
    return {"@language": language, "@value": text} if language else text


def _agent(agent: Agent) -> dict[str, object]:
    found = _named(agent.name, agent.identifiers)
    if agent.is_person:
        found["@type"] = "Person"
    elif agent.is_organization:
        found["@type"] = "Organization"
    if agent.affiliations:
        places = [_organisation(each.name, each.identifiers) for each in agent.affiliations]
        found["affiliation"] = _alone(places)
    return found


def _grant(grant: Grant) -> dict[str, object]:
    said: dict[str, object] = {
        "@type": "Grant",
        "identifier": grant.number,
        "name": grant.title,
        "url": address(grant.address),
        "funder": _organisation(grant.funder, grant.funder_identifiers),
    }
    return {name: each for name, each in said.items() if each}


def _organisation(name: str, identifiers: Iterable[str]) -> dict[str, object]:
    found = _named(name, identifiers)
    return {"@type": "Organization", **found} if found else {}


def _named(name: str, identifiers: Iterable[str]) -> dict[str, object]:
    page = next(filter(None, map(resolver, identifiers)), "")
    said = {"@id": page, "name": one_line(name)}
    return {term: each for term, each in said.items() if each}
