"""What is written as RDF is what the store holds."""

import json
from errno import ENOSPC
from io import BytesIO

import pyoxigraph as ox
import pytest
import rdflib

from graph.errors import ReleaseError
from graph.store_dump import RdfForm, open_statements
from search.export.chosen import construct
from search.export.rdf_files import write_triples
from search.export.selection import read_selection
from tests.search.export.releases import BASE, BOOK, CODES, SHEET

CITES = "http://purl.org/spar/cito/cites"


def quads(body: bytes):
    return set(ox.parse(body, ox.RdfFormat.N_QUADS))


def stored(opened):
    return ox.Store.read_only(str(opened.release.graph_path))


def test_everything_is_every_quad_of_the_store(sample, written):
    store = stored(sample)
    body = written(sample, "nquads")
    assert quads(body) == set(store)
    assert len(body.splitlines()) == len(store) == sample.info.quads


def test_everything_is_byte_for_byte_the_dump_of_the_store(sample, written):
    assert written(sample, "nquads") == stored(sample).dump(format=ox.RdfFormat.N_QUADS)


def test_named_graphs_written_in_small_portions_join_in_order(sample, written, monkeypatch):
    monkeypatch.setattr("graph.store_dump._GRAPHS", 3)
    monkeypatch.setattr("graph.store_dump._AHEAD", 2)
    assert written(sample, "nquads") == stored(sample).dump(format=ox.RdfFormat.N_QUADS)


def test_a_literal_that_looks_like_the_end_of_a_statement_stays_as_it_is(tmp_path):
    said = ox.NamedNode("http://x/s"), ox.NamedNode("http://x/p"), ox.Literal("a .\nb .\r\n .")
    graphs = ox.NamedNode("http://x/größe"), ox.BlankNode("b1"), ox.DefaultGraph()
    store = ox.Store(str(tmp_path))
    store.extend([ox.Quad(*said, graph) for graph in graphs])
    store.flush()
    del store
    file = BytesIO()
    with open_statements(tmp_path) as statements:
        statements.write_all(file, RdfForm.N_QUADS)
    start = r'<http://x/s> <http://x/p> "a .\nb .\r\n ."'
    ends = [" .", " <http://x/größe> .", " _:b1 ."]
    first, *rest = file.getvalue().decode().splitlines()
    assert first == start + ends[0]
    assert sorted(rest) == [start + end for end in ends[1:]]


def test_no_room_to_put_graphs_aside_is_told(sample, monkeypatch):
    def fail(*_):
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr("graph.store_dump._InGraph.write", fail)
    with (
        open_statements(sample.release.graph_path) as statements,
        pytest.raises(ReleaseError, match=r"cannot put graphs aside in .*No space left"),
    ):
        statements.write_all(BytesIO(), RdfForm.N_QUADS)


def test_another_parser_reads_the_same_from_a_release_without_named_graphs(hostile, written):
    read = rdflib.Graph().parse(data=written(hostile, "nquads"), format="nt")
    assert len(read) == len(stored(hostile))


def test_everything_as_turtle_is_the_default_graph(sample, written):
    triples = {quad.triple for quad in ox.parse(written(sample, "turtle"), ox.RdfFormat.TURTLE)}
    default = stored(sample).quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert triples == {quad.triple for quad in default}


def test_turtle_begins_with_its_prefixes_in_order(sample, written):
    lines = written(sample, "turtle").decode().splitlines()
    names = [line.split()[1] for line in lines if line.startswith("@prefix")]
    assert names == ["cito:", "dcterms:", "prov:", "schema:", "weft:", "xsd:"]
    assert lines[0].startswith(f"# release {sample.info.number} of ")


def test_a_selection_brings_the_graphs_of_its_records(sample, written):
    body = quads(written(sample, "nquads", "kind:book"))
    assert body < set(stored(sample))
    records = {str(q.object.value) for q in body if q.predicate.value.endswith("#fromRecord")}
    graphs = {q.graph_name.value for q in body if isinstance(q.graph_name, ox.NamedNode)}
    assert graphs == records
    assert len(records) == 10


def test_a_selection_brings_its_agents_and_the_headers_of_its_records(sample, written):
    graph = rdflib.Graph().parse(data=written(sample, "turtle", "kind:book"), format="turtle")
    schema, weft = rdflib.Namespace("https://schema.org/"), "https://w3id.org/weft#"
    agents = set(graph.objects(None, schema.creator))
    assert agents
    assert all((agent, schema.name, None) in graph for agent in agents)
    for record in graph.objects(None, rdflib.URIRef(weft + "fromRecord")):
        assert (record, rdflib.URIRef(weft + "sha256"), None) in graph


def test_a_selection_brings_links_from_and_to_it(hostile, written):
    graph = rdflib.Graph().parse(data=written(hostile, "turtle", "lamps"), format="turtle")
    book, cites = rdflib.URIRef(f"{BASE}id/{BOOK}"), rdflib.URIRef(CITES)
    assert set(graph.subjects(cites, book)) == {rdflib.URIRef(f"{BASE}id/{CODES}")}
    whole = rdflib.URIRef("http://purl.org/dc/terms/isPartOf")
    assert {str(each) for each in graph.subjects(whole, book)} == {
        f"{BASE}id/{CODES}",
        f"{BASE}id/{SHEET}",
    }


def test_all_selected_is_all_that_entities_say(hostile, written):
    text = "SELECT ?e { ?e a ?t FILTER(STRSTARTS(STR(?e), 'http://weft.test/id/')) }"
    redirect = 1
    assert len(quads(written(hostile, "nquads", text))) == len(stored(hostile)) - redirect


def test_jsonld_lists_every_entity_with_its_abstract(sample, written):
    document = json.loads(written(sample, "jsonld"))
    assert document["numberOfItems"] == len(document["itemListElement"]) == 140
    assert document["version"] == "1"
    assert any("description" in each for each in document["itemListElement"])


@pytest.mark.parametrize("form", list(RdfForm))
def test_triples_of_a_query_are_the_same_in_each_form(hostile, form):
    text = "CONSTRUCT { ?s <http://x/n> ?o } { ?s <https://schema.org/name> ?o }"
    n_triples = construct(hostile, read_selection(text))
    file, again = BytesIO(), BytesIO()
    write_triples(n_triples, file, form)
    lines = n_triples.splitlines(keepends=True)
    write_triples(b"".join(reversed(lines)), again, form)
    assert file.getvalue() == again.getvalue()
    names = {
        RdfForm.N_QUADS: ox.RdfFormat.N_QUADS,
        RdfForm.TURTLE: ox.RdfFormat.TURTLE,
        RdfForm.JSON_LD: ox.RdfFormat.JSON_LD,
    }
    read = {quad.triple for quad in ox.parse(file.getvalue(), names[form])}
    assert read == {quad.triple for quad in ox.parse(n_triples, ox.RdfFormat.N_TRIPLES)}
    assert len(read) == 3
