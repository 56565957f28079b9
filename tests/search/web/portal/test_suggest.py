"""Suggestions: titles that have the words, in the OpenSearch form."""

import pytest

from search.document import Document
from search.query import parse_query
from search.text.engine import SearchRequest
from search.text.tantivy_engine import open_index, open_writer
from search.web.portal.suggest import MAX_TYPED, suggestions
from tests.search.web.conftest import BASE, HOSTILE_TITLE, PAPER

DOCUMENTS = (
    Document(key="a", kind="paper", title="Top quark mass", creators=("A", "B"), year=2012),
    Document(key="b", kind="paper", title="The mass of the top quark"),
    Document(key="c", kind="dataset", title="Top  Quark Mass"),
    Document(key="d", kind="dataset", title="kind: a topology (draft"),
    Document(key="e", kind="dataset", title="CMS OR ATLAS: topologies"),
    Document(key="f", kind="dataset", title="Łódź “top” of the “world”, NOT -more"),
    Document(key="g", kind="dataset", title="Topping " + "word " * 200),
    Document(key="h", kind="dataset", title="日本の物理学"),
    *(Document(key=f"x{n}", kind="dataset", title=f"Charm {n}") for n in range(15)),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = tmp_path_factory.mktemp("suggest")
    with open_writer(path) as writer:
        for document in DOCUMENTS:
            writer.add(document)
    with open_index(path) as opened:
        yield opened


def completions(index, typed):
    return [each.completion for each in suggestions(typed, index, BASE)]


async def test_the_answer_has_the_four_members_of_the_form(client):
    response = await client.get("/suggest?q=observation+of+a+new+bo")
    assert (response.status, response.content_type) == (200, "application/x-suggestions+json")
    assert response.headers["Weft-Release"] == "7"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert await response.json(content_type=None) == [
        "observation of a new bo",
        ["Observation of a new boson at a mass of 125 GeV"],
        ["paper, 2012, Carberry, Josiah and others"],
        [f"{BASE}id/{PAPER}"],
    ]


async def test_a_filter_narrows(client):
    body = await (await client.get("/suggest?q=obs&kind=dataset")).json(content_type=None)
    assert body[1] == ["Table 1 of the observation"]


async def test_an_unchanged_answer_is_not_sent_again(client):
    first = await client.get("/suggest?q=obs")
    again = await client.get("/suggest?q=obs", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize("query", ["", "%20", "%22", "%E2%86%92", "%ED%A0%80", "%FF"])
async def test_nothing_typed_is_answered_with_nothing(client, query):
    response = await client.get(f"/suggest?q={query}")
    assert response.status == 200
    assert (await response.json(content_type=None))[1:] == [[], [], []]


async def test_too_much_typed_is_refused(client):
    assert (await client.get("/suggest?q=" + "x" * MAX_TYPED)).status == 200
    assert (await client.get("/suggest?q=" + "x" * (MAX_TYPED + 1))).status == 400


def test_titles_that_begin_so_come_first_and_equal_ones_once(index):
    assert completions(index, "top quark ma")[:2] == ["Top quark mass", "The mass of the top quark"]
    assert len(completions(index, "top quark ma")) == 2


def test_a_blank_closes_the_last_word(index):
    assert "CMS OR ATLAS: topologies" not in completions(index, "top ")
    assert any("topologies" in each for each in completions(index, "top"))


def test_at_most_ten_are_given(index):
    assert len(completions(index, "charm")) == 10


def test_accents_and_case_are_folded_and_other_scripts_found(index):
    assert len(completions(index, "LODZ to")) == 1
    assert completions(index, "物理") == ["日本の物理学"]


@pytest.mark.parametrize("typed", ["top", "lodz", "topp", "cms", "kind", "物"])
def test_each_completion_is_a_query_that_finds_its_entity(index, typed):
    found = suggestions(typed, index, BASE)
    assert found
    for completion, _, address in found:
        result = index.search(SearchRequest(query=parse_query(completion)))
        assert address.removeprefix(f"{BASE}id/") in {hit.key for hit in result.hits}
        assert len(completion) <= 162


async def test_a_title_with_markup_stays_text(client):
    body = await (await client.get("/suggest?q=script")).json(content_type=None)
    [completion] = body[1]
    assert parse_query(completion) is not None
    assert "<script>alert('x')</script>" in completion
    assert HOSTILE_TITLE.startswith("<script>")
