"""Counts of requests and queries, and how Prometheus reads them. Nothing here waits.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from search.errors import (
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    WorkersBusy,
)

CONTENT_TYPE: Final = "text/plain"
VERSION: Final = "0.0.4"
_BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends of the latency buckets: the usual ones, and the limits of a query."""
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"))
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Outcome = Literal["ok", "refused", "syntax", "timeout", "too-large", "busy", "left", "failed"]
_OUTCOMES: Final[dict[type[BaseException], Outcome]] = {
    QuerySyntaxError: "syntax",
    QueryRefused: "refused",
    QueryTimeout: "timeout",
    QueryTooLarge: "too-large",
    WorkersBusy: "busy",
    asyncio.CancelledError: "left",
}


@dataclass(slots=True)
class QueryCounts:
    """SPARQL queries of all releases; `timeout` and `left` each cost a worker its life.

    It is the `search.sparql.observer.QueryObserver` of their pools.
    """

    running: int = 0
    waiting: int = 0
    by_outcome: Counter[Outcome] = field(default_factory=Counter)

    def count(self, *, running: int = 0, waiting: int = 0) -> None:
        """So many queries more, or fewer, run and wait."""
        self.running += running
        self.waiting += waiting

    def ended(self, error: BaseException | None) -> None:
        """Count how a query ended; None: it was answered."""
        found = (name for kind, name in _OUTCOMES.items() if isinstance(error, kind))
        self.by_outcome["ok" if error is None else next(found, "failed")] += 1


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of the exposition."""

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        r"""The line without its end.

        >>> str(Sample("weft_release", 7, {"a": 'b"'}))
        'weft_release{a="b\\""} 7'
        """
        pairs = ",".join(f'{k}="{v.translate(_ESCAPES)}"' for k, v in self.labels.items())
        return f"{self.name}{{{pairs}}} {self.value:.15g}" if pairs else f"{self.name} {self.value}"


class Metrics:
    """What was answered since the server started; routes and methods are few, so it stays small."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._n_bytes = 0

    def observe(self, method: str, route: str, status: int, *, time_s: float, n_bytes: int) -> None:
        """Count one request.

        Args:
            method: as sent.
            route: pattern of the address, such as `/id/{key}`.
            status: of the answer; 499 when the client left before it.
            time_s: from the whole head of the request to the end of the answer.
            n_bytes: of the answer as sent, its head included.
        """
        self._requests[method if method in _METHODS else "other", route, str(status)] += 1
        buckets = self._buckets.setdefault(route, [0] * (len(_BOUNDS_S) + 1))
        buckets[bisect_left(_BOUNDS_S, time_s)] += 1
        self._seconds[route] += time_s  # type: ignore[assignment]  # a Counter adds floats as well
        self._n_bytes += n_bytes

    def render(self, *, release: int, n_documents: int, queries: QueryCounts) -> str:
        """All of it in the text format."""
        outcomes = (
            Sample("weft_sparql_queries_total", n, {"outcome": outcome})
            for outcome, n in sorted(queries.by_outcome.items())
        )
        requests = (
            Sample("weft_requests_total", n, {"method": method, "route": route, "status": status})
            for (method, route, status), n in sorted(self._requests.items())
        )
        killed = queries.by_outcome["timeout"] + queries.by_outcome["left"]
        families: tuple[tuple[str, str, Iterable[Sample]], ...] = (
            ("weft_release", "gauge", [Sample("weft_release", release)]),
            ("weft_documents", "gauge", [Sample("weft_documents", n_documents)]),
            ("weft_requests_total", "counter", requests),
            ("weft_request_seconds", "histogram", self._histogram()),
            ("weft_sent_bytes_total", "counter", [Sample("weft_sent_bytes_total", self._n_bytes)]),
            ("weft_sparql_running", "gauge", [Sample("weft_sparql_running", queries.running)]),
            ("weft_sparql_waiting", "gauge", [Sample("weft_sparql_waiting", queries.waiting)]),
            ("weft_sparql_queries_total", "counter", outcomes),
            ("weft_sparql_killed_total", "counter", [Sample("weft_sparql_killed_total", killed)]),
        )
        lines = []
        for name, kind, samples in families:
            lines += [f"# TYPE {name} {kind}", *map(str, samples)]
        return "\n".join(lines) + "\n"

    def _histogram(self) -> Iterator[Sample]:
        name = "weft_request_seconds"
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, n in zip((*map(str, _BOUNDS_S), "+Inf"), buckets, strict=True):
                total += n
                yield Sample(f"{name}_bucket", total, {"route": route, "le": bound})
            yield Sample(f"{name}_sum", self._seconds[route], {"route": route})
            yield Sample(f"{name}_count", total, {"route": route})
