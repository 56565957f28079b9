"""The description of the API: valid, complete, and true of what is answered."""

from html import unescape
from re import findall

import jsonschema
import openapi_spec_validator
import pytest

from search.text.engine import FACETS
from search.web.api.page import show
from search.web.api.routes import OPERATIONS, routes
from tests.search.web.api.conftest import asking

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def described(town):
    async def get():
        return await asking(town)("/api/openapi.json")

    return get


async def test_the_description_is_valid_openapi(described):
    document = await described()
    openapi_spec_validator.validate(document)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://weft.test"}]


async def test_every_address_of_the_api_is_described_and_every_described_one_answers(
    town, described
):
    document = await described()
    served = {
        route.resource.canonical
        for route in town.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api/")
    }
    assert served == set(document["paths"])
    assert {each.path for each in routes()} == {*served, "/api"}


async def test_parameters_are_those_that_are_read(described):
    document = await described()
    for operation in OPERATIONS:
        listed = document["paths"][operation.path][operation.method.lower()]["parameters"]
        for place, declared in (("query", operation.query), ("path", operation.path_parameters)):
            names = [each["name"] for each in listed if each["in"] == place]
            pinned = ["release"] if place == "query" else []
            assert names == [*declared.__struct_encode_fields__, *pinned]


async def test_a_default_is_told_and_none_where_there_is_none(described):
    listed = (await described())["paths"]["/api/v1/search"]["get"]["parameters"]
    defaults = {each["name"]: each["schema"].get("default") for each in listed}
    assert (defaults["limit"], defaults["offset"], defaults["sort"]) == (10, 0, "relevance")
    assert (defaults["q"], defaults["kind"]) == (None, None)
    assert all(each["description"] for each in listed)


async def test_every_facet_is_a_parameter_of_the_search(described):
    parameters = (await described())["paths"]["/api/v1/search"]["get"]["parameters"]
    assert set(FACETS) < {each["name"] for each in parameters}


async def test_every_example_has_an_answer_that_fits_its_schema(sample):
    ask = asking(sample)
    document = await ask("/api/openapi.json")
    groups = [group for group in show(document) if group.method == "GET"]
    for group in groups:
        answer = document["paths"][group.path]["get"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        whole = {**schema, "components": document["components"]}
        body = await ask(group.example)
        jsonschema.Draft202012Validator(whole).validate(body)
    assert {group.path for group in groups if "?" in group.example} == {
        "/api/v1/search", "/api/v1/entities", "/api/v1/links", "/api/scholix/v3/Links",
        "/api/v1/explain",
    }  # fmt: skip


async def test_examples_find_something_in_the_sample(sample):
    ask = asking(sample)
    examples = {group.path: group.example for group in show(await ask("/api/openapi.json"))}
    assert (await ask(examples["/api/v1/search"]))["total"] > 0
    assert (await ask(examples["/api/v1/links"]))["total"] > 0
    assert (await ask(examples["/api/scholix/v3/Links"]))["totalLinks"] > 0
    assert (await ask(examples["/api/v1/entities"]))["kind"] == "dataset"


async def test_an_error_fits_the_schema_of_problems(town, described):
    document = await described()
    schema = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
    for path in ("/api/v1/search?q=higgs+(", "/api/v1/links?limit=0", "/api/nothing"):
        response = await town.get(path)
        assert response.content_type == "application/problem+json"
        body = await response.json()
        jsonschema.Draft202012Validator(schema).validate(body)
        assert body["status"] == response.status


async def test_what_is_sent_with_post_is_described_with_its_body_and_its_files(described):
    [(method, operation)] = (await described())["paths"]["/api/v1/holdings"].items()
    assert method == "post"
    assert set(operation["requestBody"]["content"]) == {
        "application/octet-stream",
        "multipart/form-data",
    }
    assert set(operation["responses"]["200"]["content"]) == {
        *("application/json", "text/csv", "text/html", "text/tab-separated-values"),
        *("application/marc", "application/marcxml+xml"),
    }
    assert "ETag" not in operation["responses"]["200"]["headers"]


async def test_a_method_that_is_not_offered_is_a_problem_that_names_the_others(town):
    response = await town.post("/api/v1/links")
    assert (response.status, response.content_type) == (405, "application/problem+json")
    assert response.headers["Allow"] == "GET,HEAD"


async def test_the_page_shows_every_operation_with_its_parameters_and_example(town, described):
    response = await town.get("/api", headers={"Accept": "text/html"})
    text = await response.text()
    assert (response.status, response.content_type) == (200, "text/html")
    for group in show(await described()):
        assert f"{group.method} {group.path}" in text
        for row in group.parameters:
            assert f"<code>{row.name}</code>" in text
        assert group.example in unescape(text)
    assert "<script" not in text
    assert "`" not in text


async def test_every_example_on_the_page_answers(town):
    text = await (await town.get("/api")).text()
    links = {unescape(each) for each in findall(r'href="(/api/[^"]*)"', text)}
    assert len(links) == sum(each.method == "GET" for each in OPERATIONS)
    for link in links:
        assert (await town.get(link)).status == 200


async def test_the_description_of_an_empty_release_has_no_examples(described):
    document = await described()
    described_ones = [each for item in document["paths"].values() for each in item.values()]
    for operation in described_ones:
        for parameter in operation["parameters"]:
            parameter.pop("example", None)
    examples = {group.path: group.example for group in show(document)}
    assert examples["/api/v1/entities/{key}"] == ""
    assert examples["/api/v1/links"] == "/api/v1/links"
