"""The search API over HTTP."""

import pytest


async def test_an_answer_holds_hits_facets_and_release(client):
    response = await client.get("/api/v1/search?q=boson")
    body = await response.json()
    assert (response.status, body["total"], body["release"]) == (200, 1, 7)
    [hit] = body["hits"]
    assert hit["key"] == "paperpaperpap"
    assert hit["iri"] == "http://weft.test/id/paperpaperpap"
    assert hit["identifiers"] == ["arxiv:1207.7235", "doi:10.1016/j.physletb.2012.08.021"]
    assert {"text": "boson", "match": True} in hit["snippet"]
    assert body["facets"]["kind"] == [{"value": "paper", "count": 1}]


async def test_filters_narrow_and_offset_skips(client):
    body = await (
        await client.get("/api/v1/search?kind=dataset&sort=title&limit=1&offset=1")
    ).json()
    assert body["total"] == 2
    assert [hit["key"] for hit in body["hits"]] == ["datadatadatad"]


async def test_a_syntax_error_has_its_position(client):
    response = await client.get("/api/v1/search?q=higgs+(")
    body = await response.json()
    assert response.status == 400
    assert body["position"] == {"line": 1, "column": 7}


@pytest.mark.parametrize("parameters", ["limit=101", "limit=x", "offset=10001", "sort=size"])
async def test_a_parameter_out_of_range_is_refused(client, parameters):
    response = await client.get(f"/api/v1/search?{parameters}")
    assert response.status == 400
    assert response.content_type == "application/problem+json"
    assert parameters.partition("=")[0] in (await response.json())["detail"]


async def test_an_unchanged_answer_is_not_sent_again(client):
    first = await client.get("/api/v1/search?q=boson")
    again = await client.get(
        "/api/v1/search?q=boson", headers={"If-None-Match": first.headers["ETag"]}
    )
    other = await client.get(
        "/api/v1/search?q=higgs", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status, await again.read(), other.status) == (304, b"", 200)
