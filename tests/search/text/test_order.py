"""Orders: which queries rank, and numbers that sort as what they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.document import Document
from search.query import parse_query
from search.text.order import date_number, key_number, ranks

KEYS = st.text(alphabet="0123456789abcdefghijklmnopqrstuvwxyz", max_size=12)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", False),
        ("kind:paper OR kind:book", False),
        ("year:2012 has:data -licence:*", False),
        ("10.17182/hepdata.1", False),
        ("identifier:ins*", False),
        ("-higgs", False),
        ("higgs", True),
        ("kind:paper title:higgs", True),
        ('year:2012 (kind:paper OR "top quark")', True),
        ("creator:hig*", True),
    ],
)
def test_a_query_ranks_when_words_of_text_are_wanted(query, expected):
    assert ranks(parse_query(query)) is expected


@given(one=KEYS, other=KEYS)
def test_key_numbers_sort_as_keys_do(one, other):
    assert (key_number(one) < key_number(other)) == (one < other)
    assert 0 <= key_number(one) < 2**63


@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_any_key_has_a_number(one, other):
    assert 0 <= key_number(one) < 2**63
    document = Document(key=other, kind="other", title="")
    assert 0 <= date_number(document) < 2**64


def test_newer_documents_have_lower_numbers_then_lower_keys():
    dated = [
        ("9999-12-31", "b"),
        ("2012-10-02", "zzzzzzzzzzzzz"),
        ("2012-10-01", "a"),
        ("2012-10-01", "b"),
        ("2012-10", "a"),
        ("2012", "a"),
        ("0001-01-01", "a"),
        ("", "a"),
        ("", "b"),
    ]
    numbers = [date_number(Document(key=k, kind="other", title="", date=d)) for d, k in dated]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("values", [{"date": "2012-99-99"}, {"year": 123456}, {"year": -50}])
def test_a_date_that_is_none_still_has_a_place(values):
    document = Document(key="k", kind="other", title="", **values)
    assert 0 <= date_number(document) < 2**64
