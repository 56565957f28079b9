"""The merge over pairs of real records that were judged by reading: tests/data/gold."""

from collections import Counter
from pathlib import Path

import pytest

from graph.evaluation import DUPLICATE, LABELS, LabelledPair, gold_clusters, read_pairs
from tests.graph.gold_merges import Judged, judge_merges
from tests.graph.gold_records import IMPORTED, REPLAYED

PAIRS = Path(__file__).parents[1] / "data" / "gold" / "pairs.csv"
NOT_IN_THE_CORPUS = {"multi-published"}
"""No two records were found to be one text that two publishers or journals brought out."""
LEAST_RECALL = 0.98


@pytest.fixture(scope="module")
def pairs() -> list[LabelledPair]:
    return read_pairs(PAIRS)


@pytest.fixture(scope="module")
def judged(
    corpus: Path, pairs: list[LabelledPair], tmp_path_factory: pytest.TempPathFactory
) -> Judged:
    return judge_merges(corpus, pairs, tmp_path_factory.mktemp("gold"))


def test_there_are_pairs_of_every_label_that_the_corpus_has(pairs):
    labels = Counter(pair.label for pair in pairs)
    assert labels.keys() == set(LABELS) - NOT_IN_THE_CORPUS
    assert labels.total() >= 300
    assert labels[DUPLICATE] <= labels.total() / 2


def test_every_source_has_a_part_in_the_pairs(pairs):
    named = {source for pair in pairs for source, _ in (pair.a, pair.b)}
    assert named == {*REPLAYED, *IMPORTED, "doab-2018", "cernopendata-rest", "inspire"}


def test_no_two_judgements_contradict_each_other(pairs):
    thing_of = gold_clusters(pairs)
    assert [
        pair for pair in pairs if pair.label != DUPLICATE and thing_of[pair.a] == thing_of[pair.b]
    ] == []


def test_every_record_named_is_in_the_corpus(judged):
    assert judged.evaluation.absent == 0


def test_identifier_rules_join_nothing_that_is_not_one_thing(judged):
    assert judged.evaluation.false_merges == ()
    assert judged.evaluation.precision == 1.0


def test_duplicates_that_share_an_identifier_are_joined(judged):
    assert judged.recall_of_sharing >= LEAST_RECALL, judged.missed_sharing


def test_entities_hold_one_thing_each(judged):
    b_cubed = judged.evaluation.b_cubed
    assert b_cubed.precision == 1.0
    assert b_cubed.recall >= LEAST_RECALL
