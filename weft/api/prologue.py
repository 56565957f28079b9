"""What stands before a query that is asked from Python: the prefixes that it does not declare."""

import re
from typing import Final

from graph.vocabulary import PREFIXES

_ALL: Final = {**PREFIXES, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"} | {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
}


def prologue(query: str) -> str:
    """Declarations of the prefixes of Weft that a query does not declare itself, each in a line.

    In a line of its own, since rdflib takes what follows the # of an IRI for a comment at times.

    >>> prologue("ASK { ?s a schema:Dataset }")[:31]
    'PREFIX cito: <http://purl.org/s'
    """
    return "".join(
        f"PREFIX {name}: <{namespace}>\n"
        for name, namespace in _ALL.items()
        if not re.search(rf"\bPREFIX\s+{name}\s*:", query, re.IGNORECASE)
    )
