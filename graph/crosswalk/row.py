"""What the rows of KBART and CSV have in common: cells by column, staged as a JSON object."""

from collections.abc import Callable

from msgspec.structs import replace

from graph.crosswalk.draft import Draft
from graph.crosswalk.json_fields import Fields, read_metadata
from graph.work import Identifier, Work
from harvester.record import StagedRecord


class Cells:
    """The cells of one row, by column name in lower case."""

    __slots__ = ("_cells",)

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells

    def __contains__(self, column: str) -> bool:
        """Tell whether the column has a cell with something in it."""
        return column in self._cells

    def text(self, column: str) -> str:
        """The whole cell, empty where there is none."""
        return self._cells.get(column, "")

    def every(self, *columns: str, between: str = "||") -> list[str]:
        """The values in the cells of these columns, which `between` parts; each once."""
        values = [part.strip() for name in columns for part in self.text(name).split(between)]
        return list(dict.fromkeys(filter(None, values)))


def map_row(record: StagedRecord, fill: Callable[[Cells, Draft], None]) -> Work:
    """Map one row; its name in the stage is none in the world and left out of the identifiers.

    Raises:
        UnmappableRecord: reason `not-json` or `no-metadata`.
    """
    metadata = read_metadata(record)
    draft = Draft(record)
    fields = Fields(metadata, draft.add_problem)
    cells = {column.lower(): text for column in metadata if (text := fields.text(column))}
    fill(Cells(cells), draft)
    work = draft.finish()
    staged_as = Identifier("oai", record.identifier.removeprefix("oai:"))
    own = tuple(each for each in work.identifiers if each != staged_as)
    return replace(work, identifiers=own)
