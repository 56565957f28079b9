"""Source records over HTTP."""

import pytest
import rdflib

from search.web.linked.record import Part, groups_of
from tests.search.web.link_header import targets

HTML = {"Accept": "text/html"}
SLASH = "/record/zenodo/oai:zenodo.org:20.500%2F1"
DOTTED = "/record/zenodo/oai:x:1.ttl"


async def test_a_record_shows_its_statements(client):
    response = await client.get("/record/zenodo/oai:zenodo.org:1", headers=HTML)
    text = await response.text()
    assert response.status == 200
    assert "In the record&#39;s word" in text
    assert "References" in text
    assert '<a href="/id/paperpaperpap" dir="auto">Observation of a new boson' in text
    assert '<tr id="link-1"><td>References</td>' in text
    assert '<a href="/id/stubstubstubs">doi:10.1000/stub</a>' in text


async def test_a_record_comes_as_turtle_whatever_its_spelling(client):
    for path in ("/record/zenodo/oai:zenodo.org:1", "/record/zenodo/oai%3Azenodo.org%3A1"):
        body = await (await client.get(path, headers={"Accept": "text/turtle"})).text()
        assert len(rdflib.Graph().parse(data=body, format="turtle")) == 12


@pytest.mark.parametrize("path", [SLASH, "/record/zenodo/oai:zenodo.org:20.500/1"])
async def test_a_slash_in_an_identifier_is_found_in_either_spelling(linked, path):
    response = await linked.get(path, headers=HTML)
    assert response.status == 200
    assert '<h1 class="mono record-name">oai:zenodo.org:20.500/1</h1>' in await response.text()


@pytest.mark.parametrize(
    ("suffix", "content_type"),
    [
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("html", "text/html"),
    ],
)
async def test_a_suffix_beats_the_accept_header(linked, suffix, content_type):
    response = await linked.get(f"{SLASH}.{suffix}", headers={"Accept": "image/png"})
    assert (response.status, response.content_type) == (200, content_type)


async def test_a_record_whose_identifier_ends_like_a_suffix_is_found_before_the_suffix(linked):
    response = await linked.get(DOTTED, headers=HTML)
    assert (response.status, response.content_type) == (200, "text/html")
    response = await linked.get(f"{DOTTED}.nt", headers=HTML)
    assert (response.status, response.content_type) == (200, "application/n-triples")


async def test_a_record_names_its_forms_and_the_entity_it_describes(linked):
    header = (await linked.get(SLASH)).headers["Link"]
    assert targets(header, "describes") == ["/id/datadatadatad"]
    assert targets(header, "describedby") == [
        f"{SLASH}.{suffix}" for suffix in ("ttl", "jsonld", "nt", "rdf")
    ]


async def test_an_unknown_record_is_not_found(client):
    for path in ("/record/zenodo/oai:none", "/record/zenodo/oai:zenodo.org:1.docx"):
        assert (await client.get(path)).status == 404


async def test_people_go_by_the_names_that_the_record_gives_them(crowded_site):
    record = "http://weft.test/record/zenodo/oai:1"
    graph = rdflib.Graph().parse(
        data=f"""@prefix schema: <https://schema.org/> .
        <http://weft.test/id/plain> schema:creator <{record}#agent-10>, <{record}#agent-9> .
        <{record}#agent-10> schema:name "Ten" . <{record}#agent-9> schema:name "<b>Nine" .""",
        format="turtle",
    )
    thing, nine, ten = groups_of(crowded_site, graph, record)
    assert (thing.part, [row.value for row in thing.rows]) == (Part.THING, ["<b>Nine", "Ten"])
    assert [(each.part, each.name, each.fragment) for each in (nine, ten)] == [
        (Part.AGENT, "<b>Nine", "agent-9"),
        (Part.AGENT, "Ten", "agent-10"),
    ]
    assert nine.said("schema:nothing").value == ""
