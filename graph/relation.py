"""DataCite relations: each with its inverse, and the one triple both are written as.

A relation and its inverse are one link stated from two sides. In the default graph a link is one
triple in its canonical direction; in a record's graph it keeps the words of the source.
Relation types: https://datacite-metadata-schema.readthedocs.io/en/4.6/appendices/appendix-1/relationType/
"""

from dataclasses import dataclass
from typing import Final

CITO: Final = "http://purl.org/spar/cito/"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
WEFT: Final = "https://w3id.org/weft#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How one DataCite relation is written in the default graph."""

    name: str
    """The canonical relation of the pair."""
    predicate: str
    """IRI of the triple `subject predicate object` in canonical direction."""
    is_inverse: bool
    """True when subject and object change places first."""


# canonical name, names stated from the other side, synonyms from the same side, IRI
_PAIRS: Final = (
    ("IsSupplementTo", ("IsSupplementedBy",), (), WEFT + "isSupplementTo"),
    ("Cites", ("IsCitedBy", "IsReferencedBy"), ("References",), CITO + "cites"),
    ("IsVersionOf", ("HasVersion",), (), DCTERMS + "isVersionOf"),
    ("IsNewVersionOf", ("IsPreviousVersionOf",), (), PROV + "wasRevisionOf"),
    ("IsPartOf", ("HasPart",), ("IsPublishedIn",), DCTERMS + "isPartOf"),
    ("IsDerivedFrom", ("IsSourceOf",), (), PROV + "wasDerivedFrom"),
    ("Requires", ("IsRequiredBy",), (), DCTERMS + "requires"),
    ("IsDocumentedBy", ("Documents",), (), WEFT + "isDocumentedBy"),
    ("IsReviewedBy", ("Reviews",), (), WEFT + "isReviewedBy"),
    ("IsCompiledBy", ("Compiles",), (), WEFT + "isCompiledBy"),
    ("IsCollectedBy", ("Collects",), (), WEFT + "isCollectedBy"),
    ("IsDescribedBy", ("Describes",), (), WEFT + "isDescribedBy"),
    ("IsTranslationOf", ("HasTranslation",), (), WEFT + "isTranslationOf"),
    ("IsContinuedBy", ("Continues",), (), WEFT + "isContinuedBy"),
    ("HasMetadata", ("IsMetadataFor",), (), WEFT + "hasMetadata"),
    ("IsObsoletedBy", ("Obsoletes",), (), WEFT + "isObsoletedBy"),
    ("IsIdenticalTo", (), (), WEFT + "claimedIdenticalTo"),
    ("IsVariantFormOf", ("IsOriginalFormOf",), (), WEFT + "variantOf"),
    # CERN Open Data's own relation names and plain dc:relation say no more than this
    ("IsRelatedTo", (), (), WEFT + "isRelatedTo"),
)


def _table() -> dict[str, Relation]:
    table = {}
    for name, inverses, synonyms, predicate in _PAIRS:
        for stated in (name, *synonyms):
            table[stated] = Relation(name=name, predicate=predicate, is_inverse=False)
        for stated in inverses:
            table[stated] = Relation(name=name, predicate=predicate, is_inverse=True)
    return table


RELATIONS: Final[dict[str, Relation]] = _table()
"""By DataCite relationType."""

UNKNOWN_RELATION: Final = RELATIONS["IsRelatedTo"]
"""How a relation outside the table is written; its wording stays in the record's graph."""

PREDICATES: Final[dict[str, str]] = {
    relation.predicate: relation.name for relation in RELATIONS.values()
}
"""Canonical relation name by predicate IRI."""

SYMMETRIC: Final = frozenset({"IsIdenticalTo", "IsRelatedTo"})
"""Stated from either side they mean the same."""
