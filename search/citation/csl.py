"""Citations as CSL-JSON, which citation processors read. Pure.

https://github.com/citation-style-language/schema/blob/v1.0.2/schemas/input/csl-data.json
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from search.citation.reference import Name, Reference, reference_of
from search.metadata.described import Described

_TYPES: Final = {
    "dataset": "dataset",
    "software": "software",
    "book": "book",
    "chapter": "chapter",
    "paper": "article",
}
_JOURNAL: Final = "article-journal"
_OTHER: Final = "document"
_NUMBER: Final = re.compile(r"[0-9]+")


def write(described: Iterable[Described]) -> Iterator[str]:
    """Write a list of items."""
    before = "[\n"
    for each in described:
        yield before + msgspec.json.encode(_item(reference_of(each))).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _item(reference: Reference) -> dict[str, object]:
    of_journal = reference.kind == "paper" and reference.whole
    item: dict[str, object] = {
        "id": reference.key,
        "type": _JOURNAL if of_journal else _TYPES.get(reference.kind, _OTHER),
        "title": reference.title,
        "author": [_name(each) for each in reference.creators],
        "editor": [_name(each) for each in reference.editors],
        "issued": _date(reference.date),
        "container-title": reference.whole,
        "publisher": reference.publisher,
        "version": reference.version,
        "volume": reference.volume,
        "DOI": reference.doi,
        "ISBN": " ".join(reference.isbns),
        "ISSN": reference.issn,
        "URL": reference.address,
        "abstract": reference.abstract,
        "keyword": ", ".join(reference.keywords),
        "language": next(iter(reference.languages), ""),
    }
    return {name: said for name, said in item.items() if said}


def _name(name: Name) -> dict[str, str]:
    if name.is_whole:
        return {"literal": name.family}
    return {"family": name.family, "given": name.given}


def _date(date: str) -> dict[str, object]:
    parts = [int(part) for part in _NUMBER.findall(date)]
    return {"date-parts": [parts]} if parts else {}
