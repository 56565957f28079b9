"""Edits of a query, and the way back from a place in the edited one."""

import pytest

from search.sparql.edits import Edit, EditedQuery

QUERY = "one two\nthree four"
EDITED = EditedQuery(QUERY, (Edit(0, 0, "BASE "), Edit(4, 7, "a\nlong\ntext"), Edit(14, 18, "4")))


def test_all_that_no_edit_names_stays():
    assert EDITED.text == "BASE one a\nlong\ntext\nthree 4"


@pytest.mark.parametrize(
    ("place", "before"),
    [
        ((1, 1), (1, 1)),
        ((1, 6), (1, 1)),
        ((1, 8), (1, 3)),
        ((1, 10), (1, 5)),
        ((2, 3), (1, 5)),
        ((3, 4), (1, 5)),
        ((3, 5), (1, 8)),
        ((4, 1), (2, 1)),
        ((4, 6), (2, 6)),
        ((4, 7), (2, 7)),
        ((4, 8), (2, 11)),
        ((4, 99), (2, 11)),
    ],
)
def test_a_place_leads_back_to_where_it_was(place, before):
    assert EDITED.position_before(*place) == before
