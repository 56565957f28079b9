"""Comunica, a client in JavaScript that federates, asks `/sparql` over the sample.

It runs where `WEFT_COMUNICA` names a folder in which `npm install @comunica/query-sparql` was run,
or where `comunica-sparql` is on the path.
"""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest
import rdflib
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from search.sparql.pool import Limits
from search.web.app import build_app
from search.web.site import open_site
from weft.cli import weft

PREFIXES = """\
PREFIX weft: <https://w3id.org/weft#>
PREFIX schema: <https://schema.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
JSON = "application/sparql-results+json"
TOP_QUARK = "SERVICE weft:search { ?data weft:query 'top quark kind:dataset' ; weft:rank ?rank }"


def find_comunica():
    folder = os.environ.get("WEFT_COMUNICA")
    found = Path(folder, "node_modules", ".bin", "comunica-sparql") if folder else None
    if found is not None and found.is_file():
        return str(found)
    return shutil.which("comunica-sparql")


COMUNICA = find_comunica()
pytestmark = pytest.mark.skipif(
    COMUNICA is None or shutil.which("node") is None,
    reason="WEFT_COMUNICA names no folder with Comunica, and it is not on the path",
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    data = tmp_path_factory.mktemp("sample") / "data"
    made = CliRunner().invoke(weft, ["demo", "--no-serve", "--data", str(data)])
    assert made.exit_code == 0, made.stderr
    return data


@pytest.fixture
async def address(sample):
    limits = Limits(workers=1, time_limit_s=20)
    async with open_site(sample, limits=limits) as site, TestServer(build_app(site)) as server:
        yield str(server.make_url("")).rstrip("/")


async def ask(sources, query, media_type=JSON):
    """What Comunica prints; it must end well."""
    assert COMUNICA is not None
    process = await asyncio.create_subprocess_exec(
        COMUNICA,
        *sources,
        PREFIXES + query,
        "-t",
        media_type,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(40):
            printed, told = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, told.decode()
    return printed.decode()


async def rows(sources, query):
    found = json.loads(await ask(sources, query))
    return [
        {name: term["value"] for name, term in row.items()} for row in found["results"]["bindings"]
    ]


@pytest.mark.parametrize("kind", ["", "sparql@"], ids=["detected", "named"])
async def test_the_endpoint_is_known_by_its_description_or_by_name(address, kind):
    query = "SELECT (COUNT(?e) AS ?n) { ?e weft:kind 'book' }"
    assert await rows([f"{kind}{address}/sparql"], query) == [{"n": "9"}]


async def test_a_question_is_answered(address):
    printed = await ask([f"{address}/sparql"], "ASK { ?s weft:isSupplementTo ?p }")
    assert json.loads(printed)["boolean"] is True
    printed = await ask([f"{address}/sparql"], "ASK { ?s weft:isSupplementTo 'nothing' }")
    assert json.loads(printed)["boolean"] is False


async def test_graphs_are_read(address):
    construct = "CONSTRUCT { ?e a weft:Found } WHERE { ?e weft:kind 'chapter' }"
    printed = await ask([f"{address}/sparql"], construct, "application/n-triples")
    found = rdflib.Graph().parse(data=printed, format="nt")
    assert len(set(found.subjects())) == 3
    [chapter, *_] = found.subjects()
    printed = await ask([f"{address}/sparql"], f"DESCRIBE <{chapter}>", "application/n-triples")
    described = rdflib.Graph().parse(data=printed, format="nt")
    assert (chapter, rdflib.RDF.type, rdflib.URIRef("https://schema.org/Chapter")) in described


async def test_named_graphs_are_read(address):
    query = "SELECT DISTINCT ?source { GRAPH ?r { ?l a weft:Link } ?r weft:source ?source }"
    found = {row["source"] for row in await rows([f"{address}/sparql"], query)}
    assert found <= {"zenodo", "hepdata", "cernopendata", "oapen"}
    assert "hepdata" in found


async def test_the_text_index_is_asked_inside_a_query(address):
    query = f"SELECT * {{ {TOP_QUARK} ?data weft:isSupplementTo ?paper }} ORDER BY ?rank"
    found = await rows([f"{address}/sparql"], query)
    assert found[0]["rank"] == "1"
    assert {"data", "rank", "paper"} == found[0].keys()


async def test_two_sources_are_joined(address):
    query = (
        "SELECT DISTINCT ?label { ?data weft:kind 'dataset' ; ?link ?paper ."
        " ?link rdfs:label ?label . ?paper weft:kind 'paper' }"
    )
    found = await rows([f"{address}/sparql", f"{address}/ns"], query)
    assert {"label": "is supplement to"} in found


async def test_the_text_index_is_asked_from_elsewhere(address):
    query = f"SELECT * {{ SERVICE <{address}/sparql> {{ {TOP_QUARK} }} }} ORDER BY ?rank LIMIT 2"
    found = await rows([f"{address}/ns"], query)
    assert [row["rank"] for row in found] == ["1", "2"]


async def test_an_entity_is_a_source_of_its_own(address):
    [row] = await rows(
        [f"{address}/sparql"], "SELECT ?e { ?e weft:kind 'book' } ORDER BY ?e LIMIT 1"
    )
    path = row["e"].partition("/id/")[2]
    [name] = await rows([f"{address}/id/{path}"], f"SELECT ?n {{ <{row['e']}> schema:name ?n }}")
    assert len(name["n"]) > 3
