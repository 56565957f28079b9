"""Fields whose metadata completeness is measured: what counts as stating one, and whom it serves.

The principles are those of https://www.go-fair.org/fair-principles/ ; which of them a field serves
most is our reading.
"""

from typing import Final

from msgspec import Struct

FAIR_ADDRESS: Final = "https://www.go-fair.org/fair-principles/"
PRINCIPLES: Final = {
    "F1": "(Meta)data are assigned a globally unique and persistent identifier",
    "F2": "Data are described with rich metadata",
    "A1": "(Meta)data are retrievable by their identifier using a standardised protocol",
    "I2": "(Meta)data use vocabularies that follow FAIR principles",
    "I3": "(Meta)data include qualified references to other (meta)data",
    "R1": "(Meta)data are richly described with a plurality of accurate and relevant attributes",
    "R1.1": "(Meta)data are released with a clear and accessible data usage licence",
    "R1.2": "(Meta)data are associated with detailed provenance",
    "R1.3": "(Meta)data meet domain-relevant community standards",
}
PERSISTENT: Final = ("ark", "arxiv", "doi", "handle", "isbn", "pmid", "swh", "urn")
"""Schemes of identifiers that somebody keeps resolvable, or unique for ever."""


class Field(Struct, frozen=True, kw_only=True):
    """A field of a record, as it stands in the record's named graph."""

    name: str
    means: str
    """When a record counts as stating it."""
    fair: str
    """The principle that it serves most."""
    pattern: str
    """SPARQL for `?e`, what the record describes, in the graph `?record`."""


def _has_scheme(schemes: tuple[str, ...]) -> str:
    return f"STRBEFORE(?value, ':') IN ({', '.join(map(repr, schemes))})"


FIELDS: Final = (
    Field(
        name="identifier",
        means=f"a persistent identifier of the thing ({', '.join(PERSISTENT)})",
        fair="F1",
        pattern=f"?e schema:identifier ?value FILTER({_has_scheme(PERSISTENT)})",
    ),
    Field(
        name="title", means="a title", fair="F2", pattern="?e weft:kind ?any ; schema:name ?value"
    ),
    Field(
        name="creator",
        means="a creator or an editor",
        fair="F2",
        pattern="?e schema:creator|schema:editor ?value",
    ),
    Field(
        name="creator_identifier",
        means="a creator or an editor with an ORCID, ROR, ISNI, GRID or INSPIRE identifier",
        fair="R1.2",
        pattern="?e schema:creator|schema:editor ?value"
        " FILTER(!STRSTARTS(STR(?value), STR(?record)))",
    ),
    Field(
        name="date",
        means="a date or a year of publication",
        fair="R1.2",
        pattern="?e schema:datePublished ?value",
    ),
    Field(name="publisher", means="a publisher", fair="R1.2", pattern="?e schema:publisher ?value"),
    Field(
        name="licence",
        means="a licence that SPDX lists",
        fair="R1.1",
        pattern="?e schema:license ?value",
    ),
    Field(
        name="access",
        means="whether access is open, embargoed, restricted or closed",
        fair="A1",
        pattern="?e weft:access ?value",
    ),
    Field(
        name="subject", means="a subject or keyword", fair="F2", pattern="?e schema:keywords ?value"
    ),
    Field(
        name="subject_vocabulary",
        means="a subject with its address in a vocabulary",
        fair="I2",
        pattern="?e schema:about ?value",
    ),
    Field(name="language", means="a language", fair="R1", pattern="?e schema:inLanguage ?value"),
    Field(name="version", means="a version", fair="R1.2", pattern="?e schema:version ?value"),
    Field(
        name="funding", means="a funder or a grant", fair="R1.2", pattern="?e schema:funding ?value"
    ),
    Field(
        name="relation",
        means="a link to another thing",
        fair="I3",
        pattern="?link weft:relation ?value",
    ),
    Field(
        name="format", means="a file format", fair="R1.3", pattern="?e schema:encodingFormat ?value"
    ),
)
"""In the order in which they are shown."""
