"""CSV exports of OAPEN and DOAB: today's with DSpace's columns, and DOAB's of 2018.

Which one it is the header row says. A row is known by its handle, DOI or id, else by its hash: the
ISBN does not do, since a book and its chapters share one.
"""

from typing import Final

from harvester.files.table import Layout, Row

_NAMES: Final = ("dc.identifier.uri", "oapen.identifier.doi", "id")


def _identify(row: Row) -> str:
    return next((row[name].partition("||")[0].strip() for name in _NAMES if name in row), "")


CSV: Final = Layout(
    delimiters=",;\t",
    columns=(
        frozenset({"dc.title", "dc.identifier.uri"}),
        frozenset({"title", "isbn", "authors", "publisher"}),
    ),
    identify=_identify,
)
"""A row with fewer cells than the header has was cut."""
