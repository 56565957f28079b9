"""Writes documents into a tantivy index: how each is laid out over its fields."""

from collections.abc import Sequence
from typing import Final

import msgspec
import tantivy

from search.document import Document
from search.text.fields import KEYWORDS, TEXT, values_of
from search.text.fold import fold
from search.text.tantivy_order import columns_of
from search.text.tantivy_schema import facet_field, words_field

_WHOLE: Final[dict[str, tuple[str, ...]]] = {
    "identifier": ("identifier",),
    "collaboration": (facet_field("collaboration"),),
    "publisher": (facet_field("publisher"),),
    **{name: (name, facet_field(name)) for name in KEYWORDS},
}
"""Fields of the index that take a value as one term, by field of the query language."""


class TantivyWriter:
    """A `TextWriter`; see there. Opened by `tantivy_engine.open_writer`."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        """Wrap the one writer of an index whose analysers are registered."""
        self._writer = writer
        self._encoder = msgspec.json.Encoder()

    def add(self, document: Document) -> None:
        """Add a document under a key that the index does not have.

        Without a look for that key: tantivy keeps in memory all that is to be deleted, and searches
        each of its segments for it, until it commits.
        """
        self._writer.add_document(_entry(document, self._encoder.encode(document)))

    def replace(self, document: Document) -> None:
        """Put a document in place of the one with its key, or add it where there is none."""
        self.delete(document.key)
        self.add(document)

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
