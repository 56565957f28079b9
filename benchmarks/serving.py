"""The server under load: many clients, what HTTP adds to SPARQL, and runaway queries beside others.

A real `weft serve` in a process of its own; `benchmarks.http_client` asks it from others.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from benchmarks import steps
from benchmarks.http_client import Asked, Clients, ask
from benchmarks.measure import measure
from benchmarks.repository import serving
from graph.relation import WEFT
from graph.release import open_release
from graph.store import open_graph

N_ENTITIES: Final = 100_000
N_CLIENTS: Final = 32
N_REQUESTS: Final = 20_000
P99_MS: Final = 100.0
"""What 99 of 100 answers may take while 32 clients ask."""
GROWTH: Final = 0.05
"""What the memory of the server may grow by between the first tenth of the requests and the last;
a limit for noise, since flat is what is asked."""
ADDED_MS: Final = 5.0
"""What HTTP may add to a SPARQL look-up at the median."""
N_RUNAWAY: Final = 10
OTHERS_P99_MS: Final = 200.0
"""What 99 of 100 look-ups may take while others send runaway queries."""
_N_LOOK_UPS: Final = 1000
_NO_END: Final = 10**9
_BESIDE_S: Final = 10.0
"""How long look-ups are sent beside runaway queries."""
_MIN_WORD: Final = 4
"""Letters of the shortest word that is searched for."""
_RUNAWAY: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    port: int
    pid: int

    def memory_mb(self) -> float:
        """Memory of the server's own process, in MB; without its query workers and mapped files."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("RssAnon:")[2].split()[0]) / 1024

    def cpu_s(self) -> float:
        """Processor time that the server's own process has taken."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")


def compare_serving(data: str = "", n_requests: int = N_REQUESTS) -> None:
    """Print what the server does under each load, and whether it is what is asked of it.

    Args:
        data: a data directory with a release; empty to make one of 100,000 records.
        n_requests: how many the 32 clients send.
    """
    if data:
        _compare(Path(data), n_requests)
        return
    with tempfile.TemporaryDirectory() as name:
        with serving(N_ENTITIES) as repository:
            measure(steps.harvest, repository.url(), Path(name))
        measure(steps.build, Path(name))
        _compare(Path(name), n_requests)


def _compare(data: Path, n_requests: int) -> None:
    release = open_release(data)
    info = release.info
    print(f"\nServing {info.entities:,} entities, {info.quads:,} quads", flush=True)
    with open_graph(release.graph_path) as graph:
        subjects = sorted(iri for iri, _ in graph.pairs(WEFT + "kind"))
        chosen = random.Random(_SEED).sample(  # noqa: S311  # a sample, no secret
            subjects, min(_N_LOOK_UPS, len(subjects))
        )
        names = graph.names(chosen)
    keys = [iri.rpartition("/")[2] for iri in chosen]
    searches = sorted(set(map(_words_of, names.values())))
    queries = [f"SELECT ?p ?o {{ <{iri}> ?p ?o }}" for iri in chosen]
    with _server(data) as server:
        _many_clients(server, _by_kind(keys, searches), n_requests)
        _added_by_http(server, release.graph_path, queries)
    with _server(data) as server:
        _beside_runaways(server, keys, queries)


@contextmanager
def _server(data: Path) -> Iterator[Server]:
    """`weft serve` on a free port, asked until it is warm and has counted the release."""
    code = "from weft.cli import main; main()"
    command = (sys.executable, "-c", code, "serve", "--data", str(data), "--port", "0")
    with subprocess.Popen(  # noqa: S603  # this interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101  # asked for a pipe
            port = urlsplit(process.stdout.readline().rpartition(" ")[2].strip()).port
            if port is None:
                raise RuntimeError("weft serve did not start: run it to see why")
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _words_of(name: str) -> str:
    """Two words of a name, as a query: somebody looks for what is there."""
    words = [word for word in name.split() if word.isalpha() and len(word) >= _MIN_WORD]
    return "+".join(words[:2]).lower()


def _many_clients(server: Server, by_kind: dict[str, list[str]], n_requests: int) -> None:
    targets = [target for of_kind in by_kind.values() for target in of_kind]
    random.Random(_SEED).shuffle(targets)  # noqa: S311  # an order, no secret
    ask(server.port, targets, n_clients=N_CLIENTS, n_requests=n_requests // 4)
    before_mb, before_s = server.memory_mb(), server.cpu_s()
    asked = ask(server.port, targets, n_clients=N_CLIENTS, n_requests=n_requests)
    after_mb, after_s = server.memory_mb(), server.cpu_s()
    _say_many(f"{N_CLIENTS} clients, search, API and entity pages", asked)
    print(f"    the server: {(after_s - before_s) / n_requests * 1000:.2f} ms of a core an answer")
    growth = after_mb / before_mb - 1
    told = f"memory flat: {before_mb:.0f} MB then {after_mb:.0f} MB, {growth:+.1%}"
    _say_met(told, growth <= GROWTH)
    search = by_kind["API search"]
    searched = ask(server.port, search, n_clients=N_CLIENTS, n_requests=n_requests // 4)
    _say_many(f"{N_CLIENTS} clients, API search alone", searched)
    for name, of_kind in by_kind.items():
        alone = ask(server.port, of_kind, n_clients=1, n_requests=100)
        _say_times(f"  one client, {name}", alone)


def _by_kind(keys: Sequence[str], searches: Sequence[str]) -> dict[str, list[str]]:
    return {
        "search page": [f"/search?q={words}" for words in searches],
        "API search": [f"/api/v1/search?q={words}" for words in searches],
        "entity page": [f"/id/{key}" for key in keys],
        "entity as Turtle": [f"/id/{key}.ttl" for key in keys],
    }


def _added_by_http(server: Server, store: Path, queries: Sequence[str]) -> None:
    targets = [_sparql(query) for query in queries]
    ask(server.port, targets, n_clients=1, n_requests=len(targets))
    asked = ask(server.port, targets, n_clients=1, n_requests=3 * len(targets))
    reader = ox.Store.read_only(str(store))
    alone = [_time_ms(reader, query) for query in (*queries, *queries)][len(queries) :]
    middle, limit = asked.percentile(0.5), statistics.median(alone)
    _say_times("SPARQL look-ups over HTTP, one client", asked)
    print(f"    the same by pyoxigraph alone: median {limit:.2f} ms", flush=True)
    _say_met(f"HTTP adds {middle - limit:.2f} ms of {ADDED_MS:.0f} ms", middle - limit <= ADDED_MS)


def _time_ms(store: ox.Store, query: str) -> float:
    started = time.perf_counter()
    found = store.query(query)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(query)
    found.serialize(format=ox.QueryResultsFormat.JSON)
    return (time.perf_counter() - started) * 1000


def _beside_runaways(server: Server, keys: Sequence[str], queries: Sequence[str]) -> None:
    look_ups = {
        "SPARQL look-ups": [_sparql(query) for query in queries],
        "entities as Turtle": [f"/id/{key}.ttl" for key in keys],
    }
    for targets in look_ups.values():
        ask(server.port, targets, n_clients=1, n_requests=len(targets))
    # none is like another, so that no server can know them again
    runaways = [_sparql(f"{_RUNAWAY} # {n}") for n in range(1000)]
    attack = Clients(server.port, runaways, N_RUNAWAY, _NO_END)
    try:
        time.sleep(2.0)
        for name, targets in look_ups.items():
            others = Clients(server.port, targets, 2, _NO_END)
            time.sleep(_BESIDE_S)
            asked = others.stop()
            _say_times(f"{name} beside {N_RUNAWAY} clients with runaway queries", asked)
            _say(f"99 % within {OTHERS_P99_MS:.0f} ms", asked.percentile(0.99) / OTHERS_P99_MS, 1.0)
            _say_met(f"no error: {asked.n_errors}", asked.n_errors == 0)
    finally:
        told = attack.stop()
    print(f"    the runaway queries meanwhile: {told.statuses or 'none was answered'}", flush=True)


def _sparql(query: str) -> str:
    return f"/sparql?query={quote(query)}"


def _say_many(what: str, asked: Asked) -> None:
    _say_times(what, asked)
    _say(f"99 % within {P99_MS:.0f} ms", asked.percentile(0.99) / P99_MS, limit=1.0)
    _say_met(f"no error in {len(asked.times_ms)} answers: {asked.n_errors}", asked.n_errors == 0)


def _say_times(what: str, asked: Asked) -> None:
    rate = len(asked.times_ms) / asked.wall_s
    middle, high, highest = (asked.percentile(share) for share in (0.5, 0.99, 1.0))
    print(
        f"{what}: median {middle:.1f} ms, 99 % {high:.1f} ms, worst {highest:.1f} ms,"
        f" {rate:.0f} a second",
        flush=True,
    )


def _say(what: str, ratio: float, limit: float) -> None:
    _say_met(f"{what}: {ratio:.2f} of it", ratio <= limit)


def _say_met(what: str, is_met: bool) -> None:  # noqa: FBT001  # the outcome is what is said
    print(f"    {what}: {'met' if is_met else 'NOT MET'}", flush=True)
