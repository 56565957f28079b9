"""Answers the full-text searches in a SPARQL query, and puts the hits in their place as VALUES.

VALUES may stand wherever SERVICE may and means the same as a service that gives these solutions.
https://www.w3.org/TR/sparql11-query/#inline-data
"""

import asyncio
from collections.abc import Callable
from math import isfinite
from typing import Final
from urllib.parse import quote

from graph.iris import entity_iri
from search.sparql.edits import Edit, EditedQuery
from search.sparql.pool import QueryPool
from search.sparql.results import ResultFormat
from search.sparql.search_block import TextSearch
from search.sparql.text_search import find_searches
from search.text.engine import SearchRequest, SearchResult, TextIndex

_UNSAFE: Final = frozenset('<>"{}|^`\\') | frozenset(map(chr, range(0x21)))
"""Characters that would end an IRI in SPARQL."""


async def run_query(  # noqa: PLR0913  # what a query is and what it is asked of
    pool: QueryPool,
    index: TextIndex,
    query: str,
    format: ResultFormat,  # noqa: A002  # the word of the protocol's clients
    *,
    base_iri: str,
    endpoint: str = "",
    searches: tuple[TextSearch, ...] | None = None,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
) -> bytes:
    """Run a query that may hold text searches; see `QueryPool.run`.

    Args:
        pool: runs it, and has the threads for its searches.
        index: answers the searches, in a thread of the pool's.
        query: as it was sent; positions in errors are places in it.
        format: of the result.
        base_iri: where the IRIs of entities begin.
        endpoint: what relative IRIs of the query are resolved against; empty: nothing.
        searches: those of the query, when they are known already.
        default_graphs: see `QueryPool.run`.
        named_graphs: see `QueryPool.run`.

    Raises:
        QuerySyntaxError: the query, a search in it or the text of one does not parse.
        QueryTimeout: the searches took longer than a query may.
        WorkersBusy: too many queries search the text index already.
    """
    # a BASE of the query's own is resolved against this one, as RFC 3986 wants
    base = (Edit(0, 0, f"BASE <{endpoint}> "),) if endpoint else ()
    if searches is None:
        # a tenth of a second for the longest query: off the event loop
        searches = await asyncio.to_thread(find_searches, query)
    values = await _answered(pool, index, searches, base_iri)
    edited = EditedQuery(query, (*base, *values))
    with edited.placing_errors():
        return await pool.run(
            edited.text, format, default_graphs=default_graphs, named_graphs=named_graphs
        )


async def _answered(
    pool: QueryPool, index: TextIndex, searches: tuple[TextSearch, ...], base_iri: str
) -> tuple[Edit, ...]:
    if not searches:
        return ()
    return await pool.search_threads.run(
        lambda turn: answer_searches(index, searches, base_iri, turn.check)
    )


def answer_searches(
    index: TextIndex,
    searches: tuple[TextSearch, ...],
    base_iri: str,
    check: Callable[[], None] = lambda: None,
) -> tuple[Edit, ...]:
    """What comes into the place of each search.

    Args:
        index: is searched.
        searches: of a query.
        base_iri: where the IRIs of entities begin.
        check: is called before each search; what it raises ends them.
    """
    edits = []
    for search in searches:
        check()
        question = SearchRequest(query=search.question, limit=search.limit)
        values = write_values(search.columns, index.search(question), base_iri)
        edits.append(Edit(search.start, search.end, f" {values} "))
    return tuple(edits)


def write_values(columns: tuple[tuple[str, str], ...], result: SearchResult, base_iri: str) -> str:
    """The hits as inline data: a row each, best first.

    Args:
        columns: see `TextSearch`.
        result: of the search, sorted by relevance.
        base_iri: where the IRIs of entities begin.
    """
    rows = []
    for rank, hit in enumerate(result.hits, 1):
        written = {
            "entity": _iri(entity_iri(base_iri, quote(hit.key, safe="", errors="replace"))),
            "score": _double(hit.score),
            "rank": str(rank),
            "total": str(result.total),
        }
        rows.append(f"({' '.join(written[name] for name, _ in columns)})")
    variables = " ".join(f"?{variable}" for _, variable in columns)
    return f"VALUES ({variables}) {{ {' '.join(rows)} }}"


def _iri(text: str) -> str:
    safe = "".join(f"%{ord(each):02X}" if each in _UNSAFE else each for each in text)
    return f"<{safe}>"


def _double(score: float | None) -> str:
    """An xsd:double; the engines count in 32 bits, which nine digits tell apart."""
    return "UNDEF" if score is None or not isfinite(score) else f"{score:.8e}"
