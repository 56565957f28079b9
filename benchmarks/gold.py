"""How well merges agree with what a person judged of real records: the pairs of tests/data/gold."""

import tempfile
from pathlib import Path
from typing import Final

from benchmarks.question import CORPUS
from graph.evaluation import read_pairs
from tests.graph.gold_merges import judge_merges

PAIRS: Final = Path(__file__).parents[1] / "tests" / "data" / "gold" / "pairs.csv"
PRECISION, RECALL = 1.0, 0.98


def judge_gold() -> None:
    """Print precision, recall and B-cubed; left out where there is no corpus."""
    if not CORPUS.is_dir():
        print(f"gold pairs: left out, no corpus at {CORPUS} (set WEFT_CORPUS)")
        return
    pairs = read_pairs(PAIRS)
    with tempfile.TemporaryDirectory() as folder:
        judged = judge_merges(CORPUS, pairs, Path(folder))
    found = judged.evaluation
    precision, recall = found.precision or 0.0, judged.recall_of_sharing
    print(f"\nMerges against {len(pairs)} judged pairs of real records")
    print(f"  precision {precision:.4f}, target {PRECISION}: {_verdict(precision >= PRECISION)}")
    print(
        f"  recall of duplicates that share an identifier {recall:.4f}, target at least {RECALL}:"
        f" {_verdict(recall >= RECALL)}"
    )
    print(f"  B-cubed: precision {found.b_cubed.precision:.4f}, recall {found.b_cubed.recall:.4f}")


def _verdict(is_met: bool) -> str:  # noqa: FBT001  # one word of it
    return "met" if is_met else "not met"
