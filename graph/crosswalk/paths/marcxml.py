"""MARC in XML: what the crosswalk's own rules and lists say of each subfield."""

from collections import defaultdict
from typing import Final

from graph.crosswalk.marc_ignored import IGNORED, IGNORED_CODES, OF_LINKS
from graph.crosswalk.marc_links import RELATIONS
from graph.crosswalk.marcxml import RULES
from graph.crosswalk.paths.table import PathTable

_LOCAL: Final = "field of a catalogue's own"
_QUALIFIER: Final = "qualifier, catalogue's own number, source of a statement, or label of a file"
_IN_WORDS: Final = "another thing in words: without an identifier it is listed as a problem"
_CONTROL: Final = "coded or administrative data of the catalogue"
_WORDS: Final = (
    *(f"{tag}$t" for tag in RELATIONS),
    *("490$a", "490$v", "830$a", "830$v", "773$w"),
)


def _table() -> PathTable:
    ignored: defaultdict[str, list[str]] = defaultdict(list)
    ignored[_CONTROL] += ["003", "005", "006", "007"]
    ignored[_IN_WORDS] += _WORDS
    ignored["links between fields of one record"] += ["*$6", "*$8"]
    mapped = {"001", "008", "leader"}
    for tag, rule in RULES.items():
        paths = {f"{tag}${code}" for code in rule.codes}
        mapped |= paths.difference(_WORDS)
        codes = IGNORED_CODES.get(tag, OF_LINKS if tag in RELATIONS else "")
        left_out = {f"{tag}${code}" for code in codes} - paths - {f"{tag}$6", f"{tag}$8"}
        ignored[_QUALIFIER] += sorted(left_out)
    for tag, reason in IGNORED.items():
        if tag not in RULES:
            ignored[reason].append(f"{tag}$*")
    ignored[_LOCAL] += _local_patterns()
    return PathTable(mapped, {reason: " ".join(paths) for reason, paths in ignored.items()})


def _local_patterns() -> list[str]:
    """Tags with a 9, except those that have rules; tags in letters."""
    nines = {f"{n:03}" for n in range(1000) if "9" in f"{n:03}"}
    return sorted(f"{tag}$*" for tag in nines - RULES.keys() - IGNORED.keys()) + [
        f"{letter}*$*" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ]


TABLE: Final = _table()
