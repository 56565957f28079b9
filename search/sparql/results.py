"""The formats a SPARQL answer can have: one enum with every fact about each.

SELECT and ASK have solutions, CONSTRUCT and DESCRIBE have graphs.
https://www.w3.org/TR/sparql11-protocol/#query-success
"""

from enum import Enum

import pyoxigraph as ox


class Form(Enum):
    """The four query forms; the value is the keyword."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def is_graph(self) -> bool:
        """Whether the answer is an RDF graph rather than solutions."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


class ResultFormat(Enum):
    """A serialisation of an answer; the value is its short name, as in `format=`."""

    JSON = "json"
    XML = "xml"
    CSV = "csv"
    TSV = "tsv"
    TURTLE = "turtle"
    N_TRIPLES = "ntriples"
    JSON_LD = "jsonld"
    RDF_XML = "rdfxml"

    @property
    def media_type(self) -> str:
        """What Content-Type says, without parameters."""
        return _FACTS[self][0]

    @property
    def extension(self) -> str:
        """File name extension without the dot."""
        return _FACTS[self][1]

    @property
    def label(self) -> str:
        """Name for people."""
        return _FACTS[self][2]

    @property
    def serializer(self) -> ox.QueryResultsFormat | ox.RdfFormat:
        """The store's name for it."""
        return _FACTS[self][3]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Media types and `format=` words that clients use for it besides its own."""
        return _FACTS[self][4]

    @property
    def is_graph(self) -> bool:
        """Whether it writes RDF graphs rather than solutions."""
        return isinstance(self.serializer, ox.RdfFormat)


_Facts = tuple[str, str, str, ox.QueryResultsFormat | ox.RdfFormat, tuple[str, ...]]

_FACTS: dict[ResultFormat, _Facts] = {
    ResultFormat.JSON: (
        "application/sparql-results+json",
        "srj",
        "JSON",
        ox.QueryResultsFormat.JSON,
        ("application/json", "text/json", "text/javascript", "application/javascript"),
    ),
    ResultFormat.XML: (
        "application/sparql-results+xml",
        "srx",
        "XML",
        ox.QueryResultsFormat.XML,
        ("application/xml", "text/xml"),
    ),
    ResultFormat.CSV: ("text/csv", "csv", "CSV", ox.QueryResultsFormat.CSV, ()),
    ResultFormat.TSV: (
        "text/tab-separated-values",
        "tsv",
        "TSV",
        ox.QueryResultsFormat.TSV,
        (),
    ),
    ResultFormat.TURTLE: (
        "text/turtle",
        "ttl",
        "Turtle",
        ox.RdfFormat.TURTLE,
        ("application/x-turtle", "text/n3", "text/rdf+n3", "ttl", "n3"),
    ),
    ResultFormat.N_TRIPLES: (
        "application/n-triples",
        "nt",
        "N-Triples",
        ox.RdfFormat.N_TRIPLES,
        ("text/plain", "nt", "n-triples"),
    ),
    ResultFormat.JSON_LD: (
        "application/ld+json",
        "jsonld",
        "JSON-LD",
        ox.RdfFormat.JSON_LD,
        ("application/json", "json-ld", "json"),
    ),
    ResultFormat.RDF_XML: (
        "application/rdf+xml",
        "rdf",
        "RDF/XML",
        ox.RdfFormat.RDF_XML,
        ("application/xml", "text/xml", "rdf+xml", "rdf", "xml"),
    ),
}

SOLUTION_FORMATS = tuple(item for item in ResultFormat if not item.is_graph)
"""For SELECT and ASK; the first is the default."""

GRAPH_FORMATS = tuple(item for item in ResultFormat if item.is_graph)
"""For CONSTRUCT and DESCRIBE; the first is the default."""


def formats_for(form: Form) -> tuple[ResultFormat, ...]:
    """The formats that can answer a query form, default first."""
    return GRAPH_FORMATS if form.is_graph else SOLUTION_FORMATS


def format_named(word: str, form: Form) -> ResultFormat | None:
    """The format that a client's `format=` or `output=` names, by name or media type.

    >>> format_named("json", Form.DESCRIBE)
    <ResultFormat.JSON_LD: 'jsonld'>
    """
    word = word.strip().lower()
    for item in formats_for(form):
        if word in (item.value, item.media_type, *item.aliases):
            return item
    return None
