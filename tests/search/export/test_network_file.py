"""Links as a network, read back by networkx."""

import io

import networkx as nx
import pytest

from graph.network.build import NetworkTooLarge
from tests.search.export.releases import BASE, BOOK, CODES, SHEET, STUB


def edges(network):
    return sorted((s, t, said["relation"]) for s, t, said in network.edges(data=True))


def test_everything_is_all_links_and_all_entities(hostile, written):
    network = nx.read_graphml(io.BytesIO(written(hostile, "graphml")))
    assert sorted(network) == [BOOK, CODES, SHEET, STUB]
    assert edges(network) == [
        (CODES, BOOK, "Cites"),
        (CODES, BOOK, "IsPartOf"),
        (SHEET, BOOK, "IsPartOf"),
        (SHEET, STUB, "Cites"),
    ]


def test_a_selection_is_the_links_from_and_to_it(hostile, written):
    network = nx.read_graphml(io.BytesIO(written(hostile, "graphml", "kind:dataset")))
    assert edges(network) == [(SHEET, BOOK, "IsPartOf"), (SHEET, STUB, "Cites")]
    assert [key for key, said in network.nodes(data=True) if said.get("is_selected")] == [SHEET]


def test_nodes_and_links_say_what_they_are(sample, written):
    network = nx.read_graphml(io.BytesIO(written(sample, "graphml")))
    assert network.number_of_edges() == sample.info.links
    assert network.number_of_nodes() == sample.info.entities + sample.info.stubs
    kinds = [said["kind"] for _, said in network.nodes(data=True) if not said["is_stub"]]
    assert kinds.count("dataset") == sample.info.by_kind["dataset"]
    stated = {said["stated_from"] for _, _, said in network.edges(data=True)}
    assert stated <= {"source", "target", "both"}
    assert all(said["stated_by"] for _, _, said in network.edges(data=True))


def test_looked_up_links_say_the_same(sample, written):
    every = "kind:* OR -kind:*"
    bulk = nx.read_graphml(io.BytesIO(written(sample, "graphml")))
    each = nx.read_graphml(io.BytesIO(written(sample, "graphml", every)))
    assert dict(bulk.nodes(data=True)) == dict(each.nodes(data=True))
    assert sorted(bulk.edges(data=True), key=str) == sorted(each.edges(data=True), key=str)


def test_the_graph_names_release_and_question(hostile, written):
    network = nx.read_graphml(io.BytesIO(written(hostile, "graphml", "lamps")))
    assert (network.graph["release"], network.graph["selection"]) == (4, "lamps")
    assert "doab: incomplete" in network.graph["caveats"]
    assert network.nodes[BOOK]["iri"] == f"{BASE}id/{BOOK}"


def test_gexf_holds_the_same_network(hostile, written):
    body = written(hostile, "gexf")
    network = nx.read_gexf(io.BytesIO(body))
    assert edges(network) == edges(nx.read_graphml(io.BytesIO(written(hostile, "graphml"))))
    assert b'lastmodifieddate="2026-01-02"' in body


def test_too_many_links_are_refused_with_what_to_do(hostile, written, monkeypatch):
    monkeypatch.setattr("search.export.network_file.MAX_LINKS", 1)
    with pytest.raises(NetworkTooLarge, match="narrow the selection, or export them as Parquet"):
        written(hostile, "graphml", "kind:dataset")
