"""The columns of KBART title lists: which there are, and what is wrong with those of a file. Pure.

Specification: https://groups.niso.org/higherlogic/ws/public/download/16900/RP-9-2014_KBART.pdf
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

KBART_COLUMNS: Final = (
    "publication_title", "print_identifier", "online_identifier", "date_first_issue_online",
    "num_first_vol_online", "num_first_issue_online", "date_last_issue_online",
    "num_last_vol_online", "num_last_issue_online", "title_url", "first_author", "title_id",
    "embargo_info", "coverage_depth", "notes", "publisher_name", "publication_type",
    "date_monograph_published_print", "date_monograph_published_online", "monograph_volume",
    "monograph_edition", "first_editor", "parent_publication_title_id",
    "preceding_publication_title_id", "access_type",
)  # fmt: skip
"""In the order of the second phase."""
_SURE: Final = frozenset(
    {"print_identifier", "online_identifier", "title_url", "coverage_depth", "embargo_info"}
)
_OLDER: Final = frozenset({"coverage_notes"})
"""Names of the first phase that stand for one of the second."""
_WORDS: Final = re.compile(r"[^\W_]+")
_ALIKE: Final = 0.85
"""How alike two names are of which one is misspelt (guessed; 1 is the same)."""


def is_kbart(names: Sequence[str]) -> bool:
    """Whether a header row is that of a title list in KBART, be it with columns amiss."""
    known = {_plain(name) for name in names}
    return "publication_title" in known and not known.isdisjoint(_SURE)


def kbart_faults(names: Sequence[str], delimiter: str) -> tuple[str, ...]:
    """What is wrong with the columns of a KBART file, for people."""
    known = [_plain(name) for name in names]
    is_older = not _OLDER.isdisjoint(known)
    missing = [
        name for name in KBART_COLUMNS if name not in known and not (is_older and name == "notes")
    ]
    twice = sorted({name for name in known if name and known.count(name) > 1})
    faults = []
    if delimiter != "\t":
        faults.append(f"cells are parted by {delimiter!r}; KBART has tabs")
    if missing:
        faults.append(f"columns of KBART that are missing: {', '.join(missing)}")
    if twice:
        faults.append(f"columns that stand there twice: {', '.join(twice)}")
    return tuple(faults)


def kbart_name_meant(name: str) -> str:
    """The column of KBART that a misspelt name means; the name itself where that is not clear.

    >>> kbart_name_meant("print_identifer"), kbart_name_meant("Shelf mark")
    ('print_identifier', 'Shelf mark')
    """
    found = get_close_matches(_plain(name), KBART_COLUMNS, n=1, cutoff=_ALIKE)
    return found[0] if found else name


def _plain(name: str) -> str:
    return "_".join(_WORDS.findall(name.lower().replace("_", " ")))
