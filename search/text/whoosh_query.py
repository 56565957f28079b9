"""Finds the documents of a query tree in the posting lists of a Whoosh segment.

Whoosh's own query objects are not used: its best-of-fields query gives a document the score of
another one (`DisjunctionMaxMatcher.score` does not compare the documents that its two sides stand
on), and all documents must be seen anyway, since totals and facets are exact.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, assert_never

from search.query_tree import (
    And,
    AnyValue,
    Exact,
    Has,
    Key,
    Leaf,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
)
from search.text.engine import check_length
from search.text.fields import KEYWORDS, TEXT
from search.text.whoosh_schema import facet_field, keyword, stems, words, words_field

Found = dict[int, float]
"""Score by number of the document within its segment."""

_TIE_BREAKER: Final = 0.1
"""How much matches in further fields add to the best one (guessed)."""
_FLAT: Final = 1.0
"""Score of a match that says no more than yes: a keyword, an identifier, a beginning of words."""


class SegmentSearch:
    """The queries of one segment.

    Args:
        searcher: Whoosh's searcher of the segment.
        is_scored: whether words get their BM25F score; if not, scores mean nothing.
    """

    def __init__(self, searcher: Any, *, is_scored: bool) -> None:  # noqa: ANN401  # Whoosh is untyped
        """Look at a segment."""
        self._searcher = searcher
        self._reader = searcher.reader()
        self._is_scored = is_scored

    def find(self, query: Node) -> Found:
        """Return the documents of a tree.

        A word without a letter or digit, such as a lone dash, says nothing and is left out; a
        query of nothing else finds nothing.
        """
        return self._node(query) or {}

    def allowed(self, facet: str, values: Iterable[str]) -> frozenset[int]:
        """Return the documents that have one of the values of a facet, exactly."""
        field = facet_field(facet)
        return frozenset(doc for value in values for doc in self._ids(field, value))

    def _node(self, node: Node) -> Found | None:
        match node:
            case And(children):
                return self._and(children)
            case Or(children):
                return _any(self._node(child) for child in children)
            case Not():
                return self._and((node,))
            case _:
                return self._leaf(node)

    def _leaf(self, leaf: Leaf) -> Found | None:  # noqa: PLR0911  # one line for each kind of leaf
        match leaf:
            case MatchAll():
                return self._everything()
            case Term(text, field) | Phrase(text, field):
                return self._text(text, field)
            case Prefix(text, field):
                return self._prefix(text, field)
            case Exact(identifier):
                return self._flat("identifier", [str(identifier)])
            case Range(None, None):
                return self._flat("filled", ["year"])
            case Range(low, high):
                return self._years(low, high)
            case Has(kind):
                return self._flat("has", [kind])
            case AnyValue(field):
                return self._flat("filled", [field])
            case Key(key):
                return self._flat("key", [key])
            case _:
                assert_never(leaf)

    def _everything(self) -> Found:
        return dict.fromkeys(self._reader.all_doc_ids(), 0.0)

    def _and(self, children: Sequence[Node]) -> Found | None:
        wanted = [self._node(child) for child in children if not isinstance(child, Not)]
        unwanted = [self._node(child.child) for child in children if isinstance(child, Not)]
        musts = [found for found in wanted if found is not None]
        nots = [found for found in unwanted if found is not None]
        if not musts and not nots:
            return None
        found = _all(musts) if musts else self._everything()
        return {doc: found[doc] for doc in found.keys() - set().union(*nots)} if nots else found

    def _text(self, text: str, field: str) -> Found | None:
        if field in KEYWORDS:
            return self._flat(field, [keyword(text)])
        if field == "identifier":
            return self._identifier(text, self._flat)
        return _best([self._words_in(name, text) for name in ([field] if field else TEXT)])

    def _words_in(self, field: str, text: str) -> Found | None:
        terms = stems(text) if TEXT[field].is_stemmed else words(text)
        if not terms:
            return None
        if field == "creator":
            # names are stored as "Higgs, Peter W." and asked for as "Peter Higgs"
            orders = {tuple(terms), (*terms[-1:], *terms[:-1]), (*terms[1:], *terms[:1])}
        else:
            orders = {tuple(terms)}
        found = _any(self._in_order(field, [[term] for term in order]) for order in sorted(orders))
        return _boosted(found or {}, TEXT[field].boost)

    def _in_order(self, field: str, slots: Sequence[Sequence[str]]) -> Found:
        """Find what has a term of each slot, one directly after the other."""
        if len(slots) == 1:
            return self._scored(field, slots[0][0])
        docs = set.intersection(*(set(self._ids_of_any(field, slot)) for slot in slots))
        starts: dict[int, set[int]] = {}
        found: Found = dict.fromkeys(docs, 0.0)
        for at, slot in enumerate(slots):
            places: dict[int, set[int]] = {}
            for term in slot:
                for doc, positions, score in self._placed(field, term, docs):
                    places.setdefault(doc, set()).update(each - at for each in positions)
                    found[doc] += score
            starts = {doc: starts[doc] & places[doc] if at else places[doc] for doc in docs}
        return {doc: score for doc, score in found.items() if starts[doc]}

    def _prefix(self, text: str, field: str) -> Found | None:
        if field in KEYWORDS:
            return self._flat(field, self._beginning_so(field, check_length(keyword(text))))
        if field == "identifier":
            return self._identifier(text, self._flat_beginning_so)
        return _best([self._prefix_in(name, text) for name in ([field] if field else TEXT)])

    def _prefix_in(self, field: str, text: str) -> Found | None:
        terms = [check_length(word) for word in words(text)]
        if not terms:
            return None
        name = words_field(field)
        beginnings = self._beginning_so(name, terms[-1])
        if len(terms) == 1:
            found = self._flat(name, beginnings)
        else:
            found = self._in_order(name, [*([term] for term in terms[:-1]), beginnings])
            found = dict.fromkeys(found, _FLAT)
        return _boosted(found, TEXT[field].boost)

    def _identifier(self, text: str, find: Callable[[str, Sequence[str]], Found]) -> Found:
        """Look up an identifier that no scheme was recognised in: as typed, under any scheme."""
        spellings = sorted({check_length(text), check_length(text.lower())})
        return find("identifier", spellings) | find("bare_identifier", spellings)

    def _years(self, low: int | None, high: int | None) -> Found:
        field = facet_field("year")
        years = [int(year) for year in self._reader.lexicon(field)]
        wanted = [
            str(year)
            for year in years
            if (low is None or low <= year) and (high is None or year <= high)
        ]
        return self._flat(field, wanted)

    def _flat_beginning_so(self, field: str, beginnings: Sequence[str]) -> Found:
        terms = [term for each in beginnings for term in self._beginning_so(field, each)]
        return self._flat(field, terms)

    def _beginning_so(self, field: str, beginning: str) -> list[str]:
        """Return the terms of a field that begin so."""
        return [term.decode() for term in self._reader.expand_prefix(field, beginning)]

    def _flat(self, field: str, terms: Iterable[str]) -> Found:
        return dict.fromkeys(self._ids_of_any(field, terms), _FLAT)

    def _ids_of_any(self, field: str, terms: Iterable[str]) -> Iterator[int]:
        for term in terms:
            yield from self._ids(field, term)

    def _ids(self, field: str, term: str) -> Iterator[int]:
        if (field, term) in self._reader:
            yield from self._reader.postings(field, term).all_ids()

    def _scored(self, field: str, term: str) -> Found:
        if not self._is_scored:
            return self._flat(field, [term])
        found: Found = {}
        if (field, term) in self._reader:
            postings = self._searcher.postings(field, term)
            while postings.is_active():
                found[postings.id()] = postings.score()
                postings.next()
        return found

    def _placed(
        self, field: str, term: str, docs: set[int]
    ) -> Iterator[tuple[int, list[int], float]]:
        """Give the positions and the score of a term in each of the documents that has it."""
        if (field, term) not in self._reader:
            return
        postings = self._searcher.postings(field, term)
        while postings.is_active():
            doc = postings.id()
            if doc in docs:
                score = postings.score() if self._is_scored else 0.0
                yield doc, postings.value_as("positions"), score
            postings.next()


def _all(musts: Sequence[Found]) -> Found:
    """Keep what is in each, with the sum of its scores."""
    first, *others = sorted(musts, key=len)
    return {
        doc: score + sum(other[doc] for other in others)
        for doc, score in first.items()
        if all(doc in other for other in others)
    }


def _any(choices: Iterable[Found | None]) -> Found | None:
    """Keep what is in any, with the sum of its scores."""
    found: Found | None = None
    for choice in choices:
        if choice is None:
            continue
        if found is None:
            found = dict(choice)
            continue
        for doc, score in choice.items():
            found[doc] = found.get(doc, 0.0) + score
    return found


def _best(choices: Sequence[Found | None]) -> Found | None:
    """Keep what is in any, with the highest of its scores and a little of the others."""
    total = _any(choices)
    if total is None:
        return None
    best: Found = {}
    for choice in choices:
        for doc, score in (choice or {}).items():
            best[doc] = max(best.get(doc, 0.0), score)
    return {doc: score + _TIE_BREAKER * (total[doc] - score) for doc, score in best.items()}


def _boosted(found: Found, boost: float) -> Found:
    return {doc: score * boost for doc, score in found.items()}
