"""The graph of an enrichment has an address, and VoID names it."""

import pytest
import rdflib
from aiohttp import ClientSession
from rdflib.namespace import DCTERMS, PROV, RDF, VOID

from graph.enrichment import Provenance, enrichment_iri, provenance_lines
from graph.release import ReleaseInfo, new_draft, publish
from search.text.tantivy_engine import open_writer
from tests.graph.stores import bulk_load
from tests.search.web.servers import BASE, KEY, serving

NAME = enrichment_iri(BASE, "other")
ORIGIN = Provenance(
    title="Another place",
    endpoint="https://other.example/sparql",
    query="SELECT DISTINCT ?entity <script>",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    began="2026-01-01T00:00:00Z",
    ended="2026-01-02T00:00:00Z",
    asked=3,
    answered=1,
    failed=1,
    statements=1,
)


@pytest.fixture
def data(tmp_path):
    """A release of one thing, about which another place says something."""
    with new_draft(tmp_path) as draft:
        quads = draft.path / "quads.nq"
        thing = f"<{BASE}id/{KEY}>"
        lines = [
            f'{thing} <https://w3id.org/weft#kind> "dataset" .\n',
            f"{thing} <https://schema.org/sameAs> <http://o/1> <{NAME}> .\n",
            *provenance_lines(NAME, ORIGIN, "fingerprint"),
        ]
        quads.write_text("".join(lines), encoding="utf-8")
        n_quads = bulk_load(quads, draft.graph_path)
        quads.unlink()
        with open_writer(draft.text_path, heap_bytes=15_000_000):
            pass
        info = ReleaseInfo(
            number=draft.number,
            created_at="2026-01-02T03:04:05Z",
            base_iri=BASE,
            records=1,
            entities=1,
            stubs=0,
            merged_entities=0,
            links=0,
            quads=n_quads,
            by_kind={"dataset": 1},
            by_source={"zenodo": 1},
        )
        publish(draft, info)
    return tmp_path


async def get(client, url, accept="*/*"):
    async with client.get(url, headers={"Accept": accept}) as response:
        return response.status, response.content_type, await response.text()


@pytest.fixture
async def client():
    async with ClientSession() as session:
        yield session


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", "turtle"),
        ("application/ld+json", "json-ld"),
        ("application/n-triples", "nt"),
    ],
)
async def test_the_graph_is_described_as_rdf(data, client, accept, form):
    async with serving(data) as url:
        status, media_type, text = await get(client, f"{url}/enriched/other", accept)
    assert (status, media_type) == (200, accept)
    graph = rdflib.Graph().parse(data=text, format=form)
    name = rdflib.URIRef(NAME)
    assert (name, RDF.type, VOID.Dataset) in graph
    assert (name, VOID.sparqlEndpoint, rdflib.URIRef(ORIGIN.endpoint)) in graph
    assert (name, DCTERMS.license, rdflib.URIRef(ORIGIN.licence)) in graph
    assert graph.value(graph.value(name, PROV.wasGeneratedBy), PROV.endedAtTime) is not None
    assert (rdflib.URIRef(f"{BASE}id/{KEY}"), None, None) not in graph


async def test_the_page_has_every_part_and_escapes_the_query(data, client):
    async with serving(data) as url:
        status, _, text = await get(client, f"{url}/enriched/other", "text/html")
    assert status == 200
    assert "<h1>Another place</h1>" in text
    for part in ("pull", "query", "asked", "answered", "failed"):
        assert f'id="{part}"' in text
    assert "?entity &lt;script&gt;" in text


async def test_void_names_the_graph_with_its_source(data, client):
    async with serving(data) as url:
        _, _, text = await get(client, f"{url}/void.ttl")
    graph = rdflib.Graph().parse(data=text, format="turtle")
    name = rdflib.URIRef(NAME)
    assert (rdflib.URIRef(f"{BASE}void#dataset"), VOID.subset, name) in graph
    assert (name, VOID.sparqlEndpoint, rdflib.URIRef(ORIGIN.endpoint)) in graph
    sd_name = rdflib.URIRef("http://www.w3.org/ns/sparql-service-description#name")
    assert list(graph.subjects(sd_name, name)) != []


@pytest.mark.parametrize("path", ["enriched/nothing", "enriched/other.exe", "enriched/Other"])
async def test_what_is_not_there_is_not_found(data, client, path):
    async with serving(data) as url:
        status, _, _ = await get(client, f"{url}/{path}")
    assert status == 404
