"""The gap as a KBART file: tab-separated, all columns of KBART Phase II, sorted by title.

What no record says is left empty. A release does not tell the ISBN of a print from that of an
e-book, so the one that the DOI is made of stands as that of the e-book, else the first one, for
repositories hold e-books; the others stand in the notes. KBART knows monographs and serials only:
a thing that is no book is a monograph here, and its kind stands in the notes.
Specification: https://www.niso.org/standards-committees/kbart
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from search.holdings.cells import inert
from search.holdings.gap import Lacking
from search.metadata.described import Agent, Described
from search.metadata.naming import resolver

COLUMNS: Final = (
    "publication_title",
    "print_identifier",
    "online_identifier",
    "date_first_issue_online",
    "num_first_vol_online",
    "num_first_issue_online",
    "date_last_issue_online",
    "num_last_vol_online",
    "num_last_issue_online",
    "title_url",
    "first_author",
    "title_id",
    "embargo_info",
    "coverage_depth",
    "notes",
    "publisher_name",
    "publication_type",
    "date_monograph_published_print",
    "date_monograph_published_online",
    "monograph_volume",
    "monograph_edition",
    "first_editor",
    "parent_publication_title_id",
    "preceding_publication_title_id",
    "access_type",
)
"""In the order of the recommendation, table 5."""
_ACCESS: Final = {"open": "F", "embargoed": "P", "restricted": "P", "closed": "P"}
"""Free, or not: KBART has a letter for fees, and none for other gates."""
_TEXTS: Final = frozenset({"book", "chapter", "paper"})
_SURE: Final = ("doi:", "handle:", "ark:", "arxiv:")
"""Schemes that resolve to the thing, the surest first."""
_NO_DIGIT: Final = re.compile("[^0-9]+")


def kbart_pieces(lacking: Iterable[Lacking]) -> Iterator[bytes]:
    """The file as UTF-8, a line a piece."""
    yield _line(COLUMNS)
    for each in lacking:
        cells = row_of(each)
        yield _line(inert(cells.get(column, "")) for column in COLUMNS)


def row_of(lacking: Lacking) -> dict[str, str]:
    """The cells of a row by column; columns that are empty are left out."""
    described = lacking.described
    isbns = _isbns(described)
    return {
        "publication_title": described.titles[0].value if described.titles else described.key,
        "online_identifier": isbns[0] if isbns else "",
        "title_url": title_url(described),
        "first_author": _family_name(described.creators),
        "title_id": described.key,
        "coverage_depth": _depth(described),
        "notes": _notes(described, isbns[1:]),
        "publisher_name": described.publisher,
        "publication_type": "monograph",
        "date_monograph_published_online": described.date
        or (f"{described.year:04}" if described.year else ""),
        "monograph_volume": described.volume,
        "monograph_edition": described.version,
        "first_editor": _family_name(described.editors),
        "parent_publication_title_id": lacking.whole,
        "access_type": _ACCESS.get(described.access, ""),
    }


def title_url(described: Described) -> str:
    """Where a thing is, by its surest identifier; else its page here."""
    for scheme in _SURE:
        for identifier in described.identifiers:
            if identifier.startswith(scheme) and (address := resolver(identifier)):
                return address
    return described.iri


def _isbns(described: Described) -> list[str]:
    """That of the e-book first, as far as can be told."""
    dois = "".join(each for each in described.identifiers if each.startswith("doi:"))
    digits = _NO_DIGIT.sub("", dois)
    isbns = [each[5:] for each in described.identifiers if each.startswith("isbn:")]
    return sorted(isbns, key=lambda isbn: isbn not in digits)


def _depth(described: Described) -> str:
    return "fulltext" if described.kind in _TEXTS and described.access == "open" else ""


def _family_name(agents: tuple[Agent, ...]) -> str:
    """KBART takes the last name only; of a name that is not inverted, all of it."""
    if not agents:
        return ""
    name = agents[0].name
    return name if agents[0].is_organization else name.partition(",")[0]


def _notes(described: Described, other_isbns: list[str]) -> str:
    parts = []
    if described.kind != "book":
        parts.append(f"kind: {described.kind}")
    if other_isbns:
        parts.append(f"other ISBNs: {', '.join(other_isbns)}")
    if described.licence:
        parts.append(f"licence: {described.spdx or described.licence}")
    return "; ".join(parts)


def _line(cells: Iterable[str]) -> bytes:
    return ("\t".join(cells) + "\r\n").encode()
