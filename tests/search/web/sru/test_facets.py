import pytest
from multidict import MultiDict

from search.text.engine import FACETS, FacetCount
from search.web.sru.diagnostics import Code, Refused
from search.web.sru.facets import read_facets

COUNTS = (FacetCount("b", 5), FacetCount("A", 3), FacetCount("a", 3), FacetCount("c", 1))


def read(**parameters):
    asked = read_facets(MultiDict(parameters))
    assert asked is not None
    return asked


def picked(**parameters):
    return "".join(each.value for each in read(**parameters).pick("kind", COUNTS))


def test_no_facets_are_counted_unless_asked_for():
    assert read_facets(MultiDict(query="a")) is None


def test_a_number_alone_is_for_every_facet():
    asked = read(facetLimit="3")
    assert tuple(asked.indexes) == FACETS
    assert set(asked.limits.values()) == {3}
    assert asked.indexes["kind"] == "weft.kind"


def test_numbers_with_an_index_choose_the_facets():
    asked = read(facetLimit="3:dc.type,5:weft.year")
    assert asked.indexes == {"kind": "dc.type", "year": "weft.year"}
    assert asked.limits == {"kind": 3, "year": 5}


def test_a_number_alone_is_for_the_facets_that_are_not_named():
    asked = read(facetLimit="3,5:dc.type")
    assert (asked.limits["kind"], asked.limits["year"]) == (5, 3)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"facetLimit": "2"}, "bA"),
        ({"facetLimit": "2", "facetStart": "2"}, "Aa"),
        ({"facetLimit": "2", "facetStart": "4:dc.type"}, "c"),
        ({"facetStart": "9"}, ""),
        ({"facetSort": "recordCount,ascending"}, "cAab"),
        ({"facetSort": "alphanumeric"}, "Aabc"),
        ({"facetSort": "alphanumeric,descending"}, "cbaA"),
        ({"facetSort": "alphanumeric, ascending, caseSensitive"}, "Aabc"),
    ],
)
def test_values_come_in_the_order_and_from_the_start_asked_for(parameters, expected):
    assert picked(**parameters) == expected


def test_engine_is_asked_for_no_more_values_than_needed():
    assert read(facetLimit="3,5:dc.type", facetStart="11:dc.type").n_fetched == 15
    assert read(facetSort="alphanumeric").n_fetched == 1000


@pytest.mark.parametrize(
    "parameters",
    [
        {"facetLimit": "many"},
        {"facetLimit": "0"},
        {"facetLimit": "1001"},
        {"facetLimit": "-1"},
        {"facetLimit": "²"},
        {"facetLimit": ":dc.type"},
        {"facetLimit": "5:dc.title"},
        {"facetLimit": "5:foo"},
        {"facetStart": "0"},
        {"facetSort": "random"},
        {"facetSort": "ascending,descending"},
    ],
)
def test_facets_that_are_not_there_are_refused(parameters):
    with pytest.raises(Refused) as caught:
        read_facets(MultiDict(parameters))
    assert caught.value.diagnostic.code == Code.UNSUPPORTED_VALUE
    assert caught.value.diagnostic.details == next(iter(parameters))
