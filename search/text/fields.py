"""What a document has in each field of the query language, whatever the engine. Pure."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from search.document import Document


class TextField(NamedTuple):
    """A field of words."""

    is_stemmed: bool
    """English word ends are taken off; the words as they are go to a second field for prefixes."""
    boost: float
    """Weight of a match here against one in the abstract (guessed)."""


TEXT: Final = {
    "title": TextField(is_stemmed=True, boost=4.0),
    "creator": TextField(is_stemmed=False, boost=2.5),
    "collaboration": TextField(is_stemmed=False, boost=2.0),
    "subject": TextField(is_stemmed=True, boost=2.0),
    "abstract": TextField(is_stemmed=True, boost=1.0),
    "publisher": TextField(is_stemmed=False, boost=1.0),
}
"""Fields of words; a word without a field name is looked for in all of them."""

KEYWORDS: Final = ("kind", "source", "licence", "language", "access", "has")
"""Fields whose value is one term, compared without case or accents."""

_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def values_of(document: Document) -> dict[str, Sequence[str]]:
    """Return the values of a document by field of the query language, without those it lacks.

    The creators' identifiers are not among them: they are found, but are not the document's own.
    """
    year = () if document.year is None else (str(document.year),)
    values: dict[str, Sequence[str]] = {
        "title": _one(document.title),
        "abstract": _one(document.abstract),
        "creator": document.creators,
        "subject": document.subjects,
        "publisher": _one(document.publisher),
        "identifier": document.identifiers,
        "kind": _one(document.kind),
        "source": document.sources,
        "year": year,
        "licence": _one(document.licence),
        "language": document.languages,
        "access": _one(document.access),
        "collaboration": document.collaborations,
        "has": document.has,
    }
    return {name: texts for name, texts in values.items() if texts}


def sort_date(document: Document) -> int:
    """Return the date as the number YYYYMMDD, zeros where it is not known.

    >>> sort_date(Document(key="k", kind="paper", title="t", date="2012-10"))
    20121000
    """
    match = _DATE.match(document.date)
    if match is None:
        return (document.year or 0) * 10_000
    year, month, day = (int(part or 0) for part in match.groups())
    return year * 10_000 + month * 100 + day


def _one(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
