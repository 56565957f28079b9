"""Links with the words of those who state them, in the direction of the default graph."""

import msgspec
import pyoxigraph as ox

from graph.explain import explain
from graph.iris import entity_iri, mint_key
from tests.graph.builders import BASE
from tests.graph.explain.explained import key_of


def test_links_are_told_canonically_with_their_own_words(view):
    told = explain(view, "doi:10.5072/book")
    chapter, cited = key_of(view, "d/1"), key_of(view, "d/2")
    related = sorted((chapter, told.key or ""))
    assert {(each.source, each.relation, each.target) for each in told.links} == {
        (told.key, "IsIdenticalTo", told.key),
        (told.key, "Cites", mint_key("doi:10.5072/nowhere")),
        (told.key, "Cites", cited),
        (chapter, "IsPartOf", told.key),
        (related[0], "IsRelatedTo", related[1]),
    }
    assert told.links[0].source == told.links[0].target  # between its own records: first
    [stated] = next(each.stated_by for each in told.links if each.target == cited)
    assert msgspec.to_builtins(stated) == {
        "source": "d",
        "record": "2",
        "as": "IsReferencedBy",
        "at": "2024-01-02T00:00:00Z",
        "rule": "stated",
        "target_as": "doi:10.5072/book",
    }


def test_the_links_of_a_thing_are_those_of_the_default_graph(view, release):
    store = ox.Store.read_only(str(release.graph_path))
    for name in ("a/1", "d/1", "d/2", "d/3"):
        told = explain(view, key_of(view, name))
        for each in told.links:
            ends = (f"<{entity_iri(BASE, end)}>" for end in (each.source, each.target))
            query = "ASK {{ {} ?p {} }}".format(*ends)
            assert bool(store.query(query)) is (each.source != each.target), each


def test_an_unknown_relation_is_a_relation_all_the_same(view):
    [made_up] = explain(view, key_of(view, "d/3")).links
    assert made_up.relation == "IsRelatedTo"
    assert made_up.stated_by[0].stated_as == "MadeUp"
