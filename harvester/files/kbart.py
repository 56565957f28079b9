"""KBART title lists: tab-separated, a row a title, known by title_id, DOI or ISBN.

Specification: https://groups.niso.org/higherlogic/ws/public/download/16900/RP-9-2014_KBART.pdf
"""

from typing import Final

from harvester.files.table import Layout, Row

_NAMES: Final = ("title_id", "online_identifier", "print_identifier")


def _identify(row: Row) -> str:
    return next((row[name] for name in _NAMES if name in row), "")


KBART: Final = Layout(
    delimiters="\t",
    columns=(frozenset({"publication_title", "title_url"}),),
    identify=_identify,
    is_quoted=False,
    may_be_short=True,
)
"""`publication_title` and `title_url` stand in every version; a row without an identifier of its
own goes by its hash."""
