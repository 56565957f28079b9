"""Which identifiers of a release are asked about: streamed from its graph, never all in memory."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from graph import identifiers
from graph.relation import WEFT
from graph.store import PART_PREDICATES, GraphReader
from graph.terms import is_absolute
from graph.vocabulary import SCHEMA
from graph.work import Identifier
from weft.enrich.keep import Keep
from weft.enrichment import AGENT_SCHEMES, Enrichment

Row = tuple[str, str, str]
"""Identifier written `scheme:value`, IRI of what it names, and the terms asked about if others."""


def agent_iri(identifier: Identifier) -> str | None:
    """The IRI of a person or organisation in a release; None for other identifiers."""
    return identifiers.iri(identifier) if identifier.scheme in AGENT_SCHEMES else None


def wanted_identifiers(graph: GraphReader, settings: Enrichment) -> Iterator[Row]:
    """Every identifier of the configured schemes in the default graph; some come repeatedly."""
    things = tuple(f"{each}:" for each in settings.schemes if each not in AGENT_SCHEMES)
    if things:
        yield from _of_things(graph, things, with_stubs=settings.stubs)
    agents = {
        resolver: scheme
        for scheme in settings.schemes
        if (resolver := agent_iri(Identifier(scheme, "")))
    }
    if agents:
        yield from _of_agents(graph, agents)


def wanted_through(graph: GraphReader, keep: Keep, through: str) -> Iterator[Row]:
    """Every identifier about which another enrichment gave an IRI, to be asked about by that IRI.

    Where it gave several, the term is all of them with a space between.
    """
    answered = groupby(keep.answered_iris(through), key=itemgetter(0))
    for identifier, found in answered:
        terms = " ".join(dict.fromkeys(term for _, term in found))
        scheme, _, value = identifier.partition(":")
        iri = agent_iri(Identifier(scheme, value)) or graph.find(identifier)
        if iri is not None:
            yield identifier, iri, terms


def _of_things(graph: GraphReader, prefixes: tuple[str, ...], *, with_stubs: bool) -> Iterator[Row]:
    for subject, identifier in graph.pairs(SCHEMA + "identifier"):
        if identifier.startswith(prefixes) and (
            with_stubs or not graph.has(subject, WEFT + "Stub")
        ):
            yield identifier, subject, ""


def _of_agents(graph: GraphReader, schemes: dict[str, str]) -> Iterator[Row]:
    resolvers = tuple(schemes)
    seen: set[str] = set()
    for predicate in (*sorted(PART_PREDICATES), WEFT + "publisherIdentifier"):
        for _, agent in graph.pairs(predicate):
            if not agent.startswith(resolvers) or agent in seen or not is_absolute(agent):
                continue
            seen.add(agent)
            resolver = next(each for each in resolvers if agent.startswith(each))
            yield f"{schemes[resolver]}:{agent.removeprefix(resolver)}", agent, ""
