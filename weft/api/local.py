"""A release of this machine: read from its store and its text index, no server needed."""

import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from graph.explain import compare, explain
from graph.explain.answer import Comparison, Explanation, Subject
from graph.explain.subject import find_subject
from graph.links.filter import LinkFilter
from graph.links.found import FoundLink
from graph.links.listing import check, count_links, list_links
from graph.links.selection import Selection, count_candidates, page
from graph.links.stated import read_stated
from graph.release import caveats, holding, read_record
from graph.release.form import Release as StoredRelease
from graph.release.form import ReleaseInfo
from graph.store import open_graph
from search.metadata.described import read_described
from search.metadata.entity import MAX_LINKS, Entity, entity_answer
from search.metadata.stated_link import StatedLink, describe_links
from search.open_release import OpenRelease, open_for_reading
from search.question.cursor import read_cursor, write_cursor
from search.question.search_answer import ApiAnswer, ApiSuggestion, search_answer
from search.question.search_query import SearchQuery
from search.sparql.results import Form
from search.text.engine import NoPlace
from search.text.engines import open_index
from search.text.spelling import correct
from weft.api.answering import raise_unless_one
from weft.api.errors import OtherRelease, UnknownEntity
from weft.api.place import DataDirectory, ReleaseDirectory
from weft.api.query_worker import QueryWorker
from weft.api.release import Release
from weft.api.solutions import Solutions

if TYPE_CHECKING:
    import rdflib

    from graph.network.multigraph import Network

_BEGIN: Final = "*"
"""The cursor of the first page."""


class LocalRelease(Release):
    """A release that is read from this machine's disk; it cannot be dropped meanwhile.

    Args:
        place: the data directory, or the directory of a release.
        number: which release; None for the current one, or the one of the directory.

    Raises:
        ReleaseError: there is none of that number, or it is damaged.
        OtherRelease: the directory is that of another release.
        IndexDamaged: its text index cannot be opened.
    """

    def __init__(self, place: DataDirectory | ReleaseDirectory, number: int | None = None) -> None:
        with ExitStack() as stack:
            self._opened = _open(stack, place, number)
            self._worker = QueryWorker(self._opened.release.graph_path)
            stack.callback(self._worker.close)
            super().__init__(self._opened.info, "", caveats(self._opened.info))
            # also when it is forgotten, and at the end of the program
            self._let_go = weakref.finalize(self, stack.pop_all().close)

    def close(self) -> None:
        """Let go of the release; it may be closed twice."""
        super().close()
        self._let_go()

    def graph(self) -> "rdflib.Dataset":
        """The release as an rdflib data set; see `Release.graph`. It reads on its own."""
        from graph.store_rdflib import rdflib_dataset  # noqa: PLC0415  # rarely needed

        self._check_open()
        return rdflib_dataset(self._opened.release.graph_path)

    def __repr__(self) -> str:
        """Number and place, in a line."""
        return f"<LocalRelease {self.number} in {self._opened.release.path}>"

    def _find(self, query: SearchQuery) -> ApiAnswer:
        ask = query.to_ask()
        if query.cursor and query.cursor != _BEGIN:
            ask = replace(ask, after=read_cursor(query.cursor, ask).place)
        try:
            result = self._opened.index.search(ask.to_request())
        except NoPlace as error:
            raise ValueError(f"the cursor leads nowhere: {error}") from error
        answer = search_answer(ask, result, self._info)
        meant = None if result.total else correct(ask.text, self._opened.index, ask.filters)
        return ApiAnswer(
            **{
                name: getattr(answer, name) for name in answer.__struct_fields__ if name not in _SET
            },
            next=None if result.next is None else write_cursor(self._info, ask, result.next),
            did_you_mean=ApiSuggestion(query=meant.query, total=meant.total) if meant else None,
        )

    def _entity(self, text: str) -> Entity:
        subject = self._subject(text)
        raise_unless_one(subject)
        iri, key = subject.iri or "", subject.key or ""
        graph, view = self._opened.graph, self._opened.view
        said = read_described(graph, self._opened.index.document(key), iri, with_related=False)
        if said is None:
            raise UnknownEntity(subject)
        selection = Selection(at=iri)
        [[n_links]] = graph.rows(count_candidates(selection))
        rows = graph.rows(page(selection, 0, MAX_LINKS + 1, 0, MAX_LINKS))
        links = []
        for start, number, end in rows:
            way = selection.ways[int(number)]
            stated = read_stated(view, start, way.predicate, end)
            links.append(FoundLink(start=start, way=way, end=end, stated=stated))
        return entity_answer(self._opened, said, links, int(n_links))

    def _subject(self, text: str) -> Subject:
        return find_subject(self._opened.view, text)

    def _links(self, wanted: LinkFilter) -> Iterator[StatedLink]:
        self._check_open()
        return describe_links(self._opened, list_links(self._opened.view, wanted))

    def _count_links(self, wanted: LinkFilter) -> int:
        self._check_open()
        return count_links(self._opened.view, wanted)

    def _check_filter(self, wanted: LinkFilter) -> None:
        check(self._opened.view, wanted)

    def _network(self, wanted: LinkFilter, limit: int) -> "Network":
        from graph.network.build import build_network  # noqa: PLC0415  # loads networkx

        return build_network(self._opened.view, wanted, info=self._info, limit=limit)

    def _explain(self, text: str) -> Explanation:
        return explain(self._opened.view, text, tuple(self._info.sources))

    def _compare(self, one: str, other: str) -> Comparison:
        return compare(self._opened.view, one, other)

    def _solve(self, query: str, form: Form, timeout_s: float) -> Solutions:
        from weft.api.local_query import solve  # noqa: PLC0415  # loads what only SPARQL needs

        return solve(self._opened, self._worker, self.about(query), form, timeout_s)


_SET: Final = ("next", "did_you_mean")


def _open(
    stack: ExitStack, place: DataDirectory | ReleaseDirectory, number: int | None
) -> OpenRelease:
    match place:
        case DataDirectory(path=path, number=named):
            if None not in (number, named) and number != named:
                raise _other(number, named, f"{path}/releases/{named}")
            return stack.enter_context(open_for_reading(path, number or named))
        case ReleaseDirectory(path=path):
            record = read_record(path)
            if number is not None and number != record.number:
                raise _other(number, record.number, str(path))
            info = ReleaseInfo(
                **{name: getattr(record, name) for name in ReleaseInfo.__struct_fields__}
            )
            release = StoredRelease(number=info.number, path=path, info=info)
            stack.enter_context(holding(release))
            return OpenRelease(
                release=release,
                graph=stack.enter_context(open_graph(release.graph_path)),
                index=stack.enter_context(open_index(release.text_path)),
                base_iri=info.base_iri,
            )


def _other(asked: int | None, found: int | None, where: str) -> OtherRelease:
    return OtherRelease(f"release {asked} was asked for, and {where} is release {found}")
