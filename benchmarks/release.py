"""From stage to published release: beside the store's own load, and after a small change."""

import os
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import steps
from benchmarks.measure import Measured, measure
from benchmarks.repository import serving
from graph.catalogue import open_catalogue
from graph.garbage_collector import without_garbage_collector
from graph.match import decide, group

RELEASE_TARGET: Final = 1.6
"""Most that a release may take, as a multiple of loading its quads alone."""
CHANGE_TARGET: Final = 0.1
"""Most that a release after a change of 1 % may take, as a part of the full build."""
GROWTH_TARGET: Final = 1.5
"""Most that a record may take in a build of ten times as many."""
BUILD_MB: Final = 2500
MERGE_SECONDS: Final = 30
MERGE_MB: Final = 2500
_CHANGED: Final = 0.01
_SHARED: Final = 0.15
"""Part of the identifiers that a second work states too; measured on real records."""


def compare_releases(n_records: int = 100_000) -> None:
    """Print the full build against the limit, and the build after a change against the full one."""
    print(f"\nStage to published release, {n_records:,} records, text index included", flush=True)
    with tempfile.TemporaryDirectory() as name, serving(n_records) as repository:
        folder = Path(name)
        steps.harvest(repository.url(), folder)
        full = measure(steps.build, folder)
        measure(steps.dump, folder)
        limit = measure(steps.load_only, folder)
        ordered = measure(steps.load_in_order, folder)
        _line("full build", full.wall_s, full.peak_mb, n_records)
        _line("limit: bulk_load alone", limit.wall_s, limit.peak_mb, n_records)
        _line("bulk_load and optimize alone", ordered.wall_s, ordered.peak_mb, n_records)
        _verdict("full build against the limit", full.wall_s / limit.wall_s, RELEASE_TARGET)
        print(
            f"    against a store in the order of a release: {full.wall_s / ordered.wall_s:.2f}",
            flush=True,
        )
        processors = os.cpu_count() or 1
        at_best = full.cpu_s / processors / limit.wall_s
        print(
            f"    processor time {full.cpu_s:.0f} s, of the limit {limit.cpu_s:.0f} s:"
            f" {at_best:.2f} if {processors} processors were never idle",
            flush=True,
        )
        n_changed = int(n_records * _CHANGED)
        repository.change(n_changed)
        steps.harvest(repository.url(), folder)
        again = measure(steps.build, folder)
        _line(f"build after {n_changed:,} changes", again.wall_s, again.peak_mb, n_changed)
        _verdict(
            "build after 1 % changed, of the full build", again.wall_s / full.wall_s, CHANGE_TARGET
        )


def compare_growth(n_records: int = 1_000_000) -> None:
    """Print what each record takes in a full build of so many, beside one of a tenth of them."""
    print(f"\nGrowth of a full build to {n_records:,} records", flush=True)
    tenth, whole = (_built(n) for n in (n_records // 10, n_records))
    _verdict("time a record, of that in a tenth", whole.wall_s / tenth.wall_s / 10, GROWTH_TARGET)
    print(f"    processor time a record: {whole.cpu_s / tenth.cpu_s / 10:.2f}", flush=True)
    verdict = "met" if whole.peak_mb <= BUILD_MB else "not met"
    print(f"    peak {whole.peak_mb:.0f} MB, target {BUILD_MB} MB: {verdict}", flush=True)


def _built(n_records: int) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(n_records) as repository:
            steps.harvest(repository.url(), folder)
        full = measure(steps.build, folder)
    _line(f"full build, {n_records:,} records", full.wall_s, full.peak_mb, n_records)
    return full


def merge_edges(n_edges: int = 10_000_000) -> None:
    """Print what the grouping of works by that many own identifiers takes."""
    print(f"\nMerge of {n_edges:,} identifier edges", flush=True)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "graph.db"
        _fill(path, n_edges)
        merged = measure(_group, path)
    verdict = "met" if merged.wall_s <= MERGE_SECONDS and merged.peak_mb <= MERGE_MB else "not met"
    print(
        f"  {merged.wall_s:.1f} s, {merged.peak_mb:.0f} MB; target at most {MERGE_SECONDS} s and"
        f" {MERGE_MB} MB: {verdict}",
        flush=True,
    )


def _fill(path: Path, n_edges: int) -> None:
    """Works with nothing but two own identifiers each; some are another work's too."""
    n_works = n_edges // 2
    with open_catalogue(path):
        pass
    db = sqlite3.connect(path)
    db.executemany(
        "INSERT INTO work VALUES (?, ?, ?, 1, 'live', 'paper', '', '', '', x'', '', '', NULL)",
        ((number, f"s{number % 4}", f"oai:{number}") for number in range(1, n_works + 1)),
    )
    db.executemany("INSERT INTO own VALUES (?, ?, 1)", _edges(n_works))
    db.commit()
    db.close()


def _edges(n_works: int) -> Iterator[tuple[int, str]]:
    rng = random.Random(1)  # noqa: S311  # the same edges every time
    for number in range(1, n_works + 1):
        other = rng.randrange(1, n_works + 1) if rng.random() < _SHARED else number
        yield number, f"arxiv:{number}"
        yield number, f"doi:10.1/{other}"


def _group(path: Path) -> None:
    with (
        open_catalogue(path) as catalogue,
        catalogue.transaction(),
        without_garbage_collector(),  # as `graph.merge` does it
    ):
        catalogue.scope.collect((), is_whole=True)
        shared = list(catalogue.works.shared_identifiers("1"))
        candidates = catalogue.works.candidates({work for _, works in shared for work in works})
        group(decide(shared, candidates))


def _line(what: str, seconds: float, peak_mb: float, n_records: int) -> None:
    rate = n_records / seconds
    print(f"  {what:<32}{seconds:>8.1f} s{rate:>10.0f} records/s{peak_mb:>8.0f} MB", flush=True)


def _verdict(what: str, ratio: float, target: float) -> None:
    verdict = "met" if ratio <= target else "not met"
    print(f"    {what}: {ratio:.2f}, target at most {target}: {verdict}", flush=True)
