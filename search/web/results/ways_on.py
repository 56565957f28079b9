"""What a search that found nothing, or could not be read, may go on with. Blocking: it counts."""

import re
from dataclasses import dataclass, replace
from typing import Final

from graph.iris import entity_iri
from graph.work import Identifier
from search.errors import QuerySyntaxError
from search.query import And, Node, format_query, parse_query
from search.question.ask import Ask
from search.web.results.pasted import Reading
from search.web.results.view import Choice, href_of, shown_value
from search.web.site import Site
from search.words import WORDS, fill

_MOST_FILTERS: Final = 8
"""Filters that are left out one by one to see what comes back."""
_MOST_PARTS: Final = 8
"""Parts of a query that are counted alone."""
_MOST_STUBS: Final = 5
_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")  # noqa: RUF001  # the apostrophe of print
_NO_WORDS: Final = frozenset({"AND", "OR", "NOT", "TO"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownByReference:
    """An entity that records link to and none describes."""

    path: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOn:
    """Other questions, with how much each finds."""

    without: tuple[Choice, ...] = ()
    """The same without one filter, then without any; only what finds something."""
    alone: tuple[Choice, ...] = ()
    """The parts of the query, each for itself."""
    stubs: tuple[KnownByReference, ...] = ()
    """What has the identifier."""


def ways_on(site: Site, ask: Ask, reading: Reading) -> WaysOn:
    """What to offer when a question found nothing.

    Args:
        site: where it was asked.
        ask: the question as it stands in the address.
        reading: how it was understood.
    """
    return WaysOn(
        without=tuple(_without(site, ask, reading.ask)),
        alone=() if reading.looked_up else tuple(_alone(site, ask)),
        stubs=tuple(stub for each in reading.looked_up for stub in _stubs(site, each)),
    )


def plain_words(site: Site, ask: Ask) -> Choice | None:
    """The words of a query that cannot be read, as a query that finds something."""
    words = [word for word in _WORD.findall(ask.text) if word not in _NO_WORDS]
    plain = replace(ask, text=" ".join(words))
    try:
        total = _total(site, plain)
    except QuerySyntaxError:
        return None
    return Choice(label=plain.text, href=href_of(plain), count=total) if words and total else None


def _without(site: Site, ask: Ask, understood: Ask) -> list[Choice]:
    empty = WORDS.search["empty"]
    facets = WORDS.search["facets"]
    if isinstance(empty, str) or isinstance(facets, str):
        raise TypeError("no tables of words")
    found = []
    each_filter = [(name, value) for name, values in ask.filters.items() for value in values]
    for name, value in each_filter[:_MOST_FILTERS]:
        if total := _total(site, understood.toggled(name, value)):
            label = fill(
                str(empty["without"]),
                label=str(facets[name]),
                value=shown_value(site, name, value),
            )
            found.append(Choice(label=label, href=href_of(ask.toggled(name, value)), count=total))
    if len(each_filter) > 1 and (total := _total(site, replace(understood, filters={}))):
        bare = href_of(replace(ask, filters={}))
        found.append(Choice(label=str(empty["without_all"]), href=bare, count=total))
    return found


def _alone(site: Site, ask: Ask) -> list[Choice]:
    tree: Node = parse_query(ask.text)
    if not isinstance(tree, And) or len(tree.children) > _MOST_PARTS:
        return []
    found = []
    for child in tree.children:
        part = replace(ask, text=format_query(child), filters={})
        found.append(Choice(label=part.text, href=href_of(part), count=_total(site, part)))
    return found


def _stubs(site: Site, identifier: Identifier) -> list[KnownByReference]:
    iris = site.graph.carriers(str(identifier))[:_MOST_STUBS]
    names = site.graph.names(iris)
    minted = entity_iri(site.base_iri, "")
    return [
        KnownByReference(
            path=site.shown_path(iri),
            name=names.get(iri, str(identifier)),
            kind=site.graph.kind(iri) or "unknown",
        )
        for iri in iris
        if iri.startswith(minted)
    ]


def _total(site: Site, ask: Ask) -> int:
    request = replace(ask.to_request(), limit=0, offset=0, facets=())
    return site.index.search(request).total
