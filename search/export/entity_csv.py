"""Entities as CSV for spreadsheets: the columns of the Parquet file, lists joined by `; `.

Every cell is on one line, and none is run as a formula; see `search.holdings.cells`.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from graph.release import Asked
from search.export.chosen import ChosenEntities
from search.export.entity_rows import COLUMNS
from search.export.entity_table import Frames, open_frames
from search.holdings.cells import csv_pieces

_JOINER: Final = "; "


def write_csv(chosen: ChosenEntities, asked: Asked, file: BinaryIO) -> None:
    """Write a line with the names of the columns, then one line an entity."""
    del asked  # a line of comment would be a row for most readers
    with open_frames(chosen) as frames:
        file.writelines(csv_pieces(COLUMNS, _rows(frames())))


def _rows(frames: Frames) -> Iterator[Iterator[str]]:
    for frame in frames:
        for row in frame.iter_rows():
            yield map(_cell, row)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            return _JOINER.join(value)
        case bool():
            return str(value).lower()
        case _:
            return str(value)
