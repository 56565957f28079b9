"""A MARC record as a row of a list: every ISBN in it, of the print and of the e-book. Pure.

Fields: https://www.loc.gov/marc/bibliographic/
"""

import re
from typing import Final

from graph.crosswalk.marc_fields import Field, MarcRecord
from graph.work import Kind
from search.holdings.row import Row
from search.holdings.stated import Stated, clean_title, year_in
from search.holdings.work_kinds import SERIAL

_TEXT_TYPES: Final = frozenset("at")
_LEVELS: Final = {
    "m": Kind.BOOK,
    "c": Kind.BOOK,
    "a": Kind.CHAPTER,
    "b": Kind.PAPER,
    "s": SERIAL,
    "i": SERIAL,
}
"""By the bibliographic level in the leader, of language material."""
_EAN: Final = "3"
_RELATED: Final = "2"
_ADDRESS: Final = re.compile(
    r"https?://(?:dx\.|www\.)?doi\.org/(10\.\d{4,9}/[^\s&]+)$", re.IGNORECASE
)
"""At the end, since a proxy may stand before it."""
_ORDER_NUMBERS: Final = frozenset({"doi", "hdl", "handle", "arxiv", "urn", "isbn", "uri", ""})


def row_of_marc(number: int, record: MarcRecord, problems: tuple[str, ...] = ()) -> Row:
    """What a bibliographic record says of the title that it describes."""
    kind = _kind(record)
    stated = Stated()
    for field in record.of("020"):
        for text in field.every("a"):
            stated.add(text, "isbn")
    for field in record.of("024"):
        _add_standard_number(field, stated)
    _add_other_isbns(record, stated, is_chapter=kind == Kind.CHAPTER)
    if kind == SERIAL:
        _add_issns(record, stated)
    for field in record.of("856"):
        if field.indicators[1:2] != _RELATED:
            _add_addresses(field, stated)
    titles = record.of("245") or record.of("240")
    parts = [text for code, text in titles[0].subfields if code in "abnp"] if titles else []
    dates = (*record.every("264", "c"), *record.every("260", "c"), record.fixed_date())
    return Row(
        number=number,
        title=clean_title(parts),
        identifiers=stated.identifiers(kind),
        bad=stated.bad(),
        year=next((year for date in dates if (year := year_in(date))), None),
        kind=kind,
        problems=problems,
    )


def _kind(record: MarcRecord) -> str:
    """By the leader; a book with a host of its own is a chapter."""
    form, level = record.leader[6:7], record.leader[7:8]
    kind = _LEVELS.get(level, "") if form in _TEXT_TYPES else ""
    if kind in {"", Kind.BOOK} and any(field.first("z") for field in record.of("773")):
        return Kind.CHAPTER
    return kind


def _add_standard_number(field: Field, stated: Stated) -> None:
    source = field.first("2").lower().strip(" .:")
    if source not in _ORDER_NUMBERS:
        return
    for text in field.every("a"):
        if source == "doi":
            stated.add(text, "doi")
        elif field.indicators[:1] == _EAN or source == "isbn":
            stated.add(text, "address")  # an EAN need not be an ISBN
        else:
            stated.add(text.removeprefix("hdl:"), "address")


def _add_other_isbns(record: MarcRecord, stated: Stated, *, is_chapter: bool) -> None:
    """Those of other forms, and cancelled ones: e-book records keep the print's there."""
    for text in (*record.every("020", "z"), *record.every("776", "z")):
        stated.add_if_any(text)
    if is_chapter:
        for text in record.every("773", "z"):
            stated.add_if_any(text)


def _add_issns(record: MarcRecord, stated: Stated) -> None:
    for text in record.every("022", "a"):
        stated.add(text, "issn")
    for text in (*record.every("022", "l"), *record.every("776", "x")):
        stated.add_if_any(text)


def _add_addresses(field: Field, stated: Stated) -> None:
    for text in field.every("u"):
        if match := _ADDRESS.search(text.strip()):
            stated.add(match[1], "address")
        else:
            stated.add(text, "address")
