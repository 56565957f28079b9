"""Entities and records over HTTP."""

import pytest
import rdflib

HTML = {"Accept": "text/html"}
PAPER = "/id/paperpaperpap"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html", "text/html"),
        ("*/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
    ],
)
async def test_an_entity_comes_as_the_client_likes_it(client, accept, content_type):
    response = await client.get(PAPER, headers={"Accept": accept})
    assert (response.status, response.content_type) == (200, content_type)
    assert response.headers["Vary"] == "Accept"
    assert response.headers["Weft-Release"] == "7"


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
async def test_a_suffix_beats_the_accept_header(client, suffix, content_type):
    response = await client.get(f"{PAPER}.{suffix}", headers={"Accept": "image/png"})
    assert (response.status, response.content_type) == (200, content_type)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own parser
async def test_json_ld_says_what_turtle_says_with_publishers_as_nodes(client):
    """Names of organisations are nodes in JSON-LD, as schema.org has them; all else is the same."""
    turtle, json_ld = [
        set(rdflib.Graph().parse(data=await (await client.get(PAPER + suffix)).text(), format=form))
        for suffix, form in ((".ttl", "turtle"), (".jsonld", "json-ld"))
    ]
    assert {str(p) for _, p, _ in turtle - json_ld} == {"https://schema.org/publisher"}
    abstract = rdflib.URIRef("https://schema.org/abstract")
    assert [str(o) for _, p, o in turtle if p == abstract] == [
        "The search for the Higgs boson of the standard model, and what it found."
    ]


async def test_a_page_shows_links_in_both_directions(client):
    text = await (await client.get(PAPER, headers=HTML)).text()
    assert 'Cites <span class="count">1</span>' in text
    assert 'Supplemented by <span class="count">1</span>' in text
    assert '<a href="/id/datadatadatad" dir="auto">Table 1 of the observation</a>' in text
    assert '<a href="/id/stubstubstubs" dir="auto">doi:10.1000/stub</a>' in text
    assert '<a href="https://doi.org/10.1016/j.physletb.2012.08.021">' in text
    assert '<a href="/record/zenodo/oai:zenodo.org:1">oai:zenodo.org:1</a>' in text
    assert text.index("Carberry, Josiah") < text.index("Aa, Zoë")


async def test_hostile_text_is_escaped_everywhere(client):
    for path in (
        "/id/hostilehostil",
        "/search?q=quotes",
        "/id/datadatadatad",
        "/search?q=<script>x",
    ):
        text = await (await client.get(path, headers=HTML)).text()
        assert "<script>" not in text
        assert 'href="javascript' not in text
    text = await (await client.get("/id/hostilehostil", headers=HTML)).text()
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;quotes&#34;</h1>" in text
    assert "<script>alert" not in text


async def test_a_merged_key_moves_for_good_and_keeps_its_suffix(client):
    response = await client.get("/id/mergedmergedm.ttl", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (301, "/id/paperpaperpap.ttl")


@pytest.mark.parametrize("path", ["/id/gonegonegoneg", "/id/gonegonegoneg.linkset"])
async def test_a_deleted_entity_leaves_a_tombstone_for_programs(client, path):
    response = await client.get(path, headers={"Accept": "*/*"})
    assert (response.status, response.content_type) == (410, "application/json")
    assert await response.json() == {
        "status": 410,
        "error": "every record of http://weft.test/id/gonegonegoneg was deleted by its source",
        "iri": "http://weft.test/id/gonegonegoneg",
        "release": 7,
        "created_at": "2026-01-02T03:04:05Z",
    }


async def test_a_deleted_entity_leaves_a_tombstone_for_people(client):
    for path, accept in (("/id/gonegonegoneg", "text/html"), ("/id/gonegonegoneg.html", "*/*")):
        response = await client.get(path, headers={"Accept": accept})
        assert (response.status, response.content_type) == (410, "text/html")
        assert "<h1>Gone</h1>" in await response.text()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own parser
@pytest.mark.parametrize(
    ("suffix", "form"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt"), ("rdf", "xml")]
)
async def test_a_deleted_entity_leaves_a_tombstone_as_rdf(client, suffix, form):
    response = await client.get(f"/id/gonegonegoneg.{suffix}")
    assert response.status == 410
    graph = rdflib.Graph().parse(data=await response.text(), format=form)
    assert [tuple(map(str, triple)) for triple in graph] == [
        (
            "http://weft.test/id/gonegonegoneg",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
            "https://w3id.org/weft#Tombstone",
        )
    ]


async def test_agents_and_grants_are_fragments_of_the_page(linked):
    text = await (await linked.get("/id/datadatadatad", headers=HTML)).text()
    for fragment in ("agent-2", "agent-3", "grant-1", "grant-2"):
        assert text.count(f'id="{fragment}"') == 1
    assert 'id="agent-1"' not in text  # that one has an ORCID


async def test_an_unknown_key_and_an_unknown_suffix_are_not_found(client):
    assert (await client.get("/id/aaaaaaaaaaaaa")).status == 404
    assert (await client.get(f"{PAPER}.docx")).status == 404


async def test_a_form_that_does_not_exist_is_not_acceptable(client):
    response = await client.get(PAPER, headers={"Accept": "image/png"})
    assert response.status == 406
    assert "text/turtle" in (await response.json())["error"]


@pytest.mark.parametrize("path", ["/id/aaaaaaaaaaaaa", "/record/a/b", "/decision/aaaaaaaaaaaaa"])
async def test_what_is_not_there_is_not_unchanged(linked, path):
    assert (await linked.get(path, headers={"If-None-Match": "*"})).status == 404


async def test_the_same_page_is_not_sent_twice(linked):
    for path in ("/id/datadatadatad", "/decision/decisiondecis", "/record/zenodo/oai:x:1.ttl"):
        tag = (await linked.get(path)).headers["ETag"]
        assert (await linked.get(path, headers={"If-None-Match": tag})).status == 304
