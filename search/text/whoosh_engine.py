"""The full-text engine in pure Python: a Whoosh index in one directory, for small collections.

It finds what tantivy finds, but for words with rare letters, see `whoosh_schema`; only the order by
relevance differs. Good for about 10,000 documents: in that many of generated text, one word took
24 ms of processor time at the median and three words 90, where tantivy took 4 and 5; it grows with
their number. Writing took 3 ms a document. Only one process may write, through `open_writer`:
Whoosh's writer of several processes loses postings and is not used. Whoosh keeps its list of
segments as a pickle, so an index must come from a place that is trusted as much as this program.
"""

import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from heapq import nsmallest
from pathlib import Path
from typing import Any, Final, assert_never

import msgspec
from whoosh.index import FileIndex, LockError

from search.document import Document
from search.errors import IndexBusy, IndexDamaged, SearchError
from search.text.engine import FacetCount, Hit, NoPlace, SearchRequest, SearchResult, Sort
from search.text.fields import TEXT
from search.text.highlight import Highlighter
from search.text.manifest import Manifest, check_manifest, damaged, write_manifest
from search.text.order import ranks
from search.text.spelling import is_correctable, likeliest
from search.text.whoosh_entry import entry_of, split_values
from search.text.whoosh_query import Found, SegmentSearch
from search.text.whoosh_schema import (
    analyse,
    facet_field,
    fingerprint,
    schema,
    words,
    words_field,
)
from search.text.whoosh_storage import NAME, Storage, abandon

ENGINE: Final = "whoosh"
"""Name of this engine in the manifest and the configuration."""
LAYOUT: Final = 2
"""Version of the fields; the analysis is compared by what it does, see `fingerprint`."""
MEMORY_MB: Final = 128
"""Memory of a writer, in megabytes, before it sorts postings on disk."""
_MOST_SEGMENTS: Final = 8
"""Segments beyond which all are merged into one; each costs every search (guessed)."""
_MOST_DEAD: Final = 0.25
"""Part of the documents that may be deleted ones before all segments are merged (guessed)."""


class WhooshIndex:
    """A `TextIndex`; see there. Opened by `open_index`."""

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
        with _readable(self._path):
            return int(self._searcher.doc_count())

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question; see `TextIndex.search`."""
        started = time.perf_counter()
        offset = _offset(request)
        with self._lock, _readable(self._path):
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
        with self._lock, _readable(self._path):
            for segment, offset in self._segments:
                for doc in _docs_of(segment.reader(), key):
                    return self._document(offset + doc)
        return None

    def similar_words(self, word: str, field: str = "") -> tuple[str, ...]:
        """Return words that differ by a letter or two; see `TextIndex.similar_words`."""
        folded = words(word)
        if len(folded) != 1 or not is_correctable(folded[0]):
            return ()
        names = [words_field(name) for name in ((field,) if field else TEXT)]
        with self._lock, _readable(self._path):
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
        body = self._searcher.stored_fields(doc).get("body")
        if body is None:
            raise damaged(self._path, "a document has no body")
        return self._decoder.decode(body)

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


def _docs_of(reader: Any, key: str) -> list[int]:  # noqa: ANN401  # Whoosh is untyped
    """Return the numbers of the documents with a key that are not deleted."""
    return list(reader.postings("key", key).all_ids()) if ("key", key) in reader else []


class WhooshWriter:
    """A `TextWriter`; see there. Opened by `open_writer`."""

    def __init__(self, writer: Any, reader: Any) -> None:  # noqa: ANN401  # Whoosh is untyped
        """Wrap the one writer of an index and a reader of what it held before."""
        self._writer = writer
        self._reader = reader
        self._added: dict[str, int] = {}
        self._encoder = msgspec.json.Encoder()

    def add(self, document: Document) -> None:
        """Add a document in place of any with the same key."""
        entry = entry_of(document, self._encoder.encode(document))
        self.delete(document.key)
        doc = self._writer.docnum
        self._writer.add_document(**entry)
        self._added[document.key] = doc

    def delete(self, key: str) -> None:
        """Take a document out; a key that is not there is no error."""
        for reader, offset in self._reader.leaf_readers():
            for doc in _docs_of(reader, key):
                self._writer.delete_document(offset + doc)
        added = self._added.pop(key, None)
        if added is not None:
            # Whoosh's own deletion knows committed documents only
            self._writer.newsegment.delete_document(added)

    def commit(self) -> None:
        """Make everything since the opening count, and let go of the index."""
        n_all = sum(segment.doc_count_all() for segment in self._writer.segments)
        is_worn = self._writer.deleted_count() > _MOST_DEAD * n_all
        is_split = len(self._writer.segments) >= _MOST_SEGMENTS
        self._writer.commit(optimize=is_worn or is_split, merge=False)


@contextmanager
def open_writer(path: Path, *, memory_mb: int = MEMORY_MB) -> Iterator[WhooshWriter]:
    """Open the index in a directory for writing, or start one there.

    Leaving without an exception commits; an exception leaves the index as it was. There can be one
    writer at a time.

    Args:
        path: the directory; made when it is not there.
        memory_mb: megabytes for postings that are not yet on disk, at least 1.

    Raises:
        IndexBusy: another writer has it open.
        IndexDamaged: the directory holds an index that this version cannot add to.
    """
    storage = Storage(path)
    is_there = path.exists() and any(path.iterdir())
    index = _open(path, storage) if is_there else _start(path, storage)
    try:
        segments = index.writer(limitmb=memory_mb)
    except LockError as error:
        raise IndexBusy(f"text index {path} cannot be written: another writer has it") from error
    try:
        with _opening(path, storage):
            reader = segments.reader()
        with closing(reader):
            writer = WhooshWriter(segments, reader)
            yield writer
            writer.commit()
    except BaseException:
        abandon(segments, storage)
        raise


@contextmanager
def open_index(path: Path) -> Iterator[WhooshIndex]:
    """Open the index in a directory for reading; any number of readers may.

    Raises:
        IndexDamaged: there is no index, or one that this version cannot read.
    """
    storage = Storage(path)
    index = _open(path, storage)
    with _opening(path, storage):
        searcher = index.searcher()
    with searcher:
        yield WhooshIndex(searcher, path)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say that an index is damaged when what is in its files makes no sense to Whoosh."""
    try:
        yield
    except SearchError:
        raise
    except Exception as error:
        # on files that are cut short or overwritten Whoosh raises nearly anything, Exception too
        raise damaged(path, str(error) or type(error).__name__) from error


def can_add_to(path: Path) -> bool:
    """Whether there is an index in a directory that this version can add to."""
    try:
        with open_index(path):
            return True
    except IndexDamaged:
        return False


def link_index(parent: Path, child: Path) -> None:
    """Make a copy of an index that shares the parent's files and can be changed on its own.

    Segment files never change, so they are hard links; both must be on one file system. The lock
    stays behind, since one file of two names would be one lock of two indexes.

    Raises:
        OSError: the child is there already, or cannot be linked.
    """
    child.mkdir(parents=True)
    for file in parent.iterdir():
        if file.suffix == ".seg":
            os.link(file, child / file.name)
        elif file.suffix in (".toc", ".json"):
            shutil.copyfile(file, child / file.name)


def _start(path: Path, storage: Storage) -> FileIndex:
    path.mkdir(parents=True, exist_ok=True)
    index = FileIndex.create(storage, schema(), NAME)
    write_manifest(path, _manifest())
    return index


def _open(path: Path, storage: Storage) -> FileIndex:
    check_manifest(path, _manifest())
    with _opening(path, storage):
        return FileIndex(storage, schema=schema(), indexname=NAME)


@contextmanager
def _opening(path: Path, storage: Storage) -> Iterator[None]:
    """Say that an index is damaged when it cannot be opened."""
    try:
        with _readable(path):
            yield
    except IndexDamaged:
        storage.close_files()
        raise


def _manifest() -> Manifest:
    return Manifest(engine=ENGINE, layout=LAYOUT, analysis=fingerprint())
