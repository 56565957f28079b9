"""The OpenSearch description, and that its templates lead to answers."""

import re

from lxml import etree

from tests.search.web.conftest import BASE

NS = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
HTML = {"Accept": "text/html"}


async def described(client):
    response = await client.get("/opensearch.xml")
    assert response.status == 200
    assert response.content_type == "application/opensearchdescription+xml"
    assert response.headers["Weft-Release"] == "7"
    return etree.fromstring(await response.read())


async def test_the_description_has_what_the_specification_wants(client):
    root = await described(client)
    assert root.tag == "{http://a9.com/-/spec/opensearch/1.1/}OpenSearchDescription"
    texts = {
        name: root.findtext(f"os:{name}", namespaces=NS)
        for name in ("ShortName", "LongName", "Tags", "InputEncoding", "SyndicationRight")
    }
    assert texts == {
        "ShortName": "Weft",
        "LongName": "Weft: research data and links",
        "Tags": "research data papers software books links",
        "InputEncoding": "UTF-8",
        "SyndicationRight": "open",
    }
    assert len(root.findtext("os:Description", namespaces=NS)) <= 1024
    query = root.find("os:Query", NS)
    assert dict(query.attrib) == {"role": "example", "searchTerms": "higgs boson"}


async def test_its_templates_are_of_four_kinds(client):
    root = await described(client)
    urls = [dict(url.attrib) for url in root.findall("os:Url", NS)]
    paged = "&startIndex={startIndex?}&count={count?}"
    assert urls == [
        {"type": "text/html", "template": f"{BASE}search?q={{searchTerms}}&page={{startPage?}}"},
        {
            "type": "application/atom+xml",
            "template": f"{BASE}search.atom?q={{searchTerms}}{paged}",
        },
        {"type": "application/json", "template": f"{BASE}api/v1/search?q={{searchTerms}}"},
        {
            "type": "application/x-suggestions+json",
            "template": f"{BASE}suggest?q={{searchTerms}}",
            "rel": "suggestions",
        },
        {
            "type": "application/opensearchdescription+xml",
            "template": f"{BASE}opensearch.xml",
            "rel": "self",
        },
    ]


async def test_each_template_leads_to_an_answer_of_its_type(client):
    root = await described(client)
    for url in root.findall("os:Url", NS):
        path = url.get("template").removeprefix(BASE.rstrip("/"))
        for optional in ("", "1"):
            filled = path.replace("{searchTerms}", "boson%20mass")
            filled = re.sub(r"\{\w+\?\}", optional, filled)
            response = await client.get(filled, headers={"Accept": f"{url.get('type')}, */*;q=0.1"})
            assert (response.status, response.content_type) == (200, url.get("type")), filled


async def test_pages_lead_to_the_description(client):
    for path in ("/", "/search?q=boson", "/nowhere"):
        text = await (await client.get(path, headers=HTML)).text()
        assert (
            '<link rel="search" type="application/opensearchdescription+xml" title="Weft"'
            ' href="/opensearch.xml">' in text
        )
