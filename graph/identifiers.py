"""Identifiers: told apart, brought to one canonical form each, and written as IRIs.

Pure. `graph.schemes` knows the spellings of each scheme, `graph.addresses` the web pages.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from graph.addresses import read_address
from graph.schemes import (
    ARXIV_NEW,
    ARXIV_OLD,
    ISBN_LABEL,
    NORMALISERS,
    Normaliser,
    read_arxiv,
    read_doi,
    read_handle,
    read_isbn,
    read_oai,
    read_orcid,
    read_plain_doi,
    read_urn,
)
from graph.work import Identifier

_SCHEME_AND_REST: Final = re.compile(r"([a-z][a-z-]*):(.*)", re.DOTALL)
_KNOWN_HOST: Final = re.compile(
    r"(?:[\w-]+\.)*(?:doi|arxiv|zenodo|orcid|ror|inspirehep|hepdata|github|gitlab|handle|oapen"
    r"|doabooks|opendata\.cern|cds\.cern|softwareheritage)\.(?:org|net|com|ch)/",
    re.IGNORECASE,
)
_DOI_RESOLVER: Final = "https://doi.org/"
_PATH_SAFE: Final = "/:;()._-~!$'*+,=@"
_PLAIN: Final = re.compile(r"[A-Za-z0-9/:._-]+")  # what `quote` would leave as it is
_BARE_ORCID: Final = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dXx]")
_BARE_HANDLE: Final = re.compile(r"(?!10\.)\d{2,}\.\d+(?:\.\d+)*/\S+")
_BARE_ISBN: Final = re.compile(r"97[89](?:[- ]?\d){10}")
_IN_VALUE: Final = frozenset({"oai", "swh", "ark"})


def normalise(scheme: str, text: str) -> Identifier | None:
    """Canonical identifier of a scheme from any of its spellings; None when it is not one.

    A DOI of arXiv gives scheme `arxiv`, a handle that is a DOI gives `doi`, a URL gives the scheme
    of the thing it names. `scheme` is one of `graph.work.Identifier`, in any case.

    >>> str(normalise("doi", "https://dx.doi.org/10.17182/HEPDATA.1."))
    'doi:10.17182/hepdata.1'
    """
    scheme, text = scheme.lower(), text.strip()
    normaliser = NORMALISERS.get(scheme)
    identifier = normaliser(text) if normaliser else None
    if identifier is None and (scheme == "url" or text[:4].lower() == "http"):
        identifier = read_address(text)
        return identifier if identifier and scheme in ("url", identifier.scheme) else None
    return identifier


def recognise(text: str, hint: str = "") -> Identifier | None:
    """Find out what a text identifies; None when that cannot be said with certainty.

    Args:
        text: an identifier or address in any spelling, alone; also `str(Identifier)`.
        hint: the type stated beside it, such as DataCite's relatedIdentifierType; tried first.

    >>> str(recognise("https://zenodo.org/records/7", "URL")), recognise("see the appendix")
    ('oai:zenodo.org:7', None)
    """
    text = text.strip()
    # sooner read than looked up
    if hint == "DOI" and (identifier := read_plain_doi(text)):
        return identifier
    return read_resolved_doi(text) or _recognised(text, hint)


def read_resolved_doi(text: str) -> Identifier | None:
    """What `recognise` makes of a DOI behind `https://doi.org/`, as most are written; else None."""
    if text.startswith(_DOI_RESOLVER):
        return read_plain_doi(text[len(_DOI_RESOLVER) :])
    return None


@lru_cache(maxsize=65536)
def _recognised(text: str, hint: str) -> Identifier | None:
    scheme = _HINTS.get(hint.lower()) if hint else None
    if scheme:
        identifier = normalise(scheme, text)
        if identifier or scheme == "url":
            return identifier
    return _from_text(text)


def iri(identifier: Identifier) -> str | None:
    """Resolver IRI of an identifier, always a legal URI; None when nothing resolves it.

    >>> iri(Identifier("hepdata", "ins1"))
    'https://www.hepdata.net/record/ins1'
    """
    scheme, value = identifier.scheme, identifier.value
    if scheme == "url":
        return value
    if scheme == "oai":
        prefix, colon, value = value.partition(":")
        resolver = _OAI_PAGES.get(prefix + colon)
    else:
        resolver = _RESOLVERS.get(scheme)
    if not resolver:
        return None
    return resolver + (value if _PLAIN.fullmatch(value) else quote(value, safe=_PATH_SAFE))


def _from_text(text: str) -> Identifier | None:
    if text[:3] == "10.":
        return read_doi(text)
    lowered = text.lower()
    if lowered.startswith(("http://", "https://")):
        return read_address(text)
    if lowered.startswith("oai:doi:"):
        return read_oai(text[4:])
    if match := _SCHEME_AND_REST.fullmatch(lowered):
        return _prefixed(match[1], text, text[match.start(2) :])
    if _KNOWN_HOST.match(text):
        return read_address("https://" + text)
    return _bare(text)


def _prefixed(scheme: str, text: str, rest: str) -> Identifier | None:
    if scheme in ("info", "urn"):
        for normaliser in (read_doi, read_isbn, read_handle):
            if identifier := normaliser(text):
                return identifier
        return read_urn(text)
    # `oai:`, `swh:` and `ark:` belong to the value; of the others the label goes.
    return normalise(_HINTS.get(scheme, scheme), text if scheme in _IN_VALUE else rest)


def _bare(text: str) -> Identifier | None:
    for pattern, normaliser in _BARE:
        if pattern.match(text) and (identifier := normaliser(text)):
            return identifier
    return None


_HINTS: Final[dict[str, str]] = {
    **{scheme: scheme for scheme in NORMALISERS},
    "url": "url",
    **dict.fromkeys(("hdl",), "handle"),
    **dict.fromkeys(("eissn", "lissn"), "issn"),
    **dict.fromkeys(("uri", "purl", "w3id"), "url"),
    **dict.fromkeys(("report number", "reportnumber", "reportno", "report no."), "report"),
    "swhid": "swh",
    "ean13": "isbn",
    "igsn": "doi",  # minted as DOIs since 2021
}
"""Scheme by a stated identifier type, in lower case."""

_BARE: Final[tuple[tuple[re.Pattern[str], Normaliser], ...]] = (
    (ARXIV_NEW, read_arxiv),
    (ARXIV_OLD, read_arxiv),
    (_BARE_HANDLE, read_handle),
    (_BARE_ISBN, read_isbn),
    (ISBN_LABEL, read_isbn),
    (_BARE_ORCID, read_orcid),
)

_RESOLVERS: Final[dict[str, str]] = {
    "doi": "https://doi.org/",
    "arxiv": "https://arxiv.org/abs/",
    "handle": "https://hdl.handle.net/",
    "isbn": "urn:isbn:",
    "issn": "https://portal.issn.org/resource/ISSN/",
    "inspire": "https://inspirehep.net/literature/",
    "cds": "https://cds.cern.ch/record/",
    "hepdata": "https://www.hepdata.net/record/",
    "orcid": "https://orcid.org/",
    "ror": "https://ror.org/",
    "isni": "https://isni.org/isni/",
    "grid": "https://www.grid.ac/institutes/",
    "github": "https://github.com/",
    "gitlab": "https://gitlab.com/",
    "swh": "https://archive.softwareheritage.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "ark": "https://n2t.net/ark:/",
    "urn": "urn:",
}
_OAI_PAGES: Final[dict[str, str]] = {
    "zenodo.org:": "https://zenodo.org/records/",
    "cernopendata.cern:": "https://opendata.cern.ch/record/",
}
