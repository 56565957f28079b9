"""Pages by cursor, over HTTP and over releases; and what a search that finds nothing offers."""

import asyncio
import base64
from urllib.parse import urlencode

import aiohttp
import pytest

from graph.release import ReleaseInfo, drop_old, new_draft, publish
from search.document import Document
from search.text.tantivy_engine import open_writer
from tests.graph.stores import bulk_load
from tests.search.web.servers import BASE, serving

N_DOCUMENTS = 7


def publish_many(data):
    """Publish a release of documents whose titles tell its number."""
    with new_draft(data) as draft:
        quads = draft.path / "quads.nq"
        quads.write_text(f'<{BASE}id/k> <https://schema.org/name> "k" .\n')
        bulk_load(quads, draft.graph_path)
        quads.unlink()
        with open_writer(draft.text_path, heap_bytes=15_000_000) as writer:
            for number in range(N_DOCUMENTS):
                title = f"found number{number} of release{draft.number}"
                writer.add(
                    Document(key=f"key{number}", kind="paper", title=title, year=2000 + number % 2)
                )
        info = ReleaseInfo(
            number=draft.number,
            created_at="2026-01-02T03:04:05Z",
            base_iri=BASE,
            records=N_DOCUMENTS,
            entities=N_DOCUMENTS,
            stubs=0,
            merged_entities=0,
            links=0,
            quads=1,
            by_kind={"paper": N_DOCUMENTS},
            by_source={},
        )
        return publish(draft, info)


async def asked(session, address, status=200, **parameters):
    url = f"{address}/api/v1/search?{urlencode(parameters)}"
    async with session.get(url) as response:
        assert response.status == status, await response.text()
        return await response.json(content_type=None)


async def all_pages(session, address, **parameters):
    pages = [await asked(session, address, cursor="*", **parameters)]
    while pages[-1]["next"] is not None:
        pages.append(await asked(session, address, cursor=pages[-1]["next"], **parameters))
    return pages


def keys_of(pages):
    return [hit["key"] for page in pages for hit in page["hits"]]


async def switched(session, address, number):
    while (await asked(session, address))["release"] != number:
        pass


@pytest.mark.parametrize("sort", ["relevance", "date", "title"])
@pytest.mark.parametrize("query", ["", "found"])
async def test_a_cursor_leads_through_all_hits_in_the_order_of_one_answer(tmp_path, query, sort):
    publish_many(tmp_path)
    async with serving(tmp_path) as address, aiohttp.ClientSession() as session:
        whole = await asked(session, address, q=query, sort=sort, limit=100)
        pages = await all_pages(session, address, q=query, sort=sort, limit=3)
    assert keys_of(pages) == keys_of([whole])
    assert [len(page["hits"]) for page in pages] == [3, 3, 1]
    assert {page["total"] for page in pages} == {N_DOCUMENTS}
    assert [bool(page["facets"]) for page in pages] == [True, False, False]
    assert whole["next"] is None


async def test_pages_go_on_in_the_release_they_began_in_until_it_is_dropped(tmp_path):
    publish_many(tmp_path)
    async with serving(tmp_path) as address, aiohttp.ClientSession() as session:
        first = await asked(session, address, q="found", cursor="*", limit=3, sort="date")
        publish_many(tmp_path)
        await switched(session, address, 2)
        again = {"q": "found", "sort": "date", "cursor": first["next"], "limit": 4}
        rest = await asked(session, address, **again)
        assert (first["release"], rest["release"], rest["next"]) == (1, 1, None)
        assert sorted(keys_of([first, rest])) == [f"key{n}" for n in range(N_DOCUMENTS)]
        assert all("release1" in hit["title"] for hit in rest["hits"])
        while await asyncio.to_thread(drop_old, tmp_path, 1) != [1]:
            pass
        problem = await asked(session, address, 410, **again)
    assert problem["detail"] == (
        "the cursor is of release 1, which is there no longer; this is release 2:"
        " begin again with cursor=*"
    )


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"cursor": "x"}, "the cursor is cut or edited"),
        ({"cursor": "é"}, "the cursor is cut or edited"),
        ({"cursor": "*", "offset": 1}, "give an offset or a cursor, not both"),
        ({"cursor": "*", "limit": 0}, "needs a limit of 1 or more"),
    ],
)
async def test_a_bad_cursor_is_a_bad_request(client, parameters, said):
    response = await client.get(f"/api/v1/search?{urlencode(parameters)}")
    assert response.status == 400
    assert said in await response.text()


async def test_a_cursor_of_another_query_is_a_bad_request(client):
    first = await (await client.get("/api/v1/search?cursor=*&limit=1")).json()
    response = await client.get(f"/api/v1/search?q=boson&cursor={first['next']}")
    assert response.status == 400
    assert "belongs to another query, sort or filter" in await response.text()


async def test_a_cursor_with_a_checksum_made_up_is_a_bad_request(client):
    import hashlib  # noqa: PLC0415

    first = await (await client.get("/api/v1/search?cursor=*&limit=1")).json()
    body = base64.urlsafe_b64decode(first["next"] + "==")[9:]
    for place in (b'""', b'"x"', b'"1~1) OR"', b'"99999999999999999999~1"'):
        forged = b",".join([*body.split(b",")[:-1], place + b"]"])
        check = hashlib.sha256(b"weft cursor " + forged).digest()[:9]
        cursor = base64.urlsafe_b64encode(check + forged).decode().rstrip("=")
        response = await client.get(f"/api/v1/search?cursor={cursor}")
        assert response.status == 400
        assert "leads nowhere" in await response.text()


async def test_a_search_that_finds_nothing_offers_one_that_does(client):
    body = await (await client.get("/api/v1/search?q=bozon")).json()
    assert (body["total"], body["did_you_mean"]) == (0, {"query": "boson", "total": 1})
    found = await (await client.get("/api/v1/search?q=boson")).json()
    assert found["did_you_mean"] is None


async def test_nothing_is_offered_where_nothing_is_like_it(client):
    body = await (await client.get("/api/v1/search?q=zzzzzzzz")).json()
    assert (body["total"], body["did_you_mean"]) == (0, None)


async def test_the_page_leads_to_what_may_have_been_meant(client):
    response = await client.get("/search?q=bozon&kind=paper")
    text = await response.text()
    assert response.status == 200
    assert 'Did you mean <a href="/search?q=boson&amp;kind=paper">boson</a>?' in text


async def test_what_may_have_been_meant_is_escaped(client):
    text = await (await client.get("/search?q=bozon+OR+%3Cscript%3E")).text()
    assert "<script>" not in text


@pytest.mark.parametrize("query", ["bozon+" * 600, "x" * 100_000, "%22" * 3, "bozon" * 700])
async def test_a_long_query_is_answered_or_refused(client, query):
    for path in ("/search", "/api/v1/search", "/search.atom", "/suggest"):
        response = await client.get(f"{path}?q={query[:7000]}")
        assert response.status in (200, 400)
