"""Rows of the file of judgements: what each says, of which records, or what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from graph.judgement.sheet import Fault, Row

MAX_RECORDS: Final = 20
"""A reference that names more records than this names no one thing. Guessed: entities of more
than a handful of records do not occur in the real data, identifiers on thousands of records do."""

_SHOWN: Final = 80
"""Characters of a cell that a message quotes."""


class Verdict(StrEnum):
    """What a person says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    SKIP = "skip"
    """Seen, and left to the rules; not asked again."""


class RecordName(NamedTuple):
    """A source record, by the name that does not change."""

    source: str
    record: str
    """OAI identifier."""

    def __str__(self) -> str:
        """Written `source:OAI identifier`, as in the file."""
        return f"{self.source}:{self.record}"


class Resolver(Protocol):
    """Finds the records that a person means."""

    def records_of(self, reference: str) -> tuple[tuple[str, str], ...]:
        """Source and OAI identifier of every live record that a reference names; empty for none.

        A reference is `source:OAI identifier`, an own identifier in any spelling that
        `graph.identifiers.recognise` reads, an entity key, or an entity's IRI. A key names the
        records that it was given to, not those that a judgement has put under it: a join must not
        take away, at the next build, what it rests on.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRow:
    """A row with the records that it is about."""

    line: int
    verdict: Verdict
    a: tuple[RecordName, ...]
    b: tuple[RecordName, ...]

    @property
    def records(self) -> tuple[RecordName, ...]:
        """All records named on either side, in order."""
        return tuple(sorted({*self.a, *self.b}))


def resolve_rows(
    rows: Iterable[Row], resolver: Resolver
) -> tuple[tuple[ResolvedRow, ...], tuple[Fault, ...]]:
    """The rows with a verdict and the records they are about, and those that are faulty."""
    resolved, faults = [], []
    for row in rows:
        if row.verdict:
            outcome = _resolve(row, resolver)
            if isinstance(outcome, Fault):
                faults.append(outcome)
            else:
                resolved.append(outcome)
    return tuple(resolved), tuple(faults)


def _resolve(row: Row, resolver: Resolver) -> ResolvedRow | Fault:
    try:
        verdict = Verdict(row.verdict)
    except ValueError:
        return Fault(
            line=row.line,
            what=f"unknown verdict {_shown(row.verdict)}",
            todo=f"write one of {', '.join(Verdict)}, or nothing",
        )
    sides = []
    for column in ("a", "b"):
        side = _side(row, column, resolver)
        if isinstance(side, Fault):
            return side
        sides.append(side)
    found = ResolvedRow(line=row.line, verdict=verdict, a=sides[0], b=sides[1])
    return _fault_of_sides(found) or found


def _side(row: Row, column: str, resolver: Resolver) -> tuple[RecordName, ...] | Fault:
    """The records that a cell names."""
    reference = row.cells[column].strip()
    if not reference:
        return Fault(line=row.line, what=f"{column} is empty", todo=f"name a record in {column}")
    side = tuple(sorted({RecordName(*name) for name in resolver.records_of(reference)}))
    if not side:
        return Fault(
            line=row.line,
            what=f"{column}: no live record is known as {_shown(reference)}",
            todo="write SOURCE:OAI-IDENTIFIER, an identifier such as doi:10.1/x, or an entity's"
            " key; delete the line if the record is gone",
        )
    if len(side) > MAX_RECORDS:
        return Fault(
            line=row.line,
            what=f"{column}: {_shown(reference)} names {len(side)} records, more than"
            f" {MAX_RECORDS}",
            todo="name the records themselves, as SOURCE:OAI-IDENTIFIER",
        )
    return side


def _fault_of_sides(row: ResolvedRow) -> Fault | None:
    """What is wrong with the two sides taken together, if anything."""
    if len(row.records) == 1:
        return Fault(
            line=row.line,
            what=f"a and b both name the record {row.records[0]}",
            todo="name two records, or delete the line",
        )
    common = set(row.a) & set(row.b)
    if row.verdict is Verdict.DIFFERENT and common:
        return Fault(
            line=row.line,
            what=f"the record {min(common)} is named by a and by b, so it cannot be kept apart",
            todo="name the records themselves, as SOURCE:OAI-IDENTIFIER",
        )
    return None


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}...")
