"""Entities as flat rows: what a table of them holds, whoever reads it. Pure but for look-ups.

What the records state is taken from the text index, which keeps the order of creators; dates,
records and numbers of links from the graph.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from graph.links.selection import UNKNOWN_KIND
from graph.match import scheme_rank
from graph.relation import PREDICATES, WEFT
from graph.store import GraphReader, Value
from graph.vocabulary import SCHEMA, SPDX
from graph.work import Kind
from search.document import Document

KINDS: Final = (*(kind.value for kind in Kind), UNKNOWN_KIND)
"""What an entity at the other end of a link may be."""
DATE: Final = r"^[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?$"
_DATE: Final = re.compile(DATE)
_KEPT: Final = 50_000
"""Kinds of entities at the other ends of links that are kept in memory."""


class Graphed(Struct, frozen=True, gc=False):
    """What the graph alone knows of an entity."""

    date: str = ""
    """Of publication: YYYY, YYYY-MM or YYYY-MM-DD; empty when none is stated."""
    records: tuple[str, ...] = ()
    """IRIs of its source records, in order."""
    n_links: tuple[int, ...] = (0,) * len(KINDS)
    """Links to and from it, by the kind of the other end, as in `KINDS`."""


LISTED: Final = (
    *("creators", "creator_identifiers", "identifiers", "languages", "subjects"),
    *("collaborations", "sources"),
)
"""Columns with several values, out of the text index: creators with editors and contributors among
them, in the order of the record, for the index keeps no parts."""
COLUMNS: Final = (
    *("key", "iri", "kind", "title", "creators", "creator_identifiers", "year", "date"),
    *("publisher", "doi", "identifiers", "licence", "access", "languages", "subjects"),
    *("collaborations", "sources", "records", "is_stub", "n_links"),
    *(f"n_links_{kind}" for kind in KINDS),
)
"""In the order of the files."""


def graph_reader(graph: GraphReader, base_iri: str) -> Callable[[str], Graphed]:
    """A function from a key to what the graph alone knows; for selections, some 50 us each."""
    start = f"{base_iri}id/"

    @lru_cache(_KEPT)
    def kind_at(iri: str) -> int:
        kind = graph.kind(iri)
        return KINDS.index(kind) if kind in KINDS else len(KINDS) - 1

    def read(key: str) -> Graphed:
        iri = start + key
        facts = graph.facts(iri)
        ends = [
            value.text
            for predicate, values in facts.items()
            if predicate in PREDICATES
            for value in values
            if value.text.startswith(start)
        ]
        ends += [other for other, _ in graph.linked_from(iri)]
        n_links = [0] * len(KINDS)
        for other in ends:
            n_links[kind_at(other)] += 1
        dates = sorted(value.text for value in facts.get(SCHEMA + "datePublished", ()))
        date = dates[0] if dates and _DATE.match(dates[0]) else ""
        records = sorted(value.text for value in facts.get(WEFT + "fromRecord", ()))
        return Graphed(date, tuple(records), tuple(n_links))

    return read


def stub_document(graph: GraphReader, iri: str, key: str) -> Document:
    """What would stand in the text index of an entity that it does not have."""
    facts = graph.facts(iri)
    identifiers = tuple(sorted(_texts(facts.get(SCHEMA + "identifier", ())), key=scheme_rank))
    year = next(iter(_texts(facts.get(WEFT + "year", ()))), "")
    licence = next(iter(_texts(facts.get(SCHEMA + "license", ()))), "")
    return Document(
        key=key,
        kind=graph.kind(iri) or UNKNOWN_KIND,
        title=next(iter((*_texts(facts.get(SCHEMA + "name", ())), *identifiers)), key),
        identifiers=identifiers,
        year=int(year) if year.isascii() and year.isdigit() else None,
        licence=licence.removeprefix(SPDX),
    )


def _texts(values: Iterable[Value]) -> list[str]:
    return sorted(value.text for value in values)
