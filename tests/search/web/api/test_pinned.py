"""`release=N`: an answer from that release, or none."""

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADDRESSES = [
    "/api/v1/search?q=higgs",
    "/api/v1/links?relation=Cites",
    "/api/v1/entities?id=10.1007/978-3-030-38207-0",
    "/api/v1/coverage?kind=dataset",
    "/api/scholix/v3/Links?sourcePid=10.17182/hepdata.1",
    "/api/openapi.json?",
]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_the_release_that_is_served_answers(sample, address):
    answer = await sample.get(f"{address}&release=1")
    assert answer.status == 200
    assert answer.headers["Weft-Release"] == "1"


@pytest.mark.parametrize("address", ADDRESSES)
async def test_another_release_is_not_here_and_no_answer(sample, address):
    answer = await sample.get(f"{address}&release=2")
    problem = await answer.json()
    assert (answer.status, problem["status"]) == (404, 404)
    assert problem["detail"] == (
        "this server answers from release 1, not from release 2: leave out `release`, or ask where"
        " that one is served"
    )


@pytest.mark.parametrize("number", ["0", "-1", "one", ""])
async def test_what_is_no_number_of_a_release_is_refused(sample, number):
    answer = await sample.get(f"/api/v1/search?q=higgs&release={number}")
    assert answer.status == 400
    assert "release" in (await answer.json())["detail"]


async def test_every_operation_declares_it(sample):
    document = await (await sample.get("/api/openapi.json")).json()
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert len(operations) >= 8
    for each in operations:
        assert "release" in [parameter["name"] for parameter in each["parameters"]]
        assert "404" in each["responses"]
