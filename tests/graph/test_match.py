"""The merge rules: each rule, each guard, and that neither order nor numbering decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.guards import kinds_agree
from graph.match import (
    MAX_PER_SOURCE,
    RULES,
    TRUSTED,
    Decision,
    decide,
    group,
    is_trusted,
    scheme_rank,
)
from graph.work import Identifier, Kind
from tests.graph.builders import candidate

DATASET, PAPER, SOFTWARE, BOOK, CHAPTER, OTHER = (
    Kind.DATASET, Kind.PAPER, Kind.SOFTWARE, Kind.BOOK, Kind.CHAPTER, Kind.OTHER,
)  # fmt: skip


def _decide(shared, *candidates):
    return decide(shared, {each.work: each for each in candidates})


def _join(rule, evidence, *works):
    return Decision(rule=rule, is_join=True, evidence=evidence, works=works)


def _apart(rule, evidence, *works):
    return Decision(rule=rule, is_join=False, evidence=evidence, works=works)


@pytest.mark.parametrize("scheme", TRUSTED)
def test_a_shared_trusted_identifier_joins_under_its_rule(scheme):
    decisions = _decide([(f"{scheme}:x", (1, 2))], candidate(1), candidate(2))
    assert decisions == [_join(f"same-{scheme}", f"{scheme}:x", 1, 2)]
    assert decisions[0].rule in RULES


def test_nothing_shared_decides_nothing():
    assert _decide([], candidate(1), candidate(2)) == []


@pytest.mark.parametrize("scheme", ["oai", "url", "github", "issn", "orcid"])
def test_identifiers_of_other_schemes_are_not_trusted(scheme):
    assert not is_trusted(Identifier(scheme, "x"), PAPER)


@pytest.mark.parametrize(
    ("kind", "trusted"),
    [(BOOK, True), (CHAPTER, False), (PAPER, False), (OTHER, True), (DATASET, False)],
)
def test_an_isbn_is_trusted_on_what_may_be_a_book(kind, trusted):
    assert is_trusted(Identifier("isbn", "1"), kind) is trusted


def test_one_source_may_share_an_identifier_three_times():
    works = [candidate(n, source="a") for n in range(1, MAX_PER_SOURCE + 1)]
    assert _decide([("doi:10.1/x", (1, 2, 3))], *works) == [
        _join("same-doi", "doi:10.1/x", 1, 2, 3)
    ]


def test_an_identifier_too_common_in_one_source_joins_nobody():
    works = [candidate(n, source="a") for n in (1, 2, 3, 4)]
    assert _decide([("doi:10.1/x", (1, 2, 3, 4, 5))], *works, candidate(5, source="b")) == [
        _apart("identifier-too-common", "doi:10.1/x", 1, 2, 3, 4, 5)
    ]


def test_an_identifier_common_over_many_sources_joins():
    works = [candidate(n) for n in range(1, 7)]
    (decision,) = _decide([("doi:10.1/x", tuple(range(1, 7)))], *works)
    assert decision.is_join


@pytest.mark.parametrize(
    ("kinds", "agree"),
    [
        ([], True),
        ([PAPER, PAPER], True),
        ([PAPER, BOOK], True),
        ([PAPER, CHAPTER], True),
        ([PAPER, OTHER, DATASET], False),
        ([OTHER, DATASET], True),
        ([OTHER, SOFTWARE], True),
        ([BOOK, CHAPTER], False),
        ([BOOK, PAPER, CHAPTER], False),
        ([DATASET, SOFTWARE], False),
        ([DATASET, PAPER], False),
        ([SOFTWARE, PAPER], False),
    ],
)
def test_kinds_that_can_be_one_thing(kinds, agree):
    assert kinds_agree(kinds) is agree


def test_works_whose_kinds_differ_stay_apart():
    assert _decide([("doi:10.1/x", (1, 2))], candidate(1, PAPER), candidate(2, DATASET)) == [
        _apart("kinds-differ", "doi:10.1/x", 1, 2)
    ]


def test_a_paper_does_not_glue_a_book_to_a_chapter():
    decisions = _decide(
        [("doi:10.1/x", (1, 2, 3))], candidate(1, BOOK), candidate(2, PAPER), candidate(3, CHAPTER)
    )
    assert decisions == [
        _apart("kinds-differ", "doi:10.1/x", 1, 3),
        _join("same-doi", "doi:10.1/x", 1, 2),
    ]


def test_an_unknown_kind_does_not_glue_a_paper_to_a_dataset():
    decisions = _decide(
        [("doi:10.1/x", (1, 2)), ("handle:1/x", (2, 3))],
        candidate(1, PAPER), candidate(2, OTHER), candidate(3, DATASET),
    )  # fmt: skip
    assert decisions == [
        _join("same-doi", "doi:10.1/x", 1, 2),
        _apart("kinds-differ", "handle:1/x", 2, 3),
    ]


def test_two_pairs_on_one_identifier_are_joined_each_and_kept_apart_once():
    decisions = _decide(
        [("doi:10.1/x", (1, 2, 3, 4))],
        candidate(1, PAPER), candidate(2, DATASET), candidate(3, PAPER), candidate(4, DATASET),
    )  # fmt: skip
    assert decisions == [
        _apart("kinds-differ", "doi:10.1/x", 1, 2),
        _join("same-doi", "doi:10.1/x", 1, 3),
        _join("same-doi", "doi:10.1/x", 2, 4),
    ]


def test_dois_of_one_registrant_that_differ_keep_apart():
    decisions = _decide(
        [("arxiv:1", (1, 2))], candidate(1, doi="10.1/a"), candidate(2, doi="10.1/b")
    )
    assert decisions == [_apart("dois-differ", "arxiv:1", 1, 2)]


def test_dois_of_two_registrants_do_not_keep_apart():
    decisions = _decide(
        [("arxiv:1", (1, 2))], candidate(1, doi="10.1/a"), candidate(2, doi="10.2/b")
    )
    assert decisions == [_join("same-arxiv", "arxiv:1", 1, 2)]


def test_a_work_without_doi_does_not_glue_two_dois():
    decisions = _decide(
        [("arxiv:1", (1, 2)), ("arxiv:2", (2, 3))],
        candidate(1, doi="10.1/a"), candidate(2), candidate(3, doi="10.1/b"),
    )  # fmt: skip
    assert decisions == [
        _join("same-arxiv", "arxiv:1", 1, 2),
        _apart("dois-differ", "arxiv:2", 2, 3),
    ]


def test_a_doi_learnt_from_a_third_work_still_guards():
    decisions = _decide(
        [("arxiv:1", (1, 2)), ("inspire:1", (1, 3)), ("cds:1", (2, 4))],
        candidate(1), candidate(2), candidate(3, doi="10.1/a"), candidate(4, doi="10.1/b"),
    )  # fmt: skip
    assert [(each.rule, each.works) for each in decisions] == [
        ("same-arxiv", (1, 2)),
        ("same-inspire", (1, 3)),
        ("dois-differ", (2, 4)),
    ]


def test_a_strong_identifier_is_heard_before_a_weak_one():
    assert sorted(["hepdata:1", "url:x", "doi:10.1/x", "isbn:1"], key=scheme_rank) == [
        "doi:10.1/x", "isbn:1", "hepdata:1", "url:x",
    ]  # fmt: skip


def test_groups_are_named_by_their_lowest_work():
    decisions = [
        _join("same-doi", "doi:10.1/x", 5, 9),
        _join("same-arxiv", "arxiv:1", 9, 3),
        _apart("kinds-differ", "doi:10.1/y", 3, 7),
        _join("same-doi", "doi:10.1/z", 8, 12),
    ]
    assert group(decisions) == {3: 3, 5: 3, 9: 3, 8: 8, 12: 8}


_KINDS = st.sampled_from(list(Kind))
_CANDIDATES = st.lists(
    st.tuples(_KINDS, st.sampled_from(["", "10.1/a", "10.1/b", "10.2/a"]), st.sampled_from("ab")),
    min_size=2,
    max_size=8,
)
_IDENTIFIERS = st.sampled_from(
    [f"{scheme}:{n}" for scheme in ("doi", "arxiv", "cds") for n in "12"]
)


@st.composite
def _towns(draw):
    """Candidates by number, and identifiers that some of them share."""
    facts = draw(_CANDIDATES)
    candidates = {
        n: candidate(n, kind, doi, source, f"r{n}")
        for n, (kind, doi, source) in enumerate(facts, start=1)
    }
    works = st.sets(st.sampled_from(list(candidates)), min_size=2).map(lambda s: tuple(sorted(s)))
    return candidates, draw(st.dictionaries(_IDENTIFIERS, works, max_size=6))


def _grouping(decisions, candidates):
    groups: dict[int, set[str]] = {}
    for number, root in group(decisions).items():
        groups.setdefault(root, set()).add(candidates[number].record)
    return {frozenset(members) for members in groups.values()}


@given(_towns(), st.randoms(use_true_random=False))
def test_neither_order_nor_numbering_changes_the_groups(town, random):
    candidates, shared = town
    expected = _grouping(decide(shared.items(), candidates), candidates)
    new_numbers = dict(zip(candidates, random.sample(range(100), len(candidates)), strict=True))
    renumbered = {
        new_numbers[n]: candidate(new_numbers[n], c.kind, "".join(c.dois), c.source, c.record)
        for n, c in candidates.items()
    }
    shuffled = []
    for identifier, works in random.sample(list(shared.items()), len(shared)):
        members = [new_numbers[n] for n in works]
        random.shuffle(members)
        shuffled.append((identifier, tuple(members)))
    assert _grouping(decide(shuffled, renumbered), renumbered) == expected


@given(_towns())
def test_no_group_holds_what_a_guard_forbids(town):
    candidates, shared = town
    groups: dict[int, list[int]] = {}
    for number, root in group(decide(shared.items(), candidates)).items():
        groups.setdefault(root, []).append(number)
    for members in groups.values():
        assert kinds_agree(candidates[n].kind for n in members)
        dois = {doi for n in members for doi in candidates[n].dois}
        assert len({doi.partition("/")[0] for doi in dois}) == len(dois)


@given(_towns())
def test_each_shared_identifier_is_decided_and_by_a_rule_that_is_explained(town):
    candidates, shared = town
    decisions = decide(shared.items(), candidates)
    assert {each.evidence for each in decisions} == set(shared)
    assert {each.rule for each in decisions} <= set(RULES)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("cernopendata.cern:553", True), ("zenodo.org:553", False), ("cernopendata.cern.ch:1", False)],
)
def test_only_an_oai_namespace_that_two_sources_state_is_trusted(value, expected):
    assert is_trusted(Identifier("oai", value), Kind.DATASET) is expected


def test_second_dois_of_another_registrant_are_compared_too():
    one = candidate(1)._replace(dois=("10.1/a", "10.2/x"))
    other = candidate(2)._replace(dois=("10.3/b", "10.2/y"))
    (apart,) = decide([("handle:1/1", (1, 2))], {1: one, 2: other})
    assert apart.rule == "dois-differ"


def test_a_preprint_stays_apart_from_the_article_where_the_configuration_says_so():
    works = (candidate(1, doi="10.1/a"), candidate(2), candidate(3))
    shared = [("arxiv:2401.00001", (1, 2, 3))]
    candidates = {each.work: each for each in works}
    (joined,) = decide(shared, candidates)
    assert joined.works == (1, 2, 3)
    apart, preprints = decide(shared, candidates, keeps_preprints=True)
    assert (apart.rule, apart.works, apart.is_join) == ("preprint-apart", (1, 2), False)
    assert (preprints.rule, preprints.works) == ("same-arxiv", (2, 3))
