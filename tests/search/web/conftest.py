"""A small release in a directory of its own, and the application that serves it."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from graph.release import ReleaseInfo
from search.document import Document
from search.sparql.pool import Limits
from search.text.tantivy_engine import open_writer
from search.web.app import build_app
from search.web.site import Site, open_site
from tests.graph.stores import bulk_load
from tests.search.web.linked_release import write_release

BASE = "http://weft.test/"
PAPER, DATA, STUB = "paperpaperpap", "datadatadatad", "stubstubstubs"
MERGED, GONE, HOSTILE = "mergedmergedm", "gonegonegoneg", "hostilehostil"

_PREFIXES = {
    "schema": "https://schema.org/",
    "weft": "https://w3id.org/weft#",
    "cito": "http://purl.org/spar/cito/",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
RECORD = f"{BASE}record/zenodo/oai:zenodo.org:1"
HOSTILE_TITLE = "<script>alert('x')</script> & \"quotes\""

_DEFAULT_GRAPH = f"""
<{BASE}id/{PAPER}> a schema:ScholarlyArticle ; weft:kind "paper" ;
  schema:name "Observation of a new boson at a mass of 125 GeV"@en ; schema:datePublished "2012-09-17" ;
  weft:year "2012"^^xsd:gYear ; schema:creator <https://orcid.org/0000-0002-1825-0097>, <{BASE}id/{PAPER}#agent-2> ;
  schema:publisher "Elsevier" ; schema:inLanguage "en" ; schema:license <https://spdx.org/licenses/CC-BY-4.0> ;
  schema:keywords "Higgs" ; weft:access "open" ; schema:isAccessibleForFree true ;
  schema:identifier "doi:10.1016/j.physletb.2012.08.021", "arxiv:1207.7235" ;
  schema:sameAs <https://doi.org/10.1016/j.physletb.2012.08.021> ; weft:collaboration "CMS" ;
  weft:fromRecord <{RECORD}> ; cito:cites <{BASE}id/{STUB}> .
<https://orcid.org/0000-0002-1825-0097> a schema:Person ; schema:name "Carberry, Josiah" .
<{BASE}id/{PAPER}#agent-2> a schema:Person ; schema:name "Aa, Zoë" .
<{BASE}id/{DATA}> a schema:Dataset ; weft:kind "dataset" ; schema:name "Table 1 of the observation" ;
  schema:identifier "doi:10.17182/hepdata.1" ; weft:isSupplementTo <{BASE}id/{PAPER}> ;
  dcterms:isPartOf <{BASE}id/{HOSTILE}> .
<{BASE}id/{STUB}> a weft:Stub, schema:CreativeWork ; schema:identifier "doi:10.1000/stub" .
<{BASE}id/{MERGED}> dcterms:isReplacedBy <{BASE}id/{PAPER}> .
<{BASE}id/{GONE}> a weft:Tombstone .
<{BASE}id/{HOSTILE}> a schema:Dataset ; weft:kind "dataset" ; schema:name {msgspec.json.encode(HOSTILE_TITLE).decode()} ;
  schema:license <javascript:alert(1)> ; schema:identifier "url:javascript:alert(1)" .
<{RECORD}> a weft:SourceRecord, prov:Entity ; weft:source "zenodo" ;
  weft:oaiIdentifier "oai:zenodo.org:1" ; weft:status weft:live .
"""  # noqa: E501  # one line a statement reads best
_RECORD_GRAPH = f"""<{BASE}id/{PAPER}> schema:name "Observation of a new boson" .
<{RECORD}#link-1> a weft:Link ; weft:subject <{BASE}id/{PAPER}> ; weft:relation "Cites" ;
  weft:object <{BASE}id/{STUB}> ; weft:statedAs "References" ; weft:rule "stated" ."""

DOCUMENTS = (
    Document(
        key=PAPER,
        kind="paper",
        title="Observation of a new boson at a mass of 125 GeV",
        abstract="The search for the Higgs boson of the standard model, and what it found.",
        creators=("Carberry, Josiah", "Aa, Zoë"),
        identifiers=("arxiv:1207.7235", "doi:10.1016/j.physletb.2012.08.021"),
        sources=("zenodo",),
        year=2012,
        publisher="Elsevier",
        licence="CC-BY-4.0",
        languages=("en",),
        access="open",
        collaborations=("CMS",),
        has=("data",),
    ),
    Document(
        key=DATA,
        kind="dataset",
        title="Table 1 of the observation",
        identifiers=("doi:10.17182/hepdata.1",),
        sources=("hepdata",),
        year=2013,
        has=("paper",),
    ),
    Document(key=HOSTILE, kind="dataset", title=HOSTILE_TITLE, sources=("zenodo",)),
)


def _n_quads() -> str:
    import rdflib  # noqa: PLC0415

    header = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in _PREFIXES.items())
    lines = []
    for turtle, graph in ((_DEFAULT_GRAPH, ""), (_RECORD_GRAPH, f" <{RECORD}>")):
        text = rdflib.Graph().parse(data=header + turtle, format="turtle").serialize(format="nt")
        lines += [line[:-1].rstrip() + graph + " ." for line in text.splitlines() if line.strip()]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose current release is number 7."""
    data = tmp_path_factory.mktemp("data")
    release = data / "releases" / "7"
    release.mkdir(parents=True)
    quads = data / "quads.nq"
    quads.write_text(_n_quads())
    n_quads = bulk_load(quads, release / "graph")
    with open_writer(release / "text") as writer:
        for document in DOCUMENTS:
            writer.add(document)
    info = ReleaseInfo(
        number=7,
        created_at="2026-01-02T03:04:05Z",
        base_iri=BASE,
        records=1,
        entities=3,
        stubs=1,
        merged_entities=0,
        links=3,
        quads=n_quads,
        by_kind={"paper": 1, "dataset": 2},
        by_source={"zenodo": 1, "hepdata": 0},
    )
    (release / "release.json").write_bytes(msgspec.json.encode(info))
    (data / "releases" / "current").symlink_to("7")
    return data


@pytest.fixture
async def site(data_directory: Path) -> AsyncIterator[Site]:
    limits = Limits(workers=1, time_limit_s=5.0)
    names = (("zenodo", "Zenodo"),)
    async with open_site(data_directory, limits=limits, source_titles=names) as opened:
        yield opened


@pytest.fixture
async def client(site: Site) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A client of the live application; redirects are not followed."""
    async with TestClient(TestServer(build_app(site))) as opened:
        yield opened


@pytest.fixture(scope="session")
def linked_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one of each thing that has an address."""
    data = tmp_path_factory.mktemp("linked")
    write_release(data)
    return data


@pytest.fixture
async def linked(
    linked_directory: Path,
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A client of the application over `tests.search.web.linked`."""
    limits = Limits(workers=1, time_limit_s=10.0)
    names = (("zenodo", "Zenodo"),)
    async with (
        open_site(linked_directory, limits=limits, source_titles=names) as opened,
        TestClient(TestServer(build_app(opened))) as client,
    ):
        yield client
