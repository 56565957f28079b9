"""What the SPARQL endpoint says of itself to machines. Pure.

https://www.w3.org/TR/sparql11-service-description/
"""

from typing import Final

import rdflib
from rdflib.namespace import RDF, RDFS

from graph.quads import decisions_graph
from search.sparql.results import ResultFormat
from search.sparql.search_block import QUERY
from search.sparql.text_search import SEARCH

SD: Final = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_FORMAT_IRIS: Final = {
    ResultFormat.JSON: _FORMATS + "SPARQL_Results_JSON",
    ResultFormat.XML: _FORMATS + "SPARQL_Results_XML",
    ResultFormat.CSV: _FORMATS + "SPARQL_Results_CSV",
    ResultFormat.TSV: _FORMATS + "SPARQL_Results_TSV",
    ResultFormat.TURTLE: _FORMATS + "Turtle",
    ResultFormat.N_TRIPLES: _FORMATS + "N-Triples",
    ResultFormat.JSON_LD: _FORMATS + "JSON-LD",
    ResultFormat.RDF_XML: _FORMATS + "RDF_XML",
}
_SEARCH_COMMENT: Final = (
    f'SERVICE <{SEARCH}> {{ ?entity <{QUERY}> "words" }} gives the entities'
    " that this endpoint's text index finds, with their score, rank and total."
)
_WRITERS: Final = {
    "text/turtle": "turtle",
    "application/rdf+xml": "pretty-xml",
    "application/n-triples": "ntriples",
}


def describe_service(endpoint: str, base_iri: str, media_type: str) -> str:
    """Describe the endpoint at the address a client used; `/void` says more.

    Args:
        endpoint: that address.
        base_iri: of the release.
        media_type: text/turtle, application/rdf+xml or application/n-triples.
    """
    graph = rdflib.Graph()
    graph.bind("sd", SD)
    add_service(graph, endpoint, base_iri)
    text: str = graph.serialize(format=_WRITERS[media_type])
    return text


def add_service(graph: rdflib.Graph, endpoint: str, base_iri: str) -> None:
    """Describe the endpoint in a graph; the data set of its queries is the one of VoID."""
    service = rdflib.URIRef(base_iri + "sparql#service")
    dataset = rdflib.URIRef(base_iri + "void#dataset")
    statements = [
        (service, RDF.type, SD.Service),
        (service, SD.endpoint, rdflib.URIRef(endpoint)),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        (service, SD.defaultDataset, dataset),
        (service, RDFS.seeAlso, rdflib.URIRef(base_iri + "void")),
        (service, SD.feature, search := rdflib.URIRef(SEARCH)),
        (search, RDF.type, SD.Feature),
        (search, RDFS.label, rdflib.Literal("Full-text search inside SPARQL", lang="en")),
        (search, RDFS.comment, rdflib.Literal(_SEARCH_COMMENT, lang="en")),
        (dataset, RDF.type, SD.Dataset),
        (dataset, SD.defaultGraph, default := rdflib.BNode()),
        (default, RDF.type, SD.Graph),
        (dataset, SD.namedGraph, decisions := rdflib.BNode()),
        (decisions, RDF.type, SD.NamedGraph),
        (decisions, SD.name, rdflib.URIRef(decisions_graph(base_iri))),
    ]
    statements += [
        (service, SD.resultFormat, rdflib.URIRef(iri)) for iri in sorted(_FORMAT_IRIS.values())
    ]
    for statement in statements:
        graph.add(statement)
