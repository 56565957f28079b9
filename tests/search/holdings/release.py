"""A small release to hold lists against: entities as quads and as documents of the text index."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from graph.store import GraphReader, open_graph
from search.document import Document
from search.holdings.finder import GraphFinder, open_finder
from search.text.engine import TextIndex
from search.text.tantivy_engine import open_index, open_writer
from tests.graph.stores import bulk_load

BASE = "http://weft.test/"
_SCHEMA = "https://schema.org/"
_WEFT = "https://w3id.org/weft#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Thing(Struct, frozen=True, kw_only=True):
    """One entity; without a title it is a stub."""

    key: str
    kind: str = "book"
    title: str = ""
    year: int | None = None
    names: tuple[str, ...] = ()
    part_of: str = ""


@contextmanager
def releasing(
    folder: Path, things: Iterable[Thing]
) -> Iterator[tuple[GraphReader, TextIndex, GraphFinder]]:
    """A release of these, opened."""
    things = tuple(things)
    quads = folder / "quads.nq"
    quads.write_text("".join(line for each in things for line in _lines(each)), encoding="utf-8")
    bulk_load(quads, folder / "graph")
    with open_writer(folder / "text", heap_bytes=15_000_000) as writer:
        for each in things:
            if each.title:
                writer.add(Document(key=each.key, kind=each.kind, title=each.title, year=each.year))
    with (
        open_graph(folder / "graph") as reader,
        open_index(folder / "text") as index,
        open_finder(reader, index, BASE) as finder,
    ):
        yield reader, index, finder


def _lines(thing: Thing) -> Iterator[str]:
    subject = f"<{BASE}id/{thing.key}>"
    yield f'{subject} <{_WEFT}kind> "{thing.kind}" .\n'
    if thing.title:
        title = thing.title.replace('"', '\\"')
        yield f'{subject} <{_SCHEMA}name> "{title}" .\n'
        # a person's name is no title
        yield f"{subject}  <{_SCHEMA}creator> <{BASE}id/{thing.key}#agent-1> .\n"
        yield f'<{BASE}id/{thing.key}#agent-1> <{_SCHEMA}name> "Ada Lovelace the elder" .\n'
    else:
        yield f"{subject} <{_TYPE}> <{_WEFT}Stub> .\n"
    if thing.year:
        integer = "http://www.w3.org/2001/XMLSchema#integer"
        yield f'{subject} <{_WEFT}year> "{thing.year}"^^<{integer}> .\n'
    for name in thing.names:
        yield f'{subject} <{_SCHEMA}identifier> "{name}" .\n'
    if thing.part_of:
        yield f"{subject} <http://purl.org/dc/terms/isPartOf> <{BASE}id/{thing.part_of}> .\n"
