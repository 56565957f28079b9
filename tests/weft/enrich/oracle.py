"""An endpoint in memory that understands our queries, LIMIT and OFFSET; with faults on order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.weft.remote.misbehaving import Reply, ok, results

_ROW = re.compile(r'\(<([^>]*)> (?:"([^"]*)"|<([^>]*)>)')
_LIMIT = re.compile(r"LIMIT (\d+) OFFSET (\d+)\s*$")
COLUMNS = ("entity", "predicate", "object")


def iri(value):
    return {"type": "uri", "value": value}


@dataclass
class Oracle:
    """Knows statements by identifier as it is spelled in a query."""

    knows: dict[str, list[tuple[str, dict[str, object]]]] = field(default_factory=dict)
    most_rows: int = 10_000
    """It gives no more, and does not say so."""
    fault: Callable[[list[str]], Reply | None] = lambda _: None
    """Told the identifiers of a request; what it gives is the answer."""
    extra: list[dict[str, object]] = field(default_factory=list)
    """Rows in every answer."""
    obeys_offset: bool = True
    requests: list[list[str]] = field(default_factory=list)
    """Identifiers of each first page that was asked for."""
    pages: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, query: str) -> Reply:
        asked = [(entity, text or address) for entity, text, address in _ROW.findall(query)]
        page = _LIMIT.search(query)
        assert page is not None, query
        limit, offset = int(page[1]), int(page[2])
        identifiers = [identifier for _, identifier in asked]
        if not offset:
            self.requests.append(identifiers)
        self.pages.append((limit, offset))
        if reply := self.fault(identifiers):
            return reply
        rows = [
            {"entity": iri(entity), "predicate": iri(predicate), "object": value}
            for entity, identifier in asked
            for predicate, value in self.knows.get(identifier, [])
        ] + self.extra
        start = offset if self.obeys_offset else 0
        return ok(results(COLUMNS, rows[start : start + min(limit, self.most_rows)]))
