"""Graphs held to `graph/shapes.ttl` by pyshacl."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import RDF, SH, URIRef
from rdflib.term import Node

import graph
from graph.relation import PREDICATES

PREFIX = "https://w3id.org/weft/shapes#"
SHAPES = rdflib.Graph().parse(Path(graph.__file__).parent / "shapes.ttl")

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


def graph_of(store: ox.Store, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> rdflib.Graph:
    """One graph of a release."""
    triples = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
    return rdflib.Graph().parse(data=triples, format="nt")


def faults(data: rdflib.Graph) -> list[tuple[str, str]]:
    """What a graph does wrong: (shape, focus node) of each result and of those inside it."""
    conforms, report, _ = pyshacl.validate(data, shacl_graph=SHAPES, inplace=True)
    assert isinstance(report, rdflib.Graph)
    found = sorted(
        (_owner(report.value(result, SH.sourceShape)), str(report.value(result, SH.focusNode)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )
    assert conforms is not bool(found)
    return found


def excerpt(default: rdflib.Graph, nodes: Iterable[Node]) -> rdflib.Graph:
    """All that is said of some nodes and of what they point to, less the links of the latter.

    pyshacl can be told to look at some nodes only, but then it overlooks the values of the shapes
    inside shapes too, and finds faults where there are none.
    """
    links = {URIRef(each) for each in PREDICATES}
    chosen = set(nodes)
    ends = {o for s in chosen for p, o in default.predicate_objects(s) if p in links}
    part = rdflib.Graph()
    for node in chosen | ends:
        for p, o in default.predicate_objects(node):
            if p not in links:
                part.add((node, p, o))
                for statement in () if o in chosen else default.triples((o, None, None)):
                    part.add(statement)
            elif node in chosen:
                part.add((node, p, o))
    return part


def targets(data: rdflib.Graph) -> set[Node]:
    """Every node that some shape looks at by itself."""
    node, rdf_class, subjects, objects = (set(SHAPES.objects(None, each)) for each in _TARGETS)
    return node.union(
        *(data.subjects(RDF.type, each) for each in rdf_class),
        *(data.subjects(each, None) for each in subjects),
        *(data.objects(None, each) for each in objects),
    )


def node_shapes() -> set[str]:
    """Local names of the shapes."""
    return {_local(shape) for shape in SHAPES.subjects(RDF.type, SH.NodeShape)}


def _owner(shape: Node | None) -> str:
    """The named shape that a part of it, at whatever depth, belongs to."""
    while not isinstance(shape, URIRef):
        shape = next(SHAPES.subjects(None, shape))
    return _local(shape)


def _local(shape: Node) -> str:
    return str(shape).removeprefix(PREFIX)
