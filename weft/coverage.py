"""`weft coverage`: what a release covers, as tables, JSON, CSV files or one HTML page."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from rich.table import Table as Rows
from rich.text import Text

from graph.release import holding, open_good_release
from graph.store import open_graph
from search.coverage.comparison import Comparison, Difference, compare
from search.coverage.conditions import Conditions
from search.coverage.figures.figure import Naming
from search.coverage.figures.listing import list_figures
from search.coverage.html import write_report
from search.coverage.measure import measure
from search.coverage.report import LinkCoverage, Report, Values
from search.coverage.selection import Selection, SelectionError
from search.coverage.table import open_table
from search.holdings.cells import csv_pieces, one_line
from weft.config import Config, ConfigError
from weft.terminal import console, print_json

_WIDTH: Final = 200
"""Columns of an output that is no terminal."""
_ROWS: Final = 10
"""Values of a figure that are printed; JSON and CSV have more."""
_CHANGES: Final = 30
"""Gains and losses that are printed; JSON and CSV have all."""


class Outputs(Struct, frozen=True, kw_only=True):
    """Where the report goes; a table for people when nothing else is asked for."""

    html: Path | None = None
    csv: Path | None = None
    as_json: bool = False


def show(
    config: Config,
    conditions: Conditions,
    outputs: Outputs,
    *,
    number: int | None = None,
    against: int | None = None,
) -> None:
    """Count, and print or write.

    Args:
        config: where the releases are.
        conditions: what is counted.
        outputs: what is made of it.
        number: the release; None for the current one.
        against: an older release to compare with.

    Raises:
        ConfigError: a condition that cannot be meant, or a file that cannot be written.
        ReleaseError: there is no such release, or it is damaged.
    """
    try:
        selection = conditions.selection()
    except SelectionError as error:
        raise ConfigError(str(error)) from error
    if outputs.html is not None and against is not None:
        raise ConfigError("--html shows one release: leave out --against")
    report = count(config, selection, number)
    if against is not None:
        _show_comparison(compare(count(config, selection, against), report), outputs)
        return
    if outputs.html is not None:
        with _writing(outputs.html):
            write_report(report, outputs.html, titles=_titles(config))
    if outputs.csv is not None:
        _write_figures(report, config, outputs.csv)
    if outputs.as_json:
        print_json(report)
    elif outputs.html is None and outputs.csv is None:
        _print_report(report)


def count(config: Config, selection: Selection, number: int | None) -> Report:
    """The report on a release.

    Raises:
        ReleaseError: there is no such release, or it is damaged.
    """
    release = open_good_release(config.data, number)
    with holding(release), open_graph(release.graph_path) as graph:
        return measure(open_table(release, graph, config.data), selection)


def _titles(config: Config) -> dict[str, str]:
    titles = {name: source.title or name for name, source in config.companions.items()}
    return titles | {name: source.title or name for name, source in config.sources.items()}


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror or error}") from error


def _write_figures(report: Report, config: Config, folder: Path) -> None:
    """One file a figure; numbers as programs read them, shares not rounded."""
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for figure in list_figures(report, Naming(_titles(config))):
            rows = (map(_cell, line.cells) for line in figure.lines)
            _write_csv(folder / f"{figure.id}.csv", figure.head, rows)


def _write_csv(path: Path, head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("wb") as file:
        file.writelines(csv_pieces(head, rows))


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _show_comparison(comparison: Comparison, outputs: Outputs) -> None:
    if outputs.csv is not None:
        changes = (*comparison.gained, *comparison.lost)
        head = ("figure", "of", "old", "old of", "new", "new of", "difference")
        with _writing(outputs.csv):
            outputs.csv.mkdir(parents=True, exist_ok=True)
            _write_csv(outputs.csv / "comparison.csv", head, map(_change_cells, changes))
    if outputs.as_json:
        print_json(comparison)
    elif outputs.csv is None:
        _print_comparison(comparison)


def _change_cells(change: Difference) -> tuple[str, ...]:
    numbers = (change.old, change.old_of, change.new, change.new_of, change.difference)
    return (change.figure, " ".join(change.of) or "not stated", *map(_cell, numbers))


def _print_comparison(comparison: Comparison) -> None:
    out = console(_WIDTH)
    out.print(
        f"release {comparison.new_release} of {comparison.new_created_at} against release"
        f" {comparison.old_release} of {comparison.old_created_at}:"
        f" {comparison.n_unchanged} numbers are as they were"
    )
    for name, changes in (("lost", comparison.lost), ("gained", comparison.gained)):
        if not changes:
            out.print(f"\nnothing {name}")
            continue
        table = _table(name, "", "old", "new", "change")
        for each in changes[:_CHANGES]:
            row = (_of(each.old, each.old_of), _of(each.new, each.new_of), _signed(each.difference))
            table.add_row(each.figure, Text(one_line(" ".join(each.of)) or "not stated"), *row)
        out.print()
        out.print(table)
        if (n_more := len(changes) - _CHANGES) > 0:
            out.print(f"  and {n_more} more: see --json")


def _of(n: int | None, of: int | None) -> str:
    if n is None:
        return "not listed"
    return str(n) if of is None else f"{n} of {of}"


def _signed(n: int | None) -> str:
    return "" if n is None else f"{n:+d}"


def _print_report(report: Report) -> None:
    out = console(_WIDTH)
    totals = report.totals
    unit = "works" if report.selection.rolled_up else "entities"
    out.print(
        f"release {report.release} of {report.created_at}: {totals.entities} entities,"
        f" {totals.works_rolled_up} works with parts and versions rolled up, {totals.records}"
        f" records, {totals.merged} merged entities, {totals.stubs} stubs"
    )
    out.print(f"figures count {unit} unless they say otherwise\n")
    out.print(_links_table(report.link_coverage))
    out.print(_kinds_table(report))
    out.print(_sources_table(report))
    for name in ("licences", "access", "languages", "identifiers", "subjects", "publishers"):
        out.print(_values_table(name, getattr(report, name)))
    out.print(_overlap_table(report))
    out.print(_completeness_table(report))
    for caveat in report.caveats:
        out.print(Text(f"* {caveat}", "dim"))


def _links_table(linked: tuple[LinkCoverage, ...]) -> Rows:
    table = _table("link coverage", "linked", "of", "share", "to something delivered", "share")
    for each in linked:
        table.add_row(
            each.id,
            *(str(each.numerator), str(each.denominator), _percent(each.share)),
            *(str(each.delivered), _percent(each.share_delivered)),
        )
    return table


def _kinds_table(report: Report) -> Rows:
    table = _table("kind", "entities", "works", "years")
    for kind in report.totals.by_kind:
        years = [row.year for row in report.growth.rows if row.kind == kind.kind and row.year]
        span = f"{min(years)}-{max(years)}" if years else ""
        table.add_row(kind.kind, str(kind.entities), str(kind.works), span)
    return table


def _sources_table(report: Report) -> Rows:
    table = _table("source", "records", "entities", "last harvested")
    for source in report.totals.by_source:
        at = source.last_harvested_at[:16]
        table.add_row(Text(source.source), str(source.records), str(source.entities), at)
    return table


def _values_table(name: str, values: Values) -> Rows:
    table = _table(name, f"of {values.of}", "share")
    stated = [row for row in values.rows if row.value]
    for row in (*stated[:_ROWS], *(row for row in values.rows if not row.value)):
        share = _percent(row.n / values.of if values.of else None)
        missing = "unknown" if name == "access" else "not stated"
        table.add_row(Text(one_line(row.value) or missing), str(row.n), share)
    if (n_more := values.n_values - _ROWS) > 0:
        table.add_row(Text(f"and {n_more} more", "dim"))
    return table


def _overlap_table(report: Report) -> Rows:
    table = _table("entities from exactly", "n")
    for each in report.overlap[:_ROWS]:
        table.add_row(Text(" + ".join(each.sources) or "no source"), str(each.n))
    if (n_more := len(report.overlap) - _ROWS) > 0:
        table.add_row(Text(f"and {n_more} more", "dim"))
    return table


def _completeness_table(report: Report) -> Rows:
    sources = [source.source for source in report.totals.by_source]
    shares = {(row.source, row.field): row.share for row in report.completeness}
    table = _table("metadata completeness", "FAIR", *sources)
    for field in report.fields:
        of_sources = (_percent(shares.get((source, field.field))) for source in sources)
        table.add_row(field.field, field.fair, *of_sources)
    return table


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _table(*names: str) -> Rows:
    table = Rows(box=None, pad_edge=False)
    for number, name in enumerate(names):
        table.add_column(Text(name), overflow="fold", justify="right" if number else "left")
    return table
