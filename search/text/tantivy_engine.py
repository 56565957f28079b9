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
from search.text.engine import FacetCount, Hit, NoPlace, SearchRequest, SearchResult
from search.text.fields import KEYWORDS, TEXT, values_of
from search.text.fold import fold
from search.text.highlight import Highlighter
from search.text.manifest import Manifest, check_manifest, damaged, write_manifest
from search.text.spelling import is_correctable, likeliest, most_edits
from search.text.tantivy_order import columns_of, find_page
from search.text.tantivy_query import near, translate
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
LAYOUT: Final = 2
"""Version of the fields; analysers are compared by what they do, see `fingerprint`."""
HEAP_BYTES: Final = 128_000_000
"""Memory of a writer before it starts a new segment."""
_MUTABLE: Final = ("meta.json", ".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock")
"""Files that tantivy writes anew in place; all others never change once they are there."""
_MANY_VALUES: Final = 65_000
"""Values of a facet looked at in each segment, so that the counts of those kept are exact."""
_SPARE: Final = 30
"""Values of a facet that are asked for beyond those wanted, to see where a tie ends."""
_Buckets = Sequence[Mapping[str, Any]]
_SPELLING_DOCUMENTS: Final = 40
"""Documents that words like a misspelt one are taken from; reading one takes 0.2 ms."""
_WHOLE: Final[dict[str, tuple[str, ...]]] = {
    "identifier": ("identifier",),
    "collaboration": (facet_field("collaboration"),),
    "publisher": (facet_field("publisher"),),
    **{name: (name, facet_field(name)) for name in KEYWORDS},
}
"""Fields of the index that take a value as one term, by field of the query language."""


class TantivyIndex:
    """A `TextIndex`; see there. Opened by `open_index`."""

    def __init__(self, index: tantivy.Index, path: Path) -> None:
        """Wrap an index whose analysers are registered and whose reader is up to date."""
        self._index = index
        self._searcher = index.searcher()
        self._path = path
        self._decoder = msgspec.json.Decoder(Document)

    @property
    def n_documents(self) -> int:
        """Documents in the index."""
        return self._searcher.num_docs

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question; see `TextIndex.search`."""
        started = time.perf_counter()
        query = translate(request.query, request.filters)
        with _readable(self._path):
            found = find_page(self._index, self._searcher, query, request)
            highlighter = Highlighter(request.query, analyse)
            hits = tuple(self._hit(score, address, highlighter) for score, address in found.hits)
            facets = self._facets(query, request)
        took_ms = (time.perf_counter() - started) * 1000
        return SearchResult(
            total=found.total, hits=hits, facets=facets, took_ms=took_ms, next=found.next
        )

    def similar_words(self, word: str, field: str = "") -> tuple[str, ...]:
        """Return words that differ by a letter or two; see `TextIndex.similar_words`.

        They are taken from the documents of a fuzzy query, since tantivy's list of terms can be
        read by their beginning only.
        """
        fields = (field,) if field else tuple(TEXT)
        folded = words(word)
        if len(folded) != 1 or not is_correctable(folded[0]):
            return ()
        with _readable(self._path):
            for n_edits in range(1, most_edits(folded[0]) + 1):
                candidates = self._words_near(folded[0], fields, n_edits)
                found = likeliest(folded[0], candidates, lambda each: self._n_having(each, fields))
                if found:
                    return found
        return ()

    def _words_near(self, word: str, fields: Sequence[str], n_edits: int) -> list[str]:
        query = near(word, fields, n_edits)
        hits = self._searcher.search(query, _SPELLING_DOCUMENTS, count=False).hits
        return [
            each
            for _, address in hits
            for name, texts in values_of(self._document(address)).items()
            if name in fields
            for text in texts
            for each in words(text)
        ]

    def _n_having(self, word: str, fields: Sequence[str]) -> int:
        return max(self._searcher.doc_freq(words_field(name), word) for name in fields)

    def document(self, key: str) -> Document | None:
        """Return the document with that key, whole as it was added."""
        query = tantivy.Query.term_query(schema(), "key", key, "basic")
        with _readable(self._path):
            hits = self._searcher.search(query, 1).hits
            return self._document(hits[0][1]) if hits else None

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
            raise damaged(self._path, "a document has no body")
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
        """Count few values at first: hardly ever are so many equally common that it matters which.

        The reading of tens of thousands of years and publishers takes longer than the search.
        """
        found = self._buckets(query, names, limit + _SPARE)
        tied = [name for name, buckets in found.items() if _is_cut_in_a_tie(buckets, limit)]
        found |= self._buckets(query, tied, _MANY_VALUES)
        return {name: _top(buckets, limit) for name, buckets in found.items()}

    def _buckets(
        self, query: tantivy.Query, names: Sequence[str], n_values: int
    ) -> dict[str, _Buckets]:
        """The commonest values of facets, each with its exact count."""
        if not names:
            return {}
        terms = {"size": n_values, "segment_size": _MANY_VALUES}
        wanted = {name: {"terms": {"field": facet_field(name), **terms}} for name in names}
        answer: Mapping[str, Any] = self._searcher.aggregate(query, wanted)
        return {name: answer[name]["buckets"] for name in names}


def _is_cut_in_a_tie(buckets: _Buckets, limit: int) -> bool:
    """Whether values that are not here could be as common as the last that is wanted."""
    counts = [bucket["doc_count"] for bucket in buckets]
    return len(counts) == limit + _SPARE and counts[limit - 1] == counts[-1]


def _top(buckets: _Buckets, limit: int) -> tuple[FacetCount, ...]:
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
    by_key, by_date, by_title = columns_of(document)
    entry.add_unsigned("by_key", by_key)
    entry.add_unsigned("by_date", by_date)
    entry.add_text("by_title", by_title)
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
        with _readable(path):
            index.config_reader("manual")
            index.reload()
            opened = TantivyIndex(index, path)
        yield opened


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say that an index is damaged when what is in its files makes no sense to tantivy.

    A flipped bit can also make tantivy ask for more memory than there is, which ends the process;
    the checksums of a release show such damage, see `graph.release.check_files`.
    """
    try:
        yield
    except NoPlace:
        raise
    except (ValueError, OSError, msgspec.DecodeError) as error:
        raise damaged(path, str(error)) from error
    except BaseException as error:
        # a panic of Rust code, which its binding takes for no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path, str(error)) from error


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
    with _readable(path):
        index = tantivy.Index.open(str(path))
    register(index)
    return index


def _manifest() -> Manifest:
    return Manifest(engine=ENGINE, layout=LAYOUT, analysis=fingerprint())
