"""Words for a query that does not parse, from the store's message and the query. Pure."""

import re
from typing import Final

from search.sparql.tokens import position_of
from search.sparql.wire import Answer

_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_CHARACTER_CLASS: Final = re.compile(r"\[(?:[^\[\]']|'[^']*')*\]", re.DOTALL)
_MAX_EXPECTED: Final = 8
"""How many of the words that the parser would have taken are named."""
_TOKEN: Final = re.compile(
    r"""\"{3}.*?\"{3} | \'{3}.*?\'{3} | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*'
    | <[^<>"{}|^`\s]*> | \#[^\r\n]* | [?$@][\w-]+
    | (?P<keyword>PREFIX\s+)?(?<![\w.:-])(?P<name>[^\W\d_][\w.-]*|_|):""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
"""What may hold a colon: strings, IRIs, comments, variables; and prefixed names."""


def read_syntax_error(message: str, query: str) -> Answer:
    """Turn the parser's message into a position and a sentence a person can use.

    A prefix that is not declared is looked for first: the parser says no more of it than what else
    could have stood there.

    >>> read_syntax_error('error at 1:3: expected one of "{", GRAPH, [_]', "").message
    'expected "{" or GRAPH'
    """
    undeclared = _undeclared_prefix(query)
    if undeclared is not None:
        line, column = position_of(query, undeclared.start())
        name = undeclared.group("name")
        return Answer(
            state="syntax", message=f"prefix {name}: is not declared", line=line, column=column
        )
    found = _POSITION.match(message)
    if found is None:
        return Answer(state="syntax", message=message)
    line, column, detail = int(found.group(1)), int(found.group(2)), found.group(3)
    return Answer(state="syntax", message=_readable(detail), line=line, column=column)


def _readable(detail: str) -> str:
    expected = detail.removeprefix("expected ").removeprefix("one of ")
    items = [item for part in _CHARACTER_CLASS.split(expected) if (item := part.strip(", |\n"))]
    words = [word for item in items for word in _split_items(item)]
    # next to tokens the parser lists the reasons of its own rules, such as "Prefix not found"
    reasons = [word for word in words if " " in word and not word.startswith('"')]
    if reasons:
        return reasons[0] if reasons[0][:2].isupper() else reasons[0][0].lower() + reasons[0][1:]
    if not words:
        return "the query ends or goes on in an unexpected way"
    named = words[:_MAX_EXPECTED]
    more = ["..."] if len(words) > len(named) else []
    *first, last = [*named, *more]
    return "expected " + (f"{', '.join(first)} or {last}" if first else last)


def _split_items(text: str) -> list[str]:
    """Split at commas outside quotation marks."""
    return [item.strip() for item in re.findall(r'"[^"]*"|[^,"]+', text) if item.strip()]


def _undeclared_prefix(query: str) -> re.Match[str] | None:
    declared = {"_"}
    for token in _TOKEN.finditer(query):
        name = token.group("name")
        if token.group("keyword"):
            declared.add(name)
        elif name is not None and name not in declared:
            return token
    return None
