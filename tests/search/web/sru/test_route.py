"""`/sru` over HTTP: methods, media types, caching."""

import aiohttp
import pytest
from lxml import etree

from search.web.operation.settings import ServeSettings
from tests.search.web.conftest import PAPER
from tests.search.web.servers import serving
from tests.search.web.sru.answers import V1_2, keys


async def test_post_answers_as_get_does(client):
    parameters = {**V1_2, "query": 'dc.creator = "Zoë Aa"'}
    response = await client.post("/sru", data=parameters)
    assert response.status == 200
    assert await response.read() == await (await client.get("/sru", params=parameters)).read()
    assert response.headers["Weft-Release"] == "7"


async def test_post_of_soap_is_refused(client):
    response = await client.post("/sru", data=b"<x/>", headers={"Content-Type": "text/xml"})
    assert response.status == 415
    assert response.headers["Accept-Post"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("query", ["query=%ff", "query=" + "&a" * 2000])
async def test_request_that_is_no_form_is_refused(client, query):
    assert (await client.get(f"/sru?{query}")).status == 400


@pytest.mark.parametrize(
    ("parameters", "accept", "expected"),
    [
        (V1_2, "text/html", "text/xml"),
        ({}, "*/*", "application/sru+xml"),
        ({}, "text/html,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ({"httpAccept": "text/xml"}, "application/sru+xml", "text/xml"),
        ({"httpAccept": "application/sru xml"}, "text/xml", "application/sru+xml"),
        ({}, "rubbish", "application/sru+xml"),
    ],
)
async def test_media_type_is_the_one_the_version_allows(client, parameters, accept, expected):
    response = await client.get(
        "/sru", params={**parameters, "query": "higgs"}, headers={"Accept": accept}
    )
    assert (response.status, response.content_type) == (200, expected)


@pytest.mark.parametrize(
    ("parameters", "accept"), [({}, "text/html"), ({"httpAccept": "image/png"}, "*/*")]
)
async def test_client_that_takes_no_xml_gets_406(client, parameters, accept):
    response = await client.get(
        "/sru", params={**parameters, "query": "higgs"}, headers={"Accept": accept}
    )
    assert response.status == 406


async def test_answer_is_not_sent_again_to_who_has_it(client):
    first = await client.get("/sru?query=higgs")
    again = await client.get("/sru?query=higgs", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_form_is_answered_whatever_the_client_has(client):
    response = await client.post("/sru", data={"query": "a"}, headers={"If-None-Match": "*"})
    assert response.status == 200


async def test_service_works_under_a_prefix(data_directory):
    settings = ServeSettings(prefix="/weft")
    async with (
        serving(data_directory, settings=settings) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}/weft/sru?query=higgs&facetLimit=1") as response,
    ):
        answer = etree.fromstring(await response.read())
    assert keys(answer) == [PAPER]
