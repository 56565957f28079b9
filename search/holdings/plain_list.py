"""Plain lists: an identifier or a title on each line."""

import re
from collections.abc import Iterator
from typing import Final

from search.holdings.columns import Role, role_of
from search.holdings.lines import Line
from search.holdings.row import Bad, Fault, Row
from search.holdings.stated import Stated, bare_cell, clean_title, fault_of, read_any, year_in

_BULLET: Final = re.compile(r"\s*(?:[-*\u2022\u00b7]\s+|\(?\d{1,6}[.)]\s+)")
_YEAR_BEHIND: Final = re.compile(r"\s*[(\[,]\s*(?:c\.?)?((?:1[4-9]|20)\d\d)\s*[)\]]?\s*\.?$")
_MIXED: Final = re.compile(
    r"(?:isbn|doi|issn|hdl|handle)[\s:=]|https?://|10\.\d{4,9}/", re.IGNORECASE
)


def read_list(lines: Iterator[Line]) -> Iterator[Row]:
    """Read a list; a first line that only names what follows is no row."""
    number = 0
    for line in lines:
        text = line.text.strip().strip("\ufeff").rstrip(",;\t ")
        if not text or (number == 0 and line.number == 1 and _is_heading(text)):
            continue
        number += 1
        yield _row(number, line, text)


def _is_heading(text: str) -> bool:
    role = role_of(text.strip('"'))
    return role is not None and role not in {Role.YEAR, Role.TYPE} and read_any(text) is None


def _row(number: int, line: Line, text: str) -> Row:
    bare = bare_cell(text.strip('"'))
    whole = read_any(bare) or read_any(_BULLET.sub("", bare, count=1))
    if whole is not None:
        return _made(number, line, identifiers=(whole,))
    fault = fault_of(bare)
    if fault is not Fault.NO_IDENTIFIER:
        return _made(number, line, bad=(Bad(bare[:100], fault),))
    if several := _several(bare):
        return _made(number, line, identifiers=several.identifiers(""))
    title = _BULLET.sub("", bare, count=1)
    year = _YEAR_BEHIND.search(title)
    if year:
        title = title[: year.start()]
    return _made(number, line, title=clean_title([title]), year=year_in(year[1]) if year else None)


def _several(text: str) -> Stated | None:
    """The identifiers of a line that holds nothing else; None where there is a title."""
    if not (_MIXED.search(text) or re.search(r"\d{7}", text)):
        return None
    stated = Stated()
    stated.add(text, "any")
    return stated if stated.identifiers("") and not stated.bad() else None


def _made(number: int, line: Line, **found: object) -> Row:
    fields = {"number": number, "line": line.number, "problems": line.problems, **found}
    return Row(**fields)  # type: ignore[arg-type]  # each is of the field's type where it is made
