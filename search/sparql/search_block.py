"""Reads what stands between the braces of a search: which text, which variables. Pure.

?entity weft:query "top quark" ; weft:score ?score ; weft:limit 50 .
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from graph.relation import WEFT
from graph.vocabulary import XSD
from search.errors import QuerySyntaxError
from search.query import parse_query
from search.query_tree import Node
from search.sparql.tokens import Decoded, Kind, Token, decode_string, position_of

QUERY: Final = WEFT + "query"
LIMIT: Final = WEFT + "limit"
OUTPUTS: Final = {WEFT + "score": "score", WEFT + "rank": "rank", WEFT + "total": "total"}
"""Properties that bind a variable for each hit."""
DEFAULT_HITS: Final = 100
"""Hits where `weft:limit` is not there."""
MAX_HITS: Final = 1000
"""Highest `weft:limit`: most that the text index gives at once."""
NAMES: Final = ("weft:query", "weft:score", "weft:rank", "weft:total", "weft:limit")
"""Every property, for people."""
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearch:
    """One block: where it stands in the query, and what it asks."""

    start: int
    """Offset of the word SERVICE."""
    end: int
    """Offset behind the closing brace."""
    question: Node
    limit: int
    columns: tuple[tuple[str, str], ...]
    """What a variable is bound to (entity, score, rank or total), and its name without a mark."""


def read_block(
    query: str,
    start: int,
    tokens: list[Token],
    closing: Token,
    iri_of: Callable[[Token], str | None],
) -> TextSearch:
    """Read one search.

    Args:
        query: the whole query.
        start: offset in it of the word SERVICE.
        tokens: those between the braces.
        closing: the closing brace.
        iri_of: the absolute IRI that a token stands for, if any.

    Raises:
        QuerySyntaxError: it is no search; line and column are those of the query.
    """
    return _Block(query, tokens, closing, iri_of).search(start)


def fail_at(query: str, offset: int, message: str) -> NoReturn:
    """Raise a `QuerySyntaxError` about a place in a query."""
    line, column = position_of(query, offset)
    raise QuerySyntaxError(message, line=line, column=column)


class _Block:
    """What stands between the braces of a search."""

    def __init__(
        self, query: str, tokens: list[Token], closing: Token, iri_of: Callable[[Token], str | None]
    ) -> None:
        self.query = query
        self.iri_of = iri_of
        self.tokens = iter((*tokens, closing))
        self.closing = closing
        self.token = next(self.tokens)
        self.entity: Token | None = None
        self.values: dict[str, Token] = {}

    def search(self, start: int) -> TextSearch:
        """Read all of it."""
        while self.token is not self.closing:
            self.read_subject()
            self.read_properties()
        text = self.values.get(QUERY)
        if self.entity is None or text is None:
            self.fail(self.closing, "weft:search needs ?entity weft:query with a text")
        columns = {self.entity.text[1:]: "entity"}
        for iri, name in OUTPUTS.items():
            variable = self.values.get(iri)
            if variable is None:
                continue
            if variable.text[1:] in columns:
                self.fail(variable, f"{variable.text} is bound twice by this search")
            columns[variable.text[1:]] = name
        return TextSearch(
            start=start,
            end=self.closing.end,
            question=self.question(text),
            limit=self.limit(),
            columns=tuple((name, variable) for variable, name in columns.items()),
        )

    def read_subject(self) -> None:
        token = self.take()
        if token.kind is not Kind.VARIABLE:
            self.fail(token, f"expected a variable for the entities, found {token.text}")
        if self.entity is not None and self.entity.text[1:] != token.text[1:]:
            message = "is a second subject: write a SERVICE for each search"
            self.fail(token, f"{token.text} {message}")
        self.entity = token

    def read_properties(self) -> None:
        """Read `property value ; property value .` up to the full stop or the end."""
        while True:
            self.read_property()
            if self.token is not self.closing and self.token.text != ".":
                self.take_sign(";", ".", "}")
            while self.token.text == ";":
                self.take()
            if self.token is self.closing:
                return
            if self.token.text == ".":
                self.take()
                return

    def read_property(self) -> None:
        name = self.take()
        iri = self.iri_of(name)
        if iri not in (QUERY, LIMIT, *OUTPUTS):
            self.fail(name, f"expected one of {', '.join(NAMES)}, found {name.text}")
        if iri in self.values:
            self.fail(name, f"{name.text} is there twice")
        expected, kind = {
            QUERY: ("a text in quotation marks", Kind.STRING),
            LIMIT: (f"a whole number from 1 to {MAX_HITS}", Kind.NUMBER),
        }.get(iri, ("a variable", Kind.VARIABLE))
        value = self.take_value()
        if value.kind is not kind:
            self.fail(value, f"{name.text} takes {expected}, found {value.text}")
        self.values[iri] = value

    def take_value(self) -> Token:
        """Read one value; `"50"^^xsd:integer` is the number 50, as some programs write it."""
        value = self.take()
        if self.token.kind is Kind.LANGUAGE:
            self.fail(self.token, f"expected a text without a language, found {self.token.text}")
        if self.token.text != "^":
            return value
        self.take()
        self.take_sign("^")
        datatype = self.take()
        iri = self.iri_of(datatype)
        if value.kind is not Kind.STRING or iri not in (XSD + "string", XSD + "integer"):
            self.fail(datatype, f"expected a text or a whole number, found {datatype.text}")
        if iri == XSD + "string":
            return value
        return Token(Kind.NUMBER, value.text.strip("\"'"), value.start)

    def limit(self) -> int:
        token = self.values.get(LIMIT)
        if token is None:
            return DEFAULT_HITS
        is_whole = _WHOLE_NUMBER.fullmatch(token.text)
        if not is_whole or not 1 <= int(token.text) <= MAX_HITS:
            message = f"weft:limit takes a whole number from 1 to {MAX_HITS}, found {token.text}"
            self.fail(token, message)
        return int(token.text)

    def question(self, token: Token) -> Node:
        """Parse the text of a search; what is wrong with it is told by its place in the query."""
        try:
            decoded = decode_string(token)
        except ValueError as error:
            self.fail(token, str(error))
        try:
            return parse_query(decoded.text)
        except QuerySyntaxError as error:
            offset = _offset_in(decoded, error)
            message = f"the search text does not parse at its character {offset + 1}: {error}"
            line, column = position_of(self.query, decoded.offsets[offset])
            raise type(error)(message, line=line, column=column) from None

    def take(self) -> Token:
        token = self.token
        if token is self.closing:
            self.fail(token, "this search ends too early")
        self.token = next(self.tokens)
        return token

    def take_sign(self, *signs: str) -> str:
        token = self.take()
        if token.text not in signs:
            self.fail(token, f"expected {' or '.join(signs)}, found {token.text}")
        return token.text

    def fail(self, token: Token, message: str) -> NoReturn:
        fail_at(self.query, token.start, message)


def _offset_in(decoded: Decoded, error: QuerySyntaxError) -> int:
    """Where in the text of a search an error is."""
    lines = decoded.text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1
    return min(offset, len(decoded.text))
