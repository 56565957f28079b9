"""What librarians wait for: a list held against a release, and the figures of its coverage."""

import tempfile
from pathlib import Path
from typing import Final

from benchmarks import steps
from benchmarks.measure import Measured, measure
from benchmarks.repository import serving
from graph.release import open_good_release
from graph.store import open_graph
from search.coverage.measure import measure as report_on
from search.coverage.selection import Selection
from search.coverage.table import open_table
from search.holdings.finder import open_finder
from search.holdings.outcome import open_outcome
from search.text.engines import open_index

ROWS: Final = 100_000
LIST_SECONDS: Final = 60
"""Most time that a list of `ROWS` may take."""


def measure_coverage(n_records: int = 20_000) -> None:
    """Print what lists of three sorts take, and the figures of a release: first and again."""
    print(
        f"\nA list of {ROWS:,} rows against {n_records:,} records, and their coverage", flush=True
    )
    with tempfile.TemporaryDirectory() as name, serving(n_records) as repository:
        folder = Path(name)
        steps.harvest(repository.url(), folder)
        measure(steps.build, folder)
        for what, line in (
            ("DOIs that are there", "10.5072/bench.{known}"),
            ("DOIs that are not", "10.5072/none.{row}"),
            ("titles that are not", "On the {row} ways of measuring a decay of sort {row}"),
        ):
            listed = folder / "list.txt"
            with listed.open("w", encoding="utf-8") as file:
                for row in range(ROWS):
                    file.write(line.format(row=row, known=row % n_records) + "\n")
            taken = measure(match_list, folder, listed)
            verdict = "met" if taken.wall_s < LIST_SECONDS else "not met"
            _line(f"list: {what}", taken, f"target under {LIST_SECONDS} s: {verdict}")
        _line("coverage: first time", measure(report, folder), "")
        _line("coverage: columns kept", measure(report, folder), "")


def match_list(data: Path, listed: Path) -> None:
    """Each row of a list to its end."""
    release = open_good_release(data, None)
    with (
        open_graph(release.graph_path) as graph,
        open_index(release.text_path) as index,
        open_finder(graph, index, release.info.base_iri) as finder,
        listed.open("rb") as file,
        open_outcome(file, finder, release=release.number) as outcome,
    ):
        if sum(1 for _ in outcome.results) != ROWS:
            raise RuntimeError(f"{outcome.rows} rows of {ROWS}")


def report(data: Path) -> None:
    """All figures of a release."""
    release = open_good_release(data, None)
    with open_graph(release.graph_path) as graph:
        report_on(open_table(release, graph, data), Selection())


def _line(what: str, taken: Measured, verdict: str) -> None:
    print(f"  {what:<28}{taken.wall_s:>8.1f} s{taken.peak_mb:>8.0f} MB  {verdict}", flush=True)
