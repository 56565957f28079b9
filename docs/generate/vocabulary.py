"""The vocabulary: every class, property and individual of `graph/weft.ttl`."""

from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

import graph.vocabulary
from docs.generate.tables import code, table
from graph.relation import WEFT
from graph.vocabulary import PREFIXES

TURTLE: Final = Path(graph.vocabulary.__file__).with_name("weft.ttl")
_GROUPS: Final = (
    ("Classes", (OWL.Class,)),
    ("Properties between things", (OWL.ObjectProperty,)),
    ("Properties with a value", (OWL.DatatypeProperty,)),
    ("Individuals", (OWL.NamedIndividual,)),
)
_SPACES: Final = {**PREFIXES, "owl": str(OWL), "rdf": str(RDF), "rdfs": str(RDFS)}


def vocabulary() -> str:
    """A section a group of terms, a table in each."""
    terms = Graph().parse(TURTLE, format="turtle")
    parts = [table(("Prefix", "Namespace"), [(code(p), f"<{s}>") for p, s in _SPACES.items()])]
    for heading, types in _GROUPS:
        found = sorted(
            {term for type_ in types for term in terms.subjects(RDF.type, type_)},
            key=lambda term: str(term).casefold(),
        )
        rows = [_row(terms, term) for term in found if isinstance(term, URIRef)]
        used = ["Term", "Label", "Meaning", "Of", "Value"]
        if not any(row[3] or row[4] for row in rows):
            used, rows = used[:3], [row[:3] for row in rows]
        parts.append(f"## {heading}\n\n{table(used, rows)}")
    return "\n".join(parts)


def _row(terms: Graph, term: URIRef) -> tuple[str, ...]:
    comment = _texts(terms, term, RDFS.comment)
    above = ", ".join(_codes(terms, term, RDFS.subClassOf))
    return (
        code(_short(term)),
        _texts(terms, term, RDFS.label),
        f"{comment} A kind of {above}." if above else comment,
        ", ".join(_codes(terms, term, RDFS.domain)),
        ", ".join(_codes(terms, term, RDFS.range)),
    )


def _texts(terms: Graph, term: URIRef, property_: URIRef) -> str:
    return " ".join(sorted(str(text) for text in terms.objects(term, property_)))


def _codes(terms: Graph, term: URIRef, property_: URIRef) -> list[str]:
    return sorted(code(_short(each)) for each in terms.objects(term, property_))


def _short(iri: Node) -> str:
    """An IRI with its prefix, or as it is."""
    for name, space in _SPACES.items():
        if str(iri).startswith(space):
            return f"{name}:{str(iri).removeprefix(space)}"
    return str(iri)


def own_terms() -> tuple[str, ...]:
    """The terms that the file defines, as `weft:name`."""
    terms = Graph().parse(TURTLE, format="turtle")
    own = {str(each) for each in terms.subjects(RDFS.isDefinedBy, None)}
    return tuple(sorted(f"weft:{iri.removeprefix(WEFT)}" for iri in own))
