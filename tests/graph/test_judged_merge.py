"""What people judge: obeyed by the next merge, and undone without a trace when it is taken back."""

import tempfile
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from graph.build import Recipe, write_graph
from graph.release import Draft
from graph.work import Kind
from tests.graph.builders import BASE, MONDAY, TUESDAY, Town, link, new_town, work

DATASET = Kind.DATASET
RECIPE = Recipe(base_iri=BASE, source_order=("b", "a"), made_at=MONDAY)


@pytest.fixture
def town(tmp_path):
    with new_town(tmp_path) as opened:
        yield opened


def groups(*members: str) -> set[frozenset[str]]:
    """Entities, each as the names of its records parted by blanks."""
    return {frozenset(names.split()) for names in members}


def decisions(town: Town) -> set[tuple[str, str, str]]:
    """Rule, evidence and records of every decision in force."""
    return {
        (each.rule, each.evidence, " ".join("/".join(name) for name in each.records))
        for each in town.catalogue.merged.decisions()
    }


def same(*records: str) -> tuple[str, str, str]:
    return ("person-same", "judged by a person", " ".join(records))


def different(*records: str) -> tuple[str, str, str]:
    return ("person-different", "judged by a person", " ".join(records))


class _Lines:
    """Takes N-Quads in the place of a store, which would take longer to make than to compare."""

    def __init__(self):
        self.quads: set[str] = set()

    @property
    def n_quads(self) -> int:
        return len(self.quads)

    def add(self, lines) -> None:
        self.quads.update("".join(lines).splitlines())

    def finish(self) -> None:
        """Nothing is left to load."""


def quads_of(town: Town) -> list[str]:
    """The N-Quads of a release of what the catalogue says now, each once and sorted."""
    loaded = _Lines()
    draft = Draft(number=1, path=Path("nowhere"))
    with patch("graph.build.open_loader", lambda _: nullcontext(loaded)):
        write_graph(draft, town.catalogue, RECIPE, sink=lambda _entity, _linked: None)
    return sorted(loaded.quads)


def redirects(quads: list[str]) -> set[str]:
    return {quad for quad in quads if "<http://purl.org/dc/terms/isReplacedBy>" in quad}


# -- forcing a join -----------------------------------------------------------------------------

CITING = work("c/1", links=[link("Cites", "doi:10.2/y")])


def test_a_forced_join_takes_effect_at_the_next_build_and_says_who_decided(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.2/y"), CITING)
    town.build()
    before = town.keys()
    town.judge("b/1", "a/1", is_same=True)
    town.build()
    assert town.groups() == groups("a/1 b/1", "c/1")
    assert decisions(town) == {same("a/1", "b/1")}
    (older,) = {before["a/1"], before["b/1"]} - {*town.retired()}
    assert town.keys() == {"a/1": older, "b/1": older, "c/1": before["c/1"]}
    (younger,) = {before["a/1"], before["b/1"]} - {older}
    assert town.retired() == {younger: older}
    assert town.links() == {(before["c/1"], "cites", older)}


def test_a_forced_join_taken_back_leaves_the_very_quads_of_before(town):
    town.arrive(
        work("a/1", "doi:10.1/x", links=[link("IsPartOf", "doi:10.3/z")]),
        work("b/1", "doi:10.2/y", links=[link("Cites", "doi:10.1/x")]),
        CITING,
    )
    town.build()
    before = quads_of(town)
    town.judge("a/1", "b/1", is_same=True)
    town.build(TUESDAY)
    assert quads_of(town) != before
    town.judged.clear()
    town.build(TUESDAY)
    assert quads_of(town) == before
    town.build(TUESDAY, anew=True)
    assert quads_of(town) == before


def test_a_join_forced_again_is_as_old_as_it_was_the_first_time(town):
    town.arrive(work("a/1"), work("b/1"))
    town.build()
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    forced = quads_of(town)
    town.judged.clear()
    town.build(TUESDAY)
    town.judge("b/1", "a/1", is_same=True)
    town.build(TUESDAY)
    assert quads_of(town) == forced


def test_a_join_is_forced_over_kinds_that_differ(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x", kind=DATASET))
    town.build()
    before = quads_of(town)
    assert decisions(town) == {("kinds-differ", "doi:10.1/x", "a/1 b/1")}
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    assert town.groups() == groups("a/1 b/1")
    assert decisions(town) == {same("a/1", "b/1"), ("same-doi", "doi:10.1/x", "a/1 b/1")}
    town.judged.clear()
    town.build()
    assert quads_of(town) == before


def test_a_join_is_forced_over_dois_that_differ(town):
    town.arrive(work("a/1", "doi:10.1/x", "arxiv:1"), work("b/1", "doi:10.1/y", "arxiv:1"))
    town.build()
    before = quads_of(town)
    assert decisions(town) == {("dois-differ", "arxiv:1", "a/1 b/1")}
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    assert town.groups() == groups("a/1 b/1")
    town.judged.clear()
    town.build()
    assert quads_of(town) == before


def test_a_join_is_forced_over_an_identifier_that_is_too_common(town):
    names = [f"a/{n}" for n in range(5)]
    town.arrive(*(work(name, "handle:1/project") for name in names))
    town.build()
    before = quads_of(town)
    town.judge("a/0", "a/3", is_same=True)
    town.build()
    assert town.groups() == groups("a/0 a/3", "a/1", "a/2", "a/4")
    town.judged.clear()
    town.build()
    assert quads_of(town) == before


@pytest.mark.parametrize(
    ("kind", "joined"),
    [(Kind.PAPER, True), (DATASET, True), (Kind.OTHER, True), (Kind.SOFTWARE, False)],
)
def test_a_third_record_joins_a_forced_mixed_group_when_its_kind_is_there_already(
    town, kind, joined
):
    town.arrive(
        work("a/1", "doi:10.1/x"),
        work("b/1", "arxiv:1", kind=DATASET),
        work("c/1", "arxiv:1", kind=kind),
    )
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    apart = ("kinds-differ", "arxiv:1", "b/1 c/1")
    joining = ("same-arxiv", "arxiv:1", "b/1 c/1")
    assert decisions(town) == {same("a/1", "b/1"), joining if joined else apart}
    assert town.groups() == (groups("a/1 b/1 c/1") if joined else groups("a/1 b/1", "c/1"))


@pytest.mark.parametrize(("doi", "joined"), [("doi:10.1/y", True), ("doi:10.1/z", False)])
def test_a_third_record_joins_a_group_of_two_dois_when_its_own_is_one_of_them(town, doi, joined):
    town.arrive(
        work("a/1", "doi:10.1/x", "arxiv:1"), work("b/1", "doi:10.1/y"), work("c/1", doi, "arxiv:1")
    )
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    assert town.groups() == (groups("a/1 b/1 c/1") if joined else groups("a/1 b/1", "c/1"))
    assert (("dois-differ", "arxiv:1", "a/1 c/1") in decisions(town)) is not joined


def test_a_newcomer_to_a_forced_group_does_not_undo_it(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/y"))
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    (key,) = set(town.keys().values())
    town.arrive(work("c/1", "doi:10.1/y"))
    town.build()
    assert town.keys() == {"a/1": key, "b/1": key, "c/1": key}


# -- forbidding a join --------------------------------------------------------------------------


def test_a_different_parts_what_an_identifier_joins(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"))
    town.build()
    (key,) = set(town.keys().values())
    town.judge("a/1", "b/1", is_same=False)
    town.build()
    assert town.groups() == groups("a/1", "b/1")
    assert decisions(town) == {
        different("a/1", "b/1"),
        ("person-different", "doi:10.1/x", "a/1 b/1"),
    }
    keys = town.keys()
    assert keys["a/1"] == key
    assert town.retired() == {}


def test_a_different_taken_back_leaves_the_quads_of_before_and_a_redirect(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.1/x"), work("d/1", "arxiv:1"))
    town.build()
    before, keys = quads_of(town), town.keys()
    town.judge("a/1", "b/1", is_same=False)
    town.build()
    (minted,) = set(town.keys().values()) - set(keys.values())
    town.judged.clear()
    town.build()
    assert town.keys() == keys
    assert town.retired() == {minted: keys["a/1"]}
    after = quads_of(town)
    assert set(before) <= set(after)
    assert set(after) - set(before) == redirects(after)
    assert len(after) == len(before) + 1


def test_the_key_of_the_stub_that_a_parted_identifier_was_leads_to_the_one_thing_again(town):
    """While they are apart, the DOI names neither, and what cites it points at a stub."""
    town.arrive(
        work("a/1", "doi:10.1/x"),
        work("b/1", "doi:10.1/x"),
        work("c/1", links=[link("Cites", "doi:10.1/x")]),
    )
    town.build()
    before, keys, links = quads_of(town), town.keys(), town.links()
    town.judge("a/1", "b/1", is_same=False)
    town.build()
    stub = town.stubs()["doi:10.1/x"]
    parted = town.keys()["b/1"]
    assert town.links() == {(keys["c/1"], "cites", stub)}
    town.judged.clear()
    town.build()
    assert (town.keys(), town.links(), town.stubs()) == (keys, links, {})
    assert town.retired() == dict.fromkeys((stub, parted), keys["a/1"])
    after = quads_of(town)
    assert set(after) - set(before) == redirects(after)
    assert set(before) <= set(after)


def test_a_different_holds_against_a_chain(town):
    town.arrive(
        work("a/1", "doi:10.1/x", "arxiv:1"), work("b/1", "arxiv:1", "cds:2"), work("c/1", "cds:2")
    )
    town.judge("a/1", "c/1", is_same=False)
    town.build()
    assert town.groups() == groups("a/1 b/1", "c/1")
    assert decisions(town) == {
        different("a/1", "c/1"),
        ("same-arxiv", "arxiv:1", "a/1 b/1"),
        ("person-different", "cds:2", "b/1 c/1"),
    }


def test_a_different_of_what_shares_nothing_changes_no_entity(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "arxiv:1"))
    town.build()
    before, keys = quads_of(town), town.keys()
    town.judge("a/1", "b/1", is_same=False)
    town.build()
    assert (town.keys(), decisions(town)) == (keys, {different("a/1", "b/1")})
    town.judged.clear()
    town.build()
    assert quads_of(town) == before


# -- records that go ----------------------------------------------------------------------------


@pytest.mark.parametrize("is_same", [True, False])
def test_a_judgement_is_without_effect_while_one_of_its_records_is_gone(town, is_same):
    own = "doi:10.1/x"
    town.arrive(work("a/1", own), work("b/1", "arxiv:1" if is_same else own))
    town.judge("a/1", "b/1", is_same=is_same)
    town.build()
    judged, parts = decisions(town), town.groups()
    town.delete("b/1")
    town.build()
    assert (town.groups(), decisions(town)) == (groups("a/1"), set())
    town.arrive(work("b/1", "arxiv:1" if is_same else own))
    town.build()
    assert (town.groups(), decisions(town)) == (parts, judged)


def test_a_judgement_of_a_record_that_never_came_is_obeyed_when_it_comes(town):
    town.arrive(work("a/1"))
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    assert decisions(town) == set()
    key = town.keys()["a/1"]
    town.arrive(work("b/1"))
    town.build()
    assert town.keys() == {"a/1": key, "b/1": key}


def test_a_record_of_a_forced_pair_that_goes_leaves_the_key_to_the_other(town):
    town.arrive(work("a/1", "doi:10.1/x"), work("b/1", "doi:10.2/y"))
    town.build()
    keys = town.keys()
    town.judge("a/1", "b/1", is_same=True)
    town.build()
    town.delete("b/1")
    town.build()
    assert town.groups() == groups("a/1")
    assert town.keys()["a/1"] in keys.values()
    assert decisions(town) == set()


def test_a_newcomer_to_a_forced_pair_does_not_take_the_others_key_along_when_they_part(town):
    """The key of the older was minted from a DOI that its records state no longer."""
    town.arrive(work("z/1", "doi:10.1/x"))
    town.build()
    town.arrive(*(work(f"z/{n}", "doi:10.1/y") for n in (1, 2)), work("b/1", "arxiv:1"))
    town.build()
    before = town.keys()
    town.judge("b/1", "z/1", is_same=True)
    town.build()
    town.arrive(work("b/2", "arxiv:1"))
    town.build()
    assert set(town.keys().values()) == {before["z/1"]}
    town.judged.clear()
    town.build()
    assert town.keys() == before | {"b/2": before["b/1"]}
    assert town.retired() == {}


def test_a_newcomer_to_a_forced_pair_leaves_the_key_to_whom_it_was_minted_for(town):
    """The DOI, which the key was minted from, names two things since the newcomers came."""
    own = "doi:10.1/x"
    town.arrive(work("a/1", own), work("a/2", kind=DATASET))
    town.build()
    before = town.keys()
    town.judge("a/1", "a/2", is_same=True)
    town.build()
    town.arrive(work("b/1", own, kind=DATASET), work("b/2", own, kind=Kind.BOOK))
    town.build()
    assert town.groups() == groups("a/1 a/2 b/1", "b/2")
    town.judged.clear()
    town.build()
    assert town.groups() == groups("a/1 b/2", "a/2", "b/1")
    assert {name: town.keys()[name] for name in before} == before


# -- whatever is judged -------------------------------------------------------------------------

_NAMES = [f"{source}/{record}" for source in "ab" for record in "123"]
_OWN = ["doi:10.1/a", "doi:10.1/b", "doi:10.2/a", "arxiv:1", "isbn:1"]
_TOWNS = st.tuples(
    *(
        st.builds(
            lambda name, own, kind, cited: work(
                name, *own, kind=kind, title="T", links=[link("Cites", each) for each in cited]
            ),
            st.just(name),
            st.lists(st.sampled_from(_OWN), max_size=2, unique=True),
            st.sampled_from([Kind.PAPER, Kind.BOOK, DATASET]),
            st.lists(st.sampled_from(_OWN), max_size=1),
        )
        for name in _NAMES
    )
)
_PAIRS = st.tuples(st.sampled_from(_NAMES), st.sampled_from(_NAMES), st.booleans()).filter(
    lambda pair: pair[0] < pair[1]
)
_ROUNDS = st.lists(st.lists(_PAIRS, max_size=3), min_size=1, max_size=3)


def _judge(town: Town, pairs) -> None:
    town.judged.clear()
    for one, other, is_same in pairs:
        town.judge(one, other, is_same=is_same)
    town.build()


@settings(max_examples=100, deadline=None)
@given(_TOWNS, _ROUNDS)
def test_whatever_was_judged_is_undone_when_all_of_it_is_taken_back(works, rounds):
    """But for one line on every key that was minted meanwhile, which was public and leads on."""
    with tempfile.TemporaryDirectory() as folder, new_town(Path(folder)) as town:
        town.arrive(*works)
        town.build()
        before = set(quads_of(town))
        state = (town.keys(), town.stubs(), town.links(), decisions(town))
        retired = town.retired()
        for pairs in rounds:
            _judge(town, pairs)
        _judge(town, [])
        assert (town.keys(), town.stubs(), town.links(), decisions(town)) == state
        after = set(quads_of(town))
        minted = town.retired().keys() - retired.keys()
        assert before <= after
        assert sorted(map(_subject, after - before)) == sorted(minted)


@settings(max_examples=60, deadline=None)
@given(_TOWNS, _ROUNDS)
def test_what_is_judged_at_last_decides_whatever_was_judged_before(works, rounds):
    with tempfile.TemporaryDirectory() as folder, new_town(Path(folder) / "long") as town:
        town.arrive(*works)
        for pairs in rounds:
            _judge(town, pairs)
        with new_town(Path(folder) / "short") as fresh:
            fresh.arrive(*works)
            _judge(fresh, rounds[-1])
            assert town.groups() == fresh.groups()
            assert decisions(town) == decisions(fresh)


def _subject(quad: str) -> str:
    """The key that a quad is about."""
    return quad.partition(">")[0].removeprefix(f"<{BASE}id/")


@settings(max_examples=100, deadline=None)
@given(_TOWNS, st.integers(1, 5), _ROUNDS.map(lambda rounds: rounds[0]))
def test_records_that_arrive_meanwhile_find_the_keys_as_if_nothing_had_been_judged(
    works, n_first, pairs
):
    """As long as they were not judged themselves, and nothing points at what they leave unclear."""
    works = [replace(each, links=()) for each in works]
    with (
        tempfile.TemporaryDirectory() as folder,
        new_town(Path(folder) / "judged") as town,
        new_town(Path(folder) / "unjudged") as control,
    ):
        for each in (town, control):
            each.arrive(*works[:n_first])
            each.build()
        old = town.keys()
        _judge(town, [pair for pair in pairs if {*pair[:2]} <= old.keys()])
        for each in (town, control):
            each.arrive(*works[n_first:])
            each.build()
        _judge(town, [])
        assert town.groups() == control.groups()
        assert decisions(town) == decisions(control)
        keys = town.keys()
        expected = {name: key for name, key in control.keys().items() if key in old.values()}
        assert {name: keys[name] for name in expected} == expected
