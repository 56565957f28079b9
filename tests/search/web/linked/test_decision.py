"""Merge decisions over HTTP."""

import pytest
import rdflib

from tests.search.web.link_header import targets
from tests.search.web.linked_release import BASE

DECISION = "/decision/decisiondecis"


async def test_a_decision_reads_as_a_sentence_with_the_records_it_is_about(linked):
    response = await linked.get(DECISION, headers={"Accept": "text/html"})
    text = await response.text()
    assert response.status == 200
    assert "<h1>These records were taken for one thing</h1>" in text
    assert "both records state the same doi as their own identifier." in text
    assert '<a href="https://doi.org/10.1000/lamp">10.1000/lamp</a>' in text
    assert '<a href="/record/zenodo/oai:zenodo.org:20.500%2F1">' in text
    assert '<a href="/id/datadatadatad" dir="auto">Spectra of a lamp</a>' in text


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
async def test_a_decision_comes_in_every_form_by_suffix_and_by_accept(
    linked, suffix, media_type, form
):
    by_suffix = await linked.get(f"{DECISION}.{suffix}")
    by_accept = await linked.get(DECISION, headers={"Accept": media_type})
    assert by_suffix.content_type == by_accept.content_type == media_type
    assert by_accept.headers["Content-Location"] == f"{DECISION}.{suffix}"
    text = await by_suffix.text()
    assert text == await by_accept.text()
    graph = rdflib.Graph().parse(data=text, format=form)
    assert len(graph) == 8
    assert set(graph.subjects()) == {rdflib.URIRef(BASE + DECISION[1:])}


async def test_a_decision_names_its_forms(linked):
    header = (await linked.get(DECISION)).headers["Link"]
    assert targets(header, "describedby")[0] == f"{DECISION}.ttl"


async def test_an_unknown_decision_and_form_are_not_found(linked):
    for path in ("/decision/aaaaaaaaaaaaa", f"{DECISION}.docx", "/decisions.docx"):
        assert (await linked.get(path)).status == 404


async def test_the_graph_of_decisions_says_how_many_there_are_and_leads_to_them(linked):
    text = await (await linked.get("/decisions", headers={"Accept": "text/html"})).text()
    assert "1 decision in the graph" in text
    assert f'<a href="{DECISION}">decisiondecis</a>' in text
    body = await (await linked.get("/decisions.ttl")).text()
    graph = rdflib.Graph().parse(data=body, format="turtle")
    decisions = rdflib.URIRef(f"{BASE}decisions")
    assert graph.value(decisions, rdflib.VOID.entities) == rdflib.Literal(1)
    assert graph.value(decisions, rdflib.VOID.exampleResource) == rdflib.URIRef(BASE + DECISION[1:])
