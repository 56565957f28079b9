"""Identifiers as remote endpoints spell them, written as SPARQL terms. Pure."""

from collections.abc import Callable
from typing import Final

from graph import identifiers
from graph.schemes import hyphenated_isbn
from graph.terms import absolute_iri, literal
from graph.vocabulary import XSD
from graph.work import Identifier

PLAIN: Final = "plain"


def _iri(identifier: Identifier) -> str | None:
    resolver = identifiers.iri(identifier)
    return absolute_iri(resolver) if resolver else None


def _upper(identifier: Identifier) -> Identifier:
    return Identifier(identifier.scheme, identifier.value.upper())


SPELLINGS: Final[dict[str, Callable[[Identifier], str | None]]] = {
    PLAIN: lambda each: literal(each.value),
    "upper": lambda each: literal(each.value.upper()),
    "hyphens": lambda each: literal(hyphenated_isbn(each.value)),
    "typed": lambda each: f"{literal(each.value)}^^<{XSD}string>",
    "iri": _iri,
    "upper-iri": lambda each: _iri(_upper(each)),
}
"""By name, as query files name them; None where an identifier has no such spelling."""


def read_identifier(text: str) -> Identifier:
    """An identifier of a release, written `scheme:value`."""
    scheme, _, value = text.partition(":")
    return Identifier(scheme, value)


def spelled(identifier: str, spellings: tuple[str, ...]) -> list[str]:
    """The terms that stand for an identifier, each once.

    >>> spelled("doi:10.1000/abc", ("plain", "upper"))
    ['"10.1000/abc"', '"10.1000/ABC"']
    """
    read = read_identifier(identifier)
    terms = (SPELLINGS[name](read) for name in spellings)
    return list(dict.fromkeys(term for term in terms if term))
