"""`weft crosswalk report`: what becomes of each path of the staged records, as a table or JSON."""

import sys
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph.crosswalk.paths.table import Fate
from graph.crosswalk.report import DialectReport, MappingReport, report_mapping
from weft.config import Config
from weft.pipeline import check_source, open_staged
from weft.terminal import console

_STYLES: Final = {Fate.MAPPED: "", Fate.IGNORED: "dim", Fate.UNKNOWN: "bold red"}


def show(config: Config, source: str | None, *, as_json: bool) -> None:
    """Print what becomes of the paths of every staged record, of one source or of all.

    Raises:
        ConfigError: the configuration has no such source.
        NothingStaged: there is no stage yet.
    """
    check_source(config, source)
    with open_staged(config.data) as stage:
        report = report_mapping(stage.records(source=source))
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
        return
    print_report(report, console())


def print_report(report: MappingReport, console: Console) -> None:
    """Print one table a dialect, unknown paths first, then what is no work, then how it stands."""
    for name, dialect in report.dialects.items():
        console.print(Text(f"{name}: {dialect.records} records"))
        console.print(_table(dialect))
    for reason, count in report.refused.items():
        console.print(Text(f"not read: {count} records, {reason}"))
    console.print(Text(f"unknown paths: {report.unknown}"))


def _table(dialect: DialectReport) -> Table:
    table = Table(box=None)
    table.add_column("path", overflow="fold")
    table.add_column("seen", justify="right")
    table.add_column("fate")
    table.add_column("reason", overflow="fold")
    for path in sorted(dialect.paths, key=lambda path: path.fate is not Fate.UNKNOWN):
        cells = (path.path, str(path.count), path.fate.value, path.reason)
        table.add_row(*(Text(cell, _STYLES[path.fate]) for cell in cells))
    return table
