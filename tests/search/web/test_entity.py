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
async def test_json_ld_says_what_turtle_says_with_the_abstract(client):
    graphs = []
    for suffix, form in (("ttl", "turtle"), ("jsonld", "json-ld")):
        body = await (await client.get(f"{PAPER}.{suffix}")).text()
        graphs.append(set(rdflib.Graph().parse(data=body, format=form)))
    assert graphs[0] == graphs[1]
    abstract = rdflib.URIRef("https://schema.org/abstract")
    assert [str(o) for _, p, o in graphs[0] if p == abstract] == [
        "The search for the Higgs boson of the standard model, and what it found."
    ]


async def test_a_page_shows_links_in_both_directions(client):
    text = await (await client.get(PAPER, headers=HTML)).text()
    assert 'Cites <span class="count">1</span>' in text
    assert 'Supplemented by <span class="count">1</span>' in text
    assert '<a href="/id/datadatadatad">Table 1 of the observation</a>' in text
    assert '<a href="/id/stubstubstubs">doi:10.1000/stub</a>' in text
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
    assert "<h1>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;quotes&#34;</h1>" in text
    assert text.count("</script>") == 1


async def test_a_merged_key_moves_for_good_and_keeps_its_suffix(client):
    response = await client.get("/id/mergedmergedm.ttl", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (301, "/id/paperpaperpap.ttl")


async def test_a_deleted_entity_is_gone(client):
    response = await client.get("/id/gonegonegoneg")
    assert response.status == 410
    assert "deleted" in (await response.json())["error"]


async def test_an_unknown_key_and_an_unknown_suffix_are_not_found(client):
    assert (await client.get("/id/aaaaaaaaaaaaa")).status == 404
    assert (await client.get(f"{PAPER}.docx")).status == 404


async def test_a_form_that_does_not_exist_is_not_acceptable(client):
    response = await client.get(PAPER, headers={"Accept": "image/png"})
    assert response.status == 406
    assert "text/turtle" in (await response.json())["error"]


async def test_link_headers_lead_to_identifier_and_forms(client):
    response = await client.get(PAPER, headers=HTML)
    links = response.headers["Link"].split(", ")
    assert links[0] == '<https://doi.org/10.1016/j.physletb.2012.08.021>; rel="cite-as"'
    assert '</id/paperpaperpap.ttl>; rel="describedby"; type="text/turtle"' in links
    assert '<https://schema.org/ScholarlyArticle>; rel="type"' in links
    assert '<https://spdx.org/licenses/CC-BY-4.0>; rel="license"' in links


async def test_a_record_shows_its_statements(client):
    response = await client.get("/record/zenodo/oai:zenodo.org:1", headers=HTML)
    text = await response.text()
    assert response.status == 200
    assert "weft:statedAs" in text
    assert "References" in text
    assert '<a href="/id/paperpaperpap">' in text


async def test_a_record_comes_as_turtle_whatever_its_spelling(client):
    for path in ("/record/zenodo/oai:zenodo.org:1", "/record/zenodo/oai%3Azenodo.org%3A1"):
        body = await (await client.get(path, headers={"Accept": "text/turtle"})).text()
        assert len(rdflib.Graph().parse(data=body, format="turtle")) == 12


async def test_an_unknown_record_is_not_found(client):
    assert (await client.get("/record/zenodo/oai:none")).status == 404


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/pid/doi/10.17182/hepdata.1", 303, "/id/datadatadatad"),
        ("/pid/doi/10.17182/HEPDATA.1", 303, "/id/datadatadatad"),
        ("/pid/doi/10.9999/none", 404, None),
    ],
)
async def test_an_identifier_leads_to_its_entity(client, path, status, location):
    response = await client.get(path, allow_redirects=False)
    assert (response.status, response.headers.get("Location")) == (status, location)
