"""A process that counts what the default graph of a release holds, behind all other work.

    python -m search.web.linked.void_counter STORE MEMORY_LIMIT_BYTES

Each line of its standard output is a `Count`; one that it did not come to is missing.
"""

import os
import sys
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from graph.errors import ReleaseError
from graph.relation import PREDICATES, WEFT
from graph.store import open_graph
from search.sparql.sandbox import forbid_sockets, limit_memory

Name = Literal["properties", "classes", "between_kinds", "between_sources", "sources"]

_LEAST_URGENT: Final = 19
_LINKS: Final = " ".join(f"<{predicate}>" for predicate in sorted(PREDICATES))
QUERIES: Final[dict[Name, str]] = {
    "properties": "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p",
    "classes": "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c",
    "sources": f"""SELECT ?s (COUNT(DISTINCT ?e) AS ?n) WHERE {{
  ?e <{WEFT}fromRecord> ?r . ?r <{WEFT}source> ?s
}} GROUP BY ?s""",
    "between_kinds": f"""SELECT ?p ?from ?to (COUNT(*) AS ?n) WHERE {{
  VALUES ?p {{ {_LINKS} }} ?a ?p ?b .
  ?a <{WEFT}kind> ?from . ?b <{WEFT}kind> ?to .
}} GROUP BY ?p ?from ?to""",
    "between_sources": f"""SELECT ?p ?from ?to (COUNT(*) AS ?n) WHERE {{
  SELECT DISTINCT ?p ?a ?b ?from ?to WHERE {{
    VALUES ?p {{ {_LINKS} }} ?a ?p ?b .
    ?a <{WEFT}fromRecord> ?x . ?x <{WEFT}source> ?from .
    ?b <{WEFT}fromRecord> ?y . ?y <{WEFT}source> ?to .
  }}
}} GROUP BY ?p ?from ?to""",
}
"""What is counted, the cheapest first: what was grouped by, then the number."""


class Count(Struct, frozen=True):
    """The answer to one query."""

    name: Name
    rows: tuple[tuple[str, ...], ...]


def main() -> None:
    """Count, and write each answer as soon as it is there."""
    store, memory_limit_bytes = sys.argv[1:]
    os.nice(_LEAST_URGENT)
    limit_memory(int(memory_limit_bytes))
    forbid_sockets()
    try:
        with open_graph(Path(store)) as graph:
            for name, query in QUERIES.items():
                line = msgspec.json.encode(Count(name=name, rows=tuple(graph.rows(query))))
                sys.stdout.buffer.write(line + b"\n")
                sys.stdout.buffer.flush()
    except (ReleaseError, BrokenPipeError) as error:
        sys.exit(f"counting ended: {error}")


if __name__ == "__main__":
    main()
