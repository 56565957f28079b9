import pytest

from search.text.engine import Sort
from search.web.sru.cql import parse_cql
from search.web.sru.cql_query import translate
from search.web.sru.diagnostics import Code, CqlError, Refused
from search.web.sru.order import Order, read_sort_parameter

NEWEST = Order(sort=Sort.DATE)
OLDEST = Order(sort=Sort.DATE, is_reversed=True)
BY_TITLE = Order(sort=Sort.TITLE)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a", Order()),
        ("a sortby dc.date", OLDEST),
        ("a sortby date/sort.ascending", OLDEST),
        ("a sortby dc.date/sort.descending", NEWEST),
        ("a sortby weft.year/descending/sort.missingLow", NEWEST),
        ("a sortby dc.title/sort.ignoreCase", BY_TITLE),
        ("a sortby dc.title/sort.descending", Order(sort=Sort.TITLE, is_reversed=True)),
        ("a sortby relevance", Order()),
        ('> s = "info:srw/cql-context-set/1/sort-v1.0" a sortby title/s.ascending', BY_TITLE),
        ('> d = "info:srw/cql-context-set/1/dc-v1.1" a sortby d.title', BY_TITLE),
    ],
)
def test_sortby_becomes_an_order_of_the_engine(query, expected):
    assert translate(parse_cql(query)).order == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("a sortby dc.creator", Code.SORT_PATH),
        ("a sortby dc.foo", Code.INDEX),
        ("a sortby foo.title", Code.CONTEXT_SET),
        ("a sortby relevance/sort.ascending", Code.SORT_DIRECTION),
        ("a sortby title/sort.respectCase", Code.SORT_CASE),
        ("a sortby date/sort.missingFail", Code.SORT_MISSING),
        ("a sortby title/sort.unicodeCollate=4", Code.FEATURE),
        ("a sortby title/sort.ignoreCase=1", Code.FEATURE),
        ("a sortby title date", Code.TOO_MANY_SORT_KEYS),
    ],
)
def test_sortby_that_no_engine_does_is_refused(query, code):
    with pytest.raises(CqlError) as caught:
        translate(parse_cql(query))
    assert caught.value.diagnostic.code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title", BY_TITLE),
        ("dc.title,,1", BY_TITLE),
        ("/dc/title,info:srw/schema/1/dc-v1.1,true,0", BY_TITLE),
        ("date", OLDEST),
        ("date,dc,0,,lowValue", NEWEST),
        ("relevance", Order()),
    ],
)
def test_sort_keys_become_an_order_of_the_engine(text, expected):
    assert read_sort_parameter(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("creator", Code.SORT_PATH),
        (",", Code.SORT_PATH),
        ("title,onix", Code.SORT_SCHEMA),
        ("title,,up", Code.SORT_DIRECTION),
        ("title,,1,1", Code.SORT_CASE),
        ("date,,1,,abort", Code.SORT_MISSING),
        ("date,,1,,,x", Code.SORT_MISSING),
        ("relevance,,1", Code.SORT_DIRECTION),
        ("title date", Code.TOO_MANY_SORT_KEYS),
    ],
)
def test_sort_keys_that_no_engine_does_are_refused(text, code):
    with pytest.raises(Refused) as caught:
        read_sort_parameter(text)
    assert caught.value.diagnostic.code == code
