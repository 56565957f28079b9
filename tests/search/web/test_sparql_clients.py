"""Independent clients of the SPARQL Protocol ask `/sparql`; they block: each runs in a thread."""

import asyncio
from xml.dom.minidom import Document

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    POST,
    RDFXML,
    TSV,
    TURTLE,
    XML,
    SPARQLExceptions,
    SPARQLWrapper,
)

from tests.search.web.conftest import BASE, DATA, PAPER, RECORD

SCHEMA = rdflib.Namespace("https://schema.org/")
ARTICLES = "PREFIX s: <https://schema.org/> SELECT ?d { ?d a s:ScholarlyArticle }"
PAPER_IRI = rdflib.URIRef(f"{BASE}id/{PAPER}")


async def wrapper_result(client, query, form, method=GET):
    wrapper = SPARQLWrapper(str(client.make_url("/sparql")))
    wrapper.setQuery(query)
    wrapper.setMethod(method)
    wrapper.setReturnFormat(form)
    return await asyncio.to_thread(wrapper.queryAndConvert)


@pytest.mark.parametrize("method", [GET, POST])
async def test_sparqlwrapper_reads_solutions_as_json(client, method):
    found = await wrapper_result(client, ARTICLES, JSON, method)
    assert isinstance(found, dict)
    values = [row["d"]["value"] for row in found["results"]["bindings"]]
    assert values == [str(PAPER_IRI)]


@pytest.mark.parametrize("method", [GET, POST])
async def test_sparqlwrapper_asks_the_text_index_inside_a_query(client, method):
    query = """\
PREFIX weft: <https://w3id.org/weft#>
SELECT ?data ?score ?paper {
  SERVICE weft:search { ?data weft:query "table kind:dataset" ; weft:score ?score }
  ?data weft:isSupplementTo ?paper
}"""
    found = await wrapper_result(client, query, JSON, method)
    assert isinstance(found, dict)
    [row] = found["results"]["bindings"]
    assert row["data"]["value"] == f"{BASE}id/{DATA}"
    assert row["paper"]["value"] == str(PAPER_IRI)
    assert row["score"]["datatype"] == "http://www.w3.org/2001/XMLSchema#double"
    assert float(row["score"]["value"]) > 0


async def test_rdflib_sparqlstore_asks_the_text_index_inside_a_query(client):
    def read():
        graph = rdflib.Graph(SPARQLStore(str(client.make_url("/sparql"))))
        query = "SELECT ?d { SERVICE weft:search { ?d weft:query 'table' } }"
        rows = graph.query(query, initNs={"weft": "https://w3id.org/weft#"}).bindings
        return [row[rdflib.Variable("d")] for row in rows]

    assert await asyncio.to_thread(read) == [rdflib.URIRef(f"{BASE}id/{DATA}")]


async def test_sparqlwrapper_reads_solutions_as_xml(client):
    found = await wrapper_result(client, ARTICLES, XML)
    assert isinstance(found, Document)
    (uri,) = found.getElementsByTagName("uri")
    assert uri.toxml() == f"<uri>{PAPER_IRI}</uri>"


@pytest.mark.parametrize("form", [CSV, TSV])
async def test_sparqlwrapper_reads_solutions_as_text(client, form):
    found = await wrapper_result(client, ARTICLES, form)
    assert isinstance(found, bytes)
    assert str(PAPER_IRI) in found.decode()


# SPARQLWrapper parses graphs into an rdflib.ConjunctiveGraph
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", [RDFXML, JSONLD])
async def test_sparqlwrapper_reads_graphs(client, form):
    query = "PREFIX s: <https://schema.org/> CONSTRUCT WHERE { ?d a s:ScholarlyArticle }"
    found = await wrapper_result(client, query, form)
    assert isinstance(found, rdflib.Graph)
    assert list(found.subjects(rdflib.RDF.type)) == [PAPER_IRI]


async def test_sparqlwrapper_reads_turtle_and_a_boolean(client):
    turtle = await wrapper_result(client, f"DESCRIBE <{PAPER_IRI}>", TURTLE)
    assert isinstance(turtle, bytes)
    assert (PAPER_IRI, rdflib.RDF.type, SCHEMA.ScholarlyArticle) in rdflib.Graph().parse(
        data=turtle, format="turtle"
    )
    found = await wrapper_result(client, "ASK {}", JSON)
    assert isinstance(found, dict)
    assert found["boolean"] is True


async def test_sparqlwrapper_is_told_of_a_bad_query(client):
    with pytest.raises(SPARQLExceptions.QueryBadFormed):
        await wrapper_result(client, "SELECT * { ?s ?p }", JSON)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
async def test_rdflib_sparqlstore_reads_the_merged_graph(client, method):
    def read():
        graph = rdflib.Graph(SPARQLStore(str(client.make_url("/sparql")), method=method))
        data = rdflib.URIRef(f"{BASE}id/{DATA}")
        return (
            [row[rdflib.Variable("d")] for row in graph.query(ARTICLES).bindings],
            list(graph.objects(data, SCHEMA.name)),
            bool(graph.query("ASK { ?s ?p 'nowhere' }")),
        )

    articles, names, is_there = await asyncio.to_thread(read)
    assert articles == [PAPER_IRI]
    assert names == [rdflib.Literal("Table 1 of the observation")]
    assert is_there is False


async def test_rdflib_sparqlstore_reads_the_graph_of_one_record(client):
    def read():
        store = SPARQLStore(str(client.make_url("/sparql")), context_aware=True)
        return list(rdflib.Graph(store, rdflib.URIRef(RECORD)).objects(PAPER_IRI, SCHEMA.name))

    assert await asyncio.to_thread(read) == [rdflib.Literal("Observation of a new boson")]
