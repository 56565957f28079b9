"""How many data sets, papers, pieces of software and books the hits of a page are linked to."""

from collections.abc import Iterable, Mapping
from typing import Final
from weakref import WeakKeyDictionary

from graph.iris import entity_iri
from graph.relation import PREDICATES, WEFT
from graph.store import GraphReader
from search.document import Document
from search.web.site import Site

KINDS: Final = ("dataset", "paper", "software", "book")
"""Kinds that are counted, in the order shown."""
MAX_LINKS: Final = 2000
"""Links read for one page, which takes about 10 ms; a hit whose links do not fit has no counts."""
_PRESENT: Final[WeakKeyDictionary[GraphReader, tuple[str, ...]]] = WeakKeyDictionary()
"""Predicates of the links that a release has: few of all there are, and each costs a look-up."""


def count_linked(site: Site, documents: Iterable[Document]) -> dict[str, Mapping[str, int] | None]:
    """Count the entities at the other ends of links, each once, in either direction.

    Args:
        site: the release.
        documents: of the text index, which knows what is linked to nothing.

    Returns:
        By key of an entity how many of each of `KINDS`, without zeros; None where there are too
        many to be counted for a page. Entities without such links are left out.
    """
    keys = {
        entity_iri(site.base_iri, document.key): document.key
        for document in documents
        if document.has
    }
    if not keys:
        return {}
    present = _present(site.graph)
    if not present:
        return {}
    # what names an entity and has a kind is an entity, so a predicate that leads there is a link
    rows = site.graph.rows(
        f"SELECT ?hit ?other ?kind WHERE {{ VALUES ?hit {{ {_listed(keys)} }}"
        f" {{ VALUES ?link {{ {_listed(present)} }} ?hit ?link ?other }}"
        " UNION { ?other ?any ?hit }"
        f" ?other <{WEFT}kind> ?kind }} LIMIT {MAX_LINKS + 1}"
    )
    is_cut = len(rows) > MAX_LINKS
    others: dict[str, dict[str, str]] = {}
    for hit, other, kind in rows:
        others.setdefault(keys[hit], {})[other] = kind
    counts: dict[str, Mapping[str, int] | None] = {
        key: _by_kind(found) for key, found in others.items()
    }
    if is_cut:  # rows come hit by hit: the last one, and those that none came of, are not whole
        counts |= dict.fromkeys((keys[rows[-1][0]], *(keys.values() - others.keys())))
    return counts


def _by_kind(found: Mapping[str, str]) -> dict[str, int]:
    kinds = list(found.values())
    return {kind: n for kind in KINDS if (n := kinds.count(kind))}


def _present(graph: GraphReader) -> tuple[str, ...]:
    found = _PRESENT.get(graph)
    if found is None:
        found = tuple(iri for iri in PREDICATES if next(graph.pairs(iri), None))
        _PRESENT[graph] = found
    return found


def _listed(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)
