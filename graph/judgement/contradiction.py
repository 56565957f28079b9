"""Rows that would join what another row keeps apart: apart wins. Pure.

A wrong join costs more than a missing one. So a `different` holds, and where a chain of `same`
rows would join its two records, the rows on every shortest chain between the two are left out,
again until none is left; of a large tangle all rows. Which these are does not depend on the order
of the file.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from graph.judgement.rows import RecordName, ResolvedRow
from graph.judgement.sheet import Fault

MAX_STEPS: Final = 100_000
"""Rows that hang together, times the pairs they join wrongly: where there is more to walk, all of
these rows are left out. A column filled down by mistake makes such a tangle; walking all of it took
minutes."""
_SHOWN_LINES: Final = 10

KeptApart = tuple[RecordName, RecordName, int]
"""Two records and the line that keeps them apart."""


def contradicting(same: Iterable[ResolvedRow], different: Iterable[KeptApart]) -> dict[int, Fault]:
    """The `same` rows to leave out, by line, so that no chain joins what is kept apart."""
    joins = _Joins()
    for row in same:
        joins.add(row)
    violated = list(different)
    faults: dict[int, Fault] = {}
    while violated:
        # all chains are looked for before any is cut: the order of the rows must not matter
        tangles = joins.tangles(violated)
        found: dict[int, Fault] = {}
        for tangle in tangles:
            for fault in _faults(joins, tangle):
                found.setdefault(fault.line, fault)
        for line in found:
            joins.remove(line)
        faults |= found
        violated = [each for tangle in tangles for each in tangle.violated]
    return faults


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tangle:
    """Rows that hang together and join what is kept apart."""

    lines: frozenset[int]
    violated: tuple[KeptApart, ...]


def _faults(joins: "_Joins", tangle: _Tangle) -> Iterator[Fault]:
    """The rows of a tangle to leave out in this round."""
    if len(tangle.lines) * len(tangle.violated) > MAX_STEPS:
        for line in tangle.lines:
            yield _fault_of_many(line, tangle)
        return
    for each in tangle.violated:
        lines = joins.between(*each[:2])
        for line in lines:
            yield _fault(line, lines, each)


@dataclass(frozen=True, slots=True)
class _Joins:
    """The `same` rows in force, to walk from record to record."""

    rows: dict[int, ResolvedRow] = field(default_factory=dict)
    lines_of: dict[RecordName, set[int]] = field(default_factory=dict)

    def add(self, row: ResolvedRow) -> None:
        self.rows[row.line] = row
        for record in row.records:
            self.lines_of.setdefault(record, set()).add(row.line)

    def remove(self, line: int) -> None:
        for record in self.rows.pop(line).records:
            self.lines_of[record].discard(line)

    def tangles(self, violated: Iterable[KeptApart]) -> list[_Tangle]:
        """What hangs together of the rows in force and joins any of these pairs."""
        root: dict[RecordName, RecordName] = {}
        for record in self.lines_of:
            if record not in root:
                root.update(dict.fromkeys(self._distances(record), record))
        lines: dict[RecordName, set[int]] = {}
        for line, row in self.rows.items():
            lines.setdefault(root[row.a[0]], set()).add(line)
        joined: dict[RecordName, list[KeptApart]] = {}
        for each in violated:
            if each[0] in root and root[each[0]] == root.get(each[1]):
                joined.setdefault(root[each[0]], []).append(each)
        return [
            _Tangle(lines=frozenset(lines[record]), violated=tuple(pairs))
            for record, pairs in joined.items()
        ]

    def between(self, one: RecordName, other: RecordName) -> frozenset[int]:
        """Lines on any shortest chain between two records of one tangle."""
        here, there = self._distances(one), self._distances(other)
        lines = chain.from_iterable(self.lines_of[record] for record in here)
        return frozenset(
            line
            for line in lines
            if _nearest(here, self.rows[line]) + 1 + _nearest(there, self.rows[line]) == here[other]
        )

    def _distances(self, start: RecordName) -> dict[RecordName, int]:
        """In how many rows each record is reached from a record."""
        found = {start: 0}
        queue = deque([start])
        seen: set[int] = set()
        while queue:
            here = queue.popleft()
            for line in self.lines_of[here] - seen:
                seen.add(line)
                new = [record for record in self.rows[line].records if record not in found]
                found.update(dict.fromkeys(new, found[here] + 1))
                queue.extend(new)
        return found


def _nearest(distances: Mapping[RecordName, int], row: ResolvedRow) -> int:
    return min(distances[record] for record in row.records)


def _fault_of_many(line: int, tangle: _Tangle) -> Fault:
    first = min(by_line for _, _, by_line in tangle.violated)
    return Fault(
        line=line,
        what=f"is one of {len(tangle.lines)} lines that together join {len(tangle.violated)} pairs"
        f" which others keep apart, line {first} first",
        todo="look for a reference that is repeated by mistake; until then the records stay apart",
    )


def _fault(line: int, lines: frozenset[int], kept_apart: KeptApart) -> Fault:
    one, other, by_line = kept_apart
    others = sorted(lines - {line})
    shown = ", ".join(map(str, others[:_SHOWN_LINES]))
    more = f" and {len(others) - _SHOWN_LINES} more" if len(others) > _SHOWN_LINES else ""
    together = f"together with line{'s' * (len(others) > 1)} {shown}{more} it " if others else "it "
    return Fault(
        line=line,
        what=f"{together}contradicts line {by_line}, which keeps {one} and {other} apart",
        todo=f"change this line or line {by_line}; until then the records stay apart",
    )
