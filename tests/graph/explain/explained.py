"""A small town of every case that explanations speak of, and short forms of what they say."""

from pathlib import Path

from msgspec.structs import replace

from graph.build import Recipe
from graph.explain.view import View
from graph.iris import record_iri
from graph.store import open_graph
from graph.work import Access, Agent, Date, Grant, Identifier, Kind, Subject, Text
from tests.graph.builders import BASE, MONDAY, TUESDAY, Town, link, work
from tests.graph.stores import bulk_load

ORDER = ("b", "a", "c", "d")
RECIPE = Recipe(base_iri=BASE, source_order=ORDER, made_at=TUESDAY)
BOOK, OTHER_BOOK = "isbn:9780306406157", "isbn:9783030382070"
ORCID = Identifier("orcid", "0000-0002-1825-0097")
PAGE = "url:https://shop.example/catalogue"


def _chained(town: Town) -> None:
    """a/1 and c/1 by DOI, c/1 and b/1 by ISBN: nothing that a/1 states is stated by b/1."""
    town.arrive(
        work("a/1", "doi:10.5072/book", kind=Kind.BOOK, links=[link("IsIdenticalTo", "oai:c:1")]),
        work(
            "b/1",
            BOOK,
            kind=Kind.BOOK,
            title="Title of c/1: and more",
            links=[link("Cites", "doi:10.5072/nowhere")],
        ),
        work("c/1", "doi:10.5072/book", BOOK, kind=Kind.BOOK),
        work(
            "d/1",
            "doi:10.5072/chapter",
            kind=Kind.CHAPTER,
            links=[link("IsPartOf", "doi:10.5072/book"), link("IsRelatedTo", "oai:b:1")],
        ),
        work("d/2", "doi:10.5072/cited", links=[link("IsReferencedBy", "doi:10.5072/book")]),
        work("d/3", links=[link("MadeUp", "doi:10.5072/chapter")]),
    )


def _guarded(town: Town) -> None:
    """Works that share something and are not one."""
    town.arrive(
        work("a/10", "doi:10.5072/q", kind=Kind.DATASET, title="Jets"),
        work("b/10", "doi:10.5072/q", kind=Kind.SOFTWARE, title="JETS"),
        work("a/11", PAGE),
        work("b/11", PAGE),
        work("a/12", OTHER_BOOK, "doi:10.5072/other", kind=Kind.BOOK),
        work("c/12", "doi:10.5072/other", kind=Kind.BOOK),
        work("b/12", OTHER_BOOK, kind=Kind.CHAPTER),
        *(work(f"a/2{n}", "doi:10.5072/project", f"doi:10.5072/part-{n}") for n in range(4)),
    )


def _merged(town: Town) -> None:
    """Three records of one dataset, each with a tale of its own."""
    said = work("a/30", "doi:10.5072/data", kind=Kind.DATASET, title="Jet data")
    town.arrive(
        replace(
            said,
            year=2012,
            dates=(Date("Issued", "2012-09-17"),),
            licence="CC0-1.0",
            publisher="CERN",
            version="2",
            access=Access.OPEN,
            subjects=(Subject("Jets"), Subject("Higgs")),
            funding=(Grant(funder="NSF"),),
            creators=(
                Agent(name="Ada Lovelace", identifiers=(ORCID,)),
                Agent(name="Zuse, Konrad"),
                Agent(name="Bell, Ann"),
            ),
        ),
        replace(
            said,
            source="b",
            kind=Kind.OTHER,
            titles=(Text("Data on jets"),),
            year=2012,
            publisher="CERN",
            version="1",
            subjects=(Subject("Jets"),),
            creators=(),
            identifiers=(*said.identifiers[1:], Identifier("oai", "b:30")),
        ),
        replace(
            said,
            source="c",
            year=2013,
            publisher="Zenodo",
            access=Access.CLOSED,
            creators=(
                Agent(name="Ada Lovelace"), Agent(name="Bell, Ann"), Agent(name="Zuse, Konrad"),
            ),
            identifiers=(*said.identifiers[1:], Identifier("oai", "c:30")),
        ),
    )  # fmt: skip


def _changed(town: Town) -> None:
    """A key that a merge retires, and one whose only record its source deletes."""
    town.arrive(work("a/40", "doi:10.5072/old"), work("b/40", "arxiv:2401.00001"), work("a/41"))
    town.build()
    town.delete("a/41")
    town.arrive(work("b/40", "arxiv:2401.00001", "doi:10.5072/old"))


def fill(town: Town) -> None:
    """All of it, merged."""
    for arrive in (_chained, _guarded, _merged, _changed):
        arrive(town)
    town.build(MONDAY)


def key_of(view: View, name: str) -> str:
    """Key of the entity of `SOURCE/ID`."""
    source, _, record = name.partition("/")
    key = view.entity_of(record_iri(BASE, source, record))
    assert key is not None
    return key


def names(records) -> list[str]:
    return [f"{each.source}/{each.record}" for each in records]


def brief(reasons) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.rule, each.evidence, each.records) for each in reasons]


def graph_of(tmp_path: Path, lines: str):
    quads = tmp_path / "release.nq"
    quads.write_text(lines)
    bulk_load(quads, tmp_path / "graph")
    return open_graph(tmp_path / "graph")
