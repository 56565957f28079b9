"""The tree a CQL query parses into, as written: nothing in it is looked up yet. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Modifier:
    """A modifier of a relation, a boolean or a sort key, such as `/stem` or `/distance<2`."""

    name: str
    comparison: str = ""
    value: str = ""
    offset: int = 0
    """Characters of the query before it, as in all that follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`index relation term`; index and relation are empty when only a term was written."""

    term: str
    """Without its quotes; a backslash is kept unless it stood before a quote."""
    index: str = ""
    relation: str = ""
    modifiers: tuple[Modifier, ...] = ()
    offset: int = 0
    term_offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean:
    """Two operands; `operator` is and, or, not, prox."""

    operator: str
    left: "Operand"
    right: "Operand"
    modifiers: tuple[Modifier, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoped:
    """An operand in which short names of context sets have a meaning of their own."""

    prefixes: tuple[tuple[str, str], ...]
    """Short name and URI; the empty name is for indexes that have no prefix."""
    child: "Operand"


Operand = Clause | Boolean | Scoped


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """An index to sort by."""

    index: str
    modifiers: tuple[Modifier, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole query."""

    tree: Operand
    sort: tuple[SortKey, ...] = ()
    body: str = ""
    """The text of the query without its sort keys."""
