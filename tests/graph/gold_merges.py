"""What the merge makes of the records that the gold file names, beside what a person judged."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from graph.catalogue import open_catalogue
from graph.evaluation import (
    DUPLICATE,
    Evaluation,
    LabelledPair,
    Name,
    evaluate,
    gold_clusters,
    joining_rules,
)
from graph.mapping import map_records
from tests.graph.builders import Town
from tests.graph.gold_records import gold_records, stated_identifiers


class Judged(NamedTuple):
    evaluation: Evaluation
    recall_of_sharing: float
    """Of the duplicates whose records state a common identifier, in any disguise."""
    missed_sharing: list[tuple[Name, Name]]


def judge_merges(corpus: Path, pairs: Sequence[LabelledPair], folder: Path) -> Judged:
    """Merge all records of the sources that the pairs name, and compare."""
    named = set(gold_clusters(pairs))
    stated: dict[Name, set[str]] = {}
    staged = []
    for record in gold_records(corpus, folder):
        staged.append(record)
        if (name := (record.source, record.identifier)) in named:
            stated[name] = stated_identifiers(record)
    with open_catalogue(folder / "graph.db") as catalogue:
        map_records(staged, catalogue)
        Town(catalogue).build()
        entity_of = {
            (work.source, work.record): key
            for key, works in catalogue.works.entities()
            for _, work in works
        }
        rules_of = joining_rules(catalogue.merged.decisions())
    sharing = [
        pair
        for pair in pairs
        if pair.label == DUPLICATE and stated.get(pair.a, set()) & stated.get(pair.b, set())
    ]
    of_sharing = evaluate(sharing, entity_of, rules_of)
    assert of_sharing.recall is not None
    return Judged(
        evaluate(pairs, entity_of, rules_of),
        of_sharing.recall,
        [(wrong.a, wrong.b) for wrong in of_sharing.misses],
    )
