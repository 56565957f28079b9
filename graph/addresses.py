"""Web addresses: what the hosts of this field name by them, and a normal form for all the others.

Pure. A page of a known host gives the identifier of the thing on it; a file or a search beside it
stays an address. URL syntax: https://www.rfc-editor.org/rfc/rfc3986
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

from graph.schemes import (
    HANDLE_PREFIX,
    INVISIBLE,
    REPOSITORY,
    Normaliser,
    read_arxiv,
    read_doi,
    read_handle,
    read_hepdata,
    read_isni,
    read_orcid,
    read_ror,
    read_swh,
)
from graph.work import Identifier

_LONE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# RFC 3987 allows more; written with percent signs an IRI is also a URI, which every parser takes.
_URL_SAFE: Final = "/?#:@!$&'()*+,;=-._~%[]"
_LEGAL: Final = re.compile(r"[A-Za-z0-9/._~?&=+:@!$'()*,;-]*(?:#[A-Za-z0-9/._~?&=-]*)?")
_DOI_IN_PATH: Final = re.compile(r"/(10\.\d{4,9}/.+)")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")


def read_address(text: str) -> Identifier | None:
    """What a web address names: an identifier of the host's own scheme, else the address."""
    text = text.strip().translate(INVISIBLE)
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        if not host.isascii():
            host = host.encode("idna").decode("ascii").lower()
    except ValueError:  # a bracket or a port that no address can have; UnicodeError is one too
        return None
    if parts.scheme.lower() not in ("http", "https") or parts.username is not None:
        return None
    if not _HOST.fullmatch(host):
        return None
    reader = _HOSTS.get(host.removeprefix("www."))
    if reader is not None:
        named = reader(text, parts.path)
        if named is not _PAGE:
            return named
    address = f"{parts.scheme.lower()}://{host}"
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme.lower()]:
        address += f":{port}"
    rest = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    rest += "#" + parts.fragment if parts.fragment else ""
    return Identifier("url", address + _quoted(rest))


def _quoted(rest: str) -> str:
    if _LEGAL.fullmatch(rest):
        return rest
    rest = quote(_LONE_PERCENT.sub("%25", rest), safe=_URL_SAFE, errors="replace")
    path, mark, fragment = rest.partition("#")
    path, query_mark, query = path.partition("?")
    path = path.replace("[", "%5B").replace("]", "%5D")
    query = query.replace("[", "%5B").replace("]", "%5D")
    fragment = fragment.replace("#", "%23").replace("[", "%5B").replace("]", "%5D")
    return path + query_mark + query + mark + fragment


_PAGE: Final = Identifier("url", "")
"""What a host's reader returns for an address that names nothing but itself."""

HostReader = Callable[[str, str], Identifier | None]


def _numbered(pattern: str, scheme: str, prefix: str = "") -> HostReader:
    """A reader for pages `.../N`; other pages stay addresses, and 0 or None name nothing."""
    compiled = re.compile(rf"/(?:{pattern})/([^/]+)/?", re.IGNORECASE)

    def reader(_text: str, path: str) -> Identifier | None:
        match = compiled.fullmatch(path)
        if match is None:
            return _PAGE
        number = match[1].lower()
        if re.fullmatch(r"0*[1-9][0-9]{0,11}", number):
            return Identifier(scheme, prefix + number.lstrip("0"))
        return None if re.fullmatch(r"0+|none|null|undefined", number) else _PAGE

    return reader


def _doi_page(text: str, path: str) -> Identifier | None:
    return read_doi(text) if path.strip("/") else _PAGE


def _publishers_doi_page(_text: str, path: str) -> Identifier | None:
    """A resolver that a publisher runs for its own DOIs."""
    match = _DOI_IN_PATH.fullmatch(path)
    return (match and read_doi(match[1])) or _PAGE


def _arxiv_page(text: str, _path: str) -> Identifier | None:
    return read_arxiv(text) or _PAGE


def _handle_page(text: str, path: str) -> Identifier | None:
    match = re.fullmatch(r"/(?:xmlui/)?handle/(\d+(?:\.\d+)*/\d+)/?", path)
    if match:
        return Identifier("handle", match[1])
    return _PAGE if HANDLE_PREFIX.match(text) is None else read_handle(text) or _PAGE


def _zenodo_page(text: str, path: str) -> Identifier | None:
    if path.startswith("/doi/"):
        return read_doi(text)
    return _ZENODO_RECORD(text, path)


def _hepdata_page(_text: str, path: str) -> Identifier | None:
    match = re.fullmatch(r"/(?:record|view)/(ins)?([^/]+)/?", path, re.IGNORECASE)
    if match is None:
        return _PAGE
    if re.fullmatch(r"0+|none|null|", match[2].lower()):
        return None
    return read_hepdata((match[1] or "") + match[2]) or _PAGE


def _github_page(_text: str, path: str) -> Identifier | None:
    match = re.fullmatch(
        r"/([\w-]+)/([\w.-]+?)(?:\.git)?(?:/(?:tree|blob|releases|tags|commits?|archive)(?:/.*)?)?/?",
        path,
        re.ASCII,
    )
    if match is None or match[1].lower() in _NO_OWNERS:
        return _PAGE
    return Identifier("github", f"{match[1]}/{match[2]}".lower())


def _gitlab_page(_text: str, path: str) -> Identifier | None:
    name = path.partition("/-/")[0].strip("/").removesuffix(".git").lower()
    if REPOSITORY.fullmatch(name) and name.partition("/")[0] not in _NO_OWNERS:
        return Identifier("gitlab", name)
    return _PAGE


def _only(normaliser: Normaliser) -> HostReader:
    def reader(text: str, _path: str) -> Identifier | None:
        return normaliser(text.partition("?")[0].partition("#")[0]) or _PAGE

    return reader


_NO_OWNERS: Final = frozenset(
    {
        "about",
        "apps",
        "collections",
        "enterprise",
        "explore",
        "features",
        "groups",
        "help",
        "login",
        "marketplace",
        "orgs",
        "pricing",
        "search",
        "security",
        "settings",
        "site",
        "sponsors",
        "topics",
        "users",
    }
)
_ZENODO_RECORD: Final = _numbered("records?", "oai", "zenodo.org:")
_CDS_RECORD: Final = _numbered("records?", "cds")

_HOSTS: Final[dict[str, HostReader]] = {
    "doi.org": _doi_page,
    "dx.doi.org": _doi_page,
    **dict.fromkeys(
        ("doi.pangaea.de", "doi.acm.org", "doi.ieeecomputersociety.org", "doi.wiley.com"),
        _publishers_doi_page,
    ),
    "arxiv.org": _arxiv_page,
    "export.arxiv.org": _arxiv_page,
    "hdl.handle.net": _handle_page,
    "library.oapen.org": _handle_page,
    "directory.doabooks.org": _handle_page,
    "zenodo.org": _zenodo_page,
    "opendata.cern.ch": _numbered("record", "oai", "cernopendata.cern:"),
    "cds.cern.ch": _CDS_RECORD,
    "cdsweb.cern.ch": _CDS_RECORD,
    "inspirehep.net": _numbered("record|literature|api/literature", "inspire"),
    "hepdata.net": _hepdata_page,
    "hepdata.cedar.ac.uk": _hepdata_page,
    "github.com": _github_page,
    "gitlab.com": _gitlab_page,
    "orcid.org": _only(read_orcid),
    "ror.org": _only(read_ror),
    "isni.org": _only(read_isni),
    "archive.softwareheritage.org": _only(read_swh),
}
