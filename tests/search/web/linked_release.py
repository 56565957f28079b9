"""A release with one of each thing that has an address: what linked data is asked of it."""

from pathlib import Path

import msgspec
import rdflib

from graph.release import ReleaseInfo
from search.document import Document
from search.text.tantivy_engine import open_writer
from tests.graph.stores import bulk_load

BASE = "http://weft.test/"
DATA, PART, PAPER, TWIN, STUB = (
    "datadatadatad", "partpartpartp", "paperpaperpap", "twintwintwint", "stubstubstubs",
)  # fmt: skip
MERGED, GONE, HOSTILE = "mergedmergedm", "gonegonegoneg", "hostilehostil"
RECORD = f"{BASE}record/zenodo/oai:zenodo.org:20.500%2F1"
DOTTED = f"{BASE}record/zenodo/oai:x:1.ttl"
DECISION = "decisiondecis"
N_AUTHORS = 200
ABSTRACT = (
    "Measured spectra of the lamp, from first light to the last drop of oil, with all errors."
)

_PREFIXES = """
PREFIX schema: <https://schema.org/> PREFIX weft: <https://w3id.org/weft#>
PREFIX cito: <http://purl.org/spar/cito/> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_AUTHORS = "".join(
    f"<{BASE}id/{PAPER}> schema:creator <https://orcid.org/0000-0000-0000-{n:04}> ."
    f'<https://orcid.org/0000-0000-0000-{n:04}> a schema:Person ; schema:name "Writer, {n:04}" .'
    for n in range(N_AUTHORS)
)
_DEFAULT_GRAPH = f"""
<{BASE}id/{DATA}> a schema:Dataset ; weft:kind "dataset" ; schema:name "Spectra of a lamp"@en ;
  schema:datePublished "2012-09"^^xsd:gYearMonth ; weft:year 2012 ; schema:version "1.1" ;
  schema:publisher "Lamp Archive" ; weft:publisherIdentifier <https://ror.org/05mmh0f86> ;
  schema:creator <https://orcid.org/0000-0002-1825-0097>, <{BASE}id/{DATA}#agent-2>,
    <{BASE}id/{DATA}#agent-3> ;
  schema:funding <{BASE}id/{DATA}#grant-1>, <{BASE}id/{DATA}#grant-2> ;
  schema:keywords "lamp", "oil" ; schema:size "3.4 MB" ; schema:encodingFormat "text/csv" ;
  schema:isAccessibleForFree true ; weft:access "open" ; weft:collaboration "Lamp Club" ;
  schema:license <https://spdx.org/licenses/CC-BY-4.0> ;
  schema:identifier "doi:10.1000/lamp(1)<2>::3", "arxiv:1207.7235" ;
  schema:sameAs <https://doi.org/10.1000/lamp(1)%3C2%3E::3> ;
  weft:fromRecord <{RECORD}> ; weft:isSupplementTo <{BASE}id/{PAPER}> .
<https://orcid.org/0000-0002-1825-0097> a schema:Person ; schema:name "Carberry, Josiah" ;
  schema:affiliation <https://ror.org/05mmh0f86>, "Inner Bank" .
<https://ror.org/05mmh0f86> a schema:Organization ; schema:name "Outer Bank" .
<{BASE}id/{DATA}#agent-2> schema:name "Aa, Zoë" ; schema:affiliation "Inner Bank" .
<{BASE}id/{DATA}#agent-3> schema:name "Lamp Club" .
<{BASE}id/{DATA}#grant-1> a schema:Grant ; schema:name "Oil Fund, 12" ; weft:awardNumber "12" ;
  schema:url <https://fund.example.org/12> ; schema:funder <https://ror.org/0abcdef12> .
<https://ror.org/0abcdef12> a schema:Organization ; schema:name "Oil Fund" .
<{BASE}id/{DATA}#grant-2> a schema:Grant ; schema:name "Wick Office" ; schema:funder "Wick Office" .
<{BASE}id/{PART}> a schema:Dataset ; weft:kind "dataset" ; schema:name "Table 1" ;
  schema:identifier "doi:10.1000/part" ; dcterms:isPartOf <{BASE}id/{DATA}> ;
  weft:fromRecord <{DOTTED}> .
<{BASE}id/{PAPER}> a schema:ScholarlyArticle ; weft:kind "paper" ; schema:name "On lamps" ;
  schema:identifier "isbn:9783030382070", "handle:20.500.1/a?b" ; cito:cites <{BASE}id/{STUB}> .
<{BASE}id/{TWIN}> a schema:Book ; weft:kind "book" ; schema:name "The lamp" ;
  schema:identifier "isbn:9783030382070", "doi:10.1000/stub" .
<{BASE}id/{STUB}> a weft:Stub, schema:CreativeWork ; schema:identifier "doi:10.1000/stub" .
<{BASE}id/stubonlystubo> a weft:Stub, schema:CreativeWork ; schema:identifier "doi:10.1000/alone" .
<{BASE}id/{MERGED}> dcterms:isReplacedBy <{BASE}id/{DATA}> .
<{BASE}id/{GONE}> a weft:Tombstone .
<{BASE}id/{HOSTILE}> a schema:Dataset ; weft:kind "dataset" ; schema:name "</script><script>x" ;
  schema:identifier "doi:10.1000/ž\\">,<http://evil.example>; rel=\\"cite-as" ;
  schema:license <https://evil.example/ž,;'> .
<{RECORD}> a weft:SourceRecord, prov:Entity ; weft:source "zenodo" ;
  weft:oaiIdentifier "oai:zenodo.org:20.500/1" ; weft:status weft:live .
<{DOTTED}> a weft:SourceRecord, prov:Entity ; weft:source "zenodo" ;
  weft:oaiIdentifier "oai:x:1.ttl" ; weft:status weft:live .
{_AUTHORS}
"""
_GRAPHS = {
    "": _DEFAULT_GRAPH,
    RECORD: f"""<{BASE}id/{DATA}> weft:kind "dataset" ; schema:name "Spectra of a lamp"@en .
      <{RECORD}#link-1> a weft:Link ; weft:subject <{BASE}id/{DATA}> ; weft:relation "Cites" .""",
    f"{BASE}decisions": f"""<{BASE}decision/{DECISION}> a weft:MergeDecision, prov:Activity ;
      weft:rule "same-doi" ; weft:evidence "doi:10.1000/lamp" ; weft:outcome weft:together ;
      prov:endedAtTime "2026-01-02T03:04:05Z"^^xsd:dateTime ; prov:used <{RECORD}>, <{DOTTED}> .""",
}
_DOCUMENTS = (
    Document(
        key=DATA,
        kind="dataset",
        title="Spectra of a lamp",
        abstract=ABSTRACT,
        creators=("Carberry, Josiah", "Aa, Zoë", "Lamp Club"),
    ),
    Document(key=PART, kind="dataset", title="Table 1"),
)


def write_release(data: Path) -> None:
    """Write the release, number 3, as the current one of a data directory."""
    release = data / "releases" / "3"
    release.mkdir(parents=True)
    quads = data / "quads.nq"
    quads.write_text(_n_quads())
    n_quads = bulk_load(quads, release / "graph")
    with open_writer(release / "text") as writer:
        for document in _DOCUMENTS:
            writer.add(document)
    info = ReleaseInfo(
        number=3,
        created_at="2026-01-02T03:04:05Z",
        base_iri=BASE,
        records=2,
        entities=5,
        stubs=2,
        merged_entities=1,
        links=3,
        quads=n_quads,
        by_kind={"paper": 1, "dataset": 3, "book": 1},
        by_source={"zenodo": 2},
    )
    (release / "release.json").write_bytes(msgspec.json.encode(info))
    (data / "releases" / "current").symlink_to("3")


def _n_quads() -> str:
    lines = []
    for name, turtle in _GRAPHS.items():
        graph = rdflib.Graph().parse(data=_PREFIXES + turtle, format="turtle")
        end = f" <{name}> ." if name else " ."
        text = graph.serialize(format="nt")
        lines += [line[:-1].rstrip() + end for line in text.splitlines() if line.strip()]
    return "\n".join(lines) + "\n"


def minted_iris() -> list[str]:
    """Every IRI below the base that names a subject or a graph of the release."""
    names = [line.split(maxsplit=1)[0].strip("<>") for line in _n_quads().splitlines()]
    return sorted({name for name in (*names, *_GRAPHS) if name.startswith(BASE)})
