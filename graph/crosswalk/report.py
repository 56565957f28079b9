"""The mapping report: every path seen in records, how often, and what becomes of it. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from graph.crosswalk import map_record
from graph.crosswalk.paths import TABLES
from graph.crosswalk.paths.table import Fate, PathTable
from graph.crosswalk.walk import open_record
from graph.errors import UnmappableRecord
from harvester.record import StagedRecord

_NO_TABLE = PathTable((), {})


class PathCount(Struct, frozen=True, kw_only=True):
    """One path of a dialect."""

    path: str
    """As `graph.crosswalk.walk` writes it."""
    count: int
    """Values seen under it; several in one record count as several."""
    fate: Fate
    reason: str = ""
    """Why it is ignored; empty otherwise."""


class DialectReport(Struct, frozen=True, kw_only=True):
    """One dialect."""

    records: int
    """Records of it that became works."""
    paths: tuple[PathCount, ...]
    """In the order of the paths."""


class MappingReport(Struct, frozen=True, kw_only=True):
    """All that was read of the records."""

    dialects: dict[str, DialectReport]
    refused: dict[str, int]
    """Records that are no work, by reason; deleted ones are `deleted`."""
    unknown: int
    """Paths in no table, over all dialects."""


def report_mapping(records: Iterable[StagedRecord]) -> MappingReport:
    """Count the paths of records; memory grows with the paths, not with the records."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    n_records: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for record in records:
        if record.is_deleted:
            refused["deleted"] += 1
            continue
        try:
            map_record(record)  # what it refuses, such as authority records, is no one's metadata
            opened = open_record(record)
        except UnmappableRecord as refusal:
            refused[refusal.reason] += 1
            continue
        n_records[opened.dialect] += 1
        counts[opened.dialect].update(place.path for place in opened.places)
    dialects = {
        name: DialectReport(records=n_records[name], paths=_judge(name, counts[name]))
        for name in sorted(n_records)
    }
    unknown = sum(
        path.fate is Fate.UNKNOWN for dialect in dialects.values() for path in dialect.paths
    )
    return MappingReport(dialects=dialects, refused=dict(sorted(refused.items())), unknown=unknown)


def _judge(dialect: str, counts: Counter[str]) -> tuple[PathCount, ...]:
    table = TABLES.get(dialect, _NO_TABLE)
    judged = []
    for path, count in sorted(counts.items()):
        fate, reason = table.fate(path)
        judged.append(PathCount(path=path, count=count, fate=fate, reason=reason))
    return tuple(judged)
