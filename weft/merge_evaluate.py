"""`weft merge evaluate FILE`: how well the merge does on judged pairs, as tables or JSON."""

import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph.catalogue import Catalogue, open_catalogue
from graph.errors import CatalogueError
from graph.evaluation import Evaluation, Name, Wrong, evaluate, joining_rules, read_pairs
from weft.config import Config
from weft.data_directory import catalogue_path
from weft.terminal import console


def show(config: Config, file: Path, *, as_json: bool) -> None:
    """Print precision and recall of the last merge over a file of judged pairs.

    Raises:
        UnreadablePairs: the file cannot be used; the message has the line.
        CatalogueError: nothing was built yet, or graph.db cannot be read.
    """
    pairs = read_pairs(file)
    path = catalogue_path(config.data)
    if not path.exists():
        raise CatalogueError(f"nothing is merged in {config.data}: run `weft build` first")
    with open_catalogue(path) as catalogue:
        rules_of = joining_rules(catalogue.merged.decisions())
        evaluation = evaluate(pairs, _entity_of(catalogue), rules_of)
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(evaluation)).decode() + "\n")
        return
    print_evaluation(evaluation, console())


def _entity_of(catalogue: Catalogue) -> Mapping[Name, str]:
    return {
        (work.source, work.record): key
        for key, works in catalogue.works.entities()
        for _, work in works
    }


def print_evaluation(evaluation: Evaluation, console: Console) -> None:
    """Print the totals, a table by label, one by rule, and every pair that went wrong."""
    console.print(
        f"{evaluation.pairs} pairs, {evaluation.absent} with a record that is not in the catalogue"
    )
    console.print(
        f"precision {_share(evaluation.precision)}, recall {_share(evaluation.recall)};"
        f" B-cubed precision {_share(evaluation.b_cubed.precision)},"
        f" recall {_share(evaluation.b_cubed.recall)}"
    )
    console.print(_label_table(evaluation))
    console.print(_rule_table(evaluation))
    for title, wrongs in (
        ("joined, and should not be", evaluation.false_merges),
        ("not joined, and should be", evaluation.misses),
    ):
        if wrongs:
            console.print(f"{title}:")
        for wrong in wrongs:
            console.print(Text(_line(wrong)))


def _label_table(evaluation: Evaluation) -> Table:
    table = _table("label", "pairs", "absent", "together", "precision", "recall")
    for label, score in evaluation.by_label.items():
        counts = (str(count) for count in (score.pairs, score.absent, score.together))
        table.add_row(label, *counts, _share(score.precision), _share(score.recall))
    return table


def _rule_table(evaluation: Evaluation) -> Table:
    table = _table("rule", "pairs", "false", "precision", "recall")
    for rule, score in evaluation.by_rule.items():
        counts = (str(score.pairs), str(score.false))
        table.add_row(rule, *counts, _share(score.precision), _share(score.recall))
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _line(wrong: Wrong) -> str:
    by = f"  by {', '.join(wrong.rules)}" if wrong.rules else ""
    return f"  {' '.join(wrong.a)}  {' '.join(wrong.b)}  {wrong.label}{by}"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.4f}"
