"""The table of who said what, from fields written out by hand."""

from graph.explain.answer import (
    ChosenField,
    GatheredField,
    GatheredValue,
    OtherValue,
    RecordName,
)
from search.web.linked.sources_table import Value, Why, read_rows

ONE, TWO = RecordName("a", "1"), RecordName("b", "2")


def rows(**fields):
    return read_rows(fields, lambda name: name == "publisherIdentifier")


def chosen(value, origin=ONE, agree=(), others=()):
    return ChosenField(value=value, origin=origin, agree=agree, others=others)


def test_a_value_that_all_state_is_agreed_on():
    [row] = rows(title=chosen("T", agree=(TWO,)))
    assert (row.why, row.is_disputed) == (Why.AGREED, False)
    assert row.values == (Value(texts=("T",), records=(ONE, TWO)),)


def test_what_differs_stands_below_with_all_who_say_it():
    [row] = rows(
        date=chosen("2012", others=(OtherValue("b", "2", "2013"), OtherValue("c", "3", "2013")))
    )
    assert (row.why, row.is_disputed) == (Why.ORDER, True)
    assert row.values[1] == Value(
        texts=("2013",), is_chosen=False, records=(TWO, RecordName("c", "3"))
    )


def test_a_kind_is_chosen_because_it_says_most():
    [row] = rows(kind=chosen("book", others=(OtherValue("b", "2", "paper"),)))
    assert row.why is Why.TELLING


def test_a_value_that_no_record_states_is_put_together():
    [row] = rows(title=chosen("T", origin=None))
    assert (row.why, row.values[0].records) == (Why.NONE, ())


def test_long_lists_are_cut_and_counted():
    people = tuple(f"P{n}" for n in range(3000))
    [row] = rows(creators=chosen(people))
    assert (len(row.values[0].texts), row.values[0].n_more) == (8, 2992)
    words = tuple(GatheredValue(f"w{n}", (ONE,)) for n in range(40))
    [row] = rows(keywords=GatheredField(words))
    assert (row.why, len(row.values), row.n_more) == (Why.ADDED, 12, 28)


def test_rows_follow_the_page_and_hidden_fields_are_left_out():
    found = rows(
        zebra=chosen("z"), licence=chosen("l"), title=chosen("t"), publisherIdentifier=chosen("p")
    )
    assert [row.field for row in found] == ["title", "licence", "zebra"]


def test_the_year_is_left_out_beside_a_date_unless_the_records_differ_on_it():
    disputed = chosen("2012", others=(OtherValue("b", "2", "2013"),))
    assert [row.field for row in rows(date=chosen("2012-01"), year=chosen("2012"))] == ["date"]
    assert [row.field for row in rows(date=chosen("2012-01"), year=disputed)] == ["date", "year"]
    assert [row.field for row in rows(year=chosen("2012"))] == ["year"]
