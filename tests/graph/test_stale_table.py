"""What the last release lacks: kept until a release is settled."""

import pytest

from graph.iris import decision_key, mint_key
from graph.work import Kind
from tests.graph.builders import link, new_town, work

X, Y = mint_key("doi:10.1/x"), mint_key("doi:10.1/y")


@pytest.fixture
def town(tmp_path):
    """A paper with data, a paper that cites it, and one by itself; released as number 4."""
    with new_town(tmp_path) as opened:
        opened.arrive(
            work("a/1", "doi:10.1/x"),
            work("a/2", "doi:10.1/y", links=[link("Cites", "doi:10.1/x")]),
            work("a/3", "doi:10.1/z"),
        )
        opened.build()
        settle(opened)
        yield opened


def settle(town) -> None:
    with town.catalogue.transaction():
        town.catalogue.stale.settle(4, "recipe")


def entities(town) -> set[str]:
    return set(town.catalogue.stale.entities())


def records(town) -> set[str]:
    names = map(town.catalogue.works.name, town.catalogue.stale.records())
    return {"/".join(name) for name in names}


def test_before_a_release_there_is_no_parent(tmp_path):
    with new_town(tmp_path / "new") as town:
        town.arrive(work("a/1"))
        town.build()
        assert town.catalogue.stale.parent is None


def test_a_settled_release_is_the_parent_and_nothing_is_stale(town):
    stale = town.catalogue.stale
    assert stale.parent is not None
    assert (stale.parent.number, stale.parent.recipe) == (4, "recipe")
    assert (stale.is_empty, stale.n_entities, entities(town)) == (True, 0, set())


def test_a_merge_of_nothing_new_leaves_nothing_stale(town):
    town.build()
    assert town.catalogue.stale.is_empty


def test_an_edited_record_makes_its_entity_and_itself_stale(town):
    town.arrive(work("a/3", "doi:10.1/z", title="New"))
    town.build()
    assert entities(town) == {mint_key("doi:10.1/z")}
    assert records(town) == {"a/3"}
    assert town.catalogue.stale.n_entities == 1
    assert town.catalogue.stale.parent is not None


def test_an_edited_record_leaves_what_it_links_to_and_its_stubs(town):
    links = [link("Cites", "doi:10.1/x"), link("Cites", "doi:10.1/nobody")]
    town.arrive(work("a/2", "doi:10.1/y", links=links))
    town.build()
    settle(town)
    town.arrive(work("a/2", "doi:10.1/y", links=links, title="New"))
    town.build()
    assert (entities(town), records(town)) == ({Y}, {"a/2"})


def test_a_record_deleted_from_a_thing_of_two_makes_the_thing_stale(town):
    town.arrive(work("b/1", "doi:10.1/z"))
    town.build()
    settle(town)
    town.delete("b/1")
    town.build()
    assert (entities(town), records(town)) == ({mint_key("doi:10.1/z")}, {"b/1"})


def test_a_new_kind_makes_what_links_to_it_stale_too(town):
    """Whether a thing has data is said with the thing itself."""
    town.arrive(work("a/1", "doi:10.1/x", kind=Kind.DATASET))
    town.build()
    assert entities(town) == {X, Y}
    assert records(town) == {"a/1"}


def test_a_deleted_record_whose_key_a_stub_takes_over_leaves_the_record_that_cites_it(town):
    town.delete("a/1")
    town.build()
    assert town.stubs() == {"doi:10.1/x": X}
    assert entities(town) == {X, Y}
    assert records(town) == {"a/1"}


def test_a_target_that_leads_elsewhere_makes_the_record_that_states_it_stale(town):
    town.arrive(work("b/1", "doi:10.1/x", kind=Kind.DATASET))
    town.build()
    assert entities(town) == {X, Y, town.keys()["b/1"], town.stubs()["doi:10.1/x"]}
    assert records(town) == {"a/2", "b/1"}


def test_joined_records_leave_the_retired_key_and_the_decisions_stale(town):
    town.arrive(work("b/1", "doi:10.1/x", "doi:10.2/z"), work("a/3", "doi:10.1/x"))
    town.build()
    members = [("a", "1"), ("a", "3"), ("b", "1")]
    decision = decision_key("same-doi", "doi:10.1/x", members)
    assert list(town.catalogue.stale.decisions()) == [decision]
    assert town.retired() == {mint_key("doi:10.1/z"): X}
    assert entities(town) == {X, mint_key("doi:10.1/z")}
    settle(town)
    town.arrive(work("b/1", "doi:10.2/z"))
    town.build()
    left = decision_key("same-doi", "doi:10.1/x", members[:2])
    assert set(town.catalogue.stale.decisions()) == {decision, left}


def test_what_is_stale_adds_up_until_it_is_settled(town):
    town.arrive(work("a/3", "doi:10.1/z", title="New"))
    town.build()
    town.arrive(work("a/2", "doi:10.1/y"))
    town.build()
    assert entities(town) == {X, Y, mint_key("doi:10.1/z")}
    settle(town)
    assert town.catalogue.stale.is_empty


def test_a_merge_of_everything_has_no_parent(town):
    town.arrive(work("a/3", "doi:10.1/z", title="New"))
    town.build(anew=True)
    assert town.catalogue.stale.parent is None
    assert entities(town) == set()
