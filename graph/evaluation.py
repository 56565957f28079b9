"""How well the merge does against pairs of records that people judged: precision, recall, B-cubed.

In: a CSV of judged pairs, the entity of each record, the decisions. Out: scores. Pure but for
`read_pairs`. B-cubed: Bagga and Baldwin 1998, https://aclanthology.org/P98-1012/
"""

import csv
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from graph.errors import GraphError
from graph.match import RecordedDecision

Name = tuple[str, str]
"""A record: name of its source, OAI identifier."""

DUPLICATE: Final = "duplicate"
"""The one label whose pairs are one entity."""
LABELS: Final = (
    DUPLICATE,
    "version",
    "multi-published",
    "part-of-group",
    "supplementary",
    "paper-extension",
    "erroneous",
    "different",
)
"""The words of OpenAIRE's expert judgements (https://doi.org/10.5281/zenodo.5794406). Versions,
parts and texts published twice are links here, not merges."""
COLUMNS: Final = ("source_a", "record_a", "source_b", "record_b", "label")


class UnreadablePairs(GraphError):
    """A file of judged pairs that cannot be used; says which line and why."""


class LabelledPair(Struct, frozen=True, kw_only=True):
    """Two records, and what a person who read both says of them."""

    a: Name
    b: Name
    label: str
    """One of `LABELS`."""


class LabelScore(Struct, frozen=True, kw_only=True):
    """The pairs of one label."""

    pairs: int
    """Judged so, and both records are in the catalogue."""
    absent: int
    """Judged so, and a record of them is not."""
    together: int
    """Of `pairs`, those that are one entity."""
    precision: float | None
    """Share of duplicates among what is joined, were these the only pairs that must stay apart;
    None when nothing is joined or the label has no pairs."""
    recall: float | None
    """Share of the pairs that are joined; None where they are to stay apart, or are none."""


class RuleScore(Struct, frozen=True, kw_only=True):
    """The judged pairs that a rule joined, alone or with others."""

    pairs: int
    false: int
    """Of `pairs`, those that should have stayed apart."""
    precision: float
    recall: float | None
    """Share of all duplicates that the rule has a part in joining; None without duplicates."""


class BCubed(Struct, frozen=True, kw_only=True):
    """Means over the records named in the file that are in the catalogue; None without any."""

    precision: float | None
    """How much of its entity is the same thing as the record."""
    recall: float | None
    """How much of what is the same thing as the record is in its entity."""


class Wrong(Struct, frozen=True, kw_only=True):
    """A pair that is joined and should not be, or the other way round."""

    a: Name
    b: Name
    label: str
    rules: tuple[str, ...]
    """The rules that joined them; none for a miss."""


class Evaluation(Struct, frozen=True, kw_only=True):
    """What `weft merge evaluate` prints."""

    pairs: int
    """Pairs judged, whether or not their records are in the catalogue."""
    absent: int
    """Of `pairs`, those with a record that is not; they count for nothing else."""
    precision: float | None
    """Share of duplicates among the pairs that are joined; None when none is."""
    recall: float | None
    """Share of the duplicates that are joined; None when there are none."""
    by_label: dict[str, LabelScore]
    by_rule: dict[str, RuleScore]
    b_cubed: BCubed
    false_merges: tuple[Wrong, ...]
    misses: tuple[Wrong, ...]


RulesOf = Callable[[Name, Name], tuple[str, ...]]
"""The rules that joined two records of one entity."""


def read_pairs(path: Path) -> list[LabelledPair]:
    """Read judged pairs from a CSV with the columns of `COLUMNS`; a pair said twice counts once.

    Raises:
        UnreadablePairs: the file is not UTF-8 or not there, a column is missing, a line has an
            empty cell, an unknown label or one record twice, or two lines disagree on a pair.
    """
    found: dict[frozenset[Name], tuple[LabelledPair, int]] = {}
    for line, row in _rows(path):
        pair = _pair(path, line, row)
        before, first_line = found.setdefault(frozenset((pair.a, pair.b)), (pair, line))
        if before.label != pair.label:
            raise UnreadablePairs(
                f"{path}, line {line}: the pair is {pair.label!r} here"
                f" and {before.label!r} on line {first_line}"
            )
    return [pair for pair, _ in found.values()]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the header, each with the number of its last line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UnreadablePairs(f"{path}, line 1: no column {', '.join(missing)}")
            for row in reader:
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadablePairs(f"{path}: {error}") from error


def _pair(path: Path, line: int, row: Mapping[str, str]) -> LabelledPair:
    source_a, record_a, source_b, record_b, label = (row[name].strip() for name in COLUMNS)
    empty = [name for name in COLUMNS if not row[name].strip()]
    if empty:
        raise UnreadablePairs(f"{path}, line {line}: nothing in {', '.join(empty)}")
    if label not in LABELS:
        raise UnreadablePairs(
            f"{path}, line {line}: unknown label {label!r}; known are {', '.join(LABELS)}"
        )
    pair = LabelledPair(a=(source_a, record_a), b=(source_b, record_b), label=label)
    if pair.a == pair.b:
        raise UnreadablePairs(f"{path}, line {line}: both records are {source_a} {record_a}")
    return pair


def gold_clusters(pairs: Iterable[LabelledPair]) -> dict[Name, Name]:
    """Every record named, with the record that stands for what it is a duplicate of.

    Duplicates of one thing are duplicates of each other, whether or not a line says so.
    """
    stands_for: dict[Name, Name] = {}

    def find(record: Name) -> Name:
        while (above := stands_for.setdefault(record, record)) != record:
            stands_for[record] = stands_for[above]
            record = above
        return record

    for pair in pairs:
        one, other = find(pair.a), find(pair.b)
        if pair.label == DUPLICATE:
            stands_for[max(one, other)] = min(one, other)
    return {record: find(record) for record in stands_for}


def joining_rules(decisions: Iterable[RecordedDecision]) -> RulesOf:
    """Make the function that tells which rules joined two records.

    These are the rules of all decisions that name both, or where none does, those along a
    shortest chain of decisions from one to the other.
    """
    joins = [each for each in decisions if each.is_join]
    of_record: dict[Name, list[RecordedDecision]] = {}
    for decision in joins:
        for record in decision.records:
            of_record.setdefault(record, []).append(decision)

    def rules_of(a: Name, b: Name) -> tuple[str, ...]:
        direct = {each.rule for each in of_record.get(a, ()) if b in each.records}
        return tuple(sorted(direct or _rules_of_chain(a, b, of_record)))

    return rules_of


def _rules_of_chain(
    a: Name, b: Name, of_record: Mapping[Name, list[RecordedDecision]]
) -> frozenset[str]:
    """The rules along a shortest chain of decisions; none when there is no chain."""
    reached = {a: frozenset[str]()}
    waiting = deque([a])
    while waiting and b not in reached:
        record = waiting.popleft()
        for decision in of_record.get(record, ()):
            for other in decision.records:
                if other not in reached:
                    reached[other] = reached[record] | {decision.rule}
                    waiting.append(other)
    return reached.get(b, frozenset())


def evaluate(
    pairs: Iterable[LabelledPair], entity_of: Mapping[Name, Hashable], rules_of: RulesOf
) -> Evaluation:
    """Compare the merge with judged pairs.

    Args:
        pairs: what people judged.
        entity_of: the entity of each record of the catalogue; more records than `pairs` names
            do no harm.
        rules_of: asked for the pairs that are one entity; see `joining_rules`.
    """
    judged = list(pairs)
    present = [pair for pair in judged if pair.a in entity_of and pair.b in entity_of]
    joined = [pair for pair in present if entity_of[pair.a] == entity_of[pair.b]]
    n_duplicates = _count(present, DUPLICATE)
    n_right = _count(joined, DUPLICATE)
    rules = {pair: rules_of(pair.a, pair.b) for pair in joined}
    return Evaluation(
        pairs=len(judged),
        absent=len(judged) - len(present),
        precision=_share(n_right, len(joined)),
        recall=_share(n_right, n_duplicates),
        by_label=_by_label(judged, present, joined),
        by_rule=_by_rule(rules, n_duplicates),
        b_cubed=_b_cubed(gold_clusters(judged), entity_of),
        false_merges=tuple(_wrong(pair, rules[pair]) for pair in joined if pair.label != DUPLICATE),
        misses=tuple(
            _wrong(pair, ()) for pair in present if pair.label == DUPLICATE and pair not in rules
        ),
    )


def _by_label(
    judged: list[LabelledPair], present: list[LabelledPair], joined: list[LabelledPair]
) -> dict[str, LabelScore]:
    n_right = _count(joined, DUPLICATE)
    scores = {}
    for label in LABELS:
        n_judged, n_present = _count(judged, label), _count(present, label)
        n_together = _count(joined, label)
        is_duplicate = label == DUPLICATE
        n_joined = len(joined) if is_duplicate else n_right + n_together
        says_nothing = not n_present and not is_duplicate
        scores[label] = LabelScore(
            pairs=n_present,
            absent=n_judged - n_present,
            together=n_together,
            precision=None if says_nothing else _share(n_right, n_joined),
            recall=_share(n_together, n_present) if is_duplicate else None,
        )
    return scores


def _by_rule(
    rules: Mapping[LabelledPair, tuple[str, ...]], n_duplicates: int
) -> dict[str, RuleScore]:
    of_rule: dict[str, list[LabelledPair]] = {}
    for pair, names in rules.items():
        for name in names:
            of_rule.setdefault(name, []).append(pair)
    scores = {}
    for name, pairs in sorted(of_rule.items()):
        n_right = _count(pairs, DUPLICATE)
        scores[name] = RuleScore(
            pairs=len(pairs),
            false=len(pairs) - n_right,
            precision=n_right / len(pairs),
            recall=_share(n_right, n_duplicates),
        )
    return scores


def _b_cubed(thing_of: Mapping[Name, Name], entity_of: Mapping[Name, Hashable]) -> BCubed:
    """Each record's overlap of its thing and its entity, as a share of the one and of the other."""
    present = [(thing_of[name], entity_of[name]) for name in thing_of if name in entity_of]
    of_thing = Counter(thing for thing, _ in present)
    of_entity = Counter(entity for _, entity in present)
    in_both = Counter(present)
    precision = sum(n * n / of_entity[entity] for (_, entity), n in in_both.items())
    recall = sum(n * n / of_thing[thing] for (thing, _), n in in_both.items())
    return BCubed(precision=_share(precision, len(present)), recall=_share(recall, len(present)))


def _wrong(pair: LabelledPair, rules: tuple[str, ...]) -> Wrong:
    return Wrong(a=pair.a, b=pair.b, label=pair.label, rules=rules)


def _count(pairs: Iterable[LabelledPair], label: str) -> int:
    return sum(pair.label == label for pair in pairs)


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
