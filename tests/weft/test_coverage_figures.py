"""Every figure of a coverage report, counted a second time from the raw records, and by its query.

On the release of the sample and on one of real records.
"""

from pathlib import Path
from typing import Any

import pytest

from graph.release import open_release
from graph.store import open_graph
from search.coverage.measure import measure
from search.coverage.report import Report
from search.coverage.selection import Selection, read_selection
from search.coverage.table import Table, open_table
from tests.search.coverage.asked import figures_asked, figures_of
from tests.search.coverage.naive import Count, Holding, read_holding
from tests.weft.conftest import Installation
from tests.weft.test_corpus import built
from weft.config import load

__all__ = ["built"]
LISTED = ("identifiers", "licences", "access", "languages", "subjects", "publishers")
SELECTIONS: list[tuple[Selection, dict[str, Any]]] = [
    (Selection(), {}),
    (read_selection(rolled_up=False), {"rolled_up": False}),
    (
        read_selection(kinds=["dataset"], years=["2012-2016", "unknown"]),
        {"is_selected": lambda e: e.kind == "dataset" and (e.year or 2014) in range(2012, 2017)},
    ),
    (
        read_selection(sources=["oapen", "zenodo"], languages=["en", ""], rolled_up=False),
        {
            "is_selected": lambda e: (
                any(work.source in {"oapen", "zenodo"} for work in e.works)
                and (not e.languages or "en" in e.languages)
            ),
            "rolled_up": False,
        },
    ),
    (
        read_selection(licences=["", "CC-BY-4.0"], relations=["Cites", "IsSupplementedBy"]),
        {
            "is_selected": lambda e: e.licence in {"", "CC-BY-4.0"},
            "relations": frozenset({"Cites", "IsSupplementTo"}),
        },
    ),
    (
        read_selection(years=["-2015"], collaborations=["CMS", "ATLAS", "CMS Collaboration"]),
        {
            "is_selected": lambda e: (
                bool(e.year and e.year <= 2015)
                and bool({"CMS", "ATLAS", "CMS Collaboration"} & set(e.collaborations))
            )
        },
    ),
]
NAMES = ["all", "each", "years", "sources and languages", "licences and link types", "teams"]


def _open(data: Path) -> Table:
    release = open_release(data)
    with open_graph(release.graph_path) as graph:
        return open_table(release, graph, None)


def _held(config: Path, data: Path) -> Holding:
    read = load(config, data=data)
    return read_holding(data, (*read.sources, *read.companions), read.field_orders)


def _check(report: Report, counted: dict[str, object]) -> None:
    figures = figures_of(report)
    for field in report.fields:
        counted.setdefault(f"complete {field.field}", {})
    assert figures.keys() == counted.keys()
    for name, figure in figures.items():
        other = counted[name]
        if name in LISTED or name.endswith("by publisher"):
            assert isinstance(figure, dict)
            assert isinstance(other, dict)
            # of the many the commonest are listed
            assert len(figure) == len(other) or len(figure) >= 50, name
            other = {value: other[value] for value in figure}
        assert figure == other, name


@pytest.fixture(scope="module")
def sample_table(demo: Installation) -> Table:
    return _open(demo.data)


@pytest.fixture(scope="module")
def sample_held(demo: Installation) -> Holding:
    return _held(demo.config, demo.data)


@pytest.fixture(scope="module")
def real_table(built: Path) -> Table:
    return _open(built.parent / "data")


@pytest.fixture(scope="module")
def real_held(built: Path) -> Holding:
    return _held(built, built.parent / "data")


@pytest.mark.parametrize(("selection", "count"), SELECTIONS, ids=NAMES)
def test_the_samples_figures_are_those_counted_from_its_raw_records(
    sample_table, sample_held, selection, count
):
    _check(measure(sample_table, selection), Count(sample_held, **count).figures())


@pytest.mark.parametrize(("selection", "count"), SELECTIONS, ids=NAMES)
def test_the_real_figures_are_those_counted_from_the_raw_records(
    real_table, real_held, selection, count
):
    _check(measure(real_table, selection), Count(real_held, **count).figures())


@pytest.mark.parametrize("selection", [each for each, _ in SELECTIONS], ids=NAMES)
def test_each_query_gives_the_number_that_it_is_shown_with(demo, sample_table, selection):
    report = measure(sample_table, selection)
    with open_graph(open_release(demo.data).graph_path) as graph:
        asked = figures_asked(report, graph)
    assert asked.items() <= figures_of(report).items()


@pytest.mark.parametrize("selection", [Selection(), SELECTIONS[2][0]], ids=["all", "years"])
def test_each_query_gives_the_number_of_the_real_release(built, real_table, selection):
    report = measure(real_table, selection)
    with open_graph(open_release(built.parent / "data").graph_path) as graph:
        asked = figures_asked(report, graph)
    assert asked.items() <= figures_of(report).items()


def test_the_real_releases_tables_and_versions_count_with_their_records(real_table):
    """949 datasets, most of them tables of HEPData's 18 records, looked up in the pages."""
    rolled = measure(real_table, read_selection(kinds=["dataset"]))
    assert rolled.totals.entities == 949
    assert rolled.totals.works_rolled_up == 181
    hepdata = measure(real_table, read_selection(sources=["hepdata"]))
    assert (hepdata.totals.entities, hepdata.totals.works_rolled_up) == (786, 18)
    (data,) = [each for each in rolled.link_coverage if each.id == "data-with-papers"]
    assert (data.numerator, data.delivered, data.denominator) == (15, 0, 181)
