"""A remote SPARQL endpoint: queries out, typed rows, yes or no, or a graph back.

The only file that imports SPARQLWrapper, which writes the requests; the opener sends them, and the
answers are read by `weft.remote.results`. https://www.w3.org/TR/sparql11-protocol/
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.request import Request

import rdflib
from SPARQLWrapper import GET, JSON, POST, TURTLE, SPARQLWrapper

from harvester.http.redirect import base_of
from search.sparql.gate import MAX_QUERY_CHARS, read_form
from weft.remote.connection import Exchange
from weft.remote.errors import RemoteCut, RemoteNotResults
from weft.remote.opener import Opener
from weft.remote.results import Solutions, read_boolean, read_solutions, refuse_page

LONGEST_GET: Final = 1500
"""Characters of a query that is sent in the address; a longer one goes in the body of a POST."""
_PARTIAL: Final = 206
_TIMED_OUT: Final = "S1TAT"
"""What Virtuoso says in X-SQL-State when it gives what it found until its time was up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Asks one endpoint; safe to use from one thread.

    Every method raises `weft.remote.errors.RemoteError`.
    """

    url: str
    opener: Opener = field(default_factory=Opener)

    def select(self, query: str) -> Solutions:
        """The rows of a SELECT query, each term with its type, datatype and language."""
        found = self._ask(query, JSON)
        return read_solutions(found.body, _media_type(found), url=base_of(self.url))

    def ask(self, query: str) -> bool:
        """The answer to an ASK query."""
        found = self._ask(query, JSON)
        return read_boolean(found.body, _media_type(found), url=base_of(self.url))

    def construct(self, query: str) -> rdflib.Graph:
        """The graph of a CONSTRUCT or DESCRIBE query."""
        found = self._ask(query, TURTLE)
        at = base_of(self.url)
        refuse_page(found.body, _media_type(found), url=at)
        graph = rdflib.Graph()
        try:
            graph.parse(data=found.body, format="turtle")
        except Exception as error:  # rdflib's parser raises what its readers raise
            message = f"{at} answered with {_media_type(found)} that is no Turtle: {error}"
            raise RemoteNotResults(message, url=at) from error
        return graph

    def fetch(self, query: str, media_types: tuple[str, ...]) -> bytes:
        """The answer as the endpoint wrote it, in one of some media types, the favourite first."""
        found = self._ask(query, JSON, accept=", ".join(media_types))
        at = base_of(self.url)
        refuse_page(found.body, _media_type(found), url=at)
        if _media_type(found) not in media_types:
            message = f"{at} answered with {_media_type(found) or 'no media type'}"
            raise RemoteNotResults(f"{message} where {media_types[0]} was asked for", url=at)
        return found.body

    def _ask(self, query: str, form: str, accept: str = "") -> Exchange:
        wrapper = _Wrapper(self.url, returnFormat=form)
        wrapper.accept = accept
        wrapper.onlyConneg = True  # no `format=` and `output=`, which some endpoints refuse
        # behind an address with a query of its own the library would put a second question mark
        is_post = len(query) > LONGEST_GET or "?" in self.url
        wrapper.setMethod(POST if is_post else GET)
        wrapper.setQuery(query)
        found = self.opener.open(wrapper.request())
        self._refuse_part(found)
        return found

    def _refuse_part(self, found: Exchange) -> None:
        """An answer that says that it is not all of it is an error, whatever its status."""
        state = found.headers.get("X-SQL-State", "")
        if found.status != _PARTIAL and state != _TIMED_OUT:
            return
        at = base_of(self.url)
        reason = found.headers.get("X-SQL-Message", "") or f"HTTP status {found.status}"
        raise RemoteCut(f"{at} gave a part of the results only: {reason[:200]}", url=at)


class _Wrapper(SPARQLWrapper):
    """Writes requests; the opener sends them."""

    accept = ""
    """Media types to ask for instead of those of the library's format."""

    def _getAcceptHeader(self) -> str:  # noqa: N802  # the library's name
        """What Accept says."""
        return self.accept or str(super()._getAcceptHeader())

    def _parseQueryType(self, query: str) -> str:  # noqa: N802  # the library's name
        """The form of a query; the library's own search is fooled by comments and strings.

        Raises:
            QueryRefused: an update.
        """
        return read_form(query[:MAX_QUERY_CHARS]).value

    def request(self) -> Request:
        """The request that the library would send."""
        made: Request = self._createRequest()
        return made


def _media_type(found: Exchange) -> str:
    return str(found.headers.get_content_type()) if found.headers.get("Content-Type") else ""
