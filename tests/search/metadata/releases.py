"""Releases to read entities from: made of works, so that what was stated is known."""

from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from graph.crosswalk import map_record
from graph.entity import merge
from graph.iris import entity_iri
from graph.quads import canonical_relation, entity_lines, link_line, stub_lines
from graph.store import open_graph
from graph.store_loader import open_loader
from graph.work import Identifier, Work
from harvester.record import StagedRecord
from search.document import document_of
from search.metadata.described import read_described

BASE = "https://weft.example.org/"


class Thing(NamedTuple):
    """An entity to be: its works, and its links by (relation, key of the target)."""

    works: tuple[Work, ...]
    links: tuple[tuple[str, str], ...] = ()


def staged(xml: bytes, identifier: str = "oai:source.example:1", source: str = "source"):
    """A staged record around an element of metadata."""
    return StagedRecord(
        source=source,
        identifier=identifier,
        prefix="any",
        datestamp="2026-01-02",
        is_deleted=False,
        sets=(),
        sha256=b"",
        xml=b"<record><header/><metadata>" + xml + b"</metadata></record>",
        harvested_at="2026-01-02T03:04:05Z",
        seq=1,
    )


def read_work(xml: bytes, key: str) -> Work:
    """What a second Weft makes of an element that this one delivers for an entity."""
    return map_record(staged(xml, f"oai:weft.example.org:{key}", "weft"))


@contextmanager
def release(directory: Path, things: dict[str, Thing], stubs: dict[str, tuple[str, str]]):
    """A graph of things by key and of stubs (identifier, kind); gives a function of a key."""
    documents = {}
    with open_loader(directory / "graph") as loader:
        for key, (works, links) in things.items():
            entity = merge(key, works, ())
            documents[key] = document_of(entity, ())
            loader.add(entity_lines(entity, BASE))
            for relation, target in links:
                predicate, is_inverse = canonical_relation(relation)
                ends = (target, key) if is_inverse else (key, target)
                loader.add([link_line(ends[0], predicate, ends[1], BASE)])
        for key, (identifier, kind) in stubs.items():
            scheme, _, value = identifier.partition(":")
            loader.add(stub_lines(key, Identifier(scheme, value), kind, BASE))
    with open_graph(directory / "graph") as graph:

        def read(key: str, **options: bool):
            return read_described(graph, documents.get(key), entity_iri(BASE, key), **options)

        yield read
