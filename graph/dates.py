"""Dates of any spelling to the part of ISO 8601 that is known: YYYY, YYYY-MM or YYYY-MM-DD."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

_ISO: Final = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T ]\d{1,2}:\d{2}.*)?", re.DOTALL
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{6}Z?)?")
_MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
_MONTH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NAMED_MONTH: Final = re.compile(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)?\.? )?{_MONTH},? (\d{{4}})", re.IGNORECASE | re.ASCII
)
# What stands beside the year says too little for a month, or how sure the year is.
_YEAR_IN_WORDS: Final = re.compile(
    r"(?:(?:(?:early|mid|late|in) )?(?:spring|summer|autumn|fall|winter|q[1-4])(?: of)?,? "
    r"|(?:c|ca|circa|approx|about|copyright)\.? ?|[c\u00a9] ?)(\d{4})(?:/\d{2,4})?",
    re.IGNORECASE | re.ASCII,
)
_RANGE: Final = re.compile(r"\s*(?:/|--|\u2013|\u2014|\bto\b|(?<=\d{4})\s*-(?=\s*\d{4}\s*$))\s*")
_EARLIEST_YEAR: Final = 1000  # printed matter and harvested data are younger; `0000` is a filler
_LATEST_YEAR: Final = 2999
_MAX_LENGTH: Final = 100  # the longest range with times and zones is about half of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be read of a date."""

    value: str
    """YYYY, YYYY-MM or YYYY-MM-DD; empty when nothing could be read."""
    problem: str
    """Empty or `bad-date`; `date-range` when only the start of a range was kept, `date-in-words`
    when only the year was, as of `Spring 1999`."""


_BAD: Final = Reading(value="", problem="bad-date")


@lru_cache(maxsize=8192)
def read_date(text: str) -> Reading:
    """Read a date; the time of day is left out, and of a range the start is kept.

    >>> read_date("2017-04-07 15:04:22.409791").value
    '2017-04-07'
    >>> read_date("2010/2012")
    Reading(value='2010', problem='date-range')
    """
    text = " ".join(text.split()).strip("[]()").strip()
    if len(text) > _MAX_LENGTH:
        return _BAD
    value = _single(text)
    if value:
        return Reading(value=value, problem="")
    start, *rest = _RANGE.split(text, maxsplit=1)
    if rest:
        value = _single(start)
        if value:
            return Reading(value=value, problem="date-range")
    if (named := _YEAR_IN_WORDS.fullmatch(text)) and (value := _single(named[1])):
        return Reading(value=value, problem="date-in-words")
    return _BAD


@lru_cache(maxsize=4096)
def year_of(value: str) -> int | None:
    """The year of a date as `read_date` returns it, or of a bare publication year."""
    reading = read_date(value).value
    return int(reading[:4]) if reading else None


def _single(text: str) -> str:
    if match := _COMPACT.fullmatch(text):
        year, month, day = match.groups()
    elif match := _ISO.fullmatch(text):
        year, _, month, day = match.groups()
    elif match := _NAMED_MONTH.fullmatch(text):
        day, name, year = match.groups()
        month = str(_MONTHS.index(name[:3].lower()) // 3 + 1)
    else:
        return ""
    if not _EARLIEST_YEAR <= int(year) <= _LATEST_YEAR:
        return ""
    if month is None:
        return str(int(year))
    try:
        known = date(int(year), int(month), int(day or 1))
    except ValueError:
        return ""
    return known.isoformat() if day else known.isoformat()[:7]
