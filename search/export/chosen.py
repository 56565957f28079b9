"""The entities that a selection means, one by one and in an order that never changes.

Everything, and what a SPARQL query selects, come in order of keys; a query in words gives the best
first, as a search does, or the order of keys where nothing ranks.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import msgspec

from graph.relation import RELATIONS, WEFT
from graph.vocabulary import SCHEMA
from search.document import Document
from search.export.errors import NothingSelected, SelectionRefused
from search.export.selection import Asks, Selection, keys_of_rows
from search.metadata.described import Described, Related, read_described
from search.open_release import OpenRelease
from search.sparql.pool import Limits, open_pool
from search.sparql.results import ResultFormat
from search.sparql.text_service import run_query
from search.text.engine import MAX_LIMIT, SearchRequest

PAGE_SIZE: Final = MAX_LIMIT
"""Hits that are read from the index at once: each page counts all hits anew."""
_LEAST_TIME_S: Final = 600.0
_LEAST_RESULT: Final = 256 << 20
"""A shell has its machine for itself: a query may take ten minutes, its answer 256 MiB, which are
four million entities."""
_IS_PART_OF: Final = RELATIONS["IsPartOf"].predicate


class Chosen(NamedTuple):
    """An entity that is meant."""

    key: str
    document: Document | None
    """Its entry in the text index; stubs have none."""


class ChosenEntities:
    """The entities of a selection; may be gone through any number of times.

    Args:
        opened: the release.
        selection: what is meant.
        keys: those that a SPARQL query found.
    """

    def __init__(
        self, opened: OpenRelease, selection: Selection, keys: tuple[str, ...] = ()
    ) -> None:
        self.opened = opened
        self.selection = selection
        self._keys = keys
        self.total = len(keys) if selection.asks is Asks.SOLUTIONS else self._count()

    @property
    def is_everything(self) -> bool:
        """Whether no entity of the release is left out."""
        return self.selection.asks is Asks.EVERYTHING

    def __iter__(self) -> Iterator[Chosen]:
        """The entities, in order.

        Raises:
            IndexDamaged: what was found cannot be read back.
        """
        if self.selection.asks is Asks.SOLUTIONS:
            for key in self._keys:
                yield Chosen(key, self.opened.index.document(key))
            return
        request = SearchRequest(query=self.selection.words, limit=PAGE_SIZE)
        while True:
            found = self.opened.index.search(request)
            for hit in found.hits:
                yield Chosen(hit.key, hit.document)
            if found.next is None or not found.hits:
                return
            request = replace(request, after=found.next)

    def iris(self) -> Iterator[str]:
        """The IRI of each."""
        return (self.opened.iri_of(f"id/{each.key}") for each in self)

    def described(self, *, with_related: bool = False) -> Iterator[Described]:
        """What the release says of each.

        Args:
            with_related: with all links; otherwise with what a paper or chapter is part of alone.
        """
        for key, document in self:
            iri = self.opened.iri_of(f"id/{key}")
            said = read_described(self.opened.graph, document, iri, with_related=with_related)
            if said is not None:
                yield said if with_related else self._with_wholes(said)

    def _count(self) -> int:
        words = self.selection.words
        return self.opened.index.search(SearchRequest(query=words, limit=0)).total

    def _with_wholes(self, said: Described) -> Described:
        if said.kind not in ("paper", "chapter"):
            return said
        graph = self.opened.graph
        wholes = tuple(
            Related(
                relation="IsPartOf",
                iri=whole,
                key=whole.rpartition("/")[2],
                kind=graph.kind(whole) or "unknown",
                name=next(iter(graph.objects(whole, SCHEMA + "name")), ""),
                identifiers=(),
                is_stub=False,
            )
            for whole in graph.objects(said.iri, _IS_PART_OF)
        )
        return msgspec.structs.replace(said, related=wholes) if wholes else said


def choose(
    opened: OpenRelease, selection: Selection, limits: Limits | None = None
) -> ChosenEntities:
    """Find the entities of a selection.

    Args:
        opened: the release.
        selection: not one of triples.
        limits: of a SPARQL query; time and result are raised to what a shell may take.

    Raises:
        NothingSelected: it means no entity of this release.
        SelectionRefused: a SPARQL query gives something else than entities of this release.
        QuerySyntaxError, QueryTimeout, QueryTooLarge: of a SPARQL query.
    """
    keys: tuple[str, ...] = ()
    if selection.asks is Asks.SOLUTIONS:
        body = asyncio.run(_answer(opened, selection.text, limits, ResultFormat.TSV))
        keys = tuple(keys_of_rows(body.decode().split("\n")[:-1], opened.base_iri))
        _check_known(opened, keys)
    chosen = ChosenEntities(opened, selection, keys)
    if not chosen.total:
        raise NothingSelected(_nothing(opened, selection))
    return chosen


def construct(opened: OpenRelease, selection: Selection, limits: Limits | None = None) -> bytes:
    """The triples of a CONSTRUCT query as N-Triples.

    Raises:
        NothingSelected: there are none.
        QuerySyntaxError, QueryTimeout, QueryTooLarge: what their names say.
    """
    body = asyncio.run(_answer(opened, selection.text, limits, ResultFormat.N_TRIPLES))
    if not body.strip():
        raise NothingSelected(_nothing(opened, selection))
    return body


async def _answer(
    opened: OpenRelease, query: str, limits: Limits | None, form: ResultFormat
) -> bytes:
    given = limits or Limits()
    raised = msgspec.structs.replace(
        given,
        workers=1,
        time_limit_s=max(given.time_limit_s, _LEAST_TIME_S),
        result_limit_bytes=max(given.result_limit_bytes, _LEAST_RESULT),
    )
    async with open_pool(opened.release.graph_path, raised) as pool:
        return await run_query(
            pool,
            opened.index,
            query,
            form,
            base_iri=opened.base_iri,
            endpoint=opened.iri_of("sparql"),
        )


def _check_known(opened: OpenRelease, keys: tuple[str, ...]) -> None:
    """Every key must be of an entity that the release describes, or of a stub."""
    for key in keys:
        iri = opened.iri_of(f"id/{key}")
        if opened.graph.kind(iri) or opened.graph.has(iri, WEFT + "Stub"):
            continue
        into = opened.graph.redirect(iri)
        why = f"it was merged into <{into}>" if into else "it describes no entity of that IRI"
        raise SelectionRefused(f"<{iri}> is no entity of release {opened.release.number}: {why}")


def _nothing(opened: OpenRelease, selection: Selection) -> str:
    number = opened.release.number
    if selection.asks is Asks.EVERYTHING:
        return f"release {number} holds no entities: nothing was written"
    return f"nothing in release {number} matches {selection.text!r}: nothing was written"
