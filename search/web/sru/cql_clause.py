"""One clause of a CQL query as a tree: an index, a relation and the words of a term. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from graph import identifiers
from graph.work import Identifier
from search.query import HAS, SCHEMES, recognise
from search.query_tree import (
    AnyValue,
    Exact,
    Has,
    Key,
    MatchAll,
    Node,
    Not,
    Phrase,
    Prefix,
    Range,
    Term,
    all_of,
    any_of,
)
from search.web.sru.cql_tree import Clause
from search.web.sru.diagnostics import Code, CqlError
from search.web.sru.indexes import Index, Terms
from search.web.sru.term import Word
from search.web.sru.values import values_of

PHRASE_RELATIONS: Final = ("=", "scr", "adj")
WHOLE_RELATIONS: Final = ("==", "exact")
EQUAL_RELATIONS: Final = (*PHRASE_RELATIONS, *WHOLE_RELATIONS)
_ORDERED: Final = ("<", "<=", ">", ">=")
RELATIONS: Final = (*EQUAL_RELATIONS, *_ORDERED, "<>", "any", "all", "within")
"""The relations of the CQL set, without those that no index has."""

_LONGEST_YEAR: Final = 4
_PAIR: Final = 2
_WITH_IDENTIFIERS: Final = ("", "creator")
"""Fields in which a term that is an identifier is looked up as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One clause whose names are known."""

    clause: Clause
    index: Index
    relation: str
    """One of `RELATIONS`."""
    words: tuple[Word, ...]
    """At least one."""
    entities: str = ""
    """What the IRIs of entities begin with."""

    def node(self) -> Node:
        """The tree that engines answer.

        Raises:
            CqlError: the index cannot be asked so.
        """
        if self.index.terms is Terms.YEAR:
            return self._years()
        if self.relation in (*_ORDERED, "within"):
            raise self._mismatch()
        if self.index.terms is Terms.WORDS:
            return self._text()
        one = _ONE[self.index.terms]
        if self.relation in ("any", "all"):
            join = any_of if self.relation == "any" else all_of
            return join([one(self, word) for word in self.words])
        last = self.words[-1]
        text = " ".join(word.text for word in self.words)
        if any(word.is_prefix for word in self.words[:-1]):
            raise CqlError(Code.PROXIMITY_AND_MASK, self.clause.term_offset)
        found = one(self, Word(text=text, is_prefix=last.is_prefix))
        if self.relation == "<>":
            has_one = AnyValue(self.index.field) if self.index.field else MatchAll()
            return all_of([has_one, Not(found)])
        return found

    def _mismatch(self) -> CqlError:
        name = self.clause.index or "cql.serverChoice"
        details = f"{name} {self.clause.relation}"
        return CqlError(Code.RELATION_AND_INDEX, self.clause.offset, details)

    def malformed(self, advice: str) -> CqlError:
        """The error of a term that is no value of the index."""
        return CqlError(Code.TERM_FORMAT, self.clause.term_offset, self.clause.term, advice)

    def _text(self) -> Node:
        """Words in an index of words: next to each other, all of them, any of them."""
        if self.relation in (*WHOLE_RELATIONS, "<>"):  # the engines know words, not whole values
            raise self._mismatch()
        if self.relation == "any":
            return any_of([self._word(word) for word in self.words])
        if self.relation == "all":
            return all_of([self._word(word) for word in self.words])
        if len(self.words) == 1:
            return self._word(self.words[0])
        if any(word.is_prefix for word in self.words[:-1]) or not self.words[-1].text:
            raise CqlError(Code.PROXIMITY_AND_MASK, self.clause.term_offset)
        text = " ".join(word.text for word in self.words)
        if self.words[-1].is_prefix:
            return Prefix(text, self.index.field)
        return self._identified(text) or Phrase(text, self.index.field)

    def _word(self, word: Word) -> Node:
        field_name = self.index.field
        if word.is_prefix:
            if word.text:
                return Prefix(word.text, field_name)
            return AnyValue(field_name) if field_name else MatchAll()
        return self._identified(word.text) or Term(word.text, field_name)

    def _identified(self, text: str) -> Node | None:
        found = recognise(text) if self.index.field in _WITH_IDENTIFIERS else None
        return Exact(found) if found else None

    def _years(self) -> Node:
        if self.relation in ("any", "all"):
            years = [Range(year, year) for year in map(self._year, self.words)]
            return any_of([*years]) if self.relation == "any" else all_of([*years])
        if self.relation == "within":
            years_within = [self._year(word) for word in self.words]
            if len(years_within) != _PAIR or years_within[0] > years_within[1]:
                raise self.malformed('expected two years, the earlier first: "2010 2015"')
            return Range(*years_within)
        if len(self.words) != 1:
            raise self.malformed("expected one year")
        if self.words == (Word(text="", is_prefix=True),) and self.relation in EQUAL_RELATIONS:
            return AnyValue("year")
        year = self._year(self.words[0])
        if self.relation == "<>":
            return all_of([AnyValue("year"), Not(Range(year, year))])
        return Range(*_bounds(self.relation, year))

    def _year(self, word: Word) -> int:
        text = word.text
        if word.is_prefix:
            raise CqlError(Code.MASK, self.clause.term_offset, "*", "a year has no masks")
        if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_YEAR):
            raise self.malformed("expected a year")
        return int(text)


def _bounds(relation: str, year: int) -> tuple[int | None, int | None]:
    match relation:
        case "<":
            return None, year - 1
        case "<=":
            return None, year
        case ">":
            return year + 1, None
        case ">=":
            return year, None
        case _:
            return year, year


def _value(asked: Asked, word: Word) -> Node:
    field_name = asked.index.field
    if word.is_prefix:
        return Prefix(word.text, field_name) if word.text else AnyValue(field_name)
    return any_of([Term(value, field_name) for value in values_of(asked.index, word.text)])


def _has(asked: Asked, word: Word) -> Node:
    if word == Word(text="", is_prefix=True):
        return AnyValue("has")
    if word.is_prefix or word.text.lower() not in HAS:
        raise asked.malformed(f"expected one of {', '.join(HAS)}")
    return Has(word.text.lower())


def _identifier(asked: Asked, word: Word) -> Node:
    if word.is_prefix:
        return Prefix(word.text, "identifier") if word.text else AnyValue("identifier")
    found = recognise(word.text)
    scheme, _, value = word.text.partition(":")
    if found is None and value and scheme.lower() in SCHEMES:
        # a scheme that its value does not fit finds nothing, which is the right answer
        found = Identifier("handle" if scheme.lower() == "hdl" else scheme.lower(), value)
    return Exact(found) if found else Term(word.text, asked.index.field)


def _book_number(asked: Asked, word: Word) -> Node:
    scheme = asked.index.terms.name.lower()
    found = None if word.is_prefix else identifiers.normalise(scheme, word.text)
    if found is None:
        raise asked.malformed(f"expected an {scheme.upper()}")
    return Exact(found)


def _record(asked: Asked, word: Word) -> Node:
    if word == Word(text="", is_prefix=True):
        return MatchAll()
    if word.is_prefix:
        raise CqlError(Code.MASK, asked.clause.term_offset, "*", "name the whole record")
    return Key(word.text.removeprefix(asked.entities))


_ONE: Final[Mapping[Terms, Callable[[Asked, Word], Node]]] = {
    Terms.VALUE: _value,
    Terms.HAS: _has,
    Terms.IDENTIFIER: _identifier,
    Terms.ISBN: _book_number,
    Terms.ISSN: _book_number,
    Terms.RECORD: _record,
}
"""How one value of an index without words is looked up."""
