"""From works to entities: keys that last, redirects, tombstones, stubs and links."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.iris import mint_key
from graph.work import Kind
from tests.graph.builders import Town, link, new_town, work

DATASET, BOOK = Kind.DATASET, Kind.BOOK
KEY_X = mint_key("doi:10.1/x")


@pytest.fixture
def town(tmp_path):
    with new_town(tmp_path) as opened:
        yield opened


# -- keys ---------------------------------------------------------------------------------------


def test_the_key_is_that_of_the_strongest_identifier(town):
    town.arrive(work("a/1", "cds:1", "doi:10.1/x", "arxiv:1"))
    town.build()
    assert town.keys() == {"a/1": KEY_X}


def test_a_work_without_trusted_identifier_is_keyed_by_its_record(town):
    town.arrive(work("a/1", "url:https://x.org/1"))
    town.build()
    assert town.keys() == {"a/1": mint_key("record:a:1")}


def test_a_second_build_changes_nothing(town):
    town.arrive(
        work("a/1", "doi:10.1/x", links=[link("Cites", "doi:10.1/y")]),
        work("b/1", "doi:10.1/x", kind=DATASET),
        work("c/1", links=[link("Cites", "doi:10.1/x")]),
    )
    town.build()
    before = (town.keys(), town.stubs(), town.links(), town.retired())
    town.build()
    assert (town.keys(), town.stubs(), town.links(), town.retired()) == before


def test_a_record_that_changes_its_title_keeps_its_key(town):
    town.arrive(work("a/1", "doi:10.1/x", title="Old"))
    town.build()
    town.arrive(work("a/1", "doi:10.1/x", title="New"))
    town.build()
    assert town.keys() == {"a/1": KEY_X}
    assert town.retired() == {}


def test_a_record_that_changes_its_doi_keeps_its_key(town):
    town.arrive(work("a/1", "doi:10.1/x"))
    town.build()
    town.arrive(work("a/1", "doi:10.1/y"))
    town.build()
    assert town.keys() == {"a/1": KEY_X}


def test_a_newcomer_with_a_doi_that_a_record_gave_up_gets_a_key_of_its_own(town):
    town.arrive(work("a/1", "doi:10.1/x"))
    town.build()
    town.arrive(work("a/1", "doi:10.1/y"))
    town.build()
    town.arrive(work("b/1", "doi:10.1/x"))
    town.build()
    keys = town.keys()
    assert keys["a/1"] == KEY_X
    assert keys["b/1"] not in {KEY_X, mint_key("doi:10.1/y")}
    town.build()
    assert town.keys() == keys


def test_when_works_are_joined_later_the_older_key_survives(town):
    town.arrive(work("a/1", "doi:10.1/x"))
    town.build()
    town.arrive(work("b/1", "arxiv:1"))
    town.build()
    younger = town.keys()["b/1"]
    town.arrive(work("b/1", "arxiv:1", "doi:10.1/x"))
    town.build()
    assert town.keys() == {"a/1": KEY_X, "b/1": KEY_X}
    assert town.retired() == {younger: KEY_X}


def test_works_that_part_again_take_their_old_keys_back(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "arxiv:1"))
    town.build()
    before = town.keys()
    town.arrive(work("b/1", "arxiv:1", "doi:10.1/x"))
    town.build()
    town.arrive(work("b/1", "arxiv:1"))
    town.build()
    assert town.keys() == before
    assert town.retired() == {}


def test_on_a_split_the_key_stays_with_what_it_was_minted_from(town):
    """The leaving record is the lowest in number, and still does not take the key along."""
    town.arrive(work("c/1", "doi:10.1/x"), work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    town.build()
    town.arrive(work("c/1", "doi:10.1/z"))
    town.build()
    keys = town.keys()
    assert (keys["a/1"], keys["b/1"]) == (KEY_X, KEY_X)
    assert keys["c/1"] == mint_key("doi:10.1/z")
    town.build()
    assert town.keys() == keys


def test_a_pair_joined_from_the_start_splits_into_keys_that_last(town):
    town.arrive(
        work("a/1", "isbn:1", kind=BOOK, title="T"), work("b/1", "isbn:1", kind=BOOK, title="T")
    )
    town.build()
    (key,) = set(town.keys().values())
    town.arrive(work("a/1", "isbn:1", kind=DATASET))
    town.build()
    keys = town.keys()
    assert keys["b/1"] == key
    for _ in range(2):
        town.build()
        assert town.keys() == keys
    town.arrive(work("a/1", "isbn:1", kind=BOOK, title="T"))
    town.build()
    assert set(town.keys().values()) == {key}
    assert town.retired() == {keys["a/1"]: key}


def test_an_entity_that_learns_an_identifier_keeps_its_key_and_an_older_stub_redirects(town):
    town.arrive(work("b/9", links=[link("Cites", "doi:10.1/x")]))
    town.build()
    town.arrive(work("a/1", "arxiv:1"))
    town.build()
    town.arrive(work("a/1", "arxiv:1", "doi:10.1/x"))
    town.build()
    assert town.keys()["a/1"] == mint_key("arxiv:1")
    assert town.retired() == {KEY_X: mint_key("arxiv:1")}


# -- deletion -----------------------------------------------------------------------------------


def test_a_deleted_record_leaves_a_tombstone(town):
    town.arrive(work("a/1", "doi:10.1/x"))
    town.build()
    town.delete("a/1")
    town.build()
    assert town.keys() == {}
    assert town.retired() == {KEY_X: None}


def test_a_record_that_can_no_longer_be_read_leaves_a_tombstone(town):
    town.arrive(work("a/1", "doi:10.1/x"))
    town.build()
    town.reject("a/1")
    town.build()
    assert town.retired() == {KEY_X: None}


def test_a_record_that_comes_back_takes_its_key_back(town):
    town.arrive(work("a/1", "doi:10.1/x"))
    town.build()
    town.delete("a/1")
    town.build()
    town.arrive(work("a/1", "doi:10.1/y"))
    town.build()
    assert town.keys() == {"a/1": KEY_X}
    assert town.retired() == {}


@pytest.mark.parametrize("target", ["doi:10.1/x", "arxiv:1", "oai:a:1"])
def test_a_deleted_record_that_is_linked_to_becomes_a_stub_with_its_key(town, target):
    town.arrive(
        work("a/1", "doi:10.1/x", "arxiv:1"),
        work("b/9", links=[link("Cites", target)]),
    )
    town.build()
    town.delete("a/1")
    town.build()
    assert town.stubs() == {target: KEY_X}
    assert town.retired() == {}


def test_an_entity_lives_on_with_the_records_it_has_left(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    town.build()
    town.delete("a/1")
    town.build()
    assert town.keys() == {"b/1": KEY_X}
    assert town.retired() == {}


def test_a_record_that_comes_back_does_not_take_the_key_from_what_lived_on_under_it(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    town.build()
    town.delete("a/1")
    town.build()
    town.arrive(work("b/1"))
    town.build()
    town.arrive(work("a/1"))
    town.build()
    assert town.keys() == {"a/1": mint_key("record:a:1"), "b/1": KEY_X}


# -- stubs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["doi:10.1/x", "isbn:1", "oai:a:1"])
def test_a_stub_that_becomes_whole_keeps_its_key(town, target):
    town.arrive(work("b/9", links=[link("Cites", target)]))
    town.build()
    assert town.stubs() == {target: mint_key(target)}
    town.arrive(work("a/1", "doi:10.1/x", "isbn:1", kind=BOOK))
    town.build()
    assert town.stubs() == {}
    assert town.keys()["a/1"] == mint_key(target)
    assert town.retired() == {}


def test_a_stub_known_by_an_address_redirects_when_it_becomes_whole(town):
    """An address is no name of one thing, so it gives no key; it still leads to the entity."""
    town.arrive(work("b/9", links=[link("Cites", "url:https://x.org/1")]))
    town.build()
    town.arrive(work("a/1", "doi:10.1/x", "url:https://x.org/1"))
    town.build()
    assert town.keys()["a/1"] == KEY_X
    assert town.retired() == {mint_key("url:https://x.org/1"): KEY_X}


def test_two_stubs_of_one_thing_redirect_to_the_older(town):
    town.arrive(work("b/9", links=[link("Cites", "doi:10.1/x"), link("Cites", "arxiv:1")]))
    town.build()
    stubs = town.stubs()
    town.arrive(work("a/1", "doi:10.1/x", "arxiv:1"))
    town.build()
    assert town.keys()["a/1"] == stubs["arxiv:1"]
    assert town.retired() == {stubs["doi:10.1/x"]: stubs["arxiv:1"]}


def test_a_target_that_nobody_links_to_any_more_leaves_a_tombstone(town):
    town.arrive(work("a/1", links=[link("Cites", "doi:10.1/x")]))
    town.build()
    town.arrive(work("a/1"))
    town.build()
    assert town.stubs() == {}
    assert town.retired() == {KEY_X: None}


def test_an_identifier_of_two_entities_resolves_to_neither(town):
    """The link is kept: it points to a stub that has the identifier and nothing else."""
    town.arrive(
        work("a/1", "doi:10.1/x"),
        work("b/1", "doi:10.1/x", kind=DATASET),
        work("c/1", "arxiv:1", links=[link("Cites", "doi:10.1/x")]),
    )
    town.build()
    keys, stubs = town.keys(), town.stubs()
    assert len({*keys.values(), *stubs.values()}) == 4
    assert town.links() == {(keys["c/1"], "cites", stubs["doi:10.1/x"])}
    town.build()
    assert (town.keys(), town.stubs()) == (keys, stubs)


def test_an_identifier_that_becomes_ambiguous_leaves_the_key_with_its_first_owner(town):
    town.arrive(work("b/1", "doi:10.1/x"), work("c/1", links=[link("Cites", "doi:10.1/x")]))
    town.build()
    town.arrive(work("a/1", "doi:10.1/x", kind=DATASET))
    town.build()
    assert town.keys()["b/1"] == KEY_X
    assert town.stubs()["doi:10.1/x"] != KEY_X


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        (["paper"], "paper"),
        (["", "paper", "paper"], "paper"),
        (["paper", "dataset"], ""),
        ([""], ""),
    ],
)
def test_the_kind_of_a_stub_is_known_when_all_links_agree(town, stated, kind):
    for number, each in enumerate(stated):
        town.arrive(work(f"a/{number}", links=[link("Cites", "doi:10.1/x", each)]))
    town.build()
    assert [found for _, _, found in town.catalogue.merged.stubs()] == [kind]


# -- links --------------------------------------------------------------------------------------


def test_a_relation_and_its_inverse_are_one_link(town):
    town.arrive(
        work("a/1", "doi:10.1/x", links=[link("IsSupplementTo", "doi:10.1/y")]),
        work("a/2", "doi:10.1/y", links=[link("IsSupplementedBy", "doi:10.1/x")]),
    )
    town.build()
    keys = town.keys()
    assert town.links() == {(keys["a/1"], "isSupplementTo", keys["a/2"])}


@pytest.mark.parametrize("relation", ["IsIdenticalTo", "IsRelatedTo", "isSomethingNew"])
def test_a_symmetric_relation_stated_from_both_sides_is_one_link(town, relation):
    town.arrive(
        work("a/1", "doi:10.1/x", links=[link(relation, "doi:10.1/y")]),
        work("a/2", "doi:10.1/y", links=[link(relation, "doi:10.1/x")]),
    )
    town.build()
    ((subject, _, object_),) = town.links()
    assert {subject, object_} == set(town.keys().values())
    assert subject < object_


def test_two_records_of_one_entity_state_one_link(town):
    town.arrive(
        work("a/1", "doi:10.1/x", links=[link("Cites", "doi:10.1/y")]),
        work("b/1", "doi:10.1/x", links=[link("References", "doi:10.1/y")]),
    )
    town.build()
    assert town.links() == {(KEY_X, "cites", mint_key("doi:10.1/y"))}


def test_a_link_that_merging_turns_inward_is_counted_and_not_drawn(town):
    town.arrive(
        work("a/1", "doi:10.1/x", links=[link("IsIdenticalTo", "oai:b:2")]),
        work("b/2", "doi:10.1/x"),
    )
    town.build()
    counts = town.catalogue.merged.counts()
    assert (town.links(), counts.links, counts.inner_links) == (set(), 0, 1)
    assert town.catalogue.links.targets(1) == {0: KEY_X}


def test_neighbours_are_the_kinds_at_either_end_and_leave_out_structure(town):
    town.arrive(
        work(
            "a/1",
            "doi:10.1/d",
            kind=DATASET,
            links=[
                link("IsSupplementTo", "doi:10.1/p"),
                link("IsPartOf", "doi:10.1/whole"),
                link("IsVersionOf", "doi:10.1/concept", "software"),
                link("IsNewVersionOf", "doi:10.1/older", "software"),
                link("Requires", "github:o/r", "software"),
                link("Cites", "doi:10.1/unknown"),
            ],
        ),
        work("a/2", "doi:10.1/p"),
        work("a/3", "doi:10.1/whole", kind=BOOK),
    )
    town.build()
    keys = town.keys()
    assert town.catalogue.links.neighbour_kinds(keys["a/1"]) == ["paper", "software"]
    assert town.catalogue.links.neighbour_kinds(keys["a/2"]) == ["dataset"]
    assert town.catalogue.links.neighbour_kinds(keys["a/3"]) == []


# -- whatever arrives in whatever order ---------------------------------------------------------

_OWN = st.sets(
    st.sampled_from(["doi:10.1/a", "doi:10.1/b", "doi:10.2/a", "arxiv:1", "isbn:1", "isbn:2"]),
    max_size=2,
).map(sorted)
_LINKS = st.lists(
    st.builds(
        link,
        st.sampled_from(["Cites", "IsCitedBy", "IsPartOf", "IsIdenticalTo"]),
        st.sampled_from(["doi:10.1/a", "doi:10.1/b", "arxiv:1", "oai:a:1", "url:https://x.org/"]),
        st.sampled_from(["", "paper"]),
    ),
    max_size=2,
)
_KINDS = st.sampled_from([Kind.PAPER, Kind.DATASET, Kind.BOOK, Kind.CHAPTER, Kind.OTHER])
_NAMES = st.sampled_from([f"{source}/{record}" for source in "ab" for record in "123"])
_WORKS = st.builds(
    lambda name, own, kind, links: work(name, *own, kind=kind, links=links),
    _NAMES, _OWN, _KINDS, _LINKS,
)  # fmt: skip
_BATCHES = st.lists(st.lists(_WORKS | _NAMES, max_size=5), min_size=1, max_size=4)
"""Builds, each with the works that arrive before it and the names of records that are deleted."""


def _arrive(town: Town, batch) -> None:
    for each in batch:
        if isinstance(each, str):
            town.delete(each)
        else:
            town.arrive(each)


def _in_terms_of_records(town: Town):
    """Groups, stubs and links without keys: what two catalogues can be compared by."""
    members: dict[str, object] = {key: identifier for identifier, key in town.stubs().items()}
    for name, key in sorted(town.keys().items()):
        members[key] = (*members.get(key, ()), name)  # type: ignore[misc]  # tuples of names
    symmetric = {"claimedIdenticalTo"}
    links = {
        (predicate, frozenset((members[one], members[other])))
        if predicate in symmetric
        else (predicate, (members[one], members[other]))
        for one, predicate, other in town.links()
    }
    return town.groups(), set(town.stubs()), links


@settings(max_examples=60, deadline=None)
@given(_BATCHES, st.randoms(use_true_random=False))
def test_many_builds_end_where_one_build_from_nothing_ends(batches, random):
    latest = {}
    with tempfile.TemporaryDirectory() as folder, new_town(Path(folder) / "grown") as grown:
        for batch in batches:
            _arrive(grown, batch)
            grown.build()
            for each in batch:
                name = each if isinstance(each, str) else f"{each.source}/{each.record}"
                latest[name] = each
        shuffled = random.sample(list(latest.values()), len(latest))
        with new_town(Path(folder) / "fresh") as fresh:
            _arrive(fresh, shuffled)
            fresh.build()
            assert _in_terms_of_records(grown) == _in_terms_of_records(fresh)


def _state(town: Town):
    """All that a release is made of."""
    merged = town.catalogue.merged
    keys = (*town.keys().values(), *town.stubs().values())
    return (
        town.keys(), town.stubs(), town.links(), town.retired(), list(merged.decisions()),
        {key: town.catalogue.links.neighbour_kinds(key) for key in keys},
        merged.counts(),
    )  # fmt: skip


_JUDGED = st.lists(
    st.tuples(_NAMES, _NAMES, st.booleans()).filter(lambda pair: pair[0] != pair[1]),
    max_size=3,
    unique_by=lambda pair: frozenset(pair[:2]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_BATCHES.map(lambda batches: batches[0]), _JUDGED), max_size=6))
def test_a_merge_of_what_changed_is_a_merge_of_everything(builds):
    """And of everything from nothing, by one who has the register alone."""
    with tempfile.TemporaryDirectory() as folder, new_town(Path(folder) / "grown") as grown:
        latest: dict[str, object] = {}
        for batch, judged in builds:
            _arrive(grown, batch)
            latest |= {e if isinstance(e, str) else f"{e.source}/{e.record}": e for e in batch}
            grown.judged.clear()
            for one, other, is_same in judged:
                grown.judge(one, other, is_same=is_same)
            grown.build()
        found = _state(grown)
        with new_town(Path(folder) / "fresh") as fresh:
            fresh.take_register_of(grown)
            fresh.judged.extend(grown.judged)
            for name in sorted(latest):
                _arrive(fresh, [latest[name]])
            fresh.build()
            assert _state(fresh) == found
        grown.build(anew=True)
        assert _state(grown) == found


@settings(max_examples=60, deadline=None)
@given(_BATCHES)
def test_every_key_ever_minted_leads_somewhere_and_none_moves_without_a_cause(batches):
    with tempfile.TemporaryDirectory() as folder, new_town(Path(folder)) as town:
        ever: set[str] = set()
        for batch in batches:
            _arrive(town, batch)
            town.build()
            keys, stubs, retired = town.keys(), town.stubs(), town.retired()
            alive = {*keys.values(), *stubs.values()}
            assert len(alive) == len(town.groups()) + len(stubs), "a key has two holders"
            ever |= alive
            assert ever == alive | set(retired)
            assert not alive & set(retired)
            assert {successor for successor in retired.values() if successor} <= alive
            town.build()
            assert (town.keys(), town.stubs(), town.retired()) == (keys, stubs, retired)


@settings(max_examples=60, deadline=None)
@given(_BATCHES, _BATCHES)
def test_an_entity_whose_records_did_not_change_keeps_its_key_or_redirects(before, after):
    with tempfile.TemporaryDirectory() as folder, new_town(Path(folder)) as town:
        for batch in before:
            _arrive(town, batch)
            town.build()
        old_keys, old_groups = town.keys(), town.groups()
        touched = set()
        for batch in after:
            _arrive(town, batch)
            town.build()
            touched |= {e if isinstance(e, str) else f"{e.source}/{e.record}" for e in batch}
        new_keys, retired = town.keys(), town.retired()
        for group in old_groups & town.groups():
            if not group & touched:
                (old,) = {old_keys[name] for name in group}
                (new,) = {new_keys[name] for name in group}
                assert old == new or retired.get(old) == new
