"""`weft diff OLD NEW`: what a release gained and lost against an older one, and why."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Final, TypeAlias

import msgspec

from graph.diff.changes import (
    EntityGained,
    EntityLost,
    EntityMerged,
    EntitySplit,
    Gain,
    LinkGained,
    LinkLost,
    Loss,
    MergeGained,
    MergeLost,
    RecordRef,
    StatedBy,
)
from graph.diff.compare import compare
from graph.diff.losses import Cause
from graph.diff.reader import read_release
from graph.errors import ReleaseError
from graph.release import Release, holding, open_good_release
from weft.config import Config

Change: TypeAlias = Gain | Loss
_Files: TypeAlias = dict[type[Change], IO[bytes]]

_PLACES: Final[dict[type[Change], tuple[str, str]]] = {
    EntityGained: ("entities", "gained"),
    EntityLost: ("entities", "lost"),
    EntityMerged: ("entities", "merged"),
    EntitySplit: ("entities", "split"),
    MergeGained: ("merges", "gained"),
    MergeLost: ("merges", "lost"),
    LinkGained: ("links", "gained"),
    LinkLost: ("links", "lost"),
}
"""Section and list of each sort of change, in the order of the JSON form."""
_READING_ORDER: Final = (
    EntityLost,
    EntityMerged,
    MergeLost,
    LinkLost,
    EntityGained,
    EntitySplit,
    MergeGained,
    LinkGained,
)
"""People want to see the losses first."""
_CAUSES: Final = tuple(Cause)
_IN_MEMORY: Final = 1 << 20
"""Bytes of each list that are kept in memory before a temporary file takes them."""
_TITLE: Final = 60
"""Letters of a title that are printed."""


class Summary:
    """How many changes of each sort there are; of the losses, how many have which cause."""

    def __init__(self) -> None:
        self.counts: Counter[type[Change]] = Counter()
        self.causes: dict[type[Change], Counter[Cause]] = {
            sort: Counter() for sort in (EntityLost, MergeLost, LinkLost)
        }

    def add(self, change: Change) -> None:
        """Count one more."""
        self.counts[type(change)] += 1
        if isinstance(change, EntityLost | MergeLost | LinkLost):
            self.causes[type(change)][change.cause] += 1

    def to_builtins(self) -> dict[str, dict[str, int | dict[str, int]]]:
        """As it is in the JSON form."""
        sections: dict[str, dict[str, int | dict[str, int]]] = {}
        for sort, (section, name) in _PLACES.items():
            table = sections.setdefault(section, {})
            table[name] = self.counts[sort]
            if sort in self.causes:
                table[f"{name}_by_cause"] = {
                    cause.value: self.causes[sort][cause]
                    for cause in _CAUSES
                    if self.causes[sort][cause]
                }
        return sections


def show(config: Config, old: int, new: int, *, limit: int, as_json: bool) -> None:
    """Compare two releases and print the differences.

    Args:
        config: where the releases are.
        old: number of the release to start from.
        new: number of the release to compare with it; may be the older one.
        limit: lines of each list for people; JSON has all of them.
        as_json: print one JSON object.

    Raises:
        NoRelease: there is no release of that number.
        ReleaseError: a release cannot be read, or there is no room for temporary files.
    """
    releases = open_good_release(config.data, old), open_good_release(config.data, new)
    if as_json:
        _show_json(*releases)
    else:
        _show_lines(*releases, limit)


@contextmanager
def _compared(old: Release, new: Release) -> Iterator[Iterator[Change]]:
    """The changes; neither release is dropped meanwhile."""
    with (
        holding(old),
        holding(new),
        read_release(old) as before,
        read_release(new) as after,
    ):
        yield compare(before, after)


def _show_json(old: Release, new: Release) -> None:
    """One JSON object. The lists wait in temporary files, as the summary stands before them."""
    summary = Summary()
    with ExitStack() as stack:
        try:
            files: _Files = {
                sort: stack.enter_context(SpooledTemporaryFile(_IN_MEMORY)) for sort in _PLACES
            }
            with _compared(old, new) as changes:
                _spool(changes, summary, files)
        except OSError as error:
            raise ReleaseError(f"cannot keep the differences for a while: {error}") from error
        _write_json(old, new, summary, files)


def _spool(changes: Iterator[Change], summary: Summary, files: _Files) -> None:
    for change in changes:
        line = b",\n    " if summary.counts[type(change)] else b"\n    "
        files[type(change)].write(line + msgspec.json.encode(change))
        summary.add(change)
    for file in files.values():
        file.seek(0)


def _write_json(old: Release, new: Release, summary: Summary, files: _Files) -> None:
    out = sys.stdout
    out.write(f'{{"old": {_encoded(old.info)},\n"new": {_encoded(new.info)},\n')
    out.write(f'"summary": {_encoded(summary.to_builtins())}')
    section = ""
    for sort, (of, name) in _PLACES.items():
        if of != section:
            out.write("}" * bool(section) + f',\n"{of}": {{')
        out.write(f'{", " * (of == section)}\n  "{name}": [')
        for line in files[sort]:
            out.write(line.decode())
        out.write("]")
        section = of
    out.write("}}\n")


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()


class _Shortlist:
    """The first few changes of a sort by cause and key, and no more than twice as many."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: list[tuple[tuple[int | str, ...], str]] = []

    def add(self, change: Change) -> None:
        """Take one more."""
        self._rows.append((_rank(change), _line(change)))
        if len(self._rows) > 2 * self._limit:
            self.lines()

    def lines(self) -> list[str]:
        """The first of them, in order."""
        self._rows.sort()
        del self._rows[self._limit :]
        return [line for _, line in self._rows]


def _show_lines(old: Release, new: Release, limit: int) -> None:
    summary = Summary()
    shortlists = {sort: _Shortlist(limit) for sort in _PLACES}
    with _compared(old, new) as changes:
        for change in changes:
            summary.add(change)
            shortlists[type(change)].add(change)
    for line in _report(old, new, summary, {s: each.lines() for s, each in shortlists.items()}):
        sys.stdout.write(line + "\n")


def _report(
    old: Release, new: Release, summary: Summary, lists: dict[type[Change], list[str]]
) -> Iterator[str]:
    yield (
        f"release {old.number} of {old.info.created_at}"
        f" -> release {new.number} of {new.info.created_at}"
    )
    for section, gained, lost in (
        ("entities", EntityGained, EntityLost),
        ("merges", MergeGained, MergeLost),
        ("links", LinkGained, LinkLost),
    ):
        yield f"{section}: {_balance(summary, gained, lost)}"
    for sort in _READING_ORDER:
        count = summary.counts[sort]
        if not count:
            continue
        yield f"\n{' '.join(_PLACES[sort])}: {count}"
        yield from (f"  {line}" for line in lists[sort])
        if count > len(lists[sort]):
            yield f"  ... and {count - len(lists[sort])} more: --json lists all"


def _balance(summary: Summary, gained: type[Change], lost: type[Change]) -> str:
    causes = ", ".join(
        f"{summary.causes[lost][cause]} {cause}" for cause in _CAUSES if summary.causes[lost][cause]
    )
    parts = [
        f"{summary.counts[gained]} gained",
        f"{summary.counts[lost]} lost{f' ({causes})' if causes else ''}",
    ]
    if lost is EntityLost:
        parts += [
            f"{summary.counts[EntityMerged]} merged into others",
            f"{summary.counts[EntitySplit]} split from others",
        ]
    return ", ".join(parts)


def _rank(change: Change) -> tuple[int | str, ...]:
    first = 0
    if isinstance(change, EntityLost | MergeLost | LinkLost):
        first = _CAUSES.index(change.cause)
    match change:
        case LinkGained() | LinkLost():
            return first, change.source, change.relation, change.target
        case _:
            return first, change.key


def _line(change: Change) -> str:
    match change:
        case LinkGained() | LinkLost():
            head = f"{change.source} {change.relation} {change.target} "
            return f"{head} {_cause(change)}{_names(change.stated_by)}"
        case MergeGained() | MergeLost():
            decisions = change.because if isinstance(change, MergeGained) else change.apart
            why = "; ".join(f"{each.rule} {each.evidence}" for each in decisions)
            head = f"{change.key}  {_cause(change)}{_names(change.records)}"
            return f"{head}  ({why})" if why else head
        case _:
            return f"{change.key}  {_short(change.name)}  {_what_became(change)}"


def _what_became(entity: EntityGained | EntityLost | EntityMerged | EntitySplit) -> str:
    match entity:
        case EntityGained():
            was = "" if entity.was == "nothing" else f", was a {entity.was}"
            return f"{entity.kind}{was}: {_names(entity.records)}"
        case EntityLost():
            now = "" if entity.now == "nothing" else f", now a {entity.now}"
            return f"{entity.kind}{now}; {_cause(entity)}{_names(entity.records)}"
        case EntityMerged():
            return f"into {', '.join(entity.into)}"
        case _:
            return f"out of {', '.join(entity.out_of)}"


def _cause(change: Change) -> str:
    return f"{change.cause}: " if isinstance(change, EntityLost | MergeLost | LinkLost) else ""


def _names(records: Sequence[RecordRef | StatedBy]) -> str:
    return ", ".join(f"{each.source} {each.record}" for each in records)


def _short(title: str) -> str:
    """A title on one line of a terminal, whatever is in it."""
    text = "".join(letter for letter in " ".join(title.split()) if letter.isprintable())
    return text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…"
