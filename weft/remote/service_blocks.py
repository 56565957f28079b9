"""Finds the blocks of a query that a remote endpoint is to answer: `SERVICE <URL> { ... }`. Pure.

https://www.w3.org/TR/sparql11-federated-query/
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin

from search.sparql.search_block import fail_at
from search.sparql.tokens import Kind, Token, decode_iri, decode_name, read_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBlock:
    """One block: where it stands in a query, and what it asks."""

    start: int
    """Offset of the word SERVICE."""
    end: int
    """Offset behind the closing brace."""
    url: str
    query: str
    """What the endpoint is asked: SELECT *, or ASK where nothing is to be bound."""
    is_ask: bool
    is_silent: bool
    """SERVICE SILENT: a failure counts as one solution that binds nothing."""


def find_services(query: str, services: Collection[str]) -> tuple[ServiceBlock, ...]:
    """The blocks of a query that call some services, in their order; other calls are left alone.

    Args:
        query: its text.
        services: addresses of endpoints.

    Raises:
        QuerySyntaxError: such a block is not closed, or calls a service itself.

    >>> [block.query for block in find_services("ASK { SERVICE <http://x/> { ?s a ?c } }", ["http://x/"])]
    ['SELECT * WHERE { ?s a ?c }']
    """
    tokens = list(read_tokens(query))
    prologue, base, prefixes = _prologue(query, tokens)
    found = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.kind is not Kind.WORD or token.text.upper() != "SERVICE":
            continue
        is_silent = at < len(tokens) and tokens[at].text.upper() == "SILENT"
        place = at + is_silent
        url = _iri(tokens[place], base, prefixes) if place < len(tokens) else None
        if url is None or url not in services:
            continue
        opening = place + 1
        closing = _closing(query, token, tokens, opening)
        inner = tokens[opening + 1 : closing]
        for each in inner:
            if each.kind is Kind.WORD and each.text.upper() == "SERVICE":
                fail_at(query, each.start, f"a service inside the one of {url} is not called")
        is_ask = not any(each.kind is Kind.VARIABLE for each in inner)
        pattern = query[tokens[opening].start : tokens[closing].end]
        head = "ASK" if is_ask else "SELECT * WHERE"
        found.append(
            ServiceBlock(
                start=token.start,
                end=tokens[closing].end,
                url=url,
                query=f"{prologue}{head} {pattern}",
                is_ask=is_ask,
                is_silent=is_silent,
            )
        )
        at = closing + 1
    return tuple(found)


def _closing(query: str, service: Token, tokens: list[Token], opening: int) -> int:
    """Place of the brace that closes the one at a place."""
    if opening >= len(tokens) or tokens[opening].text != "{":
        fail_at(query, service.start, "expected { behind the address of this service")
    depth, place = 1, opening
    while depth:
        place += 1
        if place == len(tokens):
            fail_at(query, tokens[opening].start, "this brace is not closed")
        depth += (tokens[place].text == "{") - (tokens[place].text == "}")
    return place


def _prologue(query: str, tokens: list[Token]) -> tuple[str, str, dict[str, str]]:
    """The declarations as they stand, the base IRI and the prefixes."""
    base, prefixes, at = "", dict[str, str](), 0
    while at + 1 < len(tokens):
        word = tokens[at].text.upper()
        if word == "BASE":
            base = _iri(tokens[at + 1], base, prefixes) or base
            at += 2
        elif word == "PREFIX" and at + 2 < len(tokens):
            name = tokens[at + 1].text.removesuffix(":")
            prefixes[name] = _iri(tokens[at + 2], base, prefixes) or ""
            at += 3
        else:
            break
    start = tokens[at].start if at < len(tokens) else 0
    return query[:start], base, prefixes


def _iri(token: Token, base: str, prefixes: dict[str, str]) -> str | None:
    try:
        if token.kind is Kind.IRI:
            return urljoin(base, decode_iri(token))
        if token.kind is Kind.NAME:
            prefix, local = decode_name(token)
            return prefixes[prefix] + local if prefix in prefixes else None
    except ValueError:
        return None
    return None
