"""The default full-text engine: a tantivy index in one directory, written once, read by many.

Beside tantivy's files lies a manifest that says which fields and analysers the index was written
with. Only the files `tantivy_*.py` of this folder import tantivy.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import tantivy

from search.document import Document
from search.errors import IndexBusy, IndexDamaged
from search.text.engine import FacetCount, Hit, SearchRequest, SearchResult, Sort
from search.text.fields import KEYWORDS, TEXT, sort_date, values_of
from search.text.fold import fold
from search.text.highlight import Highlighter
from search.text.manifest import Manifest, check_manifest, damaged, write_manifest
from search.text.tantivy_query import translate
from search.text.tantivy_schema import (
    analyse,
    facet_field,
    fingerprint,
    register,
    schema,
    words,
    words_field,
)

ENGINE: Final = "tantivy"
"""Name of this engine in the manifest and the configuration."""
LAYOUT: Final = 1
"""Version of the fields; analysers are compared by what they do, see `fingerprint`."""
HEAP_BYTES: Final = 128_000_000
"""Memory of a writer before it starts a new segment."""
_MUTABLE: Final = ("meta.json", ".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock")
"""Files that tantivy writes anew in place; all others never change once they are there."""
_MANY_VALUES: Final = 65_000
"""Values of a facet looked at in each segment, so that the counts of those kept are exact."""
_SORT_CHARACTERS: Final = 120
_ORDERS: Final = {
    Sort.DATE: ("sort_date", tantivy.Order.Desc),
    Sort.TITLE: ("sort_title", tantivy.Order.Asc),
}
_WHOLE: Final[dict[str, tuple[str, ...]]] = {
    "identifier": ("identifier",),
    "collaboration": (facet_field("collaboration"),),
    "publisher": (facet_field("publisher"),),
    **{name: (name, facet_field(name)) for name in KEYWORDS},
}
"""Fields of the index that take a value as one term, by field of the query language."""


class TantivyIndex:
    """A `TextIndex`; see there. Opened by `open_index`."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        """Wrap a searcher of an index whose analysers are registered."""
        self._searcher = searcher
        self._decoder = msgspec.json.Decoder(Document)

    @property
    def n_documents(self) -> int:
        """Documents in the index."""
        return self._searcher.num_docs

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question; see `TextIndex.search`."""
        started = time.perf_counter()
        query = translate(request.query, request.filters)
        total, found = self._found(query, request)
        highlighter = Highlighter(request.query, analyse)
        hits = tuple(self._hit(score, address, highlighter) for score, address in found)
        facets = self._facets(query, request)
        took_ms = (time.perf_counter() - started) * 1000
        return SearchResult(total=total, hits=hits, facets=facets, took_ms=took_ms)

    def document(self, key: str) -> Document | None:
        """Return the document with that key, whole as it was added."""
        query = tantivy.Query.term_query(schema(), "key", key, "basic")
        hits = self._searcher.search(query, 1).hits
        return self._document(hits[0][1]) if hits else None

    def _found(
        self, query: tantivy.Query, request: SearchRequest
    ) -> tuple[int, list[tuple[float | None, tantivy.DocAddress]]]:
        # tantivy makes room for offset + limit hits beforehand, and panics when both are 0
        if request.limit == 0 or request.offset >= self.n_documents:
            return _count(self._searcher.search(query, 1)), []
        if request.sort is Sort.RELEVANCE:
            result = self._searcher.search(query, request.limit, offset=request.offset)
            return _count(result), list(result.hits)
        field, order = _ORDERS[request.sort]
        result = self._searcher.search(
            query, request.limit, offset=request.offset, order_by_field=field, order=order
        )
        return _count(result), [(None, address) for _, address in result.hits]

    def _hit(
        self, score: float | None, address: tantivy.DocAddress, highlighter: Highlighter
    ) -> Hit:
        document = self._document(address)
        return Hit(
            key=document.key,
            score=score,
            document=document,
            title=highlighter.mark(document.title, "title"),
            snippet=highlighter.snippet(document.abstract, "abstract"),
        )

    def _document(self, address: tantivy.DocAddress) -> Document:
        body = self._searcher.doc(address).get_first("body")
        if body is None:
            raise IndexDamaged("a document of the text index has no body; rebuild it: weft build")
        return self._decoder.decode(body)

    def _facets(
        self, query: tantivy.Query, request: SearchRequest
    ) -> dict[str, tuple[FacetCount, ...]]:
        filtered = [name for name in request.facets if request.filters.get(name)]
        others = [name for name in request.facets if name not in filtered]
        counted = self._counted(query, others, request.facet_limit)
        for name in filtered:
            rest = {key: values for key, values in request.filters.items() if key != name}
            wider = translate(request.query, rest)
            counted |= self._counted(wider, [name], request.facet_limit)
        return {name: counted[name] for name in request.facets}

    def _counted(
        self, query: tantivy.Query, names: Sequence[str], limit: int
    ) -> dict[str, tuple[FacetCount, ...]]:
        if not names:
            return {}
        terms = {"size": _MANY_VALUES, "segment_size": _MANY_VALUES}
        wanted = {name: {"terms": {"field": facet_field(name), **terms}} for name in names}
        answer: Mapping[str, Any] = self._searcher.aggregate(query, wanted)
        return {name: _top(answer[name]["buckets"], limit) for name in names}


def _count(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # missing in tantivy's stubs only


def _top(buckets: Sequence[Mapping[str, Any]], limit: int) -> tuple[FacetCount, ...]:
    counts = [FacetCount(_value(bucket["key"]), bucket["doc_count"]) for bucket in buckets]
    return tuple(sorted(counts, key=lambda count: (-count.count, count.value))[:limit])


def _value(key: object) -> str:
    return str(int(key)) if isinstance(key, (int, float)) else str(key)


class TantivyWriter:
    """A `TextWriter`; see there. Opened by `open_writer`."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        """Wrap the one writer of an index whose analysers are registered."""
        self._writer = writer
        self._encoder = msgspec.json.Encoder()

    def add(self, document: Document) -> None:
        """Add a document in place of any with the same key."""
        self.delete(document.key)
        self._writer.add_document(_entry(document, self._encoder.encode(document)))

    def delete(self, key: str) -> None:
        """Take a document out; a key that is not there is no error."""
        self._writer.delete_documents_by_term("key", key)


def _entry(document: Document, body: bytes) -> tantivy.Document:
    """Lay a document out over the fields of the index."""
    entry = tantivy.Document()
    for name, texts in values_of(document).items():
        entry.add_text("filled", name)
        if name in TEXT:
            _add_words(entry, name, texts)
        for field in _WHOLE.get(name, ()):
            for text in texts:
                entry.add_text(field, text)
    for identifier in document.creator_identifiers:
        entry.add_text("identifier", identifier)
    if document.year is not None:
        entry.add_integer("year", document.year)
    entry.add_integer("sort_date", sort_date(document))
    entry.add_text("sort_title", " ".join(words(document.title[:_SORT_CHARACTERS])))
    entry.add_text("key", document.key)
    entry.add_bytes("body", body)
    return entry


def _add_words(entry: tantivy.Document, name: str, texts: Sequence[str]) -> None:
    for text in texts:
        folded = fold(text)
        entry.add_text(name, folded)
        if TEXT[name].is_stemmed:
            entry.add_text(words_field(name), folded)


@contextmanager
def open_writer(path: Path, *, heap_bytes: int = HEAP_BYTES) -> Iterator[TantivyWriter]:
    """Open the index in a directory for writing, or start one there.

    Leaving without an exception commits and waits for the merges, so that no file changes after;
    an exception leaves the index as it was. There can be one writer at a time.

    Args:
        path: the directory; made when it is not there.
        heap_bytes: memory for documents not yet on disk, at least 15,000,000.

    Raises:
        IndexBusy: another writer has it open.
        IndexDamaged: the directory holds an index that this version cannot add to.
        ValueError: `heap_bytes` is too small.
    """
    index = _open(path) if path.exists() and any(path.iterdir()) else _start(path)
    try:
        writer = index.writer(heap_bytes, 1)
    except ValueError as error:
        if "LockBusy" not in str(error):
            raise
        raise IndexBusy(f"text index {path} cannot be written: {error}") from error
    try:
        yield TantivyWriter(writer)
    except BaseException:
        writer.rollback()
        writer.wait_merging_threads()
        raise
    writer.commit()
    writer.garbage_collect_files()
    writer.wait_merging_threads()


@contextmanager
def open_index(path: Path) -> Iterator[TantivyIndex]:
    """Open the index in a directory for reading; any number of readers may.

    Raises:
        IndexDamaged: there is no index, or one that this version cannot read.
    """
    with _lockable(path) as directory:
        index = _open(directory)
        try:
            index.config_reader("manual")
            index.reload()
            searcher = index.searcher()
        except (ValueError, OSError) as error:
            raise damaged(path, str(error)) from error
        yield TantivyIndex(searcher)


@contextmanager
def _lockable(path: Path) -> Iterator[Path]:
    """Give a directory with the same files in which tantivy can make the lock that readers take.

    That is the index itself, or, when it lies on a read-only medium, a temporary directory of
    symbolic links.
    """
    if not path.is_dir() or os.access(path, os.W_OK):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="weft-text-") as name:
        for file in path.iterdir():
            if not file.name.endswith(".lock"):
                (Path(name) / file.name).symlink_to(file.resolve())
        yield Path(name)


def can_add_to(path: Path) -> bool:
    """Whether there is an index in a directory that this version can add to."""
    try:
        _open(path)
    except IndexDamaged:
        return False
    return True


def link_index(parent: Path, child: Path) -> None:
    """Make a copy of an index that shares the parent's files and can be changed on its own.

    Segment files never change, so they are hard links; both must be on one file system.

    Raises:
        OSError: the child is there already, or cannot be linked.
    """
    child.mkdir(parents=True)
    for file in parent.iterdir():
        if file.name in _MUTABLE:
            shutil.copyfile(file, child / file.name)
        else:
            os.link(file, child / file.name)


def _start(path: Path) -> tantivy.Index:
    path.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(schema(), path=str(path))
    register(index)
    write_manifest(path, _manifest())
    return index


def _open(path: Path) -> tantivy.Index:
    check_manifest(path, _manifest())
    try:
        index = tantivy.Index.open(str(path))
    except (ValueError, OSError) as error:
        raise damaged(path, str(error)) from error
    register(index)
    return index


def _manifest() -> Manifest:
    return Manifest(engine=ENGINE, layout=LAYOUT, analysis=fingerprint())
