"""Our text search in the process: beside tantivy alone on the same queries, and beside Whoosh.

Tantivy alone stands for the limit: its own query objects over an index of the same documents that
holds what is asked and no more, the ten best hits, their number and their titles. Ours parses the
query, searches all fields, and gives whole documents with what matched marked.
"""

import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

import tantivy

from search.document import Document
from search.query import parse_query
from search.text import tantivy_engine, whoosh_engine
from search.text.engine import SearchRequest, Sort, TextIndex

ALONE_TARGET: Final = 1.5
"""Most time that our search may take, as a multiple of tantivy alone."""
WHOOSH_TARGET: Final = 20
"""Least number of times that our search is faster than Whoosh."""
WHOOSH_DOCUMENTS: Final = 10_000
"""Documents for Whoosh, which writes about 300 in a second; its limit, see `whoosh_engine`."""
_QUERIES: Final = 60
_ROUNDS: Final = 5
_LIMIT: Final = 10
_WORDS: Final = 20_000
_SYLLABLES: Final = ("ka", "lo", "mi", "ter", "qua", "fin", "der", "os", "ul", "pre", "ga", "vis")
_MUST: Final = re.compile(r"[^\s\[]+(?:\[[^\]]*\])?")
_DEFAULTS: Final = ["title", "abstract", "creator", "subject", "publisher"]
_KINDS: Final = ("dataset", "paper", "software", "book")

Ask = Callable[[str], int]
"""Answers a query with how many documents it finds."""


def compare_text(n_documents: int = 100_000) -> None:
    """Print how long a search takes, ours and others', by sort of query; and the ratios."""
    print(f"\nText search in the process, {n_documents:,} documents", flush=True)
    queries = _queries()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tantivy_engine.open_writer(folder / "ours") as writer:
            for document in _documents(n_documents):
                writer.add(document)
        other = _Alone(folder / "alone", n_documents)
        alone = {"tantivy with snippets": other.marked, "tantivy without": other.bare}
        with tantivy_engine.open_index(folder / "ours") as index:
            _compare_alone(queries, _ours(index), alone)
            _walk(index)
        _compare_whoosh(folder, queries, min(n_documents, WHOOSH_DOCUMENTS))


def _compare_alone(
    queries: Mapping[str, Sequence[str]], ours: Ask, alone: Mapping[str, Ask]
) -> None:
    names = ("ours", *alone)
    print(f"  {'median ms':<14}" + "".join(f"{name:>26}" for name in names), flush=True)
    sums = dict.fromkeys(names, 0.0)
    for kind, texts in queries.items():
        times = _timed(texts, {"ours": ours, **alone})
        for name in names:
            sums[name] += times[name]
        print(f"  {kind:<14}" + "".join(f"{times[name]:>26.3f}" for name in names), flush=True)
    for name in alone:
        _verdict(f"ours against {name}", sums["ours"] / sums[name], ALONE_TARGET)


def _compare_whoosh(folder: Path, queries: Mapping[str, Sequence[str]], n_documents: int) -> None:
    print(f"  Whoosh and ours, both with {n_documents:,} documents", flush=True)
    documents = list(_documents(n_documents))
    with whoosh_engine.open_writer(folder / "whoosh") as writer:
        for document in documents:
            writer.add(document)
    with tantivy_engine.open_writer(folder / "small") as writer:
        for document in documents:
            writer.add(document)
    with (
        whoosh_engine.open_index(folder / "whoosh") as slow,
        tantivy_engine.open_index(folder / "small") as fast,
    ):
        ours = whoosh = 0.0
        for kind, texts in queries.items():
            times = _timed(texts[:15], {"ours": _ours(fast), "whoosh": _ours(slow)}, n_rounds=2)
            ours, whoosh = ours + times["ours"], whoosh + times["whoosh"]
            print(f"  {kind:<14}{times['ours']:>26.3f}{times['whoosh']:>26.3f}", flush=True)
    ratio = whoosh / ours
    verdict = "met" if ratio >= WHOOSH_TARGET else "not met"
    target = f"target at least {WHOOSH_TARGET}: {verdict}"
    print(f"    ours faster than Whoosh: {ratio:.1f} times, {target}", flush=True)


def _walk(index: TextIndex) -> None:
    """Print what the pages of a walk over all documents take, early and late."""
    for sort in Sort:
        times, after = [], None
        while True:
            started = time.perf_counter()
            page = index.search(SearchRequest(sort=sort, limit=100, after=after))
            times.append((time.perf_counter() - started) * 1000)
            if page.next is None:
                break
            after = page.next
        tenth = max(1, len(times) // 10)
        early, late = (statistics.median(part) for part in (times[:tenth], times[-tenth:]))
        print(
            f"  all pages of 100 by {sort}: {sum(times) / 1000:.1f} s;"
            f" a page {early:.1f} ms at first, {late:.1f} ms at last",
            flush=True,
        )


def _ours(index: TextIndex) -> Ask:
    return lambda text: index.search(SearchRequest(query=parse_query(text), limit=_LIMIT)).total


def _timed(
    texts: Sequence[str], asks: Mapping[str, Ask], n_rounds: int = _ROUNDS
) -> dict[str, float]:
    """Median over the queries of the best of some rounds, in ms; one after another in turn."""
    best: dict[str, list[float]] = {name: [] for name in asks}
    for text in texts:
        taken = dict.fromkeys(asks, float("inf"))
        for _ in range(n_rounds):
            for name, ask in asks.items():
                started = time.perf_counter()
                ask(text)
                taken[name] = min(taken[name], time.perf_counter() - started)
        for name, seconds in taken.items():
            best[name].append(seconds * 1000)
    return {name: statistics.median(times) for name, times in best.items()}


class _Alone:
    """Tantivy as somebody would use it alone, over an index of its own."""

    def __init__(self, path: Path, n_documents: int) -> None:
        builder = tantivy.SchemaBuilder()
        for name in ("title", "abstract"):
            builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
        for name in ("creator", "subject", "publisher"):
            builder.add_text_field(name, stored=True)
        builder.add_integer_field("year", indexed=True, fast=True)
        self._schema = builder.build()
        path.mkdir()
        self._index = tantivy.Index(self._schema, path=str(path))
        writer = self._index.writer(tantivy_engine.HEAP_BYTES, 1)
        for document in _documents(n_documents):
            writer.add_document(_plain_entry(document))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def marked(self, text: str) -> int:
        """Find the ten best with what matched marked in title and abstract."""
        query = self._parse(text)
        result = self._searcher.search(query, _LIMIT)
        generators = [
            tantivy.SnippetGenerator.create(self._searcher, query, self._schema, name)
            for name in ("title", "abstract")
        ]
        for _, address in result.hits:
            found = self._searcher.doc(address)
            for generator in generators:
                generator.snippet_from_doc(found).to_html()
        return int(result.count)  # type: ignore[attr-defined]  # missing in tantivy's stubs only

    def bare(self, text: str) -> int:
        """Find the ten best and read what is stored of them."""
        result = self._searcher.search(self._parse(text), _LIMIT)
        for _, address in result.hits:
            self._searcher.doc(address)
        return int(result.count)  # type: ignore[attr-defined]  # missing in tantivy's stubs only

    def _parse(self, text: str) -> tantivy.Query:
        # its words are joined by OR where ours are by AND
        wanted = f"+{text}" if '"' in text else _MUST.sub(r"+\g<0>", text)
        return self._index.parse_query(text if "OR" in text else wanted, _DEFAULTS)


def _plain_entry(document: Document) -> tantivy.Document:
    entry = tantivy.Document(title=document.title, abstract=document.abstract)
    for name in document.creators:
        entry.add_text("creator", name)
    for subject in document.subjects:
        entry.add_text("subject", subject)
    entry.add_text("publisher", document.publisher)
    entry.add_integer("year", document.year or 0)
    return entry


def _queries() -> dict[str, list[str]]:
    rng = random.Random(7)  # noqa: S311  # the same queries every time
    words = _words()

    def word() -> str:
        # from the commonest to rare ones
        return words[int(rng.random() ** 3 * 2000)]

    makers: dict[str, Callable[[], str]] = {
        "one word": word,
        "three words": lambda: f"{word()} {word()} {word()}",
        "either": lambda: f"{word()} OR {word()}",
        "phrase": lambda: f'"{word()} {word()}"',
        "field": lambda: f"title:{word()}",
        "years": lambda: f"{word()} year:[2005 TO 2010]",
    }
    return {kind: [make() for _ in range(_QUERIES)] for kind, make in makers.items()}


def _words() -> list[str]:
    rng = random.Random(1)  # noqa: S311  # the same words every time
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(_WORDS)]


def _documents(n_documents: int) -> Iterator[Document]:
    """Documents as `benchmarks.generated` makes records: 12 words of title, 120 of abstract."""
    rng = random.Random(2)  # noqa: S311  # the same documents every time
    words = _words()
    # common words are common: the weights of Zipf's law
    weights = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))

    def text(n_words: int) -> str:
        return " ".join(rng.choices(words, cum_weights=weights, k=n_words))

    for number in range(n_documents):
        year = 2000 + number % 25
        yield Document(
            key=f"{number * 7_919 % 10**9:013}",
            kind=_KINDS[number % len(_KINDS)],
            title=text(12),
            abstract=text(120),
            creators=tuple(f"{text(1).title()}, {text(1).title()}" for _ in range(5)),
            subjects=tuple(text(1) for _ in range(6)),
            publisher=text(2),
            identifiers=(f"doi:10.5072/bench.{number}",),
            sources=("bench",),
            year=year,
            date=f"{year}-05-{1 + number % 28:02d}",
            licence="CC-BY-4.0",
            languages=("en",),
            access="open",
        )


def _verdict(what: str, ratio: float, target: float) -> None:
    verdict = "met" if ratio <= target else "not met"
    print(f"    {what}: {ratio:.2f}, target at most {target}: {verdict}", flush=True)
