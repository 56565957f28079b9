"""Version links that run in a circle are found and told; all others are not."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from graph.build import Recipe, write_graph
from graph.release import Draft
from graph.version_cycles import changed_version_cycles, version_cycles
from tests.graph.builders import BASE, MONDAY, link, new_town, work


def test_circles_are_found_once_each_in_order():
    links = [("c", "a"), ("a", "b"), ("b", "c"), ("b", "x"), ("q", "p"), ("p", "q"), ("y", "x")]
    assert version_cycles(links) == [("a", "b", "c"), ("p", "q")]


def test_versions_in_a_row_and_a_concept_with_versions_are_no_circle():
    assert version_cycles([("v2", "v1"), ("v3", "v2"), ("v1", "all"), ("v2", "all")]) == []


_LINKS = st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12)


@given(_LINKS, _LINKS)
def test_after_a_change_the_circles_are_those_of_all_links(before, after):
    def links_from(keys: Iterable[str]) -> list[tuple[str, str]]:
        return [link for link in after if link[0] in keys]

    changed = {end for link in before ^ after for end in link}
    found = changed_version_cycles(version_cycles(before), changed, links_from)
    assert found == version_cycles(after)


def test_after_a_change_only_what_it_can_reach_is_looked_at():
    asked: list[str] = []

    def links_from(keys: Iterable[str]) -> list[tuple[str, str]]:
        asked.extend(sorted(keys))
        return [("a", "b")] if "a" in keys else []

    assert changed_version_cycles([("x", "y"), ("a", "b")], ["a"], links_from) == [("x", "y")]
    assert asked == ["a", "b"]


def test_a_release_tells_the_circles_of_its_version_links(tmp_path):
    with new_town(tmp_path) as town:
        town.arrive(
            work("a/1", "doi:10.1/a", links=[link("IsNewVersionOf", "doi:10.1/b")]),
            work("a/2", "doi:10.1/b", links=[link("IsNewVersionOf", "doi:10.1/a")]),
            work("a/3", "doi:10.1/c", links=[link("IsNewVersionOf", "doi:10.1/a")]),
            work("a/4", "doi:10.1/d", links=[link("Cites", "doi:10.1/c")]),
        )
        town.build()
        keys = town.keys()
        draft = Draft(number=1, path=tmp_path)
        recipe = Recipe(base_iri=BASE, source_order=(), made_at=MONDAY)
        info = write_graph(draft, town.catalogue, recipe, sink=lambda _entity, _kinds: None)
    assert info.version_cycles == (tuple(sorted((keys["a/1"], keys["a/2"]))),)
