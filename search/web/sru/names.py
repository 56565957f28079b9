"""What names mean at a place of a CQL query: indexes, relations, modifiers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from search.text.fields import TEXT
from search.web.sru.cql_tree import Modifier
from search.web.sru.diagnostics import Code, CqlError
from search.web.sru.indexes import BY_NAME, BY_URI, SETS, ContextSet, Index, Terms

_MODIFIERS: Final[dict[Terms, frozenset[str]]] = {
    Terms.WORDS: frozenset(
        ("word", "relevant", "stem", "ignorecase", "ignoreaccents", "masked", "unmasked")
    ),
    Terms.VALUE: frozenset(("string", "ignorecase", "ignoreaccents", "masked", "unmasked")),
    Terms.YEAR: frozenset(("number", "isodate")),
}
_OTHER_MODIFIERS: Final = frozenset(("string", "masked", "unmasked"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the short names of context sets mean at a place of a query."""

    assigned: Mapping[str, str] = field(default_factory=dict)

    def within(self, prefixes: Sequence[tuple[str, str]]) -> "Names":
        """The names below a prefix assignment; of two for one name the last counts."""
        return Names(assigned={**self.assigned, **dict(prefixes)})

    def find(self, name: str, offset: int) -> Index:
        """The index of a name.

        Raises:
            CqlError: the context set or the index is unknown.
        """
        prefix, dot, local = name.lower().partition(".")
        if not dot:
            prefix, local = "", prefix
        if prefix in self.assigned:
            uri = self.assigned[prefix]
            if uri not in BY_URI:
                raise CqlError(Code.CONTEXT_SET, offset, uri)
            sets: Sequence[ContextSet] = (BY_URI[uri],)
        elif dot and prefix not in BY_NAME:
            raise CqlError(Code.CONTEXT_SET, offset, prefix)
        else:
            sets = (BY_NAME[prefix],) if dot else SETS
        found = next((each.indexes[local] for each in sets if local in each.indexes), None)
        if found is None:
            raise CqlError(Code.INDEX, offset, name)
        return found

    def bare(self, name: str, context_set: str = "cql") -> str:
        """The name of a relation or modifier of a context set without its prefix.

        A name of another set stays as it is, and is unknown.
        """
        prefix, dot, local = name.partition(".")
        uri = self.assigned.get(prefix)
        found = BY_URI.get(uri) if uri is not None else BY_NAME.get(prefix)
        return local if dot and found is not None and found.name == context_set else name


def read_modifiers(modifiers: Sequence[Modifier], index: Index, names: Names) -> frozenset[str]:
    """The names of a relation's modifiers, all of which hold for the index.

    Raises:
        CqlError: one does not.
    """
    allowed = _MODIFIERS.get(index.terms, _OTHER_MODIFIERS)
    if index.field in TEXT and not TEXT[index.field].is_stemmed:
        allowed -= {"stem"}
    found = {names.bare(modifier.name): modifier for modifier in modifiers}
    for name, modifier in found.items():
        if name not in allowed or modifier.comparison:
            raise CqlError(Code.RELATION_MODIFIER, modifier.offset, modifier.name)
    return frozenset(found)
