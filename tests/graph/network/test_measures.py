"""Measures of networks whose answers are known by hand."""

import subprocess
import sys

import msgspec
import pytest

from graph.links.filter import LinkFilter
from graph.network.bridges import bridges
from graph.network.build import add_link, build_network
from graph.network.communities import communities
from graph.network.components import components
from graph.network.degree import degrees
from graph.network.ego import NotInNetwork, ego, shortest_path
from graph.network.multigraph import new_network
from graph.network.reuse import reuse


def network_of(links, **kinds):
    """A network of `A Relation B` and `A Relation B BOTH`; kinds are `KIND` or `KIND SOURCE...`."""
    network = new_network(release=7, created_at="2024", base_iri="http://x/", selection="all links")
    for told in links:
        source, relation, target, *stated = told.split()
        add_link(network, source, relation, target)
        network.edges[source, target, relation]["stated_from"] = (*stated, "source")[0]
    for key, said in network.nodes(data=True):
        kind, *sources = kinds.get(key, "unknown").split()
        said.update(kind=kind, name=f"The {key}", is_stub=not sources, sources=tuple(sources))
    return network


@pytest.fixture
def whole(view, release):
    return build_network(view, LinkFilter(), info=release.info)


def test_every_measure_names_release_selection_and_size(whole, release):
    for each in (components, degrees, reuse, bridges, communities):
        told = each(whole)
        assert (told.release, told.created_at) == (1, release.info.created_at)
        assert (told.selection, told.n_entities, told.n_links) == ("all links", 9, 8)
        assert msgspec.json.decode(msgspec.json.encode(told))["base_iri"] == "http://weft.test/"


def test_components_of_the_town_are_two(whole, keys):
    told = components(whole)
    assert told.n == 2
    assert [(each.size, each.n) for each in told.sizes] == [(7, 1), (2, 1)]
    first, second = told.largest
    assert (first.n_links, first.n_stubs) == (7, 1)
    assert first.by_kind == {"dataset": 3, "book": 1, "paper": 1, "software": 1, "unknown": 1}
    assert first.by_source == {"a": 3, "c": 3, "b": 1}
    assert {each.key for each in first.members[:2]} == {keys["a/data"], keys["b/paper"]}
    assert {each.key for each in second.members} == {keys["d/far"], keys["d/away"]}


def test_degrees_by_relation_and_direction():
    network = network_of(["a Cites b", "a Cites c", "d Cites b", "a Requires b"])
    told = {(each.relation, each.direction): each for each in degrees(network).degrees}
    assert list(told) == [
        ("", "any"), ("Cites", "out"), ("Cites", "in"), ("Requires", "out"), ("Requires", "in"),
    ]  # fmt: skip
    everything = told["", "any"]
    assert (everything.n_links, everything.n_entities, everything.max) == (4, 4, 3)
    assert (everything.mean, everything.median) == (2.0, 2.0)
    assert [(each.degree, each.n) for each in everything.distribution] == [(1, 2), (3, 2)]
    cited = told["Cites", "in"]
    assert (cited.n_links, cited.n_entities, cited.mean, cited.median) == (3, 2, 1.5, 1.5)
    assert [(each.entity.key, each.n) for each in cited.top] == [("b", 2), ("c", 1)]


def test_an_empty_network_is_measured_all_the_same():
    network = network_of([])
    assert components(network).n == 0
    assert degrees(network).degrees == ()
    assert (reuse(network).n_datasets, bridges(network).bridges) == (0, ())
    assert (communities(network).n, communities(network).modularity) == (0, 0.0)


def test_reuse_counts_distinct_users_by_kind_and_by_what_they_say():
    network = network_of(
        ["p Cites d", "p IsSupplementedBy d", "s Requires d", "e IsDerivedFrom d", "d Cites q",
         "d IsSupplementTo q", "v IsVersionOf d"],
        d="dataset", e="dataset", v="dataset", p="paper", q="paper", s="software",
    )  # fmt: skip
    told = reuse(network)
    assert (told.n_datasets, told.n_used, told.rolled_up) == (3, 1, False)
    assert told.n_linked == 2
    assert [(each.users, each.n) for each in told.distribution] == [(0, 2), (3, 1)]
    [first] = told.most_used
    assert first.dataset.key == "d"
    assert (first.users, first.papers, first.software, first.datasets, first.others) == (
        3, 1, 1, 1, 0,
    )  # fmt: skip
    assert first.linked == 4
    assert first.by_relation == {
        "Cites": 1, "IsCitedBy": 1, "IsDerivedFrom": 1, "IsSupplementedBy": 2, "Requires": 1,
    }  # fmt: skip


def test_rolled_up_versions_share_their_users_and_are_no_users_of_each_other():
    network = network_of(
        ["p Cites v1", "p Cites v2", "q Cites d", "v2 IsDerivedFrom v1"],
        d="dataset", v1="dataset", v2="dataset", p="paper", q="paper",
    )  # fmt: skip
    told = reuse(network, roots={"v1": "d", "v2": "d"})
    assert (told.n_datasets, told.rolled_up) == (1, True)
    [found] = told.most_used
    assert (found.dataset.key, found.n_rolled_up, found.users, found.datasets) == ("d", 2, 2, 0)


def test_versions_of_a_concept_that_nobody_describes_go_by_the_first_of_them():
    network = network_of(
        ["p Cites v1", "p Cites v2", "q Cites concept", "r Cites v2"],
        v1="dataset", v2="dataset", p="paper", q="paper", r="paper",
    )  # fmt: skip
    [found] = reuse(network, roots={"v1": "concept", "v2": "concept"}).most_used
    assert (found.dataset.key, found.users) == ("v1", 3)
    without = network_of(["p Cites v1", "r Cites v2"], v1="dataset", v2="dataset")
    [found] = reuse(without, roots={"v1": "concept", "v2": "concept"}).most_used
    assert (found.dataset.key, found.users) == ("v1", 2)


def test_bridges_join_what_only_the_one_with_what_only_the_other_delivered():
    network = network_of(
        ["a1 Cites b1", "b1 Cites a2 both", "a1 Cites a2", "ab Cites b1",
         "x Cites a1", "x Cites b1"],
        a1="paper A", a2="paper A", b1="paper B", ab="paper A B",
    )  # fmt: skip
    [found] = bridges(network).bridges
    assert (found.sources, found.n_links, found.n_both) == (("A", "B"), 2, 1)
    assert found.by_relation == {"Cites": 2}
    assert found.n_shared == 1
    # a stub stands between the two, and b1 between a1 and ab, of which one is B's too
    assert {each.entity.key: each.n for each in found.top} == {"a1": 2, "a2": 2, "x": 2}
    assert found.n_entities == 3


def test_bridges_of_the_town(whole):
    told = {each.sources: (each.n_links, each.n_both) for each in bridges(whole).bridges}
    assert told[("a", "b")] == (1, 1)
    assert told[("a", "c")] == (1, 0)
    assert told[("b", "c")] == (2, 0)


def cliques():
    return network_of(
        [f"{side}{one} Cites {side}{other}" for side in "ab" for one in range(4)
         for other in range(one)] + ["a0 Cites b0"]
    )  # fmt: skip


@pytest.mark.parametrize("method", ["louvain", "label-propagation"])
def test_two_cliques_are_two_communities(method):
    told = communities(cliques(), method=method, seed=3)
    assert (told.n, told.seed, told.method) == (2, 3, method)
    assert [(each.size, each.n_links) for each in told.largest] == [(4, 6), (4, 6)]
    assert told.modularity == pytest.approx(12 / 13 - 0.5)
    assert told.community_of == {f"{side}{n}": "ab".index(side) for side in "ab" for n in range(4)}


def test_an_unknown_method_is_refused():
    with pytest.raises(
        ValueError, match="no method 'magic': expected one of louvain, label-propagation"
    ):
        communities(cliques(), method="magic")


RING = """
import sys
from tests.graph.network.test_measures import network_of
from graph.network.communities import communities
links = [f"n{i} Cites n{(i * i + 7 * step) % 97}" for i in range(97) for step in (1, 2, 3)]
told = communities(network_of(links), method=sys.argv[1], seed=5)
print(told.modularity, sorted(told.community_of.items()))
"""


@pytest.mark.parametrize("method", ["louvain", "label-propagation"])
def test_one_seed_gives_one_result_in_any_process(method):
    told = {
        subprocess.run(
            [sys.executable, "-c", RING, method],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert len(next(iter(told))) > 100


def test_an_ego_network_has_the_links_among_the_outermost():
    network = network_of(["a Cites b", "c Cites a", "b Cites c", "c Cites d"])
    told = ego(network, "a", 1)
    assert (told.centre.key, told.radius, told.by_distance) == ("a", 1, (1, 2))
    assert [(each.entity.key, each.distance) for each in told.entities] == [
        ("a", 0), ("b", 1), ("c", 1),
    ]  # fmt: skip
    assert [f"{each.source} {each.target}" for each in told.links] == ["a b", "b c", "c a"]
    assert (told.n_entities, told.n_links) == (3, 3)
    assert ego(network, "a", 0).links == ()


def test_a_shortest_path_goes_along_links_either_way():
    network = network_of(["a Cites b", "c Cites b", "c Cites d", "x Cites y"])
    assert shortest_path(network, "a", "d") == ("a", "b", "c", "d")
    assert shortest_path(network, "a", "a") == ("a",)
    assert shortest_path(network, "a", "x") is None


def test_an_entity_without_links_is_told_to_be_in_no_network():
    for ask in (lambda n: ego(n, "z"), lambda n: shortest_path(n, "a", "z")):
        with pytest.raises(NotInNetwork, match="z has none of these links"):
            ask(network_of(["a Cites b"]))
