"""Translates the query tree into tantivy's query objects, never through tantivy's own parser."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, assert_never

from tantivy import FieldType, Occur, Query

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
from search.text.tantivy_schema import (
    facet_field,
    keyword,
    schema,
    stems,
    words,
    words_field,
)

_SPECIAL: Final = re.compile(r"[\\.+*?()|\[\]{}^$#&~-]")
_TIE_BREAKER: Final = 0.1
"""How much matches in further fields add to the best one (guessed)."""


def translate(query: Node, filters: Mapping[str, Sequence[str]]) -> Query:
    """Build tantivy's query for a tree and the facet values it is narrowed to.

    A word without a letter or digit, such as a lone dash, says nothing and is left out; a query of
    nothing else finds nothing.
    """
    found = _node(query) or Query.empty_query()
    allowed = [_filter(name, values) for name, values in filters.items() if values]
    return _all([found, *allowed], []) if allowed else found


def near(word: str, fields: Iterable[str], n_edits: int) -> Query:
    """Build the query for a word of the text fields that differs by some letters from one."""
    fuzzy = [
        Query.boost_query(
            Query.fuzzy_term_query(schema(), words_field(name), word, distance=n_edits),
            TEXT[name].boost,
        )
        for name in fields
    ]
    return _any(fuzzy) or Query.empty_query()


def _node(node: Node) -> Query | None:
    match node:
        case And(children):
            return _and(children)
        case Or(children):
            return _any([_node(child) for child in children])
        case Not():
            return _and((node,))
        case _:
            return _leaf(node)


def _leaf(leaf: Leaf) -> Query | None:  # noqa: PLR0911  # one line for each kind of leaf
    match leaf:
        case MatchAll():
            return _everything()
        case Term(text, field) | Phrase(text, field):
            return _text(text, field)
        case Prefix(text, field):
            return _prefix(text, field)
        case Exact(identifier):
            return Query.term_query(schema(), "identifier", str(identifier), "basic")
        case Range(None, None):
            return _filled("year")
        case Range(low, high):
            return Query.range_query(schema(), "year", FieldType.Integer, low, high)
        case Has(kind):
            return Query.term_query(schema(), "has", kind, "basic")
        case AnyValue(field):
            return _filled(field)
        case Key(key):
            return Query.term_query(schema(), "key", key, "basic")
        case _:
            assert_never(leaf)


def _everything() -> Query:
    return Query.const_score_query(Query.all_query(), 0.0)


def _filled(field: str) -> Query:
    return Query.term_query(schema(), "filled", field, "basic")


def _and(children: Sequence[Node]) -> Query | None:
    wanted = [_node(child) for child in children if not isinstance(child, Not)]
    unwanted = [_node(child.child) for child in children if isinstance(child, Not)]
    musts = [query for query in wanted if query is not None]
    nots = [query for query in unwanted if query is not None]
    if not musts and not nots:
        return None
    return _all(musts or [_everything()], nots)


def _all(musts: Sequence[Query], nots: Sequence[Query]) -> Query:
    if len(musts) == 1 and not nots:
        return musts[0]
    clauses = [(Occur.Must, query) for query in musts]
    return Query.boolean_query(clauses + [(Occur.MustNot, query) for query in nots])


def _any(queries: Sequence[Query | None]) -> Query | None:
    shoulds = [query for query in queries if query is not None]
    if len(shoulds) <= 1:
        return shoulds[0] if shoulds else None
    return Query.boolean_query([(Occur.Should, query) for query in shoulds])


def _best(queries: Sequence[Query | None]) -> Query | None:
    """Match any of them, with the score of the best."""
    choices = [query for query in queries if query is not None]
    if len(choices) <= 1:
        return choices[0] if choices else None
    return Query.disjunction_max_query(choices, _TIE_BREAKER)


def _text(text: str, field: str) -> Query | None:
    if field in KEYWORDS:
        return Query.term_query(schema(), field, keyword(text), "basic")
    if field == "identifier":
        return _identifier(text, "")
    return _best([_words_in(name, text) for name in ([field] if field else TEXT)])


def _words_in(field: str, text: str) -> Query | None:
    terms = stems(text) if TEXT[field].is_stemmed else words(text)
    if not terms:
        return None
    if field == "creator":
        # names are stored as "Higgs, Peter W." and asked for as "Peter Higgs"
        orders = {tuple(terms), (*terms[-1:], *terms[:-1]), (*terms[1:], *terms[:1])}
    else:
        orders = {tuple(terms)}
    query = _any([_in_order(field, order) for order in sorted(orders)])
    return Query.boost_query(query, TEXT[field].boost) if query else None


def _in_order(field: str, terms: Sequence[str]) -> Query:
    if len(terms) == 1:
        return Query.term_query(schema(), field, terms[0])
    return Query.phrase_query(schema(), field, list(terms))


def _prefix(text: str, field: str) -> Query | None:
    if field in KEYWORDS:
        return Query.regex_query(schema(), field, _escape(check_length(keyword(text))) + ".*")
    if field == "identifier":
        return _identifier(text, ".*")
    return _best([_prefix_in(name, text) for name in ([field] if field else TEXT)])


def _prefix_in(field: str, text: str) -> Query | None:
    # tantivy's own prefix phrase looks at 50 words of the dictionary only; an expression at all
    patterns = [check_length(word) for word in words(text)]
    if not patterns:
        return None
    patterns[-1] += ".*"
    name = words_field(field)
    if len(patterns) == 1:
        query = Query.regex_query(schema(), name, patterns[0])
    else:
        query = Query.regex_phrase_query(schema(), name, list(patterns))
    return Query.boost_query(query, TEXT[field].boost)


def _identifier(text: str, tail: str) -> Query:
    """Look up an identifier that no scheme was recognised in: as typed, under any scheme."""
    pattern = "|".join(sorted({_escape(check_length(text)), _escape(check_length(text.lower()))}))
    return Query.regex_query(schema(), "identifier", f"([a-z-]+:)?({pattern}){tail}")


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda mark: "\\" + mark[0], text)


def _filter(name: str, values: Sequence[str]) -> Query:
    field = facet_field(name)
    if name == "year":
        years = [int(value) for value in values if re.fullmatch(r"-?[0-9]{1,9}", value)]
        terms = [Query.term_query(schema(), field, year) for year in years]
    else:
        terms = [Query.term_query(schema(), field, value, "basic") for value in values]
    allowed = _any(terms) or Query.empty_query()
    return Query.const_score_query(allowed, 0.0)
