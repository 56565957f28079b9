"""Finds the full-text searches that a SPARQL query asks for: SERVICE calls to `weft:search`. Pure.

    SERVICE weft:search { ?entity weft:query "top quark" ; weft:score ?score ; weft:limit 50 }

Only a block that is recognised beyond doubt is a search. Any other SERVICE stays in the query, for
the gate to judge; so does a search inside the call of another service, which is that one's. https://www.w3.org/TR/sparql11-federated-query/
"""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from graph.relation import WEFT
from search.sparql.search_block import MAX_HITS, NAMES, TextSearch, fail_at, read_block
from search.sparql.tokens import Kind, Token, decode_iri, decode_name, read_tokens

SEARCH: Final = WEFT + "search"
"""What SERVICE names to search this site's text index."""
MAX_SEARCHES: Final = 10
"""Searches in one query; a guess."""
MAX_HITS_OF_QUERY: Final = 3 * MAX_HITS
"""Hits that the searches of one query may ask for together; see `weft:limit`. A guess."""
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SERVICE: Final = re.compile("service", re.IGNORECASE)


def find_searches(query: str) -> tuple[TextSearch, ...]:
    """The searches of a query, in their order.

    Raises:
        QuerySyntaxError: a block that is no search, a search text that does not parse, more
            searches or hits than a query may ask for; line and column are those of the query.

    >>> find_searches("ASK { SERVICE <http://example.org/> {} }")
    ()
    """
    if _SERVICE.search(query) is None:
        return ()
    found = tuple(islice(_Finder(query).searches(), MAX_SEARCHES + 1))
    if len(found) > MAX_SEARCHES:
        fail_at(query, found[-1].start, f"expected at most {MAX_SEARCHES} searches in a query")
    n_hits = 0
    for search in found:
        n_hits += search.limit
        if n_hits > MAX_HITS_OF_QUERY:
            message = f"the searches of a query give at most {MAX_HITS_OF_QUERY} hits together"
            fail_at(query, search.start, f"{message}: lower weft:limit")
    return found


def without_searches(query: str, searches: tuple[TextSearch, ...]) -> str:
    """What is left of a query when its searches are cut out."""
    pieces, at = [], 0
    for search in searches:
        pieces.append(query[at : search.start])
        at = search.end
    return " ".join((*pieces, query[at:]))


class _Group(Enum):
    """What an open brace began."""

    PATTERN = "pattern"
    SUBQUERY = "subquery"
    SERVICE = "service"


class _Finder:
    """Goes through the tokens of a query once, with what its prologue declares."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = read_tokens(query)
        self.base = ""
        self.prefixes: dict[str, str] = {}
        self.groups: list[_Group] = []
        self.n_services = 0
        """Open groups that another service answers."""
        self.is_called = False
        """Whether another service has been named, and its brace is still to come."""

    def searches(self) -> Iterator[TextSearch]:
        token = self.read_prologue()
        while token is not None:
            following = next(self.tokens, None)
            match token.text.upper():
                case "{":
                    self.open_group(following)
                case "}" if self.groups:
                    self.n_services -= self.groups.pop() is _Group.SERVICE
                case "SERVICE" if following and token.kind is Kind.WORD:
                    search, following = self.read_service(token, following)
                    if search:
                        yield search
            token = following

    def open_group(self, following: Token | None) -> None:
        group = _Group.PATTERN
        if self.is_called:
            group, self.is_called = _Group.SERVICE, False
            self.n_services += 1
        elif following is not None and following.text.upper() == "SELECT":
            group = _Group.SUBQUERY
        self.groups.append(group)

    def read_prologue(self) -> Token | None:
        """Read the declarations and return the first token behind them."""
        while token := next(self.tokens, None):
            word = token.text.upper()
            if word == "BASE" and (iri := next(self.tokens, None)):
                self.base = self.resolved(iri) or ""
            elif word == "PREFIX" and (name := next(self.tokens, None)):
                iri = next(self.tokens, None)
                if name.kind is Kind.NAME and iri:
                    self.prefixes[name.text[:-1]] = self.resolved(iri) or ""
            else:
                return token
        return None

    def read_service(self, service: Token, token: Token) -> tuple[TextSearch | None, Token | None]:
        """Read what follows the word SERVICE; also returns the first token that is not read."""
        following: Token | None = token
        if token.text.upper() == "SILENT":
            following = next(self.tokens, None)
        if following is None or self.iri_of(following) != SEARCH or self.n_services:
            self.is_called = True
            return None, following
        brace = next(self.tokens, None)
        if brace is None or brace.text != "{":
            return None, brace
        if self.groups[-1:] in ([], [_Group.SUBQUERY]):
            message = "weft:search is not between the braces of a group here"
            fail_at(self.query, service.start, message)
        inside = []
        for inner in self.tokens:
            if inner.text in ("{", "}"):
                break
            inside.append(inner)
        else:
            fail_at(self.query, brace.start, "this brace of weft:search is not closed")
        if inner.text == "{":
            fail_at(self.query, inner.start, f"weft:search takes {', '.join(NAMES)} and no groups")
        search = read_block(self.query, service.start, inside, inner, self.iri_of)
        return search, next(self.tokens, None)

    def iri_of(self, token: Token) -> str | None:
        """The absolute IRI that a token stands for, as far as the prologue tells."""
        match token.kind:
            case Kind.IRI:
                return self.resolved(token)
            case Kind.NAME:
                prefix, local = decode_name(token)
                return self.prefixes[prefix] + local if self.prefixes.get(prefix) else None
            case _:
                return None

    def resolved(self, token: Token) -> str | None:
        if token.kind is not Kind.IRI:
            return None
        try:
            iri = decode_iri(token)
            resolved = iri if _SCHEME.match(iri) else urljoin(self.base, iri)
        except ValueError:
            return None
        # urljoin leaves an empty fragment out
        return resolved + "#" if iri.endswith("#") and not resolved.endswith("#") else resolved
