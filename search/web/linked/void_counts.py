"""What a release's graph holds, counted by the query workers and kept as long as it is served."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from graph.relation import PREDICATES, WEFT
from graph.store import GraphReader
from search.errors import QueryTimeout, QueryTooLarge
from search.sparql.results import ResultFormat
from search.web.site import Site

_log = logging.getLogger(__name__)

_LINKS: Final = " ".join(f"<{predicate}>" for predicate in sorted(PREDICATES))
_PROPERTIES: Final = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
_CLASSES: Final = "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c"
_BETWEEN_KINDS: Final = f"""SELECT ?p ?from ?to (COUNT(*) AS ?n) WHERE {{
  VALUES ?p {{ {_LINKS} }} ?a ?p ?b .
  ?a <{WEFT}kind> ?from . ?b <{WEFT}kind> ?to .
}} GROUP BY ?p ?from ?to"""
_BETWEEN_SOURCES: Final = f"""SELECT ?p ?from ?to (COUNT(*) AS ?n) WHERE {{
  SELECT DISTINCT ?p ?a ?b ?from ?to WHERE {{
    VALUES ?p {{ {_LINKS} }} ?a ?p ?b .
    ?a <{WEFT}fromRecord> ?x . ?x <{WEFT}source> ?from .
    ?b <{WEFT}fromRecord> ?y . ?y <{WEFT}source> ?to .
  }}
}} GROUP BY ?p ?from ?to"""
_OF_SOURCES: Final = f"""SELECT ?s (COUNT(DISTINCT ?e) AS ?n) WHERE {{
  ?e <{WEFT}fromRecord> ?r . ?r <{WEFT}source> ?s
}} GROUP BY ?s"""

Counts = dict[tuple[str, ...], int]
"""Number by the values that were grouped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts of the default graph; what the limits of queries did not allow is empty."""

    properties: Counts
    """Triples by predicate."""
    classes: Counts
    """Instances by class."""
    between_kinds: Counts
    """Links by predicate, kind of the subject and kind of the object."""
    between_sources: Counts
    """Links by predicate, source of the subject and source of the object."""
    sources: Counts
    """Entities by source."""

    @property
    def triples(self) -> int:
        """Triples of the default graph; 0 when they could not be counted."""
        return sum(self.properties.values())


class _Kept:
    """The counts of one release; whoever asks while they are being made waits for them."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.counts: dict[str, Counts] = {}
        """By query; kept one by one, since a client may leave between two."""


_KEPT: Final[WeakKeyDictionary[GraphReader, _Kept]] = WeakKeyDictionary()
"""By open release; forgotten when the release is closed."""


async def count(site: Site) -> Statistics:
    """Count a release, the first time that it is asked for.

    Raises:
        WorkersBusy: too many queries are waiting.
    """
    kept = _KEPT.setdefault(site.graph, _Kept())
    async with kept.lock:
        for query in (_PROPERTIES, _CLASSES, _BETWEEN_KINDS, _BETWEEN_SOURCES, _OF_SOURCES):
            if query not in kept.counts:
                kept.counts[query] = await _counted(site, query)
    return Statistics(
        properties=kept.counts[_PROPERTIES],
        classes=kept.counts[_CLASSES],
        between_kinds=kept.counts[_BETWEEN_KINDS],
        between_sources=kept.counts[_BETWEEN_SOURCES],
        sources=kept.counts[_OF_SOURCES],
    )


class _Term(msgspec.Struct, frozen=True):
    value: str


class _Bindings(msgspec.Struct, frozen=True):
    bindings: list[dict[str, _Term]]


class _Head(msgspec.Struct, frozen=True):
    vars: list[str]


class _Table(msgspec.Struct, frozen=True):
    head: _Head
    results: _Bindings


async def _counted(site: Site, query: str) -> Counts:
    try:
        body = await site.pool.run(query, ResultFormat.JSON)
    except (QueryTimeout, QueryTooLarge) as error:
        _log.warning("void release=%s counts left out: %s", site.release.number, error)
        return {}
    table = msgspec.json.decode(body, type=_Table)
    *names, number = table.head.vars
    rows = (row for row in table.results.bindings if number in row)
    return {
        tuple(row[name].value for name in names): int(row[number].value)
        for row in rows
        if all(name in row for name in names)
    }
