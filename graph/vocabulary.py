"""The namespaces and classes that a release is written in, each spelled once.

`weft.ttl` beside this file defines Weft's own terms; a test holds the two together.
"""

from typing import Final

from graph.relation import CITO, DCTERMS, PROV, WEFT
from graph.work import Kind

SCHEMA: Final = "https://schema.org/"
RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SPDX: Final = "https://spdx.org/licenses/"

PREFIXES: Final[dict[str, str]] = {
    "cito": CITO,
    "dcterms": DCTERMS,
    "prov": PROV,
    "schema": SCHEMA,
    "weft": WEFT,
    "xsd": XSD,
}
"""Prefixes of every page, serialisation and example query."""

CLASS_OF_KIND: Final[dict[Kind, str]] = {
    Kind.DATASET: SCHEMA + "Dataset",
    Kind.PAPER: SCHEMA + "ScholarlyArticle",
    Kind.SOFTWARE: SCHEMA + "SoftwareSourceCode",
    Kind.BOOK: SCHEMA + "Book",
    Kind.CHAPTER: SCHEMA + "Chapter",
    Kind.OTHER: SCHEMA + "CreativeWork",
}
