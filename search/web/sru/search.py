"""Answers a searchRetrieve request from the text index and the graph of a release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search.document import Document
from search.errors import BadSearch
from search.text.engine import FacetCount, SearchRequest
from search.web.site import Site
from search.web.sru.asked import LAST_RECORD, SearchAsk
from search.web.sru.cql import parse_cql
from search.web.sru.cql_query import Translated, search_words, translate
from search.web.sru.cql_tree import Query
from search.web.sru.diagnostics import Code, Diagnostic, Refused
from search.web.sru.echo import write_echo
from search.web.sru.facet_results import write_facets
from search.web.sru.order import read_sort_parameter
from search.web.sru.records import read_records
from search.web.sru.response import Found
from search.web.sru.version import Version

PATH: Final = "sru"
"""Where the service is, below the base IRI."""
MAX_REVERSED: Final = LAST_RECORD - 1
"""Most records that are sorted from the end: engines keep all hits up to the page asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A part of what was found."""

    total: int
    documents: Sequence[Document]
    counts: Mapping[str, Sequence[FacetCount]]


def find(site: Site, asked: SearchAsk, version: Version) -> Found:
    """Answer a request; what is wrong with its query is told by a diagnostic."""
    query: Query | None = None
    try:
        if asked.query_type == "cql":
            query = parse_cql(asked.query)
            wanted = translate(query, site.iri_of("id/"))
        else:
            wanted = Translated(node=search_words(asked.query))
        if asked.sort_keys and not (query and query.sort):
            wanted = replace(wanted, order=read_sort_parameter(asked.sort_keys))
        page = _page(site, asked, wanted)
    except Refused as refused:
        diagnostics = (refused.diagnostic, *asked.warnings)
        return Found(diagnostics=diagnostics, echo=write_echo(version, asked, query))
    except BadSearch as error:  # a word too long to look for
        too_long = Diagnostic(code=Code.QUERY_TOO_LONG, advice=str(error))
        diagnostics = (too_long, *asked.warnings)
        return Found(diagnostics=diagnostics, echo=write_echo(version, asked, query))
    if asked.start > max(page.total, 1):
        beyond = Diagnostic(code=Code.RECORD_POSITION, details=str(asked.start))
        diagnostics = (beyond, *asked.warnings)
        echo = write_echo(version, asked, query)
        return Found(total=page.total, diagnostics=diagnostics, echo=echo)
    following = asked.start + len(page.documents)
    is_more = len(page.documents) and following <= min(page.total, LAST_RECORD)
    facets = ""
    if asked.facets:
        body = query.body if query else ""
        facets = write_facets(asked.facets, page.counts, body, site.iri_of(PATH))
    return Found(
        total=page.total,
        records=read_records(site, page.documents, asked.start, asked.schema, asked.packing),
        next_position=following if is_more else None,
        echo=write_echo(version, asked, query),
        diagnostics=asked.warnings,
        facets=facets,
    )


def _page(site: Site, asked: SearchAsk, wanted: Translated) -> _Page:
    """The records asked for, none past the last.

    Raises:
        Refused: there are too many for their order.
    """
    facets = asked.facets
    request = SearchRequest(
        query=wanted.node,
        limit=asked.limit,
        offset=asked.start - 1,
        sort=wanted.order.sort,
        facets=tuple(facets.indexes) if facets else (),
        facet_limit=facets.n_fetched if facets else 1,
    )
    if not wanted.order.is_reversed:
        found = site.index.search(request)
        documents = tuple(hit.document for hit in found.hits)
        return _Page(total=found.total, documents=documents, counts=found.facets)
    counted = site.index.search(replace(request, limit=0, offset=0))
    if counted.total > MAX_REVERSED:
        advice = "sort the other way or narrow the search"
        raise Refused(Code.TOO_MANY_TO_SORT, str(MAX_REVERSED), advice)
    # the page of an order from its end is one of the engine's own order, read backwards
    end = max(counted.total - request.offset, 0)
    offset = max(end - asked.limit, 0)
    part = replace(request, limit=end - offset, offset=offset, facets=())
    hits = site.index.search(part).hits
    documents = tuple(hit.document for hit in reversed(hits))
    return _Page(total=counted.total, documents=documents, counts=counted.facets)
