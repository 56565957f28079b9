"""Lists of results as files."""

import csv
import io
import json

import bibtexparser  # type: ignore[import-untyped]  # it has no types
import pytest
import rispy  # type: ignore[import-untyped]  # it has no types
from aiohttp.test_utils import TestClient, TestServer

from graph.release import ReleaseInfo
from graph.store import GraphReader
from search.citation import FORMS
from search.document import Document
from search.text.engine import SearchRequest, Sort
from search.text.tantivy_engine import open_index, open_writer
from search.web.app import build_app
from search.web.results import export as result_export
from search.web.results.export import MAX_EXPORTED, ResultList, head, note
from tests.search.web.conftest import BASE, DATA, HOSTILE, PAPER

INFO = ReleaseInfo(
    number=7,
    created_at="2026-01-02T03:04:05Z",
    base_iri=BASE,
    records=1,
    entities=1,
    stubs=0,
    merged_entities=0,
    links=0,
    quads=1,
    by_kind={},
    by_source={},
)
FILES = ("csv", "bib", "ris", "csl.json", "jsonld")


async def test_csv_holds_all_results_in_their_order(client):
    response = await client.get("/search.csv?sort=date")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = (await response.text()).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["iri"] for row in rows] == [f"{BASE}id/{key}" for key in (DATA, PAPER, HOSTILE)]
    assert rows[1]["creators"] == "Carberry, Josiah; Aa, Zoë"
    assert response.headers["Weft-Total"] == response.headers["Weft-Exported"] == "3"
    assert response.headers["Weft-Release"] == "7"
    assert (
        response.headers["Content-Disposition"]
        == 'attachment; filename="weft-release-7-search.csv"'
    )


async def test_bibtex_is_read_by_its_parser_and_tells_the_question(client):
    text = await (await client.get("/search.bib?q=boson")).text()
    assert text.startswith(f"% Weft, release 7: 1 result of {BASE}search?q=boson\n")
    (entry,) = bibtexparser.loads(text).entries
    assert entry["doi"] == "10.1016/j.physletb.2012.08.021"


async def test_ris_is_read_by_its_parser(client):
    text = await (await client.get("/search.ris?kind=dataset&sort=date")).text()
    found = rispy.loads(text.replace("\r\n", "\n"))
    assert [each["id"] for each in found] == [DATA, HOSTILE]


async def test_json_forms_are_json(client):
    csl = json.loads(await (await client.get("/search.csl.json?q=boson")).text())
    assert [item["id"] for item in csl] == [PAPER]
    listed = json.loads(await (await client.get("/search.jsonld?q=boson")).text())
    assert listed["@id"] == f"{BASE}search?q=boson"
    assert listed["numberOfItems"] == 1
    assert [item["@id"] for item in listed["itemListElement"]] == [f"{BASE}id/{PAPER}"]


async def test_a_reference_is_understood_as_on_the_page(client):
    asked = {"q": "Carberry (2013), doi:10.17182/hepdata.1"}
    items = json.loads(await (await client.get("/search.csl.json", params=asked)).text())
    assert [item["id"] for item in items] == [DATA]


@pytest.mark.parametrize("extension", FILES)
async def test_nothing_found_is_an_empty_list(client, extension):
    response = await client.get(f"/search.{extension}?q=zzzzzz")
    assert response.status == 200
    assert response.headers["Weft-Total"] == "0"
    assert PAPER not in await response.text()


@pytest.mark.parametrize("extension", FILES)
async def test_an_unchanged_list_is_not_sent_again(client, extension):
    first = await client.get(f"/search.{extension}?q=boson")
    tag = first.headers["ETag"]
    again = await client.get(f"/search.{extension}?q=boson", headers={"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize(("query", "status"), [("q=(", 400), ("sort=size", 400), ("q=note:x", 400)])
async def test_a_question_that_cannot_be_read_is_a_400(client, query, status):
    assert (await client.get(f"/search.csv?{query}")).status == status


async def test_head_sends_headers_only(client):
    response = await client.head("/search.csv?q=boson")
    assert (response.status, await response.read()) == (200, b"")
    assert response.headers["Weft-Total"] == "1"


async def test_too_many_files_at_once_are_put_off(site, monkeypatch):
    monkeypatch.setattr(result_export, "MAX_WRITERS", 0)
    async with TestClient(TestServer(build_app(site))) as client:
        response = await client.get("/search.csv")
        assert (response.status, response.headers["Retry-After"]) == (503, "10")


async def test_a_list_is_not_kept_in_memory(client):
    first = await client.get("/search.csv?q=boson")
    again = await client.get("/search.csv?q=boson")
    assert await first.read() == await again.read()
    assert "Content-Length" not in again.headers


def test_a_list_that_is_cut_says_so_in_its_name_headers_and_text():
    total = 2 * MAX_EXPORTED
    headers = head(FORMS["csv"], INFO, total)
    assert headers["Content-Disposition"] == (
        'attachment; filename="weft-release-7-search-first-10000-of-20000.csv"'
    )
    assert (headers["Weft-Total"], headers["Weft-Exported"]) == ("20000", "10000")
    assert note(INFO, total, f"{BASE}search?q=a@b").endswith(
        f"the first 10000 of 20000 results of {BASE}search?q=a%40b"
    )


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("limit", [0, 1, 100, 101, 250, 1000])
def test_pages_join_without_gaps_up_to_the_limit(tmp_path, sort, limit):
    """More than two pages of hits are read; the graph knows none, so their order is looked at."""
    with open_writer(tmp_path / "text", heap_bytes=15_000_000) as writer:
        for n in range(250):
            writer.add(Document(key=f"k{n:03}", kind="dataset", title=f"Table {n % 7}"))
    asked = []

    class Graph(GraphReader):
        def __init__(self):
            """No store."""

        def facts(self, subject):
            asked.append(subject.rpartition("/")[2])
            return {}

    with open_index(tmp_path / "text") as index:
        found = ResultList(
            index=index,
            graph=Graph(),
            release=type("Release", (), {"info": INFO})(),
            request=SearchRequest(sort=sort),
            limit=limit,
        )
        assert list(found.described()) == []
    assert len(asked) == len(set(asked)) == min(limit, 250)
