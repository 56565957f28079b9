"""Staged records become works: each one that changed goes through its crosswalk.

Many records are read by helpers, processes of their own, one for each processor (`helpers.py`,
`worker.py`); the few that most builds have are read here.
"""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import Final

from graph.catalogue import Catalogue
from graph.garbage_collector import without_garbage_collector
from graph.mapping.helpers import open_helpers
from graph.mapping.read import Mapped, read_record
from harvester.record import StagedRecord

_log = logging.getLogger(__name__)

_BATCH: Final = 500
"""Records a transaction: enough to spread the cost of a commit, few enough to bound memory."""
_ALONE: Final = 10
"""Batches that are read here; starting helpers takes as long as reading about as many."""


def map_records(
    staged: Iterable[StagedRecord],
    catalogue: Catalogue,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Map records into the catalogue, batch by batch; returns how many there were.

    Args:
        staged: records in order of `seq`, so that a kill costs only the batches in hand.
        catalogue: where the works are kept.
        progress: told the number of records mapped so far, once a batch.

    Raises:
        MappingError: a helper died, which no record that is merely bad can bring about.
    """
    n_records = 0
    with without_garbage_collector(), closing(_read(_batches(staged))) as read:
        for batch, mapped in read:
            for record, each in zip(batch, mapped, strict=True):
                if each.fault:
                    _log.error(
                        "crosswalk failed source=%s id=%s\n%s",
                        record.source,
                        record.identifier,
                        each.fault,
                    )
            with catalogue.transaction():
                rows = (each.rows for each in mapped)
                catalogue.works.put(zip(batch, rows, strict=True))
            n_records += len(batch)
            progress(n_records)
    return n_records


def _read(
    batches: Iterator[Sequence[StagedRecord]],
) -> Generator[tuple[Sequence[StagedRecord], Sequence[Mapped]]]:
    """Each batch in its turn with what was read of it."""
    for batch in islice(batches, _ALONE):
        yield batch, [read_record(record) for record in batch]
    if (first := next(batches, None)) is not None:
        with open_helpers() as helpers:
            yield from helpers.read(chain((first,), batches))


def _batches(staged: Iterable[StagedRecord]) -> Iterator[list[StagedRecord]]:
    records = iter(staged)
    while batch := list(islice(records, _BATCH)):
        yield batch
