"""Staged records become works: each one that changed goes through its crosswalk."""

import gc
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from graph.catalogue import Catalogue
from graph.crosswalk import map_record
from graph.errors import UnmappableRecord
from graph.work import Problem
from graph.work_table import Reading
from harvester.record import StagedRecord

_log = logging.getLogger(__name__)

_BATCH: Final = 500
"""Records a transaction: enough to spread the cost of a commit, few enough to bound memory."""


def map_records(
    staged: Iterable[StagedRecord],
    catalogue: Catalogue,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Map records into the catalogue, batch by batch; returns how many there were.

    Args:
        staged: records in order of `seq`, so that a kill costs only the batch in hand.
        catalogue: where the works are kept.
        progress: told the number of records mapped so far, once a batch.
    """
    n_records = 0
    with _without_garbage_collector():
        for batch in _batches(staged):
            with catalogue.transaction():
                catalogue.works.put(batch, _read)
            n_records += len(batch)
            progress(n_records)
    return n_records


@contextmanager
def _without_garbage_collector() -> Iterator[None]:
    """Mapping makes many small objects and no cycles: looking for some took 5 % of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(record: StagedRecord) -> Reading:
    if record.is_deleted:
        return None
    try:
        return map_record(record)
    except UnmappableRecord as error:
        return Problem(error.reason, error.detail)
    except Exception as error:  # noqa: BLE001  # our fault must cost one record, not the build
        _log.exception("crosswalk failed source=%s id=%s", record.source, record.identifier)
        return Problem("crosswalk-failed", f"{type(error).__name__}: {error}")


def _batches(staged: Iterable[StagedRecord]) -> Iterator[list[StagedRecord]]:
    records = iter(staged)
    while batch := list(islice(records, _BATCH)):
        yield batch
