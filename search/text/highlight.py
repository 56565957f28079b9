"""Marks in a text what a query asked for, as fragments of plain text. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from search.query import And, Node, Or, Phrase, Prefix, Term
from search.text.engine import Fragment
from search.text.fold import CJK

SNIPPET_CHARACTERS: Final = 280
"""Length of a snippet: about three lines on a page of results (guessed)."""
_LEAD: Final = 60
"""Characters shown before the first match of a snippet."""
_LETTER: Final = rf"[^\W_{CJK}]"
_WORD: Final = re.compile(rf"[{CJK}]|\\?{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*")

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

    def _tokens(self, text: str) -> list[_Token]:
        return [
            _Token(*match.span(), stem, word)
            for match in _WORD.finditer(text)
            for stem, word in self._analyse(match[0])
        ]

    def _matches(self, text: str, field: str) -> list[tuple[int, int]]:
        """Return the spans to mark, in order, none overlapping another."""
        patterns = [
            pattern
            for pattern in self._patterns
            if pattern.field in ("", field) and (pattern.stems or pattern.beginning)
        ]
        spans: list[tuple[int, int]] = []
        if not patterns:
            return spans
        tokens = self._tokens(text)
        for index in range(len(tokens)):
            n_matched = max(_n_matched(pattern, tokens, index) for pattern in patterns)
            if not n_matched:
                continue
            start, end = tokens[index].start, tokens[index + n_matched - 1].end
            if spans and start < spans[-1][1]:
                start, end = spans[-1][0], max(end, spans.pop()[1])
            spans.append((start, end))
        return spans


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


def _n_matched(pattern: _Pattern, tokens: list[_Token], index: int) -> int:
    """Return how many tokens from `index` on the pattern covers; 0 when it does not match."""
    if pattern.stems and tokens[index].stem != pattern.stems[0]:
        return 0
    n_stems = len(pattern.stems)
    length = n_stems + bool(pattern.beginning)
    if index + length > len(tokens):
        return 0
    if any(tokens[index + i].stem != stem for i, stem in enumerate(pattern.stems)):
        return 0
    if pattern.beginning and not tokens[index + n_stems].word.startswith(pattern.beginning):
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
