"""Dates keep the part that is known."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.dates import read_date, year_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2012", "2012"),
        ("2012-07", "2012-07"),
        ("2012-07-04", "2012-07-04"),
        ("2012-7-4", "2012-07-04"),
        ("2012/07/04", "2012-07-04"),
        ("20120704", "2012-07-04"),
        ("2012-07-04T09:00:00Z", "2012-07-04"),
        ("2016-01-01 00:00:00", "2016-01-01"),
        ("2017-04-07 15:04:22.409791", "2017-04-07"),
        ("[2012]", "2012"),
        ("4 July 2012", "2012-07-04"),
        ("1st Sept. 2012", "2012-09-01"),
        ("July 2012", "2012-07"),
        ("DECEMBER, 2012", "2012-12"),
    ],
)
def test_a_date_keeps_its_known_part(text, value):
    reading = read_date(text)
    assert (reading.value, reading.problem) == (value, "")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2010/2012", "2010"),
        ("1961-06-01/1962-10-12", "1961-06-01"),
        ("2010-2012", "2010"),
        ("2010 - 2012", "2010"),
    ],
)
def test_of_a_range_the_start_is_kept_and_said(text, start):
    reading = read_date(text)
    assert (reading.value, reading.problem) == (start, "date-range")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Spring 1999", "1999"),
        ("Winter 1999/2000", "1999"),
        ("early summer of 1999", "1999"),
        ("Q3 2014", "2014"),
        ("ca. 1850", "1850"),
        ("c1998", "1998"),
        ("\u00a9 2003", "2003"),
    ],
)
def test_of_a_season_or_a_guess_the_year_is_kept_and_said(text, year):
    reading = read_date(text)
    assert (reading.value, reading.problem) == (year, "date-in-words")


@pytest.mark.parametrize(
    "text", ["31 February 2012", "Spring", "May", "Spring 0999", "room 1999", "4 July 12"]
)
def test_words_around_a_number_make_no_date(text):
    assert read_date(text).problem == "bad-date"


@pytest.mark.parametrize(
    "text", ["0000", "n.d.", "", "2012-02-30", "2012-13", "-0024/-0022", "321 BCE", "Yesterday"]
)
def test_what_is_no_date_is_empty_and_said(text):
    reading = read_date(text)
    assert (reading.value, reading.problem) == ("", "bad-date")


def test_a_long_text_is_refused_in_linear_time():
    started = time.process_time()
    assert read_date("2012" + " x" * 50_000).problem == "bad-date"
    assert time.process_time() - started < 1


def test_year_of_a_date_or_none():
    assert year_of("2012-07-04") == 2012
    assert year_of("0000") is None


@given(st.text() | st.from_regex(r"\d{1,8}[-/]?\d{0,4}[-/T ]?\d{0,4}"))
def test_any_text_gives_iso_or_a_problem(text):
    reading = read_date(text)
    assert re.fullmatch(r"(?:\d{4}(?:-\d\d(?:-\d\d)?)?)?", reading.value, re.ASCII)
    assert bool(reading.value) or reading.problem == "bad-date"
