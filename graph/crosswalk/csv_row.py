"""Rows of OAPEN's and DOAB's CSV: today's with DSpace's columns, and DOAB's of 2018.

DSpace parts values with `||`, the DOAB of 2018 with `;` and writes roles behind names.
"""

import re
from typing import Final

from graph.crosswalk.draft import Draft
from graph.crosswalk.row import Cells, map_row
from graph.identifiers import recognise
from graph.licence import spdx
from graph.text import plain
from graph.work import Access, Work
from harvester.record import StagedRecord

_SEVERAL: Final = re.compile(r"\s*[;,|/]+\s*|(?<=\d{9}[\dXx])\s+(?=\d{9,})|\s+(?=97[89])")
"""Between ISBNs; a blank is, where neither of its neighbours is written in groups."""
_CODE: Final = re.compile(r"[^\[\]]*\[([a-z]{2,3})\]")
_ROLE: Final = re.compile(r"\s*\(([^()]{1,30})\)\s*$")
_ROLES: Final = {
    **dict.fromkeys(
        (
            *("ed", "eds", "editor", "editors", "dir", "dirs", "org", "orgs", "coord", "coords"),
            *("hrsg", "comp", "ed lit", "guest editor", "a cura di", "ed and author"),
        ),
        "editor",
    ),
    **dict.fromkeys(("trans", "transl", "translator", "trad"), "translator"),
    **dict.fromkeys(("author", "auth"), "creator"),
    **dict.fromkeys(("introduction", "foreword", "preface", "illustrator"), "other"),
}
"""By the word behind a name, without full stops."""
_CONTRIBUTORS: Final = {
    "author": "creator",
    "editor": "editor",
    "advisor": "supervisor",
    "illustrator": "other",
    "other": "other",
}
_PUBLISHERS: Final = (
    "oapen.relation.ispublishedby_publisher.name",
    "publisher.name",
    "dc.publisher",
    "oapen.imprint",
)
_ISBNS: Final = ("oapen.relation.isbn", "oapen.identifier.isbn", "dc.identifier.isbn")
_NO_NUMBERS: Final = frozenset({"", "[...]"})
_NO_LANGUAGE: Final = frozenset({"und", "mul", "mis", "zxx"})


def map_csv_row(record: StagedRecord) -> Work:
    """Map one row, by the columns that it has.

    Raises:
        UnmappableRecord: reason `not-json` or `no-metadata`.
    """
    return map_row(record, _fill)


def _fill(cells: Cells, draft: Draft) -> None:
    if "title" in cells and "dc.title" not in cells:
        _fill_2018(cells, draft)
        return
    _describe(cells, draft)
    _identify(cells, draft)
    _credit(cells, draft)
    for licence in cells.every("bitstream license", "dc.rights.uri", "publisher.oalicense")[:1]:
        _add_licence(licence, draft)
    for parent in cells.every("oapen.relation.ispartofbook"):
        if recognise(parent):
            draft.add_link("IsPartOf", parent, kind="Book", stated_as="oapen.relation.isPartOfBook")
        else:
            draft.add_problem("unresolved-part", parent)


def _describe(cells: Cells, draft: Draft) -> None:
    for stated in cells.every("dc.type"):
        draft.add_type("", stated)
    for title in cells.every("dc.title", "dc.title.alternative"):
        draft.add_title(title)
    columns = ("dc.description.abstract", "dcterms.abstract", "oapen.abstract.otherlanguage")
    for rank, column in enumerate(columns):
        draft.add_description(cells.text(column).replace("||", "\n"), rank=rank)
    for language in cells.every("dc.language"):
        _add_language(language, draft)
    for date in cells.every("dc.date.issued"):
        draft.add_date("Issued", date)
    for date in cells.every("dc.date.available"):
        draft.add_date("Available", date)
    for subject in cells.every("dc.subject.classification"):
        scheme, *levels = plain(subject).split("::")
        draft.add_subject(levels[-1] if levels else scheme, scheme if levels else "")
    for subject in cells.every("dc.subject.other"):
        draft.add_subject(subject)


def _identify(cells: Cells, draft: Draft) -> None:
    for address in cells.every("dc.identifier.uri"):
        draft.add_identifier(address, "URL")
    for doi in cells.every("oapen.identifier.doi"):
        draft.add_identifier(doi, "DOI")
    for stated in cells.every("dc.identifier"):
        draft.add_alternate(stated, "")
    _add_isbns(cells.every(*_ISBNS, "bitstream isbn"), draft)
    for issn in cells.every("dc.identifier.issn"):
        draft.add_link("IsPartOf", issn, "ISSN", stated_as="dc.identifier.issn")


def _credit(cells: Cells, draft: Draft) -> None:
    for column, role in _CONTRIBUTORS.items():
        for name in cells.every(f"dc.contributor.{column}"):
            draft.add_agent(name, role)
    draft.set_publisher(next(iter(cells.every(*_PUBLISHERS)), ""))
    funders = cells.every("oapen.relation.isfundedby_grantor.name", "grantor.name")
    numbers = [each for each in cells.every("oapen.grant.number") if each not in _NO_NUMBERS]
    if len(funders) == 1:
        draft.add_funding(funders[0], ", ".join(numbers))
        return
    for funder in funders:
        draft.add_funding(funder)
    for number in numbers:
        draft.add_problem("unnamed-funder", number)


_ISBN13: Final = re.compile(r"97[89][0-9]{10}")
_GLUED: Final = re.compile(r"(?:97[89][0-9]{10}){2,}")


def _fill_2018(cells: Cells, draft: Draft) -> None:
    draft.add_type("", cells.text("type"))
    draft.add_title(cells.text("title"))
    for name in cells.every("authors", between=";"):
        _add_named(name, draft)
    draft.set_publisher(cells.text("publisher"))
    for language in re.split(r"\s*[;,|]\s*", cells.text("language")):
        _add_language(language, draft)
    if year := cells.text("year of publication"):
        draft.add_date("Issued", year)
    for keyword in _keywords(cells.text("keywords")):
        draft.add_subject(keyword)
    for code in cells.every("subjects", between=";"):
        draft.add_subject(code, "LCC")
    if licence := cells.text("license"):
        _add_licence(licence, draft)
    if address := cells.text("full text"):
        draft.add_identifier(address, "URL")
    draft.volume = cells.text("volume")
    _add_isbns([cells.text("isbn")], draft)
    for issn in filter(None, re.split(r"[;,/\s]+", cells.text("issn"))):
        draft.add_link("IsPartOf", issn, "ISSN", stated_as="ISSN")


def _add_named(stated: str, draft: Draft) -> None:
    """Add a name with its role behind it; brackets with another word in them stay."""
    match = _ROLE.search(stated)
    role = _ROLES.get(match[1].replace(".", "").strip().lower()) if match else None
    name = stated[: match.start()] if match and role else stated
    draft.add_agent(name, role or "creator")


def _keywords(cell: str) -> list[str]:
    """The keywords; with semicolons between them the commas are part of them."""
    return re.split(r"\s*;\s*" if ";" in cell else r"\s*,\s*", cell)


def _add_isbns(cells: list[str], draft: Draft) -> None:
    isbns = (isbn for cell in cells for isbn in _SEVERAL.split(cell))
    for isbn in dict.fromkeys(filter(None, isbns)):
        # some stand together without anything between them
        parts = _ISBN13.findall(isbn) if _GLUED.fullmatch(isbn) else [isbn]
        for part in parts:
            draft.add_identifier(part, "ISBN")


def _add_language(stated: str, draft: Draft) -> None:
    """Add a language, of `English[eng]` by its code."""
    match = _CODE.fullmatch(stated)
    code = match[1] if match else stated
    if code not in _NO_LANGUAGE:
        draft.add_language(code)


def _add_licence(stated: str, draft: Draft) -> None:
    """Everybody may read what has a Creative Commons licence."""
    draft.add_rights(stated)
    if spdx(stated).startswith("CC") or stated.upper().startswith("CC "):
        draft.access = Access.OPEN
