"""The counts of SRU 2.0 facets as XML, each with the query that narrows a search to it. Pure.

https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/schemas/facetedResults.xsd
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from search.metadata.markup import around, element, whole
from search.text.engine import FacetCount
from search.text.fields import KEYWORDS
from search.web.sru.cql import MAX_CHARACTERS
from search.web.sru.facets import FacetAsk
from search.web.sru.version import Version

_EXACT: Final = (*KEYWORDS, "year")
"""Facets whose values CQL can ask for exactly; names of publishers and collaborations are words."""
_SPECIAL: Final = str.maketrans({mark: f"\\{mark}" for mark in '\\"*?^'})


def write_facets(
    asked: FacetAsk, counts: Mapping[str, Sequence[FacetCount]], query: str, address: str
) -> str:
    """The element `facetedResults`; empty when no facet has a value.

    Args:
        asked: what is wanted.
        counts: what the engine found, by facet.
        query: in CQL, without sort keys; empty when the search was not in CQL.
        address: of the service.
    """
    written = []
    for name, index in asked.indexes.items():
        terms = "".join(
            _term(name, index, each, query, address)
            for each in asked.pick(name, counts.get(name, ()))
        )
        if terms:
            content = element("facet:facetDisplayLabel", name) + element("facet:index", index)
            relation = element("facet:relation", "==") if name in _EXACT else ""
            content += relation + around("facet:terms", terms)
            written.append(around("facet:facet", content))
    if not written:
        return ""
    return whole("facetedResults", "".join(written), xmlns_facet=Version.V2_0.facet_namespace)


def _term(name: str, index: str, counted: FacetCount, query: str, address: str) -> str:
    narrowed = _narrowed(name, index, counted.value, query)
    url = f"{address}?{urlencode({'query': narrowed, 'queryType': 'cql'})}" if narrowed else ""
    content = (
        element("facet:actualTerm", counted.value)
        + element("facet:query", narrowed)
        + element("facet:requestUrl", url)
        + element("facet:count", str(counted.count))
    )
    return around("facet:term", content)


def _narrowed(name: str, index: str, value: str, query: str) -> str:
    if name not in _EXACT or not query:
        return ""
    narrowed = f'({query}) and {index} == "{value.translate(_SPECIAL)}"'
    return narrowed if len(narrowed) <= MAX_CHARACTERS else ""
