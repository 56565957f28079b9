"""What the SPARQL endpoint says of itself to machines. Pure.

https://www.w3.org/TR/sparql11-service-description/
"""

from typing import Final

import rdflib
from rdflib.namespace import RDF

from search.sparql.results import ResultFormat

_SD: Final = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
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
_WRITERS: Final = {
    "text/turtle": "turtle",
    "application/rdf+xml": "pretty-xml",
    "application/n-triples": "ntriples",
}


def describe_service(endpoint: str, base_iri: str, media_type: str) -> str:
    """Describe the endpoint at the address a client used.

    Args:
        endpoint: that address.
        base_iri: of the release.
        media_type: text/turtle, application/rdf+xml or application/n-triples.
    """
    graph = rdflib.Graph()
    graph.bind("sd", _SD)
    service, dataset = rdflib.URIRef(base_iri + "sparql#service"), rdflib.BNode()
    graph.add((service, RDF.type, _SD.Service))
    graph.add((service, _SD.endpoint, rdflib.URIRef(endpoint)))
    graph.add((service, _SD.supportedLanguage, _SD.SPARQL11Query))
    graph.add((service, _SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, _SD.Dataset))
    graph.add((dataset, _SD.defaultGraph, default := rdflib.BNode()))
    graph.add((default, RDF.type, _SD.Graph))
    for iri in _FORMAT_IRIS.values():
        graph.add((service, _SD.resultFormat, rdflib.URIRef(iri)))
    text: str = graph.serialize(format=_WRITERS[media_type])
    return text
