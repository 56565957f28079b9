"""RDF terms of SPARQL results as plain values, and whether they are legal. Pure.

https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
"""

import re
from typing import Final, Literal

from msgspec import Struct

from graph.terms import iri, is_absolute, literal
from graph.vocabulary import XSD

_STRING: Final = XSD + "string"
_DATE: Final = r"-?[0-9]{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_ZONE: Final = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_FORMS: Final = {
    XSD + name: re.compile(form, re.ASCII)
    for name, form in {
        "integer": r"[+-]?[0-9]+",
        "int": r"[+-]?[0-9]+",
        "long": r"[+-]?[0-9]+",
        "nonNegativeInteger": r"\+?[0-9]+|-0+",
        "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
        "double": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "float": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "boolean": "true|false|0|1",
        "date": _DATE + _ZONE,
        "dateTime": rf"{_DATE}T(?:[01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?{_ZONE}",
        "gYear": rf"-?[0-9]{{4,}}{_ZONE}",
        "gYearMonth": rf"-?[0-9]{{4,}}-(?:0[1-9]|1[0-2]){_ZONE}",
    }.items()
}
"""Lexical forms by datatype; a datatype that is not here is not looked into."""
_BROKEN: Final = re.compile("[\ud800-\udfff]")


class Term(Struct, frozen=True, kw_only=True):
    """One value of a solution."""

    type: Literal["iri", "literal", "blank"]
    value: str
    """The IRI, the words of the literal, or the label of the blank node."""
    datatype: str = ""
    """IRI; empty of a plain string, of one with a language, and of what is no literal."""
    language: str = ""
    """BCP 47."""


class NoTerm(ValueError):
    """A value that is no legal RDF term; the message says why."""


def write_term(term: Term, *, with_forms: bool = True) -> str:
    """A term as N-Triples text; the same text stands for it in SPARQL.

    Args:
        term: as an endpoint gave it.
        with_forms: whether a number or date has to be written as its datatype wants.

    Raises:
        NoTerm: it is a blank node, or not legal RDF: nothing is repaired.

    >>> write_term(Term(type="literal", value="7", datatype=XSD + "integer"))
    '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    match term.type:
        case "iri":
            return _iri(term.value)
        case "blank":
            raise NoTerm("a blank node, which has no name outside of its endpoint")
        case "literal":
            return _literal(term, with_forms=with_forms)


def _iri(text: str) -> str:
    written = iri(text)
    if not is_absolute(text) or written != f"<{text}>":
        raise NoTerm(f"{text[:200]!r} is no absolute IRI")
    return written


def _literal(term: Term, *, with_forms: bool) -> str:
    if _BROKEN.search(term.value):
        raise NoTerm("a literal with half a character (a lone surrogate)")
    written = literal(term.value, term.language)
    if term.language:
        if written.endswith('"'):
            raise NoTerm(f"{term.language[:50]!r} is no language tag")
        return written
    if term.datatype in {"", _STRING}:
        return written
    form = _FORMS.get(term.datatype)
    if with_forms and form is not None and not form.fullmatch(term.value.strip(" \t\r\n")):
        name = term.datatype.removeprefix(XSD)
        raise NoTerm(f"{term.value[:200]!r} is no xsd:{name}")
    return f"{written}^^{_iri(term.datatype)}"
