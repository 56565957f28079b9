"""Signposting read by another's client, https://signposting.readthedocs.io/

FAIR Signposting level 1 is what the headers of an entity's page say, level 2 its link sets.
https://signposting.org/FAIR/
"""

import asyncio
from collections import defaultdict

import pytest
from rdflib.namespace import RDF
from signposting.linkset import find_signposting_linkset  # type: ignore[import-untyped]  # upstream
from signposting.resolver import find_signposting_http  # type: ignore[import-untyped]  # as above

from graph.relation import WEFT
from graph.release import open_release
from graph.store import open_graph
from graph.vocabulary import SCHEMA
from search.web.serialise import RdfFormat
from tests.search.web.linked_release import (
    BASE,
    DATA,
    GONE,
    HOSTILE,
    MERGED,
    N_AUTHORS,
    PAPER,
    PART,
    STUB,
    TWIN,
)
from tests.search.web.servers import serving

FORMS = {form.media_type for form in RdfFormat}
LINKSETS = ("application/linkset+json", "application/linkset")
OF_EACH_KIND = 4
"""Entities of the sample that are read of each kind; all of a kind are written alike."""


async def headers_of(address: str, path: str):
    return await asyncio.to_thread(find_signposting_http, f"{address}{path}")


async def linkset_of(signpost):
    """A link set that a header names, read as the type that it states."""
    return await asyncio.to_thread(find_signposting_linkset, signpost.target, str(signpost.type))


def rows(signposts, address: str = "") -> set[tuple[str, str, str]]:
    """Relation, target and type; targets on this server are below the configured base."""
    return {
        (str(each.rel), str(each.target).replace(f"{address}/", BASE), str(each.type or ""))
        if address
        else (str(each.rel), str(each.target), str(each.type or ""))
        for each in signposts
    }


def targets(signposts) -> set[str]:
    return {str(each.target) for each in signposts}


async def check_both_levels(address: str, key: str) -> None:
    """One entity, whatever its kind, as the client reads it."""
    said = await headers_of(address, f"/id/{key}")
    assert said.citeAs is not None
    assert str(said.citeAs.target).startswith(("https://", "http://"))
    assert f"{SCHEMA}AboutPage" in targets(said.types)
    assert len(said.types) >= 2
    assert {str(each.type) for each in said.describedBy} == FORMS
    assert {str(each.type) for each in said.linksets} == set(LINKSETS)
    entity = f"{BASE}id/{key}"
    sets = {str(each.type): await linkset_of(each) for each in said.linksets}
    as_json, as_text = (rows(sets[each].for_context(entity)) for each in LINKSETS)
    assert as_json == as_text
    of_page = {row for row in rows(said, address) if row[0] != "linkset"}
    assert of_page <= as_json
    for form in said.describedBy:
        path = str(form.target).replace(f"{address}/", "")
        for found in sets.values():
            back = found.for_context(BASE + path)
            assert rows(back) == {("describes", entity, "text/html")}


@pytest.mark.parametrize("key", [DATA, PART, PAPER, TWIN, STUB, HOSTILE])
async def test_both_levels_are_read_of_an_entity_of_the_test_release(linked_directory, key):
    async with serving(linked_directory) as address:
        await check_both_levels(address, key)


async def test_the_headers_say_what_the_graph_says(linked_directory):
    async with serving(linked_directory) as address:
        data = await headers_of(address, f"/id/{DATA}")
        part = await headers_of(address, f"/id/{PART}")
        moved = await headers_of(address, f"/id/{MERGED}")
        hostile = await headers_of(address, f"/id/{HOSTILE}")
    assert str(data.citeAs.target) == "https://doi.org/10.1000/lamp(1)%3C2%3E::3"
    assert targets(data.authors) == {"https://orcid.org/0000-0002-1825-0097"}
    assert str(data.license.target) == "https://spdx.org/licenses/CC-BY-4.0"
    assert targets(data.types) == {f"{SCHEMA}AboutPage", f"{SCHEMA}Dataset"}
    assert targets(data.items) == {f"{address}/id/{PART}"}
    assert [str(each.type) for each in data.items] == ["text/html"]
    assert str(part.collection.target) == f"{address}/id/{DATA}"
    assert rows(moved) == rows(data)
    assert targets(hostile.items) == targets(hostile.authors) == set()


async def test_a_form_leads_back_to_its_entity(linked_directory):
    async with serving(linked_directory) as address:
        said = await headers_of(address, f"/id/{DATA}.jsonld")
    assert said.citeAs is None
    assert ("describes", f"{BASE}id/{DATA}", "text/html") in rows(said, address)


async def test_the_link_sets_hold_every_author(linked_directory):
    async with serving(linked_directory) as address:
        said = await headers_of(address, f"/id/{PAPER}")
        for each in said.linksets:
            found = (await linkset_of(each)).for_context(f"{BASE}id/{PAPER}")
            assert len(found.authors) == N_AUTHORS


async def test_an_entity_that_is_gone_says_so_to_the_client(linked_directory):
    async with serving(linked_directory) as address:
        with (
            pytest.warns(UserWarning, match="410 Gone"),
            pytest.warns(match="No direct signposting"),
        ):
            said = await headers_of(address, f"/id/{GONE}")
    assert len(said) == 0


# a part of several wholes names them all; the client expects what has one landing page
@pytest.mark.filterwarnings("ignore:Ignoring additional collection signposts")
async def test_both_levels_are_read_of_entities_of_every_kind_of_the_sample(sample_directory):
    by_kind = defaultdict(list)
    with open_graph(open_release(sample_directory).graph_path) as graph:
        for key, kind in sorted(graph.pairs(f"{WEFT}kind")):
            by_kind[kind].append(key.rpartition("/")[2])
        for key in graph.subjects(str(RDF.type), f"{WEFT}Stub"):
            by_kind["stub"].append(key.rpartition("/")[2])
    assert by_kind.keys() >= {"dataset", "paper", "software", "book", "stub"}
    async with serving(sample_directory) as address:
        for keys in by_kind.values():
            for key in keys[:OF_EACH_KIND]:
                await check_both_levels(address, key)
