"""A release of a few books, chapters, versions and things of other kinds, for gaps of lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import rdflib

from graph.release import ReleaseInfo
from graph.store import open_graph
from search.document import Document
from search.holdings.gap import Opened
from search.text.engines import open_index
from search.text.tantivy_engine import open_writer
from tests.graph.stores import bulk_load

BASE = "http://weft.test/"
LAMPS, OILS, HEBREW, SHEET, CHAPTER, LONE, DATA, V1, V2, STUB = (
    "lampslampslam", "oilsoilsoilso", "hebrewhebrewh", "sheetsheetshe", "chapterchapte",
    "lonelonelonel", "datadatadatad", "versiononever", "versiontwover", "stubstubstubs",
)  # fmt: skip
RTL = "ספר על <b>מנורות</b>"
FORMULA = "=HYPERLINK(1)\tand\nmore"

_PREFIXES = """
PREFIX schema: <https://schema.org/> PREFIX weft: <https://w3id.org/weft#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
_GRAPH = f"""
<{BASE}id/{LAMPS}> a schema:Book ; weft:kind "book" ; schema:name "Lamps of the north" ;
  schema:datePublished "2012-09"; weft:year 2012 ; schema:publisher "Lamp Press" ;
  schema:creator <{BASE}id/{LAMPS}#agent-1>, <{BASE}id/{LAMPS}#agent-2> ;
  schema:editor <{BASE}id/{LAMPS}#agent-3> ; schema:inLanguage "en" ; schema:volumeNumber "2" ;
  schema:version "3rd" ; weft:access "open" ; schema:license <https://spdx.org/licenses/CC-BY-4.0> ;
  schema:identifier "isbn:9783030382063", "isbn:9783030382070", "doi:10.1007/978-3-030-38207-0" ;
  weft:fromRecord <{BASE}record/oapen/oai:x:1> .
<{BASE}id/{LAMPS}#agent-1> schema:name "Carberry, Josiah" .
<{BASE}id/{LAMPS}#agent-2> schema:name "Aa, Zoë" .
<{BASE}id/{LAMPS}#agent-3> schema:name "Bibliography Club" ; a schema:Organization .
<{BASE}id/{OILS}> a schema:Book ; weft:kind "book" ; schema:name "Oils" ; weft:year 1999 ;
  schema:publisher "Oil and Lamp House" ; schema:inLanguage "de" ; weft:access "restricted" ;
  schema:identifier "isbn:9789814644150" ; weft:fromRecord <{BASE}record/doab/oai:y:1> .
<{BASE}id/{HEBREW}> a schema:Book ; weft:kind "book" ; schema:name {msgspec.json.encode(RTL).decode()} ;
  schema:inLanguage "he" ; weft:fromRecord <{BASE}record/doab/oai:y:2> .
<{BASE}id/{SHEET}> a schema:Book ; weft:kind "book" ; schema:name {msgspec.json.encode(FORMULA).decode()} ;
  schema:publisher "@cmd" ; weft:year 2020 ; weft:fromRecord <{BASE}record/doab/oai:y:3> .
<{BASE}id/{CHAPTER}> a schema:Chapter ; weft:kind "chapter" ; schema:name "Wicks" ;
  schema:identifier "doi:10.1007/978-3-030-38207-0_1" ; dcterms:isPartOf <{BASE}id/{LAMPS}> .
<{BASE}id/{LONE}> a schema:Chapter ; weft:kind "chapter" ; schema:name "A chapter alone" ;
  dcterms:isPartOf <{BASE}id/{STUB}> .
<{BASE}id/{STUB}> a weft:Stub, schema:Book ; schema:identifier "isbn:9783319519197" .
<{BASE}id/{DATA}> a schema:Dataset ; weft:kind "dataset" ; schema:name "Spectra" ; weft:year 2020 .
<{BASE}id/{V1}> a schema:Dataset ; weft:kind "dataset" ; schema:name "Spectra, version 1" ;
  dcterms:isVersionOf <{BASE}id/{DATA}> ; weft:year 2019 .
<{BASE}id/{V2}> a schema:Dataset ; weft:kind "dataset" ; schema:name "Spectra, version 2" ;
  dcterms:isVersionOf <{BASE}id/{DATA}> ; weft:year 2020 .
"""  # noqa: E501  # one line a statement reads best
_DOCUMENTS = (
    Document(key=LAMPS, kind="book", title="Lamps of the north", year=2012, languages=("en",),
             creators=("Carberry, Josiah", "Aa, Zoë"), publisher="Lamp Press", sources=("oapen",),
             identifiers=("doi:10.1007/978-3-030-38207-0",)),
    Document(key=OILS, kind="book", title="Oils", year=1999, languages=("de",),
             publisher="Oil and Lamp House", sources=("doab",)),
    Document(key=HEBREW, kind="book", title=RTL, languages=("he",), sources=("doab",)),
    Document(key=SHEET, kind="book", title=FORMULA, year=2020, publisher="@cmd", sources=("doab",)),
    Document(key=CHAPTER, kind="chapter", title="Wicks", sources=("oapen",)),
    Document(key=LONE, kind="chapter", title="A chapter alone", sources=("oapen",)),
    Document(key=DATA, kind="dataset", title="Spectra", year=2020, sources=("zenodo",)),
    Document(key=V1, kind="dataset", title="Spectra, version 1", year=2019, sources=("zenodo",)),
    Document(key=V2, kind="dataset", title="Spectra, version 2", year=2020, sources=("zenodo",)),
)  # fmt: skip


def write_release(data: Path) -> Path:
    """Write the release, number 4, as the current one of a data directory; gives its directory."""
    release = data / "releases" / "4"
    release.mkdir(parents=True)
    quads = data / "quads.nq"
    quads.write_text(
        rdflib.Graph().parse(data=_PREFIXES + _GRAPH, format="turtle").serialize(format="nt")
    )
    n_quads = bulk_load(quads, release / "graph")
    with open_writer(release / "text", heap_bytes=15_000_000) as writer:
        for document in _DOCUMENTS:
            writer.add(document)
    info = ReleaseInfo(
        number=4,
        created_at="2026-01-02T03:04:05Z",
        base_iri=BASE,
        records=9,
        entities=9,
        stubs=1,
        merged_entities=0,
        links=4,
        quads=n_quads,
        by_kind={"book": 4, "chapter": 2, "dataset": 3},
        by_source={"doab": 3, "oapen": 3, "zenodo": 3},
    )
    (release / "release.json").write_bytes(msgspec.json.encode(info))
    (data / "releases" / "current").symlink_to("4")
    return release


@contextmanager
def opened(release: Path) -> Iterator[Opened]:
    """The release, open for reading."""
    with open_graph(release / "graph") as graph, open_index(release / "text") as index:
        yield Opened(graph=graph, index=index, base_iri=BASE)
