"""Dates of a MARC record: of publication, of the journal issue, of the preprint, in 008."""

import re
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.marc_fields import MarcRecord
from graph.dates import read_date

_EMBARGO: Final = "info:eu-repo/date/embargoEnd/"
_YEAR: Final = re.compile(r"(?<!\d)(?:1\d{3}|20\d\d)(?!\d)")
_MARKS: Final = re.compile(r"^(?:cop\.?|c|\u00a9|p|\u2117|ca\.?)\s*(?=\d)|[\[\]?]", re.IGNORECASE)
_NOT_PUBLISHED: Final = "0234"
"""Second indicators of field 264 for production, distribution, manufacture and copyright."""


def add_dates(record: MarcRecord, draft: Draft) -> None:
    """Add dates; the year is the journal's, else of publication, else that of the preprint."""
    issued = [*record.every("260", "c"), *record.every("502", "d")]
    for field in record.of("264"):
        if field.indicators[1] not in _NOT_PUBLISHED:
            issued += field.every("c")
        elif field.indicators[1] == "4":
            draft.add_date("Copyrighted", read_mark(field.first("c")))
    for text in issued:
        if text.startswith(_EMBARGO):
            draft.add_date("Available", text.removeprefix(_EMBARGO))
        else:
            draft.add_date("Issued", read_mark(text))
    dates = [read_mark(text) for text in issued if not text.startswith(_EMBARGO)]
    submitted = [read_mark(text) for text in record.every("269", "c")]
    for date in submitted:
        draft.add_date("Submitted", date)
    fixed = record.fixed_date()
    if not dates and read_date(fixed).value:
        draft.add_date("Issued", fixed)
    _add_year(record, [*dates, *submitted, fixed], draft)


def _add_year(record: MarcRecord, dates: list[str], draft: Draft) -> None:
    journal = [text for text in record.every("773", "y") if re.fullmatch(r"\d{4}", text)]
    for date in (*journal, *dates):
        if read_date(date).value:
            draft.set_year(date)
            break


def read_mark(text: str) -> str:
    """A date without the marks of catalogues; unchanged when more than one year is in it.

    >>> read_mark("c2015."), read_mark("[1839?]-1847"), read_mark("November 04, 2015")
    ('2015', '1839-1847', '2015')
    """
    cleaned = _MARKS.sub("", text.strip(" .,;:/")).strip(" .,;:/")
    if read_date(cleaned).value:
        return cleaned
    years = set(_YEAR.findall(cleaned))
    return years.pop() if len(years) == 1 else cleaned
