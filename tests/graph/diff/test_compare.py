"""Releases compared: which entities, merges and links are gained, lost, or only moved."""

import random

import pytest
from msgspec.structs import replace

from graph.diff.changes import (
    Because,
    EntityGained,
    EntityLost,
    EntityMerged,
    EntitySplit,
    LinkGained,
    LinkLost,
    MergeGained,
    MergeLost,
    StatedBy,
)
from graph.diff.losses import Cause
from graph.errors import ReleaseError
from graph.iris import mint_key
from graph.release import open_release
from graph.work import Kind
from tests.graph.atlas import DATA, HARVESTED, PAPER, new_atlas, ref
from tests.graph.builders import link, work

MIRROR = {
    EntityGained: EntityLost,
    EntitySplit: EntityMerged,
    MergeGained: MergeLost,
    LinkGained: LinkLost,
}


def test_a_release_does_not_differ_from_itself(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    assert atlas.diff(1, 1) == {}


def test_an_edit_of_nothing_that_is_compared_is_no_difference(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    atlas.says(replace(DATA, version="2"))
    atlas.release()
    assert atlas.diff() == {}


def test_a_build_of_unchanged_records_differs_in_nothing(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    atlas.release()
    assert atlas.diff() == {}


def test_entities_and_links_of_new_records_are_gained(atlas):
    atlas.says(PAPER)
    atlas.release()
    atlas.says(DATA)
    atlas.release()
    assert atlas.diff() == {
        EntityGained: [
            EntityGained(
                key=atlas.key("a/1"),
                kind="dataset",
                name="Title of a/1",
                was="nothing",
                records=(ref("a/1"),),
            )
        ],
        LinkGained: [
            LinkGained(
                source=atlas.key("a/1"),
                relation="IsSupplementTo",
                target=atlas.key("b/1"),
                stated_by=(
                    StatedBy(
                        source="a",
                        record="1",
                        stated_as="IsSupplementTo",
                        at=HARVESTED,
                        rule="stated",
                    ),
                ),
            )
        ],
    }


def test_a_stub_that_becomes_whole_is_gained_and_keeps_its_links(atlas):
    atlas.says(DATA)
    atlas.release()
    atlas.says(PAPER)
    atlas.release()
    changes = atlas.diff()
    assert [(each.key, each.was) for each in changes.pop(EntityGained)] == [
        (atlas.key("b/1"), "stub")
    ]
    assert changes == {}


def test_a_stub_that_merges_into_an_entity_with_a_key_keeps_its_links(atlas):
    atlas.says(DATA, work("b/1", "arxiv:1"))
    atlas.release()
    atlas.says(work("b/1", "arxiv:1", "doi:10.1/p"))
    atlas.release()
    assert atlas.diff() == {}
    assert atlas.diff(2, 1) == {}


def test_a_symmetric_link_is_the_same_from_either_side(atlas):
    related = work("a/1", "doi:10.1/d", links=[link("IsIdenticalTo", "doi:10.1/p")])
    atlas.says(related, PAPER)
    atlas.release()
    atlas.says(
        replace(related, links=()),
        work("b/1", "doi:10.1/p", links=[link("IsIdenticalTo", "doi:10.1/d")]),
    )
    atlas.release()
    assert atlas.diff() == {}
    atlas.says(PAPER)
    atlas.release()
    (lost,) = atlas.diff(2, 3)[LinkLost]
    assert (lost.relation, [by.source for by in lost.stated_by]) == ("IsIdenticalTo", ["b"])


def test_a_symmetric_link_is_found_when_a_merge_turned_it_round(atlas):
    # by key: the first is the oldest and survives, so the link's other end comes to stand first
    low, middle, high = sorted(("doi:10.1/a", "doi:10.2/b", "doi:10.3/c"), key=mint_key)
    atlas.says(work("a/1", low))
    atlas.says(work("a/2", middle, links=[link("IsIdenticalTo", high)]), work("a/3", high))
    atlas.release()
    atlas.says(work("a/1", low, high))
    atlas.release()
    assert atlas.town.links() == {(mint_key(low), "claimedIdenticalTo", mint_key(middle))}
    assert set(atlas.diff()) == {EntityMerged, MergeGained}
    assert set(atlas.diff(2, 1)) == {EntitySplit, MergeLost}


def _merge_later(atlas):
    """Release 1 has two papers of one thing, 2 has one; a dataset is linked to each."""
    second = work("a/2", "doi:10.2/e", kind=Kind.DATASET, links=[link("IsSupplementTo", "arxiv:7")])
    preprint = work("c/1", "arxiv:7")
    atlas.says(DATA, PAPER, second, preprint)
    atlas.release()
    atlas.says(work("b/1", "doi:10.1/p", "arxiv:7"))
    atlas.release()


def test_a_merge_is_gained_with_its_reason_and_loses_no_entity_and_no_link(atlas):
    _merge_later(atlas)
    changes = atlas.diff()
    (merged,) = changes.pop(EntityMerged)
    assert merged.into == (atlas.key("b/1"),)
    assert merged.key != atlas.key("b/1")
    together = (ref("b/1"), ref("c/1"))
    assert changes == {
        MergeGained: [
            MergeGained(
                key=atlas.key("b/1"),
                records=together,
                because=(
                    Because(rule="same-arxiv", evidence="arxiv:7", together=True, records=together),
                ),
            )
        ]
    }


def test_a_split_gives_keys_back_and_loses_no_entity_and_no_link(atlas):
    _merge_later(atlas)
    atlas.says(PAPER)
    atlas.release()
    changes = atlas.diff(2, 3)
    (split,) = changes.pop(EntitySplit)
    (lost,) = changes.pop(MergeLost)
    assert changes == {}
    assert split.out_of == (lost.key,)
    assert lost.now == tuple(sorted((atlas.key("b/1"), atlas.key("c/1"))))
    assert lost.cause == "record edited"
    assert lost.records == (ref("b/1", Cause.EDITED), ref("c/1"))
    assert [each.rule for each in lost.because] == ["same-arxiv"]
    assert lost.apart == ()
    assert atlas.diff(1, 3) == {}


def test_a_merge_that_grew_is_gained_and_one_that_shrank_is_lost(atlas):
    three = [work(f"{source}/1", "doi:10.1/x") for source in "abc"]
    atlas.says(*three[:2])
    atlas.release()
    atlas.says(three[2])
    atlas.release()
    atlas.is_gone("b/1")
    atlas.release()
    grew = atlas.diff(1, 2)
    assert list(grew) == [MergeGained]
    assert grew[MergeGained][0].records == (ref("a/1"), ref("b/1"), ref("c/1"))
    shrank = atlas.diff(2, 3)
    assert list(shrank) == [MergeLost]
    assert shrank[MergeLost][0].cause == "record deleted"
    assert shrank[MergeLost][0].records == (ref("a/1"), ref("b/1", Cause.DELETED), ref("c/1"))


def test_without_the_register_entities_are_known_by_their_records_and_stubs_by_identifier(tmp_path):
    """Both go by other keys in the first release, as they had other identifiers before it."""
    citing = work("a/2", "doi:10.2/e", links=[link("Cites", "arxiv:9")])
    with new_atlas(tmp_path) as atlas:
        atlas.says(work("c/8", "doi:10.1/e", "arxiv:9"), work("c/9", "doi:10.1/f", "arxiv:1"))
        atlas.town.build()
        atlas.is_gone("c/8")
        atlas.says(work("c/9", "arxiv:1"), citing)
        atlas.release()
    (tmp_path / "graph.db").unlink()
    with new_atlas(tmp_path) as atlas:
        atlas.says(work("c/9", "arxiv:1"), citing)
        atlas.release()
        assert atlas.town.stubs() == {"arxiv:9": mint_key("arxiv:9")}
        before, after = mint_key("doi:10.1/f"), mint_key("arxiv:1")
        changes = atlas.diff()
        name = "Title of c/9"
        assert changes.pop(EntityMerged) == [EntityMerged(key=before, name=name, into=(after,))]
        assert changes.pop(EntitySplit) == [EntitySplit(key=after, name=name, out_of=(before,))]
        assert changes == {}


def test_a_release_without_a_graph_is_named(atlas):
    atlas.says(PAPER)
    atlas.release()
    release = open_release(atlas.folder, 1)
    release.graph_path.rename(release.path / "elsewhere")
    with pytest.raises(ReleaseError, match="no graph"):
        atlas.diff(1, 1)


def _random_step(atlas, chance):
    """Records of three sources come, change and go; they share identifiers and link to them."""
    for _ in range(chance.randint(1, 8)):
        source, record = chance.choice("abc"), chance.randint(1, 4)
        if chance.random() < 0.2:
            atlas.is_gone(f"{source}/{record}", vanished=chance.random() < 0.5)
            continue
        own = [f"doi:10.{n}/x" for n in range(1, 6) if chance.random() < 0.3]
        links = [
            link(chance.choice(("Cites", "IsCitedBy", "IsIdenticalTo")), f"doi:10.{n}/x")
            for n in range(1, 8)
            if chance.random() < 0.2
        ]
        atlas.says(work(f"{source}/{record}", *own, links=links))


def _names(changes):
    """Each change without its causes, as it looks from the other side too."""
    found = set()
    for change in changes:
        if isinstance(change, LinkGained | LinkLost):
            found.add((change.source, change.relation, change.target))
        else:
            found.add(change.key)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_what_is_gained_one_way_is_lost_the_other(tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311  # no secret
    with new_atlas(tmp_path) as atlas:
        for _ in range(3):
            _random_step(atlas, chance)
            atlas.release()
        for old, new in ((1, 2), (2, 3), (1, 3)):
            there, back = atlas.diff(old, new), atlas.diff(new, old)
            for gain, loss in MIRROR.items():
                assert _names(there.get(gain, ())) == _names(back.get(loss, ()))
                assert _names(there.get(loss, ())) == _names(back.get(gain, ()))
            for loss in there.get(LinkLost, ()):
                assert loss.stated_by, "a link that was there was stated by a record"
        assert atlas.diff(3, 3) == {}
