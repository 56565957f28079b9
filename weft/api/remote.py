"""A release of a remote Weft: the same calls, answered by its REST API and its SPARQL endpoint."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec
import rdflib
from msgspec import Struct, structs

from graph.explain.answer import (
    ChosenField,
    Comparison,
    Explanation,
    GatheredField,
    Member,
    Reason,
    Subject,
)
from graph.explain.answer import (
    StatedLink as ToldLink,
)
from graph.links.filter import LinkFilter, LinkFilterError
from graph.release import ReleaseInfo
from harvester.http.retry import RetryPlan
from search.errors import QueryRefused, QuerySyntaxError, QueryTimeout
from search.metadata.entity import Entity
from search.metadata.stated_link import StatedLink
from search.question.search_answer import ApiAnswer
from search.question.search_query import SearchQuery
from search.sparql.edits import Edit, EditedQuery
from search.sparql.results import Form
from search.web.api.release import ReleaseAnswer
from weft.api.answering import raise_unless_one
from weft.api.errors import NotWeft, OtherRelease
from weft.api.prologue import prologue
from weft.api.release import Release
from weft.api.remote_links import RemoteLinks
from weft.api.rest import Rest, SameRelease, told_error
from weft.api.solutions import Solutions
from weft.remote.endpoint import Endpoint
from weft.remote.errors import RemoteNotResults, RemoteRefused
from weft.remote.settings import RemoteLimits

if TYPE_CHECKING:
    from graph.network.multigraph import Network

_LIMITS: Final = RemoteLimits()
_AT_ONCE: Final = RetryPlan(retries=0, longest_wait_s=0.0, longest_retry_after_s=0.0)
"""A query that took too long takes as long the next time."""
_NOT_FOUND: Final = 404
_NOT_ONE: Final = (300, _NOT_FOUND, 410)
"""Statuses of what is no one entity."""


class RemoteRelease(Release):
    """The release that a remote Weft serves; an answer of another one is an error.

    Args:
        url: of its home page, ends in a slash.
        number: which release must be served; None for the one that is.
        limits: of each request.

    Raises:
        NotWeft: something else answers there.
        OtherRelease: it serves another release.
        RemoteError: it does not answer as it should.
    """

    def __init__(self, url: str, number: int | None = None, limits: RemoteLimits = _LIMITS) -> None:
        self._opener = SameRelease(limits)
        self._rest = Rest(url, self._opener)
        told = self._told()
        if number is not None and told.number != number:
            raise OtherRelease(
                f"release {number} was asked for, and {url} serves release {told.number}: a remote"
                " has its current release only"
            )
        self._opener.number = told.number
        info = ReleaseInfo(**{name: getattr(told, name) for name in ReleaseInfo.__struct_fields__})
        super().__init__(info, told.title, told.caveats)
        self._link_reader = RemoteLinks(self._rest, self._endpoint(limits.timeout_s), info)

    def graph(self) -> rdflib.Dataset:
        """The release as an rdflib data set; each pattern and query is asked of the remote.

        That it stays the same release is seen to by the other calls, not by this data set.
        """
        from weft.api.remote_graph import remote_dataset  # noqa: PLC0415  # rarely needed

        self._check_open()
        return remote_dataset(f"{self._rest.url}sparql")

    def __repr__(self) -> str:
        """Number and address, in a line."""
        return f"<RemoteRelease {self.number} of {self._rest.url}>"

    def _told(self) -> ReleaseAnswer:
        try:
            return self._rest.get("api/v1/release", {}, ReleaseAnswer)
        except RemoteRefused as error:
            if error.status != _NOT_FOUND:
                raise
            message = f"{self._rest.url} is no Weft, or one of an older version: it has no"
            raise NotWeft(f"{message} api/v1/release") from error
        except RemoteNotResults as error:
            raise NotWeft(f"{self._rest.url} is no Weft: {error}") from error

    def _find(self, query: SearchQuery) -> ApiAnswer:
        return self._rest.get("api/v1/search", structs.asdict(query), ApiAnswer)

    def _entity(self, text: str) -> Entity:
        try:
            return self._rest.get("api/v1/entities", {"id": text}, Entity)
        except RemoteRefused as error:
            if error.status not in _NOT_ONE:
                raise
            raise_unless_one(self._subject(text))
            raise

    def _subject(self, text: str) -> Subject:
        return self._explain(text).subject

    def _links(self, wanted: LinkFilter) -> Iterator[StatedLink]:
        self._check_open()
        return self._link_reader.read(wanted)

    def _count_links(self, wanted: LinkFilter) -> int:
        self._check_open()
        return self._link_reader.count(wanted)

    def _check_filter(self, wanted: LinkFilter) -> None:
        for name in wanted.named_sources:
            if name not in self._info.by_source:
                there = ", ".join(sorted(self._info.by_source)) or "none"
                raise LinkFilterError(
                    f"no source {name[:60]!r} in this release; there are: {there}"
                )

    def _network(self, wanted: LinkFilter, limit: int) -> "Network":
        from weft.api.remote_network import remote_network  # noqa: PLC0415  # loads networkx

        endpoint = self._endpoint(self._opener.limits.timeout_s)
        return remote_network(self._link_reader, endpoint, wanted, info=self._info, limit=limit)

    def _explain(self, text: str) -> Explanation:
        return self._rest.get("api/v1/explain", {"a": text}, _Explanation).read()

    def _compare(self, one: str, other: str) -> Comparison:
        return self._rest.get("api/v1/explain", {"a": one, "b": other}, Comparison)

    def _solve(self, query: str, form: Form, timeout_s: float) -> Solutions:
        edited = EditedQuery(query, (Edit(0, 0, prologue(query)),))
        endpoint, about = self._endpoint(timeout_s), self.about(query)
        try:
            match form:
                case Form.ASK:
                    return Solutions(about, boolean=endpoint.ask(edited.text))
                case Form.CONSTRUCT | Form.DESCRIBE:
                    return Solutions(about, graph=endpoint.construct(edited.text))
                case Form.SELECT:
                    found = endpoint.select(edited.text)
                    return Solutions(about, found.variables, found.rows)
        except RemoteRefused as error:
            raise _query_error(error, edited) from error

    def _endpoint(self, timeout_s: float) -> Endpoint:
        limits = replace(self._opener.limits, timeout_s=timeout_s, retry=_AT_ONCE)
        opener = SameRelease(limits)
        opener.number = self._opener.number
        return Endpoint(url=f"{self._rest.url}sparql", opener=opener)


class _Explanation(Struct, frozen=True, kw_only=True):
    """An explanation as JSON has it, where a field's form is told by its own fields."""

    key: str | None
    subject: Subject
    members: tuple[Member, ...]
    together: tuple[Reason, ...]
    apart: tuple[Reason, ...]
    links: tuple[ToldLink, ...]
    fields: dict[str, dict[str, Any]]

    def read(self) -> Explanation:
        """The explanation itself."""
        fields: dict[str, ChosenField | GatheredField] = {
            name: msgspec.convert(said, GatheredField)
            if "values" in said
            else msgspec.convert(said, ChosenField)
            for name, said in self.fields.items()
        }
        return Explanation(
            key=self.key,
            subject=self.subject,
            members=self.members,
            together=self.together,
            apart=self.apart,
            links=self.links,
            fields=fields,
        )


def _query_error(error: RemoteRefused, edited: EditedQuery) -> Exception:
    """What a remote says of a query, as a local release would say it."""
    message, line, column = told_error(error)
    match error.status:
        case 400:
            line, column = edited.position_before(line, column)
            return QuerySyntaxError(message, line=line, column=column)
        case 403:
            return QueryRefused(message)
        case 503 if "longer than" in message:
            return QueryTimeout(message)
        case _:
            return error
