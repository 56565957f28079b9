"""What a document has in each field, and the number it is sorted by."""

import pytest

from search.document import Document
from search.query import FIELDS
from search.text.fields import KEYWORDS, TEXT, sort_date, values_of
from tests.search.text.contract import BARE, HIGGS


def test_every_field_of_the_language_has_its_values():
    assert set(values_of(HIGGS)) == set(FIELDS)
    assert {*TEXT, *KEYWORDS, "identifier", "year"} == set(FIELDS)


def test_fields_without_a_value_are_left_out():
    assert values_of(BARE) == {
        "title": ("日本の物理学",),
        "kind": ("other",),
        "access": ("unknown",),
    }


@pytest.mark.parametrize(
    ("date", "year", "expected"),
    [
        ("2012-09-17", 2012, 20120917),
        ("2012-10", 2012, 20121000),
        ("2012", None, 20120000),
        ("", 2012, 20120000),
        ("soon", 1999, 19990000),
        ("", None, 0),
    ],
)
def test_dates_sort_as_numbers_and_the_year_stands_in(date, year, expected):
    assert sort_date(Document(key="k", kind="paper", title="t", date=date, year=year)) == expected
