"""The Atom feed of a search: valid by the rules of RFC 4287, and paged as OpenSearch says."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import etree

from search.document import Document
from search.query import parse_query
from search.question.ask import Ask
from search.text.engine import SearchRequest
from search.text.tantivy_engine import open_index, open_writer
from search.web.portal.atom import Feed, write_feed
from search.web.portal.xml_text import xml_text
from tests.search.web.conftest import BASE, HOSTILE, HOSTILE_TITLE, PAPER

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
    "dc": "http://purl.org/dc/terms/",
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
PLAIN = {"id", "title", "updated", "summary", "generator", "name"}
ONCE = {"id", "title", "updated", "generator", "subtitle", "logo", "icon", "rights", "published"}
OF_FEED = ONCE | {"author", "link", "entry", "category", "contributor"}
OF_ENTRY = ONCE | {"author", "link", "category", "contributor", "summary", "content"}


async def feed(client, query=""):
    response = await client.get(f"/search.atom{query}")
    assert response.status == 200, await response.text()
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(await response.read())
    check(root)
    return root


def check(root):
    """Hold a feed against the rules of RFC 4287, sections 3 and 4."""
    assert etree.QName(root).text == f"{{{NS['a']}}}feed"
    check_part(root, OF_FEED)
    assert len(root.findall("a:link[@rel='self']", NS)) == 1
    entries = root.findall("a:entry", NS)
    for entry in entries:
        check_part(entry, OF_ENTRY)
        # 4.1.2: one without content has an alternate link
        assert entry.findall("a:link[@rel='alternate']", NS)
        # 4.2.1: an entry without an author takes that of its feed
        assert entry.findall("a:author", NS) or root.findall("a:author", NS)
    ids = [entry.findtext("a:id", namespaces=NS) for entry in entries]
    assert len(set(ids)) == len(ids)


def check_part(part, allowed):
    children = [etree.QName(child) for child in part]
    names = [name.localname for name in children if name.namespace == NS["a"]]
    assert set(names) <= allowed
    assert [name for name in ONCE if names.count(name) > 1] == []
    assert {"id", "title", "updated"} <= set(names)
    for child in part.iterfind("a:*", NS):
        name = etree.QName(child).localname
        if name in PLAIN:
            assert len(child) == 0
            assert (child.text or "").strip() or name == "title"
    assert DATE.fullmatch(part.findtext("a:updated", namespaces=NS))
    assert urlsplit(part.findtext("a:id", namespaces=NS)).scheme
    for author in part.findall("a:author", NS):
        assert [etree.QName(child).localname for child in author] == ["name"]
        assert author.findtext("a:name", namespaces=NS).strip()
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links_of(part)]
    alternates = [link for link in links if link[0] == "alternate"]
    assert len(set(alternates)) == len(alternates)
    for link in links_of(part):
        assert urlsplit(link.get("href")).netloc
    for category in part.findall("a:category", NS):
        assert category.get("term")


def links_of(part):
    return part.findall("a:link", NS)


def numbers(root):
    names = ("totalResults", "startIndex", "itemsPerPage")
    return tuple(int(root.findtext(f"os:{name}", namespaces=NS)) for name in names)


def pages(root):
    """Where the feed's links lead, by relation: start and count."""
    found = {}
    for link in links_of(root):
        if link.get("type") == "application/atom+xml":
            assert link.get("href").startswith(f"{BASE}search.atom?")
            query = dict(parse_qsl(urlsplit(link.get("href")).query))
            found[link.get("rel")] = (int(query.pop("startIndex")), int(query.pop("count")))
    return found


async def test_an_entry_tells_of_the_entity(client):
    root = await feed(client, "?q=boson")
    [entry] = root.findall("a:entry", NS)
    text = {
        name: [each.text for each in entry.findall(name, NS)]
        for name in ("a:id", "a:title", "a:updated", "a:author/a:name", "dc:identifier")
    }
    assert text == {
        "a:id": [f"{BASE}id/{PAPER}"],
        "a:title": ["Observation of a new boson at a mass of 125 GeV"],
        "a:updated": ["2026-01-02T03:04:05Z"],
        "a:author/a:name": ["Carberry, Josiah", "Aa, Zoë"],
        "dc:identifier": ["arxiv:1207.7235", "doi:10.1016/j.physletb.2012.08.021"],
    }
    assert entry.find("a:category", NS).get("term") == "paper"
    assert entry.findtext("dc:issued", namespaces=NS) == "2012"
    assert entry.findtext("a:summary", namespaces=NS) == (
        "The search for the Higgs boson of the standard model, and what it found."
    )


async def test_a_feed_tells_what_was_asked(client):
    root = await feed(client, "?q=boson&kind=paper&sort=date")
    assert root.findtext("a:id", namespaces=NS) == f"{BASE}search.atom?q=boson&kind=paper&sort=date"
    assert root.findtext("a:title", namespaces=NS) == "boson – Weft"  # noqa: RUF001  # a dash
    assert numbers(root) == (1, 1, 20)
    query = root.find("os:Query", NS)
    assert dict(query.attrib) == {
        "role": "request",
        "searchTerms": "boson",
        "startIndex": "1",
        "count": "20",
    }
    others = {link.get("rel"): link.get("href") for link in links_of(root)}
    assert others["alternate"] == f"{BASE}search?q=boson&kind=paper&sort=date"
    assert others["search"] == f"{BASE}opensearch.xml"


async def test_pages_lead_to_one_another(client):
    seen, start, links = [], 1, {}
    while start:
        root = await feed(client, f"?sort=title&startIndex={start}&count=2")
        seen += [each.text for each in root.findall("a:entry/a:id", NS)]
        links[start] = pages(root)
        start = links[start].get("next", (0, 0))[0]
    assert links == {
        1: {"self": (1, 2), "first": (1, 2), "next": (3, 2), "last": (3, 2)},
        3: {"self": (3, 2), "first": (1, 2), "previous": (1, 2), "last": (3, 2)},
    }
    assert len(set(seen)) == 3


async def test_a_page_past_the_end_is_empty_and_leads_back(client):
    root = await feed(client, "?startIndex=1000&count=2")
    assert (numbers(root), root.findall("a:entry", NS)) == ((3, 1000, 2), [])
    assert pages(root)["previous"] == (3, 2)


async def test_nothing_found_is_a_feed_without_entries(client):
    root = await feed(client, "?q=zzzzzzzz")
    assert (numbers(root), root.findall("a:entry", NS)) == ((0, 1, 20), [])


async def test_count_0_tells_the_total_only(client):
    root = await feed(client, "?count=0")
    assert (numbers(root), root.findall("a:entry", NS)) == ((3, 1, 0), [])


async def test_parameters_left_empty_mean_the_defaults(client):
    assert numbers(await feed(client, "?q=&startIndex=&count=")) == (3, 1, 20)
    assert numbers(await feed(client, "?startIndex=0")) == (3, 1, 20)


@pytest.mark.parametrize(
    "query",
    ["?q=higgs+(", "?count=101", "?count=x", "?startIndex=-1", "?startIndex=99999", "?sort=size"],
)
async def test_bad_parameters_are_refused(client, query):
    assert (await client.get(f"/search.atom{query}")).status == 400


async def test_markup_in_a_title_is_text(client):
    root = await feed(client, "?q=script")
    entry = root.find("a:entry", NS)
    assert entry.findtext("a:id", namespaces=NS) == f"{BASE}id/{HOSTILE}"
    assert entry.findtext("a:title", namespaces=NS) == HOSTILE_TITLE
    body = await (await client.get("/search.atom?q=script")).text()
    assert "<script" not in body


async def test_an_unchanged_feed_is_not_sent_again(client):
    first = await client.get("/search.atom?q=boson")
    again = await client.get(
        "/search.atom?q=boson", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status, await again.read()) == (304, b"")
    assert first.headers["Weft-Release"] == "7"


async def test_the_search_page_leads_to_its_feed(client):
    text = await (await client.get("/search?q=boson&kind=paper")).text()
    assert (
        '<link rel="alternate" type="application/atom+xml" title="These results as a feed"'
        ' href="/search.atom?q=boson&amp;kind=paper">' in text
    )


async def test_what_xml_cannot_hold_is_replaced(site, tmp_path):
    nasty = "a\x00b\x0bc\ufffe\ud800 & <"
    document = Document(key="k", kind="paper\x01", title=nasty.replace("\ud800", ""), date="2012")
    with open_writer(tmp_path) as writer:
        writer.add(document)
    with open_index(tmp_path) as index:
        result = index.search(SearchRequest(query=parse_query("")))
    made = Feed(
        site=site, ask=Ask(text=nasty), result=result, updated={"k": "2026-01-02T03:04:05Z"}
    )
    with pytest.raises(UnicodeEncodeError):
        write_feed(made)  # half a surrogate pair never parses as a query
    made = Feed(
        site=site, ask=Ask(text="x\x00"), result=result, updated={"k": "2026-01-02T03:04:05Z"}
    )
    root = etree.fromstring(write_feed(made))
    check(root)
    assert root.findtext("a:entry/a:title", namespaces=NS) == "a\ufffdb\ufffdc\ufffd & <"
    assert xml_text("\ud800") == "\ufffd"
