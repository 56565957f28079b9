"""The page of results."""

import itertools
import re

import lxml.html
import pytest

from search.web.results.view import FACETS
from search.words import WORDS
from tests.search.web.conftest import DATA, HOSTILE, PAPER, STUB

HTML = {"Accept": "text/html"}


async def asked(client, path, status=200):
    response = await client.get(path, headers=HTML)
    assert response.status == status
    return lxml.html.fromstring(await response.text())


_STEP = re.compile(r"(\w+|\*)?((?:\.[\w-]+)*)(?:\[(\w+)=(\w+)\])?")


def select(page, selector):
    """The elements of a selector of tags, classes, attributes, descendants and children."""
    paths = []
    for each in selector.split(", "):
        path, axis = ".", "//"
        for word in each.split():
            if word == ">":
                axis = "/"
                continue
            step = _STEP.fullmatch(word)
            assert step, word
            tag, classes, name, value = step.groups()
            path += f"{axis}{tag or '*'}"
            for one in filter(None, classes.split(".")):
                path += f"[contains(concat(' ', @class, ' '), ' {one} ')]"
            path += f"[@{name}='{value}']" if name else ""
            axis = "//"
        paths.append(path)
    return page.xpath(" | ".join(paths))


def texts(page, selector):
    return [" ".join(each.text_content().split()) for each in select(page, selector)]


async def test_a_hit_has_kind_year_creators_sources_and_marks(client):
    page = await asked(client, "/search?q=boson")
    (hit,) = select(page, ".hit")
    assert select(hit, "h3 a")[0].get("href") == f"/id/{PAPER}"
    assert texts(hit, ".meta > *") == ["paper", "2012", "Carberry, Josiah; Aa, Zoë", "Zenodo"]
    assert set(texts(hit, "mark")) == {"boson"}


async def test_a_hit_tells_how_much_of_each_kind_it_is_linked_to(client):
    page = await asked(client, "/search?q=boson")
    assert texts(page, ".linked") == ["Linked to 1 dataset"]
    page = await asked(client, "/search?q=table")
    assert texts(page, ".linked") == ["Linked to 1 dataset · 1 paper"]


async def test_headings_are_in_order_and_a_phone_folds_the_facets(client):
    page = await asked(client, "/search")
    levels = [int(each.tag[1]) for each in select(page, "h1, h2, h3, h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    (fold,) = select(page, "aside > details.narrow")
    assert fold.get("open") is None
    assert select(fold, "details.facet")


@pytest.mark.parametrize(
    "pasted",
    [
        "10.17182/hepdata.1",
        "https://doi.org/10.17182/HEPDATA.1",
        "DOI 10.17182/hepdata.1.",
        "Carberry, Table 1 of the experiment (2013), HEPData, doi:10.17182/hepdata.1",
        "note: (https://doi.org/10.17182/hepdata.1)",
    ],
)
async def test_a_pasted_doi_shows_what_it_stands_for(client, pasted):
    response = await client.get("/search", params={"q": pasted}, headers=HTML)
    page = lxml.html.fromstring(await response.text())
    assert (response.status, len(response.history)) == (200, 0)
    assert select(page, ".exact .hit h3 a")[0].get("href") == f"/id/{DATA}"
    assert "Looked up the DOI 10.17182/hepdata.1." in texts(page, ".understood strong")
    assert select(page, "input[name=q]")[0].get("value") == pasted


async def test_words_that_were_left_out_are_told_of(client):
    page = await asked(client, "/search?q=unheard+of+10.17182/hepdata.1")
    assert texts(page, ".understood p")[0].startswith("No record has all of these words")


async def test_words_are_words_when_they_find_something(client):
    page = await asked(client, "/search?q=table+10.17182/hepdata.1")
    assert texts(page, ".hit h3") == ["Table 1 of the observation"]
    assert not select(page, ".understood")


async def test_several_pasted_identifiers_are_all_found(client):
    page = await asked(client, "/search?q=10.17182/hepdata.1+10.1016/j.physletb.2012.08.021")
    assert texts(page, ".understood strong") == ["Looked up 2 identifiers:"]
    assert len(select(page, ".hit")) == 2


async def test_an_identifier_that_records_only_link_to_leads_to_its_stub(client):
    page = await asked(client, "/search?q=doi:10.1000/stub")
    assert select(page, ".understood ul a")[0].get("href") == f"/id/{STUB}"


async def test_an_identifier_that_is_nowhere_leads_to_its_resolver(client):
    page = await asked(client, "/search?q=10.1000/nowhere")
    (link,) = select(page, ".understood a")
    assert link.get("href") == "https://doi.org/10.1000/nowhere"
    assert "no evidence" in texts(page, ".understood")[0]


async def test_no_link_is_made_of_an_address_that_somebody_pasted(client):
    page = await asked(client, "/search?q=http://evil.test/x")
    assert not [each for each in select(page, "a") if each.get("href").startswith("http")]


async def test_a_wrong_check_digit_is_told(client):
    page = await asked(client, "/search?q=978-3-16-148410-1")
    assert "check digit is wrong" in texts(page, ".ways")[0]


async def test_each_filter_says_what_comes_back_without_it(client):
    page = await asked(client, "/search?q=boson&year=2013&kind=paper")
    assert texts(page, ".ways ul.plain li") == [
        "Without the filter Year: 2013 1 result",
        "Without any filter 1 result",
    ]
    (one, _) = select(page, ".ways ul.plain a")
    assert one.get("href") == "/search?q=boson&kind=paper"


async def test_each_word_is_counted_alone(client):
    page = await asked(client, "/search?q=boson+zzzzzz+kind:paper&year=1900")
    assert texts(page, ".ways ul.plain li") == [
        "boson 1 result",
        "zzzzzz 0 results",
        "kind:paper 1 result",
    ]


async def test_a_query_that_cannot_be_read_offers_its_words_and_examples(client):
    page = await asked(client, "/search?q=boson+(", status=400)
    assert select(page, "pre.caret")[0].text_content() == "boson (\n      ^"
    (words,) = select(page, "main > p a")
    assert words.get("href") == "/search?q=boson"
    for link in select(page, ".by-example a"):
        assert (await client.get(link.get("href"), headers=HTML)).status == 200


async def test_filters_are_removed_one_by_one_or_all_at_once(client):
    page = await asked(client, "/search?q=boson&kind=paper&source=zenodo&sort=date")
    links = {each.get("aria-label"): each.get("href") for each in select(page, ".chips a")}
    assert links == {
        "Remove the filter Kind: paper": "/search?q=boson&source=zenodo&sort=date",
        "Remove the filter Source: Zenodo": "/search?q=boson&kind=paper&sort=date",
        None: "/search?q=boson&sort=date",
    }


async def test_every_list_can_be_taken_away_as_it_was_asked_for(client):
    page = await asked(client, "/search?q=boson&kind=paper&sort=date&page=1")
    hrefs = [each.get("href") for each in select(page, ".forms a")]
    assert hrefs == [
        f"/search.{extension}?q=boson&kind=paper&sort=date"
        for extension in ("bib", "ris", "csl.json", "csv", "jsonld")
    ]
    assert texts(page, ".forms .note") == ["the one result"]


async def test_a_page_past_the_last_one_leads_back(client):
    page = await asked(client, "/search?q=boson&page=3")
    assert texts(page, "section p")[0] == "There is only 1 page of results. Back to the first page"


async def test_a_hostile_title_is_text(client):
    response = await client.get("/search", headers=HTML)
    text = await response.text()
    page = lxml.html.fromstring(text)
    assert f"/id/{HOSTILE}" in [each.get("href") for each in select(page, ".hit h3 a")]
    assert not select(page, "main script, main img")
    assert len(text) < 100_000


@pytest.mark.parametrize("path", ["/", "/search", "/search?q=zzzzzz", "/search?q=(", "/nowhere"])
async def test_words_are_filled_in_everywhere(client, path):
    text = await (await client.get(path, headers=HTML)).text()
    assert not re.search(r"\{[a-z]+\}|bound method|dict object", text)


def test_every_facet_and_kind_has_a_word():
    assert set(FACETS) == set(WORDS.search["facets"])
    assert set(WORDS.search["kinds"]) == set(WORDS.home["kinds"])


async def test_the_front_page_leads_to_what_it_names(client):
    page = await asked(client, "/")
    for link in select(page, ".examples a, .kinds a, table.counts a"):
        assert (await client.get(link.get("href"), headers=HTML)).status == 200


async def test_an_error_says_what_to_do(client):
    page = await asked(client, "/nowhere", status=404)
    assert texts(page, "h1") == ["There is nothing at this address"]
    assert "/search" in [each.get("href") for each in select(page, ".ways a")]
