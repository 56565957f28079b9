"""One staged record read: what the catalogue keeps of it, whatever the record holds."""

import traceback

from msgspec import Struct

from graph.crosswalk import map_record
from graph.errors import UnmappableRecord
from graph.work import Problem
from graph.work_rows import WorkRows, rows_of
from harvester.record import StagedRecord


class Mapped(Struct, frozen=True, array_like=True, gc=False):
    """What became of a record."""

    rows: WorkRows
    fault: str = ""
    """Traceback of a fault of ours, which costs the record, not the build."""


def read_record(record: StagedRecord) -> Mapped:
    """Read a record; never raises for what a record holds."""
    if record.is_deleted:
        return Mapped(rows_of(None))
    try:
        return Mapped(rows_of(map_record(record)))
    except UnmappableRecord as error:
        return Mapped(rows_of(Problem(error.reason, error.detail)))
    except Exception as error:  # noqa: BLE001  # our fault must cost one record, not the build
        problem = Problem("crosswalk-failed", f"{type(error).__name__}: {error}")
        return Mapped(rows_of(problem), traceback.format_exc())
