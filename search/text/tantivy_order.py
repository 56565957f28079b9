"""Pages of a tantivy index in each order, by offset or after the last hit of the page before.

Hits are sorted by one column, lowest first. Tantivy compares numbers at once but looks every text
up, those it skips too (20 us each), so dates and keys are numbers; and its range queries know no
text, but its own query language does, in which a place among titles is therefore written.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import tantivy

from search.document import Document
from search.text.engine import NoPlace, SearchRequest, Sort
from search.text.order import date_number, key_number, ranks
from search.text.tantivy_schema import schema, words

_BY_TITLE: Final = "by_title"
_COLUMNS: Final = {Sort.RELEVANCE: "by_key", Sort.DATE: "by_date", Sort.TITLE: _BY_TITLE}
_SORT_CHARACTERS: Final = 120
_OFFSET: Final = re.compile(r"([0-9]{1,9})")
_NUMBER: Final = re.compile(r"([0-9]{1,20})~([0-9]{1,9})")
_TITLE: Final = re.compile(r"(t[^\x00-\x2d/:-`{-\x7f\s]*-[0-9a-f]*)~([0-9]{1,9})")
"""Words are of letters and digits, of which there are some that Python does not know as such; no
sign of tantivy's language is let through."""
_ANY_NUMBER: Final = 2**64
_SLICE: Final = 20_000
"""Documents whose addresses are held at once: some 4 MB."""

Hits = Sequence[tuple[float | None, tantivy.DocAddress]]


class Found(NamedTuple):
    """A page of hits, and where the next one begins; None when there is none."""

    total: int
    hits: Hits
    next: str | None


class _Place(NamedTuple):
    """The value of the last hit in its column, and how many hits of that value there were."""

    value: int | str
    n_seen: int


def columns_of(document: Document) -> tuple[int, int, str]:
    """Return the values of a document in `by_key`, `by_date` and `by_title`."""
    # "-" sorts before ".", and ".", before letters and digits, so a title stands before longer
    # ones; the key in hexadecimal makes it the only one of its kind, and a word of the language
    title = ".".join(words(document.title[:_SORT_CHARACTERS]))
    value = f"t{title}-{document.key.encode().hex()}"
    return key_number(document.key), date_number(document), value


def find_page(
    index: tantivy.Index, searcher: tantivy.Searcher, query: tantivy.Query, request: SearchRequest
) -> Found:
    """Return the hits of a request.

    Raises:
        NoPlace: `after` is not what an answer in this order gave.
    """
    is_scored = request.sort is Sort.RELEVANCE and ranks(request.query)
    if is_scored:
        return _by_score(searcher, query, request)
    return _by_column(index, searcher, query, request)


def count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Return how many documents a query finds."""
    return int(searcher.search(query, 1).count)  # type: ignore[attr-defined]  # not in the stubs


def by_key(index: tantivy.Index, searcher: tantivy.Searcher) -> Iterator[tantivy.DocAddress]:
    """Give the addresses of all documents, in the order of their keys."""
    column = _COLUMNS[Sort.RELEVANCE]
    query, place = tantivy.Query.all_query(), None
    while True:
        found = searcher.search(
            query,
            _SLICE,
            count=False,
            offset=place.n_seen if place else 0,
            order_by_field=column,
            order=tantivy.Order.Asc,
        ).hits
        for _, address in found:
            yield address
        if len(found) < _SLICE:
            return
        place = _read_place(column, _write_place([value for value, _ in found], place))
        query = _from(index, column, place.value)


def _by_score(searcher: tantivy.Searcher, query: tantivy.Query, request: SearchRequest) -> Found:
    """Take a page by its offset: scores cannot be searched by, but skipping them is cheap.

    Equal scores stand in the order of the index, which one release never changes.
    """
    offset = request.offset
    if request.after is not None:
        offset = int(_read(_OFFSET, request.after)[0])
    # tantivy makes room for offset + limit hits beforehand, and panics when both are 0
    if request.limit == 0 or offset >= searcher.num_docs:
        return Found(count(searcher, query), (), None)
    result = searcher.search(query, request.limit, offset=offset)
    total = int(result.count)  # type: ignore[attr-defined]  # missing in tantivy's stubs only
    end = offset + len(result.hits)
    return Found(total, list(result.hits), str(end) if end < total else None)


def _by_column(
    index: tantivy.Index, searcher: tantivy.Searcher, query: tantivy.Query, request: SearchRequest
) -> Found:
    column = _COLUMNS[request.sort]
    place = None if request.after is None else _read_place(column, request.after)
    rest, offset = query, request.offset
    if place is not None:
        rest = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, _from(index, column, place.value))]
        )
        offset = place.n_seen
    if request.limit == 0 or offset >= searcher.num_docs:
        return Found(count(searcher, query), (), None)
    result = searcher.search(
        rest, request.limit, offset=offset, order_by_field=column, order=tantivy.Order.Asc
    )
    n_rest = int(result.count)  # type: ignore[attr-defined]  # missing in tantivy's stubs only
    total = n_rest if place is None else count(searcher, query)
    score = 0.0 if request.sort is Sort.RELEVANCE else None
    hits = [(score, address) for _, address in result.hits]
    if not hits or offset + len(hits) >= n_rest:
        return Found(total, hits, None)
    values: list[int | str] = [value for value, _ in result.hits]
    return Found(total, hits, _write_place(values, place))


def _from(index: tantivy.Index, column: str, value: int | str) -> tantivy.Query:
    """Build the query for documents whose value in a column is not lower."""
    if isinstance(value, str):
        return index.parse_query(f"{column}:[{value} TO *]")
    return tantivy.Query.range_query(schema(), column, tantivy.FieldType.Unsigned, value, None)


def _write_place(values: Sequence[int | str], before: _Place | None) -> str:
    last = values[-1]
    n_seen = sum(value == last for value in values)
    if before is not None and before.value == last:
        n_seen += before.n_seen
    return f"{last}~{n_seen}"


def _read_place(column: str, after: str) -> _Place:
    if column == _BY_TITLE:
        value, n_seen = _read(_TITLE, after)
        return _Place(value, int(n_seen))
    value, n_seen = _read(_NUMBER, after)
    if int(value) >= _ANY_NUMBER:
        raise NoPlace(f"no place {after[:40]!r}")
    return _Place(int(value), int(n_seen))


def _read(pattern: re.Pattern[str], after: str) -> tuple[str, ...]:
    found = pattern.fullmatch(after)
    if found is None:
        raise NoPlace(f"no place {after[:40]!r}")
    return found.groups()
