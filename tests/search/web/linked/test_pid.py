"""From identifiers to entities."""

import pytest
from yarl import URL

DATA = "/id/datadatadatad"


@pytest.mark.parametrize(
    "path",
    [
        "/pid/doi/10.1000/lamp(1)%3C2%3E::3",
        "/pid/doi/10.1000%2Flamp(1)%3C2%3E::3",
        "/pid/doi/10.1000%2FLAMP%281%29%3C2%3E%3A%3A3",
        "/pid/DOI/doi:10.1000/lamp(1)%3C2%3E::3",
        "/pid/doi/https://doi.org/10.1000/lamp(1)%3C2%3E::3",
        "/pid/doi/https:/doi.org/10.1000/lamp(1)%3C2%3E::3",
        "/pid/doi/https%3A%2F%2Fdx.doi.org%2F10.1000%2Flamp(1)%3C2%3E%3A%3A3",
        "/pid/doi/10.1000/lamp(1)%253C2%253E::3",
        "/pid/arxiv/1207.7235",
        "/pid/arxiv/arXiv:1207.7235v2",
        "/pid/arxiv/https://arxiv.org/pdf/1207.7235v1",
        "/pid/doi/10.48550/arXiv.1207.7235",
        "/pid/url/https://arxiv.org/abs/1207.7235",
        "/pid/url/https://doi.org/10.1000/lamp(1)%3C2%3E::3",
    ],
)
async def test_every_spelling_of_an_identifier_leads_to_its_entity(linked, path):
    response = await linked.get(URL(path, encoded=True), allow_redirects=False)
    assert (response.status, response.headers.get("Location")) == (303, DATA)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/pid/doi/10.1000/part?utm_source=x", "/id/partpartpartp"),
        ("/pid/handle/20.500.1/a%3Fb", "/id/paperpaperpap"),
        ("/pid/handle/20.500.1/a?b", "/id/paperpaperpap"),
        ("/pid/doi/10.1000/alone", "/id/stubonlystubo"),
        ("/pid/doi/10.1000/stub", "/id/twintwintwint"),
    ],
)
async def test_a_query_may_belong_to_the_value_and_a_stub_stands_behind(linked, path, location):
    response = await linked.get(URL(path, encoded=True), allow_redirects=False)
    assert (response.status, response.headers.get("Location")) == (303, location)


@pytest.mark.parametrize(
    "path", ["/pid/doi/10.9999/none", "/pid/nothing/1", "/pid/doi/%FF%FE", "/pid/isbn/1"]
)
async def test_an_identifier_of_nothing_is_not_found(linked, path):
    response = await linked.get(URL(path, encoded=True), allow_redirects=False)
    assert response.status == 404


async def test_an_identifier_of_several_is_answered_with_a_list(linked):
    response = await linked.get(
        "/pid/isbn/978-3-030-38207-0", headers={"Accept": "application/json"}
    )
    assert response.status == 300
    assert "Location" not in response.headers
    assert await response.json() == {
        "status": 300,
        "identifier": "isbn:9783030382070",
        "entities": [
            {
                "iri": "http://weft.test/id/paperpaperpap",
                "path": "/id/paperpaperpap",
                "name": "On lamps",
                "kind": "paper",
                "is_stub": False,
            },
            {
                "iri": "http://weft.test/id/twintwintwint",
                "path": "/id/twintwintwint",
                "name": "The lamp",
                "kind": "book",
                "is_stub": False,
            },
        ],
    }
    assert response.headers["Link"] == (
        '</id/paperpaperpap>; rel="alternate", </id/twintwintwint>; rel="alternate"'
    )


async def test_the_list_of_several_is_a_page_for_people(linked):
    response = await linked.get("/pid/isbn/9783030382070", headers={"Accept": "text/html"})
    assert (response.status, response.content_type) == (300, "text/html")
    assert '<a href="/id/twintwintwint">The lamp</a>' in await response.text()
