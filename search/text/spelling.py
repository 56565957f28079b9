"""Finds the words that somebody may have meant where a query finds nothing.

A word is looked at only when it is of letters alone and finds nothing by itself; phrases, fields,
operators, identifiers and numbers stay as they were typed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final, NamedTuple

from search.errors import QuerySyntaxError
from search.query import And, Node, Or, Term, format_query, parse_query
from search.text.engine import SearchRequest, TextIndex
from search.text.fields import TEXT
from search.text.fold import CJK

SHORTEST: Final = 3
"""Letters of the shortest word that is corrected; of fewer, too many words are alike."""
LONGEST: Final = 40
"""Letters of the longest word that is corrected."""
MOST_SIMILAR: Final = 5
"""Most words that an engine gives for one."""
_ONE_LETTER: Final = 4
"""Letters of the longest word that may differ by one letter only; longer ones by two (guessed)."""
_MOST_LOOKED_UP: Final = 8
"""Words of a query that are looked up, each in about 0.1 ms."""
_MOST_WRONG: Final = 3
"""Words that are corrected in one query, each in about 10 ms."""
_MOST_TRIED: Final = 6
"""Corrected queries that are tried."""
_MOST_PLACES: Final = 10
"""Places of a query in which a word is looked for."""
_WORD: Final = re.compile(r"\w+")
_WRITTEN_OTHERWISE: Final = re.compile(rf"[{CJK}\\$^{{}}]")
"""Signs of words that are no words of letters: of Chinese and Japanese, and of LaTeX."""


class Correction(NamedTuple):
    """A query that finds something where another one found nothing."""

    query: str
    total: int
    """Documents that it finds."""


class _Wrong(NamedTuple):
    """A word that finds nothing in a field, empty for all fields of words."""

    word: str
    field: str


def correct(
    text: str, index: TextIndex, filters: Mapping[str, tuple[str, ...]] | None = None
) -> Correction | None:
    """Return a corrected query that finds something, None when there is none.

    It costs a bounded number of look-ups, whatever the query.

    Args:
        text: a query that finds nothing.
        index: where it found nothing.
        filters: what it was narrowed to; see `SearchRequest`.

    Raises:
        QuerySyntaxError: the query does not parse.
    """
    tree = parse_query(text)
    looked_up = islice(dict.fromkeys(_words_of(tree)), _MOST_LOOKED_UP)
    wrong = [word for word in looked_up if not _total(Term(*word), index)]
    if not 1 <= len(wrong) <= _MOST_WRONG:
        return None
    # a word like no other stays as it is: another side of an OR may find something
    similar = [index.similar_words(*each) or (each.word,) for each in wrong]
    for chosen in islice(_likeliest(similar), _MOST_TRIED):
        pairs = zip(wrong, chosen, strict=True)
        changes = {each: word for each, word in pairs if each.word != word}
        if not changes:
            continue
        corrected = _changed(tree, changes)
        total = _total(corrected, index, filters)
        if total:
            return Correction(_rewritten(text, tree, changes), total)
    return None


def most_edits(word: str) -> int:
    """Return by how many letters a word may differ from one that was meant."""
    return 1 if len(word) <= _ONE_LETTER else 2


def is_correctable(word: str) -> bool:
    """Whether a word is of letters alone, and of a length at which others are not alike by chance.

    >>> is_correctable("hgigs"), is_correctable("13tev"), is_correctable("as")
    (True, False, False)
    """
    return word.isalpha() and SHORTEST <= len(word) <= LONGEST


def likeliest(word: str, candidates: Iterable[str], count: Callable[[str], int]) -> tuple[str, ...]:
    """Order the nearest words of an index by how likely each was meant by a word; the best few.

    Args:
        word: the word that was typed, folded.
        candidates: words of the index, near ones and others.
        count: tells in how many documents a word is; asked for near words only.

    >>> likeliest("quary", ["quart", "quark", "squark", "tau"], {"quart": 1, "quark": 9}.get)
    ('quark', 'quart')
    """
    least = most_edits(word)
    nearest: list[str] = []
    for candidate in set(candidates):
        if candidate == word or not is_correctable(candidate) or not _is_near(word, candidate):
            continue
        n_edits = edits(word, candidate)
        if n_edits < least:
            least, nearest = n_edits, []
        if n_edits == least:
            nearest.append(candidate)
    ranked = sorted((each[0] != word[0], -count(each), each) for each in nearest)
    return tuple(each for *_, each in ranked[:MOST_SIMILAR])


def edits(one: str, other: str) -> int:
    """Count the letters to add, drop, change or swap with a neighbour to make one word the other.

    >>> edits("hgigs", "higgs"), edits("bson", "boson"), edits("muon", "tau")
    (1, 1, 4)
    """
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            least = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and its == one[i - 2]:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, above = above, row
    return above[-1]


def _is_near(word: str, candidate: str) -> bool:
    """Whether counting the edits is worth it: cheap, and never wrong when it says no."""
    most = most_edits(word)
    if abs(len(word) - len(candidate)) > most:
        return False
    return len(set(word) ^ set(candidate)) <= 2 * most


def _words_of(node: Node) -> Iterator[_Wrong]:
    """Give the words that could be corrected, in order; what stands under NOT finds nothing."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _words_of(child)
        case Term(text, field) if not field or field in TEXT:
            if not _WRITTEN_OTHERWISE.search(text):
                words = _WORD.findall(text)
                yield from (_Wrong(word, field) for word in words if is_correctable(word))
        case _:
            pass


def _total(
    query: Node, index: TextIndex, filters: Mapping[str, tuple[str, ...]] | None = None
) -> int:
    return index.search(SearchRequest(query=query, limit=0, filters=filters or {})).total


def _likeliest(similar: Sequence[Sequence[str]]) -> Iterable[tuple[str, ...]]:
    """Choose one word of each, all the best ones first."""
    ranked = sorted(
        product(*(enumerate(words) for words in similar)),
        key=lambda chosen: [sum(rank for rank, _ in chosen), *(rank for rank, _ in chosen)],
    )
    return (tuple(word for _, word in chosen) for chosen in ranked)


def _changed(node: Node, changes: Mapping[_Wrong, str]) -> Node:
    match node:
        case And(children):
            return And(tuple(_changed(child, changes) for child in children))
        case Or(children):
            return Or(tuple(_changed(child, changes) for child in children))
        case Term(text, field):
            words = {wrong: to for (wrong, of), to in changes.items() if of == field}
            return Term(_replaced(text, words), field)
        case _:
            return node


def _replaced(text: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: words.get(found[0], found[0]), text)


def _rewritten(text: str, tree: Node, changes: Mapping[_Wrong, str]) -> str:
    """Put the corrections into the text as it was typed.

    A tree does not say where its words stand, and the same letters may stand in a phrase as well:
    each place is tried until the text says what it should.
    """
    for wrong, word in changes.items():
        wanted = _changed(tree, {wrong: word})
        candidates = islice(_places_changed(text, wrong.word, word), _MOST_PLACES)
        found = next((each for each in candidates if _parses_to(each, wanted)), None)
        if found is None:
            return format_query(_changed(tree, changes))
        text, tree = found, wanted
    return text


def _places_changed(text: str, wrong: str, word: str) -> Iterator[str]:
    """Give a text with a word changed everywhere, then in each of its places."""
    yield _replaced(text, {wrong: word})
    for place in _WORD.finditer(text):
        if place[0] == wrong:
            yield text[: place.start()] + word + text[place.end() :]


def _parses_to(text: str, tree: Node) -> bool:
    try:
        return parse_query(text) == tree
    except QuerySyntaxError:
        return False
