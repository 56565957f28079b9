"""The identifiers that a cell, a line or a MARC subfield states, however people write them. Pure.

One cell may hold several; spreadsheets wrap them in formulas or round them.
"""

import re
from collections.abc import Iterable
from typing import Final

from graph.identifiers import normalise, recognise
from graph.text import plain
from graph.work import Identifier
from search.holdings.row import Bad, Fault
from search.holdings.work_kinds import SERIAL

_SEVERAL: Final = re.compile(
    r"\s*[;,|]\s*|\s+/\s+|(?<=[\dXx)])\s+(?=97[89][\d -]{10})|(?<=\d{9}[\dXx])\s+(?=\d)"
)
"""Between identifiers; a slash only with blanks around, since DOIs have some."""
_SEVERAL_NUMBERS: Final = re.compile(rf"{_SEVERAL.pattern}|\s*/\s*")
_SEVERAL_DOIS: Final = re.compile(r"\s*[;|]\s*|\s*,\s+|\s+(?=(?:https?:|doi:|10\.\d{4}))")
_FORMULA: Final = re.compile(r'=\s*"(.*)"', re.DOTALL)
_GLUED: Final = re.compile(r"(?:97[89]\d{10}){2,}")
_ISBN13: Final = re.compile(r"97[89]\d{10}")
_DIGITS: Final = re.compile(r"[\s\u2010-\u2015\u2212-]+")
_LIKE_ISBN: Final = re.compile(r"(?:97[89])?\d{9}[\dXx]")
_LIKE_ISSN: Final = re.compile(r"\d{4}-?\d{3}[\dXx]")
_ISBN_AT_START: Final = re.compile(
    r"\s*(?:e-?)?(?:isbn(?:-?1[03])?[\s:]*)?((?:97[89][- ]?)?\d[\d -]{7,14}[\dXx])(?![\dXx-])",
    re.IGNORECASE,
)
_ROUNDED: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+")
_SPREADSHEET: Final = re.compile(r"(\d{9,13})\.0")
_BAD_LENGTH: Final = 100
_TITLE_LENGTH: Final = 2000
_NOTHING: Final = frozenset({"n/a", "na", "none", "null", "-", "--", "unknown", "nan", "n.a."})
"""What people write where there is none."""
_YEAR: Final = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_ISBN_KIND: Final = frozenset({"isbn", "any"})


class Stated:
    """Collects what one row states."""

    __slots__ = ("_bad", "_identifiers")

    def __init__(self) -> None:
        self._identifiers: dict[Identifier, None] = {}
        self._bad: dict[Bad, None] = {}

    def add(self, cell: str, scheme: str) -> None:
        """Take the identifiers in a cell.

        Args:
            cell: as the list has it.
            scheme: `isbn`, `issn` or `doi`, where it must be one; `any`, where a local number is no
                fault; `address`, where nothing is.
        """
        cell = bare_cell(cell)
        if not cell or cell.lower() in _NOTHING:
            return
        if scheme == "address":
            self._take(read_any(cell))
            return
        pattern = _SEVERAL_NUMBERS if scheme in {"isbn", "issn"} else _SEVERAL
        if scheme == "doi" or "10." in cell:
            pattern = _SEVERAL_DOIS
        for part in filter(None, pattern.split(cell)):
            for each in _ISBN13.findall(part) if _GLUED.fullmatch(part) else (part,):
                self._add_one(each, scheme)

    def add_if_any(self, text: str) -> None:
        """Take the ISBN or ISSN of a text that need not have one."""
        found = read_any(text)
        if found is None and (match := _ISBN_AT_START.match(text)):
            found = normalise("isbn", match[1])
        if found and found.scheme in {"isbn", "issn"}:
            self._take(found)

    def identifiers(self, kind: str) -> tuple[Identifier, ...]:
        """Each once; an ISSN beside another identifier, or of a book, is that of a series.

        Args:
            kind: of the row, as in `Row`.
        """
        own = tuple(each for each in self._identifiers if each.scheme != "issn")
        is_alone = not kind and all(each.scheme == "url" for each in own)
        return tuple(self._identifiers) if kind == SERIAL or is_alone else own

    def bad(self) -> tuple[Bad, ...]:
        """What was no identifier, each once."""
        return tuple(self._bad)

    def _add_one(self, text: str, scheme: str) -> None:
        text = text.strip(" .\t\"'")
        found = _read(text, scheme)
        if found is None and scheme in _ISBN_KIND and (match := _ISBN_AT_START.match(text)):
            found = normalise("isbn", match[1])  # "9783030382063 (print)"
        if found:
            self._take(found)
        elif text and ((fault := fault_of(text)) is not Fault.NO_IDENTIFIER or scheme != "any"):
            self._bad[Bad(text[:_BAD_LENGTH], fault)] = None

    def _take(self, found: Identifier | None) -> None:
        if found is not None:
            self._identifiers[found] = None


def bare_cell(cell: str) -> str:
    """A cell without what spreadsheets put around numbers so that they stay as they are.

    >>> bare_cell('="9783030382063"'), bare_cell("'0-19-852663-6"), bare_cell("9783030382063.0")
    ('9783030382063', '0-19-852663-6', '9783030382063')
    """
    cell = cell.strip()
    if match := _FORMULA.fullmatch(cell):
        cell = match[1].strip()
    if match := _SPREADSHEET.fullmatch(cell):
        return match[1]
    return cell.removeprefix("'")


def read_any(text: str) -> Identifier | None:
    """The identifier that a text is, of whatever scheme; an ISBN-10 or ISSN by its check digit."""
    text = text.strip()
    digits = _DIGITS.sub("", text)
    if _LIKE_ISBN.fullmatch(digits) and (isbn := normalise("isbn", digits)):
        return isbn
    if _LIKE_ISSN.fullmatch(text) and (issn := normalise("issn", text)):
        return issn
    return recognise(text)


def fault_of(text: str) -> Fault:
    """Why a text is no identifier.

    >>> fault_of("978-3-030-38206-4").value, fault_of("9.78303E+12").value, fault_of("n/a").value
    ('bad check digit', 'rounded by a spreadsheet', 'no identifier')
    """
    if _ROUNDED.fullmatch(text):
        return Fault.ROUNDED
    match = _ISBN_AT_START.match(text)
    digits = _DIGITS.sub("", match[1] if match else text)
    if _LIKE_ISBN.fullmatch(digits) or _LIKE_ISSN.fullmatch(text):
        return Fault.CHECK_DIGIT
    return Fault.NO_IDENTIFIER


def year_in(text: str) -> int | None:
    """The first year in a date or a statement of publication.

    >>> year_in("2020-10-01T18:20:50Z"), year_in("[Berlin], c1998."), year_in("n.d.")
    (2020, 1998, None)
    """
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def clean_title(parts: Iterable[str]) -> str:
    """A title out of its parts, without markup, ends of fields and control characters."""
    cleaned = (plain(part[:_TITLE_LENGTH]).strip(" /:;,=") for part in parts)
    return ": ".join(filter(None, cleaned))


def _read(text: str, scheme: str) -> Identifier | None:
    match scheme:
        case "isbn" | "issn" | "doi":
            return normalise(scheme, text) or _other_than(scheme, text)
        case _:
            return read_any(text)


def _other_than(scheme: str, text: str) -> Identifier | None:
    """What stands in the wrong column is still what it is; a plain address names nothing."""
    found = read_any(text)
    return found if found and found.scheme not in (scheme, "url") else None
