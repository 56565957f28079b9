"""Measures all, `python -m benchmarks`, or one part.

The parts are `harvest`, `crosswalk`, `release`, `growth`, `merge`, `gold`, `text`, `coverage`,
`network`, `export`, `opening` and `serving`.

The harvester stands beside a peer (`benchmarks.harvest`). The whole way of generated records is
measured step by step: each step runs in a process of its own, so its peak memory is its own, and
stands beside a limit, what the library under it needs for the same bytes.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import steps
from benchmarks.coverage import measure_coverage
from benchmarks.crosswalk import compare_crosswalks
from benchmarks.export import measure_export
from benchmarks.gold import judge_gold
from benchmarks.harvest import compare_harvesters
from benchmarks.measure import Measured, measure
from benchmarks.network import measure_network
from benchmarks.opening import measure_opening
from benchmarks.question import ask_core_question
from benchmarks.release import compare_growth, compare_releases, merge_edges
from benchmarks.repository import serving
from benchmarks.serving import compare_serving
from benchmarks.text import compare_text

DEFAULT_RECORDS = 20_000
DEFAULT_LINKS = 20_000
HALF_AND_WHOLE = (0.25, 1.0)
"""Two sizes, so that memory that grows with the records would show."""


_PARTS: Final[dict[str, Callable[..., None]]] = {
    "crosswalk": compare_crosswalks,
    "harvest": compare_harvesters,
    "release": compare_releases,
    "growth": compare_growth,
    "merge": merge_edges,
    "gold": judge_gold,
    "text": compare_text,
    "coverage": measure_coverage,
    "export": measure_export,
    "network": measure_network,
}
"""Each takes the numbers that follow its name."""


def main() -> None:
    """Run what the arguments name."""
    match sys.argv[1:]:
        case []:
            measure_all()
        case ["serving", *data]:
            compare_serving("".join(data))
        case ["opening", *data]:
            measure_opening("".join(data))
        case [name, *numbers] if name in _PARTS:
            _PARTS[name](*map(int, numbers))
        case [number] if number.isdecimal():
            measure_steps(int(number))
        case _:
            sys.exit(
                "usage: python -m benchmarks"
                " [N | crosswalk | harvest [N [N_ROUNDS]] | release [N] | growth [N]"
                " | merge [N] | gold"
                " | text [N] | coverage [N] | export [N] | network [N] | opening [DATA]"
                " | serving [DATA]]"
            )


def measure_all() -> None:
    """Every part but serving, in sizes that take minutes."""
    measure_steps(DEFAULT_RECORDS)
    compare_crosswalks()
    compare_releases(DEFAULT_RECORDS)
    compare_growth(DEFAULT_RECORDS)
    merge_edges(1_000_000)
    judge_gold()
    compare_text(DEFAULT_RECORDS)
    measure_coverage(DEFAULT_RECORDS)
    measure_export(DEFAULT_RECORDS)
    measure_network(DEFAULT_LINKS)
    measure_opening()
    compare_harvesters(n_rounds=1)


def measure_steps(whole: int) -> None:
    """Print one line a step, and one for the core question."""
    print(
        f"{'step':<26}{'records':>9}{'wall s':>9}{'records/s':>11}{'cpu us/rec':>12}{'peak MB':>9}"
    )
    for share in HALF_AND_WHOLE:
        with tempfile.TemporaryDirectory() as folder:
            run_all(int(whole * share), Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        ask_core_question(Path(folder))
    print("\nA limit is the library alone on the same bytes; ratios are per wall time of one run.")


def run_all(n_records: int, folder: Path) -> None:
    """All steps for one number of records."""

    def row(name: str, step: Callable[..., object], *arguments: object) -> Measured:
        measured = measure(step, *arguments)
        print(
            f"{name:<26}{n_records:>9}{measured.wall_s:>9.2f}"
            f"{n_records / measured.wall_s:>11.0f}{measured.cpu_s / n_records * 1e6:>12.0f}"
            f"{measured.peak_mb:>9.0f}",
            flush=True,
        )
        return measured

    def ratio(what: str, one: Measured, other: Measured) -> None:
        print(f"{'':<4}{what}: {one.wall_s / other.wall_s:.2f}", flush=True)

    with serving(n_records) as repository:
        row("harvest (staged)", steps.harvest, repository.url(), folder)
    limit = row("limit: lxml parse", steps.parse_only, folder)
    ours = row("map", steps.map_all, folder)
    ratio("map time against parsing alone", ours, limit)
    row("merge", steps.merge_all, folder)
    ours = row("write, load, index", steps.write_all, folder)
    measure(steps.dump, folder)
    limit = row("limit: bulk_load alone", steps.load_only, folder)
    ratio("release time against bulk_load of the same quads", ours, limit)


if __name__ == "__main__":
    main()
