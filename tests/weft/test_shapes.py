"""What the product writes has the shapes of `graph/shapes.ttl`: the sample, and real pages.

Every graph of the sample's release is looked at. Of a corpus release all of the default graph would
take half a minute, so a few hundred nodes of it are looked at, and each source's records in part.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, Namespace

from graph.vocabulary import CLASS_OF_KIND
from tests.graph.shapes import excerpt, faults, graph_of, targets
from tests.weft.conftest import Installation
from tests.weft.test_corpus import built  # noqa: F401  # a fixture

T = TypeVar("T")
W = Namespace("https://w3id.org/weft#")
_A_CLASS, _A_SOURCE = 30, 12
"""How many nodes of each class, and graphs of records of each source, are looked at."""


def _open(data: Path) -> ox.Store:
    return ox.Store.read_only(str(data / "releases" / "current" / "graph"))


@pytest.fixture(scope="module")
def sample_store(demo: Installation) -> ox.Store:
    return _open(demo.data)


@pytest.fixture(scope="module")
def corpus_store(built: Path) -> ox.Store:  # noqa: F811  # the fixture
    return _open(built.parent / "data")


@pytest.fixture(scope="module")
def corpus_default(corpus_store: ox.Store) -> rdflib.Graph:
    return graph_of(corpus_store, ox.DefaultGraph())


def _decisions(store: ox.Store) -> ox.NamedNode:
    (name,) = (each for each in _named(store) if each.value.endswith("/decisions"))
    return name


def _named(store: ox.Store) -> Iterator[ox.NamedNode]:
    return (each for each in store.named_graphs() if isinstance(each, ox.NamedNode))


def _by_source(store: ox.Store) -> dict[str, list[ox.NamedNode]]:
    """The graphs of records, in order of name."""
    found = defaultdict(list)
    for name in _named(store):
        _, *folders, _ = urlsplit(name.value).path.split("/")
        if folders:  # record/SOURCE/ID; the decisions are in none
            found[folders[1]].append(name)
    return {source: sorted(names, key=str) for source, names in found.items()}


def _some(everything: Sequence[T], most: int) -> Sequence[T]:
    """At most so many, spread over the whole."""
    return everything[:: -(-len(everything) // most)]


def _faults_of(store: ox.Store, names: Sequence[ox.NamedNode]) -> list[object]:
    found: list[object] = []
    for name in names:
        said = graph_of(store, name)
        unseen = set(said.subjects()) - targets(said)
        found += [(name.value, fault) for fault in (*faults(said), *unseen)]
    return found


# -- the sample -----------------------------------------------------------------------------------


def test_the_default_graph_of_the_sample_conforms(sample_store):
    said = graph_of(sample_store, ox.DefaultGraph())
    assert faults(said) == []
    assert set(said.subjects()) - targets(said) == set()


def test_what_each_record_of_the_sample_says_conforms(sample_store):
    by_source = _by_source(sample_store)
    assert set(by_source) == {"cernopendata", "hepdata", "oapen", "zenodo"}
    names = [name for each in by_source.values() for name in each]
    assert len(names) == 141
    assert _faults_of(sample_store, names) == []


def test_the_decisions_of_the_sample_conform_and_use_records_of_the_release(sample_store):
    name = _decisions(sample_store)
    assert _faults_of(sample_store, [name]) == []
    _assert_described(sample_store, "?node prov:used ?to", W.SourceRecord)


def test_every_link_told_in_a_record_of_the_sample_ends_at_an_entity(sample_store):
    _assert_described(sample_store, "?node weft:object ?to", *CLASS_OF_KIND.values())


# -- real pages -----------------------------------------------------------------------------------


def test_nodes_of_every_class_in_the_default_graph_of_the_corpus_conform(corpus_default):
    by_class = defaultdict(list)
    for node, rdf_class in corpus_default.subject_objects(RDF.type):
        by_class[str(rdf_class)].append(node)
    assert by_class.keys() >= {*CLASS_OF_KIND.values(), str(W.Stub), str(W.SourceRecord)}
    nodes = {node for each in by_class.values() for node in _some(sorted(each), _A_CLASS)}
    assert len(nodes) > 200
    part = excerpt(corpus_default, nodes)
    assert nodes <= set(part.subjects())
    assert faults(part) == []


def test_no_subject_in_the_default_graph_of_the_corpus_is_left_unseen(corpus_default):
    assert set(corpus_default.subjects()) - targets(corpus_default) == set()


def test_a_fault_in_an_excerpt_is_found(corpus_default):
    stub = next(corpus_default.subjects(RDF.type, W.Stub))
    part = excerpt(corpus_default, [stub])
    assert faults(part) == []
    part.add((stub, W.year, rdflib.Literal(2012)))
    assert faults(part) == [("Stub", str(stub))]


def test_what_records_of_every_source_of_the_corpus_say_conforms(corpus_store):
    by_source = _by_source(corpus_store)
    assert len(by_source) == 6
    names = [name for each in by_source.values() for name in _some(each, _A_SOURCE)]
    assert len(names) > 50
    assert _faults_of(corpus_store, names) == []


def test_the_decisions_of_the_corpus_conform_and_use_records_of_the_release(corpus_store):
    assert _faults_of(corpus_store, [_decisions(corpus_store)]) == []
    _assert_described(corpus_store, "?node prov:used ?to", W.SourceRecord)


def test_every_link_told_in_a_record_of_the_corpus_ends_at_an_entity(corpus_store):
    _assert_described(corpus_store, "?node weft:object ?to", *CLASS_OF_KIND.values())


def _assert_described(store: ox.Store, pattern: str, *classes: str) -> None:
    """Whatever a named graph points at has one of these classes in the default graph."""
    listed = " ".join(f"<{each}>" for each in classes)
    rows = store.query(
        "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX weft: <https://w3id.org/weft#>"
        f"SELECT ?to ?class WHERE {{ GRAPH ?g {{ {pattern} }}"
        f" OPTIONAL {{ ?to a ?class VALUES ?class {{ {listed} }} }} }}"
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = [(row["to"], row["class"]) for row in rows]
    assert found
    assert [to for to, rdf_class in found if rdf_class is None] == []
