"""Each loss has its cause: which record, rule or decision is to blame."""

import pytest
from msgspec.structs import replace

from graph.diff.changes import (
    EntityLost,
    LinkGained,
    LinkLost,
    MergeLost,
    StatedBy,
)
from graph.diff.losses import Cause, first_cause
from graph.work import Kind
from tests.graph.atlas import DATA, HARVESTED, PAPER, ref
from tests.graph.builders import link, work


@pytest.mark.parametrize("vanished", [False, True])
def test_what_a_gone_record_alone_said_is_lost_with_it(atlas, vanished):
    atlas.says(DATA, PAPER)
    atlas.release()
    key, paper = atlas.key("a/1"), atlas.key("b/1")
    atlas.is_gone("a/1", vanished=vanished)
    atlas.release()
    cause = Cause.VANISHED if vanished else Cause.DELETED
    assert atlas.diff() == {
        EntityLost: [
            EntityLost(
                key=key,
                kind="dataset",
                name="Title of a/1",
                now="tombstone",
                cause=cause,
                records=(ref("a/1", cause),),
            )
        ],
        LinkLost: [
            LinkLost(
                source=key,
                relation="IsSupplementTo",
                target=paper,
                cause=cause,
                stated_by=(
                    StatedBy(
                        source="a",
                        record="1",
                        stated_as="IsSupplementTo",
                        at=HARVESTED,
                        rule="stated",
                        cause=cause,
                    ),
                ),
            )
        ],
    }


def test_an_entity_that_became_a_stub_is_lost_and_its_links_are_not(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    key = atlas.key("b/1")
    atlas.is_gone("b/1")
    atlas.release()
    changes = atlas.diff()
    (lost,) = changes.pop(EntityLost)
    assert (lost.key, lost.now, lost.cause) == (key, "stub", Cause.DELETED)
    assert changes == {}


def test_a_record_that_no_crosswalk_can_read_any_more_is_missing(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    atlas.is_unreadable("a/1")
    atlas.release()
    changes = atlas.diff()
    assert [each.cause for each in changes[EntityLost]] == ["record missing"]
    assert [each.cause for each in changes[LinkLost]] == ["record missing"]


def test_a_link_that_its_record_says_no_longer_is_lost_by_the_edit(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    atlas.says(replace(DATA, links=()))
    atlas.release()
    changes = atlas.diff()
    assert [
        (each.source, each.target, each.cause, [by.cause for by in each.stated_by])
        for each in changes.pop(LinkLost)
    ] == [(atlas.key("a/1"), atlas.key("b/1"), "record edited", ["record edited"])]
    assert changes == {}


def test_a_link_that_is_read_no_longer_out_of_the_same_bytes_is_lost_by_a_rule(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    atlas.is_read_as(replace(DATA, links=()))
    atlas.release()
    (lost,) = atlas.diff()[LinkLost]
    assert (lost.cause, [by.cause for by in lost.stated_by]) == ("rule changed", ["rule changed"])


def test_a_link_whose_words_are_read_as_another_identifier_is_lost_by_a_rule(atlas):
    other = work("b/2", "doi:10.1/q")
    atlas.says(DATA, PAPER, other)
    atlas.release()
    reread = replace(DATA.links[0], target=other.identifiers[1])
    atlas.is_read_as(replace(DATA, links=(reread,)))
    atlas.release()
    (lost,) = atlas.diff()[LinkLost]
    assert lost.target == atlas.key("b/1")
    assert lost.cause == "rule changed"
    assert [by.target_now for by in lost.stated_by] == [atlas.key("b/2")]


def test_a_link_stated_from_both_sides_is_lost_when_neither_says_it(atlas):
    said_back = work("b/1", "doi:10.1/p", links=[link("IsSupplementedBy", "doi:10.1/d")])
    atlas.says(DATA, said_back)
    atlas.release()
    atlas.is_gone("a/1")
    atlas.release()
    assert LinkLost not in atlas.diff(1, 2)
    atlas.says(PAPER)
    atlas.release()
    (lost,) = atlas.diff(1, 3)[LinkLost]
    assert lost.cause == "record deleted"
    assert [(by.source, by.stated_as, by.cause) for by in lost.stated_by] == [
        ("a", "IsSupplementTo", "record deleted"),
        ("b", "IsSupplementedBy", "record edited"),
    ]


def test_a_merge_that_a_guard_takes_back_is_lost_by_a_decision(atlas):
    atlas.says(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    atlas.release()
    atlas.says(*(work(f"a/{n}", "doi:10.1/x") for n in (2, 3, 4)))
    atlas.release()
    (lost,) = atlas.diff()[MergeLost]
    assert lost.cause == "decision changed"
    assert lost.records == (ref("a/1"), ref("b/1"))
    assert [each.rule for each in lost.because] == ["same-doi"]
    assert [(each.rule, each.together) for each in lost.apart] == [("identifier-too-common", False)]


def test_a_merge_whose_record_is_read_in_another_way_is_lost_by_a_rule(atlas):
    atlas.says(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    atlas.release()
    atlas.is_read_as(work("b/1", "doi:10.1/y"))
    atlas.release()
    (lost,) = atlas.diff()[MergeLost]
    assert lost.cause == "rule changed"
    assert lost.records == (ref("a/1"), ref("b/1", Cause.RULE))


def test_a_link_that_a_merge_makes_inner_is_lost_by_the_decision(atlas):
    cited = work("a/1", "arxiv:7", links=[link("Cites", "doi:10.1/p")])
    atlas.says(cited, PAPER)
    atlas.release()
    atlas.says(work("c/1", "arxiv:7", "doi:10.1/p"))
    atlas.release()
    (lost,) = atlas.diff()[LinkLost]
    assert lost.cause == "decision changed"
    assert [by.target_now for by in lost.stated_by] == [atlas.key("a/1")]


def test_a_link_that_an_edit_of_its_end_makes_inner_is_lost_by_the_edit(atlas):
    atlas.says(work("a/1", "arxiv:7", links=[link("Cites", "doi:10.1/p")]), PAPER)
    atlas.release()
    atlas.says(work("b/1", "arxiv:7", "doi:10.1/p"))
    atlas.release()
    (lost,) = atlas.diff()[LinkLost]
    assert (lost.cause, [by.source for by in lost.stated_by]) == ("record edited", ["a"])


def test_a_link_is_lost_to_the_edit_of_its_target(atlas):
    target = work("b/1", "doi:10.1/p", "arxiv:7")
    atlas.says(DATA, target)
    atlas.release()
    atlas.says(work("b/1", "arxiv:7"))
    atlas.release()
    changes = atlas.diff()
    assert [(each.target, each.cause) for each in changes[LinkLost]] == [
        (atlas.key("b/1"), "record edited")
    ]
    (by,) = changes[LinkLost][0].stated_by
    assert by.target_now == atlas.town.stubs()["doi:10.1/p"]
    assert [each.target for each in changes[LinkGained]] == [by.target_now]


def test_a_link_whose_target_became_ambiguous_is_lost_by_a_decision(atlas):
    atlas.says(DATA, PAPER)
    atlas.release()
    atlas.says(work("b/2", "doi:10.1/p", kind=Kind.SOFTWARE))
    atlas.release()
    assert [each.cause for each in atlas.diff()[LinkLost]] == ["decision changed"]


def test_the_first_cause_in_the_documented_order_is_named():
    assert [cause.value for cause in Cause] == [
        "record deleted",
        "record vanished",
        "record missing",
        "record edited",
        "rule changed",
        "decision changed",
    ]
    causes = [Cause.DECISION, Cause.EDITED, None, Cause.VANISHED]
    assert first_cause(causes, Cause.RULE) is Cause.VANISHED
    assert first_cause([None], Cause.RULE) is Cause.RULE
