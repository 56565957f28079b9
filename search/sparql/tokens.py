r"""Cuts a SPARQL query into tokens by the rules of its grammar, each with its place. Pure.

Escapes such as `\u0041` are read inside strings and IRIs only, as the store does.
https://www.w3.org/TR/sparql11-query/#rTerminals
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""PN_CHARS_BASE"""
_NAME: Final = rf"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
"""VARNAME after its first character, and PN_CHARS without the hyphen"""
_HEX: Final = "[0-9A-Fa-f]"
_CODE_POINT: Final = rf"\\u{_HEX}{{4}}|\\U{_HEX}{{8}}"
_LOCAL: Final = rf"[{_NAME}:-]|%{_HEX}{_HEX}|\\[_~.\-!$&'()*+,;=/?#@%]"
_EXPONENT: Final = r"[eE][+-]?[0-9]+"
_NUMBER: Final = (
    rf"[0-9]++(?:\.[0-9]*+{_EXPONENT}|\.[0-9]++|{_EXPONENT})?|\.[0-9]++(?:{_EXPONENT})?"
)
_WORD: Final = "[A-Za-z][A-Za-z0-9_]*+"

# every repetition is possessive: a text of any form is read in time proportional to its length
_TOKEN: Final = re.compile(
    rf"""(?P<SPACE>[ \t\r\n]++|\#[^\r\n]*+)
    |(?P<STRING>\"{{3}}(?:[^"\\]|"(?!"")|\\.)*+\"{{3}}|'{{3}}(?:[^'\\]|'(?!'')|\\.)*+'{{3}}
        |(?!\"{{3}})"(?:[^"\\\r\n]|\\[^\r\n])*+"|(?!'{{3}})'(?:[^'\\\r\n]|\\[^\r\n])*+')
    |(?P<IRI><(?:[^<>"{{}}|^`\\\x00-\x20]|{_CODE_POINT})*+>)
    |(?P<VARIABLE>[?$][{_BASE}_0-9][{_NAME}]*+)
    |(?P<BLANK>_:[{_BASE}_0-9](?:[{_NAME}-]|\.++(?=[{_NAME}-]))*+)
    |(?P<LANGUAGE>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    |(?P<NUMBER>{_NUMBER})
    |(?P<NAME>(?:[{_BASE}][{_NAME}.-]*+(?<!\.))?:(?:(?!-)(?:{_LOCAL})
        (?:{_LOCAL}|\.++(?={_LOCAL}))*+)?+)
    |(?P<RUN>[{_BASE}][{_NAME}.-]*+)
    |(?P<SIGN>.)""",
    re.DOTALL | re.VERBOSE,
)
_PIECE: Final = re.compile(rf"(?P<WORD>{_WORD})|(?P<NUMBER>{_NUMBER})|(?P<SIGN>.)", re.DOTALL)
"""What a run of letters, digits, dots and hyphens is made of, when it is no prefixed name."""
_ESCAPE: Final = re.compile(rf"(?P<code>{_CODE_POINT})|\\(?P<letter>.)", re.DOTALL)
_LETTERS: Final = {
    "t": "\t",
    "b": "\b",
    "n": "\n",
    "r": "\r",
    "f": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
}
_LAST_CODE_POINT: Final = 0x10FFFF


class Kind(Enum):
    """What a token is."""

    STRING = "string"
    """With its quotation marks; a language tag or a datatype are tokens of their own."""
    IRI = "IRI"
    VARIABLE = "variable"
    BLANK = "blank node"
    LANGUAGE = "language tag"
    NUMBER = "number"
    NAME = "prefixed name"
    WORD = "word"
    """A keyword, the name of a function, or `a`, `true`, `false`."""
    SIGN = "sign"
    """Any other character."""


class Token(NamedTuple):
    """A piece of a query."""

    kind: Kind
    text: str
    start: int
    """Offset in the query."""

    @property
    def end(self) -> int:
        """Offset of what follows."""
        return self.start + len(self.text)


class Decoded(NamedTuple):
    """What a string literal says."""

    text: str
    offsets: tuple[int, ...]
    """Where in the query each character of the text begins, and where the last one ends."""


def read_tokens(query: str) -> Iterator[Token]:
    r"""Each token of a query in its order, without space and comments.

    What is no token of SPARQL comes as signs. A quotation mark that is never closed ends the
    reading: what follows it cannot be told.

    >>> [token.text for token in read_tokens("ASK{?s a 'it''s' # }\n}")]
    ['ASK', '{', '?s', 'a', "'it'", "'s'", '}']
    """
    at, run_ends = 0, 0
    while at < len(query):
        found = (_PIECE if at < run_ends else _TOKEN).match(query, at)
        assert found is not None  # noqa: S101  # each pattern ends with any character
        group = found.lastgroup or ""
        if group == "RUN":
            run_ends = found.end()
            continue
        if group != "SPACE":
            yield Token(Kind[group], found.group(), at)
            if found.group() in ('"', "'"):
                return
        at = found.end()


def decode_string(token: Token) -> Decoded:
    r"""What a string literal says.

    Raises:
        ValueError: an escape that SPARQL does not have; the message names it.

    >>> decode_string(Token(Kind.STRING, r'"caf\u00e9"', 0)).text
    'café'
    """
    n_quotes = 3 if token.text[:3] in ('"""', "'''") else 1
    inside = token.text[n_quotes:-n_quotes]
    start = token.start + n_quotes
    characters: list[str] = []
    offsets: list[int] = []
    at = 0
    while at < len(inside):
        escape = _ESCAPE.match(inside, at)
        characters.append(_unescaped(escape) if escape else inside[at])
        offsets.append(start + at)
        at = escape.end() if escape else at + 1
    return Decoded("".join(characters), (*offsets, start + at))


def decode_iri(token: Token) -> str:
    """The IRI between angle brackets, relative as it may be.

    Raises:
        ValueError: an escape for what is no character.
    """
    return _ESCAPE.sub(_unescaped, token.text[1:-1])


def decode_name(token: Token) -> tuple[str, str]:
    r"""The prefix and the local part of a prefixed name.

    >>> decode_name(Token(Kind.NAME, r"ex:a\-b", 0))
    ('ex', 'a-b')
    """
    prefix, _, local = token.text.partition(":")
    return prefix, re.sub(r"\\(.)", r"\1", local)


def position_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a line and a column, the inverse of `position_of`.

    >>> offset_of("ab cd", *position_of("ab cd", 4))
    4
    """
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _unescaped(escape: re.Match[str]) -> str:
    if escape["code"]:
        code = int(escape["code"].lstrip("\\uU"), 16)
        if code > _LAST_CODE_POINT:
            raise ValueError(f"{escape['code']} is no character")
        return chr(code)
    character = _LETTERS.get(escape["letter"])
    if character is None:
        raise ValueError(f"\\{escape['letter']} is no escape of SPARQL")
    return character
