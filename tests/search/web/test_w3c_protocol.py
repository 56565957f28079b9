"""The W3C's tests of the SPARQL 1.1 Protocol, as its manifest writes them, against `/sparql`."""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from aiohttp import ClientResponse
from rdflib import RDFS, Namespace
from rdflib.term import Node
from yarl import URL

from search.sparql.results import ResultFormat
from tests.search.sparql.w3c import (
    MF,
    Manifest,
    publish_quads,
    read_manifest,
    read_triples,
    serving,
)

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")

_FORMATS = {item.media_type: item.serializer for item in ResultFormat}

N_TESTS = 34
WRITING = {
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_full",
    "update_dataset_named_graphs",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
}
"""The tests that expect an update to be carried out: this endpoint is read-only."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a test and what its answer must be."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    status_classes: frozenset[int]
    boolean: bool | None
    format: str
    """boolean, tabular, RDF, or nothing."""

    @property
    def is_update(self) -> bool:
        return self.headers.get("content-type") == "application/sparql-update" or (
            self.body or b""
        ).startswith(b"update=")


@pytest.fixture(scope="session")
def manifest(judges: Path) -> Manifest:
    return read_manifest(judges / "w3c-sparql11" / "protocol")


@pytest.fixture(scope="session")
def data(manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release that holds the data of all tests, in the graphs that they name."""
    graphs = {
        str(manifest.graph.value(node, RDFS.label)): str(iri)
        for node, iri in manifest.graph.subject_objects(UT.graph)
    }
    assert len(graphs) == 3
    directory = tmp_path_factory.mktemp("protocol")
    publish_quads(
        directory,
        (
            ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(name))
            for name, iri in graphs.items()
            for triple in read_triples(manifest.path(iri), iri)
        ),
    )
    return directory


def exchanges(manifest: Manifest, test: Node) -> list[Exchange]:
    action = manifest.graph.value(test, MF.action)
    assert action is not None
    return [_exchange(manifest, request) for request in manifest.listed(action, HT.requests)]


def _exchange(manifest: Manifest, request: Node) -> Exchange:
    value = manifest.graph.value
    body, response = value(request, HT.body), value(request, HT.resp)
    boolean = value(response, MF.expectedBoolean)
    return Exchange(
        method=str(value(request, HT.methodName)),
        # the manifest: the path of the endpoint is to be put in the place of `/sparql/`
        path=str(value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1),
        headers={
            str(value(header, HT.fieldName)): str(value(header, HT.fieldValue))
            for header in manifest.listed(request, HT.headers)
        },
        body=None
        if body is None
        else str(value(body, CNT.chars)).encode(str(value(body, CNT.characterEncoding))),
        status_classes=frozenset(
            int(str(status)[-3]) for status in manifest.graph.objects(response, MF.expectedStatus)
        ),
        boolean=None if boolean is None else bool(boolean.toPython()),  # type: ignore[attr-defined]  # a literal
        format=str(value(response, MF.expectedFormat) or ""),
    )


async def fault(response: ClientResponse, expected: Exchange) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if response.status // 100 not in expected.status_classes:
        return f"status {response.status}: {await response.text()}"
    body = await response.read()
    if not expected.format:
        return ""
    chosen = _FORMATS.get(response.content_type)
    if isinstance(chosen, ox.RdfFormat):
        list(ox.parse(body, format=chosen, base_iri="http://w3c.test/"))
        return "" if expected.format == "RDF" else f"a graph instead of {expected.format}"
    found = ox.parse_query_results(body, format=chosen)
    is_boolean = isinstance(found, ox.QueryBoolean)
    if expected.format != ("boolean" if is_boolean else "tabular"):
        return f"not {expected.format}: {body!r}"
    if expected.boolean is not None and bool(found) is not expected.boolean:
        return f"not {expected.boolean}: {body!r}"
    return ""


async def test_every_test_of_the_manifest_that_changes_nothing_passes(manifest, data):
    faults, n_passed = {}, 0
    async with serving(data) as client:
        for test in manifest.entries():
            name = str(test).rpartition("#")[2]
            if name in WRITING:
                continue
            for each in exchanges(manifest, test):
                response = await client.request(
                    each.method,
                    URL(each.path, encoded=True),
                    headers=each.headers,
                    data=each.body,
                    skip_auto_headers=["Content-Type"],
                )
                if found := await fault(response, each):
                    faults[name] = found
            n_passed += name not in faults
    assert faults == {}
    assert n_passed == N_TESTS - len(WRITING)


async def test_every_update_of_the_manifest_is_refused_and_changes_nothing(manifest, data):
    n_updates = 0
    async with serving(data) as client:
        for test in manifest.entries():
            for each in exchanges(manifest, test):
                if not each.is_update:
                    continue
                n_updates += 1
                response = await client.request(
                    each.method,
                    URL(each.path, encoded=True),
                    headers={**each.headers, "Accept": "application/json"},
                    data=each.body,
                    skip_auto_headers=["Content-Type"],
                )
                assert response.status in (403, 415), each
                assert "error" in await response.json()
        count = await client.get(
            "/sparql",
            params={"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "format": "csv"},
        )
        assert await count.text() == "n\r\n3\r\n"
    assert n_updates == 11
