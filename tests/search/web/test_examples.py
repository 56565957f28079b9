"""The worked queries: each is told of, runs on the sample in time, and answers."""

import re
import time
from pathlib import Path

import pytest

from graph.relation import PREDICATES
from graph.vocabulary import PREFIXES
from search.sparql.gate import read_form
from search.sparql.pool import open_pool
from search.sparql.results import ResultFormat
from search.sparql.text_service import run_query
from search.text.engines import open_index
from search.web.examples import (
    ASKED_BY,
    QUERIES,
    SPARQL_EXAMPLES,
    gallery,
    read_query,
    with_prefixes,
)
from tests.search.web.sample import sample_release

DOCUMENT = Path(__file__).parents[3] / "docs" / "queries.md"
TIME_LIMIT_S = 1.0
TRIES = 3
LINE = re.compile(r"^LIMIT \d+$|LIMIT (\d+)\s*$")


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return sample_release(tmp_path_factory.mktemp("sample"))


def test_there_are_queries_for_each_group_and_the_first_stays_the_first():
    counted = {group: sum(each.asked_by == group for each in SPARQL_EXAMPLES) for group in ASKED_BY}
    assert counted == {"meta-researchers": 8, "librarians": 8, "portals": 5}
    assert SPARQL_EXAMPLES[0].name == "datasets-papers-software"
    assert len({each.name for each in SPARQL_EXAMPLES}) == 21


@pytest.mark.parametrize("example", SPARQL_EXAMPLES, ids=lambda example: example.name)
async def test_a_worked_query_gives_rows_of_the_sample_within_a_second(release, example):
    base = release.info.base_iri
    answer, took_s = b"", []
    with open_index(release.text_path) as index:
        async with open_pool(release.graph_path) as pool:
            for query in ("ASK {}", *[example.query] * TRIES):
                began_s = time.monotonic()
                answer = await run_query(
                    pool,
                    index,
                    query,
                    ResultFormat.CSV,
                    base_iri=base,
                    endpoint=f"{base}sparql",
                )
                took_s.append(time.monotonic() - began_s)
    assert len(answer.splitlines()) > 1, "the sample has no answer to it"
    # the first starts the worker; the best of the others, since the machine has more to do
    assert min(took_s[1:]) < TIME_LIMIT_S


@pytest.mark.parametrize("example", SPARQL_EXAMPLES, ids=lambda example: example.name)
def test_a_worked_query_parses_and_ends_in_a_limit(example):
    read_form(example.query)
    limit = LINE.search(example.query.strip().splitlines()[-1])
    assert limit is not None
    assert 1 <= int(limit[1]) <= 1000
    assert example.label
    assert example.question.endswith("?")
    assert example.read.endswith(".")


def test_the_query_on_relations_names_all_that_a_link_can_have():
    [query] = [each.query for each in SPARQL_EXAMPLES if each.name == "kinds-and-relations"]
    values = query.partition("VALUES ?relation {")[2].partition("}")[0].split()
    named = {PREFIXES[name.partition(":")[0]] + name.partition(":")[2] for name in values}
    assert named == set(PREDICATES)


def test_only_the_prefixes_that_a_query_uses_are_declared():
    assert with_prefixes("ASK { ?x cito:cites ?y }").startswith("PREFIX cito: <")
    assert "PREFIX schema:" not in with_prefixes("ASK { ?x cito:cites ?y }")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT * { ?s ?p ?o } LIMIT 1\n",
        "# title: A\n# question: B?\n# read: C.\nSELECT * { ?s ?p ?o } LIMIT 1\n",
        "# title: A\n# question: B?\n# asked by: everybody\n# read: C.\nASK {}\n",
    ],
)
def test_a_file_that_does_not_tell_of_its_query_is_refused_by_name(tmp_path, text):
    path = tmp_path / "99-odd.rq"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"99-odd\.rq does not begin"):
        read_query(path)


def test_the_document_holds_the_queries_as_they_are():
    head, mark, rest = DOCUMENT.read_text().partition("\n## For ")
    assert head.startswith("# Worked queries")
    assert mark + rest == "\n" + gallery(), "write docs/queries.md anew, as its beginning says"


def test_every_file_of_the_folder_is_a_query():
    assert sorted(path.suffix for path in QUERIES.iterdir()) == [".rq"] * 21
