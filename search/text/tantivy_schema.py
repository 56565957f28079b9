"""The fields of the tantivy index, and the analysers that turn text into their terms.

Tantivy stores neither analysers nor their names' meaning with an index: `register` must be called
after every opening, and `fingerprint` shows whether an index was written with the same ones.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

import tantivy

from search.text.engine import FACETS
from search.text.fields import KEYWORDS, TEXT
from search.text.fold import fold

STEMS: Final = "weft_stems"
WORDS: Final = "weft_words"
KEYWORD: Final = "weft_keyword"

_SHORT: Final = 32
"""Longest text, in characters, whose terms are remembered."""
_PROBE: Final = (
    r"Łódź DATASETS' Großforschung: $H\to\gamma\gamma$, √s=13 TeV µ universities p_T 日本"
)


def words_field(name: str) -> str:
    """Return the field that holds the words of a text field as they are, folded only."""
    return f"{name}_words" if TEXT[name].is_stemmed else name


def facet_field(name: str) -> str:
    """Return the field that holds the values of a facet unchanged."""
    return "year" if name == "year" else f"facet_{name}"


@cache
def schema() -> tantivy.Schema:
    """Build the schema; a change here needs another `LAYOUT`."""
    builder = tantivy.SchemaBuilder()
    for name, field in TEXT.items():
        builder.add_text_field(name, tokenizer_name=STEMS if field.is_stemmed else WORDS)
        if field.is_stemmed:
            builder.add_text_field(words_field(name), tokenizer_name=WORDS)
    for name in KEYWORDS:
        builder.add_text_field(name, tokenizer_name=KEYWORD, index_option="basic")
    for name in ("key", "identifier", "filled"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        if name != "year":
            builder.add_text_field(
                facet_field(name), tokenizer_name="raw", index_option="basic", fast=True
            )
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("by_key", fast=True)
    builder.add_unsigned_field("by_date", fast=True)
    builder.add_text_field("by_title", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


def register(index: tantivy.Index) -> None:
    """Give an opened index its analysers."""
    index.register_tokenizer(STEMS, _stems())
    index.register_tokenizer(WORDS, _words())
    index.register_tokenizer(KEYWORD, _keyword())


def stems(text: str) -> list[str]:
    """Return the terms of a text in a stemmed field."""
    return _stems().analyze(fold(text))


def words(text: str) -> list[str]:
    """Return the terms of a text in an unstemmed field."""
    return _words().analyze(fold(text))


def analyse(text: str) -> Sequence[tuple[str, str]]:
    """Return the terms of a text as in a stemmed and as in an unstemmed field, in pairs."""
    return _pairs_kept(text) if len(text) <= _SHORT else _pairs(text)


def keyword(text: str) -> str:
    """Return the one term of a value in a field of `KEYWORDS`."""
    return "".join(_keyword().analyze(text))


def fingerprint() -> str:
    """Return what the analysers make of a sentence full of traps; differs when they do."""
    return " ".join((*stems(_PROBE), "|", *words(_PROBE), "|", keyword(_PROBE)))


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(stems(text), words(text), strict=True))


# the words of abstracts repeat; two calls into tantivy for each were most of a search's time
_pairs_kept: Final = lru_cache(maxsize=65_536)(_pairs)


def _analyser(tokenizer: tantivy.Tokenizer, *filters: tantivy.Filter) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tokenizer)
    # folding first: the lower case of a letter such as İ is two characters, of its folded form one
    for each in (tantivy.Filter.ascii_fold(), tantivy.Filter.lowercase(), *filters):
        builder = builder.filter(each)
    return builder.build()


@cache
def _stems() -> tantivy.TextAnalyzer:
    return _analyser(tantivy.Tokenizer.simple(), tantivy.Filter.stemmer("english"))


@cache
def _words() -> tantivy.TextAnalyzer:
    return _analyser(tantivy.Tokenizer.simple())


@cache
def _keyword() -> tantivy.TextAnalyzer:
    return _analyser(tantivy.Tokenizer.raw())
