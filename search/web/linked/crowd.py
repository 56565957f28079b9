"""What a page reads of an entity that thousands made: the first of them, and how many there are.

The data forms tell of all; a page that did would weigh some hundred kilobytes.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import rdflib

from graph.store import GraphReader, Value
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
    return graph.describe(iri, {(role, agent) for role in _ROLES for agent in left_out})


def _past_the_first(graph: GraphReader, agents: Sequence[Value], order: Sequence[str]) -> list[str]:
    if len(agents) <= MAX_PEOPLE:
        return []
    iris = [agent.text for agent in agents]
    names = graph.names(iris)
    places = {name: place for place, name in enumerate(order)}
    iris.sort(key=lambda each: (places.get(names.get(each, ""), len(places)), names.get(each, "")))
    return iris[MAX_PEOPLE:]
