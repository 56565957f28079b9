"""Shortest chains of links, searched in the store."""

import itertools

import pytest

from graph.links.filter import LinkFilter, LinkFilterError
from graph.network.build import build_network
from graph.network.ego import shortest_path
from graph.network.path import find_path
from graph.relation import PREDICATES


@pytest.fixture
def path(view, keys):
    """A path between two names, as names and signed relations, a turned one with a minus."""
    names = {key: name for name, key in keys.items()}

    def find(one, other, wanted=None, **bounds):
        found = find_path(view, view.iri(keys[one]), view.iri(keys[other]), wanted, **bounds)
        told = [
            f"{'-' if each.way.is_turned else ''}{PREDICATES[each.way.predicate]}"
            for each in found.links
        ]
        return [names[view.key(iri)] for iri in found.entities], told, found

    return find


def test_a_chain_is_read_in_its_own_direction(path):
    entities, relations, found = path("a/v1", "c/code")
    assert entities == ["a/v1", "a/data", "c/code"]
    assert relations == ["IsVersionOf", "-Requires"]
    assert (found.length, found.is_cut) == (2, False)
    assert [each.start for each in found.links] == list(found.entities[:-1])
    assert [each.end for each in found.links] == list(found.entities[1:])


def test_each_step_tells_who_states_it(path):
    _, _, found = path("b/paper", "a/data")
    [step] = found.links
    assert [each.source for each in step.stated.by_subject] == ["a"]
    assert [each.source for each in step.stated.by_object] == ["b"]


def test_a_path_is_as_long_as_the_shortest_in_the_whole_network(view, release, keys):
    network = build_network(view, LinkFilter(), info=release.info)
    for one, other in itertools.product(keys.values(), repeat=2):
        expected = shortest_path(network, one, other)
        found = find_path(view, view.iri(one), view.iri(other))
        assert found.length == (None if expected is None else len(expected) - 1)
        assert found == find_path(view, view.iri(one), view.iri(other))


def test_relations_that_do_not_count_make_a_path_longer_or_none(path):
    assert path("a/v1", "c/code", LinkFilter(relations=("IsVersionOf",)))[2].length is None
    wanted = LinkFilter(relations=("HasVersion", "IsSupplementedBy", "IsCitedBy"))
    entities, relations, _ = path("a/v1", "c/code", wanted)
    assert entities == ["a/v1", "a/data", "b/paper", "c/code"]
    assert relations == ["IsVersionOf", "IsSupplementTo", "-Cites"]


def test_a_stub_may_be_an_end_but_stands_between_only_if_asked(path):
    without = LinkFilter(stubs="without")
    assert path("nowhere", "a/data", without)[0] == ["nowhere", "b/paper", "a/data"]


def test_things_that_nothing_joins_have_no_path(path):
    entities, _, found = path("a/data", "d/far")
    assert (entities, found.length, found.is_cut) == ([], None, False)


def test_a_thing_has_a_path_of_no_links_to_itself(path):
    entities, relations, found = path("a/data", "a/data")
    assert (entities, relations, found.length) == (["a/data"], [], 0)


def test_a_bound_that_ends_the_search_is_told(path):
    assert path("c/code", "nowhere", max_length=2)[2].length == 2
    cut = path("c/code", "nowhere", max_length=1)[2]
    assert (cut.length, cut.is_cut) == (None, True)
    cut = path("a/v1", "nowhere", max_visited=2)[2]
    assert (cut.length, cut.is_cut) == (None, True)
    assert cut.n_visited <= 4


@pytest.mark.parametrize(
    "wanted",
    [LinkFilter(relations=("cites",)), LinkFilter(since=2010), LinkFilter(stubs="only")],
    ids=str,
)
def test_a_condition_that_a_path_does_not_take_is_refused(path, wanted):
    with pytest.raises(LinkFilterError):
        path("a/data", "b/paper", wanted)
