"""An entity as a page names it: what a line of a list, a tree or a picture shows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.relation import WEFT
from graph.store import Value
from graph.vocabulary import RDF_TYPE, SCHEMA
from search.web.site import Site

UNKNOWN: Final = "unknown"
"""Kind of an entity that no record tells the kind of."""
_KIND_ORDER: Final = ("dataset", "software", "paper", "book", "chapter", "other", UNKNOWN)
"""What people look for first in a list of links."""
_STUB: Final = WEFT + "Stub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An entity at the other end of a link."""

    iri: str
    path: str
    """Where its page is; empty when nowhere."""
    name: str
    """Its title, else its first identifier, else its IRI."""
    kind: str
    is_stub: bool = False
    """No source has delivered it."""
    title: str = ""
    """Its title alone; empty when no record states one."""
    language: str = ""
    """Of the name, BCP 47; empty when not stated."""
    date: str = ""
    """Of publication, as far as known."""
    version: str = ""


def read_neighbour(site: Site, iri: str) -> Neighbour:
    """What a release says of an entity in one line."""
    facts = site.graph.facts(iri)
    name = min(facts.get(SCHEMA + "name", ()), default=Value("", "", is_iri=False))
    return Neighbour(
        iri=iri,
        path=site.shown_path(iri),
        name=name.text or _first(facts, SCHEMA + "identifier") or iri,
        kind=_first(facts, WEFT + "kind") or UNKNOWN,
        is_stub=any(value.text == _STUB for value in facts.get(RDF_TYPE, ())),
        title=name.text,
        language=name.language,
        date=_first(facts, SCHEMA + "datePublished"),
        version=_first(facts, SCHEMA + "version"),
    )


def reading_order(neighbour: Neighbour) -> tuple[bool, int, tuple[tuple[int, int, str], ...]]:
    """A sort key: what a source has delivered first, then by kind, then as people count."""
    kind = neighbour.kind if neighbour.kind in _KIND_ORDER else UNKNOWN
    return neighbour.is_stub, _KIND_ORDER.index(kind), natural(neighbour.name)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts Table 2 before Table 10."""
    parts = []
    word = ""
    for character in name.casefold():
        if word and character.isdecimal() != word[-1].isdecimal():
            parts.append(word)
            word = ""
        word += character
    parts.append(word)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)


def _first(facts: Mapping[str, Sequence[Value]], predicate: str) -> str:
    return min((value.text for value in facts.get(predicate, ())), default="")
