"""Releases to take things away from: texts that are trouble for a format, and one with nothing."""

from pathlib import Path

import msgspec
import rdflib

from graph.release import HarvestedSource, ReleaseInfo
from search.document import Document
from search.text.tantivy_engine import open_writer
from tests.graph.stores import bulk_load

BASE = "http://weft.test/"
BOOK, SHEET, CODES, STUB = ("bookbookbookb", "sheetsheetshe", "codescodescod", "stubstubstubs")
FORMULA = "=HYPERLINK(1)\tand\nmore"
CONTROLS = "a\x01b\x0b]]> <&\"'\x1b\uffff\x85 @book{x, $\\input{y}$ 1\u2028"
_GRAPH = f"""
PREFIX schema: <https://schema.org/> PREFIX weft: <https://w3id.org/weft#>
PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX cito: <http://purl.org/spar/cito/>
<{BASE}id/{BOOK}> a schema:Book ; weft:kind "book" ; schema:name "Lamps" ; weft:year 2012 ;
  schema:datePublished "2012-09" ; schema:identifier "isbn:9783030382070", "doi:10.1000/lamps" ;
  weft:fromRecord <{BASE}record/oapen/oai:x:2>, <{BASE}record/doab/oai:x:1> .
<{BASE}id/{SHEET}> a schema:Dataset ; weft:kind "dataset" ;
  schema:name {msgspec.json.encode(FORMULA).decode()} ; schema:publisher "@cmd" ; weft:year 2020 ;
  schema:datePublished "soon" ; dcterms:isPartOf <{BASE}id/{BOOK}> ; cito:cites <{BASE}id/{STUB}> ;
  weft:fromRecord <{BASE}record/doab/oai:y:3> .
<{BASE}id/{CODES}> a schema:Chapter ; weft:kind "chapter" ; dcterms:isPartOf <{BASE}id/{BOOK}> ;
  schema:name {msgspec.json.encode(CONTROLS).decode()} ; cito:cites <{BASE}id/{BOOK}> ;
  weft:fromRecord <{BASE}record/doab/oai:y:4> .
<{BASE}id/{STUB}> a weft:Stub, schema:CreativeWork ; schema:identifier "doi:10.1000/unknown" .
<{BASE}id/goneegoneegon> dcterms:isReplacedBy <{BASE}id/{BOOK}> .
"""
_DOCUMENTS = (
    Document(key=BOOK, kind="book", title="Lamps", year=2012, sources=("doab", "oapen"),
             identifiers=("doi:10.1000/lamps", "isbn:9783030382070"), creators=("Aa, B", "Cc")),
    Document(key=SHEET, kind="dataset", title=FORMULA, year=2020, publisher="@cmd",
             sources=("doab",)),
    Document(key=CODES, kind="chapter", title=CONTROLS, sources=("doab",)),
)  # fmt: skip
SOURCES = {
    "doab": HarvestedSource(
        title="DOAB <of> books | and\nmore", url="https://doab.example/oai", state="incomplete",
        last_harvest=None, announced=9, live=3, deleted=0,
    ),
    "oapen": HarvestedSource(
        title="OAPEN Library", url="https://library.oapen.org/oai/request", state="complete",
        last_harvest="2026-01-01T00:00:00Z", announced=None, live=1, deleted=0,
    ),
}  # fmt: skip


def write_hostile(data: Path) -> None:
    """Release 4: three entities with texts that formats must not trip over, and a stub."""
    _write(data, 4, _GRAPH, _DOCUMENTS)


def write_empty(data: Path) -> None:
    """Release 1: no entity at all."""
    _write(data, 1, "", ())


def _write(data: Path, number: int, turtle: str, documents: tuple[Document, ...]) -> None:
    release = data / "releases" / str(number)
    release.mkdir(parents=True)
    quads = data / "quads.nq"
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    quads.write_text(graph.serialize(format="nt", encoding="utf-8").decode(), encoding="utf-8")
    n_quads = bulk_load(quads, release / "graph")
    with open_writer(release / "text", heap_bytes=15_000_000) as writer:
        for document in documents:
            writer.add(document)
    info = ReleaseInfo(
        number=number,
        created_at="2026-01-02T03:04:05Z",
        base_iri=BASE,
        records=4 if documents else 0,
        entities=len(documents),
        stubs=1 if documents else 0,
        merged_entities=0,
        links=4 if documents else 0,
        quads=n_quads,
        by_kind={"book": 1, "chapter": 1, "dataset": 1} if documents else {},
        by_source={"doab": 3, "oapen": 1} if documents else {},
        sources=SOURCES if documents else {},
    )
    (release / "release.json").write_bytes(msgspec.json.encode(info))
    (data / "releases" / "current").symlink_to(str(number))
