"""Answers questions from a tantivy index: hits, facets, words like a misspelt one."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import tantivy

from search.document import Document
from search.text.engine import FacetCount, Hit, NoPlace, SearchRequest, SearchResult
from search.text.fields import TEXT, values_of
from search.text.highlight import Highlighter
from search.text.manifest import damaged
from search.text.spelling import is_correctable, likeliest, most_edits
from search.text.tantivy_order import by_key, find_page
from search.text.tantivy_query import near, translate
from search.text.tantivy_schema import analyse, facet_field, schema, words, words_field

_MANY_VALUES: Final = 65_000
"""Values of a facet looked at in each segment, so that the counts of those kept are exact."""
_SPARE: Final = 30
"""Values of a facet that are asked for beyond those wanted, to see where a tie ends."""
_Buckets = Sequence[Mapping[str, Any]]
_SPELLING_DOCUMENTS: Final = 40
"""Documents that words like a misspelt one are taken from; reading one takes 0.2 ms."""


class TantivyIndex:
    """A `TextIndex`; see there. Opened by `tantivy_engine.open_index`."""

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
        with readable(self._path):
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
        with readable(self._path):
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
        with readable(self._path):
            hits = self._searcher.search(query, 1).hits
            return self._document(hits[0][1]) if hits else None

    def bodies(self) -> Iterator[bytes]:
        """Give every document as JSON, by key; see `TextIndex.bodies`."""
        with readable(self._path):
            for address in by_key(self._index, self._searcher):
                yield self._body(address)

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
        return self._decoder.decode(self._body(address))

    def _body(self, address: tantivy.DocAddress) -> bytes:
        body: bytes | None = self._searcher.doc(address).get_first("body")
        if body is None:
            raise damaged(self._path, "a document has no body")
        return body

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


@contextmanager
def readable(path: Path) -> Iterator[None]:
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
