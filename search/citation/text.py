"""The citation that people read, in the order that DataCite recommends. Pure.

`Creator (PublicationYear): Title. Version. Publisher. (resourceTypeGeneral). Identifier`, see
https://datacite-metadata-schema.readthedocs.io/en/4.6/introduction/ under "Data citation".
"""

from collections.abc import Iterable, Iterator
from typing import Final

from search.citation.reference import Reference, reference_of
from search.metadata.described import Described

_TYPES: Final = {
    "dataset": "Dataset",
    "software": "Software",
    "book": "Book",
    "chapter": "BookChapter",
    "paper": "Text",
}
"""DataCite's general type by kind; of a paper no record may say more."""
_NAMED: Final = 10
"""Creators that are named; the recommendation leaves it to the style how many."""
_ENDS: Final = (".", "?", "!", "…")


def cite(described: Described) -> str:
    """One entity in one line; what no record states is left out.

    Where nobody is named, the title comes first.
    """
    reference = reference_of(described)
    creators = _creators(reference)
    year = f"({reference.year})" if reference.year else ""
    if creators:
        head = " ".join(part for part in (creators, year) if part)
        first = [f"{head}: {_ended(reference.title)}" if reference.title else f"{head}."]
    else:
        first = [f"{reference.title} {year}" if year else reference.title]
    parts = [
        *first,
        f"In: {reference.whole}" if reference.whole else "",
        f"Version {reference.version}" if reference.version else "",
        reference.publisher,
        f"({_TYPES[reference.kind]})" if reference.kind in _TYPES else "",
    ]
    body = " ".join(_ended(part) for part in parts if part.strip())
    return f"{body} {reference.address}"


def write(described: Iterable[Described]) -> Iterator[str]:
    """Write one citation a line."""
    for each in described:
        yield f"{cite(each)}\n"


def _creators(reference: Reference) -> str:
    names = reference.creators or reference.editors
    if len(names) > _NAMED:
        return f"{names[0]} et al."
    return "; ".join(map(str, names))


def _ended(part: str) -> str:
    return part if part.endswith(_ENDS) else f"{part}."
