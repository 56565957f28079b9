"""Citations as RIS, which reference managers import; the one user of rispy.

https://web.archive.org/web/20120526103719/http://refman.com/support/risformat_intro.asp
"""

from collections.abc import Iterable, Iterator
from typing import Final

import rispy  # type: ignore[import-untyped]  # it has no types

from search.citation.reference import Reference, reference_of
from search.metadata.described import Described

_TYPES: Final = {
    "dataset": "DATA",
    "software": "COMP",
    "book": "BOOK",
    "chapter": "CHAP",
    "paper": "GEN",
}
_JOURNAL: Final = "JOUR"
_OTHER: Final = "GEN"


class _Writer(rispy.RisWriter):  # type: ignore[misc]  # without types it may be anything
    """Lines end as the specification has it, and no number stands before a reference."""

    NEWLINE = "\r\n"

    def set_header(self, count: int) -> str:  # noqa: ARG002  # the library's signature
        return ""


def write(described: Iterable[Described]) -> Iterator[str]:
    """Write the references one after another, with an empty line behind each."""
    writer = _Writer()
    for each in described:
        yield writer.formats([_fields(reference_of(each))]).rstrip() + 2 * _Writer.NEWLINE


def _fields(reference: Reference) -> dict[str, str | list[str]]:
    of_journal = reference.kind == "paper" and reference.whole
    serial = (*reference.isbns, reference.issn)
    fields: dict[str, str | list[str]] = {
        "type_of_reference": _JOURNAL if of_journal else _TYPES.get(reference.kind, _OTHER),
        "id": reference.key,
        "title": reference.title,
        "authors": [str(name) for name in reference.creators],
        "secondary_authors": [str(name) for name in reference.editors],
        "year": reference.year,
        "date": _date(reference.date),
        "secondary_title": reference.whole,
        "publisher": reference.publisher,
        "edition": reference.version,
        "volume": reference.volume,
        "doi": reference.doi,
        "issn": next(filter(None, serial), ""),
        "urls": [reference.address],
        "language": next(iter(reference.languages), ""),
        "keywords": list(reference.keywords),
        "abstract": reference.abstract,
    }
    return {name: said for name, said in fields.items() if said}


def _date(date: str) -> str:
    """YYYY/MM/DD/ with what is not known left empty; nothing of a year alone, which has a field."""
    parts = date.split("-")
    return "/".join((*parts, *[""] * (3 - len(parts)), "")) if len(parts) > 1 else ""
