"""What the query editor of the SPARQL page is told: addresses, prefixes, terms, words."""

from functools import cache
from pathlib import Path
from typing import Final

import rdflib

import graph
from graph.vocabulary import PREFIXES
from search.sparql.results import ResultFormat
from search.web.site import Site
from search.web.templating import under
from search.words import WORDS

_FILES: Final = ("weft.ttl", "shapes.ttl")
"""Weft's own terms, and all that a release is written with."""
_FRESH: Final = """\
SELECT ?entity ?name WHERE {
  ?entity weft:kind "dataset" ; schema:name ?name .
} LIMIT 20
"""


def settings(site: Site, prefix: str) -> dict[str, object]:
    """What the editor's script reads; to be written as JSON.

    Args:
        site: the release.
        prefix: what stands before each path of this site.
    """
    return {
        "endpoint": under(prefix, "/sparql"),
        "root": f"{prefix}/",
        "base": site.base_iri,
        "prefixes": PREFIXES,
        "fresh": "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
        + f"\n{_FRESH}",
        "terms": terms(),
        "formats": {item.value: item.extension for item in ResultFormat},
        "words": WORDS.sparql["script"],
    }


@cache
def terms() -> dict[str, list[str]]:
    """IRIs that a query may name: `classes` and `properties`, both in order.

    By the custom of all these vocabularies the local name of a class begins with a capital.
    """
    named = set()
    for name in _FILES:
        parsed = rdflib.Graph().parse(Path(graph.__file__).parent / name)
        named |= {str(node) for triple in parsed for node in triple if _is_term(node)}
    local_names = {
        iri: iri.removeprefix(next(n for n in PREFIXES.values() if iri.startswith(n)))
        for iri in named
    }
    return {
        "classes": sorted(iri for iri, local in local_names.items() if local[:1].isupper()),
        "properties": sorted(iri for iri, local in local_names.items() if local[:1].islower()),
    }


def _is_term(node: object) -> bool:
    if not isinstance(node, rdflib.URIRef) or node in PREFIXES.values():
        return False
    return str(node).startswith(tuple(PREFIXES.values()))
