"""The order of hits: which questions rank them, and numbers that sort as dates and keys do. Pure.

Every order is total: what is equal otherwise stands by key, so pages join without gaps.
"""

from typing import Final, assert_never

from search.document import Document
from search.query_tree import (
    And,
    AnyValue,
    Exact,
    Has,
    Key,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
)
from search.text.fields import KEYWORDS, sort_date

_FLAT: Final = (*KEYWORDS, "identifier")
"""Fields in which a match says yes and no more."""
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_RANKS: Final = {character: rank for rank, character in enumerate(_DIGITS, 1)}
_BASE: Final = len(_DIGITS) + 1
"""Each character of a key, and the end of one that is shorter."""
_KEY_CHARACTERS: Final = 12
"""37 ** 12 is below 2 ** 63."""
_DATED_KEY_CHARACTERS: Final = 8
"""37 ** 8 times the days up to the year 9999 is below 2 ** 64."""
_LAST_DAY: Final = (9999, 12, 31)


def ranks(query: Node) -> bool:
    """Whether some documents can match a query better than others.

    >>> ranks(Term("higgs")), ranks(Term("paper", "kind"))
    (True, False)
    """
    match query:
        case Term(_, field) | Phrase(_, field) | Prefix(_, field):
            return field not in _FLAT
        case And(children) | Or(children):
            return any(ranks(child) for child in children)
        case Not() | MatchAll() | Exact() | Range() | Has() | AnyValue() | Key():
            return False
        case _:
            assert_never(query)


def key_number(key: str) -> int:
    """Return a number below 2 ** 63 that sorts as the key does, up to its twelfth character."""
    return _number(key, _KEY_CHARACTERS)


def date_number(document: Document) -> int:
    """Return a number below 2 ** 64 that sorts the newest first, then by the key's beginning."""
    year, rest = divmod(sort_date(document), 10_000)
    found = zip((year, *divmod(rest, 100)), _LAST_DAY, strict=True)
    # a record may say month 99, or the year 20122
    year, month, day = (last - min(max(part, 0), last) for part, last in found)
    days = (year * 13 + month) * 32 + day
    return days * _BASE**_DATED_KEY_CHARACTERS + _number(document.key, _DATED_KEY_CHARACTERS)


def _number(key: str, n_characters: int) -> int:
    number = 0
    for character in key[:n_characters].ljust(n_characters, "\0"):
        number = number * _BASE + _rank(character)
    return number


def _rank(character: str) -> int:
    """Return the place of a character among those of keys; others share that of a neighbour."""
    if character in _RANKS:
        return _RANKS[character]
    return 0 if character < "0" else _RANKS["9"] if character < "a" else _RANKS["z"]
