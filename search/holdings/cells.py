"""Cells of files that people open in spreadsheets: one line each, and never run as a formula.

CSV: https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

BOM: Final = "\ufeff"
"""Spreadsheets take a file without it for one in the code page of the machine."""

# Excel and LibreOffice take these for the start of a formula, also behind spaces and full-width
# (https://owasp.org/www-community/attacks/CSV_Injection)
_FORMULA: Final = re.compile(r"'*\s*[=+\-@＝＋－＠]")  # noqa: RUF001  # the full-width signs
_BREAKS: Final = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ROWS_AT_ONCE: Final = 500


def one_line(text: str) -> str:
    r"""A text without tabs, line breaks and other control characters.

    >>> one_line("On\tlamps\r\n")
    'On lamps'
    """
    text = _BREAKS.sub(" ", text).strip()
    return text if text.isprintable() else _SURROGATE.sub("\ufffd", text)


def inert(text: str) -> str:
    """A text on one line, with an apostrophe before what a spreadsheet would take for a formula.

    >>> inert("=HYPERLINK(1)"), inert("A = B")
    ("'=HYPERLINK(1)", 'A = B')
    """
    text = one_line(text)
    return f"'{text}" if _FORMULA.match(text) else text


def csv_pieces(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """A CSV file as UTF-8 with a byte order mark, piece by piece; every cell is inert."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow(map(inert, row))
        if not number % _ROWS_AT_ONCE:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
