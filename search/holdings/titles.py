"""Finds entities by their title, letters and digits only.

A few titles are asked of the text index, a millisecond each. For many the names of all entities
are read once into a table on disk, gone afterwards; then a title takes some microseconds.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Final

from graph.iris import entity_iri
from graph.store import GraphReader
from graph.text import plain
from graph.titles import title_form
from graph.vocabulary import SCHEMA
from search.errors import SearchError
from search.query import Phrase
from search.text.engine import SearchRequest, TextIndex

SMALL: Final = 20_000
"""Documents of which the table is made at once: it takes less than a second."""
_PER_TITLE: Final = 25
"""Documents for each title that is asked of the text index before the table is made. A title takes
0.45 ms there, an entity 0.036 ms in the table (measured): a title costs as much as twelve of them,
and of a million no list of 100,000 titles takes a minute."""
_CACHE_KIB: Final = 32_768
_PIECE: Final = 10_000
_TRIED: Final = 50
"""Hits of the text index that are looked at for one title."""


@contextmanager
def open_titles(reader: GraphReader, index: TextIndex, base_iri: str) -> Iterator["TitleLookup"]:
    """Look up titles of a release; one thread at a time.

    Raises:
        SearchError: no room on the disk for the table.
    """
    lookup = TitleLookup(reader, index, base_iri)
    try:
        yield lookup
    except sqlite3.OperationalError as error:
        raise SearchError(f"cannot look up titles: {error}") from error
    finally:
        lookup.close()


class TitleLookup:
    """Titles of a release."""

    def __init__(self, reader: GraphReader, index: TextIndex, base_iri: str) -> None:
        self._reader = reader
        self._index = index
        self._ids = entity_iri(base_iri, "")
        self._db: sqlite3.Connection | None = None
        self._n_asked = 0

    def close(self) -> None:
        """Drop the table."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def keys(self, title: str, limit: int) -> tuple[str, ...]:
        """Keys of up to `limit` entities with this title, stubs aside, in no order."""
        form = title_form(title)
        if not form:
            return ()
        if self._db is None and self._is_worth_it():
            self._db = self._table()
        if self._db is None:
            self._n_asked += 1
            return self._asked(title, form)[:limit]
        rows = self._db.execute(
            "SELECT key FROM title WHERE form = ? LIMIT ?", (_hash(form), limit)
        )
        return tuple(key for (key,) in rows)

    def _is_worth_it(self) -> bool:
        n_documents = self._index.n_documents
        return n_documents <= SMALL or self._n_asked > n_documents // _PER_TITLE

    def _asked(self, title: str, form: str) -> tuple[str, ...]:
        """By the text index, which compares words; then letter by letter."""
        request = SearchRequest(query=Phrase(plain(title), "title"), limit=_TRIED)
        hits = self._index.search(request).hits
        return tuple(hit.key for hit in hits if title_form(hit.document.title) == form)

    def _table(self) -> sqlite3.Connection:
        table = sqlite3.connect("", isolation_level=None)  # a file that is gone when closed
        try:
            table.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            table.execute("PRAGMA journal_mode = OFF")
            table.execute("CREATE TABLE title (form INTEGER NOT NULL, key TEXT NOT NULL)")
            table.execute("BEGIN")
            table.executemany("INSERT INTO title VALUES (?, ?)", self._named())
            table.execute("COMMIT")
            table.execute("CREATE INDEX title_form ON title (form, key)")
        except BaseException:
            table.close()
            raise
        return table

    def _named(self) -> Iterable[tuple[int, str]]:
        start = len(self._ids)
        for iri, name in self._reader.pairs(SCHEMA + "name"):
            key = iri[start:]
            if iri.startswith(self._ids) and "#" not in key and (form := title_form(name)):
                yield _hash(form), key


def _hash(form: str) -> int:
    """64 bits of a form: two of ten million titles meet once in a hundred thousand releases."""
    return int.from_bytes(blake2b(form.encode(), digest_size=8).digest(), signed=True)
