"""The page of links: figures, and the lists that they lead to, on the sample's release."""

import asyncio
import html
import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from graph.links.selection import canonical
from graph.relation import PREDICATES, RELATIONS
from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.links_page import PAGE_SIZE, LinksAsked, read_asked, wanted_links
from search.web.site import open_site
from search.words import WORDS
from tests.search.web.sample import sample_release

HTML = {"Accept": "text/html"}
CELL = re.compile(r'<td class="heat-\d"><a href="([^"]+)">([^<]+)</a>')
TOTAL = re.compile(r'<p class="totals" role="status"><strong>([\d\u202f]+) links?</strong>')
PAGE_LIMIT_BYTES = 100_000


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample")
    sample_release(path)
    return path


@pytest.fixture
async def sample(data):
    limits = Limits(workers=1, time_limit_s=10.0)
    names = (("zenodo", "Zenodo"),)
    async with (
        open_site(data, limits=limits, source_titles=names) as site,
        TestClient(TestServer(build_app(site))) as client,
    ):
        yield client


async def _overview(client, **parameters):
    """The page of figures, once they are counted."""
    async with asyncio.timeout(50):
        while True:
            response = await client.get("/links", params=parameters, headers=HTML)
            text = await response.text()
            if 'http-equiv="refresh"' not in text:
                return response, text
            assert response.headers["Cache-Control"] == "no-store"


async def _text(client, address):
    response = await client.get(html.unescape(address), headers=HTML)
    assert response.status == 200, address
    return await response.text()


def _n(text):
    return int(text.replace("\u202f", ""))


async def test_the_figures_of_the_sample(sample):
    response, text = await _overview(sample)
    assert response.status == 200
    assert "<strong>227 links</strong>" in text
    assert "115 to or from things known by reference only" in text
    assert sum(_n(n) for _, n in CELL.findall(text)) == 227
    assert '<a href="/links?from_kind=chapter&amp;to_kind=book">3</a>' in text
    assert '<a href="/links?relation=IsSupplementTo">88</a>' in text
    assert '<a href="/links?source=zenodo">79</a>' in text
    assert ">Zenodo</th>" in text
    assert len(text.encode()) < PAGE_LIMIT_BYTES


async def test_every_cell_of_the_matrix_leads_to_as_many_links_as_it_says(sample):
    for parameters in ({}, {"stubs": "no"}):
        _, text = await _overview(sample, **parameters)
        cells = CELL.findall(text)
        assert len(cells) > 5
        for address, n in cells:
            [total] = TOTAL.findall(await _text(sample, address))
            assert total == n, address


async def test_every_relation_source_and_year_leads_to_as_many_links_as_it_says(sample):
    _, text = await _overview(sample)
    leads = re.findall(r'<td><a href="(/links\?[^"]+)">([^<]+)</a></td>', text)
    assert len(leads) > 30
    for address, n in leads:
        [total] = TOTAL.findall(await _text(sample, address))
        assert total == n, address


async def test_links_to_things_known_by_reference_can_be_left_out(sample):
    _, text = await _overview(sample, stubs="no")
    assert "<strong>112 links</strong>" in text
    assert "stubs=no" in CELL.findall(text)[0][0]


async def test_a_list_is_paged_and_each_link_is_there_once(sample):
    address, rows = "/links?relation=IsSupplementTo", []
    for _ in range(10):
        text = await _text(sample, address)
        rows += re.findall(r"<li>\s*<p>.*?</ul>", text, re.DOTALL)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        if following is None:
            break
        address = following[1]
    assert len(rows) == 88
    assert len(set(rows)) == 88
    assert PAGE_SIZE == 25


async def test_each_link_says_who_states_it_in_which_words(sample):
    text = await _text(sample, "/links?from_kind=chapter&to_kind=book")
    assert text.count("Stated by OAPEN Library as") == 6
    assert (text.count("record of the start"), text.count("record of the end")) == (6, 0)
    assert "rule " in text
    assert '<a href="/record/oapen/' in text


async def test_the_links_of_one_entity_are_listed_by_key_and_by_identifier(sample):
    doi = "10.1016/j.physletb.2012.08.021"
    by_doi = await _text(sample, f"/links?at={doi}")
    assert "<strong>2 links</strong>" in by_doi
    [key] = set(re.findall(rf'<a href="/id/([a-z2-7]{{13}})" dir="auto">doi:{doi}</a>', by_doi))
    by_key = await _text(sample, f"/links?at={key}&relation=Cites")
    assert "<strong>2 links</strong>" in by_key
    assert "Links of doi:10.1016/j.physletb.2012.08.021" in by_key
    assert "No link is as asked" in await _text(sample, f"/links?at={key}&relation=IsPartOf")


async def test_a_source_that_is_not_here_states_no_links(sample):
    assert "<strong>0 links</strong>" in await _text(sample, "/links?source=nowhere")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from_kind=paper&to_kind=house", 400),
        ("relation=Loves", 400),
        ("relation=%3Cscript%3E", 400),
        ("year=zwölf", 400),
        ("year=-1", 400),
        ("year=99999", 400),
        ("year=1e999", 400),
        ("stubs=maybe", 400),
        ("kind=paper", 400),
        ("cursor=%00", 400),
        ("cursor=abc", 400),
        ("cursor=" + "a" * 401, 400),
        ("at=aaaaaaaaaaaaa", 404),
        ("at=10.1000/nothing-here", 404),
        ("at=%00", 404),
        ("at=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 404),
        ("at=" + "x" * 2001, 400),
        ("source=%22%3E%3Cscript%3E", 200),
        ("year=&relation=&from_kind=&at=", 200),
        ("year=1", 200),
        ("relation=Cites&relation=IsCitedBy", 200),
    ],
)
async def test_odd_parameters_are_told_and_never_a_failure(sample, query, status):
    response = await sample.get(f"/links?{query}", headers=HTML)
    text = await response.text()
    assert response.status == status, text
    assert "<script>" not in text.replace("<script type", "")


async def test_a_cursor_belongs_to_one_question(sample):
    text = await _text(sample, "/links?relation=IsSupplementTo")
    [cursor] = re.findall(r"cursor=([\w-]+)", text)
    response = await sample.get(f"/links?relation=Cites&cursor={cursor}", headers=HTML)
    assert response.status == 400


async def test_the_list_is_offered_to_programs_with_the_same_links(sample):
    text = await _text(sample, "/links?from_kind=chapter&to_kind=book&stubs=no")
    [address] = re.findall(r'href="(/api/v1/links\?[^"]+)"', text)
    assert (await (await sample.get(html.unescape(address))).json())["total"] == 3
    assert "/api/v1/links?" not in await _text(sample, "/links?year=2019")


def test_a_year_is_a_stretch_of_dates():
    asked = LinksAsked(year=987, relation=("IsCitedBy",))
    wanted = wanted_links(asked, "")
    assert (wanted.selection.since, wanted.selection.until) == ("0987", "0987-12-31")
    assert [way.predicate for way in wanted.selection.ways] == [RELATIONS["Cites"].predicate]
    assert canonical("IsCitedBy") == "Cites"
    assert read_asked.__doc__


def test_every_relation_has_words():
    relations = WORDS.entity["relations"]
    assert set(relations) == set(PREDICATES.values())
