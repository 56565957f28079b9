"""What export takes: entities a second, beside what the libraries take for the same bytes."""

import io
import tempfile
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks import steps
from benchmarks.measure import Measured, measure
from benchmarks.repository import serving
from graph.release import asked
from search.export.chosen import ChosenEntities, choose
from search.export.forms import FORMS
from search.export.selection import read_selection
from search.open_release import open_for_reading

TARGET: Final = 20_000
"""Entities a second."""
_SELECTED: Final = "kind:dataset"
"""Two in five of the generated records."""
_BULK: Final = ("csv", "turtle")
"""Other formats in which a whole release is written faster than entity by entity."""
_FEW: Final = "year:2012"
"""One in 25 of the generated records."""
_ONE_BY_ONE: Final = ("jsonld", "bibtex", "ris", "kbart", "marcxml", "scholix", "graphml")
"""What these take grows with the number of entities: few tell it."""


def measure_export(n_records: int = 20_000) -> None:
    """Print what each format takes of a whole release, and of a selection."""
    with tempfile.TemporaryDirectory() as name, serving(n_records) as repository:
        folder = Path(name)
        steps.harvest(repository.url(), folder)
        measure(steps.build, folder)
        compare_exports(folder)


def compare_exports(data: Path) -> None:
    """The same of a release that is there."""
    with open_for_reading(data) as opened:
        total, n_quads = opened.info.entities, opened.info.quads
        selected = choose(opened, read_selection(_SELECTED)).total
        few = choose(opened, read_selection(_FEW)).total
        print(f"\nExport of {total:,} entities, {n_quads:,} quads", flush=True)
    _line("start: imports, nothing written", 1, measure(open_only, data))
    ours = _line("parquet", total, measure(write, data, "parquet", ""))
    _target(total, ours)
    limit = _line("limit: polars, the same frame", total, measure(write_frame_only, data))
    _ratio("parquet against writing the frame alone", ours, limit)
    ours = _line("nquads", total, measure(write, data, "nquads", ""))
    print(f"{'':<4}{n_quads / ours.wall_s:,.0f} quads/s")
    _target(total, ours)
    limit = _line("limit: the store's own dump", total, measure(steps.dump, data))
    _ratio("nquads against the store's dump, in one thread", ours, limit)
    for form in ("parquet", "nquads"):
        _line(f"{form}: {_SELECTED}", selected, measure(write, data, form, _SELECTED))
    for form in _BULK:
        _line(form, total, measure(write, data, form, ""))
    for form in _ONE_BY_ONE:
        _line(f"{form}: {_FEW}", few, measure(write, data, form, _FEW))


def open_only(data: Path) -> None:
    """What every export begins with."""
    with open_for_reading(data) as opened:
        choose(opened, read_selection(""))


def write(data: Path, name: str, text: str) -> None:
    """One export, into a file beside the releases."""
    with open_for_reading(data) as opened, (data / f"export.{name}").open("wb") as file:
        chosen: ChosenEntities = choose(opened, read_selection(text))
        FORMS[name].write(chosen, asked(opened.info, text), file)


def write_frame_only(data: Path) -> None:
    """The limit of Parquet: the columns as polars has them in memory, read and written."""
    pl.read_parquet(data / "export.parquet").write_parquet(io.BytesIO())


def _line(what: str, n_entities: int, taken: Measured) -> Measured:
    print(
        f"  {what:<34}{taken.wall_s:>8.2f} s{n_entities / taken.wall_s:>12,.0f} entities/s"
        f"{taken.wall_s / n_entities * 1e6:>9,.0f} us wall"
        f"{taken.cpu_s / n_entities * 1e6:>9,.0f} us cpu{taken.peak_mb:>8.0f} MB",
        flush=True,
    )
    return taken


def _target(n_entities: int, taken: Measured) -> None:
    verdict = "met" if n_entities / taken.wall_s >= TARGET else "not met"
    print(f"{'':<4}target {TARGET:,} entities/s: {verdict}", flush=True)


def _ratio(what: str, one: Measured, other: Measured) -> None:
    wall, cpu = one.wall_s / other.wall_s, one.cpu_s / other.cpu_s
    print(f"{'':<4}{what}: {wall:.2f} of its time, {cpu:.2f} of its cpu", flush=True)
