"""`weft merge review` and `weft merge check`: pairs for a person to judge, and what was judged.

What a person wrote is never lost, and what was judged is never asked again.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console

from graph.catalogue import Catalogue, open_catalogue
from graph.judgement import (
    COLUMNS,
    Fault,
    RecordName,
    Resolver,
    Row,
    Sheet,
    SheetRefused,
    Verdict,
    every_pair,
    format_sheet,
    joined_columns,
    judge,
    new_row,
    read_sheet,
    resolve_rows,
)
from graph.relation import RELATIONS
from graph.suggest import Suggestion, Suggestions, open_suggestions
from graph.work import Work
from weft.config import ConfigError
from weft.data_directory import NothingStaged, catalogue_path

_CLAIM: Final = RELATIONS["IsIdenticalTo"].predicate
_SHOWN_CROWDS: Final = 5


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """`weft merge check --json`; a line at fault counts as nothing else."""

    file: str
    same: int
    different: int
    skip: int
    open: int
    """Rows that nobody has judged yet."""
    faults: tuple[Fault, ...]


def review(
    data: Path, decisions: Path | None, output: Path | None, limit: int, console: Console
) -> int:
    """Write pairs that could be one thing as CSV, for a person to judge.

    Args:
        data: the data directory.
        decisions: the file of judgements that builds obey; what it judges is not asked again.
        output: a file to write to; None for standard output. What it holds of a person's hand
            stays, in front of the new rows.
        limit: new rows to write at most.
        console: told what was written and what was left out.

    Raises:
        NothingStaged: nothing was built yet.
        SheetRefused: a file cannot be read or written, or has lines that would be lost.
        CatalogueError: the catalogue cannot be read.
    """
    with _open_built(data) as catalogue:
        resolver = catalogue.names
        kept = _kept(output)
        judged = [*_pairs(_judged_rows(decisions), resolver), *_pairs(kept.rows, resolver)]
        with open_suggestions(
            _entities(catalogue), claims=_claims(catalogue), judged=judged
        ) as found:
            new = tuple(_row(each) for each in islice(found, limit))
            text = format_sheet(replace(kept, rows=(*kept.rows, *new)))
            if output is None:
                sys.stdout.write(text)
            else:
                _write(output, text)
            _tell(console, len(new), len(kept.rows), found)
    return 0


def check(data: Path, decisions: Path | None, *, as_json: bool) -> int:
    """Print what cannot be obeyed in the file of judgements; 1 when there is something.

    Raises:
        ConfigError: there is no such file in the configuration.
        NothingStaged: nothing was built yet.
        SheetRefused: the file cannot be read.
        CatalogueError: the catalogue cannot be read.
    """
    if decisions is None:
        raise ConfigError("no file of judgements: name one in [merge] decisions")
    sheet = read_sheet(decisions)
    with _open_built(data) as catalogue:
        faults = judge(sheet, catalogue.names).faults
    at_fault = {fault.line for fault in faults}
    verdicts = [row.verdict for row in sheet.rows if row.line not in at_fault]
    report = CheckReport(
        file=str(decisions),
        same=verdicts.count(Verdict.SAME),
        different=verdicts.count(Verdict.DIFFERENT),
        skip=verdicts.count(Verdict.SKIP),
        open=verdicts.count(""),
        faults=faults,
    )
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _report_lines(report))
    return 1 if faults else 0


@contextmanager
def _open_built(data: Path) -> Iterator[Catalogue]:
    path = catalogue_path(data)
    if not path.exists():
        raise NothingStaged(f"there is no {path}: run `weft build` first")
    with open_catalogue(path) as catalogue:
        yield catalogue


def _entities(catalogue: Catalogue) -> Iterator[tuple[str, list[Work]]]:
    for key, works in catalogue.works.entities():
        yield key, [work for _, work in works]


def _claims(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Entities of which a record says that they are identical."""
    for subject, predicate, target in catalogue.links.all():
        if predicate == _CLAIM:
            yield subject, target


def _kept(output: Path | None) -> Sheet:
    """The rows of a file that a person wrote something into, and its form.

    Raises:
        SheetRefused: a line cannot be taken apart, so that writing the file would lose it.
    """
    if output is None or not output.exists():
        return Sheet()
    sheet = read_sheet(output)
    if sheet.faults:
        first = sheet.faults[0]
        raise SheetRefused(
            f"{output}, line {first.line} {first.what}; nothing was written, so that the line is"
            f" not lost: {first.todo}"
        )
    rows = tuple(row for row in sheet.rows if row.verdict or _has_notes(row))
    return replace(sheet, columns=joined_columns(sheet.columns), rows=rows)


def _has_notes(row: Row) -> bool:
    """Whether a column that is not ours holds something."""
    return any(cell.strip() for name, cell in row.cells.items() if name not in COLUMNS)


def _judged_rows(decisions: Path | None) -> tuple[Row, ...]:
    """The rows with a verdict in the configured file, which need not be there yet."""
    if decisions is None or not decisions.exists():
        return ()
    return tuple(row for row in read_sheet(decisions).rows if row.verdict)


def _pairs(rows: Iterable[Row], resolver: Resolver) -> list[tuple[RecordName, RecordName]]:
    """Pairs of records that these rows are about, whatever their verdict."""
    seen = [Row(line=row.line, cells={**row.cells, "verdict": Verdict.SKIP}) for row in rows]
    resolved, _ = resolve_rows(seen, resolver)
    return [pair for row in resolved for pair in every_pair(row)]


def _row(suggestion: Suggestion) -> Row:
    a, b = suggestion.a, suggestion.b
    return new_row(
        {
            "a": str(a.name),
            "b": str(b.name),
            "title_a": a.title,
            "title_b": b.title,
            "year": _both(" ".join(map(str, a.years)), " ".join(map(str, b.years))),
            "creators": _both(a.creators, b.creators),
            "sources": _both(" ".join(a.sources), " ".join(b.sources)),
            "score": f"{suggestion.score:.2f}",
            "why": suggestion.why,
        }
    )


def _both(one: str, other: str) -> str:
    return one if one == other else f"{one or '?'} | {other or '?'}"


def _write(path: Path, text: str) -> None:
    """Put a file in the place of the old one, whole or not at all.

    It starts with a byte order mark: without one, Excel takes UTF-8 for Windows-1252.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(text.encode("utf-8-sig", errors="replace"))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # of a place that is no directory nothing can be removed
            part.unlink()
        raise SheetRefused(f"cannot write {path}: {error.strerror}") from error


def _tell(console: Console, n_new: int, n_kept: int, found: Suggestions) -> None:
    left = len(found) - n_new
    more = f"; left for the next time: {left} (see --limit)" if left else ""
    _say(console, f"new pairs: {n_new}{more}; rows kept as they were: {n_kept}")
    crowds = list(islice(found.crowds(), _SHOWN_CROWDS + 1))
    for crowd in crowds[:_SHOWN_CROWDS]:
        _say(
            console,
            f"not compared: {crowd.title!r} is the title of {crowd.n_entities} entities, too many"
            " to be one thing",
        )
    if len(crowds) > _SHOWN_CROWDS:
        n_crowds = sum(1 for _ in found.crowds())
        _say(console, f"not compared: {n_crowds - _SHOWN_CROWDS} further titles of that sort")


def _report_lines(report: CheckReport) -> Iterator[str]:
    for fault in report.faults:
        yield f"{report.file}, line {fault.line}: {fault.what}; {fault.todo}"
    n_faults = len(report.faults)
    yield (
        f"{report.file}: {report.same} same, {report.different} different, {report.skip} skip,"
        f" {report.open} open; {n_faults} line{'' if n_faults == 1 else 's'} at fault"
    )


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
