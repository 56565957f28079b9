"""The W3C's SPARQL 1.1 query tests asked of `/sparql`, beside pyoxigraph alone on the same data.

The data of all tests are one release, each file a named graph; a test names its own with the
protocol's `default-graph-uri` and `named-graph-uri`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyoxigraph as ox
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from rdflib import RDF, Namespace
from rdflib.term import Node

from tests.search.sparql.w3c import (
    MF,
    Manifest,
    publish_quads,
    read_manifest,
    read_triples,
    serving,
)
from tests.search.sparql.w3c_answers import (
    graph_format,
    read_answer,
    read_csv,
    read_described,
    solutions_format,
)

QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")

N_TESTS = {
    "aggregates": 47,
    "bind": 10,
    "bindings": 11,
    "cast": 6,
    "construct": 7,
    "csv-tsv-res": 6,
    "exists": 6,
    "functions": 75,
    "grouping": 6,
    "json-res": 4,
    "negation": 12,
    "project-expression": 7,
    "property-path": 33,
    "subquery": 14,
    "syntax-query": 94,
}
"""The folders of the manifests for the query language and the result formats."""

_GRAPH = "pyoxigraph does not bind ?g for a pattern inside GRAPH ?g that reads no statement"
_PATH = "pyoxigraph leaves out a term of the query that no statement holds"
_NUMBERS = "a store keeps numbers by value: 1.0E6 is read back as 1000000, and -3 as an xsd:integer"
_GROUP_CONCAT = "pyoxigraph gives GROUP_CONCAT the language that all its strings share"

EXCEPTIONS = {
    "aggregates/agg-empty-group-count-graph": _GRAPH,
    "aggregates/agg-groupconcat-04": _GROUP_CONCAT,
    "aggregates/agg-groupconcat-06": _GROUP_CONCAT,
    "bindings/graph": _GRAPH,
    "csv-tsv-res/csv03": _NUMBERS,
    "csv-tsv-res/tsv03": _NUMBERS,
    "functions/bnode01": "pyoxigraph makes the same blank node of equal strings in all solutions",
    "negation/graph-minus": "pyoxigraph lets the ?g of GRAPH ?g be shared by both sides of a MINUS",
    "property-path/zero_or_more_set_end": _PATH,
    "property-path/zero_or_more_set_start": _PATH,
    "property-path/zero_or_one_set_end": _PATH,
    "property-path/zero_or_one_set_start": _PATH,
    "syntax-query/test_4": "it calls a function that nobody has: refused when it is evaluated",
}
"""The tests that fail at the endpoint, each with its reason; pyoxigraph alone fails them too."""

FEDERATED = {"service": 7, "syntax-fed": 3}
"""The folders about SERVICE, which calls other hosts: refused unless the operator allows them."""

MEDIA_TYPES = {
    "srx": "application/sparql-results+xml",
    "srj": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
}
"""How the answer to a test is asked for: in the format in which the expected one is written."""

_FROM = re.compile(r"^FROM\b", re.MULTILINE)
Outcome = Literal["passed", "failed"]


@dataclass(frozen=True, slots=True)
class QueryTest:
    """One test of a manifest."""

    name: str
    kind: str
    query: str
    """Its relative IRIs are resolved against the file that holds it."""
    default_data: tuple[str, ...]
    named_data: tuple[str, ...]
    names_dataset: bool
    """Whether the query itself says what to read."""
    expected: Path | None
    expected_iri: str

    @property
    def format(self) -> str:
        """Extension of the format in which the answer is asked for; empty for any."""
        if self.expected is None:
            return ""
        return "srj" if self.has_described_solutions else self.expected.suffix[1:]

    @property
    def has_described_solutions(self) -> bool:
        """Whether the expected solutions are written in the W3C's vocabulary for result sets."""
        return self.expected is not None and "result-set#" in self.expected.read_text()


def read_tests(manifest: Manifest) -> Iterator[QueryTest]:
    for test in manifest.entries():
        yield _query_test(manifest, test)


def _query_test(manifest: Manifest, test: Node) -> QueryTest:
    value = manifest.graph.value
    kind = str(value(test, RDF.type)).rpartition("#")[2]
    action, expected = value(test, MF.action), value(test, MF.result)
    assert action is not None
    iri = action if kind.endswith("SyntaxTest11") else value(action, QT.query)
    assert iri is not None
    query = manifest.path(iri).read_bytes().decode()
    return QueryTest(
        name=f"{manifest.folder.name}/{str(test).rpartition('#')[2]}",
        kind=kind,
        query=f"BASE <{iri}>\n{query}",
        default_data=tuple(str(each) for each in manifest.graph.objects(action, QT.data)),
        named_data=tuple(str(each) for each in manifest.graph.objects(action, QT.graphData)),
        names_dataset=_FROM.search(query) is not None,
        expected=None if expected is None else manifest.path(expected),
        expected_iri=str(expected),
    )


@pytest.fixture(scope="session")
def manifests(judges: Path) -> dict[str, Manifest]:
    return {folder: read_manifest(judges / "w3c-sparql11" / folder) for folder in N_TESTS}


@pytest.fixture(scope="session")
def data(manifests: dict[str, Manifest], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release that holds the data of all tests."""
    directory = tmp_path_factory.mktemp("queries")
    publish_quads(
        directory,
        (
            ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(iri))
            for manifest in manifests.values()
            for iri in _data_of(manifest)
            for triple in read_triples(manifest.path(iri), iri)
        ),
    )
    return directory


def _data_of(manifest: Manifest) -> list[str]:
    predicates = (QT.data, QT.graphData)
    return sorted({str(iri) for each in predicates for iri in manifest.graph.objects(None, each)})


def _store_alone(manifest: Manifest, test: QueryTest) -> ox.Store:
    """The data of a test as the W3C means them: in the default graph, or in named graphs."""
    store = ox.Store()
    for graphs, is_named in ((test.default_data, False), (test.named_data, True)):
        for iri in graphs:
            name = ox.NamedNode(iri) if is_named else ox.DefaultGraph()
            store.extend(
                ox.Quad(triple.subject, triple.predicate, triple.object, name)
                for triple in read_triples(manifest.path(iri), iri)
            )
    return store


def ask_alone(manifest: Manifest, test: QueryTest) -> Outcome:
    """What pyoxigraph itself makes of a test."""
    try:
        found = _store_alone(manifest, test).query(test.query)
        if isinstance(found, ox.QueryTriples):
            body = found.serialize(format=graph_format(test.format or "ttl"))
        else:
            body = found.serialize(format=solutions_format(test.format or "srj"))
    except RuntimeError:
        return "failed"
    except SyntaxError:
        return "passed" if test.kind.startswith("Negative") else "failed"
    assert body is not None
    return judge(test, body)


async def ask_endpoint(
    client: TestClient[web.Request, web.Application], test: QueryTest
) -> Outcome:
    """What the endpoint makes of a test."""
    parameters = [("query", test.query)]
    if not test.names_dataset:
        parameters += [("default-graph-uri", each) for each in test.default_data]
        parameters += [("named-graph-uri", each) for each in test.named_data]
    accept = MEDIA_TYPES.get(test.format, "*/*")
    response = await client.post("/sparql", data=parameters, headers={"Accept": accept})
    if response.status == 400:
        assert "line" in await response.json()
        return "passed" if test.kind.startswith("Negative") else "failed"
    if response.status != 200:
        return "failed"
    return judge(test, await response.read())


def judge(test: QueryTest, body: bytes) -> Outcome:
    """Compare an answer to the expected one."""
    if test.kind.endswith("SyntaxTest11"):
        return "passed" if test.kind.startswith("Positive") else "failed"
    assert test.expected is not None
    if test.kind == "CSVResultFormatTest":
        return _verdict(read_csv(body.decode()), read_csv(test.expected.read_text()))
    if test.has_described_solutions:
        wanted: object = read_described(test.expected, test.expected_iri)
    else:
        wanted = read_answer(test.expected.read_bytes(), test.format)
    return _verdict(read_answer(body, test.format), wanted)


def _verdict(found: object, wanted: object) -> Outcome:
    return "passed" if found == wanted else "failed"


@pytest.mark.parametrize("folder", N_TESTS)
async def test_the_endpoint_passes_what_pyoxigraph_passes(folder, manifests, data):
    manifest = manifests[folder]
    tests = list(read_tests(manifest))
    assert len(tests) == N_TESTS[folder]
    by_pyoxigraph = {test.name for test in tests if ask_alone(manifest, test) == "passed"}
    async with serving(data) as client:
        by_endpoint = {test.name for test in tests if await ask_endpoint(client, test) == "passed"}
    assert by_pyoxigraph - by_endpoint == set()
    failed = {test.name for test in tests} - by_endpoint
    assert failed == {name for name in EXCEPTIONS if name.startswith(f"{folder}/")}


@pytest.mark.parametrize("folder", FEDERATED)
async def test_queries_that_call_other_hosts_are_refused(folder, judges, data):
    tests = list(read_tests(read_manifest(judges / "w3c-sparql11" / folder)))
    assert len(tests) == FEDERATED[folder]
    async with serving(data) as client:
        for test in tests:
            response = await client.post("/sparql", data={"query": test.query})
            assert response.status == 403, test.name
