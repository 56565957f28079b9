"""Lists of references as CSV, safe to open in a spreadsheet. Pure.

RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180), in UTF-8 with a byte order mark, without which
Excel takes it for another encoding. What a spreadsheet would run as a formula has an apostrophe
before it: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from search.citation.reference import one_line, reference_of
from search.metadata.described import Described

COLUMNS: Final = (
    *("iri", "kind", "title", "creators", "year", "date", "publisher", "version", "doi", "arxiv"),
    *("isbn", "identifiers", "address", "languages", "licence", "access", "subjects"),
    *("collaborations", "sources", "records"),
)
"""Several values of one cell are joined by `; `."""
_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # full-width signs are meant
_JOINER: Final = "; "


def defused(cell: str) -> str:
    """A cell that no spreadsheet runs.

    >>> defused("=1+2"), defused("Table 1")
    ("'=1+2", 'Table 1')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def write(described: Iterable[Described]) -> Iterator[str]:
    """Write a line with the names of the columns, then one line an entity."""
    yield _MARK + _line(COLUMNS)
    for each in described:
        yield _line(_cells(each))


def _cells(described: Described) -> tuple[str, ...]:
    reference = reference_of(described)
    return (
        described.iri,
        described.kind,
        reference.title,
        _joined(map(str, reference.creators)),
        reference.year,
        described.date,
        reference.publisher,
        reference.version,
        reference.doi,
        reference.arxiv,
        _joined(reference.isbns),
        _joined(described.identifiers),
        reference.address,
        _joined(reference.languages),
        reference.licence,
        described.access,
        _joined(reference.keywords),
        _joined(described.collaborations),
        _joined(described.sources),
        _joined(f"{source} {identifier}" for source, identifier in described.records),
    )


def _joined(values: Iterable[str]) -> str:
    return _JOINER.join(one_line(each) for each in values)


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([defused(cell) for cell in cells])
    return line.getvalue()
