"""Finds the identifiers in what somebody pasted into the search box. Pure.

What stands there is read in this order: the whole text as one identifier, the text as a query, and,
when that cannot be read or finds nothing, the identifiers in the text without the words around. A
query with fields, OR or NOT is meant as it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from graph import identifiers
from graph.work import Identifier
from search.errors import QuerySyntaxError
from search.query import And, Exact, Node, Phrase, Term, parse_query, recognise
from search.question.ask import Ask

MAX_IDENTIFIERS: Final = 20
"""Most that are looked up out of one text; a list of references may hold more."""
MAX_TEXT: Final = 4000
"""Characters of a text in which identifiers are looked for."""

_LONGEST_IDENTIFIER: Final = 500
"""Characters of a text that may be one identifier; DOIs of more than 200 are hardly known."""
_AROUND: Final = " \t\r\n<>\"'“”„«»"
_SPACE: Final = re.compile(r"\s")
_SPACED: Final = frozenset({"doi", "isbn", "issn", "arxiv", "orcid"})
"""Schemes that people write with spaces inside or a label before."""
_LABEL: Final = re.compile(r"(?:orcid(?:\s?id)?|doi|arxiv|issn)[\s:]{1,3}", re.IGNORECASE)
_DIGITS: Final = re.compile(r"[0-9][0-9 –‐‑-]{8,16}[0-9Xx]")  # noqa: RUF001  # dashes of print
_DOIS: Final = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s<>\"“”]+")
_OTHERS: Final = (
    ("arxiv", re.compile(r"\barxiv\s?:\s?([^\s,;()\[\]]+)", re.IGNORECASE)),
    ("orcid", re.compile(r"\b([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9Xx])\b")),
    ("isbn", re.compile(r"\b(97[89](?:[ -]?[0-9]){10})\b")),
    (
        "isbn",
        re.compile(
            r"\bisbn(?:-?1[03])?[\s:]{0,3}([0-9](?:[ -]?[0-9]){8}[ -]?[0-9Xx])\b", re.IGNORECASE
        ),
    ),
    ("handle", re.compile(r"\b(?:hdl:|hdl\.handle\.net/)(\S+)", re.IGNORECASE)),
)
_ISBN_SHAPE: Final = re.compile(
    r"(?:isbn(?:-?1[03])?\s*:?\s*)?((?:97[89])?[0-9]{9}[0-9Xx])", re.IGNORECASE
)
_ORCID_SHAPE: Final = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9Xx]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to understand what was asked."""

    ask: Ask
    """The question in the query language."""
    looked_up: tuple[Identifier, ...] = ()
    """What is looked up; empty when the question is one of words."""
    is_part: bool = False
    """Whether words around the identifiers were left out."""


def readings(ask: Ask) -> tuple[Reading, ...]:
    """The ways to understand a question; the first that finds something is meant.

    Raises:
        QuerySyntaxError: the text cannot be read, and there is no identifier in it.
    """
    found = list(_readings(ask))
    if not found:
        parse_query(ask.text)  # which says what is wrong
    return tuple(found)


def doubtful_scheme(text: str) -> str:
    """What a text looks like but, by its check digit, is not: `isbn`, `orcid` or nothing.

    >>> doubtful_scheme("978-3-16-148410-1"), doubtful_scheme("978-3-16-148410-0")
    ('isbn', '')
    """
    plain = text.strip(_AROUND)
    found = _ORCID_SHAPE.search(plain)
    if found and identifiers.normalise("orcid", found[0]) is None:
        return "orcid"
    shape = _ISBN_SHAPE.fullmatch(re.sub(r"[\s–‐‑-]", "", plain))  # noqa: RUF001  # as above
    return "isbn" if shape and identifiers.normalise("isbn", shape[1]) is None else ""


def identifiers_in(text: str) -> tuple[Identifier, ...]:
    """The identifiers that stand in a text, each once: its DOIs, else those of other schemes.

    >>> [str(each) for each in identifiers_in("Phys. Lett. B 716 (2012) 1, doi:10.1000/182.")]
    ['doi:10.1000/182']
    """
    text = text[:MAX_TEXT]
    found = [identifiers.normalise("doi", each[0]) for each in _DOIS.finditer(text)]
    if not any(found):
        found = [
            identifiers.normalise(scheme, each[1])
            for scheme, pattern in _OTHERS
            for each in pattern.finditer(text)
        ]
    return tuple(dict.fromkeys(each for each in found if each is not None))[:MAX_IDENTIFIERS]


def _readings(ask: Ask) -> Iterator[Reading]:
    whole = _whole(ask.text)
    if whole and (text := _looked_up((whole,))):
        yield Reading(ask=replace(ask, text=text), looked_up=(whole,))
        return
    try:
        tree = parse_query(ask.text)
    except QuerySyntaxError:
        pass
    else:
        looked_up = (tree.identifier,) if isinstance(tree, Exact) else ()
        yield Reading(ask=ask, looked_up=looked_up)
        if looked_up or not _is_plain(tree):
            return
    part = identifiers_in(ask.text)
    if part and (text := _looked_up(part)):
        yield Reading(ask=replace(ask, text=text), looked_up=part, is_part=True)


def _is_plain(tree: Node) -> bool:
    """Whether a query is made of words, phrases and identifiers alone, as a reference is."""
    if isinstance(tree, And):
        return all(_is_plain(child) for child in tree.children)
    return isinstance(tree, Exact) or (isinstance(tree, Term | Phrase) and not tree.field)


def _whole(text: str) -> Identifier | None:
    """The identifier that a text is, with what people put around it."""
    text = text.strip(_AROUND)
    if not text or len(text) > _LONGEST_IDENTIFIER or text.endswith("*"):
        return None
    if _DIGITS.fullmatch(text):
        return recognise(text) or identifiers.normalise("isbn", text)
    found = recognise(text) or recognise(_without_label(text))
    if found and _SPACE.search(text) and found.scheme not in _SPACED:
        return None
    return found


def _without_label(text: str) -> str:
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


def _looked_up(wanted: tuple[Identifier, ...]) -> str:
    """The query that looks identifiers up; empty when one cannot be written in a query."""
    texts = [_query_of(each) for each in wanted]
    return " OR ".join(texts) if all(texts) else ""


def _query_of(identifier: Identifier) -> str:
    for text in (str(identifier), f'"{identifier}"'):
        try:
            if parse_query(text) == Exact(identifier):
                return text
        except QuerySyntaxError:
            continue
    return ""
