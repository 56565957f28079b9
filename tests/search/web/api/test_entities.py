"""Entities over HTTP: by key, by identifier, moved, gone and unknown."""

import pytest

from graph.iris import mint_key
from tests.graph.builders import BASE
from tests.search.web.api.town import HOSTILE

pytestmark = pytest.mark.asyncio(loop_scope="module")
DATA_KEY = mint_key("doi:10.5072/data")
LOST_KEY, KEPT_KEY = mint_key("arxiv:2401.00001"), mint_key("doi:10.5072/first")
GONE_KEY = "sksxqscdedbhb"


async def test_an_entity_is_told_whole(ask):
    said = await ask(f"/api/v1/entities/{DATA_KEY}")
    assert said["key"] == DATA_KEY
    assert said["iri"] == f"{BASE}id/{DATA_KEY}"
    assert (said["kind"], said["type"]) == ("dataset", "https://schema.org/Dataset")
    assert said["titles"] == [{"value": "Jet data", "language": "en"}]
    assert [(each["name"], each["identifiers"]) for each in said["creators"]] == [
        ("Lovelace, Ada", ["orcid:0000-0002-1825-0097"]),
        ("Zuse", []),
    ]
    assert (said["date"], said["year"], said["publisher"]) == ("2012-09-17", 2012, "CERN")
    assert said["publisher_identifiers"] == ["ror:05mmh0f86"]
    assert (said["spdx"], said["access"]) == ("CC0-1.0", "open")
    assert said["licence"] == "https://spdx.org/licenses/CC0-1.0"
    assert said["abstract"] == "Spectra of jets."
    assert said["identifiers"][0] == "doi:10.5072/data"
    assert said["grants"][0]["funder"] == "NSF"
    assert said["records"] == [
        {"source": "hep", "record": "1", "iri": f"{BASE}record/hep/1"},
        {"source": "zen", "record": "1", "iri": f"{BASE}record/zen/1"},
    ]
    assert said["sources"] == ["hep", "zen"]
    assert said["n_links"] == 2
    assert {link["relation"] for link in said["links"]} == {"IsSupplementTo", "IsPartOf"}
    assert said["all_links"] == f"{BASE}api/v1/links?entity={DATA_KEY}"
    assert said["release"] == 1


@pytest.mark.parametrize(
    "spelling",
    [
        "doi:10.5072/data",
        "10.5072/DATA",
        "https://doi.org/10.5072/data",
        f"{BASE}id/{DATA_KEY}",
        DATA_KEY,
        f"{BASE}record/hep/1",
    ],
)
async def test_an_entity_is_found_by_any_spelling_of_what_it_is_called(town, spelling):
    response = await town.get("/api/v1/entities", params={"id": spelling})
    assert (await response.json())["key"] == DATA_KEY
    assert response.headers["Content-Location"] == f"/api/v1/entities/{DATA_KEY}"
    assert response.headers["Weft-Release"] == "1"


async def test_a_stub_is_an_entity_with_the_links_that_lead_to_it(ask):
    said = await ask("/api/v1/entities?id=doi:10.5072/older")
    assert (said["is_stub"], said["kind"], said["titles"], said["records"]) == (
        True, "paper", [], [],
    )  # fmt: skip
    [link] = said["links"]
    assert (link["relation"], link["target"]) == ("Cites", said["key"])


async def test_a_merged_key_moves_to_the_one_that_took_its_place(town):
    moved = await town.get(f"/api/v1/entities/{LOST_KEY}", allow_redirects=False)
    assert moved.status == 301
    assert moved.headers["Location"] == f"/api/v1/entities/{KEPT_KEY}"
    by_id = await (await town.get(f"/api/v1/entities?id={LOST_KEY}")).json()
    assert by_id["key"] == KEPT_KEY


@pytest.mark.parametrize("path", [f"/{GONE_KEY}", f"?id={GONE_KEY}"])
async def test_an_entity_whose_records_are_deleted_is_gone(town, path):
    response = await town.get(f"/api/v1/entities{path}")
    assert (response.status, response.content_type) == (410, "application/problem+json")
    problem = await response.json()
    assert (problem["iri"], problem["release"]) == (f"{BASE}id/{GONE_KEY}", 1)


async def test_an_identifier_of_several_entities_lists_them(town):
    response = await town.get("/api/v1/entities?id=isbn:9783030382070")
    assert response.status == 300
    kinds = {each["kind"] for each in (await response.json())["candidates"]}
    assert kinds == {"book", "chapter"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/aaaaaaaaaaaaa", 404),
        ("/%00", 404),
        ("/a%3E%20b", 404),
        ("/%C3%A9", 404),
        (f"/{DATA_KEY}?id=1", 400),
        ("", 400),
        ("?id=", 400),
        ("?id=nothing", 404),
        ("?id=%00%22%3E", 404),
        ("?id=%ED%A0%80", 404),
        ("?id=http://weft.test/id/%3E%3Cx", 404),
        (f"?id={'a' * 2001}", 400),
        (f"?id={DATA_KEY}&id={DATA_KEY}", 400),
    ],
)
async def test_what_is_no_entity_is_a_problem(town, path, status):
    response = await town.get(f"/api/v1/entities{path}")
    assert (response.status, response.content_type) == (status, "application/problem+json")
    assert (await response.json())["status"] == status


async def test_an_unchanged_entity_is_not_sent_again(town):
    first = await town.get(f"/api/v1/entities/{DATA_KEY}")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = await town.get(f"/api/v1/entities/{DATA_KEY}", headers=tag)
    assert (again.status, await again.read()) == (304, b"")


async def test_an_answer_that_is_no_json_is_refused(town):
    response = await town.get(f"/api/v1/entities/{DATA_KEY}", headers={"Accept": "text/turtle"})
    assert response.status == 406


async def test_text_of_records_stays_as_it_is(ask):
    said = await ask("/api/v1/entities?id=doi:10.5072/set")
    assert said["titles"][0]["value"] == HOSTILE
