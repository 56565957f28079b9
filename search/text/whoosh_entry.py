"""Lays a document out over the fields of the Whoosh index, and takes facets apart again. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

import msgspec

from search.document import Document
from search.text.engine import FACETS
from search.text.fields import KEYWORDS, TEXT, sort_date, values_of
from search.text.whoosh_schema import facet_field, keyword, stems, words, words_field

_GAP: Final = "\x1f"
"""Term between two values of a field, so that no phrase reaches from one into the other."""
_SORT_CHARACTERS: Final = 120
_SCHEME: Final = re.compile(r"[a-z-]+:")


def entry_of(document: Document, body: bytes) -> dict[str, object]:
    """Lay a document out: by field its terms, and by `_stored_` field the value of its column.

    Args:
        document: the document.
        body: what is given back of it.
    """
    values = values_of(document)
    identifiers = (*document.identifiers, *document.creator_identifiers)
    entry: dict[str, object] = {
        "key": [document.key],
        "body": body,
        "filled": list(values),
        "identifier": list(identifiers),
        "bare_identifier": [_SCHEME.sub("", each, count=1) for each in identifiers],
        "sort_key": document.key.encode(),
        "sort_date": sort_date(document),
        "sort_title": " ".join(words(document.title[:_SORT_CHARACTERS])).encode(),
    }
    for name in TEXT:
        entry |= _words_of(name, values.get(name, ()))
    for name in KEYWORDS:
        entry[name] = [keyword(value) for value in values.get(name, ())]
    for name in FACETS:
        facet = values.get(name, ())
        entry[facet_field(name)] = list(facet)
        entry[f"_stored_{facet_field(name)}"] = _joined(facet)
    return entry


@lru_cache(maxsize=65_536)
def split_values(joined: bytes) -> tuple[str, ...]:
    """Take the values of a facet apart that a column holds as one."""
    return msgspec.json.decode(joined, type=tuple[str, ...]) if joined else ()


def _joined(values: Sequence[str]) -> bytes:
    # a document counts once for a value that it was given twice
    return msgspec.json.encode(tuple(dict.fromkeys(values))) if values else b""


def _words_of(name: str, texts: Sequence[str]) -> dict[str, list[str]]:
    plain = list(chain.from_iterable((_GAP, *words(text)) for text in texts))[1:]
    if not TEXT[name].is_stemmed:
        return {name: plain}
    stemmed = list(chain.from_iterable((_GAP, *stems(text)) for text in texts))[1:]
    return {name: stemmed, words_field(name): plain}
