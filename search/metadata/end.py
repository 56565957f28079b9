"""What stands for an entity inside other answers: its key, address, kind, name and identifiers."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Final

from msgspec import Meta, Struct

from graph.match import scheme_rank
from graph.relation import WEFT
from graph.store import GraphReader
from graph.vocabulary import RDF_TYPE, SCHEMA

_STUB: Final = WEFT + "Stub"
_KEPT: Final = 20_000
"""Entities that are kept in memory while links are read; a guess: some 20 MB."""


class End(Struct, frozen=True, kw_only=True):
    """An entity in short."""

    key: str
    iri: str
    kind: Annotated[
        str,
        Meta(
            description="dataset, paper, software, book, chapter or other;"
            " unknown where no record tells"
        ),
    ]
    name: Annotated[str, Meta(description="Its title; empty where no record gives one.")]
    identifiers: Annotated[tuple[str, ...], Meta(description="As `scheme:value`, a DOI first.")]
    is_stub: Annotated[bool, Meta(description="Whether it is known only as the target of links.")]


def end_reader(graph: GraphReader, base_iri: str) -> Callable[[str], End]:
    """A function from the IRI of an entity to what stands for it; reads each entity once."""

    @lru_cache(_KEPT)
    def read(iri: str) -> End:
        facts = graph.facts(iri)
        texts = {
            name: sorted(value.text for value in facts.get(predicate, ()))
            for name, predicate in (
                ("kind", WEFT + "kind"),
                ("name", SCHEMA + "name"),
                ("identifier", SCHEMA + "identifier"),
                ("type", RDF_TYPE),
            )
        }
        return End(
            key=iri.removeprefix(f"{base_iri}id/"),
            iri=iri,
            kind=next(iter(texts["kind"]), "unknown"),
            name=next(iter(texts["name"]), ""),
            identifiers=tuple(sorted(texts["identifier"], key=scheme_rank)),
            is_stub=_STUB in texts["type"],
        )

    return read
