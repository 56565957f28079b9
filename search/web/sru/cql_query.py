"""Turns a parsed CQL query into the tree that every text engine answers. Pure.

What an engine cannot answer exactly is refused with the diagnostic that the standard has for it,
never answered by something near it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from search.query import MAX_PREFIXES
from search.query_tree import MatchAll, Node, Not, Phrase, all_of, any_of
from search.web.sru.cql import MAX_CHARACTERS
from search.web.sru.cql_clause import PHRASE_RELATIONS, RELATIONS, Asked
from search.web.sru.cql_tree import Boolean, Clause, Modifier, Operand, Query, Scoped
from search.web.sru.diagnostics import Code, CqlError
from search.web.sru.indexes import SERVER_CHOICE, Index, Terms
from search.web.sru.names import Names, read_modifiers
from search.web.sru.order import Order, read_sort_keys
from search.web.sru.term import Word, read_words

MAX_WORDS: Final = 200
"""Most words of a query; each is looked up in six fields. Measured: 0.6 ms a word in 140 entities,
most of it in building the engine's query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """What a query asks."""

    node: Node
    order: Order = field(default_factory=Order)


def translate(query: Query, entities: str = "") -> Translated:
    """Build the tree for a query.

    Args:
        query: as it was parsed.
        entities: what the IRIs of entities begin with; `rec.identifier` takes them and keys.

    Raises:
        CqlError: something in it is not supported; the diagnostic says what.
    """
    prefixes = query.tree.prefixes if isinstance(query.tree, Scoped) else ()
    order = read_sort_keys(query.sort, Names().within(prefixes))
    return Translated(node=_Translation(entities).node(query.tree, Names()), order=order)


def search_words(text: str) -> Node:
    """The tree for a query of type `searchTerms`: all words, anywhere, and no character special.

    Raises:
        CqlError: there is no word, or too many.
    """
    if len(text) > MAX_CHARACTERS:
        raise CqlError(Code.QUERY_TOO_LONG, MAX_CHARACTERS, str(MAX_CHARACTERS))
    modifiers = (Modifier(name="unmasked"),)
    clause = Clause(term=text, index="cql.anywhere", relation="all", modifiers=modifiers)
    return _Translation().node(clause, Names())


class _Translation:
    """One pass over a tree; it counts what a whole query may have only so many of."""

    def __init__(self, entities: str = "") -> None:
        self.entities = entities
        self.n_words = 0
        self.n_prefixes = 0

    def node(self, tree: Operand, names: Names) -> Node:
        if isinstance(tree, Scoped):
            return self.node(tree.child, names.within(tree.prefixes))
        if isinstance(tree, Clause):
            return self.clause(tree, names)
        if tree.operator == "prox":
            return self.proximity(tree, names)
        if tree.modifiers:
            modifier = tree.modifiers[0]
            raise CqlError(Code.BOOLEAN_MODIFIER, modifier.offset, modifier.name)
        left, right = self.node(tree.left, names), self.node(tree.right, names)
        if tree.operator == "or":
            return any_of([left, right])
        return all_of([left, Not(right) if tree.operator == "not" else right])

    def clause(self, clause: Clause, names: Names) -> Node:
        index = names.find(clause.index, clause.offset) if clause.index else SERVER_CHOICE
        relation = names.bare(clause.relation) or "="
        if relation not in RELATIONS:
            raise CqlError(Code.RELATION, clause.offset, clause.relation)
        if index.terms is Terms.EVERYTHING:
            return MatchAll()
        if index.terms is Terms.RESULT_SET:
            raise CqlError(Code.RESULT_SETS, clause.offset)
        modifiers = read_modifiers(clause.modifiers, index, names)
        words = read_words(clause.term, clause.term_offset, is_masked="unmasked" not in modifiers)
        self.count(words, clause)
        asked = Asked(
            clause=clause, index=index, relation=relation, words=words, entities=self.entities
        )
        return asked.node()

    def count(self, words: Sequence[Word], clause: Clause) -> None:
        self.n_words += len(words)
        self.n_prefixes += sum(word.is_prefix and bool(word.text) for word in words)
        if self.n_words > MAX_WORDS:
            advice = f"at most {MAX_WORDS} words in all terms together"
            details = str(MAX_WORDS)
            raise CqlError(Code.TOO_MANY_BOOLEANS, clause.term_offset, details, advice)
        if self.n_prefixes > MAX_PREFIXES:
            raise CqlError(Code.TOO_MANY_MASKS, clause.term_offset, str(MAX_PREFIXES))

    def proximity(self, tree: Boolean, names: Names) -> Node:
        """Words next to each other, in this order or in both; nothing farther apart."""
        is_ordered = _read_proximity(tree.modifiers, names)
        sides = [self.side(each, names) for each in (tree.left, tree.right)]
        (left, index), (right, other) = sides
        if index != other:
            details = f"{index.name} {other.name}"
            raise CqlError(Code.COMBINATION_OF_INDEXES, tree.offset, details)
        phrases: list[Node] = [Phrase(f"{left} {right}", index.field)]
        if not is_ordered:
            phrases.append(Phrase(f"{right} {left}", index.field))
        return any_of(phrases)

    def side(self, tree: Operand, names: Names) -> tuple[str, Index]:
        advice = "only between two plain terms of an index of words"
        if not isinstance(tree, Clause):
            raise CqlError(Code.PROXIMITY, 0, advice=advice)
        index = names.find(tree.index, tree.offset) if tree.index else SERVER_CHOICE
        relation = names.bare(tree.relation) or "="
        if index.terms is not Terms.WORDS or relation not in PHRASE_RELATIONS:
            raise CqlError(Code.PROXIMITY, tree.offset, advice=advice)
        modifiers = read_modifiers(tree.modifiers, index, names)
        words = read_words(tree.term, tree.term_offset, is_masked="unmasked" not in modifiers)
        if any(word.is_prefix for word in words):
            raise CqlError(Code.PROXIMITY_AND_MASK, tree.term_offset)
        self.count(words, tree)
        return " ".join(word.text for word in words), index


def _read_proximity(modifiers: Sequence[Modifier], names: Names) -> bool:
    """Whether the words must stand in the order written.

    Raises:
        CqlError: the modifiers ask for something else than words next to each other.
    """
    is_ordered = False
    for modifier in modifiers:
        name = names.bare(modifier.name)
        if name in ("ordered", "unordered"):
            is_ordered = name == "ordered"
        elif name == "unit":
            if (modifier.comparison, modifier.value.lower()) != ("=", "word"):
                raise CqlError(Code.PROXIMITY_UNIT, modifier.offset, modifier.value)
        elif name == "distance":
            if modifier.comparison not in ("=", "<=", "<"):
                raise CqlError(Code.PROXIMITY_RELATION, modifier.offset, modifier.comparison)
            if modifier.value != ("2" if modifier.comparison == "<" else "1"):
                raise CqlError(Code.PROXIMITY_DISTANCE, modifier.offset, modifier.value)
        else:
            raise CqlError(Code.BOOLEAN_MODIFIER, modifier.offset, modifier.name)
    return is_ordered
