"""What Prometheus reads."""

import asyncio
import re

import pytest

from search.errors import (
    MemoryLimitPassed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
    ResultTooLarge,
    SearchError,
    WorkersBusy,
)
from search.sparql.pool import Limits
from search.sparql.results import ResultFormat
from search.sparql.two_lanes import open_two_lanes
from search.web.operation.metrics import Metrics, QueryCounts, Sample

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(9)) + "}"
LINE = re.compile(
    r'# TYPE \w+ (gauge|counter|histogram)|\w+(\{(\w+="(\\.|[^"\\])*",?)+\})? [0-9.e+-]+'
)


def render(metrics: Metrics, queries: QueryCounts | None = None) -> str:
    return metrics.render(release=7, n_documents=3, queries=queries or QueryCounts())


def test_requests_are_counted_by_route_method_and_status():
    metrics = Metrics()
    metrics.observe("GET", "/id/{key}", 200, time_s=0.001, n_bytes=10)
    metrics.observe("GET", "/id/{key}", 200, time_s=0.001, n_bytes=20)
    metrics.observe("BREW", "none", 405, time_s=0.001, n_bytes=5)
    lines = render(metrics).splitlines()
    assert 'weft_requests_total{method="GET",route="/id/{key}",status="200"} 2' in lines
    assert 'weft_requests_total{method="other",route="none",status="405"} 1' in lines
    assert "weft_sent_bytes_total 35" in lines
    assert "weft_release 7" in lines


def test_the_histogram_adds_up_and_its_bounds_belong_to_the_bucket_below():
    metrics = Metrics()
    for time_s in (0.005, 0.2, 0.25, 61.0):
        metrics.observe("GET", "/", 200, time_s=time_s, n_bytes=0)
    lines = render(metrics).splitlines()
    found = {
        bound: next(line for line in lines if f'le="{bound}"' in line).rpartition(" ")[2]
        for bound in ("0.005", "0.1", "0.25", "60.0", "+Inf")
    }
    assert found == {"0.005": "1", "0.1": "1", "0.25": "3", "60.0": "3", "+Inf": "4"}
    assert 'weft_request_seconds_sum{route="/"} 61.455' in lines
    assert 'weft_request_seconds_count{route="/"} 4' in lines


def test_every_line_is_in_the_text_format_and_the_last_one_ends():
    metrics = Metrics()
    metrics.observe("GET", '/a"b\\c\n{x}', 200, time_s=0.1, n_bytes=1)
    queries = QueryCounts()
    queries.by_outcome["timeout"] = 2
    text = render(metrics, queries)
    assert text.endswith("\n")
    for line in text.splitlines():
        assert LINE.fullmatch(line), line


def test_labels_are_escaped():
    sample = Sample("n", 1, {"a": 'x"y\\z\n'})
    assert str(sample) == 'n{a="x\\"y\\\\z\\n"} 1'


async def test_what_becomes_of_a_query_is_counted(data_directory):
    counts = QueryCounts()
    limits = Limits(workers=1, time_limit_s=0.5)
    store = data_directory / "releases" / "7" / "graph"
    async with open_two_lanes(store, limits, counts) as pool:
        await pool.run("ASK {}", ResultFormat.JSON)
        with pytest.raises(QueryTimeout):
            await pool.run(ENDLESS, ResultFormat.JSON)
    assert counts.by_outcome == {"ok": 1, "timeout": 1}
    assert "weft_sparql_killed_total 1" in render(Metrics(), counts)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"),
        (QuerySyntaxError("expected a brace"), "syntax"),
        (QueryRefused("an update"), "refused"),
        (QueryTooDeep("nested"), "refused"),
        (QueryTimeout("longer than 1 s"), "timeout"),
        (ResultTooLarge("add a LIMIT"), "too-large"),
        (MemoryLimitPassed("match fewer"), "too-large"),
        (WorkersBusy("full", retry_after_s=1), "busy"),
        (asyncio.CancelledError(), "left"),
        (SearchError("exit code 3"), "failed"),
        (OSError("no more processes"), "failed"),
    ],
)
def test_a_query_ends_in_one_outcome(error, outcome):
    counts = QueryCounts()
    counts.ended(error)
    assert counts.by_outcome == {outcome: 1}


async def test_the_endpoint_counts_what_was_answered(client):
    response = await client.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    lines = (await response.text()).splitlines()
    assert {"weft_release 7", "weft_documents 3", "weft_sparql_running 0"} <= set(lines)
