"""Decides before a query runs whether it may: read-only, and no calls to other hosts.

Whether the query is correct is judged by the store's own parser in the worker, whose message has a
position. Only a text that holds the word SERVICE is parsed here, by rdflib, and its tree searched.
https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from search.errors import QueryRefused, QueryTooLong
from search.sparql.results import Form

MAX_QUERY_CHARS: Final = 100_000
"""Longest query read, as its client sent it; a guess, far above what people and portals write."""

_UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_SPACE: Final = r"(?:\s|\#[^\r\n]*(?:[\r\n]|\Z))*"
_PROLOGUE: Final = re.compile(
    rf"(?:{_SPACE}(?:BASE{_SPACE}<[^>]*>|PREFIX{_SPACE}[^\s:<>#]*:{_SPACE}<[^>]*>))*{_SPACE}",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[A-Za-z]+")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SERVICE: Final = re.compile("service", re.IGNORECASE)
_ROWS: Final = re.compile(
    r"(VALUES \((?:\?\w++ ?)++\) \{) (?:\((?:<[\w:/.~%-]++>|[0-9.e+-]++|UNDEF| )*+\) ?)++\}",
    re.IGNORECASE,
)
_LAST_ASCII: Final = 0x7F


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedQuery:
    """A query that may run."""

    text: str
    form: Form


def check(query: str, allowed_services: Collection[str] = ()) -> CheckedQuery:
    r"""Let a read-only query without forbidden SERVICE calls pass.

    A text whose form cannot be read counts as SELECT: the store's parser will say what is wrong.
    Its length is not looked at: what was put into it since it was sent does not count.

    Args:
        query: the text of a SPARQL 1.1 query.
        allowed_services: absolute IRIs that SERVICE may name; a variable never may.

    Raises:
        QueryRefused: an update, or a SERVICE that is not allowed or cannot be judged.

    >>> check("# count\nASK { ?s ?p ?o }").form
    <Form.ASK: 'ASK'>
    """
    form = _form(query)
    if _SERVICE.search(decode_escapes(query)):
        _check_services(query, frozenset(allowed_services))
    return CheckedQuery(text=query, form=form)


def read_form(query: str) -> Form:
    """The form a query has by its first word after the prologue; cheap.

    Raises:
        QueryRefused: the text is an update.
        QueryTooLong: it is longer than `MAX_QUERY_CHARS`.
    """
    if len(query) > MAX_QUERY_CHARS:
        raise QueryTooLong(f"the query has {len(query)} characters, {MAX_QUERY_CHARS} are allowed")
    return _form(query)


def _form(query: str) -> Form:
    text = decode_escapes(query)
    prologue = _PROLOGUE.match(text)
    found = _WORD.match(text, prologue.end() if prologue else 0)
    word = found.group().upper() if found else ""
    if word in _UPDATES:
        raise QueryRefused(f"{word} is an update: this endpoint is read-only")
    return Form(word) if word in Form.__members__ else Form.SELECT


def decode_escapes(text: str) -> str:
    r"""A query with the characters that its code point escapes stand for.

    https://www.w3.org/TR/sparql11-query/#codepointEscape

    >>> decode_escapes(r"N\u004fW()")
    'NOW()'
    """
    return _ESCAPE.sub(lambda found: _character(found.group(1) or found.group(2)), text)


def without_rows(query: str) -> str:
    """A query with its plain inline data emptied: rdflib takes 3 ms for each row.

    What is left out is on one line and has no quotation mark, backslash, brace or #, so no string,
    comment or group begins or ends elsewhere without it.

    >>> without_rows("ASK { VALUES (?x ?n) { (<http://x/> 1) (<http://y/> 2) } ?x ?p ?n }")
    'ASK { VALUES (?x ?n) {} ?x ?p ?n }'
    """
    return _ROWS.sub(r"\1}", query)


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"  # noqa: PLR2004  # last code point of Unicode


def _check_services(query: str, allowed: frozenset[str]) -> None:
    """Refuse a text with the word SERVICE unless its tree shows that every call is allowed."""
    # rdflib decodes escapes before it reads tokens, the store inside tokens only: "\u0022 #" hides
    # what follows from rdflib alone. An ASCII character never needs an escape.
    if any(
        int(found.group(1) or found.group(2), 16) <= _LAST_ASCII
        for found in _ESCAPE.finditer(query)
    ):
        raise QueryRefused("a query with the word SERVICE must not escape ASCII characters")
    # for rdflib a comment ends at LF only, for the store at CR too
    for term in _services(without_rows(query.replace("\r", "\n"))):
        if term not in allowed:
            raise QueryRefused(f"SERVICE {term} is not allowed here")


def _services(query: str) -> Iterator[str]:
    """The terms that SERVICE names anywhere in a query, as N3."""
    # imported here: only queries with the word SERVICE pay for loading rdflib's grammar
    from pyparsing import ParseBaseException  # noqa: PLC0415
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415

    try:
        tree = parseQuery(query)
    except (ParseBaseException, RecursionError, ValueError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise QueryRefused(
            f"a query with the word SERVICE could not be checked: {reason}"
        ) from error
    yield from _service_terms(tree)


def _service_terms(tree: object) -> Iterator[str]:
    from pyparsing import ParseResults  # noqa: PLC0415  # see _services
    from rdflib.plugins.sparql.parserutils import CompValue  # noqa: PLC0415  # see _services

    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, CompValue):
            if node.name == "ServiceGraphPattern":
                yield str(node.get("term"))
            pending.extend(node.values())
        elif isinstance(node, ParseResults | list | tuple):
            pending.extend(node)
