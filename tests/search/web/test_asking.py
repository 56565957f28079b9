"""Search parameters, read and written."""

import pytest
from aiohttp import web
from multidict import MultiDict

from search.errors import BadSearch, QuerySyntaxError
from search.question.ask import Ask
from search.text.engine import Sort
from search.web.asking import read_ask, read_number


def test_parameters_become_text_sort_and_filters():
    pairs = [("q", " higgs "), ("kind", "paper"), ("kind", "book"), ("kind", "paper"), ("year", "")]
    ask = read_ask(MultiDict([*pairs, ("sort", "date"), ("unknown", "x")]))
    assert ask == Ask(text="higgs", sort=Sort.DATE, filters={"kind": ("paper", "book")})


def test_a_filter_is_added_and_removed_again():
    added = Ask(text="a", offset=20).toggled("source", "zenodo")
    assert added.filters == {"source": ("zenodo",)}
    assert added.offset == 0
    assert added.toggled("source", "zenodo").filters == {}


def test_a_question_is_written_as_parameters():
    ask = Ask(text="a b&c", sort=Sort.TITLE, filters={"kind": ("paper",), "year": ("2012", "2013")})
    assert ask.query_string() == "q=a+b%26c&kind=paper&year=2012&year=2013&sort=title"


def test_an_unknown_sort_is_refused():
    with pytest.raises(web.HTTPBadRequest) as raised:
        read_ask(MultiDict(sort="size"))
    assert "expected one of relevance, date, title" in (raised.value.text or "")


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "9999999", "²"])
def test_a_number_that_is_none_is_refused(text):
    with pytest.raises(web.HTTPBadRequest) as raised:
        read_number(MultiDict(limit=text), "limit", 1)
    assert "whole number" in (raised.value.text or "")


def test_an_offset_too_deep_is_refused():
    with pytest.raises(BadSearch, match="above 10000"):
        Ask(offset=10_001).to_request()


def test_a_query_that_does_not_parse_keeps_its_position():
    with pytest.raises(QuerySyntaxError) as raised:
        Ask(text="higgs (").to_request()
    assert (raised.value.line, raised.value.column) == (1, 7)
