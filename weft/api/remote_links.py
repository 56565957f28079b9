"""Links of a remote Weft: the REST API lists them, its SPARQL endpoint answers what that lacks.

The REST API knows no years and no sources of the ends. Where these are asked for, the endpoint
tells which links fit, and the list is read for what states them.
"""

from collections.abc import Iterator
from typing import Any, Final

from graph.links.filter import LinkFilter, further_tests, selection_of
from graph.links.selection import page
from graph.release import ReleaseInfo
from search.metadata.stated_link import StatedLink
from search.web.api.links import MAX_LIMIT, LinksAnswer
from weft.api.rest import Rest
from weft.remote.endpoint import Endpoint

_ALL: Final = 1 << 40
"""More links than there are, where a query wants a number."""

_Ends = tuple[str, str, str]
"""IRI, predicate, IRI."""


class RemoteLinks:
    """Reads and counts links.

    Args:
        rest: lists them.
        endpoint: finds those that fit what the list cannot be asked for.
        info: of the release.
    """

    def __init__(self, rest: Rest, endpoint: Endpoint, info: ReleaseInfo) -> None:
        self._rest = rest
        self._endpoint = endpoint
        self._info = info

    def read(self, wanted: LinkFilter) -> Iterator[StatedLink]:
        """The links, page by page, in the order of the remote's store.

        Raises:
            RemoteError: the remote does not answer as it should, or not with all.
        """
        fitting = self._fitting(wanted) if _needs_query(wanted) else None
        if fitting is not None and not fitting:
            return
        cursor: str | None = "*"
        while cursor is not None:
            answer = self._page(wanted, cursor)
            for link in answer.links:
                ends = link.source_entity.iri, link.predicate, link.target_entity.iri
                if fitting is None or ends in fitting:
                    yield link
            cursor = answer.next

    def count(self, wanted: LinkFilter) -> int:
        """How many there are.

        Raises:
            RemoteError: as `read` raises it.
        """
        if not _needs_query(wanted):
            total = self._page(wanted, "*", limit=1).total
            if total is not None:
                return total
        if wanted.stated_by:
            return sum(1 for _ in self.read(wanted))
        found = self._endpoint.select(f"SELECT (COUNT(*) AS ?n) {{ {{ {_query(wanted)} }} }}")
        return int(found.rows[0]["n"].value)

    def _page(self, wanted: LinkFilter, cursor: str, limit: int = MAX_LIMIT) -> LinksAnswer:
        parameters: dict[str, Any] = {
            "id": wanted.at,
            "from-kind": wanted.from_kinds,
            "to-kind": wanted.to_kinds,
            "relation": wanted.relations,
            "source": wanted.stated_by,
            "stubs": "false" if wanted.stubs == "without" else "true",
            "limit": limit,
            "cursor": cursor,
        }
        return self._rest.get("api/v1/links", parameters, LinksAnswer)

    def _fitting(self, wanted: LinkFilter) -> set[_Ends]:
        ways = selection_of(wanted).ways
        found = self._endpoint.select(_query(wanted))
        return {
            (row["s"].value, ways[int(row["way"].value)].predicate, row["o"].value)
            for row in found.rows
        }


def _needs_query(wanted: LinkFilter) -> bool:
    is_dated = wanted.since is not None or wanted.until is not None
    return bool(wanted.sources) or is_dated or wanted.stubs == "only"


def _query(wanted: LinkFilter) -> str:
    select = page(selection_of(wanted), 0, _ALL, 0, _ALL)
    return f"SELECT ?s ?way ?o {{ {{ {select} }} {further_tests(wanted)} }}"
