"""Writes documents into a Whoosh index, and merges its segments when they are many or worn."""

from typing import Any, Final

import msgspec

from search.document import Document
from search.text.whoosh_entry import entry_of
from search.text.whoosh_reader import docs_of

_MOST_SEGMENTS: Final = 8
"""Segments beyond which all are merged into one; each costs every search (guessed)."""
_MOST_DEAD: Final = 0.25
"""Part of the documents that may be deleted ones before all segments are merged (guessed)."""


class WhooshWriter:
    """A `TextWriter`; see there. Opened by `whoosh_engine.open_writer`."""

    def __init__(self, writer: Any, reader: Any) -> None:  # noqa: ANN401  # Whoosh is untyped
        """Wrap the one writer of an index and a reader of what it held before."""
        self._writer = writer
        self._reader = reader
        self._added: dict[str, int] = {}
        self._encoder = msgspec.json.Encoder()

    def add(self, document: Document) -> None:
        """Add a document under a key that the index does not have."""
        entry = entry_of(document, self._encoder.encode(document))
        doc = self._writer.docnum
        self._writer.add_document(**entry)
        self._added[document.key] = doc

    def replace(self, document: Document) -> None:
        """Put a document in place of the one with its key, or add it where there is none."""
        self.delete(document.key)
        self.add(document)

    def delete(self, key: str) -> None:
        """Take a document out; a key that is not there is no error."""
        for reader, offset in self._reader.leaf_readers():
            for doc in docs_of(reader, key):
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
