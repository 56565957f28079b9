"""Scores of a merge: worked examples by hand, what always holds, and bad files of pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.evaluation import (
    DUPLICATE,
    LABELS,
    LabelledPair,
    LabelScore,
    Name,
    RuleScore,
    UnreadablePairs,
    Wrong,
    evaluate,
    gold_clusters,
    joining_rules,
    read_pairs,
)
from graph.match import RecordedDecision

HEADER = "source_a,record_a,source_b,record_b,label\n"


def name(text: str) -> Name:
    return "s", text


def pair(a: str, b: str, label: str = DUPLICATE) -> LabelledPair:
    return LabelledPair(a=name(a), b=name(b), label=label)


def entities(*groups: str) -> dict[Name, int]:
    """The entity of each record, of groups such as `a b`."""
    return {name(each): n for n, group in enumerate(groups) for each in group.split()}


def decision(rule: str, records: str, *, is_join: bool = True) -> RecordedDecision:
    return RecordedDecision(
        rule=rule,
        is_join=is_join,
        evidence="doi:10.1/x",
        records=tuple(name(each) for each in records.split()),
        at="2024-01-01T12:00:00Z",
    )


def no_rules(_a: Name, _b: Name) -> tuple[str, ...]:
    return ()


def same_doi(_a: Name, _b: Name) -> tuple[str, ...]:
    return ("same-doi",)


# -- the file -----------------------------------------------------------------------------------


def read(tmp_path, text):
    path = tmp_path / "pairs.csv"
    path.write_text(text, encoding="utf-8")
    return read_pairs(path)


def test_each_line_is_a_pair(tmp_path):
    text = f'{HEADER}zenodo,oai:z:1,hepdata,"oai:h,1",version\n'
    assert read(tmp_path, text) == [
        LabelledPair(a=("zenodo", "oai:z:1"), b=("hepdata", "oai:h,1"), label="version")
    ]


def test_further_columns_and_their_order_do_not_matter(tmp_path):
    text = "note,label,source_b,record_b,source_a,record_a\nclear,different,s,b,s,a\n"
    assert read(tmp_path, text) == [pair("a", "b", "different")]


def test_a_pair_said_twice_counts_once_in_whatever_order(tmp_path):
    text = f"{HEADER}s,a,s,b,duplicate\ns,b,s,a,duplicate\n"
    assert read(tmp_path, text) == [pair("a", "b")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source_a,record_a,label\n", "line 1: no column source_b, record_b"),
        ("", "line 1: no column source_a, record_a, source_b, record_b, label"),
        (f"{HEADER}s,a,s,b,duplicate\ns,a,s,c,same\n", "line 3: unknown label 'same'"),
        (f"{HEADER}s,a,s,b\n", "line 2: nothing in label"),
        (f"{HEADER}s, ,s,,duplicate\n", "line 2: nothing in record_a, record_b"),
        (f"{HEADER}s,a,s,a,duplicate\n", "line 2: both records are s a"),
        (
            f"{HEADER}s,a,s,b,version\ns,x,s,y,different\ns,b,s,a,duplicate\n",
            "line 4: the pair is 'duplicate' here and 'version' on line 2",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, message):
    with pytest.raises(UnreadablePairs, match=message):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadablePairs, match=r"none\.csv: .*No such file"):
        read_pairs(tmp_path / "none.csv")


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_bytes(HEADER.encode() + b"s,\xff,s,b,duplicate\n")
    with pytest.raises(UnreadablePairs, match=r"pairs\.csv: .*utf-8"):
        read_pairs(path)


# -- the things behind the records --------------------------------------------------------------


def test_duplicates_of_duplicates_are_one_thing_and_others_are_not():
    pairs = [pair("a", "b"), pair("c", "b"), pair("a", "d", "version"), pair("e", "f")]
    assert gold_clusters(pairs) == {
        name("a"): name("a"),
        name("b"): name("a"),
        name("c"): name("a"),
        name("d"): name("d"),
        name("e"): name("e"),
        name("f"): name("e"),
    }


# -- rules --------------------------------------------------------------------------------------


def test_the_rules_of_a_pair_are_those_of_all_decisions_that_name_both():
    rules_of = joining_rules(
        [
            decision("same-isbn", "a b c"),
            decision("same-doi", "a b"),
            decision("same-arxiv", "b c"),
            decision("same-cds", "a b", is_join=False),
        ]
    )
    assert rules_of(name("a"), name("b")) == ("same-doi", "same-isbn")


def test_records_that_no_decision_names_together_have_the_rules_of_the_shortest_chain():
    rules_of = joining_rules(
        [
            decision("same-doi", "a b"),
            decision("same-isbn", "b c"),
            decision("same-cds", "a x"),
            decision("same-arxiv", "x y"),
            decision("same-handle", "y c"),
        ]
    )
    assert rules_of(name("a"), name("c")) == ("same-doi", "same-isbn")


def test_records_without_a_chain_have_no_rules():
    rules_of = joining_rules([decision("same-doi", "a b")])
    assert rules_of(name("a"), name("c")) == ()
    assert rules_of(name("c"), name("a")) == ()


# -- scores -------------------------------------------------------------------------------------


PAIRS = [
    pair("a", "b"),
    pair("c", "d"),
    pair("e", "f"),
    pair("a", "c", "version"),
    pair("a", "e", "different"),
    pair("b", "e", "different"),
    pair("a", "gone", "different"),
]
"""Judged by hand; the merge below joins a, b and e, and c and d, and leaves f alone."""
ENTITY_OF = entities("a b e", "c d", "f", "unnamed")


def test_precision_and_recall_are_over_the_pairs_in_the_catalogue():
    scores = evaluate(PAIRS, ENTITY_OF, same_doi)
    assert (scores.pairs, scores.absent) == (7, 1)
    assert scores.precision == 2 / 4
    assert scores.recall == 2 / 3


def test_each_label_has_its_score():
    by_label = evaluate(PAIRS, ENTITY_OF, same_doi).by_label
    assert tuple(by_label) == LABELS
    assert by_label["duplicate"] == LabelScore(
        pairs=3, absent=0, together=2, precision=2 / 4, recall=2 / 3
    )
    assert by_label["version"] == LabelScore(
        pairs=1, absent=0, together=0, precision=1.0, recall=None
    )
    assert by_label["different"] == LabelScore(
        pairs=2, absent=1, together=2, precision=2 / 4, recall=None
    )
    assert by_label["erroneous"] == LabelScore(
        pairs=0, absent=0, together=0, precision=None, recall=None
    )


def test_each_rule_has_its_score():
    rules_of = joining_rules(
        [decision("same-doi", "a b"), decision("same-isbn", "b e"), decision("same-doi", "c d")]
    )
    by_rule = evaluate(PAIRS, ENTITY_OF, rules_of).by_rule
    assert by_rule == {
        "same-doi": RuleScore(pairs=3, false=1, precision=2 / 3, recall=2 / 3),
        "same-isbn": RuleScore(pairs=2, false=2, precision=0.0, recall=0.0),
    }


def test_what_went_wrong_is_listed():
    scores = evaluate(PAIRS, ENTITY_OF, same_doi)
    assert scores.false_merges == (
        Wrong(a=name("a"), b=name("e"), label="different", rules=("same-doi",)),
        Wrong(a=name("b"), b=name("e"), label="different", rules=("same-doi",)),
    )
    assert scores.misses == (Wrong(a=name("e"), b=name("f"), label="duplicate", rules=()),)


def test_b_cubed_is_the_mean_over_the_records_named():
    b_cubed = evaluate(PAIRS, ENTITY_OF, same_doi).b_cubed
    # of a, b, e in one entity two are one thing; c, d are all right; f is alone
    assert b_cubed.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6)
    # e and f are one thing in two entities
    assert b_cubed.recall == pytest.approx((1 + 1 + 1 / 2 + 1 + 1 + 1 / 2) / 6)


def test_a_rule_of_no_duplicates_has_no_recall():
    scores = evaluate([pair("a", "b", "version")], entities("a b"), same_doi)
    assert scores.by_rule["same-doi"] == RuleScore(pairs=1, false=1, precision=0.0, recall=None)


def test_what_cannot_be_told_is_none():
    scores = evaluate([pair("a", "b")], {}, no_rules)
    assert (scores.absent, scores.precision, scores.recall) == (1, None, None)
    assert (scores.b_cubed.precision, scores.b_cubed.recall) == (None, None)
    assert scores.by_label["duplicate"].precision is None


_NAMES = st.sampled_from("abcdefgh")
_THINGS = st.dictionaries(_NAMES, st.integers(0, 3), min_size=2)
_CLUSTERINGS = st.fixed_dictionaries({each: st.integers(0, 3) for each in "abcdefgh"})


@st.composite
def judgements(draw: st.DrawFn) -> list[LabelledPair]:
    """All pairs of some records, as somebody judges who knows which are one thing."""
    things = draw(_THINGS)
    wrong_labels = st.sampled_from(LABELS[1:])
    return [
        pair(a, b, DUPLICATE if things[a] == things[b] else draw(wrong_labels))
        for a in things
        for b in things
        if a < b
    ]


@given(judgements())
def test_a_merge_as_judged_is_perfect(pairs):
    scores = evaluate(pairs, gold_clusters(pairs), no_rules)
    assert scores.precision in {1.0, None}
    assert scores.recall in {1.0, None}
    assert (scores.b_cubed.precision, scores.b_cubed.recall) == (1.0, 1.0)
    assert (scores.false_merges, scores.misses) == ((), ())


@given(judgements())
def test_one_entity_of_all_has_full_recall(pairs):
    scores = evaluate(pairs, dict.fromkeys(gold_clusters(pairs), 1), no_rules)
    assert scores.recall in {1.0, None}
    assert scores.b_cubed.recall == 1.0
    assert scores.misses == ()


@given(judgements())
def test_every_record_alone_has_full_precision(pairs):
    scores = evaluate(pairs, {record: record for record in gold_clusters(pairs)}, no_rules)
    assert scores.precision is None
    assert scores.b_cubed.precision == 1.0
    assert scores.false_merges == ()


@given(judgements(), _CLUSTERINGS)
def test_the_lists_agree_with_the_shares(pairs, clustering):
    entity_of = {name(each): entity for each, entity in clustering.items()}
    scores = evaluate(pairs, entity_of, same_doi)
    n_joined = sum(score.together for score in scores.by_label.values())
    n_right = scores.by_label[DUPLICATE].together
    assert len(scores.false_merges) == n_joined - n_right
    assert len(scores.misses) == scores.by_label[DUPLICATE].pairs - n_right
    assert sum(score.pairs + score.absent for score in scores.by_label.values()) == scores.pairs
    shares = [
        scores.b_cubed.precision,
        scores.b_cubed.recall,
        *(score.precision for score in scores.by_label.values()),
    ]
    assert all(share is None or 0 <= share <= 1 for share in shares)


@given(judgements(), _CLUSTERINGS, st.randoms(use_true_random=False))
def test_neither_order_nor_direction_of_the_pairs_matters(pairs, clustering, random):
    entity_of = {name(each): entity for each, entity in clustering.items()}
    turned = [
        LabelledPair(a=each.b, b=each.a, label=each.label) if random.random() < 1 / 2 else each
        for each in pairs
    ]
    random.shuffle(turned)
    one, other = (evaluate(each, entity_of, same_doi) for each in (pairs, turned))
    assert (one.precision, one.recall) == (other.precision, other.recall)
    assert (one.by_label, one.by_rule) == (other.by_label, other.by_rule)
    assert one.b_cubed.precision == pytest.approx(other.b_cubed.precision)
    assert one.b_cubed.recall == pytest.approx(other.b_cubed.recall)
