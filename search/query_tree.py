"""The tree a query parses into: what each engine translates, and its one written form.

Trees are frozen and compare by value. The language is described in `search.query`, which reads it.
"""

from dataclasses import dataclass
from typing import Final, assert_never

from graph.work import Identifier

FIELDS: Final = (
    "title",
    "abstract",
    "creator",
    "subject",
    "publisher",
    "identifier",
    "kind",
    "source",
    "year",
    "licence",
    "language",
    "access",
    "collaboration",
    "has",
)
"""Field names of the language, in the order they are listed to people."""

ALIASES: Final = {"author": "creator", "license": "licence"}
"""Other spellings of a field name; the tree holds the name of `FIELDS`."""

HAS: Final = ("data", "paper", "software", "book")
"""What `has:` may ask for: linked to at least one of that sort."""


@dataclass(frozen=True, slots=True)
class MatchAll:
    """Every document: an empty query, or `*`."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word as it was typed; the engine folds and stems it."""

    text: str
    field: str = ""
    """A name of `FIELDS`, or empty for all text fields."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other in this order."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with `text`; of several words in it, the last is the beginning."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Exact:
    """The document that carries this identifier, as its own or as one of its creators'."""

    identifier: Identifier


@dataclass(frozen=True, slots=True)
class Range:
    """Years from `low` to `high`, both included; None is an open end."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Has:
    """Documents linked to at least one of `kind`, a value of `HAS`."""

    kind: str


@dataclass(frozen=True, slots=True)
class AnyValue:
    """Documents in which `field` is not empty."""

    field: str


@dataclass(frozen=True, slots=True)
class Key:
    """The document with this key; the language has no word for it, other protocols have."""

    key: str


@dataclass(frozen=True, slots=True)
class Not:
    """Documents that `child` does not match."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """Documents that all of two or more children match."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Documents that at least one of two or more children matches."""

    children: tuple["Node", ...]


Leaf = MatchAll | Term | Phrase | Prefix | Exact | Range | Has | AnyValue | Key
Node = Leaf | Not | And | Or


def all_of(nodes: list[Node]) -> Node:
    """Join one or more nodes by AND; an And among them is taken apart."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, And) else (node,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(nodes: list[Node]) -> Node:
    """Join one or more nodes by OR; an Or among them is taken apart."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, Or) else (node,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def format_query(tree: Node) -> str:
    """Write a tree in the query language; parsing the answer gives the tree back.

    This holds for every tree that `search.query.parse_query` returns. A tree made by hand may hold
    what the language cannot write, such as a term with a space, or a key.

    >>> format_query(And((Term("higgs"), Or((Term("cms"), Phrase("missing energy"))))))
    'higgs (cms OR "missing energy")'
    """
    match tree:
        case And(children):
            return " ".join(_enclosed(child, Or) for child in children)
        case Or(children):
            return " OR ".join(_enclosed(child) for child in children)
        case Not(child):
            return "-" + _enclosed(child, And, Or)
        case _:
            return _format_leaf(tree)


def _enclosed(node: Node, *looser: type[And | Or]) -> str:
    text = format_query(node)
    return f"({text})" if isinstance(node, looser) else text


def _format_leaf(leaf: Leaf) -> str:  # noqa: PLR0911  # one line for each kind of leaf
    match leaf:
        case MatchAll():
            return "*"
        case Term(text, field):
            return _labelled(field, text)
        case Prefix(text, field):
            return _labelled(field, text + "*")
        case Phrase(text, field):
            return _labelled(field, _quoted(text))
        case Exact(identifier):
            return _labelled("identifier", _bare_or_quoted(str(identifier)))
        case Range(low, high):
            return f"year:{_years(low, high)}"
        case Has(kind):
            return f"has:{kind}"
        case AnyValue(field):
            return f"{field}:*"
        case Key(key):
            return _labelled("key", _bare_or_quoted(key))
        case _:
            assert_never(leaf)


def _labelled(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


def _years(low: int | None, high: int | None) -> str:
    if low == high and low is not None:
        return str(low)
    return f"[{_bound(low)} TO {_bound(high)}]"


def _bound(year: int | None) -> str:
    return "*" if year is None else str(year)


def _quoted(text: str) -> str:
    # a phrase opened by one sort of quote cannot hold the closing one of that sort
    return f"“{text}”" if '"' in text else f'"{text}"'


def _bare_or_quoted(text: str) -> str:
    is_plain = not any(mark in text for mark in '()"“”*') and not any(map(str.isspace, text))
    return text if is_plain else _quoted(text)
