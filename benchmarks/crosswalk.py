"""From a record's XML to its N-Quads in memory, beside lxml's parse of the same bytes alone."""

import gc
import time
from collections.abc import Callable, Sequence
from typing import Final

from lxml import etree

from benchmarks.generated import GeneratedRepository, Prefix
from graph.crosswalk import map_record
from graph.entity import merge
from graph.quads import record_lines
from harvester.record import StagedRecord

TARGETS: Final[dict[Prefix, int]] = {"oai_dc": 15_000, "oai_datacite": 10_000}
"""Records a second on one core."""
_BASE: Final = "http://127.0.0.1:8080/"
_ROUNDS: Final = 5


def compare_crosswalks(n_records: int = 5_000) -> None:
    """Print a line for each dialect: the best of some rounds, in CPU time."""
    print(f"\nXML to N-Quads in memory, {n_records:,} records, best of {_ROUNDS} rounds, CPU time")
    for prefix, target in TARGETS.items():
        records = _records(n_records, prefix)
        parse = _rate(_parse, records)
        whole = _rate(_write, records)
        verdict = "met" if whole >= target else "not met"
        print(
            f"  {prefix:<14}{whole:>8.0f} records/s, lxml alone {parse:>8.0f},"
            f" target at least {target:,}: {verdict}",
            flush=True,
        )


def _records(n_records: int, prefix: Prefix) -> list[StagedRecord]:
    repository = GeneratedRepository(n_records, prefix=prefix)
    return [
        StagedRecord(
            source="bench",
            identifier=f"oai:generated.org:{n}",
            prefix=prefix,
            datestamp="2026-01-01T00:00:00Z",
            is_deleted=False,
            sets=(),
            sha256=b"",
            xml=repository.record_xml(n),
            harvested_at="2026-01-01T00:00:00Z",
            seq=n + 1,
        )
        for n in range(n_records)
    ]


def _parse(records: Sequence[StagedRecord]) -> None:
    for record in records:
        etree.fromstring(record.xml)


def _write(records: Sequence[StagedRecord]) -> None:
    """Every record's named graph, each link to a key of its own."""
    for record in records:
        work = map_record(record)
        links = [(link, "aaaaaaaaaaaaa") for link in work.links]
        "".join(record_lines(merge("bbbbbbbbbbbbb", [work], ()), links, _BASE))


def _rate(step: Callable[[Sequence[StagedRecord]], None], records: Sequence[StagedRecord]) -> float:
    best = float("inf")
    gc.disable()  # as mapping does
    for _ in range(_ROUNDS):
        started = time.process_time()
        step(records)
        best = min(best, time.process_time() - started)
    gc.enable()
    return len(records) / best
