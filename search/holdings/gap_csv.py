"""The gap as CSV: one line an entity, for spreadsheets."""

from collections.abc import Iterable, Iterator
from typing import Final

from search.holdings.cells import csv_pieces
from search.holdings.gap import Lacking
from search.holdings.gap_kbart import title_url

COLUMNS: Final = (
    *("title", "creators", "year", "kind", "publisher", "language", "isbn", "doi"),
    *("other_identifiers", "licence", "access", "sources", "address", "entity", "iri", "part_of"),
    "see_row",
)
"""`part_of` is the key of the whole; `see_row` the row of the list that may be the same thing."""
_SEVERAL: Final = "; "
_MOST: Final = 20
"""Creators listed; a paper of a collaboration has thousands."""


def gap_csv_pieces(lacking: Iterable[Lacking]) -> Iterator[bytes]:
    """The file as UTF-8, piece by piece."""
    return csv_pieces(COLUMNS, map(_row, lacking))


def _row(lacking: Lacking) -> Iterator[str]:
    said = lacking.described
    names = [agent.name for agent in said.creators]
    if len(names) > _MOST:
        names = [*names[:_MOST], f"and {len(names) - _MOST} more"]
    own: dict[str, list[str]] = {"isbn": [], "doi": [], "": []}
    for identifier in said.identifiers:
        scheme, _, value = identifier.partition(":")
        if scheme in own:
            own[scheme].append(value)
        else:
            own[""].append(identifier)
    yield said.titles[0].value if said.titles else ""
    yield _SEVERAL.join(names)
    yield str(said.year) if said.year is not None else ""
    yield said.kind
    yield said.publisher
    yield _SEVERAL.join(said.languages)
    yield _SEVERAL.join(own["isbn"])
    yield _SEVERAL.join(own["doi"])
    yield _SEVERAL.join(own[""])
    yield said.spdx or said.licence
    yield said.access
    yield _SEVERAL.join(said.sources)
    yield title_url(said)
    yield said.key
    yield said.iri
    yield lacking.whole
    yield str(lacking.row) if lacking.row is not None else ""
