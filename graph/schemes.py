"""Identifier schemes: each with the function that reads all its spellings into one form.

Pure. The only file that knows idutils, which checks the digits of ORCID, ISNI, ISBN and ISSN and
the syntax of SWHIDs. A function returns None for a text that is not of its scheme.
DOI syntax: https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Final, Literal
from urllib.parse import unquote

from graph.work import Identifier

Normaliser = Callable[[str], Identifier | None]

# Real data holds U+2010 in DOIs, and zero-width characters pasted from PDF.
_DASHES: Final = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
INVISIBLE: Final = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x2028, 0x202F), 0x2060, 0xFEFF, 0xAD]
)
_CLEANING: Final = _DASHES | INVISIBLE
_PLAIN_DOI: Final = re.compile(r"10\.(?!48550/arxiv)\d{4,9}/[a-z0-9._;()/:-]*[a-z0-9/-]")
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DOI_PREFIX: Final = re.compile(
    r"(?:https?:/{1,2})?(?:(?:dx\.|www\.)?doi\.org|hdl\.handle\.net|(?:www\.)?zenodo\.org/doi)/"
    r"|(?:urn:)?doi[:=]|info:(?:doi|hdl)/",
    re.IGNORECASE,
)
_SECOND_DOI: Final = re.compile(r"[;,|](?:https?:|doi:|10\.\d{4,9}/)")
_DOI_MAX: Final = 500  # longest seen in practice is below 300; longer ones are pasted sentences
_PASTED_MIN: Final = 4000  # with resolver and percent signs a DOI is still shorter
_ARXIV_DOI: Final = "10.48550/arxiv."
_ARXIV_PREFIX: Final = re.compile(
    r"(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|ps)/|arxiv:\s*",
    re.IGNORECASE,
)
_ARXIV_TAIL: Final = re.compile(r"(?:\.pdf|\s*\[[\w.-]+\]|[?#].*)$", re.IGNORECASE)
ARXIV_NEW: Final = re.compile(
    r"(?:[a-z-]+(?:\.[a-z]{2})?/)?(\d\d(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?"
)
ARXIV_OLD: Final = re.compile(r"([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?/(\d{7})(?:v\d+)?")
_HANDLE: Final = re.compile(r"\d+(?:\.\d+)*/\S+")
HANDLE_PREFIX: Final = re.compile(
    r"(?:https?://)?(?:(?:www\.)?hdl\.handle\.net/|(?:library\.oapen\.org|directory\.doabooks\.org)"
    r"/(?:xmlui/)?handle/)|hdl:|info:hdl/|handle:",
    re.IGNORECASE,
)
ISBN_LABEL: Final = re.compile(r"(?:urn:)?(?:e-?)?isbn(?:-?1[03])?\s*:?\s*", re.IGNORECASE)
_ISSN_LABEL: Final = re.compile(r"(?:urn:)?[el]?-?issn\s*:?\s*", re.IGNORECASE)
_QUALIFIER: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_ROR: Final = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
_GRID: Final = re.compile(r"grid\.[0-9]+\.[0-9a-f]+")
_REPORT: Final = re.compile(r"[A-Z][A-Za-z0-9.]*(?:[-/:][A-Za-z0-9.]+)+", re.ASCII)
_REPORT_MAX: Final = 60  # characters; longer ones are citations
_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_OAI: Final = re.compile(r"(?:oai:)*((?:[a-z][a-z0-9.-]*:)(?!//)[!-~]+)", re.IGNORECASE)
REPOSITORY: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)+", re.ASCII)


# idutils has no types; this and `hyphenated_isbn` are the only ways into it. It takes 0.3 s to
# load, mostly for patterns that are not used here: who reads no such identifier does without.
@cache
def _checker(
    scheme: Literal["isbn10", "isbn13", "issn", "orcid", "isni", "swh"],
) -> Callable[[str], object]:
    """What tells whether digits, or a syntax, are right."""
    from idutils import validators  # noqa: PLC0415  # see above

    checker: Callable[[str], object] = getattr(validators, f"is_{scheme}")
    return checker


def load_checks() -> None:
    """Load what checks digits now: for a server, whose first request would wait for it."""
    _checker("isbn13")


def read_doi(text: str) -> Identifier | None:
    """A DOI, or the arXiv identifier behind a DOI of arXiv: lower case, without resolver.

    White space inside is never closed up: `10.1/a see also` would become a DOI that nobody gave.
    """
    if identifier := read_plain_doi(text):
        return identifier
    doi = text.translate(_CLEANING).strip()
    if len(doi) > _PASTED_MIN:
        return None
    while match := _DOI_PREFIX.match(doi):
        doi = doi[match.end() :].lstrip()
        if "/" in match[0]:  # from a web address: what follows ? or # is not the DOI
            doi = re.split(r"[?#]", doi, maxsplit=1)[0]
    while "%" in doi and (decoded := unquote(doi)) != doi:
        doi = decoded.translate(_CLEANING).strip()
    doi = _without_tail(doi).lower()
    if len(doi) > _DOI_MAX or not _DOI.fullmatch(doi) or _SECOND_DOI.search(doi):
        return None
    return _doi_or_arxiv(doi) if doi.isprintable() else None


def read_plain_doi(text: str) -> Identifier | None:
    """A DOI with nothing around it and no rare character in it, as most are; not arXiv's."""
    doi = text.lower()
    return Identifier("doi", doi) if _PLAIN_DOI.fullmatch(doi) else None


def _doi_or_arxiv(doi: str) -> Identifier:
    if doi.startswith(_ARXIV_DOI) and (arxiv := read_arxiv(doi[len(_ARXIV_DOI) :])):
        return arxiv
    return Identifier("doi", doi)


def _without_tail(doi: str) -> str:
    """Take off punctuation of the sentence around; a bracket stays when its opening is inside."""
    while doi:
        last = doi[-1]
        opening = {")": "(", "]": "[", ">": "<", "}": "{"}.get(last)
        if opening:
            if doi.count(opening) >= doi.count(last):
                return doi
        elif last not in ".,;:'\"\u201d\u2019":
            return doi
        doi = doi[:-1]
    return doi


def read_arxiv(text: str) -> Identifier | None:
    """An arXiv identifier, old or new, without version and subject class."""
    text = text.strip().translate(_CLEANING)
    if text.lower().startswith(_ARXIV_DOI):
        text = text[len(_ARXIV_DOI) :]
    while match := _ARXIV_PREFIX.match(text):
        text = text[match.end() :]
    text = _ARXIV_TAIL.sub("", text.rstrip(" /.")).lower()
    if match := ARXIV_NEW.fullmatch(text):
        return Identifier("arxiv", match[1])
    if match := ARXIV_OLD.fullmatch(text):
        return Identifier("arxiv", f"{match[1]}/{match[2]}")
    return None


def read_handle(text: str) -> Identifier | None:
    """A handle, or the DOI that it is: lower case, without resolver."""
    text = "".join(text.translate(_CLEANING).split())
    if len(text) > _PASTED_MIN:
        return None
    while match := HANDLE_PREFIX.match(text):
        text = re.split(r"[?#]", text[match.end() :], maxsplit=1)[0]
    text = unquote(text).rstrip("/.").lower()
    if text.startswith("10.") and (doi := read_doi(text)):
        return doi
    if _HANDLE.fullmatch(text) and text.isprintable() and len(text) <= _DOI_MAX:
        return Identifier("handle", text)
    return None


def read_isbn(text: str) -> Identifier | None:
    """An ISBN as thirteen digits; the check digit must be right."""
    text = _QUALIFIER.sub("", ISBN_LABEL.sub("", text.strip().translate(_CLEANING), count=1))
    digits = text.replace("-", "").replace(" ", "").upper()
    if not digits.isascii():
        return None
    if len(digits) == 10 and _checker("isbn10")(digits):  # noqa: PLR2004  # ISBN-10
        return Identifier("isbn", _isbn13(digits))
    if digits[:3] in ("978", "979") and digits.isdigit() and _checker("isbn13")(digits):
        return Identifier("isbn", digits)
    return None


def _isbn13(isbn10: str) -> str:
    body = "978" + isbn10[:9]
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(body))
    return body + str(-total % 10)


def read_issn(text: str) -> Identifier | None:
    """An ISSN as NNNN-NNNX; the check digit must be right."""
    digits = _ISSN_LABEL.sub("", text.translate(_CLEANING), count=1).replace("-", "").strip()
    if re.fullmatch(r"[0-9]{7}[0-9Xx]", digits) and _checker("issn")(digits):
        return Identifier("issn", f"{digits[:4]}-{digits[4:]}".upper())
    return None


def _last_part(text: str) -> str:
    return text.translate(_CLEANING).strip().rstrip("/").rpartition("/")[2]


def read_orcid(text: str) -> Identifier | None:
    """An ORCID as four groups; number range and check digit must be right."""
    digits = _last_part(text).replace("-", "").replace(" ", "").upper()
    if re.fullmatch(r"[0-9]{15}[0-9X]", digits) and _checker("orcid")(digits):
        return Identifier("orcid", "-".join(re.findall("....", digits)))
    return None


def read_isni(text: str) -> Identifier | None:
    """An ISNI as sixteen digits; the check digit must be right."""
    digits = _last_part(text).upper().removeprefix("ISNI").lstrip(": ")
    digits = digits.replace(" ", "").replace("-", "")
    if re.fullmatch(r"[0-9]{15}[0-9X]", digits) and _checker("isni")(digits):
        return Identifier("isni", digits)
    return None


def read_ror(text: str) -> Identifier | None:
    """A ROR identifier, without address; the check digits must be right."""
    value = _last_part(text).lower()
    if not _ROR.fullmatch(value):
        return None
    number = 0
    for character in value[:7]:
        number = number * 32 + _CROCKFORD.index(character)
    # ISO 7064 MOD 97-10: https://ror.readme.io/docs/identifier
    return Identifier("ror", value) if 98 - number * 100 % 97 == int(value[7:]) else None


def read_grid(text: str) -> Identifier | None:
    """A GRID identifier, without address; the registry is closed and has no check digits."""
    value = _last_part(text).lower()
    return Identifier("grid", value) if _GRID.fullmatch(value) else None


def read_report(text: str) -> Identifier | None:
    """A report number such as CERN-EP-2012-218, in upper case; never told by its form alone.

    It starts with a capital and has a digit; institutions hand them out and nobody checks them.
    """
    value = re.sub(" ?([-/:]) ?", r"\1", " ".join(text.translate(_CLEANING).split()))
    if len(value) > _REPORT_MAX or not re.search(r"[0-9]", value):
        return None
    return Identifier("report", value.upper()) if _REPORT.fullmatch(value) else None


def read_swh(text: str) -> Identifier | None:
    """A Software Heritage identifier without its qualifiers."""
    start = text.find("swh:1:")
    value = text[start:].partition(";")[0].rstrip("/") if start >= 0 else ""
    return Identifier("swh", value) if value and _checker("swh")(value) else None


def _number(scheme: str, prefix: str = "") -> Normaliser:
    """A normaliser for a scheme of positive integers; 0 is a filler that sources write."""

    def normaliser(text: str) -> Identifier | None:
        match = re.fullmatch(rf"(?:{prefix})?0*([1-9][0-9]{{0,11}})", text.strip().lower())
        return Identifier(scheme, match[1]) if match else None

    return normaliser


def read_hepdata(text: str) -> Identifier | None:
    """A HEPData record: `insN` by INSPIRE number, or HEPData's own number."""
    match = re.fullmatch(r"(ins)?0*([1-9][0-9]{0,11})", text.strip().lower())
    if match is None:
        return None
    return Identifier("hepdata", (match[1] or "") + match[2])


def read_oai(text: str) -> Identifier | None:
    """An OAI identifier without its `oai:`; DataCite's provider writes `doi:...` for it.

    So `str()` of the result is the OAI identifier itself, or `oai:doi:...` for DataCite's.
    """
    match = _OAI.fullmatch(text.strip())
    return Identifier("oai", match[1]) if match else None


def _repository(scheme: str) -> Normaliser:
    def normaliser(text: str) -> Identifier | None:
        value = text.lower().removesuffix(".git")
        if REPOSITORY.fullmatch(value) and (scheme != "github" or value.count("/") == 1):
            return Identifier(scheme, value)
        return None

    return normaliser


def read_inspire_author(text: str) -> Identifier | None:
    """An INSPIRE author number, `INSPIRE-00123456`."""
    value = _last_part(text).upper()
    return Identifier("inspire-author", value) if re.fullmatch(r"INSPIRE-\d{8}", value) else None


def read_ark(text: str) -> Identifier | None:
    """An ARK without its label."""
    match = re.search(r"(?:^|ark:/?)(\d{5,}/[!-~]+)$", text)
    return Identifier("ark", match[1]) if match else None


def read_urn(text: str) -> Identifier | None:
    """A URN without the leading `urn:`."""
    match = re.fullmatch(r"(?:urn:)*+([a-z0-9][a-z0-9-]{1,31}:[a-z0-9][!-~]*)", text, re.IGNORECASE)
    return Identifier("urn", match[1]) if match else None


NORMALISERS: Final[dict[str, Normaliser]] = {
    "doi": read_doi,
    "arxiv": read_arxiv,
    "handle": read_handle,
    "isbn": read_isbn,
    "issn": read_issn,
    "inspire": _number("inspire"),
    "cds": _number("cds"),
    "hepdata": read_hepdata,
    "oai": read_oai,
    "orcid": read_orcid,
    "ror": read_ror,
    "isni": read_isni,
    "grid": read_grid,
    "report": read_report,
    "inspire-author": read_inspire_author,
    "github": _repository("github"),
    "gitlab": _repository("gitlab"),
    "swh": read_swh,
    "pmid": _number("pmid", r"https?://(?:www\.|pubmed\.)?ncbi\.nlm\.nih\.gov/(?:pubmed/)?"),
    "ark": read_ark,
    "urn": read_urn,
}
"""By scheme of `graph.work.Identifier`; `url` is read by `graph.addresses`."""


def hyphenated_isbn(isbn13: str) -> str:
    """An ISBN-13 with hyphens between its parts; without, where its group is not known.

    >>> hyphenated_isbn("9783030382063")
    '978-3-030-38206-3'
    """
    from idutils import normalizers  # noqa: PLC0415  # see `_checker`

    normalize: Callable[[str], str | None] = normalizers.normalize_isbn
    return normalize(isbn13) or isbn13
