"""What the rows of a file of judgements come to: pairs to join, pairs to keep apart, faults. Pure.

The order of the rows makes no difference to what is obeyed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from graph.judgement.contradiction import contradicting
from graph.judgement.rows import RecordName, ResolvedRow, Resolver, Verdict, resolve_rows
from graph.judgement.sheet import Fault, Sheet, SheetRefused, parse_sheet


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Judgement:
    """One verdict on one pair of records."""

    one: RecordName
    other: RecordName
    """Comes after `one` in alphabetical order."""
    line: int
    """The first line that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """All that can be obeyed in a file, each pair once and in order, and what cannot be."""

    same: tuple[Judgement, ...] = ()
    """Pairs that join all records that their lines name."""
    different: tuple[Judgement, ...] = ()
    """Every record that one side of a line names, with every one of the other side."""
    skipped: tuple[Judgement, ...] = ()
    faults: tuple[Fault, ...] = ()
    """In order of line; such a line has no effect."""
    n_open: int = 0
    """Rows without a verdict."""


def read_judgements(path: Path, resolver: Resolver) -> Judgements:
    """Read a file of judgements.

    Raises:
        SheetRefused: there is no such file, or a column of `verdict`, `a`, `b` is missing.
    """
    return judge(read_sheet(path), resolver)


def read_sheet(path: Path) -> Sheet:
    """Take a file of judgements apart, without asking what its rows mean.

    Raises:
        SheetRefused: as `read_judgements`; the message names the file.
    """
    try:
        return parse_sheet(path.read_bytes())
    except OSError as error:
        raise SheetRefused(
            f"cannot read {path}: {error.strerror}; put it back, or make one with nothing but the"
            " line verdict,a,b to judge nothing"
        ) from error
    except SheetRefused as refusal:
        raise SheetRefused(f"{path}: {refusal}") from refusal


def judge(sheet: Sheet, resolver: Resolver) -> Judgements:
    """What the rows of a sheet come to.

    A `different` holds against everything that `same` rows say, see
    `graph.judgement.contradiction`.
    """
    rows, faults = resolve_rows(sheet.rows, resolver)
    of_verdict: dict[Verdict, list[ResolvedRow]] = {verdict: [] for verdict in Verdict}
    for row in rows:
        of_verdict[row.verdict].append(row)
    different = _distinct(of_verdict[Verdict.DIFFERENT], every_pair)
    kept_apart = [(each.one, each.other, each.line) for each in different]
    dropped = contradicting(of_verdict[Verdict.SAME], kept_apart)
    obeyed = [row for row in of_verdict[Verdict.SAME] if row.line not in dropped]
    all_faults = (*sheet.faults, *faults, *dropped.values())
    return Judgements(
        same=_distinct(obeyed, _joining_pairs),
        different=different,
        skipped=_distinct(of_verdict[Verdict.SKIP], every_pair),
        faults=tuple(sorted(all_faults, key=lambda fault: fault.line)),
        n_open=sum(not row.verdict for row in sheet.rows),
    )


def every_pair(row: ResolvedRow) -> Iterator[tuple[RecordName, RecordName]]:
    """Each record of one side with each of the other, in alphabetical order."""
    for one, other in product(row.a, row.b):
        if one != other:
            yield min(one, other), max(one, other)


def _joining_pairs(row: ResolvedRow) -> Iterator[tuple[RecordName, RecordName]]:
    """As few pairs as join all records of a row."""
    first, *others = row.records
    for other in others:
        yield first, other


def _distinct(
    rows: Iterable[ResolvedRow],
    pairs: Callable[[ResolvedRow], Iterable[tuple[RecordName, RecordName]]],
) -> tuple[Judgement, ...]:
    """Each pair of these rows once, with the first line that says it."""
    lines: dict[tuple[RecordName, RecordName], int] = {}
    for row in rows:
        for pair in pairs(row):
            lines[pair] = min(row.line, lines.get(pair, row.line))
    return tuple(
        Judgement(one=one, other=other, line=line) for (one, other), line in sorted(lines.items())
    )
