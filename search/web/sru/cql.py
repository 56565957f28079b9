"""CQL 1.2, the Contextual Query Language: text in, a tree out. Pure.

    higgs                            any index the server chooses
    dc.title = "top quark"           one index; several words need quotes
    dc.title any/stem "top charm"    a named relation with a modifier
    a and (b or c) not d             booleans, from left to right, none binds tighter
    > dc = "info:srw/cql-context-set/1/dc-v1.1" dc.title = higgs
    higgs sortby dc.date/sort.descending

The parser reads each token once, goes one call deeper for each parenthesis only, and raises nothing
but `CqlError`.
https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part5-cql/
"""

import re
from typing import Final, NamedTuple, NoReturn

from search.web.sru.cql_tree import Boolean, Clause, Modifier, Operand, Query, Scoped, SortKey
from search.web.sru.diagnostics import Code, CqlError

MAX_CHARACTERS: Final = 4000
"""Longest query; as `search.query.MAX_CHARACTERS`."""
MAX_DEPTH: Final = 50
"""Deepest nesting of parentheses; as `search.query.MAX_DEPTH`."""
MAX_BOOLEANS: Final = 100
"""Most booleans: each may be a level of the tree, and engines go several calls deeper a level."""

_TOKEN: Final = re.compile(
    r'(?P<symbol><>|<=|>=|==|[<>=()/])|"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<word>[^\s()=<>"/]++)',
    re.DOTALL,
)
_SPACE: Final = re.compile(r"\s*+")
_COMPARISONS: Final = ("=", "==", "<>", "<", "<=", ">", ">=")
_BOOLEANS: Final = ("and", "or", "not", "prox")
_SORT: Final = "sortby"
_QUOTES_HINT: Final = "a term of several words, or with any of ()=<>/ in it, stands in quotes"


class _Token(NamedTuple):
    offset: int
    end: int
    text: str
    """Without quotes; empty at the end of the query."""
    sort: str
    """symbol, quoted, word or end."""

    @property
    def keyword(self) -> str:
        """The reserved word it is in lower case, else nothing."""
        word = self.text.lower() if self.sort == "word" else ""
        return word if word in (*_BOOLEANS, _SORT) else ""

    @property
    def is_term(self) -> bool:
        return self.sort in ("word", "quoted")


def parse_cql(text: str) -> Query:
    """Parse a query.

    Args:
        text: at most `MAX_CHARACTERS`.

    Raises:
        CqlError: it does not parse, or passes a limit; code and offset tell what and where.

    >>> parse_cql("dc.title = higgs").tree
    Clause(term='higgs', index='dc.title', relation='=', modifiers=(), offset=0, term_offset=11)
    """
    if len(text) > MAX_CHARACTERS:
        raise CqlError(Code.QUERY_TOO_LONG, MAX_CHARACTERS, str(MAX_CHARACTERS))
    return _Parser(text).parse()


class _Parser:
    """Recursive descent over the tokens; `next` is the one to read.

    query := operand [sortby key+]    operand := (> [name =] uri)* clause (boolean clause)*
    clause := ( operand ) | [index relation] term
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.n_open = 0
        self.n_booleans = 0
        self.next = self.token(0)

    def parse(self) -> Query:
        if self.next.sort == "end":
            self.fail("expected a query", 0)
        tree = self.operand()
        body = self.text[: self.next.offset].strip()
        keys = self.sort_keys() if self.next.keyword == _SORT else ()
        if self.next.text == ")" and self.next.sort == "symbol":
            offset = self.next.offset
            advice = "no parenthesis is open that this one could close"
            raise CqlError(Code.PARENTHESES, offset, str(offset), advice)
        if self.next.sort != "end":
            self.fail(f"expected and, or, not, prox or sortby: {_QUOTES_HINT}", self.next.offset)
        return Query(tree=tree, sort=keys, body=body)

    def operand(self) -> Operand:
        prefixes = []
        while self.is_symbol(">"):
            prefixes.append(self.prefix())
        node = self.clause()
        while self.next.keyword in _BOOLEANS:
            node = self.boolean(node)
        return Scoped(prefixes=tuple(prefixes), child=node) if prefixes else node

    def prefix(self) -> tuple[str, str]:
        self.take()
        first = self.term("expected a short name or the URI of a context set")
        if not self.is_symbol("="):
            return "", first.text
        self.take()
        return first.text.lower(), self.term("expected the URI of a context set in quotes").text

    def boolean(self, left: Operand) -> Boolean:
        token = self.take()
        self.n_booleans += 1
        if self.n_booleans > MAX_BOOLEANS:
            raise CqlError(Code.TOO_MANY_BOOLEANS, token.offset, str(MAX_BOOLEANS))
        modifiers = self.modifiers()
        right = self.clause()
        return Boolean(
            operator=token.keyword,
            left=left,
            right=right,
            modifiers=modifiers,
            offset=token.offset,
        )

    def clause(self) -> Operand:
        if self.is_symbol("("):
            return self.group()
        first = self.term("expected a term")
        if not self.is_relation():
            return Clause(term=first.text, offset=first.offset, term_offset=first.offset)
        relation = self.take()
        modifiers = self.modifiers()
        term = self.term(f"expected a term after the relation {relation.text}: {_QUOTES_HINT}")
        return Clause(
            term=term.text,
            index=first.text,
            relation=relation.text.lower(),
            modifiers=modifiers,
            offset=first.offset,
            term_offset=term.offset,
        )

    def group(self) -> Operand:
        opening = self.take().offset
        if self.n_open == MAX_DEPTH:
            advice = f"expected at most {MAX_DEPTH} in one another"
            raise CqlError(Code.PARENTHESES, opening, str(opening), advice)
        self.n_open += 1
        node = self.operand()
        if not self.is_symbol(")"):
            if self.next.sort == "end":
                advice = "this parenthesis is not closed"
                raise CqlError(Code.PARENTHESES, opening, str(opening), advice)
            self.fail(f"expected and, or, not, prox or ): {_QUOTES_HINT}", self.next.offset)
        self.take()
        self.n_open -= 1
        return node

    def modifiers(self) -> tuple[Modifier, ...]:
        found = []
        while self.is_symbol("/"):
            self.take()
            name = self.term("expected the name of a modifier after /")
            comparison, value = "", ""
            if self.is_comparison():
                comparison = self.take().text
                value = self.term("expected the value of a modifier").text
            found.append(
                Modifier(
                    name=name.text.lower(), comparison=comparison, value=value, offset=name.offset
                )
            )
        return tuple(found)

    def sort_keys(self) -> tuple[SortKey, ...]:
        self.take()
        keys: list[SortKey] = []
        while self.next.is_term or not keys:
            index = self.term("expected an index to sort by")
            keys.append(SortKey(index=index.text, modifiers=self.modifiers(), offset=index.offset))
        return tuple(keys)

    def term(self, expected: str) -> _Token:
        if not self.next.is_term:
            self.fail(expected, self.next.offset)
        return self.take()

    def is_symbol(self, symbol: str) -> bool:
        return self.next.sort == "symbol" and self.next.text == symbol

    def is_comparison(self) -> bool:
        return self.next.sort == "symbol" and self.next.text in _COMPARISONS

    def is_relation(self) -> bool:
        return self.is_comparison() or (self.next.is_term and not self.next.keyword)

    def take(self) -> _Token:
        token = self.next
        self.next = self.token(token.end)
        return token

    def token(self, start: int) -> _Token:
        space = _SPACE.match(self.text, start)
        offset = space.end() if space else start
        found = _TOKEN.match(self.text, offset)
        if found is None:
            if offset < len(self.text):  # the one character that starts no token by itself
                advice = "this quote is not closed"
                raise CqlError(Code.QUOTES, offset, str(offset), advice)
            return _Token(offset, offset, "", "end")
        sort = found.lastgroup or "end"
        text = found[sort]
        if sort == "quoted":
            text = text.replace('\\"', '"') if "\\\\" not in text else _release(text)
        return _Token(offset, found.end(), text, sort)

    def fail(self, advice: str, offset: int) -> NoReturn:
        raise CqlError(Code.SYNTAX, offset, f"character {offset + 1}", advice)


_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def _release(text: str) -> str:
    """Take away the backslashes that stand before a quote, and no others."""
    return _ESCAPED.sub(lambda found: '"' if found[1] == '"' else found[0], text)
