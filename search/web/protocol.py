"""The parameters of the SPARQL 1.1 Protocol, read once for pages and programs.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict, MultiMapping

from search.sparql.dataset import is_graph_name
from search.sparql.gate import decode_escapes
from search.sparql.results import ResultFormat
from search.sparql.search_block import TextSearch
from search.sparql.text_search import find_searches, without_searches
from search.sparql.text_service import run_query as run_sparql
from search.web.site import Site

GRAPH_PARAMETERS: Final = ("default-graph-uri", "named-graph-uri")
_MAX_PARAMETERS: Final = 1000
"""How many a request may have; a guess, far above what clients send."""
_CHANGING: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE|SERVICE)\b", re.IGNORECASE)
_UTF_8: Final = ("utf-8", "utf8", "us-ascii", "ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRequest:
    """A query as the protocol carries it."""

    query: str
    base_iri: str
    """What relative IRIs of the query are resolved against: the address of the endpoint."""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format_word: str = ""
    """What `format=` or `output=` says, empty when neither is there."""
    searches: tuple[TextSearch, ...] = ()
    """The text searches of the query, once `with_searches` has read them."""

    @property
    def is_repeatable(self) -> bool:
        """Whether a release always answers the query in the same way; False when in doubt."""
        rest = without_searches(self.query, self.searches)
        return _CHANGING.search(decode_escapes(rest)) is None


def parse_parameters(text: str) -> MultiDict[str]:
    """Read `name=value&...` as an address or a form holds it.

    Raises:
        HTTPBadRequest: the values are not UTF-8, or there are too many of them.

    >>> parse_parameters("query=ASK+%7B%7D&format=")["query"]
    'ASK {}'
    """
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise web.HTTPBadRequest(text=f"the parameters are not UTF-8: {error}") from error
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"more than {_MAX_PARAMETERS} parameters") from error
    return MultiDict(pairs)


def decode_body(body: bytes, charset: str | None) -> str:
    """The text of a body, which is always UTF-8 in this protocol.

    Args:
        body: of the request.
        charset: what Content-Type says, None when it says nothing.

    Raises:
        HTTPUnsupportedMediaType: Content-Type says something else.
        HTTPBadRequest: the body is something else.
    """
    if charset is not None and charset.lower() not in _UTF_8:
        raise web.HTTPUnsupportedMediaType(text=f"send the query as UTF-8, not as {charset}")
    try:
        # some editors begin a file with a byte order mark, which is no part of the query
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise web.HTTPBadRequest(text=f"the query is not UTF-8: {error}") from error


def read_request(
    parameters: MultiMapping[str], base_iri: str, body_query: str | None = None
) -> ProtocolRequest:
    """Read the protocol's parameters.

    Args:
        parameters: of the address, together with those of the form.
        base_iri: see `ProtocolRequest`.
        body_query: the query, when it came as the body.

    Raises:
        HTTPBadRequest: there is not exactly one query, or a graph's name is no absolute IRI.
    """
    queries = parameters.getall("query", [])
    if body_query is not None:
        queries = [*queries, body_query]
    if len(queries) != 1:
        raise web.HTTPBadRequest(text=f"expected one query, found {len(queries)}")
    default_graphs, named_graphs = (_graphs(parameters, name) for name in GRAPH_PARAMETERS)
    return ProtocolRequest(
        query=queries[0],
        base_iri=base_iri,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        format_word=parameters.get("format", "") or parameters.get("output", ""),
    )


def _graphs(parameters: MultiMapping[str], name: str) -> tuple[str, ...]:
    iris = parameters.getall(name, [])
    for iri in iris:
        if not is_graph_name(iri):
            raise web.HTTPBadRequest(text=f"{name} {iri!r} is no absolute IRI")
    return tuple(iris)


async def with_searches(asked: ProtocolRequest) -> ProtocolRequest:
    """The same request with the text searches of its query.

    Raises:
        QuerySyntaxError: one of them does not parse.
    """
    if "service" not in asked.query.lower():
        return asked
    # a tenth of a second for the longest query: off the event loop
    searches = await asyncio.to_thread(find_searches, asked.query)
    return replace(asked, searches=searches)


async def run_query(site: Site, asked: ProtocolRequest, chosen: ResultFormat) -> bytes:
    """Run the query of a protocol request; see `search.sparql.text_service.run_query`."""
    return await run_sparql(
        site.pool,
        site.index,
        asked.query,
        chosen,
        base_iri=site.base_iri,
        endpoint=asked.base_iri,
        searches=asked.searches,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
