"""Statements of the store as rdflib graphs, which every serialisation of the pages starts from."""

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, XMLNS
from rdflib.term import Node

from graph.errors import ReleaseError
from graph.vocabulary import PREFIXES


def rdflib_graph(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """The triples of some quads, with the prefixes of Weft.

    Raises:
        ReleaseError: one of them quotes a triple, which no release does.
    """
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in (*PREFIXES.items(), ("rdf", str(RDF)), ("xml", str(XMLNS))):
        graph.bind(prefix, namespace)  # the last two are written in RDF/XML whatever is in it
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal():
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            if term.datatype.value == str(rdflib.XSD.string):
                return rdflib.Literal(term.value)
            # as it is written: rdflib would turn the Z of a moment into +00:00
            return rdflib.Literal(
                term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False
            )
        case ox.Triple():
            raise ReleaseError(f"a quoted triple in a release: {term}")
