"""One description in four forms: the same triples."""

import json

import pytest
import rdflib

from search.web.serialise import RdfFormat, serialise

ROOT = "http://x/id/a"
TURTLE = f"""
@prefix s: <https://schema.org/> . @prefix w: <https://w3id.org/weft#> .
@prefix x: <http://www.w3.org/2001/XMLSchema#> .
<{ROOT}> a s:Dataset ; s:name "Název \\"x\\""@cs, "plain" ; s:creator <{ROOT}#agent-1> ;
  s:creator <http://o/1> ;
  w:year "2012"^^x:gYear ; s:isAccessibleForFree true ;
  s:license <http://l/> ; s:version "1.0" .
<{ROOT}#agent-1> a s:Person ; s:name "One" .
<http://o/1> a s:Organization ; s:name "Two" .
<http://x/id/b> w:isSupplementTo <{ROOT}> .
"""


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize("form", RdfFormat)
def test_every_form_holds_the_same_triples(form):
    graph = rdflib.Graph().parse(data=TURTLE, format="turtle")
    name = "xml" if form is RdfFormat.RDF_XML else form.writer
    again = rdflib.Graph().parse(data=serialise(graph, form, root=ROOT), format=name)
    assert set(again) == set(graph)


def test_json_ld_begins_at_the_root_and_holds_its_agents():
    graph = rdflib.Graph().parse(data=TURTLE, format="turtle")
    document = json.loads(serialise(graph, RdfFormat.JSON_LD, root=ROOT))
    assert document["@id"] == ROOT
    assert {agent["name"] for agent in document["creator"]} == {"One", "Two"}
    assert document["@context"]["@vocab"] == "https://schema.org/"


def test_a_single_node_needs_no_graph():
    graph = rdflib.Graph().parse(data=f'<{ROOT}> <https://schema.org/name> "n" .', format="turtle")
    assert json.loads(serialise(graph, RdfFormat.JSON_LD, root=ROOT))["name"] == "n"
