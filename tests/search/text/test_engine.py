"""Requests: what no engine could answer is refused before one is asked."""

import pytest

from search.text.engine import SearchRequest


def test_a_request_out_of_bounds_is_refused():
    for values, message in (
        ({"limit": -1}, "limit -1 is not between 0 and 1000"),
        ({"limit": 1001}, "limit 1001 is not between 0 and 1000"),
        ({"offset": -1}, "offset -1 is below 0"),
        ({"offset": 1, "after": "1"}, "an offset cannot be combined with after"),
        ({"facet_limit": 0}, "facet_limit 0 is not between 1 and 1000"),
        ({"facets": ("colour",)}, "no facet 'colour', expected one of kind, source"),
        ({"filters": {"title": ("a",)}}, "no facet 'title'"),
        ({"sort": "size"}, "'size' is not a valid Sort"),
    ):
        with pytest.raises(ValueError, match=message):
            SearchRequest(**values)
