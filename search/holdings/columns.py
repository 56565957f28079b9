"""Which column of a table holds what: by the names in its header, else by its cells. Pure."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from search.holdings.row import Fault
from search.holdings.stated import bare_cell, fault_of, read_any


class Role(StrEnum):
    """What a column holds."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    ISBN = "isbn"
    ISSN = "issn"
    DOI = "doi"
    IDENTIFIER = "identifier"
    ADDRESS = "address"
    """May name the title, such as a handle, or only lead to it."""
    YEAR = "year"
    TYPE = "type"


IDENTIFYING: Final = frozenset({Role.ISBN, Role.ISSN, Role.DOI, Role.IDENTIFIER, Role.ADDRESS})

_NAMES: Final[dict[Role, str]] = {
    Role.TITLE: """
        title; titles; publication title; book title; main title; title proper; full title; item
        item title; article title; document title; chapter title; work title; resource title; name
        dc title; dcterms title; schema name; title statement; title full; title a
        titel; haupttitel; titre; titre principal; titre du livre; titulo; titulo principal; titolo
        title name; product title; display title; ti; t1; 245; 245 a
    """,
    Role.SUBTITLE: """
        subtitle; sub title; title remainder; remainder of title; untertitel; sous titre; subtitulo
        sottotitolo; 245 b; zusatz zum titel
    """,
    Role.IDENTIFIER: """
        identifier; identifiers; online identifier; print identifier; dc identifier; pid; pids
        persistent identifier; dcterms identifier; alternate identifier; item identifier; arxiv
        arxiv id; eprint; ids
    """,
    Role.ADDRESS: """
        title url; title id; url; urls; uri; link; links; handle; handles; dc identifier uri
        address; web address; full text; full text url; permalink; landing page; access url; id
        resource url; oclc; 856; 856 u; hdl; record url; item url
    """,
    Role.YEAR: """
        year; year of publication; publication year; pub year; pubyear; yop; py; y1; date; dates
        publication date; pub date; date of publication; dc date; dc date issued; date issued
        issued; dcterms issued; copyright year; copyright date; imprint date
        jahr; erscheinungsjahr; publikationsjahr; annee; annee de publication; date de publication
        ano; ano de publicacion; ano de publicacao; anno; anno di pubblicazione; jaar
        date monograph published print; date monograph published online; date published
        release date; release year; yr
    """,
    Role.TYPE: """
        type; dc type; publication type; item type; content type; material type; document type
        resource type; kind; type of publication; medientyp; typ; tipo; genre; product type
    """,
}
_BY_NAME: Final = {
    name.strip(): role
    for role, names in _NAMES.items()
    for name in names.replace("\n", ";").split(";")
    if name.strip()
}
_ISBN: Final = re.compile(
    r"(?:^|.* )(?:[ep]|e |p |online |print |hb |pb |epub )?isbns?(?: ?1[03])?s?(?: .*)?"
    r"|ean(?: ?13)?|gtin(?: ?13)?|020(?: [az])?"
)
_ISSN: Final = re.compile(r"(?:^|.* )(?:[elp]|e |l |online |print |linking )?issns?(?: l)?(?: .*)?")
_DOI: Final = re.compile(r"(?:^|.* )dois?(?: .*)?")
_NOT_ITS_OWN: Final = re.compile(
    r"(?:.* )?(?:parent|preceding|series|related|relation|relationtype|replaces|replaced|journal"
    r"|host|publisher|funder|grant|grantor|chapter|isnodouble|webshop|other edition)(?: .*)?"
)
"""Columns about something else; the ISBN of an OAPEN relation is the book's all the same."""
_ITS_OWN: Final = frozenset({"oapen relation isbn", "chapter title", "chapter doi"})
_WORDS: Final = re.compile(r"[^\W_]+")
_ACCENTS: Final = str.maketrans("éèêáàâíóôúüöäçñã", "eeeaaaioouuoacna")
_YEAR: Final = re.compile(r"(?:1[4-9]|20)\d\d")
_ROLE_OF_SCHEME: Final = {
    "isbn": Role.ISBN, "issn": Role.ISSN, "doi": Role.DOI, "url": Role.ADDRESS,
}  # fmt: skip
_MOST: Final = 0.5
_NEARLY_ALL: Final = 0.8
_WORDY: Final = 0.6
_MIN_TITLE: Final = 5.0
"""Letters that titles have on average, at the least (guessed)."""


def role_of(name: str) -> Role | None:
    """What a column of this name holds; None for what no title is known by.

    >>> role_of("E-ISBN (13)").value, role_of("dc.title[en]").value, role_of("Shelf mark")
    ('isbn', 'title', None)
    """
    words = _words_of(name)
    if role := _BY_NAME.get(words) or _BY_NAME.get(_without_language(words)):
        return role
    if words not in _ITS_OWN and _NOT_ITS_OWN.fullmatch(words):
        return None
    for pattern, role in ((_ISBN, Role.ISBN), (_ISSN, Role.ISSN), (_DOI, Role.DOI)):
        if pattern.fullmatch(words):
            return role
    return None


def guess_roles(rows: Sequence[Sequence[str]], taken: frozenset[int]) -> dict[int, Role]:
    """What columns hold by the look of their cells.

    Args:
        rows: some rows, without a header.
        taken: numbers of the columns, from 0, that are known already.
    """
    roles: dict[int, Role] = {}
    lengths: dict[int, float] = {}
    for column in range(max(map(len, rows), default=0)):
        cells = [bare_cell(row[column]) for row in rows if column < len(row)]
        filled = [cell for cell in cells if cell]
        if column in taken or not filled:
            continue
        if role := _role_by_content(filled):
            roles[column] = role
        else:
            lengths[column] = sum(map(_n_letters, filled)) / len(cells)
    longest = max(lengths.values(), default=0.0)
    if longest >= _MIN_TITLE:  # of columns nearly as wordy the first: names follow titles
        wordy = (column for column, length in lengths.items() if length >= _WORDY * longest)
        roles[next(wordy)] = Role.TITLE
    return roles


def _role_by_content(cells: Sequence[str]) -> Role | None:
    counts: dict[Role, int] = {}
    for cell in cells:
        if role := _role_of_cell(cell):
            counts[role] = counts.get(role, 0) + 1
    if not counts:
        return None
    role = max(counts, key=lambda each: counts[each])
    if role is Role.YEAR:
        return role if counts[role] >= _NEARLY_ALL * len(cells) else None
    if sum(counts.values()) >= _MOST * len(cells):
        return role if counts[role] >= _NEARLY_ALL * sum(counts.values()) else Role.IDENTIFIER
    return None


def _role_of_cell(cell: str) -> Role | None:
    first = re.split(r"\s*[;|]\s*", cell, maxsplit=1)[0]
    if _YEAR.fullmatch(first):
        return Role.YEAR
    found = read_any(first)
    if found is None:
        is_number = fault_of(first) is Fault.CHECK_DIGIT and any(map(str.isdigit, first))
        return Role.ISBN if is_number else None
    return _ROLE_OF_SCHEME.get(found.scheme, Role.IDENTIFIER)


def _n_letters(cell: str) -> int:
    return sum(map(str.isalpha, cell))


def _words_of(name: str) -> str:
    split = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", name.strip("\ufeff \t"))
    lowered = split.lower().translate(_ACCENTS)
    return " ".join(_WORDS.findall(lowered.replace("_", " ")))


def _without_language(words: str) -> str:
    """`dc title en` is `dc title`: DSpace writes the language behind the name."""
    return re.sub(r" (?:[a-z]{2}|[a-z]{2} [a-z]{2})$", "", words)
