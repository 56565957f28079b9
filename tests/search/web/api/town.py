"""A small release of datasets, papers and software whose links are stated from one side or both."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from graph.build import Recipe, write_graph
from graph.entity import Entity
from graph.release import new_draft, publish
from graph.work import Access, Agent, Date, Grant, Identifier, Kind, Subject, Text
from search.document import document_of
from search.text.tantivy_engine import open_writer
from tests.graph.builders import BASE, MONDAY, TUESDAY, Town, link, new_town, work

RECIPE = Recipe(base_iri=BASE, source_order=("hep", "zen", "pap"), made_at=TUESDAY)
ORCID = Identifier("orcid", "0000-0002-1825-0097")
ROR = Identifier("ror", "05mmh0f86")
HOSTILE = "<script>alert('x')</script> \\ \" } # 'SERVICE'"
DATA = replace(
    work(
        "hep/1",
        "doi:10.5072/data",
        "hepdata:ins1",
        kind=Kind.DATASET,
        title="Jet data",
        links=[link("IsSupplementTo", "doi:10.5072/paper"), link("IsPartOf", "doi:10.5072/set")],
    ),
    year=2012,
    dates=(Date("Issued", "2012-09-17"),),
    licence="CC0-1.0",
    publisher="CERN",
    publisher_identifier=ROR,
    access=Access.OPEN,
    languages=("en",),
    subjects=(Subject("Jets"),),
    descriptions=(Text("Spectra of jets."),),
    funding=(Grant(funder="NSF", number="12"),),
    creators=(Agent(name="Lovelace, Ada", type="person", identifiers=(ORCID,)), Agent("Zuse")),
)
PAPER = work(
    "pap/1",
    "doi:10.5072/paper",
    title="On jets",
    links=[
        link("IsSupplementedBy", "doi:10.5072/data"),
        link("References", "doi:10.5072/older", "paper"),
        link("IsDerivedFrom", "doi:10.5072/code"),
    ],
)


def publish_town(folder: Path) -> None:
    """Publish release 1: the works above and below."""
    with new_town(folder) as town, new_draft(folder) as draft:
        _fill(town)
        with open_writer(draft.text_path, heap_bytes=15_000_000) as writer:

            def add(entity: Entity, linked: Sequence[str]) -> None:
                writer.add(document_of(entity, linked))

            info = write_graph(draft, town.catalogue, RECIPE, sink=add)
        publish(draft, info)


def _fill(town: Town) -> None:
    town.arrive(
        DATA,
        replace(DATA, source="zen", identifiers=(DATA.identifiers[1], Identifier("oai", "zen:1"))),
        PAPER,
        work("zen/2", "doi:10.5072/code", kind=Kind.SOFTWARE, title="Jet code"),
        work("zen/3", "doi:10.5072/set", kind=Kind.DATASET, title=HOSTILE),
        work("zen/4", links=[link("IsRelatedTo", "doi:10.5072/set")], title="A poster"),
        work("hep/5", "isbn:9783030382070", kind=Kind.BOOK),
        work("pap/5", "isbn:9783030382070", kind=Kind.CHAPTER),
        work("hep/6", "doi:10.5072/first"),
        work("zen/6", "arxiv:2401.00001"),
        work("hep/7"),
    )
    town.build(MONDAY)
    town.delete("hep/7")
    town.arrive(work("zen/6", "arxiv:2401.00001", "doi:10.5072/first"))
    town.build(MONDAY)
