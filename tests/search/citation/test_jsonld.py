"""JSON-LD, read back by rdflib."""

import pytest
import rdflib
from rdflib import RDF, Literal, URIRef

from search.citation.jsonld import write, write_list
from tests.search.citation.described import EMPTY, HOSTILE, PAPER

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
SCHEMA = rdflib.Namespace("https://schema.org/")


def graph_of(texts):
    return rdflib.Graph().parse(data="".join(texts), format="json-ld")


def test_a_list_is_rdf_about_its_entities():
    graph = graph_of(write([PAPER, EMPTY]))
    paper = URIRef(PAPER.iri)
    assert graph.value(paper, RDF.type) == SCHEMA.ScholarlyArticle
    assert Literal("doi:10.1016/j.physletb.2012.08.021") in graph.objects(paper, SCHEMA.identifier)
    assert graph.value(paper, SCHEMA.license) == URIRef("https://spdx.org/licenses/CC-BY-4.0")
    person = URIRef("https://orcid.org/0000-0002-1825-0097")
    assert (paper, SCHEMA.creator, person) in graph
    assert graph.value(person, SCHEMA.name) == Literal("Carberry, Josiah")
    items = set(graph.objects(None, SCHEMA.itemListElement))
    assert items == {paper, URIRef(EMPTY.iri)}


def test_a_list_tells_what_it_is():
    graph = graph_of(write_list([], {"@id": "http://weft.test/search", "numberOfItems": 0}))
    assert graph.value(URIRef("http://weft.test/search"), SCHEMA.numberOfItems) == Literal(0)


def test_hostile_texts_stay_texts():
    graph = graph_of(write([HOSTILE]))
    assert graph.value(URIRef(HOSTILE.iri), SCHEMA.description) == Literal(HOSTILE.abstract)
