"""Rows for the tests of the tables: one as JSON, as it is staged."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from graph.work import Work
from harvester.record import StagedRecord

FILES = Path(__file__).parents[2] / "data" / "files"


def map_cells(
    crosswalk: Callable[[StagedRecord], Work], staged: StagedRecord, cells: dict[str, str]
) -> Work:
    """Map a row of these cells."""
    return crosswalk(replace(staged, identifier="kap:1", xml=msgspec.json.encode(cells)))
