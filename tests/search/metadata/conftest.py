"""A release with one entity that has every field, and the release of the sample."""

import pytest
from click.testing import CliRunner

from graph.store import open_graph
from graph.work import (
    Access,
    Affiliation,
    Agent,
    Date,
    Grant,
    Identifier,
    Kind,
    Subject,
    Text,
    Work,
)
from search.metadata.described import read_described
from search.text.engines import open_index
from tests.search.metadata.releases import Thing, release
from weft.cli import weft

ROR = Identifier("ror", "05mmh0f86")
FULL = Work(
    source="zenodo",
    record="oai:zenodo.org:7",
    datestamp="2026-01-02",
    kind=Kind.DATASET,
    identifiers=(
        Identifier("oai", "zenodo.org:7"),
        Identifier("doi", "10.5281/zenodo.7"),
        Identifier("doi", "10.1000/lamp(1)<2>::3"),
        Identifier("arxiv", "1207.7235"),
        Identifier("handle", "20.500.1/a"),
        Identifier("isbn", "9783030382070"),
        Identifier("inspire", "1124338"),
        Identifier("cds", "1471016"),
        Identifier("hepdata", "ins1124338"),
        Identifier("github", "lamp/oil"),
        Identifier("gitlab", "lamp/deep/oil"),
        Identifier("swh", "swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d"),
        Identifier("pmid", "12345"),
        Identifier("ark", "12345/x7"),
        Identifier("urn", "nbn:de:101:1-2"),
        Identifier("report", "CERN-EP-2012-220"),
        Identifier("url", "https://lamp.example.org/a?b=c&d=e"),
    ),
    titles=(Text("Spectra of a lamp < 3 & more", "en"),),
    creators=(
        Agent("Zuse, Konrad", "person"),
        Agent(
            "Carberry, Josiah",
            "person",
            identifiers=(Identifier("orcid", "0000-0002-1825-0097"),),
            affiliations=(Affiliation("Inner Bank"), Affiliation("Outer Bank", (ROR,))),
        ),
        Agent("Lamp Archive", "organization", identifiers=(ROR,)),
        Agent("Aa"),
        Agent("Editor, Emma", "person", role="editor"),
        Agent("Helper, Hans", "", role="dataManager"),
        Agent("ATLAS Collaboration", "organization"),
    ),
    collaborations=("ATLAS Collaboration",),
    dates=(Date("Issued", "2012-09-17"),),
    year=2012,
    subjects=(Subject("oil"), Subject("lamp; wick")),
    licence="CC-BY-4.0",
    access=Access.OPEN,
    languages=("en", "de"),
    publisher="Zenodo",
    publisher_identifier=ROR,
    version="1.1",
    volume="3",
    sizes=("3.4 MB",),
    formats=("text/csv",),
    descriptions=(Text("Measured spectra of the lamp."),),
    funding=(
        Grant(
            funder="Oil Fund",
            funder_identifiers=(Identifier("doi", "10.13039/501100000780"),),
            number="12",
            title="Oil, and more oil",
            address="https://fund.example.org/12",
        ),
        Grant(funder="Wick Office"),
        Grant(funder="Outer Bank", funder_identifiers=(ROR,), title="Wicks"),
        Grant(funder="Sun Fund", address="https://sun.example.org/"),
    ),
)
PAPER = Work(
    source="inspire",
    record="oai:inspirehep.net:1",
    datestamp="2026-01-02",
    kind=Kind.PAPER,
    identifiers=(Identifier("oai", "inspirehep.net:1"), Identifier("isbn", "9783540673095")),
    titles=(Text("On lamps"),),
)
ARCHIVED = Work(
    source="archive",
    record="oai:archive.example:5",
    datestamp="2026-01-02",
    kind=Kind.OTHER,
    identifiers=(Identifier("oai", "archive.example:5"), Identifier("report", "LAMP-2012-1")),
)
CHAPTER = Work(
    source="oapen",
    record="oai:library.oapen.org:20.500.1/2",
    datestamp="2026-01-02",
    kind=Kind.CHAPTER,
    identifiers=(
        Identifier("oai", "library.oapen.org:20.500.1/2"),
        Identifier("handle", "20.500.1/2"),
    ),
    titles=(Text("A wick"),),
)
BOOK = Work(
    source="oapen",
    record="oai:library.oapen.org:20.500.1/1",
    datestamp="2026-01-02",
    kind=Kind.BOOK,
    identifiers=(
        Identifier("oai", "library.oapen.org:20.500.1/1"),
        Identifier("isbn", "9783030382070"),
    ),
    titles=(Text("The lamp"),),
)
SOFTWARE = Work(
    source="zenodo",
    record="oai:zenodo.org:8",
    datestamp="2026-01-02",
    kind=Kind.SOFTWARE,
    identifiers=(Identifier("oai", "zenodo.org:8"), Identifier("doi", "10.5281/zenodo.8")),
    titles=(Text("Oiler"),),
)
THINGS = {
    "full": Thing(
        (FULL,),
        (
            ("IsSupplementTo", "paper"),
            ("Cites", "stub"),
            ("IsRelatedTo", "book"),
            ("IsDerivedFrom", "archived"),
            ("IsCompiledBy", "software"),
            ("IsNewVersionOf", "stubonly"),
        ),
    ),
    "paper": Thing((PAPER,), (("Cites", "full"),)),
    "archived": Thing((ARCHIVED,)),
    "chapter": Thing((CHAPTER,), (("IsPartOf", "book"),)),
    "book": Thing((BOOK,)),
    "software": Thing((SOFTWARE,)),
}
STUBS = {"stub": ("doi:10.1000/stub", "paper"), "stubonly": ("inspire:77", "")}


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory):
    """A function that reads an entity of the release by its key."""
    with release(tmp_path_factory.mktemp("described"), THINGS, STUBS) as reader:
        yield reader


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory):
    """Every entity of the shipped sample, and its stubs."""
    data = tmp_path_factory.mktemp("sample")
    result = CliRunner().invoke(weft, ["demo", "--no-serve", "--data", str(data)])
    assert result.exit_code == 0, result.output
    current = data / "releases" / "current"
    with open_graph(current / "graph") as graph, open_index(current / "text") as index:
        keys = sorted({iri for iri, _ in graph.pairs("https://w3id.org/weft#kind")})
        found = [read_described(graph, index.document(iri.rpartition("/")[2]), iri) for iri in keys]
    return [each for each in found if each is not None]
