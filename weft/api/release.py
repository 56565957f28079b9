"""What can be asked of a release, wherever it is: the calls that a local and a remote one share.

The names in the examples are those of a release of the bundled sample, which `weft demo` makes.
"""

from abc import abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self, overload

from msgspec import structs

from graph.links.filter import LinkFilter
from graph.release import Asked, ReleaseInfo, asked
from search.question.search_answer import ApiHit
from search.question.search_query import MAX_API_LIMIT, SearchQuery
from search.sparql.gate import read_form
from weft.api.answering import (
    Answering,
    facets_of,
    named_thing,
    raise_unless_one,
    search_query,
)
from weft.api.answers import (
    Compared,
    Explained,
    FoundEntities,
    FoundEntity,
    compared,
    explained,
    found_entities,
    found_entity,
)
from weft.api.asked_links import Names, Years, link_filter
from weft.api.errors import ReleaseClosed
from weft.api.link_list import Links
from weft.api.solutions import Solutions

if TYPE_CHECKING:
    import rdflib

    from graph.network.multigraph import Network

TIMEOUT_S: Final = 60.0
"""Seconds that a SPARQL query may take unless the caller says otherwise."""
MAX_NETWORK_LINKS: Final = 1_000_000
"""Links of a network unless the caller says otherwise; they take about 1.5 GB of memory."""
_BEGIN: Final = "*"


class Release(Answering):
    """A numbered release that is open for reading; `weft.open` opens one.

    Use it as a context manager, or call `close` when done; what is left open is closed when the
    program ends. Every result carries the number of the release, what was asked, and the caveats.

    >>> release.number
    1
    >>> release.base_iri
    'http://127.0.0.1:8080/'
    """

    def __init__(self, info: ReleaseInfo, title: str, caveats: tuple[str, ...]) -> None:
        self._info = info
        self._title = title
        self._caveats = caveats
        self._is_closed = False

    @property
    def info(self) -> ReleaseInfo:
        """What is in the release.

        >>> release.info.by_kind["dataset"]
        95
        """
        return self._info

    @property
    def number(self) -> int:
        """Number of the release."""
        return self._info.number

    @property
    def created_at(self) -> str:
        """When it was made, UTC."""
        return self._info.created_at

    @property
    def base_iri(self) -> str:
        """Where its IRIs begin."""
        return self._info.base_iri

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be known of its sources by those who draw conclusions, a sentence a source.

        >>> release.caveats[0].partition(",")[0]
        'cernopendata: complete'
        """
        return self._caveats

    def about(self, query: str) -> Asked:
        """Release, question and caveats, as every result carries them.

        >>> release.about("share of datasets with a paper").release
        1
        """
        return structs.replace(asked(self._info, query), caveats=self._caveats)

    def search(  # noqa: PLR0913  # the parameters of a search
        self,
        text: str = "",
        *,
        kind: Names = (),
        source: Names = (),
        year: Names | int = (),
        licence: Names = (),
        language: Names = (),
        access: Names = (),
        collaboration: Names = (),
        publisher: Names = (),
        has: Names = (),
        sort: Literal["relevance", "date", "title"] = "relevance",
        limit: int = 10,
        offset: int = 0,
    ) -> FoundEntities:
        """Search in words; the result is one page, and `total` says how many there are.

        >>> found = release.search("higgs boson", kind="dataset", limit=2)
        >>> found.total, len(found.hits), found.hits[0].kind
        (12, 2, 'dataset')

        Args:
            text: in the query language; empty finds everything.
            kind: dataset, paper, software, book, chapter or other; one of several.
            source: name of a source.
            year: of publication.
            licence: SPDX identifier.
            language: BCP 47.
            access: open, embargoed, restricted or closed.
            collaboration: its name.
            publisher: its name.
            has: linked to data, paper, software or book.
            sort: order of the hits.
            limit: hits, 0 to 100; `search_all` gives all of them.
            offset: hits to pass over, up to 10,000.

        Raises:
            QuerySyntaxError: the text does not parse; has line and column.
            ValueError: the limit or the offset is out of range.
        """
        asked_for = facets_of(locals()) | {"q": text, "sort": sort}
        return self._found(search_query(asked_for | {"limit": limit, "offset": offset}))

    def search_all(  # noqa: PLR0913  # the parameters of a search
        self,
        text: str = "",
        *,
        kind: Names = (),
        source: Names = (),
        year: Names | int = (),
        licence: Names = (),
        language: Names = (),
        access: Names = (),
        collaboration: Names = (),
        publisher: Names = (),
        has: Names = (),
        sort: Literal["relevance", "date", "title"] = "relevance",
    ) -> Iterator[ApiHit]:
        """All hits of a search, however many there are; they are read as they are asked for.

        >>> sum(1 for hit in release.search_all(kind="dataset"))
        95

        The arguments and errors are those of `search`.
        """
        asked_for = facets_of(locals()) | {"q": text, "sort": sort}
        return self._pages(search_query(asked_for | {"limit": MAX_API_LIMIT, "cursor": _BEGIN}))

    def entity(self, thing: str) -> FoundEntity:
        """Everything that the release holds of one entity, with the first 100 of its links.

        >>> book = release.entity("10.1007/978-3-030-38207-0")
        >>> book.kind, [record.source for record in book.records]
        ('book', ['oapen', 'oapen'])

        Args:
            thing: a key, an IRI, or an identifier in any spelling: a DOI, an ISBN, an OAI
                identifier.

        Raises:
            UnknownEntity: the release knows nothing of it.
            SeveralEntities: several entities carry the identifier; has their keys.
            EntityGone: every record of it was deleted by its source.
        """
        self._check_open()
        return found_entity(self._entity(named_thing(thing)), self.about(thing))

    def links(  # noqa: PLR0913  # the conditions
        self,
        *,
        from_kind: Names = (),
        to_kind: Names = (),
        relation: Names = (),
        source: Names = (),
        year: Years = None,
        stated_by: Names = (),
        stubs: bool | Literal["with", "without", "only"] = True,
        at: str = "",
    ) -> Links:
        """Links between entities, each once, with all that state it; conditions are AND-ed.

        >>> for link in release.links(at="10.1007/978-3-030-38207-0", relation="IsPartOf"):
        ...     print(link.source_entity.kind, link.relation, link.target_entity.kind)
        chapter IsPartOf book

        Args:
            from_kind: kind of the entity that the link starts at; `unknown` where no record tells.
            to_kind: kind of the entity that it leads to.
            relation: DataCite relation; a relation and its inverse are one link.
            source: name of a source that delivered a record of either end.
            year: in which the entity that the link starts at was published.
            stated_by: name of a source of which a record states the link.
            stubs: whether an end may be an entity that no source has delivered, or must be.
            at: an entity at either end, as `entity` takes it.

        Raises:
            LinkFilterError: a condition that cannot be meant in this release.
            EntityError: `at` is no one entity.
        """
        conditions = {name: value for name, value in locals().items() if name != "self"}
        wanted = self._filter(**conditions)
        return Links(
            self.about(str(wanted)), lambda: self._links(wanted), lambda: self._count_links(wanted)
        )

    def network(  # noqa: PLR0913  # the conditions
        self,
        *,
        from_kind: Names = (),
        to_kind: Names = (),
        relation: Names = (),
        source: Names = (),
        year: Years = None,
        stated_by: Names = (),
        stubs: bool | Literal["with", "without", "only"] = True,
        at: str = "",
        limit: int = MAX_NETWORK_LINKS,
    ) -> "Network":
        """Links as a networkx `MultiDiGraph`: a node an entity key, an edge a link.

        Nodes have `kind`, `name`, `year` (where a record tells), `is_stub` and `sources`; edges
        `relation`, `stated_from` and `stated_by`; the graph `release`, `created_at`, `base_iri`,
        `selection` and `caveats`.

        >>> network = release.network(from_kind="dataset", to_kind="paper")
        >>> network.number_of_edges(), network.graph["release"]
        (30, 1)

        Args:
            from_kind: this and the others are those of `links`.
            to_kind: see `links`.
            relation: see `links`.
            source: see `links`.
            year: see `links`.
            stated_by: see `links`.
            stubs: see `links`.
            at: see `links`.
            limit: most links; each takes about 1.5 kB of memory.

        Raises:
            NetworkTooLarge: more links fit.
            LinkFilterError, EntityError: as `links` raises them.
        """
        conditions = {
            name: value for name, value in locals().items() if name not in ("self", "limit")
        }
        network = self._network(self._filter(**conditions), limit)
        network.graph["caveats"] = self._caveats
        return network

    @overload
    def explain(self, a: str) -> Explained: ...
    @overload
    def explain(self, a: str, b: str) -> Compared: ...
    def explain(self, a: str, b: str | None = None) -> Explained | Compared:
        """Why records are one entity, or why two things are one or are not.

        What the release does not know is no error here: `subject.state` says so.

        >>> told = release.explain("10.1007/978-3-030-38207-0")
        >>> [reason.rule for reason in told.together]
        ['same-doi', 'same-isbn']
        >>> release.explain("10.1007/978-3-030-38207-0", "z7sjvky6wdprb").same
        False

        Args:
            a: a key, an IRI, or an identifier of an entity or a record.
            b: another one, to compare with.
        """
        self._check_open()
        if b is None:
            return explained(self._explain(named_thing(a)), self.about(a))
        return compared(self._compare(named_thing(a), named_thing(b)), self.about(f"{a} {b}"))

    def sparql(self, query: str, *, timeout_s: float = TIMEOUT_S) -> Solutions:
        """Ask in SPARQL 1.1; updates and SERVICE are refused.

        Full-text searches work in it as at the SPARQL endpoint. What passes a limit is an error,
        never a shorter answer.

        >>> [row["n"] for row in release.sparql("SELECT (COUNT(*) AS ?n) { ?s a schema:Dataset }")]
        [95]

        Args:
            query: the text; the prefixes of Weft need not be declared.
            timeout_s: seconds that it may take.

        Raises:
            QuerySyntaxError: it does not parse; has line and column.
            QueryRefused: an update or SERVICE.
            QueryTimeout, QueryTooLarge: it passed a limit.
        """
        self._check_open()
        if timeout_s <= 0:
            raise ValueError(f"timeout_s {timeout_s:g} is not above 0")
        return self._solve(query, read_form(query), timeout_s)

    @abstractmethod
    def graph(self) -> "rdflib.Dataset":
        """The release as an rdflib data set; nothing is copied.

        Its default graph holds the merged statements, each once; the graph named after a record
        holds what that record says.

        >>> from rdflib import URIRef
        >>> kind = URIRef("https://w3id.org/weft#kind")
        >>> book = URIRef("http://127.0.0.1:8080/id/plyeidglaa7o7")
        >>> str(release.graph().default_graph.value(book, kind))
        'book'
        """

    def cite(
        self,
        style: Literal["text", "bibtex", "ris", "csl", "cff", "datacite-json"] = "text",
        *,
        title: str = "",
        publisher: str = "",
    ) -> str:
        """How to cite this release.

        >>> release.cite()[:32]
        'Linked records of CERN Open Data'

        Args:
            style: form of the citation.
            title: name of the collection; empty for the one that is told of the place.
            publisher: who made it; empty where nobody is to be named.
        """
        from weft.citing import cite_release  # noqa: PLC0415  # its formats take a while to load

        self._check_open()
        return cite_release(self._info, style, title=title or self._title, publisher=publisher)

    def close(self) -> None:
        """Let go of the release; it may be closed twice."""
        self._is_closed = True

    def __enter__(self) -> Self:
        """The release itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def _found(self, query: SearchQuery) -> FoundEntities:
        self._check_open()
        ask = query.to_ask()
        _ = ask.to_request()  # a syntax error is the same wherever the release is
        return found_entities(self._find(query), self.about(ask.text), ask.filters)

    def _pages(self, query: SearchQuery) -> Iterator[ApiHit]:
        cursor: str | None = query.cursor
        while cursor is not None:
            page = self._found(structs.replace(query, cursor=cursor))
            yield from page.hits
            cursor = page.next

    def _filter(self, *, at: str, **conditions: object) -> LinkFilter:
        self._check_open()
        iri = self._iri(at) if at else ""
        wanted = link_filter(**conditions, at=iri)  # type: ignore[arg-type]  # those of `links`
        self._check_filter(wanted)
        return wanted

    def _iri(self, text: str) -> str:
        subject = self._subject(named_thing(text))
        raise_unless_one(subject)
        return subject.iri or ""

    def _check_open(self) -> None:
        if self._is_closed:
            raise ReleaseClosed(f"release {self.number} was closed: open it again with weft.open")
