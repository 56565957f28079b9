"""Answers questions from a Whoosh index: hits, facets, words like a misspelt one."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from heapq import nsmallest
from pathlib import Path
from typing import Any, assert_never

import msgspec

from search.document import Document
from search.errors import SearchError
from search.text.engine import FacetCount, Hit, NoPlace, SearchRequest, SearchResult, Sort
from search.text.fields import TEXT
from search.text.highlight import Highlighter
from search.text.manifest import damaged
from search.text.order import ranks
from search.text.spelling import is_correctable, likeliest
from search.text.whoosh_entry import split_values
from search.text.whoosh_query import Found, SegmentSearch
from search.text.whoosh_schema import analyse, facet_field, words, words_field


class WhooshIndex:
    """A `TextIndex`; see there. Opened by `whoosh_engine.open_index`."""

    def __init__(self, searcher: Any, path: Path) -> None:  # noqa: ANN401  # Whoosh is untyped
        """Wrap Whoosh's searcher of an index."""
        self._searcher = searcher
        self._path = path
        self._segments: list[tuple[Any, int]] = (
            searcher.leaf_searchers() if searcher.doc_count_all() else []
        )
        self._columns: dict[str, list[Any]] = {}
        self._lexicons: dict[str, list[str]] = {}
        self._decoder = msgspec.json.Decoder(Document)
        # Whoosh's files have one position each; its searches hold Python's own lock anyway
        self._lock = threading.Lock()

    @property
    def n_documents(self) -> int:
        """Documents in the index."""
        with readable(self._path):
            return int(self._searcher.doc_count())

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question; see `TextIndex.search`."""
        started = time.perf_counter()
        offset = _offset(request)
        with self._lock, readable(self._path):
            found = self._find(request)
            allowed = {
                name: self._allowed(name, values)
                for name, values in request.filters.items()
                if values
            }
            docs = _kept(found, list(allowed.values()))
            highlighter = Highlighter(request.query, analyse)
            page = self._page(docs, found, request, offset)
            hits = tuple(self._hit(doc, found[doc], request.sort, highlighter) for doc in page)
            facets = {
                name: self._counted(name, self._facet_docs(name, found, docs, allowed), request)
                for name in request.facets
            }
        took_ms = (time.perf_counter() - started) * 1000
        end = offset + len(hits)
        return SearchResult(
            total=len(docs),
            hits=hits,
            facets=facets,
            took_ms=took_ms,
            next=str(end) if hits and end < len(docs) else None,
        )

    def document(self, key: str) -> Document | None:
        """Return the document with that key, whole as it was added."""
        with self._lock, readable(self._path):
            for segment, offset in self._segments:
                for doc in docs_of(segment.reader(), key):
                    return self._document(offset + doc)
        return None

    def bodies(self) -> Iterator[bytes]:
        """Give every document as JSON, by key; see `TextIndex.bodies`."""
        with self._lock, readable(self._path):
            keys = self._column("sort_key")
            docs = sorted(self._find(SearchRequest(limit=0)), key=lambda doc: (keys[doc], doc))
        for doc in docs:
            with self._lock, readable(self._path):
                body = self._body(doc)
            yield body

    def similar_words(self, word: str, field: str = "") -> tuple[str, ...]:
        """Return words that differ by a letter or two; see `TextIndex.similar_words`."""
        folded = words(word)
        if len(folded) != 1 or not is_correctable(folded[0]):
            return ()
        names = [words_field(name) for name in ((field,) if field else TEXT)]
        with self._lock, readable(self._path):
            reader = self._searcher.reader()
            return likeliest(
                folded[0],
                (word for name in names for word in self._lexicon(name)),
                lambda each: max(reader.doc_frequency(name, each) for name in names),
            )

    def _lexicon(self, name: str) -> list[str]:
        """Return the words of a field that could be meant by others; read once, in 0.1 s or so."""
        if name not in self._lexicons:
            terms = (term.decode() for term in self._searcher.reader().lexicon(name))
            self._lexicons[name] = [term for term in terms if is_correctable(term)]
        return self._lexicons[name]

    def _find(self, request: SearchRequest) -> Found:
        is_scored = request.sort is Sort.RELEVANCE and request.limit > 0
        return {
            offset + doc: score
            for segment, offset in self._segments
            for doc, score in SegmentSearch(segment, is_scored=is_scored)
            .find(request.query)
            .items()
        }

    def _allowed(self, name: str, values: Sequence[str]) -> frozenset[int]:
        return frozenset(
            offset + doc
            for segment, offset in self._segments
            for doc in SegmentSearch(segment, is_scored=False).allowed(name, values)
        )

    def _page(
        self, docs: Sequence[int], found: Found, request: SearchRequest, offset: int
    ) -> list[int]:
        """Return the documents of the page that is asked for, in order; equal ones by key."""
        if request.limit == 0 or offset >= len(docs):
            return []
        order, keys = self._order(request, found), self._column("sort_key")
        first = nsmallest(
            offset + request.limit, docs, key=lambda doc: (order(doc), keys[doc], doc)
        )
        return first[offset:]

    def _order(self, request: SearchRequest, found: Found) -> Callable[[int], Any]:
        """Return what a document is sorted by, the lowest first."""
        match request.sort:
            case Sort.RELEVANCE:
                return (lambda doc: -found[doc]) if ranks(request.query) else lambda _: 0
            case Sort.DATE:
                dates = self._column("sort_date")
                return lambda doc: -dates[doc]
            case Sort.TITLE:
                return self._column("sort_title").__getitem__
            case _:
                assert_never(request.sort)

    def _hit(self, doc: int, score: float, sort: Sort, highlighter: Highlighter) -> Hit:
        document = self._document(doc)
        return Hit(
            key=document.key,
            score=score if sort is Sort.RELEVANCE else None,
            document=document,
            title=highlighter.mark(document.title, "title"),
            snippet=highlighter.snippet(document.abstract, "abstract"),
        )

    def _document(self, doc: int) -> Document:
        return self._decoder.decode(self._body(doc))

    def _body(self, doc: int) -> bytes:
        body: bytes | None = self._searcher.stored_fields(doc).get("body")
        if body is None:
            raise damaged(self._path, "a document has no body")
        return body

    def _facet_docs(
        self,
        name: str,
        found: Found,
        docs: Sequence[int],
        allowed: Mapping[str, frozenset[int]],
    ) -> Sequence[int]:
        """Return the documents that a facet counts: its own filter is taken as absent."""
        if name not in allowed:
            return docs
        return _kept(found, [each for other, each in allowed.items() if other != name])

    def _counted(
        self, name: str, docs: Sequence[int], request: SearchRequest
    ) -> tuple[FacetCount, ...]:
        column = self._column(facet_field(name))
        counts: Counter[str] = Counter()
        for joined, count in Counter(column[doc] for doc in docs).items():
            for value in split_values(joined):
                counts[value] += count
        ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        return tuple(FacetCount(*each) for each in ordered[: request.facet_limit])

    def _column(self, name: str) -> list[Any]:
        """Return the values of a column by number of the document, deleted ones included."""
        if name not in self._columns:
            self._columns[name] = [
                value
                for segment, _ in self._segments
                for value in segment.reader().column_reader(name, translate=False)
            ]
        return self._columns[name]


def _offset(request: SearchRequest) -> int:
    """Return how many hits come before the page; all are sorted anyway, so `after` says no more."""
    if request.after is None:
        return request.offset
    if not (request.after.isascii() and request.after.isdecimal() and len(request.after) < 10):  # noqa: PLR2004  # as tantivy's
        raise NoPlace(f"no place {request.after[:40]!r}")
    return int(request.after)


def _kept(found: Found, allowed: Sequence[frozenset[int]]) -> list[int]:
    return [doc for doc in found if all(doc in docs for docs in allowed)]


def docs_of(reader: Any, key: str) -> list[int]:  # noqa: ANN401  # Whoosh is untyped
    """Return the numbers of the documents with a key that are not deleted."""
    return list(reader.postings("key", key).all_ids()) if ("key", key) in reader else []


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say that an index is damaged when what is in its files makes no sense to Whoosh."""
    try:
        yield
    except SearchError:
        raise
    except Exception as error:
        # on files that are cut short or overwritten Whoosh raises nearly anything, Exception too
        raise damaged(path, str(error) or type(error).__name__) from error
