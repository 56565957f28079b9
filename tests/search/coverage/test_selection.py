"""Selections read from texts."""

import pytest

from search.coverage.selection import (
    ALL_RELATIONS,
    Selection,
    SelectionError,
    Years,
    read_selection,
    read_years,
)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2010", Years(2010, 2010)),
        ("2010-2015", Years(2010, 2015)),
        (" 2010 - 2015 ", Years(2010, 2015)),
        ("2010-", Years(2010, None)),
        ("-2015", Years(None, 2015)),
        ("Unknown", Years(None, None)),
    ],
)
def test_a_span_of_years_is_read(text, years):
    assert read_years(text) == years


@pytest.mark.parametrize("text", ["2010", "2010-2015", "2010-", "-2015", "unknown"])
def test_a_span_is_written_as_it_is_read(text):
    assert str(read_years(text)) == text


@pytest.mark.parametrize(
    "text", ["", "-", "20101", "2015-2010", "2010 2015", "2010-2011-2012", "x", "٢٠١٠", "9" * 999]
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(SelectionError):
        read_years(text)


def test_the_message_on_a_long_text_is_short():
    with pytest.raises(SelectionError) as refused:
        read_years("9" * 9999)
    assert len(str(refused.value)) < 200


def test_values_given_twice_count_once():
    read = read_selection(sources=["b", "a", "b "], kinds=["paper"], years=["2010", "2010"])
    assert read == Selection(sources=("b", "a"), kinds=("paper",), years=(Years(2010, 2010),))


def test_an_empty_value_stands_for_what_nobody_states():
    assert read_selection(licences=["", "MIT"]).licences == ("", "MIT")


def test_a_link_type_is_meant_from_either_side():
    assert read_selection(relations=["IsSupplementedBy", "IsSupplementTo"]).relations == (
        "IsSupplementTo",
    )


def test_without_link_types_all_count():
    assert Selection().counted_relations == ALL_RELATIONS
    assert len(ALL_RELATIONS) == 19


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kinds": ["papers"]}, "no kind 'papers': expected one of dataset, paper"),
        ({"relations": ["links"]}, "no link type 'links': expected one of Cites"),
        ({"sources": map(str, range(101))}, "at most 100 values of source, found 101"),
    ],
)
def test_a_value_that_is_none_is_told(values, message):
    with pytest.raises(SelectionError, match=message):
        read_selection(**values)


def test_only_conditions_leave_something_out():
    assert read_selection(relations=["Cites"], rolled_up=False).is_everything
    assert not read_selection(languages=[""]).is_everything
