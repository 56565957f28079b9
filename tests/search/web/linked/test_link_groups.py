"""How many links a page shows, and in which order."""

import pytest

from search.web.linked.link_groups import PER_PAGE, allot
from search.web.linked.neighbour import Neighbour, natural, reading_order


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([], []),
        ([1, 2], [1, 2]),
        ([500, 2, 90, 40, 40, 40], [25, 2, 25, 25, 20, 3]),
        ([5000], [25]),
    ],
)
def test_every_group_shows_some_and_those_in_front_fill_the_page(sizes, shown):
    assert allot(sizes) == shown


def test_many_groups_stay_within_the_page():
    assert sum(allot([30] * 33)) <= PER_PAGE


def test_whole_things_stand_before_stubs_and_data_before_papers():
    def other(name, kind, *, is_stub=False):
        return Neighbour(iri=name, path="", name=name, kind=kind, is_stub=is_stub)

    found = sorted(
        (
            other("stub", "dataset", is_stub=True),
            other("paper", "paper"),
            other("Table 10", "dataset"),
            other("Table 2", "dataset"),
            other("odd", "sculpture"),
        ),
        key=reading_order,
    )
    assert [each.name for each in found] == ["Table 2", "Table 10", "paper", "odd", "stub"]


@pytest.mark.parametrize("name", ["", "²", "٣ tables", "10²"])
def test_any_name_has_a_place(name):
    assert natural(name) == natural(name)
