"""A small release with a link of every sort that lists and networks tell apart.

a/data   dataset, 2012   IsSupplementTo b/paper, which says so too
a/v1     dataset, 2014   IsVersionOf a/data
b/paper  paper, 2013     Cites a thing that nobody delivers
c/code   software, 2015  Requires a/data, Cites b/paper
c/book   book            IsRelatedTo b/paper
c/copy   with a/copy one dataset, 2016; c/copy says that a/data is cited by it
d/far    paper           Cites d/away, a paper; nothing joins the two with the others
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from graph.build import Recipe, write_graph
from graph.explain.view import View
from graph.iris import record_iri
from graph.release import Release, new_draft, open_release, publish
from graph.store import open_graph
from graph.work import Date, Kind, Work
from tests.graph.builders import BASE, MONDAY, TUESDAY, Town, link, new_town, work

NAMES = ("a/data", "a/v1", "b/paper", "c/code", "c/book", "c/copy", "d/far", "d/away")
NOWHERE = "nowhere"
"""The thing that nobody delivers, `doi:10.5072/nowhere`."""


def of_year(year: int, said: Work) -> Work:
    return replace(said, year=year, dates=(Date("Issued", f"{year}-05-01"),))


def fill(town: Town) -> None:
    town.arrive(
        of_year(2012, work("a/data", "doi:10.5072/data", kind=Kind.DATASET, links=[
            link("IsSupplementTo", "doi:10.5072/paper", "paper")])),
        of_year(2014, work("a/v1", "doi:10.5072/data.v1", kind=Kind.DATASET, links=[
            link("IsVersionOf", "doi:10.5072/data")])),
        of_year(2013, work("b/paper", "doi:10.5072/paper", links=[
            link("IsSupplementedBy", "doi:10.5072/data"), link("Cites", "doi:10.5072/nowhere")])),
        of_year(2015, work("c/code", "doi:10.5072/code", kind=Kind.SOFTWARE, links=[
            link("Requires", "doi:10.5072/data"), link("References", "doi:10.5072/paper")])),
        work("c/book", "isbn:9780306406157", kind=Kind.BOOK, links=[
            link("IsRelatedTo", "doi:10.5072/paper")]),
        of_year(2016, work("a/copy", "doi:10.5072/copy", kind=Kind.DATASET)),
        of_year(2016, work("c/copy", "doi:10.5072/copy", kind=Kind.DATASET, links=[
            link("Cites", "doi:10.5072/data")])),
        work("d/far", "doi:10.5072/far", links=[link("Cites", "doi:10.5072/away")]),
        work("d/away", "doi:10.5072/away"),
    )  # fmt: skip
    town.build(MONDAY)


def make_release(folder: Path) -> Release:
    with new_town(folder) as town:
        fill(town)
        recipe = Recipe(base_iri=BASE, source_order=("a", "b", "c", "d"), made_at=TUESDAY)
        with new_draft(folder) as draft:
            sink = lambda _entity, _kinds: None  # noqa: E731  # nothing to index
            publish(draft, write_graph(draft, town.catalogue, recipe, sink=sink))
    return open_release(folder)


@contextmanager
def viewing(release: Release) -> Iterator[View]:
    with open_graph(release.graph_path) as reader:
        yield View(reader, BASE)


def keys_of(view: View) -> dict[str, str]:
    """Key by name, of all things above."""
    found = {}
    for name in NAMES:
        source, _, identifier = name.partition("/")
        key = view.entity_of(record_iri(BASE, source, identifier))
        assert key is not None
        found[name] = key
    stub = view.reader.find("doi:10.5072/nowhere")
    assert stub is not None
    return {**found, NOWHERE: view.key(stub)}
