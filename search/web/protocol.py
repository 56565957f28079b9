"""The parameters of the SPARQL 1.1 Protocol, read once for pages and programs.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import re
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from multidict import MultiMapping

from search.sparql.pool import QueryPool
from search.sparql.results import ResultFormat

_CHANGING: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRequest:
    """A query as the protocol carries it."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format_word: str
    """What `format=` or `output=` says, empty when neither is there."""

    @property
    def is_repeatable(self) -> bool:
        """Whether a release always answers the query in the same way."""
        return _CHANGING.search(self.query) is None


def read_parameters(parameters: MultiMapping[str], query: str | None = None) -> ProtocolRequest:
    """Read the protocol's parameters.

    Args:
        parameters: of the address or of the form.
        query: the query, when it came as the body.

    Raises:
        HTTPBadRequest: there is not exactly one query.
    """
    queries = parameters.getall("query", []) if query is None else [query]
    if len(queries) != 1:
        raise web.HTTPBadRequest(text=f"expected one parameter `query`, found {len(queries)}")
    return ProtocolRequest(
        query=queries[0],
        default_graphs=tuple(parameters.getall("default-graph-uri", [])),
        named_graphs=tuple(parameters.getall("named-graph-uri", [])),
        format_word=parameters.get("format", "") or parameters.get("output", ""),
    )


async def run_query(pool: QueryPool, asked: ProtocolRequest, chosen: ResultFormat) -> bytes:
    """Run the query of a protocol request; see `QueryPool.run`."""
    return await pool.run(
        asked.query,
        chosen,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
