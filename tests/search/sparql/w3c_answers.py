"""SPARQL answers as values that are equal when the answers mean the same."""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import XSD, Namespace
from rdflib.term import BNode, Literal, Node, URIRef

from tests.search.sparql.w3c import BASE

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def graph_format(extension: str) -> ox.RdfFormat:
    """The format of RDF that files with an extension have."""
    found = ox.RdfFormat.from_extension(extension)
    assert found is not None, extension
    return found


def solutions_format(extension: str) -> ox.QueryResultsFormat:
    """The format of solutions that files with an extension have."""
    found = ox.QueryResultsFormat.from_extension(extension)
    assert found is not None, extension
    return found


def read_answer(body: bytes, extension: str) -> object:
    """A graph, solutions or a boolean, in the format that files with an extension have."""
    if extension in ("ttl", "rdf"):
        quads = ox.parse(body, format=graph_format(extension), base_iri=BASE)
        return _canonical(quad.triple for quad in quads)
    found = ox.parse_query_results(body, format=solutions_format(extension))
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = [each.value for each in found.variables]
    return sorted(names), _canonical(
        _reified(
            {name: value for name in names if (value := solution[name]) is not None}
            for solution in found
        )
    )


def read_csv(text: str) -> object:
    """CSV tells no kinds of terms; the order of columns is free in `SELECT *`."""
    rows = [
        sorted((name, "_:" if cell.startswith("_:") else cell) for name, cell in row.items())
        for row in csv.DictReader(io.StringIO(text))
    ]
    return sorted(rows)


def read_described(path: Path, iri: str) -> object:
    """Solutions as `http://www.w3.org/2001/sw/DataAccess/tests/result-set#` describes them."""
    graph = rdflib.Graph().parse(path, publicID=iri)
    names = sorted(str(each) for each in graph.objects(None, RS.resultVariable))
    rows = []
    for solution in graph.objects(None, RS.solution):
        bindings = [
            (str(graph.value(binding, RS.variable)), graph.value(binding, RS.value))
            for binding in graph.objects(solution, RS.binding)
        ]
        rows.append({name: _from_rdflib(value) for name, value in bindings if value is not None})
    return names, _canonical(_reified(rows))


def _from_rdflib(term: Node) -> Term:
    match term:
        case Literal(language=str() as language):
            return ox.Literal(str(term), language=language)
        case Literal(datatype=URIRef() as datatype):
            return ox.Literal(str(term), datatype=ox.NamedNode(str(datatype)))
        case Literal():
            return ox.Literal(str(term))
        case BNode():
            return ox.BlankNode(str(term))
        case _:
            return ox.NamedNode(str(term))


def _reified(solutions: Iterable[dict[str, Term]]) -> Iterator[ox.Triple]:
    """Solutions as a graph, so that blank nodes can be compared; equal ones stay apart."""
    for solution in solutions:
        row = ox.BlankNode()
        yield ox.Triple(row, ox.NamedNode("urn:is"), ox.Literal("solution"))
        for name, value in solution.items():
            yield ox.Triple(row, ox.NamedNode(f"urn:variable:{name}"), value)


def _canonical(triples: Iterable[ox.Triple]) -> frozenset[str]:
    """A graph so that equal ones are equal: blank nodes named by rule, numbers by their value."""
    dataset = ox.Dataset(
        ox.Quad(each.subject, each.predicate, _by_value(each.object)) for each in triples
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(str(quad) for quad in dataset)


def _by_value(term: Term) -> Term:
    """A literal of a numeric datatype with one spelling for each value."""
    if not isinstance(term, ox.Literal):
        return term
    datatype = term.datatype.value.removeprefix(str(XSD))
    try:
        match datatype:
            case "decimal" | "integer":
                return ox.Literal(str(Decimal(term.value).normalize()), datatype=term.datatype)
            case "double" | "float":
                return ox.Literal(repr(float(term.value)), datatype=term.datatype)
            case "boolean":
                spelling = {"0": "false", "1": "true"}.get(term.value, term.value)
                return ox.Literal(spelling, datatype=term.datatype)
            case _:
                return term
    except (ValueError, ArithmeticError):
        return term
