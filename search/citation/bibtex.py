"""Citations as BibTeX in UTF-8, with the entry types of BibLaTeX; the one user of bibtexparser.

https://mirrors.ctan.org/macros/latex/contrib/biblatex/doc/biblatex.pdf, section 2.1
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from bibtexparser.bibdatabase import (  # type: ignore[import-untyped]  # it has no types
    BibDatabase,
)
from bibtexparser.bwriter import BibTexWriter  # type: ignore[import-untyped]  # it has no types

from search.citation.latex import latex
from search.citation.reference import Name, Reference, reference_of
from search.metadata.described import Described

_TYPES: Final = {
    "dataset": "dataset",
    "software": "software",
    "book": "book",
    "chapter": "incollection",
    "paper": "misc",
}
"""A paper is an article where the journal is known, which `@article` must have."""
_ARTICLE: Final = "article"
_OTHER: Final = "misc"
_ORDER: Final = (
    *("title", "author", "editor", "journal", "booktitle", "year", "month", "publisher"),
    *("version", "volume", "doi", "eprint", "archiveprefix", "isbn", "issn", "url"),
)
_DECEMBER: Final = 12
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_UNSAFE: Final = re.compile(r"[\\{}\s]")
_AND: Final = re.compile(r"\band\b", re.IGNORECASE)
_LONGEST_NAME: Final = 20
"""Letters of a name in the key of an entry."""


def write(described: Iterable[Described]) -> Iterator[str]:
    """Write the entries one after another; each is named after its first creator, year and key."""
    writer = BibTexWriter()
    writer.indent = "  "
    writer.display_order = list(_ORDER)
    writer.add_trailing_comma = True
    for each in described:
        database = BibDatabase()
        database.entries = [_entry(reference_of(each))]
        yield f"{writer.write(database)}\n"


def _entry(reference: Reference) -> dict[str, str]:
    of_journal = reference.kind == "paper" and bool(reference.whole)
    fields = {
        # braces within keep capitals as the record has them
        "title": f"{{{latex(reference.title)}}}",
        "author": _names(reference.creators),
        "editor": _names(reference.editors),
        "journal": latex(reference.whole) if of_journal else "",
        "booktitle": latex(reference.whole) if reference.kind == "chapter" else "",
        "year": reference.year,
        "month": _month(reference.date),
        "publisher": latex(reference.publisher),
        "version": latex(reference.version),
        "volume": latex(reference.volume),
        "doi": _verbatim(reference.doi),
        "eprint": _verbatim(reference.arxiv),
        "archiveprefix": "arXiv" if reference.arxiv else "",
        "isbn": ", ".join(reference.isbns),
        "issn": reference.issn,
        "url": _verbatim(reference.address),
    }
    return {
        "ENTRYTYPE": _ARTICLE if of_journal else _TYPES.get(reference.kind, _OTHER),
        "ID": _key(reference),
        **{name: said for name, said in fields.items() if said},
    }


def _key(reference: Reference) -> str:
    first = next(iter(reference.creators or reference.editors), Name(reference.kind))
    plain = unicodedata.normalize("NFKD", first.family).lower()
    return f"{_NO_LETTER.sub('', plain)[:_LONGEST_NAME]}{reference.year}-{reference.key}"


def _names(names: tuple[Name, ...]) -> str:
    return " and ".join(map(_name, names))


def _name(name: Name) -> str:
    """A name; one that is whole, or holds what parts names, is in braces."""
    if name.is_whole:
        return f"{{{latex(name.family)}}}"
    if _AND.search(str(name)):
        return f"{{{latex(str(name))}}}"
    return f"{latex(name.family)}, {latex(name.given)}"


def _month(date: str) -> str:
    parts = date.split("-")
    month = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 0
    return str(month) if 1 <= month <= _DECEMBER else ""


def _verbatim(text: str) -> str:
    """An identifier or address, which is not typeset but read; what would end it is encoded."""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text)
