"""The release over HTTP, and explanations: what they tell, and what they refuse."""

from urllib.parse import urlencode

import pytest

from graph.iris import mint_key
from search.web.api import explain as explain_file
from tests.graph.builders import BASE
from tests.search.web.api.conftest import asking

DATA, PAPER = (mint_key(f"doi:10.5072/{name}") for name in ("data", "paper"))
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_release_tells_its_number_its_sizes_and_the_site(ask):
    body = await ask("/api/v1/release")
    told = {name: body[name] for name in ("number", "base_iri", "links", "title", "contact")}
    assert told == {"number": 1, "base_iri": BASE, "links": 5, "title": "Weft", "contact": ""}
    assert "files" not in body


async def test_the_release_of_the_sample_tells_the_state_of_each_source(sample):
    body = await asking(sample)("/api/v1/release")
    assert list(body["sources"]) == sorted(body["by_source"], key=list(body["sources"]).index)
    assert len(body["caveats"]) == len(body["sources"])
    assert all("last harvested" in each for each in body["caveats"])


async def test_a_parameter_of_the_release_is_an_error(town):
    response = await town.get("/api/v1/release?number=2")
    assert response.status == 400
    assert "no parameter 'number' here; there are: release" in (await response.json())["detail"]


async def test_one_thing_is_explained_by_its_records_and_links(ask):
    body = await ask(f"/api/v1/explain?a={DATA}")
    assert (body["key"], body["subject"]["state"]) == (DATA, "entity")
    assert {(each["source"], each["record"]) for each in body["members"]} == {
        ("hep", "1"),
        ("zen", "1"),
    }
    assert (DATA, "IsSupplementTo", PAPER) in {
        (link["source"], link["relation"], link["target"]) for link in body["links"]
    }


async def test_two_things_are_compared(ask):
    asked = urlencode({"a": "https://doi.org/10.5072/DATA", "b": f"{BASE}id/{PAPER}"})
    body = await ask(f"/api/v1/explain?{asked}")
    assert (body["a"], body["b"], body["same"]) == (DATA, PAPER, False)
    assert [link["relation"] for link in body["links"]] == ["IsSupplementTo"]


async def test_a_thing_that_is_not_known_is_told_and_no_error(ask):
    body = await ask("/api/v1/explain?a=doi:10.5072/nothing")
    assert (body["key"], body["subject"]["state"]) == (None, "unknown")


@pytest.mark.parametrize("query", ["", "?a=", "?a=x&b=", "?a=x&c=y", "?a=x&a=y"])
async def test_a_bad_question_for_an_explanation_is_refused(town, query):
    assert (await town.get(f"/api/v1/explain{query}")).status == 400


@pytest.mark.parametrize("query", [f"a={DATA}", f"a={DATA}&b={PAPER}"])
async def test_an_entity_with_too_many_links_is_refused_with_where_to_ask(town, monkeypatch, query):
    monkeypatch.setattr(explain_file, "MAX_EXPLAINED", 1)
    # an address that no other test asks: answers are kept
    response = await town.get(f"/api/v1/explain?{query}%20")
    assert response.status == 413
    assert "/api/v1/links" in (await response.json())["detail"]
