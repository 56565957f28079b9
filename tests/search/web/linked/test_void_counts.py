"""Counting a release: against what can be counted by hand, once, and never in the way of others."""

import asyncio
import logging
import sys
from collections import Counter, defaultdict
from typing import Any

import pytest
from rdflib.namespace import RDF

from graph.relation import PREDICATES
from search.sparql.pool import Limits
from search.web.linked import void_counts
from search.web.linked.void_counts import count, counted
from search.web.site import open_site

KIND, OF_RECORD, SOURCE = (
    f"https://w3id.org/weft#{name}" for name in ("kind", "fromRecord", "source")
)


@pytest.fixture
async def linked_site(linked_directory):
    async with open_site(linked_directory, limits=Limits(workers=1)) as site:
        yield site


@pytest.fixture(params=["linked_directory", "data_directory", "sample_directory"])
def directory(request):
    """One data directory after another."""
    return request.getfixturevalue(request.param)


async def test_the_counts_are_those_of_the_triples_one_by_one(directory):
    async with open_site(directory, limits=Limits(workers=1)) as site:
        statistics = await count(site)
        triples = triples_of(site, [predicate for (predicate,) in statistics.properties])
    assert statistics.properties == Counter((p,) for _, p, _ in triples)
    assert statistics.triples == len(triples)
    assert statistics.classes == Counter((o,) for _, p, o in triples if p == str(RDF.type))
    kinds = {s: o for s, p, o in triples if p == KIND}
    links = [triple for triple in triples if triple[1] in PREDICATES]
    assert statistics.between_kinds == Counter(
        (p, kinds[s], kinds[o]) for s, p, o in links if s in kinds and o in kinds
    )
    source_of = {s: o for s, p, o in triples if p == SOURCE}
    pairs = {(s, source_of[o]) for s, p, o in triples if p == OF_RECORD}
    assert statistics.sources == Counter((source,) for _, source in pairs)
    sources = defaultdict(set)
    for entity, source in pairs:
        sources[entity].add(source)
    assert statistics.between_sources == Counter(
        (p, here, there) for s, p, o in links for here in sources[s] for there in sources[o]
    )


def triples_of(site, predicates):
    """The default graph, read one subject after another."""
    subjects = {iri for predicate in predicates for iri, _ in site.graph.pairs(predicate)}
    return [
        (subject, predicate, value.text)
        for subject in subjects
        for predicate, value in site.graph.statements(subject)
    ]


async def test_counts_between_kinds_and_sources_are_of_links(linked_site):
    statistics = await count(linked_site)
    assert statistics.between_kinds == {
        ("https://w3id.org/weft#isSupplementTo", "dataset", "paper"): 1,
        ("http://purl.org/dc/terms/isPartOf", "dataset", "dataset"): 1,
    }
    assert statistics.between_sources == {
        ("http://purl.org/dc/terms/isPartOf", "zenodo", "zenodo"): 1
    }
    assert statistics.sources == {("zenodo",): 2}


async def test_a_release_is_counted_once(linked_site, monkeypatch):
    assert counted(linked_site) is None
    statistics = await count(linked_site)

    async def refuse(*_: object, **__: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    assert await count(linked_site) is statistics is counted(linked_site)


async def test_counting_uses_no_query_worker(linked_site, monkeypatch):
    async def refuse(*_: object, **__: object) -> bytes:
        raise AssertionError("a worker was asked")

    monkeypatch.setattr("search.sparql.pool.QueryPool.run", refuse)
    assert (await count(linked_site)).classes["https://schema.org/Dataset",] == 3


async def test_whoever_stops_waiting_ends_the_process(linked_site, monkeypatch):
    started, start = [], asyncio.create_subprocess_exec

    async def remember(*arguments: str, **options: Any):
        process = await start(*arguments, **options)
        started.append(process)
        raised.set()
        return process

    raised = asyncio.Event()
    monkeypatch.setattr(asyncio, "create_subprocess_exec", remember)
    async with asyncio.TaskGroup() as tasks:
        counting = tasks.create_task(count(linked_site))
        await raised.wait()
        counting.cancel()
    assert started[0].returncode is not None
    assert counted(linked_site) is None


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import time; time.sleep(60)", "0.5 s passed"),
        ("raise SystemExit(3)", "the process ended with 3"),
        ("print('no JSON')", "JSON is malformed"),
        ("print('x' * (17 << 20))", "chunk exceed the limit"),
    ],
)
async def test_a_process_that_fails_leaves_the_counts_out_and_is_told_of(
    linked_site, monkeypatch, caplog, program, reason
):
    start = asyncio.create_subprocess_exec

    async def start_another(*_: str, **options: Any):
        return await start(sys.executable, "-c", program, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start_another)
    with caplog.at_level(logging.WARNING, logger=void_counts.__name__):
        statistics = await count(linked_site, time_limit_s=0.5)
    assert statistics == void_counts.NOTHING
    assert reason in caplog.text


async def test_a_process_that_cannot_be_started_leaves_the_counts_out(linked_site, monkeypatch):
    async def refuse(*_: object, **__: object) -> None:
        raise OSError("no memory for a process")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    assert await count(linked_site) == void_counts.NOTHING
