"""Marks in a text what a query asked for, as fragments of plain text. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from search.query import And, Node, Or, Phrase, Prefix, Term
from search.text.engine import Fragment
from search.text.fold import CJK

SNIPPET_CHARACTERS: Final = 280
"""Length of a snippet: about three lines on a page of results (guessed)."""
_LEAD: Final = 60
"""Characters shown before the first match of a snippet."""
_START: Final = 4
"""Letters of a word that are compared before it is looked at closely."""
_LETTER: Final = rf"[^\W_{CJK}]"
_WORD: Final = re.compile(rf"[{CJK}]|\\?{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*")
_ASCII_WORD: Final = re.compile(r"\\?[A-Za-z0-9]+")
_OTHER_LETTER: Final = re.compile(r"[^\W\x00-\x7f]|[\u0300-\u036f]")
"""What words may hold beside the letters and digits of ASCII."""

Analyser = Callable[[str], Sequence[tuple[str, str]]]
"""Gives the terms of a text, each as in a stemmed field and as in an unstemmed one."""


class _Token(NamedTuple):
    start: int
    end: int
    stem: str
    word: str


class _Pattern(NamedTuple):
    """Consecutive words; when `beginning` is not empty, one more that begins so."""

    field: str
    stems: tuple[str, ...]
    beginning: str


class Highlighter:
    """What one query asks of the words of a text.

    Args:
        query: the parsed query; what stands under NOT is not marked.
        analyse: the engine's analyser.
    """

    def __init__(self, query: Node, analyse: Analyser) -> None:
        """Analyse the words of the query."""
        self._analyse = analyse
        self._patterns = [_pattern(leaf, analyse(leaf.text)) for leaf in _positive(query)]
        self._stems = frozenset(stem for pattern in self._patterns for stem in pattern.stems)
        self._beginnings = tuple({each.beginning for each in self._patterns if each.beginning})
        starts = (*(stem[: max(1, len(stem) - 2)] for stem in self._stems), *self._beginnings)
        self._candidates = _candidates(starts)
        self._by_field: dict[str, list[_Pattern]] = {}
        self._singles: dict[str, tuple[set[str], dict[str, bool]]] = {}
        """Of a field whose patterns are single words: their stems, and which words have one."""
        self._terms: dict[str, Sequence[tuple[str, str]] | None] = {}
        """Terms of a word that was seen; None when no pattern holds any of them."""

    def mark(self, text: str, field: str) -> tuple[Fragment, ...]:
        """Return the whole text in fragments; `field` is the one it stands in."""
        return _fragments(text, self._matches(text, field), 0, len(text))

    def snippet(self, text: str, field: str) -> tuple[Fragment, ...]:
        """Return the part of a text with the most matches, or its beginning, in fragments."""
        matches = self._matches(text, field)
        start = _best_start(matches)
        start = _word_start(text, max(0, start - _LEAD)) if start > _LEAD else 0
        end = _word_end(text, start + SNIPPET_CHARACTERS)
        fragments = _fragments(text, matches, start, end)
        before = (Fragment("… ", is_match=False),) if start > 0 else ()
        after = (Fragment(" …", is_match=False),) if end < len(text) else ()
        return before + fragments + after

    def _tokens(self, text: str) -> list[_Token | None]:
        """Return the words of a text that a pattern may hold; None stands for those between."""
        # most words are in no pattern: as little as can be is done for them
        ascii_words = (_ASCII_WORD, self._candidates)
        any_word, candidates = ascii_words if _is_plain(text) else (_WORD, _WORD)
        tokens: list[_Token | None] = []
        end = 0
        for match in candidates.finditer(text):
            word = match[0]
            if word not in self._terms:
                self._terms[word] = self._terms_of(word)
            terms = self._terms[word]
            if terms is None:
                continue
            if tokens and any_word.search(text, end, match.start()):
                tokens.append(None)
            start, end = match.span()
            for stem, plain in terms:
                tokens.append(_Token(start, end, stem, plain))
        return tokens

    def _terms_of(self, word: str) -> Sequence[tuple[str, str]] | None:
        terms = self._analyse(word)
        for stem, plain in terms:
            if stem in self._stems or plain.startswith(self._beginnings):
                return terms
        return None if terms else terms

    def _single_words(self, text: str, field: str) -> list[tuple[int, int]]:
        """Return the spans of the words that are a pattern by themselves."""
        stems, known = self._singles[field]
        spans = []
        for match in (self._candidates if _is_plain(text) else _WORD).finditer(text):
            word = match[0]
            is_match = known.get(word)
            if is_match is None:
                is_match = any(stem in stems for stem, _ in self._analyse(word))
                known[word] = is_match
            if is_match:
                spans.append(match.span())
        return spans

    def _patterns_of(self, field: str) -> list[_Pattern]:
        if field not in self._by_field:
            patterns = [
                pattern
                for pattern in self._patterns
                if pattern.field in ("", field) and (pattern.stems or pattern.beginning)
            ]
            self._by_field[field] = patterns
            if all(len(pattern.stems) == 1 and not pattern.beginning for pattern in patterns):
                self._singles[field] = ({pattern.stems[0] for pattern in patterns}, {})
        return self._by_field[field]

    def _matches(self, text: str, field: str) -> list[tuple[int, int]]:
        """Return the spans to mark, in order, none overlapping another."""
        patterns = self._patterns_of(field)
        if not patterns:
            return []
        if field in self._singles:
            return self._single_words(text, field)
        spans: list[tuple[int, int]] = []
        tokens = self._tokens(text)
        for index, token in enumerate(tokens):
            matched = _longest(patterns, tokens, index)
            if token is None or matched is None:
                continue
            start, end = token.start, matched.end
            if spans and start < spans[-1][1]:
                start, end = spans[-1][0], max(end, spans.pop()[1])
            spans.append((start, end))
        return spans


def _is_plain(text: str) -> bool:
    return text.isascii() or _OTHER_LETTER.search(text) is None


def _candidates(starts: Iterable[str]) -> re.Pattern[str]:
    """Return what finds the words that begin so, and those of LaTeX, in a text of ASCII words.

    Neither folding nor stemming changes more of such a word than the last two letters of its stem.
    """
    plain = {start[:_START] for start in starts if start.isascii()}
    either = "|".join("".join(f"[{each}{each.upper()}]" for each in start) for start in plain)
    return re.compile(rf"\\[A-Za-z0-9]+|(?<![A-Za-z0-9])(?:{either or '(?!)'})[A-Za-z0-9]*")


def _positive(node: Node) -> list[Term | Phrase | Prefix]:
    """Return the words that a match may hold, those under NOT left out."""
    match node:
        case Term() | Phrase() | Prefix():
            return [node]
        case And(children) | Or(children):
            return [leaf for child in children for leaf in _positive(child)]
        case _:
            return []


def _pattern(leaf: Term | Phrase | Prefix, terms: Sequence[tuple[str, str]]) -> _Pattern:
    if isinstance(leaf, Prefix):
        return _Pattern(leaf.field, tuple(stem for stem, _ in terms[:-1]), _last_word(terms))
    return _Pattern(leaf.field, tuple(stem for stem, _ in terms), "")


def _last_word(terms: Sequence[tuple[str, str]]) -> str:
    return terms[-1][1] if terms else ""


def _longest(
    patterns: Sequence[_Pattern], tokens: Sequence[_Token | None], index: int
) -> _Token | None:
    """Return the last token of the longest pattern that begins at `index`, None when none does."""
    if tokens[index] is None:
        return None
    n_matched = max(_n_matched(pattern, tokens, index) for pattern in patterns)
    return tokens[index + n_matched - 1] if n_matched else None


def _n_matched(pattern: _Pattern, tokens: Sequence[_Token | None], index: int) -> int:
    """Return how many tokens from `index` on the pattern covers; 0 when it does not match."""
    n_stems = len(pattern.stems)
    length = n_stems + bool(pattern.beginning)
    found = tokens[index : index + length]
    if len(found) < length:
        return 0
    for token, stem in zip(found, pattern.stems, strict=False):
        if token is None or token.stem != stem:
            return 0
    if pattern.beginning:
        last = found[-1]
        if last is None or not last.word.startswith(pattern.beginning):
            return 0
    return length


def _best_start(matches: list[tuple[int, int]]) -> int:
    best, most, first = 0, 0, 0
    for last, (_, end) in enumerate(matches):
        while matches[first][0] < end - (SNIPPET_CHARACTERS - _LEAD) and first < last:
            first += 1
        if last - first + 1 > most:
            best, most = matches[first][0], last - first + 1
    return best


def _word_start(text: str, at: int) -> int:
    """Return the start of the first word that begins at or after `at`, if one is near."""
    space = text.find(" ", at, at + _LEAD)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - _LEAD, at + 1)
    return space if space > 0 else at


def _fragments(
    text: str, matches: list[tuple[int, int]], start: int, end: int
) -> tuple[Fragment, ...]:
    fragments = []
    at = start
    for match_start, match_end in matches:
        left, right = max(match_start, at), min(match_end, end)
        if left >= right:
            continue
        if left > at:
            fragments.append(Fragment(text[at:left], is_match=False))
        fragments.append(Fragment(text[left:right], is_match=True))
        at = right
    if at < end:
        fragments.append(Fragment(text[at:end], is_match=False))
    return tuple(fragments)
