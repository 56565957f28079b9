"""Networks out of a release: what is in them, however they are read."""

import pytest

from graph.links.filter import LinkFilter, LinkFilterError
from graph.links.listing import list_links
from graph.network import build
from graph.network.build import NetworkTooLarge, build_neighbourhood, build_network
from graph.network.ego import ego_network
from graph.relation import PREDICATES


def edges(network):
    return sorted(
        (source, key, target, said["stated_from"], said["stated_by"])
        for source, target, key, said in network.edges(keys=True, data=True)
    )


@pytest.fixture(params=["in one pass", "looked up"])
def whole(request, view, release, monkeypatch):
    """The network of all links, read in both ways."""
    monkeypatch.setattr(build, "_FEW", 0 if request.param == "looked up" else 100)
    return build_network(view, LinkFilter(), info=release.info)


def test_nodes_tell_kind_name_year_stub_and_sources(whole, keys):
    assert set(whole) == set(keys.values())
    assert whole.nodes[keys["a/data"]] == {
        "kind": "dataset",
        "name": "Title of a/data",
        "year": 2012,
        "is_stub": False,
        "sources": ("a",),
    }
    assert whole.nodes[keys["c/copy"]]["sources"] == ("a", "c")
    assert whole.nodes[keys["nowhere"]] == {
        "kind": "unknown",
        "name": "doi:10.5072/nowhere",
        "is_stub": True,
        "sources": (),
    }


def test_an_edge_tells_its_relation_and_who_states_it_from_where(whole, keys):
    assert whole.edges[keys["a/data"], keys["b/paper"], "IsSupplementTo"] == {
        "relation": "IsSupplementTo",
        "stated_from": "both",
        "stated_by": ("a", "b"),
    }
    assert whole.edges[keys["c/copy"], keys["a/data"], "Cites"] == {
        "relation": "Cites",
        "stated_from": "source",
        "stated_by": ("c",),
    }


def test_edges_say_what_the_list_of_links_says(whole, view):
    def stated_from(stated):
        sides = [
            name
            for name, told in (("source", stated.by_subject), ("target", stated.by_object))
            if told
        ]
        return "both" if len(sides) > 1 else (*sides, "neither")[0]

    assert edges(whole) == sorted(
        (
            view.key(each.start),
            PREDICATES[each.way.predicate],
            view.key(each.end),
            stated_from(each.stated),
            tuple(sorted({s.source for s in (*each.stated.by_subject, *each.stated.by_object)})),
        )
        for each in list_links(view, LinkFilter())
    )


def test_the_network_names_its_release_and_selection(view, release):
    wanted = LinkFilter(relations=("Cites",), stubs="without")
    network = build_network(view, wanted, info=release.info)
    assert network.graph == {
        "release": 1,
        "created_at": release.info.created_at,
        "base_iri": "http://weft.test/",
        "selection": "relation=Cites stubs=without",
    }
    assert (network.number_of_nodes(), network.number_of_edges()) == (6, 3)


def test_nothing_fits_makes_an_empty_network(view, release):
    network = build_network(view, LinkFilter(from_kinds=("chapter",)), info=release.info)
    assert (network.number_of_nodes(), network.number_of_edges()) == (0, 0)


def test_more_links_than_the_limit_are_refused_with_their_number(view, release):
    with pytest.raises(NetworkTooLarge, match="8 links fit, and a network holds 7 at most"):
        build_network(view, LinkFilter(), info=release.info, limit=7)


def test_a_condition_that_cannot_be_meant_is_refused(view, release):
    with pytest.raises(LinkFilterError, match="no source 'x'"):
        build_network(view, LinkFilter(sources=("x",)), info=release.info)


@pytest.mark.parametrize("name", ["a/v1", "c/book", "nowhere", "d/far"])
@pytest.mark.parametrize("wanted", [LinkFilter(), LinkFilter(stubs="without", since=2012)], ids=str)
def test_a_neighbourhood_is_the_ego_network_of_the_whole(view, release, keys, name, wanted):
    network = build_network(view, wanted, info=release.info)
    for radius in range(4):
        around = build_neighbourhood(view, keys[name], radius, wanted, info=release.info)
        if keys[name] not in network:
            assert (list(around), around.number_of_edges()) == ([keys[name]], 0)
            continue
        expected = ego_network(network, keys[name], radius)
        assert dict(around.nodes(data=True)) == dict(expected.nodes(data=True))
        assert edges(around) == edges(expected)


def test_a_neighbourhood_has_a_bound_and_no_other_centre(view, release, keys):
    with pytest.raises(NetworkTooLarge):
        build_neighbourhood(view, keys["a/data"], 2, LinkFilter(), info=release.info, limit=3)
    wanted = LinkFilter(at=view.iri(keys["a/data"]))
    with pytest.raises(LinkFilterError, match="leave out `at`"):
        build_neighbourhood(view, keys["a/data"], 2, wanted, info=release.info)
