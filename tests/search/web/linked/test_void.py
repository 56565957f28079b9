"""The description of a release for machines that look for data sets."""

import aiohttp
import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, VOID

from search.web.linked import void_counts
from search.web.service_description import SD
from search.web.site import SITE
from tests.search.web.linked_release import BASE
from tests.search.web.servers import serving

DATASET = rdflib.URIRef(f"{BASE}void#dataset")


async def described(client, path="/void"):
    await void_counts.count(client.app[SITE])
    body = await (await client.get(path)).text()
    return rdflib.Graph().parse(data=body, format="turtle")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize(
    ("suffix", "media_type", "form"),
    [
        ("ttl", "text/turtle", "turtle"),
        ("jsonld", "application/ld+json", "json-ld"),
        ("nt", "application/n-triples", "nt"),
        ("rdf", "application/rdf+xml", "xml"),
    ],
)
async def test_it_comes_in_every_form_by_suffix_and_by_accept(linked, suffix, media_type, form):
    for path, accept in ((f"/void.{suffix}", "*/*"), ("/.well-known/void", media_type)):
        response = await linked.get(path, headers={"Accept": accept})
        assert (response.status, response.content_type) == (200, media_type)
        graph = rdflib.Graph().parse(data=await response.text(), format=form)
        assert (DATASET, RDF.type, VOID.Dataset) in graph


async def test_an_unknown_form_is_not_found_and_a_page_is_not_acceptable(linked):
    assert (await linked.get("/void.docx")).status == 404
    assert (await linked.get("/void", headers={"Accept": "image/png"})).status == 406


async def test_counts_are_those_of_the_release(linked):
    graph = await described(linked)
    assert graph.value(DATASET, VOID.entities) == rdflib.Literal(5)
    partitions = {
        str(graph.value(part, VOID.property)): int(graph.value(part, VOID.triples))
        for part in graph.objects(DATASET, VOID.propertyPartition)
    }
    assert partitions["https://w3id.org/weft#isSupplementTo"] == 1
    assert partitions["https://schema.org/keywords"] == 2
    assert graph.value(DATASET, VOID.triples) == rdflib.Literal(sum(partitions.values()))
    classes = {
        str(graph.value(part, VOID["class"])): int(graph.value(part, VOID.entities))
        for part in graph.objects(DATASET, VOID.classPartition)
    }
    assert classes["https://schema.org/Dataset"] == 3
    assert classes["https://w3id.org/weft#SourceRecord"] == 2


async def test_links_between_kinds_and_between_sources_are_link_sets(linked):
    graph = await described(linked)
    kinds = rdflib.URIRef(f"{BASE}void#kind-links-IsSupplementTo-dataset-paper")
    assert (kinds, RDF.type, VOID.Linkset) in graph
    assert graph.value(kinds, VOID.triples) == rdflib.Literal(1)
    assert graph.value(kinds, VOID.subjectsTarget) == rdflib.URIRef(f"{BASE}void#kind-dataset")
    assert graph.value(kinds, VOID.objectsTarget) == rdflib.URIRef(f"{BASE}void#kind-paper")
    sources = rdflib.URIRef(f"{BASE}void#source-links-IsPartOf-zenodo-zenodo")
    assert graph.value(sources, VOID.linkPredicate) == DCTERMS.isPartOf
    zenodo = rdflib.URIRef(f"{BASE}void#source-zenodo")
    assert graph.value(zenodo, VOID.entities) == rdflib.Literal(2)
    assert set(graph.objects(DATASET, VOID.subset)) > {kinds, sources, zenodo}


async def test_the_endpoint_is_described_in_the_same_document(linked):
    graph = await described(linked)
    endpoint = rdflib.URIRef(f"{BASE}sparql")
    [service] = graph.subjects(SD.endpoint, endpoint)
    assert graph.value(service, SD.defaultDataset) == DATASET
    assert graph.value(DATASET, VOID.sparqlEndpoint) == endpoint
    assert rdflib.URIRef("https://schema.org/") in set(graph.objects(DATASET, VOID.vocabulary))


async def test_every_example_of_it_is_answered(linked):
    examples = list((await described(linked)).objects(DATASET, VOID.exampleResource))
    assert len(examples) == 2
    for iri in examples:
        path = "/" + str(iri).removeprefix(BASE)
        assert (await linked.get(path)).status == 200


async def test_until_a_release_is_counted_the_rest_is_told_at_once_and_not_kept(linked):
    response = await linked.get("/void")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    graph = rdflib.Graph().parse(data=await response.text(), format="turtle")
    assert graph.value(DATASET, VOID.entities) == rdflib.Literal(5)
    assert graph.value(DATASET, VOID.sparqlEndpoint) == rdflib.URIRef(f"{BASE}sparql")
    assert list(graph.subjects(RDF.type, VOID.Linkset)) == []
    for counts in (VOID.triples, VOID.properties, VOID.classes):
        assert graph.value(DATASET, counts) is None


async def test_once_it_is_counted_the_document_has_a_tag(linked):
    assert len(await described(linked)) > 100
    response = await linked.get("/void")
    tag = response.headers["ETag"]
    assert (await linked.get("/void", headers={"If-None-Match": tag})).status == 304


async def test_what_could_not_be_counted_is_left_out(linked):
    await void_counts.count(linked.app[SITE], time_limit_s=0.0)
    graph = await described(linked)
    assert graph.value(DATASET, VOID.entities) == rdflib.Literal(5)
    assert graph.value(DATASET, VOID.triples) is None


async def test_a_server_counts_what_it_serves_without_being_asked(linked_directory, monkeypatch):
    monkeypatch.setattr("search.web.app._COUNT_EVERY_S", 0.01)
    async with serving(linked_directory) as address, aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{address}/void", headers={"Accept": "text/turtle"}) as answer:
                graph = rdflib.Graph().parse(data=await answer.text(), format="turtle")
            if graph.value(DATASET, VOID.triples) is not None:
                break
    assert graph.value(DATASET, VOID.classes) == rdflib.Literal(11)
