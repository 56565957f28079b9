"""What a page reads of an entity that thousands made: the first of them, and how many there are.

The data forms tell of all; a page that did would weigh some hundred kilobytes.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import rdflib

from graph.store import PART_PREDICATES, GraphReader, Value
from graph.vocabulary import SCHEMA

MAX_PEOPLE: Final = 300
"""Creators, and contributors, that a page names: 30 kB of it."""
_ROLES: Final = tuple(SCHEMA + role for role in ("creator", "contributor", "editor"))

Facts = Mapping[str, Sequence[Value]]


def n_creators(facts: Facts) -> int:
    """How many creators the records name."""
    return len(facts.get(SCHEMA + "creator", ()))


def describe_some(graph: GraphReader, iri: str, facts: Facts, order: Sequence[str]) -> rdflib.Graph:
    """What `GraphReader.describe` gives, with at most `MAX_PEOPLE` agents in each role.

    Args:
        graph: of the release.
        iri: of the entity.
        facts: what the default graph says of it.
        order: names of the creators as the record orders them; the first of these are kept.
    """
    left_out = {
        agent for role in _ROLES for agent in _past_the_first(graph, facts.get(role, ()), order)
    }
    if not left_out:
        return graph.describe(iri)
    described = rdflib.Graph(bind_namespaces="none")
    waiting, seen = [iri], {iri, *left_out}
    while waiting:
        node = waiting.pop()
        for predicate, value in graph.statements(node):
            if predicate in _ROLES and str(value) in left_out:
                continue
            described.add((rdflib.URIRef(node), rdflib.URIRef(predicate), value))
            is_part = predicate in PART_PREDICATES and isinstance(value, rdflib.URIRef)
            if is_part and str(value) not in seen:
                seen.add(str(value))
                waiting.append(str(value))
    return described


def _past_the_first(graph: GraphReader, agents: Sequence[Value], order: Sequence[str]) -> list[str]:
    if len(agents) <= MAX_PEOPLE:
        return []
    iris = [agent.text for agent in agents]
    names = graph.names(iris)
    places = {name: place for place, name in enumerate(order)}
    iris.sort(key=lambda each: (places.get(names.get(each, ""), len(places)), names.get(each, "")))
    return iris[MAX_PEOPLE:]
