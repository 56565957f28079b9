"""The examples of docs/api.md answer, and what it says of parameters is so."""

import re
from pathlib import Path

import pytest

import search
from search.web.api.routes import OPERATIONS
from search.web.api.scholexplorer import ScholixQuery
from tests.search.web.api.conftest import asking

pytestmark = pytest.mark.asyncio(loop_scope="module")
GUIDE = Path(search.__file__).parents[1].joinpath("docs", "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"^curl 'http://127\.0\.0\.1:8080(/[^']*)'$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
async def test_an_example_of_the_guide_finds_something(sample, example):
    body = await asking(sample)(example)
    found = next((body[n] for n in ("links", "hits", "result", "totals") if n in body), None)
    assert found


async def test_the_guide_has_an_example_of_every_address_but_the_description():
    paths = {example.partition("?")[0] for example in EXAMPLES}
    asked = {each.path for each in OPERATIONS if each.method == "GET" and "{" not in each.path}
    assert paths == asked - {"/api/openapi.json"}
    for each in OPERATIONS:
        assert f"`{each.path}" in GUIDE


async def test_the_guide_names_every_parameter_of_the_links():
    named = set(re.findall(r"`([A-Za-z-]+)(?:=[^`]*)?`", GUIDE))
    for each in OPERATIONS:
        if each.name in ("listLinks", "listScholixLinks"):
            assert set(each.query.__struct_encode_fields__) <= named
    assert ScholixQuery().page == 0
