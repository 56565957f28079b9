"""The fields of the Whoosh index, and the analysis that turns text into their terms.

Whoosh is handed terms, never text: its own folding takes ß for s and が for か, and an analyser of
ours would be pickled into every index.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from whoosh import fields
from whoosh.analysis import IDAnalyzer
from whoosh.columns import NumericColumn, VarBytesColumn

from search.text.engine import FACETS
from search.text.english import stem
from search.text.fields import KEYWORDS, TEXT
from search.text.fold import fold
from search.text.marks import WORD

_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
"""The same as `WORD` in a text of ASCII in lower case, where it takes a fifth of the time."""
_ACCENTS: Final = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
    | {"ŧ": "t", "ŋ": "n", "ƒ": "f", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Latin letters that Unicode does not take apart into a letter and its accent; those of phonetics
and of some African languages are left as they are, where tantivy folds them too."""
_SHORT: Final = 32
"""Longest text, in characters, whose terms are remembered."""
_PROBE: Final = (
    r"Łódź DATASETS' Großforschung: $H\to\gamma\gamma$, √s=13 TeV µ universities p_T 日本 İø が"
)


def words_field(name: str) -> str:
    """Return the field that holds the words of a text field as they are, folded only."""
    return f"{name}_words" if TEXT[name].is_stemmed else name


def facet_field(name: str) -> str:
    """Return the field that holds the values of a facet unchanged."""
    return f"facet_{name}"


@cache
def schema() -> Any:  # noqa: ANN401  # Whoosh is untyped
    """Build the schema; a change here needs another `LAYOUT`."""
    made = fields.Schema(body=fields.STORED(), sort_date=fields.COLUMN(NumericColumn("q")))
    made.add("sort_key", _column())
    made.add("sort_title", _column())
    for name in TEXT:
        for each in {name, words_field(name)}:
            made.add(each, fields.TEXT(analyzer=IDAnalyzer(), phrase=True))
    for name in (*KEYWORDS, "key", "identifier", "bare_identifier", "filled"):
        made.add(name, fields.ID())
    for name in FACETS:
        made.add(facet_field(name), fields.ID(sortable=_values_column()))
    return made


def _column() -> Any:  # noqa: ANN401  # Whoosh is untyped
    return fields.COLUMN(_values_column())


def _values_column() -> Any:  # noqa: ANN401  # Whoosh is untyped
    # one form for all sizes: by default Whoosh writes offsets too from 32,768 rows on
    return VarBytesColumn(allow_offsets=False)


def stems(text: str) -> list[str]:
    """Return the terms of a text in a stemmed field."""
    return [_stem(word) for word in words(text)]


def words(text: str) -> list[str]:
    """Return the terms of a text in an unstemmed field.

    >>> words("Łódź, Großforschung")
    ['lodz', 'grossforschung']
    """
    plain = _plain(fold(text))
    return (_ASCII_WORD if plain.isascii() else WORD).findall(plain)


def keyword(text: str) -> str:
    """Return the one term of a value in a field of `KEYWORDS`."""
    return _plain(text)


def analyse(text: str) -> Sequence[tuple[str, str]]:
    """Return the terms of a text as in a stemmed and as in an unstemmed field, in pairs."""
    return _pairs_kept(text) if len(text) <= _SHORT else _pairs(text)


def fingerprint() -> str:
    """Return what the analysis makes of a sentence full of traps; differs when it does."""
    return " ".join((*stems(_PROBE), "|", *words(_PROBE), "|", keyword(_PROBE)))


def _plain(text: str) -> str:
    """Take case from all letters and accents from Latin ones; others keep theirs."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.casefold()).translate(_LETTERS)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def _stem(word: str) -> str:
    return _stem_kept(word) if len(word) <= _SHORT else stem(word)


_stem_kept: Final = lru_cache(maxsize=65_536)(stem)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((_stem(word), word) for word in words(text))


_pairs_kept: Final = lru_cache(maxsize=65_536)(_pairs)
