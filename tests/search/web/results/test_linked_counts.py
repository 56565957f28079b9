"""Counts of what the hits are linked to."""

import msgspec

from search.web.results import linked_counts
from search.web.results.linked_counts import count_linked
from tests.search.web.conftest import BASE, DATA, DOCUMENTS, HOSTILE, PAPER


async def test_links_count_in_both_directions_and_each_entity_once(site):
    assert count_linked(site, DOCUMENTS) == {
        PAPER: {"dataset": 1},
        DATA: {"dataset": 1, "paper": 1},
    }


async def test_what_the_index_knows_to_be_linked_to_nothing_is_not_asked_for(site):
    (hostile,) = [each for each in DOCUMENTS if each.key == HOSTILE]
    assert count_linked(site, [hostile]) == {}
    assert count_linked(site, []) == {}


async def test_too_many_links_are_told_apart_from_none(site, monkeypatch):
    monkeypatch.setattr(linked_counts, "MAX_LINKS", 1)
    found = count_linked(site, [each for each in DOCUMENTS if each.has])
    assert None in found.values()
    assert {key for key in found if found[key] is None} <= {PAPER, DATA}


async def test_counts_agree_with_the_graph(site):
    described = msgspec.structs.replace(DOCUMENTS[0], has=("data",))
    linked_from = site.graph.linked_from(f"{BASE}id/{described.key}")
    others = {subject for subject, _ in linked_from}
    kinds = [site.graph.kind(other) for other in others]
    assert count_linked(site, [described])[described.key] == {"dataset": kinds.count("dataset")}
