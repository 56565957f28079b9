"""The page of an entity, of things that are as crowded and as quarrelled over as they come."""

import re

import pytest
from lxml import html

from tests.search.web.linked.crowded_release import (
    APART,
    CONCEPT,
    CROWD,
    FORCED,
    HUB,
    JOIN,
    MARKUP,
    PLAIN,
    QUARREL,
    RIGHT_TO_LEFT,
    STUB,
    WHOLE,
    decision_path,
)
from tests.search.web.linked.selecting import select

PAGE_LIMIT = 100_000


async def page_of(client, key):
    response = await client.get(f"/id/{key}", headers={"Accept": "text/html"})
    assert response.status == 200
    text = await response.text()
    assert len(text.encode()) < PAGE_LIMIT
    return html.fromstring(text)


def text_of(element):
    return " ".join(element.text_content().split())


def section(page, name):
    return page.get_element_by_id(name)


async def test_thousands_of_creators_fold_and_keep_their_order(crowded):
    page = await page_of(crowded, CROWD)
    [shown] = select(page, "p.creators")
    assert [text_of(each) for each in select(shown, "span")] == [
        f"Writer, {n:04}" for n in range(10)
    ]
    [folded] = select(page, "details.creators")
    assert text_of(folded.find("summary")) == "and 2 990 more"
    assert len(select(folded, "div.people span")) == 290
    assert "2 700 more are in the data forms" in text_of(folded)
    assert "open" not in folded.attrib


async def test_the_data_forms_of_a_crowd_name_every_creator(crowded):
    text = await (await crowded.get(f"/id/{CROWD}.nt")).text()
    assert text.count("<https://schema.org/creator>") == 3000


async def test_the_authors_of_the_link_header_are_the_first_of_the_record(crowded):
    header = (await crowded.get(f"/id/{CROWD}")).headers["Link"]
    authors = re.findall(r'<(https://orcid[^>]*)>; rel="author"', header)
    assert authors[:2] == [f"https://orcid.org/0000-0000-0000-{n:04}" for n in (1, 3)]


async def test_a_hub_shows_some_links_of_each_group_and_leads_to_all(crowded):
    links = section(await page_of(crowded, HUB), "links")
    groups = select(links, "details.links")
    assert [text_of(group.find("summary")) for group in groups] == [
        "Supplemented by 2",
        "Cites 1",
        "Cited by 5 000",
    ]
    assert [len(group.findall("ul/li")) for group in groups] == [2, 1, 25]
    assert select(groups[2], "p.all a")[0].get("href") == f"/links?at={HUB}&relation=Cites"


async def test_a_link_tells_who_states_it_in_which_words_where_and_when(crowded):
    links = section(await page_of(crowded, HUB), "links")
    [said] = select(links, "details.said")
    assert text_of(said.find("summary")) == "Stated by Zenodo"
    assert text_of(said.find("ul")) == (
        "Zenodo says isSupplementTo https://doi.org/10.1000/HUB<x> in record oai:zenodo.org:20,"
        " harvested 2026-01-01"
    )
    assert select(said, "a")[0].get("href") == "/record/zenodo/oai:zenodo.org:20"


async def test_data_stands_before_software_and_a_stub_is_told_apart(crowded):
    page = await page_of(crowded, HUB)
    first, second = select(page, "details.links")[:2]
    assert [text_of(each) for each in select(first, ".kind")] == ["dataset", "software"]
    [stub] = select(second, "li.stub")
    assert text_of(select(stub, ".tag")[0]) == "not harvested"


async def test_a_stub_says_that_it_is_one_and_offers_no_citation(crowded):
    page = await page_of(crowded, STUB)
    assert "Known only by reference" in text_of(select(page, "article header")[0])
    assert text_of(page.find(".//h1")) == "doi:10.1000/stub"
    assert not select(page, "dl.headline, p.citation")
    assert "No record describes it" in text_of(section(page, "said"))


async def test_access_that_no_record_states_is_not_stated(crowded):
    page = await page_of(crowded, PLAIN)
    assert text_of(select(page, ".headline .fact-access")[0]) == "AccessAccess not stated"
    assert not select(page, ".fact-licence, .fact-published")


async def test_versions_stand_below_their_concept_the_newest_first(crowded):
    tree = section(await page_of(crowded, "v2"), "versions")
    top = tree.find("ul/li")
    assert text_of(top).startswith("All versions of the code all versions")
    lines = [text_of(line) for line in top.findall("ul/li")]
    assert lines[0] == "The code 1.14 2021-01-01 newest"
    assert lines[1] == "The code 1.13 2021-01-01"
    assert lines[-1] == "The code 1.2 2021-01-01 this page"
    assert len(lines) == 12
    assert text_of(top.findall("p")[-1]) == "and 3 more versions"
    [current] = select(tree, "[aria-current]")
    assert current.tag == "strong"


async def test_a_concept_shows_its_versions(crowded):
    tree = section(await page_of(crowded, CONCEPT), "versions")
    assert text_of(tree.find("h2")) == "Versions 15"
    assert text_of(select(tree, "[aria-current]")[0]) == "All versions of the code"


async def test_versions_in_a_circle_are_each_shown_once_and_told_of(crowded):
    tree = section(await page_of(crowded, "round1"), "versions")
    assert [text_of(line) for line in tree.findall("ul/li")] == [
        "Round 2 2022",
        "Round 1 2021 this page",
        "Round 0 2020",
    ]
    assert "in a circle" in text_of(tree)


async def test_parts_hang_below_their_whole_in_the_order_that_people_count(crowded):
    tree = section(await page_of(crowded, WHOLE), "parts")
    collection = tree.find("ul/li")
    assert text_of(collection).startswith("The collection The whole this page")
    [whole] = collection.findall("ul/li")
    parts = whole.findall("ul/li")
    assert [text_of(part).split(" Cell")[0] for part in parts] == [f"Table {n}" for n in range(12)]
    assert [text_of(line) for line in parts[1].findall("ul/li")] == [f"Cell {n}" for n in range(4)]
    assert text_of(whole.findall("p")[-1]) == "and 88 more parts"


async def test_a_part_shows_its_whole_and_some_of_its_siblings(crowded):
    tree = section(await page_of(crowded, "part50"), "parts")
    [current] = select(tree, "strong")
    assert text_of(current) == "Table 50"
    assert "Table 0 Table 1 " in text_of(tree)
    assert "and 94 more parts" in text_of(tree)


async def test_the_table_says_who_said_what_and_marks_what_differs(crowded):
    said = section(await page_of(crowded, QUARREL), "said")
    assert "The records disagree on 3 fields." in text_of(said)
    rows = {
        text_of(body.find(".//th")): [
            tuple(text_of(cell) for cell in row.findall("td")) for row in body.findall("tr")
        ]
        for body in select(said, "tbody.disputed")
    }
    why = "Shown is what the first source in the configured order says."
    assert rows == {
        "Title": [
            (f"Mass of the boson shown here{why}", "Zenodo (1)Zenodo (2)HEPData"),
            ("The mass of a <b>new</b> boson differs", "INSPIRE"),
        ],
        "Date": [
            (f"2012-09-17 shown here{why}", "Zenodo (1)"),
            ("2012 differs", "Zenodo (2)"),
            ("2012-08-31 differs", "INSPIRE"),
        ],
        "Publisher": [
            (f"Elsevier shown here{why}", "Zenodo (1)"),
            ("Zenodo differs", "Zenodo (2)"),
        ],
    }


async def test_a_field_that_adds_up_names_the_records_of_each_value(crowded):
    said = section(await page_of(crowded, QUARREL), "said")
    rows = [[text_of(cell) for cell in row] for row in select(said, "tbody tr")]
    assert ["Keywords", "of hepdata", "HEPData"] in rows
    assert ["of zenodo", "Zenodo (1)Zenodo (2)"] in rows
    assert ["Identifiers", "doi:10.1000/mass", "all 4 records"] in rows


async def test_the_merge_is_told_in_sentences_a_person_s_decision_first(crowded):
    why = section(await page_of(crowded, QUARREL), "why")
    assert "4 records were taken for one thing. They were joined because:" in text_of(why)
    joined, apart = select(why, "ol.reasons")
    forced, shared = [text_of(each.find("p")) for each in joined.findall("li")]
    assert forced == (
        "A person judged the records to be one thing, whatever else holds decided by a person"
    )
    assert shared == "Both records state the same doi as their own identifier: doi 10.1000/mass"
    [kept] = apart.findall("li")
    assert text_of(kept.find("p")).endswith("one registrant gave both: arxiv 1207.1")
    assert "oai:inspirehep.net:9 describes Mass of another boson" in text_of(kept)


async def test_each_reason_leads_to_its_decision(crowded):
    why = section(await page_of(crowded, QUARREL), "why")
    paths = [link.get("href") for link in select(why, "p.note a")]
    assert paths == [decision_path(*each) for each in (FORCED, JOIN, APART)]
    for path in paths:
        assert (await crowded.get(path)).status == 200


async def test_an_entity_of_one_record_says_so_in_one_sentence(crowded):
    page = await page_of(crowded, PLAIN)
    assert text_of(section(page, "why")) == (
        "Why is this one thing? One record describes it, so nothing had to be joined."
    )
    assert text_of(section(page, "said")) == (
        "Who said what Everything here comes from one record: Zenodo, oai:zenodo.org:20,"
        " changed 2025-03-04, harvested 2026-01-01."
    )


async def test_a_title_from_right_to_left_keeps_its_direction_and_its_markup(crowded):
    page = await page_of(crowded, RIGHT_TO_LEFT)
    title = page.find(".//h1")
    assert (title.get("dir"), title.get("lang"), len(title)) == ("auto", "he", 0)
    assert title.text == "מדידת מסת הבוזון <b>היגס</b>"


async def test_markup_in_a_title_is_text_wherever_it_stands(crowded):
    for key in (MARKUP, RIGHT_TO_LEFT):
        page = await page_of(crowded, key)
        assert not select(page, "main img, main i, main sub, main b")
        assert "<img src=x onerror=alert(1)> & <i>H</i>" in text_of(page.find(".//main"))


@pytest.mark.parametrize("key", [CROWD, HUB, WHOLE, QUARREL, STUB])
async def test_nothing_on_a_page_is_said_twice_under_one_id(crowded, key):
    page = await page_of(crowded, key)
    found = [element.get("id") for element in select(page, "[id]")]
    assert sorted(found) == sorted(set(found))


async def test_a_page_runs_scripts_of_this_site_only(crowded):
    response = await crowded.get(f"/id/{PLAIN}", headers={"Accept": "text/html"})
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
